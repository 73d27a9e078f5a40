"""WordTable: the distinct words met so far, each with its count and an id of its own.

One thread fills one table; tables are merged at the end. This file holds the memory that the
compiled functions of `w2v.text_kernels` work in, and makes it larger in time. It knows no
vocabulary and no file. It is part of the training path and imports numba.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v import text_kernels as kernels
from w2v.characters import byte_table, code_table, line_table
from w2v.embedding import WordList
from w2v.errors import W2VError

_FEW_SLOTS = 4 * kernels.BLOCK
_MOST_WORDS = 2**31 - 2
_GATHERED = kernels.BLOCK // 2  # words looked at in one step
_NO_CODES = np.zeros(0, np.uint32)
Number = TypeVar("Number", np.uint8, np.int64)


@dataclass(frozen=True)
class Scanned:
    """What one piece of text became.

    ids : int32[n], with END_OF_LINE where lines end
    n_line_ends : how many of these are END_OF_LINE
    replaced_bytes : invalid bytes met
    """

    ids: NDArray[np.int32]
    n_line_ends: int
    replaced_bytes: int


class WordTable:
    """Distinct words by id, in the order of their first appearance; grows with them alone.

    Parameters
    ----------
    tokenizer
        "words" or "whitespace" (see `w2v.characters`).
    """

    def __init__(self, tokenizer: str) -> None:
        self._tokenizer = tokenizer
        self._codes = _NO_CODES
        self._slots = _aligned_slots(_FEW_SLOTS)
        self._first = np.zeros(_FEW_SLOTS // 2, np.int64)
        self._offsets = np.zeros(_FEW_SLOTS // 2 + 1, np.int64)
        self._arena = np.zeros(1 << 20, np.uint8)
        self._edges = np.zeros(2 * kernels.BLOCK + 8, np.int32)
        self._clean = np.zeros(0, np.uint64)
        self._n_words = 0

    def __len__(self) -> int:
        return self._n_words

    @property
    def counts(self) -> NDArray[np.int64]:
        """int64[W]: how often each word came."""
        used = self._slots[self._slots[:, 1] != 0]
        counts = np.zeros(self._n_words, np.int64)
        counts[used[:, 2].astype(np.int64)] = used[:, 3].astype(np.int64)
        return counts

    @property
    def first(self) -> NDArray[np.int64]:
        """int64[W]: rises with the place in the whole text where each word came first."""
        return self._first[: self._n_words]

    def words(self, ids: NDArray[np.int64]) -> WordList:
        """The words of these ids, in their order."""
        begins, sizes = self._offsets[ids], self._offsets[ids + 1] - self._offsets[ids]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        blob = np.empty(starts[-1], np.uint8)
        for first in range(0, len(ids), _GATHERED):
            some = slice(first, first + _GATHERED)
            shifts = np.repeat(begins[some] - starts[:-1][some], sizes[some])
            begin = int(starts[first])
            places = np.arange(begin, begin + len(shifts))
            blob[places] = self._arena[places + shifts]
        return WordList(blob.tobytes(), starts)

    def scan(self, text: NDArray[np.uint8], place: int) -> Scanned:
        """Count the words of `text` (UTF-8, not cut inside a word), which begins at `place`."""
        if len(self._codes) == 0 and text.size and text.view(np.int8).min() < 0:
            self._codes = code_table(self._tokenizer)
        return self._scan(text, place, byte_table(self._tokenizer), self._codes)

    def find_or_add(self, words: WordList) -> NDArray[np.int64]:
        """The id of each word: int64[n]. Raises W2VError for an empty one.

        Counts and first places of this table mean nothing from then on.
        """
        return self._find_or_add(np.frombuffer(words.blob, np.uint8), words.offsets)

    def add(self, other: WordTable) -> NDArray[np.int64]:
        """The id here of each word of another table: int64[n]. As find_or_add otherwise."""
        return self._find_or_add(other._arena, other._offsets[: len(other) + 1])

    def _find_or_add(
        self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Scan the words, each of which has a line of its own, some at a time."""
        if (np.diff(offsets) < 2).any():
            raise W2VError(f"word {int(np.argmin(np.diff(offsets)))} (from 0) is empty")
        ids = np.empty(len(offsets) - 1, np.int64)
        for first in range(0, len(ids), _GATHERED):
            ends = offsets[first : first + _GATHERED + 1]
            scanned = self._scan(blob[ends[0] : ends[-1]], 0, line_table(), _NO_CODES)
            ids[first : first + _GATHERED] = scanned.ids[::2]
        return ids

    def _scan(
        self,
        text: NDArray[np.uint8],
        place: int,
        bytes_: NDArray[np.uint16],
        codes: NDArray[np.uint32],
    ) -> Scanned:
        """Run the compiled function, with room for whatever the text may hold."""
        self._make_room(4 * len(text) + 64)
        ids = np.empty(len(text) + 1, np.int32)
        state = np.array([0, 0, self._n_words, 0, 0], np.int64)
        with np.errstate(over="ignore"):  # hashes wrap around; heard only without the compiler
            while not kernels.scan(
                text,
                bytes_,
                codes,
                self._clean.view(np.uint8),
                self._clean,
                self._edges,
                self._slots,
                self._first,
                self._offsets,
                self._arena,
                ids,
                state,
                2 * place,
            ):
                self._more_slots(int(state[kernels.WORDS]))
        self._n_words = int(state[kernels.WORDS])
        n_ids, n_ends = int(state[kernels.IDS]), int(state[kernels.LINE_ENDS])
        return Scanned(ids[:n_ids], n_ends, int(state[kernels.REPLACED]))

    def _make_room(self, n_bytes: int) -> None:
        """Have room for `n_bytes` more bytes of words, and to clean as many."""
        if 8 * len(self._clean) < n_bytes:
            self._clean = np.empty(n_bytes // 8 + 1, np.uint64)
        used = int(self._offsets[self._n_words])
        if len(self._arena) - used < n_bytes:
            self._arena = _longer(self._arena, used, used + max(used, n_bytes))

    def _more_slots(self, n_words: int) -> None:
        """Double the hash table and all that goes with it."""
        n_slots = 2 * len(self._slots)
        if n_slots // 2 > _MOST_WORDS:
            raise W2VError(f"the text has more than {n_words:,} distinct words; split it")
        larger = _aligned_slots(n_slots)
        with np.errstate(over="ignore"):
            kernels.rehash(self._slots, larger)
        self._slots = larger
        self._first = _longer(self._first, n_words, n_slots // 2)
        self._offsets = _longer(self._offsets, n_words + 1, n_slots // 2 + 1)


@dataclass(frozen=True)
class Merged:
    """The words of several tables as one.

    table : all words; its own counts and first places mean nothing
    counts, first : int64[W]
    ids : for each table, int64[its words]: their ids in `table`
    """

    table: WordTable
    counts: NDArray[np.int64]
    first: NDArray[np.int64]
    ids: list[NDArray[np.int64]]

    def by_falling_count(self, min_count: int, max_vocab: int | None) -> NDArray[np.int64]:
        """Ids of the words that reach `min_count`, at most `max_vocab`, first come first."""
        enough = np.flatnonzero(self.counts >= min_count)
        order = np.lexsort((self.first[enough], -self.counts[enough]))
        return enough[order[:max_vocab]].astype(np.int64)


def merge(tables: list[WordTable]) -> Merged:
    """Add all tables' words to the first table (which is spent by that) and sum their counts."""
    into = tables[0]
    counts, first = into.counts, into.first.copy()
    ids = [np.arange(len(into), dtype=np.int64)]
    for table in tables[1:]:
        found = into.add(table)
        grown = len(into) - len(counts)
        counts = np.concatenate([counts, np.zeros(grown, np.int64)])
        first = np.concatenate([first, np.full(grown, np.iinfo(np.int64).max)])
        counts[found] += table.counts
        first[found] = np.minimum(first[found], table.first)
        ids.append(found)
    return Merged(into, counts, first, ids)


def _longer(array: NDArray[Number], used: int, length: int) -> NDArray[Number]:
    """A longer array that begins with the first `used` entries of `array`."""
    longer = np.empty(length, array.dtype)
    longer[:used] = array[:used]
    return longer


def _aligned_slots(n_slots: int) -> NDArray[np.uint64]:
    """Empty slots: uint64[n_slots, 4], no slot across two cache lines."""
    raw = np.zeros(n_slots * 4 + 8, np.uint64)
    start = (-raw.ctypes.data % 64) // 8
    return raw[start : start + n_slots * 4].reshape(n_slots, 4)
