"""The compiled functions that turn text into numbers: words are found, counted and given ids.

A *word* here is its UTF-8 bytes, lower-cased if the tokenizer says so. A block of text becomes
numbers in three steps. None of them branches on the length of a word: lengths are unpredictable,
and a mispredicted branch costs as much as processing ten bytes.

    split     finds the edges of the words and copies their bytes to `clean` (split.py)
    _hash     computes two keys and a hash for each word, and prefetches its slot
    _number   looks each word up, counts it and writes its id; a new word gets the next id

The two keys hold a word of up to 15 bytes exactly. A longer word has a 64-bit hash for its keys,
and its bytes are compared. Words are numbered in the order in which a table first meets them.

No files are read here, and there is no vocabulary: see `w2v.corpus.word_table`. The functions stay
inside their arrays as long as the caller keeps to the sizes in the docstrings. Indices are unsigned
where speed matters, because numba then omits the check for negative ones.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from w2v import arrays
from w2v.arrays import Bytes, Ids, Integers, Words32, Words64
from w2v.kernels import compiler, disk_cache, extremes
from w2v.kernels.disk_cache import cached
from w2v.text import character_classes
from w2v.text.character_classes import Classes
from w2v.text.kernels import simd
from w2v.text.kernels import split as split_module
from w2v.text.kernels.simd import APART, HELPER, KERNEL, load, prefetch
from w2v.text.kernels.split import BLOCK, split

TAKEN_IN = arrays, disk_cache, compiler, extremes, character_classes, simd, split_module
"""The modules whose code is compiled into `scan`."""

kernel = cached(njit(**KERNEL))

END_OF_LINE = -1  # marks the end of a line in the stream of ids
CHECKSUM_FACTOR = 0x9E3779B97F4A7C15  # of `renumber`; odd, with well-mixed bits

# Columns of HashTable.entries.
_FIRST_KEY, _SECOND_KEY, COUNT, PLACE = (np.uint64(n) for n in range(4))
# Indices into `state`.
AT, IDS, WORDS, REPLACED, LINE_ENDS, SEATED = range(6)
STATE_SIZE = 6

_0, _1, _2, _4, _8, _16, _32, _56 = (np.uint64(n) for n in (0, 1, 2, 4, 8, 16, 32, 56))
_NONE = np.uint64(2**64 - 1)  # an empty slot holds 0, and 0 - 1 wraps around to this
_AHEAD = np.uint64(8)  # words between a prefetch and its use
_LONG = np.uint64(1 << 63)
_K1 = np.uint64(CHECKSUM_FACTOR)
_K2 = np.uint64(0xD6E8FEB86659FD93)
# For each word size, the bits of the first and second 8 bytes that belong to the word.
_FIRST = np.array([(1 << 8 * min(n, 8)) - 1 for n in range(16)], np.uint64)
_SECOND = np.array([(1 << 8 * max(n - 8, 0)) - 1 for n in range(16)], np.uint64)


class HashTable(NamedTuple):
    """A hash table with room for W words.

    slots : uint32[S], S a power of two, at most half used: a word's id + 1, or 0 if empty
    entries : uint64[W, 4]: for each word two keys, its count, and a number that grows with the
        position of its first appearance in the whole text
    offsets : int64[W + 1]: word i is arena[offsets[i]:offsets[i + 1]], ending in a line feed
    arena : uint8[any]
    """

    slots: Words32
    entries: Words64
    offsets: Integers
    arena: Bytes


class Buffers(NamedTuple):
    """Intermediate results for one block of text.

    clean : uint8[3 * bytes of the text + SLACK], the words' bytes
    edges : int32[2 * BLOCK + 4 * SLACK]: word k is clean[edges[2k]:edges[2k + 1]]; an empty word
        is the end of a line
    keys, homes : uint64[BLOCK + 2 * SLACK, 2] and uint64[BLOCK + 2 * SLACK]: per word, its keys and
        their hash
    tail : uint8[CHUNK], the last chunk
    """

    clean: Bytes
    edges: Ids
    keys: Words64
    homes: Words64
    tail: Bytes


# --- steps two and three: hash and number ---


@njit(**HELPER)
def _home(first: Any, second: Any) -> Any:
    """The hash of two keys. Its lowest bits select a slot."""
    mixed = (first * _K1) ^ (second * _K2)
    return ((mixed ^ (mixed >> _32)) * _K2) >> _32


@njit(**APART)
def _hash(
    clean: Bytes,
    edges: Ids,
    n_edges: int,
    keys: Words64,
    homes: Words64,
    slots: Words32,
) -> None:
    """Compute the keys and the home of each word in `edges`, and prefetch its slot.

    The top byte of the second key is the word's size. A word of 16 bytes or more has _LONG there
    and a hash of all its bytes in both keys.
    """
    mask = np.uint64(len(slots) - 1)
    for i in range(np.uint64(n_edges >> 1)):
        begin = np.uint64(edges[_2 * i])
        size = np.uint64(edges[_2 * i + _1]) - begin
        if size < _16:
            first = load(clean, begin) & _FIRST[size]
            second = (load(clean, begin + _8) & _SECOND[size]) | (size << _56)
        else:
            first = size
            for j in range(begin, begin + size):
                first = (first ^ np.uint64(clean[j])) * _K1
                first ^= first >> _32
            second = first | _LONG
        home = _home(first, second)
        prefetch(slots, home & mask)
        keys[i, _0] = first
        keys[i, _1] = second
        homes[i] = home


@njit(**HELPER)
def _same(
    clean: Bytes,
    edges: Ids,
    i: Any,
    offsets: Integers,
    arena: Bytes,
    word: Any,
) -> bool:
    """Whether the i-th word in `edges` equals this word of the table, byte by byte."""
    begin = np.uint64(edges[_2 * i])
    size = np.uint64(edges[_2 * i + _1]) - begin
    start = np.uint64(offsets[word])
    if np.uint64(offsets[word + _1]) - start != size + _1:
        return False
    at = _0
    while at < size and clean[begin + at] == arena[start + at]:
        at += _1
    return at == size


@njit(**HELPER)
def _enter(
    clean: Bytes,
    edges: Ids,
    i: Any,
    offsets: Integers,
    arena: Bytes,
    word: Any,
) -> None:
    """Append the bytes of the i-th word in `edges` to the arena, followed by a line feed."""
    begin = np.uint64(edges[_2 * i])
    size = np.uint64(edges[_2 * i + _1]) - begin
    start = np.uint64(offsets[word])
    for at in range(size):
        arena[start + at] = clean[begin + at]
    arena[start + size] = 10
    offsets[word + _1] = np.int64(start + size + _1)


@njit(**APART)
def _number(
    clean: Bytes,
    edges: Ids,
    n_edges: int,
    keys: Words64,
    homes: Words64,
    slots: Words32,
    entries: Words64,
    offsets: Integers,
    arena: Bytes,
    ids: Ids,
    state: Integers,
    place: int,
) -> None:
    """Count each word in `edges` and write its id; a new word gets the next id.

    Writes ids[state[IDS]:] and updates state[IDS] and state[WORDS]. Empty words become one
    END_OF_LINE per run. `place` is where the block begins in the whole text.
    The lookup is inlined here: as a function it would cost more than the lookup itself, because
    numba counts references to every array argument.
    """
    n_ids = np.uint64(state[IDS])
    n_words = np.uint64(state[WORDS])
    mask = np.uint64(len(slots) - 1)
    for i in range(np.uint64(n_edges >> 1)):
        ahead = np.uint64(slots[homes[i + _AHEAD] & mask])
        prefetch(entries, _4 * ahead)
        first, second = keys[i, _0], keys[i, _1]
        if second == _0:
            if n_ids == _0 or ids[n_ids - _1] != END_OF_LINE:
                ids[n_ids] = END_OF_LINE
                n_ids += _1
                state[LINE_ENDS] += 1
            continue
        slot = homes[i] & mask
        word = np.uint64(slots[slot]) - _1
        while word != _NONE:
            same = entries[word, _FIRST_KEY] == first and entries[word, _SECOND_KEY] == second
            if same and (second < _LONG or _same(clean, edges, i, offsets, arena, word)):
                break
            slot = (slot + _1) & mask
            word = np.uint64(slots[slot]) - _1
        if word == _NONE:
            word = n_words
            n_words += _1
            slots[slot] = np.uint32(n_words)
            entries[word, _FIRST_KEY] = first
            entries[word, _SECOND_KEY] = second
            entries[word, COUNT] = _0
            entries[word, PLACE] = np.uint64(place) + i
            _enter(clean, edges, i, offsets, arena, word)
        entries[word, COUNT] += _1
        ids[n_ids] = np.int32(word)
        n_ids += _1
    state[IDS] = np.int64(n_ids)
    state[WORDS] = np.int64(n_words)


# --- called from Python ---


@njit(**APART)
def _seat(slots: Words32, entries: Words64, state: Integers) -> None:
    """Enter the words that have no slot yet into the slots."""
    mask = np.uint64(len(slots) - 1)
    for word in range(state[SEATED], state[WORDS]):
        slot = _home(entries[word, 0], entries[word, 1]) & mask
        while slots[slot] != 0:
            slot = (slot + _1) & mask
        slots[slot] = np.uint32(word + 1)
    state[SEATED] = state[WORDS]


def _cached(code: str) -> Any:
    """The kernel `scan`. Numba's cache keeps it apart from one that other `code` is part of."""

    @kernel
    def scan(
        text: Bytes,
        classes: Classes,
        buffers: Buffers,
        table: HashTable,
        ids: Ids,
        state: Integers,
        place: int,
    ) -> bool:
        """Turn `text` from state[AT] on into ids. Returns False if the table has to grow first.

        The table holds state[WORDS] words; those from state[SEATED] on have no slots yet (none have
        if the slots are new). `place` is where `text` begins in the whole text.

        The caller guarantees: `text` neither begins nor ends inside a word; ids has room for
        len(text) + 1 of them; the arena has room for 4 * len(text) + 1 more bytes;
        W >= len(slots) / 2 >= 2 * BLOCK; the buffers have the sizes stated in `Buffers`.
        """
        clean, edges, keys, homes, tail = buffers
        slots, entries, offsets, arena = table
        _seat(slots, entries, state)
        _code = code
        while state[AT] < len(text) and state[WORDS] + BLOCK <= len(slots) // 2:
            at = state[AT]
            state[AT], n_edges, replaced = split(text, at, classes, clean, edges, tail)
            state[REPLACED] += replaced
            _hash(clean, edges, n_edges, keys, homes, slots)
            _number(
                clean, edges, n_edges, keys, homes, slots, entries, offsets, arena, ids, state,
                place + at,
            )  # fmt: skip
        state[SEATED] = state[WORDS]
        return state[AT] >= len(text)

    return scan


scan = _cached(disk_cache.code_digest(*TAKEN_IN))


@kernel
def renumber(
    ids: Ids,
    final: Ids,
    lengths: Integers,
    checksum: Words64,
) -> int:
    """Replace each id by final[id] in place, dropping those below 0, and measure the lines.

    Returns the number of ids left; each END_OF_LINE is dropped too. lengths[k] is the number of ids
    in line k; the last line is still open at the end. checksum[0] continues as a polynomial hash:
    checksum * CHECKSUM_FACTOR + id + 1 for each id, modulo 2 ** 64.
    The caller guarantees: lengths has one more entry than there are END_OF_LINE.
    """
    n_ids = _0
    n_lines = _0
    begin = _0
    total = checksum[0]
    for i in range(np.uint64(len(ids))):
        old = ids[i]
        if old == END_OF_LINE:
            lengths[n_lines] = np.int64(n_ids - begin)
            n_lines += _1
            begin = n_ids
            continue
        new = final[np.uint64(old)]
        if new >= 0:
            ids[n_ids] = new
            n_ids += _1
            total = total * _K1 + np.uint64(new + 1)
    lengths[n_lines] = np.int64(n_ids - begin)
    checksum[0] = total
    return np.int64(n_ids)
