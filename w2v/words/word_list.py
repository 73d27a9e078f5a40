"""WordList: millions of words in one block of bytes, looked up without a Python dict.

A dict of three million words takes seconds to build and hundreds of megabytes to hold. Here the
first few look-ups search the bytes (a few milliseconds each); after that, a sorted array of hashes
answers, which NumPy builds in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

from w2v.arrays import Integers
from w2v.errors import W2VError

Hashes = npt.NDArray[np.uint64]

SEARCHES_BEFORE_INDEX = 50  # searching the bytes this often costs as much as building the index
_BLOCK = 65_536  # words decoded at a time
_MOST_EQUAL_HASHES = 64  # words compared one by one; if more share a hash, the bytes are searched


class WordList(Sequence[str]):
    """Words in one block of UTF-8, each followed by a newline; decoded on demand.

    No word contains a newline, so searching the bytes for a word is exact. If a word occurs twice
    in the list, look-ups return its first index.

    Parameters
    ----------
    blob
        All words in order, UTF-8, with a newline after each.
    offsets
        int64[V + 1]: word i is blob[offsets[i] : offsets[i + 1] - 1]. Not checked here;
        `from_bytes` finds the offsets and checks the bytes.
    """

    def __init__(self, blob: bytes, offsets: Integers) -> None:
        self.blob, self.offsets = blob, offsets
        self._index: tuple[Hashes, Integers] | None = None
        self._searches = 0

    @classmethod
    def from_strings(cls, words: Iterable[str]) -> WordList:
        """From Python strings. Raises W2VError for a word with a newline or a lone surrogate."""
        encoded = []
        for word in words:
            if not isinstance(word, str):
                raise TypeError(f"a word must be a string, not {type(word).__name__}")
            try:
                encoded.append(word.encode())
            except UnicodeEncodeError:
                raise W2VError(f"the word {word!r} cannot be written as UTF-8") from None
        result = cls._split(b"".join(word + b"\n" for word in encoded))
        if len(result) != len(encoded):
            bad = next(word for word in encoded if b"\n" in word)
            raise W2VError(f"the word {bad.decode()!r} holds a line break")
        return result

    @classmethod
    def from_bytes(cls, blob: bytes, offsets: Integers | None = None) -> WordList:
        """From UTF-8 with a newline after each word; pass `offsets` if they are already known.

        Raises W2VError if the bytes are not valid UTF-8.
        """
        if blob and not blob.endswith(b"\n"):
            raise W2VError("a list of words must end with a line break")
        result = cls._split(blob) if offsets is None else cls(blob, offsets)
        result._check_utf8()
        return result

    @classmethod
    def _split(cls, blob: bytes) -> WordList:
        ends = np.flatnonzero(np.frombuffer(blob, np.uint8) == ord("\n")) + 1
        return cls(blob, np.concatenate([[0], ends]).astype(np.int64))

    def _check_utf8(self) -> None:
        if self.blob.isascii():
            return
        for first in range(0, len(self), _BLOCK):
            block = self._lines(first, first + _BLOCK)
            try:
                block.decode()
            except UnicodeDecodeError as error:
                row = first + block.count(b"\n", 0, error.start)
                raise W2VError(f"word {row} (from 0) is not valid UTF-8") from None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            first, last, step = index.indices(len(self))
            if step == 1:
                return self._lines(first, last).decode().split("\n")[:-1]
            return [self[i] for i in range(first, last, step)]
        if not -len(self) <= index < len(self):
            raise IndexError(f"word {index} of {len(self)}")
        index %= len(self)
        return self.blob[self.offsets[index] : self.offsets[index + 1] - 1].decode()

    def __iter__(self) -> Iterator[str]:
        """All words in order, decoded block by block."""
        for first in range(0, len(self), _BLOCK):
            yield from self[first : first + _BLOCK]

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
        return int(self.find_many([word])[0])

    def find_many(self, words: Iterable[str]) -> Integers:
        """The first index of each word, or -1: int64[n]."""
        wanted = [_encoded(word) for word in words]
        if self._index is None and len(wanted) + self._searches <= SEARCHES_BEFORE_INDEX:
            self._searches += len(wanted)
            return np.array([self._search_bytes(word) for word in wanted], np.int64)
        hashes, rows = self._made_index()
        wanted_hashes = _hashes(*_joined(wanted))
        firsts = np.searchsorted(hashes, wanted_hashes).tolist()
        lasts = np.searchsorted(hashes, wanted_hashes, side="right").tolist()
        found = np.full(len(wanted), -1, np.int64)
        for i, (word, first, last) in enumerate(zip(wanted, firsts, lasts, strict=True)):
            if first < last:
                found[i] = self._first_equal(word, rows[first:last])
        return found

    def encoded(self, first: int, last: int) -> list[bytes]:
        """Words first to last - 1 as UTF-8, without newlines."""
        return self._lines(first, last).split(b"\n")[:-1]

    def blocks(self) -> Iterator[tuple[int, list[bytes]]]:
        """All words as UTF-8, in blocks; each block with the index of its first word."""
        for first in range(0, len(self), _BLOCK):
            yield first, self.encoded(first, first + _BLOCK)

    def head(self, size: int) -> WordList:
        """The first `size` words."""
        offsets = self.offsets[: size + 1]
        return WordList(self.blob[: offsets[-1]], offsets)

    def select(self, indices: Integers) -> WordList:
        """The words at `indices`, in that order."""
        starts, ends = self.offsets[indices], self.offsets[np.asarray(indices) + 1]
        blob = b"".join(self.blob[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True))
        return WordList(blob, np.concatenate([[0], np.cumsum(ends - starts)]).astype(np.int64))

    def starting_with(self, prefix: str, most: int) -> list[str]:
        """The first `most` words that start with `prefix`."""
        wanted = _encoded(prefix)
        if wanted is None:
            return []
        rows = [0] if len(self) and self.blob.startswith(wanted) else []
        at = self.blob.find(b"\n" + wanted)
        while 0 <= at < len(self.blob) - 1 and len(rows) < most:
            rows.append(int(np.searchsorted(self.offsets, at + 1)))
            at = self.blob.find(b"\n" + wanted, at + 1)
        return [self[row] for row in rows[:most]]

    def _lines(self, first: int, last: int) -> bytes:
        """Words first to last - 1 with a newline after each; a `last` past the end is the end."""
        last = max(first, min(last, len(self)))
        return self.blob[self.offsets[first] : self.offsets[last]]

    def _search(self, word: str) -> int:
        return self._search_bytes(_encoded(word))

    def _search_bytes(self, word: bytes | None) -> int:
        """Find a word's bytes in the blob: a few milliseconds for millions of words."""
        if word is None:
            return -1
        if self.blob.startswith(word + b"\n"):
            return 0
        at = self.blob.find(b"\n" + word + b"\n")
        return -1 if at < 0 else int(np.searchsorted(self.offsets, at + 1))

    def _made_index(self) -> tuple[Hashes, Integers]:
        """All words' hashes, sorted, and the row of each; equal hashes keep their row order."""
        if self._index is None:
            hashes = _hashes(self.blob, self.offsets)
            rows = np.argsort(hashes, kind="stable")
            self._index = hashes[rows], rows
        return self._index

    def _first_equal(self, word: bytes | None, rows: Integers) -> int:
        """The first of `rows` (all share the word's hash) that holds the word, or -1."""
        if word is None:
            return -1
        if len(rows) > _MOST_EQUAL_HASHES:
            return self._search_bytes(word)
        for row in rows.tolist():
            if self.blob[self.offsets[row] : self.offsets[row + 1] - 1] == word:
                return int(row)
        return -1


