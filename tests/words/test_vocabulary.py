"""Vocabulary files, as word2vec.c writes and reads them, and the errors in them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.words.vocabulary import Vocabulary
from w2v.words.word_list import WordList


def vocabulary(*items: tuple[str, int]) -> Vocabulary:
    """A vocabulary of words and counts."""
    words = WordList.from_strings(word for word, _ in items)
    return Vocabulary(words, np.array([count for _, count in items], np.int64))


def items(vocabulary: Vocabulary) -> list[tuple[str, int]]:
    """Its words and counts."""
    return list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))


def test_the_file_is_the_one_that_word2vec_c_writes(tmp_path: Path) -> None:
    vocabulary(("the", 9), ("été", 4), ("cat", 4)).save(tmp_path / "v", n_lines=12)
    assert (tmp_path / "v").read_bytes() == "</s> 12\nthe 9\nété 4\ncat 4\n".encode()


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    known = vocabulary(*((f"w{i}", 200_000 - i) for i in range(100_000)))
    known.save(tmp_path / "v")
    assert items(Vocabulary.load(tmp_path / "v")) == items(known)


def test_words_are_sorted_and_ties_keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("b 1\r\nthe\t9\n  c   1  \na 1\n</s> 3\n")
    found = Vocabulary.load(tmp_path / "v")
    assert items(found) == [("the", 9), ("</s>", 3), ("b", 1), ("c", 1), ("a", 1)]


def test_the_line_end_word_at_the_top_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("</s> 0\nthe 9\n")
    found = Vocabulary.load(tmp_path / "v")
    assert items(found) == [("the", 9)]
    assert "the" in found
    assert "</s>" not in found


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(gzip.compress(b"the 9\ncat 2\n"))
    assert items(Vocabulary.load(tmp_path / "v")) == [("the", 9), ("cat", 2)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"the 9\nthe cat 2\n", r"v:2: expected 'word count', found 'the cat 2'$"),
        (b"the\nthe cat\n", r"v:2: expected one word, found 'the cat'$"),
        (b"the\ncat 5\n", r"v:2: expected one word, found 'cat 5'$"),
        (b"the 9\n\n", r"v:2: expected 'word count', found ''$"),
        (b"the -9\n", r"v:1: expected 'word count', found 'the -9'$"),
        (b"the 1e3\n", r"v:1: expected 'word count', found 'the 1e3'$"),
        (b"the 99999999999999999999\n", r"v:1: expected 'word count', found 'the 9+'$"),
        (b"a 1\ncaf\xe9 9\n", r"v:2: expected 'word count', found 'caf\\xe9 9'$"),
        (b"the 9\ncat 2\nthe 1\n", r"v:3: 'the' is listed a second time$"),
        (b"</s> 9\n", r"v: no words in it$"),
        (b"x" * ((1 << 24) + 100) + b" 1\n", r"v: a line of more than [\d,]+ bytes$"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "v").write_bytes(text)
    with pytest.raises(W2VError, match=message):
        Vocabulary.load(tmp_path / "v")


def test_a_list_of_words_has_no_counts(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("the\ncat\n")
    found = Vocabulary.load(tmp_path / "v")
    assert items(found) == [("the", 0), ("cat", 0)]
    assert not found.has_counts
    assert vocabulary(("the", 1)).has_counts


def test_a_folder_is_not_a_vocabulary_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("the 9\n")
    with pytest.raises(W2VError, match=r": a folder, not a vocabulary file$"):
        Vocabulary.load(tmp_path)


def test_an_existing_file_is_kept_unless_overwrite_is_given(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("mine")
    with pytest.raises(W2VError):
        vocabulary(("the", 9)).save(tmp_path / "v")
    assert (tmp_path / "v").read_text() == "mine"
    vocabulary(("the", 9)).save(tmp_path / "v", overwrite=True)
    assert (tmp_path / "v").read_text() == "</s> 0\nthe 9\n"


def test_cut_by_count_and_by_number() -> None:
    known = vocabulary(("the", 9), ("cat", 4), ("dog", 4), ("emu", 1))
    assert items(known.cut(4, None)) == [("the", 9), ("cat", 4), ("dog", 4)]
    assert items(known.cut(1, 2)) == [("the", 9), ("cat", 4)]
    assert len(known.cut(1, 99)) == 4
    with pytest.raises(W2VError, match=r"^1 of the vocabulary's 4 words reach --min-count 5; "):
        known.cut(5, None)
