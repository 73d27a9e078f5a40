"""A vocabulary of one's own: with counts, or a list of words that is counted in the text."""

from __future__ import annotations

from pathlib import Path

import pytest

from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.run.text import RunText
from w2v.run.work_folder import WorkFolder
from w2v.text.sources import find_sources

TEXT = "the cat saw the dog and the dog saw the cat\n" * 3 + "emu\n"


def read(
    folder: Path, listed: str, **options: int | None
) -> tuple[list[tuple[str, int]], list[str]]:
    """The vocabulary of a run on TEXT, and the notes on it."""
    (folder / "text.txt").write_text(TEXT)
    (folder / "v").write_text(listed)
    notes: list[str] = []
    config = TrainConfig().replace(**options)
    sources = find_sources([folder / "text.txt"])
    work = WorkFolder(folder / "m.w2v", None)
    work.path.mkdir(exist_ok=True)
    text = RunText(sources, config, folder / "v", None, None, work, notes.append, Group(), False)
    vocabulary, _ = text.read(1, lambda done, total: None)
    return list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)), notes


def test_a_list_of_words_is_counted_in_the_text(tmp_path: Path) -> None:
    found, notes = read(tmp_path, "emu\nsaw\ncat\nzebra\nthe\n", min_count=1)
    assert found == [("the", 12), ("saw", 6), ("cat", 6), ("emu", 1)]
    assert notes == [
        f"{tmp_path / 'v'}: 1 of its 5 words are left out, because they do not occur in the text"
    ]


def test_words_that_the_default_min_count_cuts_are_reported(tmp_path: Path) -> None:
    found, notes = read(tmp_path, "the 12\ncat 6\nemu 4\n")
    assert found == [("the", 12), ("cat", 6)]
    assert notes == [
        f"{tmp_path / 'v'}: --min-count 5 leaves out 1 of its 3 words; "
        "--min-count 1 keeps those that occur"
    ]
    _, notes = read(tmp_path, "the 12\ncat 6\nemu 4\n", max_vocab=2)
    assert notes == [
        f"{tmp_path / 'v'}: --min-count 5 and --max-vocab 2 leave out 1 of its 3 words"
    ]
    _, notes = read(tmp_path, "the 12\ncat 6\nemu 4\n", max_vocab=2, min_count=1)
    assert notes == [f"{tmp_path / 'v'}: --max-vocab 2 leaves out 1 of its 3 words"]
    assert read(tmp_path, "the 12\ncat 6\n")[1] == []


def test_a_list_of_words_that_are_not_in_the_text(tmp_path: Path) -> None:
    with pytest.raises(W2VError, match="0 of the vocabulary's 2 words reach --min-count 5"):
        read(tmp_path, "zebra\nyak\n")
