"""vocab.tsv, read piece by piece: the words and counts come back, and errors name the line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.formats.shared import vocab_tsv

WORDS = st.text(st.sampled_from("a1é日\t "), max_size=6)
COUNTS = st.integers(0, 99) | st.integers(10**14, 10**18 - 1)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WORDS, COUNTS), min_size=1, max_size=30), st.booleans())
def test_words_and_counts_come_back(entries: list[tuple[str, int]], known: bool) -> None:
    data = "".join(f"{word}\t{n if known else ''}\n" for word, n in entries).encode()
    with pytest.MonkeyPatch.context() as patch:
        for size in (1, 30, 1 << 18):
            patch.setattr(vocab_tsv, "_PIECE_BYTES", size)
            words, counts = vocab_tsv.parse(data, "v")
            assert list(words) == [word for word, _ in entries]
            assert words.blob == "".join(f"{word}\n" for word, _ in entries).encode()
            assert (counts is None) == (not known)
            assert counts is None or counts.tolist() == [n for _, n in entries]


@pytest.mark.parametrize("size", [1, 12, 1 << 18])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a\t1\nb\nc\t1\n", "v, line 2: a word, a tab and a count were expected"),
        ("a\nb\t1\nc\t1\n", "v, line 1: a word, a tab and a count were expected"),
        ("a\tb\t1\nb\nc\t1\n", "v, line 2: a word, a tab and a count were expected"),
        ("a\t1\nb\t2\nc\t3x\n", "v, line 3: the count '3x' is not a whole number"),
        ("a\t1\nb\t-2\n", "v, line 2: the count '-2' is not a whole number"),
        ("a\t1\nb\t1234567890123456789\n", "v, line 2: the count '1234567890123456789' is not"),
        ("a\t1\nb\t12345678901234567x\n", "v, line 2: the count '12345678901234567x' is not a wh"),
        ("a\t1\nb\t2\nc\t\n", "v, line 3: the count '' is not a whole number"),
        ("a\t\nb\t\nc\t3\n", "v, line 1: the count '' is not a whole number"),
        ("a\t1\nb\t2", "v: cut short: it does not end with a line break"),
    ],
)
def test_a_wrong_line_is_named(
    data: str, message: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocab_tsv, "_PIECE_BYTES", size)
    with pytest.raises(W2VError, match=f"^{re.escape(message)}"):
        vocab_tsv.parse(data.encode(), "v")
