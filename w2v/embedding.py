"""WordVectors, the lookup table: words and a matrix; indices or words in, rows out.

It is what PyTorch's nn.Embedding is, with the words beside: a table of a fixed dictionary and
size. Nothing here imports numba, and a table of three million words opens without a Python string
or a dict being made for each of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from w2v.errors import W2VError

SEARCHES_BEFORE_INDEX = 200  # look-ups in the blob before a dict of all words pays


class UnknownWordError(W2VError):
    """A word that the vocabulary does not hold; the message offers near spellings."""


class WordList(Sequence[str]):
    """Words as one block of UTF-8, each followed by a newline; decoded when they are asked for.

    A word holds no newline. A word that occurs twice is found at its first place.
    """

    def __init__(self, blob: bytes, offsets: npt.NDArray[np.int64]) -> None:
        """blob: each word with a newline after it; offsets: int64[V + 1], where each begins."""
        self.blob, self.offsets = blob, offsets
        self._index: dict[str, int] | None = None
        self._searches = 0

    @classmethod
    def from_strings(cls, words: Iterable[str]) -> WordList:
        """From Python strings. Raises W2VError for a word with a newline or a lone surrogate."""
        encoded = []
        for word in words:
            try:
                encoded.append(word.encode())
            except UnicodeEncodeError:
                raise W2VError(f"the word {word!r} cannot be written as UTF-8") from None
        blob = b"".join(word + b"\n" for word in encoded)
        result = cls.from_bytes(blob)
        if len(result) != len(encoded):
            bad = next(word for word in encoded if b"\n" in word)
            raise W2VError(f"the word {bad.decode()!r} holds a line break")
        return result

    @classmethod
    def from_bytes(cls, blob: bytes, offsets: npt.NDArray[np.int64] | None = None) -> WordList:
        """From UTF-8 with a newline after each word; `offsets` where they are known already.

        Raises W2VError when it is not UTF-8.
        """
        if blob and not blob.endswith(b"\n"):
            raise W2VError("a list of words must end with a line break")
        if not blob.isascii():
            try:
                blob.decode()
            except UnicodeDecodeError as error:
                row = blob.count(b"\n", 0, error.start)
                raise W2VError(f"word {row} (from 0) is not valid UTF-8") from None
        if offsets is not None:
            return cls(blob, offsets)
        ends = np.flatnonzero(np.frombuffer(blob, np.uint8) == 10) + 1
        return cls(blob, np.concatenate([[0], ends]).astype(np.int64))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"word {index} of {len(self)}")
        index %= len(self)
        return self.blob[self.offsets[index] : self.offsets[index + 1] - 1].decode()

    def __iter__(self) -> Iterator[str]:
        """All words in order, decoded block by block."""
        for first in range(0, len(self), 65_536):
            last = min(first + 65_536, len(self))
            block = self.blob[self.offsets[first] : self.offsets[last]]
            yield from block.decode().split("\n")[:-1]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, WordList):
            return self.blob == other.blob
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.find(word) >= 0

    def __repr__(self) -> str:
        return f"WordList({len(self):,} words)"

    def find(self, word: str) -> int:
        """The first index of `word`, or -1."""
        if self._index is None and self._searches < SEARCHES_BEFORE_INDEX:
            self._searches += 1
            return self._search(word)
        return self._whole_index().get(word, -1)

    def find_many(self, words: Iterable[str]) -> npt.NDArray[np.int64]:
        """The first index of each word, or -1: int64[n]."""
        wanted = list(words)
        if self._index is None and len(wanted) + self._searches <= SEARCHES_BEFORE_INDEX:
            return np.array([self.find(word) for word in wanted], np.int64)
        index = self._whole_index()
        return np.array([index.get(word, -1) for word in wanted], np.int64)

    def select(self, indices: npt.NDArray[np.int64]) -> WordList:
        """The words at `indices`, in that order."""
        offsets, ends = self.offsets[indices], self.offsets[np.asarray(indices) + 1]
        blob = b"".join(
            self.blob[a:b] for a, b in zip(offsets.tolist(), ends.tolist(), strict=True)
        )
        return WordList(blob, np.concatenate([[0], np.cumsum(ends - offsets)]).astype(np.int64))

    def _search(self, word: str) -> int:
        """Find the word's bytes in the blob: some milliseconds for millions of words."""
        try:
            wanted = word.encode() + b"\n"
        except UnicodeEncodeError:
            return -1
        if wanted.count(b"\n") > 1:
            return -1
        if self.blob.startswith(wanted):
            return 0
        at = self.blob.find(b"\n" + wanted)
        return -1 if at < 0 else int(np.searchsorted(self.offsets, at + 1))

    def _whole_index(self) -> dict[str, int]:
        """A dict of all words, made once; the first of equal words wins."""
        if self._index is None:
            index = {word: i for i, word in enumerate(self)}
            if len(index) < len(self):
                index = {}
                for i, word in enumerate(self):
                    index.setdefault(word, i)
            self._index = index
        return self._index


