"""Phrase files: what is written comes back, handmade lists are read, errors name the line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from w2v.corpus.phrase_list import Phrase, load_phrases, passes_of, save_phrases
from w2v.errors import W2VError

PHRASES = [
    Phrase(("new", "york"), 3071, 421.5000000000001, "new_york", 1),
    Phrase(("bank", "of", "the", "west"), 52, 61.25, "bank_of_the_west", 1),
    Phrase(("new_york", "city"), 40, 60.0, "new_york_city", 2),
]


def test_phrases_come_back_as_they_were(tmp_path: Path) -> None:
    save_phrases(PHRASES, tmp_path / "p.tsv")
    assert (tmp_path / "p.tsv").read_text().splitlines() == [
        "new\tyork\t3071\t421.5000000000001\tnew_york\t1",
        "bank of the\twest\t52\t61.25\tbank_of_the_west\t1",
        "new_york\tcity\t40\t60.0\tnew_york_city\t2",
    ]
    assert load_phrases(tmp_path / "p.tsv") == PHRASES
    assert passes_of(PHRASES) == [PHRASES[:2], PHRASES[2:]]
    with pytest.raises(W2VError, match="exists"):
        save_phrases(PHRASES, tmp_path / "p.tsv")


def test_two_columns_are_enough_and_files_may_be_compressed(tmp_path: Path) -> None:
    (tmp_path / "p.tsv.gz").write_bytes(gzip.compress(b"new\tyork\r\nbank of\tamerica\t7\n"))
    assert load_phrases(tmp_path / "p.tsv.gz") == [
        Phrase(("new", "york"), 0, 0.0, "new_york", 1),
        Phrase(("bank", "of", "america"), 7, 0.0, "bank_of_america", 1),
    ]


EXPECTED = "expected 'first word, second word, count, score' with tabs between them, found "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ": there are no phrases in it"),
        ("a\tb\n\n", f":2: {EXPECTED}''"),
        ("new york\n", f":1: {EXPECTED}'new york'"),
        ("a\tb c\n", f":1: {EXPECTED}'a\\tb c'"),
        ("a \tb\n", f":1: {EXPECTED}'a \\tb'"),
        ("a\tb\tmany\n", f":1: {EXPECTED}'a\\tb\\tmany'"),
        ("a\tb\t1\t2\ta b\n", f":1: {EXPECTED}'a\\tb\\t1\\t2\\ta b'"),
        ("a\tb\t1\t2\ta_b\t1\tx\n", f":1: {EXPECTED}'a\\tb\\t1\\t2\\ta_b\\t1\\tx'"),
        (
            "bank of\tamerica\nof\tcourse\n",
            ":2: 'of' begins or ends this phrase but is inside another; a connector word can only "
            "be inside phrases",
        ),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "p.tsv").write_text(text)
    with pytest.raises(W2VError) as error:
        load_phrases(tmp_path / "p.tsv")
    assert str(error.value) == f"{tmp_path / 'p.tsv'}{message}"