def _encoded(word: str) -> bytes | None:
    """The word's bytes; None for a word that no list can hold."""
    try:
        wanted = word.encode()
    except UnicodeEncodeError:
        return None
    return None if b"\n" in wanted else wanted


def _joined(words: Sequence[bytes | None]) -> tuple[bytes, Integers]:
    """The blob and the offsets of some words."""
    lines = [(word or b"") + b"\n" for word in words]
    return b"".join(lines), np.cumsum([0, *map(len, lines)], dtype=np.int64)


def _hashes(blob: bytes, offsets: Integers) -> Hashes:
    """uint64[V], computed from each word's length, first 8 and last 8 bytes.

    Words of up to 16 bytes collide only rarely. Longer words that differ only in the middle share
    a hash; that costs a comparison, never an error.
    """
    padded = np.frombuffer(blob + bytes(8), np.uint8)
    eight = np.ndarray(
        len(padded) - 7, "<u8", padded, strides=(1,)
    )  # the 8 bytes that start at each byte
    starts, lengths = offsets[:-1], np.diff(offsets) - 1
    heads = eight[starts]
    short = np.minimum(lengths, 8)
    heads &= np.array([256**n - 1 for n in range(9)], np.uint64)[short]
    tails = eight[starts + (lengths - short)]
    tails[lengths < 8] = 0
    heads *= np.uint64(0x9E3779B97F4A7C15)
    heads ^= heads >> np.uint64(32)
    tails ^= lengths.astype(np.uint64)
    tails *= np.uint64(0xC2B2AE3D27D4EB4F)
    result: Hashes = heads ^ tails ^ (tails >> np.uint64(29))
    return result
