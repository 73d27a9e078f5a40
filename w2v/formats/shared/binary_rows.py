"""Rows of a word, a mark and a fixed number of bytes, as in word2vec and fastText binary files.

Where a row starts depends on the length of the word before it. A regular expression walks from row
to row at the speed of C and makes no Python object but the word.
"""

from __future__ import annotations

import re

import numpy as np

from w2v.arrays import Integers


class MarkedRows:
    """Finds the rows `word mark bytes` at the beginning of some data.

    Parameters
    ----------
    mark
        The byte that ends a word.
    behind
        How many bytes follow it.
    """

    def __init__(self, mark: bytes, behind: int) -> None:
        # What is no whole row is matched too; otherwise the next search would start within it.
        end = re.escape(mark)
        self._row = re.compile(rb"([^%b]*)%b.{%d}|.+" % (end, end, behind), re.DOTALL)
        self._mark, self._step = mark, 1 + behind

    def find(self, data: bytes) -> tuple[list[bytes], Integers]:
        """The words of the whole rows that `data` begins with, and where each word ends."""
        words = self._row.findall(data)
        ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)) + self._step)
        ends -= self._step
        if words and not words[-1] and not self._is_row(data, int(ends[-1])):
            words.pop()
        return words, ends[: len(words)]

    def _is_row(self, data: bytes, start: int) -> bool:
        """Whether there is a whole row with an empty word at this position."""
        return data.startswith(self._mark, start) and start + self._step <= len(data)

    def size(self, ends: Integers) -> int:
        """The total size in bytes of the rows whose words end at `ends`."""
        return int(ends[-1]) + self._step if len(ends) else 0
