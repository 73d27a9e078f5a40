"""WordTable: the distinct words met so far, each with its count and an id.

Each thread fills its own table; the tables are merged at the end. This file owns the memory that
the compiled functions of `w2v.text.kernels.scan` work in, and enlarges it before it is full. It
knows nothing of vocabularies or files. Part of the training path; imports numba.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v.errors import W2VError
from w2v.text.character_classes import Classes
from w2v.text.characters import LINES, classes
from w2v.text.kernels import scan as kernels
from w2v.text.kernels.simd import CHUNK
from w2v.text.kernels.split import BLOCK, SLACK
from w2v.words.word_list import WordList

_FEW_SLOTS = 8 * BLOCK
_MOST_WORDS = 2**31 - 2
_GATHERED = 1 << 14  # words copied in one step


class Spellings(NamedTuple):
    """Where a table's words are: word i is arena[offsets[i] : offsets[i + 1] - 1], in UTF-8.

    At least SLACK bytes follow the last word.
    """

    arena: NDArray[np.uint8]
    offsets: NDArray[np.int64]


@dataclass(frozen=True)
class Scanned:
    """The result of scanning one piece of text.

    ids : int32[n], with END_OF_LINE where lines end
    n_line_ends : how many of the ids are END_OF_LINE
    replaced_bytes : how many bytes were invalid
    """

    ids: NDArray[np.int32]
    n_line_ends: int
    replaced_bytes: int


class WordTable:
    """Distinct words, numbered in order of first appearance; memory grows only with them.

    Parameters
    ----------
    tokenizer
        "words" or "whitespace" (see `w2v.text.characters`).
    """

    def __init__(self, tokenizer: str, keep_case: bool = False) -> None:
        self._tokenizer, self._keep_case = tokenizer, keep_case
        self._is_ascii = True  # no other character so far
        self._table = _new_table(_FEW_SLOTS)
        self._buffers = _new_buffers()
        self._n_words = 0
        self._n_seated = 0  # words that have slots

    def __len__(self) -> int:
        return self._n_words

    @property
    def counts(self) -> NDArray[np.int64]:
        """int64[W]: how often each word occurred."""
        return self._table.entries[: self._n_words, kernels.COUNT].astype(np.int64)

    @property
    def first(self) -> NDArray[np.int64]:
        """int64[W]: increases with the place in the whole text where each word first appeared."""
        return self._table.entries[: self._n_words, kernels.PLACE].astype(np.int64)

    def words(self, ids: NDArray[np.int64]) -> WordList:
        """The words with these ids, in the given order."""
        offsets, arena = self._table.offsets, self._table.arena
        begins, sizes = offsets[ids], offsets[ids + 1] - offsets[ids]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        blob = np.empty(starts[-1], np.uint8)
        for first in range(0, len(ids), _GATHERED):
            some = slice(first, first + _GATHERED)
            shifts = np.repeat(begins[some] - starts[:-1][some], sizes[some])
            begin = int(starts[first])
            places = np.arange(begin, begin + len(shifts))
            blob[places] = arena[places + shifts]
        return WordList(blob.tobytes(), starts)

    @property
    def spellings(self) -> Spellings:
        """The words so far; they stay as they are when the table grows."""
        return Spellings(self._table.arena, self._table.offsets)

    def scan(self, text: NDArray[np.uint8], place: int) -> Scanned:
        """Count the words of `text`, UTF-8 that is not cut inside a word and begins at `place`."""
        if self._is_ascii and text.size:
            self._is_ascii = bool(text.view(np.int8).min() >= 0)
        return self._scan(text, place, classes(self._tokenizer, self._keep_case, self._is_ascii))

    def find_or_add(self, words: WordList) -> NDArray[np.int64]:
        """The id of each word, int64[n]; unknown words are added.

        This table's counts and first places are meaningless afterwards. Raises W2VError for an
        empty word.
        """
        return self._find_or_add(np.frombuffer(words.blob, np.uint8), words.offsets)

    def add(self, other: WordTable) -> NDArray[np.int64]:
        """The id in this table of each of another table's words, int64[n]; see find_or_add."""
        return self._find_or_add(other._table.arena, other._table.offsets[: len(other) + 1])

    def _find_or_add(
        self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Scan the words, one per line, a block at a time."""
        if (np.diff(offsets) < 2).any():
            raise W2VError(f"word {int(np.argmin(np.diff(offsets)))} (from 0) is empty")
        ids = np.empty(len(offsets) - 1, np.int64)
        one_per_line = classes(LINES, keep_case=True, is_ascii=True)
        for first in range(0, len(ids), _GATHERED):
            ends = offsets[first : first + _GATHERED + 1]
            lines = blob[ends[0] : ends[-1]].copy()  # writable: another type to the compiler
            ids[first : first + _GATHERED] = self._scan(lines, 0, one_per_line).ids[::2]
        return ids

    def _scan(self, text: NDArray[np.uint8], place: int, classes: Classes) -> Scanned:
        """Run the compiled function with enough room for any text of this length."""
        self._make_room(4 * len(text) + 1 + SLACK)
        if len(self._buffers.clean) < 3 * len(text) + SLACK:
            clean = np.empty(3 * len(text) + SLACK, np.uint8)
            self._buffers = self._buffers._replace(clean=clean)
        ids = np.empty(len(text) + 1, np.int32)
        state = self._state()
        with np.errstate(over="ignore"):  # hashes wrap around; NumPy warns only when the JIT is off
            while not kernels.scan(text, classes, self._buffers, self._table, ids, state, place):
                self._n_words = int(state[kernels.WORDS])
                self._more_slots(2 * len(self._table.slots))
                state[kernels.SEATED] = 0
        self._n_words = self._n_seated = int(state[kernels.WORDS])
        n_ids, n_ends = int(state[kernels.IDS]), int(state[kernels.LINE_ENDS])
        return Scanned(ids[:n_ids], n_ends, int(state[kernels.REPLACED]))

    def _state(self) -> NDArray[np.int64]:
        """This table's counters, as the compiled functions take them."""
        state = np.zeros(kernels.STATE_SIZE, np.int64)
        state[kernels.WORDS], state[kernels.SEATED] = self._n_words, self._n_seated
        return state

    def _make_room(self, n_bytes: int) -> None:
        """Make room for `n_bytes` more bytes of words."""
        used = int(self._table.offsets[self._n_words])
        if len(self._table.arena) - used < n_bytes:
            arena = _longer(self._table.arena, used, used + max(used, n_bytes))
            self._table = self._table._replace(arena=arena)

    def _more_slots(self, n_slots: int) -> None:
        """Replace the slots with `n_slots` empty ones, and enlarge the other arrays to match."""
        n_words, capacity = self._n_words, n_slots // 2
        if capacity > _MOST_WORDS:
            raise W2VError(f"the text has more than {n_words:,} distinct words; split it")
        old = self._table
        self._table = kernels.HashTable(
            slots=np.zeros(n_slots, np.uint32),
            entries=_longer(old.entries, n_words, capacity),
            offsets=_longer(old.offsets, n_words + 1, capacity + 1),
            arena=old.arena,
        )
        self._n_seated = 0


def kernel() -> Any:
    """The kernel that `compile_scan` compiles."""
    return kernels.scan


def compile_scan() -> None:
    """Compile the scanner, or load it from the cache, by scanning an empty text."""
    WordTable("words").scan(np.zeros(0, np.uint8), 0)


@dataclass(frozen=True)
class Merged:
    """The words of several tables, merged.

    table : all words; its own counts and first places are meaningless
    counts, first : int64[W]
    ids : for each table, int64[its words]: their ids in `table`
    """

    table: WordTable
    counts: NDArray[np.int64]
    first: NDArray[np.int64]
    ids: list[NDArray[np.int64]]

    @property
    def n_distinct(self) -> int:
        """How many words occur."""
        return int(np.count_nonzero(self.counts))

    def sample(self, size: int = 4096) -> list[tuple[str, float]]:
        """The most frequent words and as many of the others, with counts that represent all."""
        ids = np.flatnonzero(self.counts)
        size = min(size, len(ids))
        order = np.argpartition(self.counts[ids], len(ids) - size)
        top, rest = ids[order[len(ids) - size :]], ids[order[: len(ids) - size]]
        some = rest[:: max(1, len(rest) // max(1, size))]
        scale = self.counts[rest].sum() / max(1, self.counts[some].sum())
        chosen = np.concatenate([top, some])
        weights = np.concatenate([self.counts[top], scale * self.counts[some]])
        return list(zip(self.table.words(chosen), weights.tolist(), strict=True))

    def by_falling_count(self, min_count: int, max_vocab: int | None) -> NDArray[np.int64]:
        """The ids of words that reach `min_count`, at most `max_vocab`; ties by first place."""
        enough = np.flatnonzero(self.counts >= min_count)
        order = np.lexsort((self.first[enough], -self.counts[enough]))
        return enough[order[:max_vocab]].astype(np.int64)


def merge(tables: list[WordTable]) -> Merged:
    """Add all tables' words to the first table, whose own counts are lost, and sum the counts."""
    into = tables[0]
    counts, first = into.counts, into.first
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


def _new_table(n_slots: int) -> kernels.HashTable:
    """A table with room for n_slots / 2 words."""
    return kernels.HashTable(
        slots=np.zeros(n_slots, np.uint32),
        entries=np.empty((n_slots // 2, 4), np.uint64),
        offsets=np.zeros(n_slots // 2 + 1, np.int64),
        arena=np.empty(1 << 20, np.uint8),
    )


def _new_buffers() -> kernels.Buffers:
    """The buffers of one table; `clean` grows with the pieces of text."""
    n_words = BLOCK + 2 * SLACK
    return kernels.Buffers(
        clean=np.empty(0, np.uint8),
        edges=np.empty(2 * n_words, np.int32),
        keys=np.empty((n_words, 2), np.uint64),
        homes=np.zeros(n_words, np.uint64),
        tail=np.empty(CHUNK, np.uint8),
    )


def _longer(array: NDArray[Any], used: int, length: int) -> NDArray[Any]:
    """A longer array that begins with the first `used` entries of `array`."""
    longer = np.empty((length, *array.shape[1:]), array.dtype)
    longer[:used] = array[:used]
    return longer
