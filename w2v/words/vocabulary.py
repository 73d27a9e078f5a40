"""Vocabulary: the words that have vectors, in order of descending count, and their files.

A vocabulary file is what word2vec.c writes and reads: one `word count` line per word, in order of
descending count. Its first line is `</s>` with the number of lines in the text; word2vec.c needs it
there. For us it is not a word: it is written, and skipped when read.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v.errors import W2VError
from w2v.messages import printable
from w2v.system.atomic import atomic_file
from w2v.text.pieces import LONGEST_WORD, SourceSize
from w2v.text.sources import find_sources
from w2v.text.streams import open_text
from w2v.words.word_list import WordList

LINE_END_WORD = "</s>"
_MOST_COUNT = 2**62
_LONGEST_LINE = LONGEST_WORD + 32


@dataclass(frozen=True)
class Vocabulary:
    """Words in order of descending count; equal counts in order of first appearance.

    Attributes
    ----------
    words : the words; row i of a model is word i
    counts : int64[V], how often each word occurs in the text
    """

    words: WordList
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.words.find(word) >= 0

    @property
    def has_counts(self) -> bool:
        """Whether counts are known; they are zeros where they are not."""
        return bool(self.counts.any())

    @property
    def digest(self) -> str:
        """A digest of the words and their counts."""
        digest = hashlib.sha256(self.words.blob)
        digest.update(self.counts.astype("<i8").data)
        return digest.hexdigest()

    def counts_of(self, words: WordList) -> NDArray[np.int64]:
        """The count of each of other words, int64[n]; 0 for words that are not in this one."""
        found = self.words.find_many(words)
        return np.where(found >= 0, self.counts[found], 0)

    def cut(self, min_count: int, max_vocab: int | None) -> Vocabulary:
        """The words that occur `min_count` times or more, at most `max_vocab` of them.

        Raises W2VError if fewer than two words are left.
        """
        size = int(np.searchsorted(-self.counts, -min_count, side="right"))
        size = min(size, len(self) if max_vocab is None else max_vocab)
        if size < 2:
            raise W2VError(
                f"{size} of the vocabulary's {len(self):,} words reach --min-count {min_count}; "
                "training needs two or more: lower --min-count or raise --max-vocab"
            )
        return Vocabulary(self.words.head(size), self.counts[:size])

    def save(self, path: str | os.PathLike[str], n_lines: int = 0, overwrite: bool = False) -> None:
        """Write a vocabulary file, completely or not at all.

        `n_lines` is the count on its first line, `</s>`. Raises W2VError if the file cannot be
        written, or if it exists and `overwrite` is False.
        """
        with atomic_file(path, overwrite) as file:
            self.write(file, n_lines)

    def write(self, file: BinaryIO, n_lines: int = 0) -> None:
        """Write the content of a vocabulary file into an open file; see `save`."""
        file.write(f"{LINE_END_WORD} {n_lines}\n".encode())
        for word, count in zip(self.words, self.counts.tolist(), strict=True):
            file.write(f"{word} {count}\n".encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Vocabulary:
        """Read a vocabulary file, compressed or not, and sort its words by descending count.

        A file whose first line is a single word is a list of words: its counts are zeros, and
        `has_counts` is False. Raises W2VError, naming the line, for a line that is not
        `word count` (or not a word, in a list) and for a word that occurs twice.
        """
        name = printable(path)
        seen: dict[str, int] = {}
        counts: list[int] = []
        is_list = False
        for number, line in enumerate(_lines(path), 1):
            is_list = is_list or (number == 1 and len(line.split()) == 1)
            word, count = _parse(line, f"{name}:{number}", is_list)
            if number == 1 and word == LINE_END_WORD:
                continue
            if word in seen:
                raise W2VError(f"{name}:{number}: '{word}' is listed a second time")
            seen[word] = len(counts)
            counts.append(count)
        if not counts:
            raise W2VError(f"{name}: no words in it")
        order = np.argsort(-np.array(counts, np.int64), kind="stable")
        words = list(seen)
        return cls(
            WordList.from_strings(words[i] for i in order.tolist()),
            np.array(counts, np.int64)[order],
        )


def _lines(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """The file's lines. Raises W2VError for a folder and for endless lines."""
    (source, *more) = find_sources([path])
    if more or os.path.isdir(path):
        raise W2VError(f"{printable(path)}: a folder, not a vocabulary file")
    with open_text(source, ("utf-8",), SourceSize(source.name)) as text:
        file = io.BufferedReader(text)
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise W2VError(f"{source.name}: a line of more than {_LONGEST_LINE:,} bytes")
            yield line


def _parse(line: bytes, where: str, is_list: bool) -> tuple[str, int]:
    """The word and the count of a line; 0 in a list of words."""
    try:
        if is_list:
            (word,) = line.split()
            return word.decode(), 0
        word, count = line.split()
        if not count.isdigit() or int(count) > _MOST_COUNT:
            raise ValueError
        return word.decode(), int(count)
    except ValueError:
        shown = line.decode("utf-8", "backslashreplace").strip()[:40]
        expected = "one word" if is_list else "'word count'"
        raise W2VError(f"{where}: expected {expected}, found '{shown}'") from None
