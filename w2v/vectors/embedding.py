"""Embedding, the lookup table: words and a matrix; indices or words in, rows out.

It is what PyTorch's nn.Embedding is, with the words beside: a table of a fixed dictionary and
size. Nothing here imports numba, and a table of three million words opens without a Python string
or a dict being made for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers, row_lengths, unit_rows
from w2v.errors import W2VError
from w2v.words.word_list import WordList

_BLOCK_BYTES = 4 << 20  # of rows whose lengths are taken at a time


class UnknownWordError(W2VError):
    """A word that the vocabulary does not hold; the message offers near spellings."""


class Embedding:
    """A table of vectors with a word for each row.

    Parameters
    ----------
    words
        V words.
    matrix
        float32[V, vector_size]; kept as it is, memory-mapped or not.
    counts
        int64[V], how often each word occurred in training; None where that is not known.

    Raises W2VError when the sizes do not fit.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: Floats,
        counts: Integers | None = None,
    ) -> None:
        self.words = words if isinstance(words, WordList) else WordList.from_strings(words)
        self.matrix = matrix if matrix.dtype == np.float32 else matrix.astype(np.float32)
        self.counts = counts
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.words):
            raise W2VError(
                f"{len(self.words)} words do not fit a matrix of shape {self.matrix.shape}"
            )
        if counts is not None and len(counts) != len(self.words):
            raise W2VError(f"{len(counts)} counts do not fit {len(self.words)} words")
        self._norms = np.empty(0, np.float32)  # of the first rows, as far as they were needed

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector."""
        return int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        """The words, in the order of the rows."""
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} words, {self.vector_size} dimensions)"

    def index(self, word: str) -> int:
        """The row of `word`. Raises UnknownWordError, with near spellings."""
        return int(self.indices([word])[0])

    def indices(self, words: Iterable[str]) -> Integers:
        """The rows of words, int64[n]. Raises UnknownWordError for the first that is not there."""
        wanted = list(words)
        rows = self.words.find_many(wanted)
        if len(rows) and rows.min() < 0:
            raise self._unknown(wanted[int(np.argmax(rows < 0))])
        return rows

    def _unknown(self, word: str) -> UnknownWordError:
        from w2v.messages import shown
        from w2v.words.spelling import suggest

        return UnknownWordError(
            f"{shown(word)} is not among the {len(self):,} words{suggest(word, self.words)}"
        )

    def __getitem__(self, key: Any) -> Floats:
        """Rows by index or by word: a key of shape s gives float32[s + (vector_size,)].

        A key is a word, a whole number, or any nesting of sequences or arrays of one of the two.
        As in nn.Embedding, a negative index is out of range; it does not count from the end.

        Raises W2VError for an index below 0 or beyond the last row, and for keys of other kinds;
        UnknownWordError for a word that is not there.
        """
        keys = _key_array(key)
        rows = keys.ravel()
        if keys.dtype == object and isinstance(rows[0], str):
            rows = self.indices(rows)
        outside = rows[(rows < 0) | (rows >= len(self))]
        if len(outside):
            raise self._out_of_range(outside[0])
        return np.asarray(self.matrix[rows]).reshape(*keys.shape, self.vector_size)

    __call__ = __getitem__

    def _out_of_range(self, index: Any) -> W2VError:
        if not len(self):
            return W2VError(f"index {index} is out of range: the table has no rows")
        return W2VError(f"index {index} is out of range: the table has rows 0 to {len(self) - 1}")

    def norms(self, rows: int | None = None) -> Floats:
        """The lengths of the first `rows` rows (all unless given), float32[rows]; taken once.

        A length beyond float32 is infinite; that of a row with NaN is NaN.
        """
        wanted = len(self) if rows is None else min(rows, len(self))
        if len(self._norms) < wanted:
            norms = np.empty(wanted, np.float32)
            norms[: len(self._norms)] = self._norms
            step = max(1, _BLOCK_BYTES // max(1, 4 * self.vector_size))
            for first in range(len(self._norms), wanted, step):
                last = min(first + step, wanted)
                norms[first:last] = row_lengths(self.matrix[first:last])
            self._norms = norms
        return self._norms[:wanted]

    def unit_rows(self, rows: slice | Integers) -> Floats:
        """The given rows at length 1, float32[n, vector_size].

        A row without a direction, all zeros or with values that are not finite, gives zeros.
        """
        return unit_rows(np.asarray(self.matrix[rows]))[0]


def _key_array(key: Any) -> npt.NDArray[Any]:
    """Words as an array of objects, whole numbers as one of integers, in the key's shape.

    Whole numbers that do not all fit 64 bits, and so are out of range, are objects too.
    Raises W2VError for what is neither, and for nestings of unequal length.
    """
    try:
        keys = np.asarray(key)
        if keys.dtype.kind in "iu":
            return keys
        if keys.size == 0 and keys.dtype.kind in "fO":
            return keys.astype(np.int64)
        # Not as NumPy's own strings: those would lose NUL characters at a word's end.
        keys = np.asarray(key, dtype=object)
    except ValueError:
        raise W2VError("a key's rows must be of equal length") from None
    kinds = {type(item) for item in keys.ravel()}
    if all(issubclass(kind, str) for kind in kinds) or kinds == {int}:
        return keys
    shown = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise W2VError(f"a key must be words or whole numbers, not {shown}")
