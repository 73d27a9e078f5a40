"""Count every pair of neighbouring words in a stream of ids, on several threads.

    ids ─▶ (threads, block by block) keys, sorted into 256 parts
        ─▶ (threads, part by part) one hash table per part, small enough for a processor's cache

The result does not depend on the number of threads: each table takes its pairs in the order of the
text. Memory is bounded: where the tables hold more than `max_pairs`, the rarest pairs are dropped.
Part of the training path; imports numba.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Ids, Integers, Words64
from w2v.corpus.id_stream import IdStream
from w2v.corpus.kernels import phrases as kernels
from w2v.system.parallel import in_order
from w2v.words.word_list import WordList

_BATCH = 8  # blocks of ids whose pairs are sorted before any is counted
_FEW_SLOTS = 64  # of a new table
_GROWTH = 1.5
_FULL = 0.8  # share of the slots that may be used
_AT_ONCE = 16  # parts that a thread counts in one task
_FLAG = np.uint64(1)  # of a key: one of its words is a compound


class WordFacts(NamedTuple):
    """What the compiled functions need to know about each word.

    hashes : uint64[W], see `w2v.corpus.kernels.phrases.hash_words`
    kinds : uint8[W], the bits CONNECTOR, COMPOUND, FIRST and LAST of each word
    """

    hashes: Words64
    kinds: NDArray[np.uint8]


def hash_list(words: WordList) -> Words64:
    """A hash of each word, uint64[W]; equal words have equal hashes in every list."""
    hashes = np.empty(len(words), np.uint64)
    blob = np.frombuffer(bytearray(words.blob), np.uint8)
    with np.errstate(over="ignore"):
        kernels.hash_words(blob, words.offsets, hashes)
    return hashes


@dataclass(frozen=True)
class Pairs:
    """Some pairs of a text.

    keys : uint64[N]
    counts : int64[N]
    places : int64[N], the index in the stream of each pair's last word, at its first occurrence
    """

    keys: Words64
    counts: Integers
    places: Integers


class _SortedPairs(NamedTuple):
    """The pairs of one block, sorted by part: see `pair_keys`."""

    keys: Words64
    places: Integers
    starts: Integers


def count_pairs(
    stream: IdStream,
    facts: WordFacts,
    max_pairs: int,
    pool: ThreadPoolExecutor,
    *,
    across_lines: bool = False,
) -> PairCounts:
    """Count the pairs of a stream.

    Parameters
    ----------
    stream
        Not changed.
    facts
        Only CONNECTOR and COMPOUND matter here.
    max_pairs
        How many pairs may be held between two batches of blocks.
    pool
        The threads that count.
    across_lines
        Whether the last word of a line and the first of the next are a pair.
    """
    tables = PairCounts(max_pairs)

    def find(given: tuple[Ids, int, int]) -> _SortedPairs:
        ids, context, place = given
        keys, places = np.empty(2 * len(ids), np.uint64), np.empty(2 * len(ids), np.int64)
        starts = np.empty(kernels.PARTS + 1, np.int64)
        with np.errstate(over="ignore"):
            found = kernels.pair_keys(
                ids, context, place, *facts, across_lines, keys, places, starts
            )
        return _SortedPairs(keys[:found].copy(), places[:found].copy(), starts)

    blocks = in_order(pool, find, _with_context(stream, facts, across_lines))
    while batch := list(itertools.islice(blocks, _BATCH)):
        tables.add(batch, pool)
    return tables


def _with_context(
    stream: IdStream, facts: WordFacts, across_lines: bool
) -> Iterator[tuple[Ids, int, int]]:
    """Blocks of ids, each after the earlier ids that may begin a pair.

    Yields each block, the number of those earlier ids, and the place of the first in the stream.
    """
    before, place = np.zeros(0, np.int32), 0
    for block in stream.blocks():
        ids = np.concatenate([before, block])
        yield ids, len(before), place
        begin = kernels.open_tail(ids, facts.kinds, across_lines)
        before, place = ids[begin:], place + begin


class _Table:
    """The pairs of one part, in a table that grows with them."""

    def __init__(self) -> None:
        self.used = 0
        self._empty(_FEW_SLOTS)

    def _empty(self, slots: int) -> None:
        """Replace the slots with that many empty ones."""
        self.keys = np.zeros(slots, np.uint64)
        self.counts = np.zeros(slots, np.uint32)
        self.places = np.empty(slots, np.int64)
        self.used = 0

    def add(self, keys: Words64, counts: NDArray[np.uint32], places: Integers) -> None:
        """Add pairs; grow when the slots run out."""
        first = 0
        while True:
            most = int(_FULL * len(self.keys))
            first, self.used = kernels.add_pairs(
                keys, counts, places, first, self.keys, self.counts, self.places, self.used, most
            )
            if first == len(keys):
                return
            self._rebuild(np.flatnonzero(self.keys), int(_GROWTH * len(self.keys)))

    def drop(self, count: int) -> int:
        """Drop the pairs that occurred at most `count` times; return how many there were."""
        kept = np.flatnonzero(self.counts > count)
        dropped = self.used - len(kept)
        self._rebuild(kept, max(_FEW_SLOTS, int(len(kept) / _FULL * 1.2)))
        return dropped

    def _rebuild(self, kept: Integers, slots: int) -> None:
        """Move the pairs in the slots `kept` to a table of `slots` slots; drop the others."""
        keys, counts, places = self.keys[kept], self.counts[kept], self.places[kept]
        self._empty(slots)
        self.add(keys, counts, places)


class PairCounts:
    """The pairs of a text, each with its count and its first place.

    Attributes
    ----------
    n_dropped : pairs that were dropped to save memory; if they occur again, they count from 1
    dropped_count : the highest count of a dropped pair
    """

    def __init__(self, max_pairs: int) -> None:
        self._tables = [_Table() for _ in range(kernels.PARTS)]
        self._max_pairs = max_pairs
        self.n_dropped = 0
        self.dropped_count = 0

    def __len__(self) -> int:
        return sum(table.used for table in self._tables)

    def add(self, batch: list[_SortedPairs], pool: ThreadPoolExecutor) -> None:
        """Count the pairs of some blocks; drop the rarest if there are too many."""
        ones = np.ones(max(len(block.keys) for block in batch), np.uint32)

        def work(parts: range) -> None:
            for part in parts:
                for keys, places, starts in batch:
                    some = slice(int(starts[part]), int(starts[part + 1]))
                    found = keys[some]
                    self._tables[part].add(found, ones[: len(found)], places[some])

        parts = range(kernels.PARTS)
        for _ in in_order(pool, work, [parts[i : i + _AT_ONCE] for i in parts[::_AT_ONCE]]):
            pass
        while len(self) > self._max_pairs:
            self.dropped_count += 1
            drop = functools.partial(_Table.drop, count=self.dropped_count)
            self.n_dropped += sum(pool.map(drop, self._tables))

    def select(self, least: int) -> Pairs:
        """The pairs without a compound that occur at least `least` times."""
        return self._gather(lambda table: (table.counts >= least) & (table.keys & _FLAG == 0))

    def with_compounds(self) -> Pairs:
        """The pairs that contain a compound."""
        return self._gather(lambda table: (table.keys & _FLAG).astype(bool))

    def _gather(self, wanted: Callable[[_Table], NDArray[np.bool_]]) -> Pairs:
        found = [(table, np.flatnonzero(wanted(table))) for table in self._tables]
        return Pairs(
            np.concatenate([table.keys[some] for table, some in found]),
            np.concatenate([table.counts[some] for table, some in found]).astype(np.int64),
            np.concatenate([table.places[some] for table, some in found]),
        )

    def look_up(self, keys: Words64) -> Pairs:
        """The pairs with these keys; those that were not found have a count of 0."""
        counts, places = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64)
        parts = (keys >> np.uint64(56)).astype(np.int64)
        for part in np.unique(parts).tolist():
            some, table = np.flatnonzero(parts == part), self._tables[part]
            slots = np.empty(len(some), np.int64)
            kernels.find_slots(keys[some], table.keys, slots)
            there = slots >= 0
            counts[some[there]] = table.counts[slots[there]]
            places[some[there]] = table.places[slots[there]]
        return Pairs(keys, counts, places)
