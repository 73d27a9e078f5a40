"""Embedding, a lookup table: words or indices in, rows out.

It is PyTorch's nn.Embedding plus the words: a table of fixed size with a fixed dictionary. A table
of three million words opens without creating a Python string or a dict entry for each word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers, ranges, row_lengths, unit_rows
from w2v.errors import W2VError
from w2v.messages import kind_of
from w2v.vectors.argument_types import list_of_words
from w2v.vectors.unknown_words import compose
from w2v.words.subwords import SubwordRows
from w2v.words.word_list import WordList


class UnknownWordError(W2VError, KeyError):
    """A word that is not in the vocabulary; the message suggests similar spellings."""

    __str__ = Exception.__str__  # a KeyError would show its message in quotes


class RowNumberError(W2VError, IndexError):
    """A row number that is out of range."""


def check_vectors(vectors: object) -> None:
    """Raise TypeError if a caller passes something else than vectors, such as a model's name."""
    if not isinstance(vectors, Embedding):
        raise TypeError(f"pass vectors, as w2v.load returns them, not {kind_of(vectors)}")


class Embedding:
    """A table of vectors, one row per word.

    Parameters
    ----------
    words
        V words.
    matrix
        float32[V, vector_size]; not copied, memory-mapped or not.
    counts
        int64[V], how often each word occurs in the training text; None if unknown.
    subwords
        The rows from which vectors of unknown words are composed; None: there are none.

    Raises W2VError if the sizes do not match.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: Floats,
        counts: Integers | None = None,
        subwords: SubwordRows | None = None,
    ) -> None:
        self.words = words if isinstance(words, WordList) else WordList.from_strings(words)
        self.matrix = np.asanyarray(matrix, np.float32)
        self.counts = counts
        self.subwords = subwords
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.words):
            raise W2VError(
                f"{len(self.words)} words do not match a matrix of shape {self.matrix.shape}"
            )
        if counts is not None and len(counts) != len(self.words):
            raise W2VError(f"{len(counts)} counts do not match {len(self.words)} words")
        self._norms = np.empty(0, np.float32)  # of the first rows, as many as have been requested

    @property
    def vector_size(self) -> int:
        """The number of dimensions of a vector."""
        return int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        """The words in row order."""
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} words, {self.vector_size} dimensions)"

    def index(self, word: str) -> int:
        """The row number of `word`. Raises UnknownWordError, which suggests similar spellings."""
        return int(self.indices([word])[0])

    def indices(self, words: Iterable[str]) -> Integers:
        """The row numbers of `words`, int64[n]. Raises UnknownWordError for the first unknown."""
        wanted = list_of_words(words)
        rows = self._find(wanted)
        if len(rows) and rows.min() < 0:
            raise self._unknown(wanted[int(np.argmax(rows < 0))])
        return rows

    def _find(self, words: list[str]) -> Integers:
        """The row of each word, or -1: int64[n]. "new york" finds new_york if it is not a word."""
        rows = self.words.find_many(words)
        for i in np.flatnonzero(rows < 0).tolist():
            parts = words[i].split()
            if len(parts) > 1:
                rows[i] = self.words.find("_".join(parts))
        return rows

    def look_up(self, words: Iterable[str]) -> tuple[Integers, Floats]:
        """The row numbers and the vectors of `words`, int64[n] and float32[n, vector_size].

        With subwords, unknown words have composed vectors and the row number -1. Raises
        UnknownWordError for the first word that has no vector.
        """
        wanted = list_of_words(words)
        rows = self._find(wanted)
        unknown = np.flatnonzero(rows < 0)
        if not len(unknown):
            return rows, np.asarray(self.matrix[rows])
        if self.subwords is None:
            raise self._unknown(wanted[unknown[0]])
        vectors = np.empty((len(wanted), self.vector_size), np.float32)
        vectors[rows >= 0] = self.matrix[rows[rows >= 0]]
        missing = [wanted[i] for i in unknown]
        vectors[unknown], problems = compose(self.subwords, missing)
        if problems:
            word = next(word for word in missing if word in problems)
            raise self._unknown(word, f", and {problems[word]}")
        return rows, vectors

    def composed(self, words: Iterable[str]) -> list[str]:
        """Those of `words`, each once, whose vectors `look_up` composes from n-grams."""
        wanted = list(dict.fromkeys(list_of_words(words)))
        if self.subwords is None or not wanted:
            return []
        return [wanted[i] for i in np.flatnonzero(self._find(wanted) < 0)]

    def _unknown(self, word: str, reason: str = "") -> UnknownWordError:
        from w2v.messages import shown
        from w2v.words.suggestions import suggest

        return UnknownWordError(
            f"{shown(word)} is not among the {len(self):,} words{reason}{suggest(word, self.words)}"
        )

    def __getitem__(self, key: Any) -> Floats:
        """Rows by index or by word: a key of shape s gives float32[s + (vector_size,)].

        A key is a word, an integer, or any nesting of sequences or arrays of either. As in
        nn.Embedding, a negative index is out of range; it does not count from the end. A slice
        gives a view of the matrix, float32[n, vector_size], and works as in any array. With
        subwords, an unknown word gives a composed vector.

        Raises RowNumberError for an index out of range, UnknownWordError for an unknown word, and
        W2VError for a key of another kind.
        """
        if isinstance(key, slice):
            return np.asarray(self.matrix[key])
        keys = _key_array(key)
        rows = keys.ravel()
        if keys.dtype == object and isinstance(rows[0], str):
            return self.look_up(rows)[1].reshape(*keys.shape, self.vector_size)
        outside = rows[(rows < 0) | (rows >= len(self))]
        if len(outside):
            raise self._out_of_range(outside[0])
        return np.asarray(self.matrix[rows]).reshape(*keys.shape, self.vector_size)

    __call__ = __getitem__

    def get(self, word: str, default: Any = None) -> Any:
        """The vector of `word`, float32[vector_size], or `default` if it has none."""
        try:
            return np.array(self.look_up([word])[1][0])
        except UnknownWordError:
            return default

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        """The matrix, for np.asarray(vectors); not copied unless asked to, or for another dtype."""
        if copy:
            return np.array(self.matrix, dtype)
        array = np.asarray(self.matrix, dtype)
        if copy is False and array.dtype != self.matrix.dtype:
            raise ValueError(f"vectors are float32 and cannot become {array.dtype} without a copy")
        return array

    def _out_of_range(self, index: Any) -> RowNumberError:
        rows = f"rows 0 to {len(self) - 1}" if len(self) else "no rows"
        return RowNumberError(f"index {index} is out of range: the table has {rows}")

    def norms(self, rows: int | None = None) -> Floats:
        """The lengths of the first `rows` rows (default: all), float32[rows]; computed once.

        A length beyond float32 is infinite; a row with NaN has length NaN.
        """
        wanted = len(self) if rows is None else min(rows, len(self))
        known = len(self._norms)
        if known < wanted:
            rest = self.matrix[known:wanted]
            blocks = [row_lengths(rest[i:j]) for i, j in ranges(len(rest), self.vector_size)]
            self._norms = np.concatenate([self._norms, *blocks])
        return self._norms[:wanted]

    def unit_rows(self, rows: slice | Integers) -> Floats:
        """The given rows scaled to length 1, float32[n, vector_size].

        A directionless row (all zeros, or a value that is not finite) becomes zeros.
        """
        return unit_rows(np.asarray(self.matrix[rows]))[0]


def _key_array(key: Any) -> npt.NDArray[Any]:
    """A key as an array of its shape: an object array for words, an integer array for integers.

    Integers that do not all fit 64 bits, and so are out of range, become an object array too.
    Raises W2VError for other keys and for ragged nestings.
    """
    try:
        keys = np.asarray(key)
        if keys.dtype.kind in "iu":
            return keys
        if keys.size == 0 and keys.dtype.kind in "fO":
            return keys.astype(np.int64)
        # Not NumPy's own strings: those would drop NUL characters at the end of a word.
        keys = np.asarray(key, dtype=object)
    except ValueError:
        raise W2VError("the rows of a key must all have the same length") from None
    kinds = {type(item) for item in keys.ravel()}
    if all(issubclass(kind, str) for kind in kinds) or kinds == {int}:
        return keys
    shown = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise W2VError(f"a key must consist of words or integers, not {shown}")
