"""w2v phrases: what it prints, writes, joins and refuses."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from asking import Command, Said

TEXT = "New York is new.\n" * 3 + "The bank of America is in New York\n" * 2 + "\nis it?\n"
LIST = """\
new	york	5	2.1	new_york	1
the	bank	2	4.2	the_bank	1
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a corpus."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text(TEXT)
    return tmp_path


def test_phrases_are_found_written_and_shown(ask: Command, here: Path) -> None:
    said = ask("phrases", "corpus.txt", "--threshold", "0.9", "--min-count", "1", "--top", "3")
    assert said == Said(
        "phrase      count  score\n"
        "the_bank        2   4.75\n"
        "bank_of         2   4.75\n"
        "of_america      2   4.75\n",
        "wrote 8 phrases to phrases.tsv\n",
        0,
    )
    lines = (here / "phrases.tsv").read_text().splitlines()
    assert lines[:2] == ["the\tbank\t2\t4.75\tthe_bank\t1", "bank\tof\t2\t4.75\tbank_of\t1"]
    assert len(lines) == 8
    again = ask("phrases", "corpus.txt")
    assert (again.code, again.err[:25]) == (1, "w2v: phrases.tsv exists; ")


def test_connectors_and_passes(ask: Command, here: Path) -> None:
    (here / "words").write_text("Of\n")  # in lower case, as the text is
    common = ["phrases", "-", "--min-count", "1", "--threshold", "1", "--overwrite", "--json"]
    said = ask(*common, "--connectors", "words", "--passes", "2", stdin=TEXT)
    found = json.loads(said.out)
    words = {tuple(phrase["words"]): phrase["pass"] for phrase in found["top"]}
    assert words["bank", "of", "america"] == 1
    assert words["the", "bank"] == 1
    assert all("of" not in (pair[0], pair[-1]) for pair in words)
    assert max(words.values()) == 2
    assert (found["words"], found["phrases"]) == (30, len(words))


def test_a_text_is_written_with_its_phrases_joined(ask: Command, here: Path) -> None:
    (here / "list.tsv").write_text(LIST)
    wanted = "new_york is new\n" * 3 + "the_bank of america is in new_york\n" * 2 + "is it\n"
    common = ["phrases", "corpus.txt", "--apply", "list.tsv", "-o"]
    said = ask(*common, "phrased.txt")
    assert said == Said("", "wrote 23 words to phrased.txt; without phrases there were 30\n", 0)
    assert (here / "phrased.txt").read_text() == wanted
    assert ask(*common, "phrased.txt.gz", "--threads", "3").code == 0
    assert gzip.decompress((here / "phrased.txt.gz").read_bytes()).decode() == wanted
    assert ask("phrases", "-", "--apply", "list.tsv", "-o", "-", stdin=TEXT).out == wanted


def test_a_binary_file_in_a_folder_is_reported(ask: Command, here: Path) -> None:
    (here / "texts").mkdir()
    (here / "texts" / "a.txt").write_text(TEXT)
    (here / "texts" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (here / "list.tsv").write_text(LIST)
    skipped = "skipped 1 file that is not text: texts/b.png; a pattern such as"
    assert skipped in ask("phrases", "texts").err
    assert skipped in ask("phrases", "texts", "--apply", "list.tsv", "-o", "out.txt").err


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("corpus.txt --scoring npmi --threshold 2", 2, "threshold must be from -1 to 1 for"),
        ("corpus.txt --apply list.tsv", 2, "--apply needs -o, the text to write; -o - is standard"),
        ("corpus.txt --apply list.tsv -o x --passes 2", 2, "--passes is for finding phrases;"),
        ("corpus.txt --apply none.tsv -o x", 1, "none.tsv: No such file or directory"),
        ("corpus.txt --connectors none.txt", 1, "none.txt: there is no such file of connectors"),
        ("corpus.txt --cache-dir none", 2, "--cache-dir none: there is no such folder"),
        (
            "corpus.txt --apply list.tsv -o x --cache-dir .",
            2,
            "--cache-dir is for finding phrases;",
        ),
        ("none.txt", 1, "none.txt: No such file or directory"),
        ("corpus.txt --apply bad.tsv -o x", 1, "bad.tsv:1: expected 'first word, second word,"),
    ],
)
def test_errors(ask: Command, here: Path, line: str, code: int, message: str) -> None:
    (here / "list.tsv").write_text(LIST)
    (here / "bad.tsv").write_text("new york\n")
    said = ask("phrases", *line.split())
    assert (said.out, said.code) == ("", code)
    assert said.err.startswith(f"w2v: {message}")
    assert said.err.count("\n") == 1
    assert not (here / "x").exists()
    assert not (here / "phrases.tsv").exists()


def test_no_phrases_are_reported(ask: Command, here: Path) -> None:
    said = ask("phrases", "corpus.txt", "--threshold", "1e9")
    assert said == Said(
        "",
        "no pair occurs --min-count 5 times and scores more than --threshold 1e+09; "
        "lower ones find more\n"
        "wrote 0 phrases to phrases.tsv\n",
        0,
    )