class WordVectors:
    """A table of vectors with a word for each row.

    Parameters
    ----------
    words
        V words.
    matrix
        float32[V, vector_size]; kept as it is, memory-mapped or not.
    counts
        int64[V], how often each word occurred in training; None where that is not known.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64] | None = None,
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
        self._norms: npt.NDArray[np.float32] | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, table: str = "input") -> WordVectors:
        """Open vectors of any format that w2v.formats reads."""
        from w2v import formats

        return formats.read(path, table=table)

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector."""
        return int(self.matrix.shape[1])

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def __repr__(self) -> str:
        return f"WordVectors({len(self):,} words, {self.vector_size} dimensions)"

    def index(self, word: str) -> int:
        """The row of `word`. Raises UnknownWordError, with near spellings."""
        row = self.words.find(word)
        if row < 0:
            from w2v.suggest import suggest

            raise UnknownWordError(
                f"'{word}' is not among the {len(self):,} words{suggest(word, self.words)}"
            )
        return row

    def __getitem__(self, key: Any) -> npt.NDArray[np.float32]:
        """Rows by index or by word: a key of shape s gives float32[s + (vector_size,)].

        A key is a word, an integer, or any nesting of sequences or arrays of one of the two.
        Raises W2VError for an index that is negative or beyond the last row, and for other keys;
        UnknownWordError for a word that is not there.
        """
        keys = np.asarray(key)
        if keys.dtype.kind in "UT":
            rows = np.array([self.index(str(word)) for word in keys.ravel()], np.int64)
        elif keys.dtype.kind in "iu" or keys.size == 0:
            rows = keys.astype(np.int64).ravel()
            self._check(rows)
        else:
            raise W2VError(f"a key must be words or whole numbers, not {keys.dtype}")
        return np.asarray(self.matrix[rows]).reshape(*keys.shape, self.vector_size)

    __call__ = __getitem__

    def _check(self, rows: npt.NDArray[np.int64]) -> None:
        outside = rows[(rows < 0) | (rows >= len(self))]
        if len(outside):
            raise W2VError(
                f"index {outside[0]} is out of range: the table has rows 0 to {len(self) - 1}"
            )

    def norms(self) -> npt.NDArray[np.float32]:
        """The length of each row, float32[V]; taken once, in blocks."""
        if self._norms is None:
            norms = np.empty(len(self), np.float32)
            for first in range(0, len(self), 16_384):
                block = np.asarray(self.matrix[first : first + 16_384])
                norms[first : first + 16_384] = np.sqrt(np.einsum("ij,ij->i", block, block))
            self._norms = norms
        return self._norms

    def unit_rows(self, rows: slice | npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """The given rows at length 1, float32[n, vector_size]; a zero row stays zero."""
        block = np.asarray(self.matrix[rows])
        lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
        lengths[lengths == 0] = 1
        unit: npt.NDArray[np.float32] = block / lengths[:, None]
        return unit

    def analogy(
        self, *terms: str, top: int = 10, method: str = "3cosadd"
    ) -> list[tuple[str, float]]:
        """`analogy("king", "man", "woman")` or `analogy("king - man + woman")`: see w2v.analogy."""
        from w2v import analogy

        positive, negative = analogy.parse_terms(terms)
        return analogy.analogy(self, positive, negative, top=top, method=method)

    def neighbors(self, word: str, top: int = 10) -> list[tuple[str, float]]:
        """The words whose vectors are nearest by cosine, nearest first."""
        from w2v import analogy

        return analogy.neighbors(self, [word], top=top)[0]

    def similarity(self, first: str, second: str) -> float:
        """The cosine of two words' vectors."""
        from w2v import analogy

        return analogy.similarity(self, first, second)

    def odd_one_out(self, words: Sequence[str]) -> str:
        """The word that is farthest from the mean of all."""
        from w2v import analogy

        return analogy.odd_one_out(self, words)
