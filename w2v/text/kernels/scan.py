"""The compiled functions that read text: words are found, numbered and counted.

Legend: a *word* is its bytes in UTF-8, lower-cased where the tokenizer says so. Text becomes
numbers in three steps, block by block, each with no branch that depends on a word's length
(lengths cannot be predicted, and a wrong guess costs as much as ten bytes of work):

    split     the edges of the words are found, and their bytes go to `clean`: split.py
    _hash     each word's two keys and its hash; the slot that it will need is prefetched
    _number   each word is looked up, counted, and its id written; a new word gets the next id

A word of up to 15 bytes is held by its two keys exactly; a longer one has a 64-bit hash for
key and its bytes are compared. Words are numbered by their first appearance in one table.

This file does not read files, and knows no vocabulary: see `w2v.corpus.word_table`. The compiled
functions never index outside their arrays as long as the caller keeps the sizes that each
docstring states.

Indices are unsigned where speed counts: numba then leaves out the test for a negative one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from w2v.text.codes import Classes
from w2v.text.kernels.simd import HELPER, load, prefetch
from w2v.text.kernels.split import BLOCK, split

# Numba's cache does not see a change in another file: this digest of the two must change with
# them, and so this file does; tests/test_kernels.py tells the new one.
HELPER_CODE = "81068b448ce4a623"

_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True}

END_OF_LINE = -1  # stands in the id stream where a line ends
CHECKSUM_FACTOR = 0x9E3779B97F4A7C15  # what `renumber` multiplies by; odd, bits well mixed

# Columns of Table.entries.
_FIRST_KEY, _SECOND_KEY, COUNT, PLACE = (np.uint64(n) for n in range(4))
# Places in `state`.
AT, IDS, WORDS, REPLACED, LINE_ENDS, SEATED = range(6)
STATE_SIZE = 6

_0, _1, _2, _4, _8, _16, _32, _56 = (np.uint64(n) for n in (0, 1, 2, 4, 8, 16, 32, 56))
_NONE = np.uint64(2**64 - 1)  # what an empty slot's 0 less 1 is
_AHEAD = np.uint64(8)  # words between a prefetch and its use
_LONG = np.uint64(1 << 63)
_K1 = np.uint64(CHECKSUM_FACTOR)
_K2 = np.uint64(0xD6E8FEB86659FD93)
# Which bits of the first and of the second 8 bytes belong to a word of each size.
_FIRST = np.array([(1 << 8 * min(n, 8)) - 1 for n in range(16)], np.uint64)
_SECOND = np.array([(1 << 8 * max(n - 8, 0)) - 1 for n in range(16)], np.uint64)


class Table(NamedTuple):
    """A hash table of words; W of them fit.

    slots : uint32[S], S a power of two and at most half of them used; a word's id + 1; 0: empty
    entries : uint64[W, 4]; of each word its two keys, its count, and a number that rises with the
        place in the whole text where it came first
    offsets : int64[W + 1]; word i is arena[offsets[i]:offsets[i + 1]] with a line feed at its end
    arena : uint8[any]
    """

    slots: NDArray[np.uint32]
    entries: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    arena: NDArray[np.uint8]


class Buffers(NamedTuple):
    """What one block of text is on its way.

    clean : uint8[3 * the text's bytes + SLACK], the words' bytes
    edges : int32[2 * BLOCK + 4 * SLACK]; word k is clean[edges[2k]:edges[2k + 1]], an empty one
        the end of a line
    keys, homes : uint64[BLOCK + 2 * SLACK, 2] and [BLOCK + 2 * SLACK], of each word
    marks, tail : uint64[4] and uint8[CHUNK], for one chunk
    """

    clean: NDArray[np.uint8]
    edges: NDArray[np.int32]
    keys: NDArray[np.uint64]
    homes: NDArray[np.uint64]
    marks: NDArray[np.uint64]
    tail: NDArray[np.uint8]


# --- the second step and the third ---


@njit(**HELPER)
def _home(first: Any, second: Any) -> Any:
    """The hash of two keys; its lowest bits choose a slot."""
    mixed = (first * _K1) ^ (second * _K2)
    return ((mixed ^ (mixed >> _32)) * _K2) >> _32


@njit(**HELPER)
def _hash(
    clean: NDArray[np.uint8],
    edges: NDArray[np.int32],
    n_edges: int,
    keys: NDArray[np.uint64],
    homes: NDArray[np.uint64],
    slots: NDArray[np.uint32],
) -> None:
    """The keys and the home of each word between `edges`, whose slots are prefetched.

    The second key's top byte is the size; a word of 16 bytes or more has _LONG there, and a hash
    of all its bytes in both keys.
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
    clean: NDArray[np.uint8],
    edges: NDArray[np.int32],
    i: Any,
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
    word: Any,
) -> bool:
    """Whether the i-th word between the edges is this word of the table, byte by byte."""
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
    clean: NDArray[np.uint8],
    edges: NDArray[np.int32],
    i: Any,
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
    word: Any,
) -> None:
    """Keep the bytes of the i-th word between the edges, and a line feed after them."""
    begin = np.uint64(edges[_2 * i])
    size = np.uint64(edges[_2 * i + _1]) - begin
    start = np.uint64(offsets[word])
    for at in range(size):
        arena[start + at] = clean[begin + at]
    arena[start + size] = 10
    offsets[word + _1] = np.int64(start + size + _1)


@njit(**HELPER)
def _number(
    clean: NDArray[np.uint8],
    edges: NDArray[np.int32],
    n_edges: int,
    keys: NDArray[np.uint64],
    homes: NDArray[np.uint64],
    slots: NDArray[np.uint32],
    entries: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
    ids: NDArray[np.int32],
    state: NDArray[np.int64],
    place: int,
) -> None:
    """Give each word between the edges its id, counting it; a new word gets the next id.

    Writes ids[state[IDS]:] and moves state[IDS] and state[WORDS]; an empty word becomes
    END_OF_LINE, several in a row one. `place` is where the block begins in the whole text.
    The search for a word stands here and not in a function of its own: numba counts references
    to each array that a function is given, which would cost more than the search.
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


# --- what Python calls ---


@njit(**HELPER)
def _seat(slots: NDArray[np.uint32], entries: NDArray[np.uint64], state: NDArray[np.int64]) -> None:
    """Give a slot to each word that has none yet."""
    mask = np.uint64(len(slots) - 1)
    for word in range(state[SEATED], state[WORDS]):
        slot = _home(entries[word, 0], entries[word, 1]) & mask
        while slots[slot] != 0:
            slot = (slot + _1) & mask
        slots[slot] = np.uint32(word + 1)
    state[SEATED] = state[WORDS]


@njit(**_OPTIONS)
def scan(
    text: NDArray[np.uint8],
    classes: Classes,
    buffers: Buffers,
    table: Table,
    ids: NDArray[np.int32],
    state: NDArray[np.int64],
    place: int,
) -> bool:
    """Turn `text` from state[AT] on into ids; False when the table must grow first.

    state[WORDS] words are in the table; those from state[SEATED] on have no slots yet (all, when
    the slots are new and empty). `place` is where `text` begins in the whole text.

    Guaranteed by the caller: `text` neither begins nor ends inside a word; ids holds
    len(text) + 1 of them; the arena has room for 4 * len(text) + 1 bytes more;
    W >= len(slots) / 2 >= 2 * BLOCK; the buffers are as `Buffers` says.
    """
    kinds, codes, ranges = classes
    clean, edges, keys, homes, marks, tail = buffers
    slots, entries, offsets, arena = table
    _seat(slots, entries, state)
    while state[AT] < len(text) and state[WORDS] + BLOCK <= len(slots) // 2:
        at = state[AT]
        state[AT], n_edges, replaced = split(
            text, at, kinds, codes, ranges, clean, edges, marks, tail
        )
        state[REPLACED] += replaced
        _hash(clean, edges, n_edges, keys, homes, slots)
        _number(
            clean, edges, n_edges, keys, homes, slots, entries, offsets, arena, ids, state,
            place + at,
        )  # fmt: skip
    state[SEATED] = state[WORDS]
    return state[AT] >= len(text)


@njit(**_OPTIONS)
def renumber(
    ids: NDArray[np.int32],
    final: NDArray[np.int32],
    lengths: NDArray[np.int64],
    checksum: NDArray[np.uint64],
) -> int:
    """Replace each id by final[id], in place, leaving out those below 0; find the lines.

    Returns the number of ids left; END_OF_LINE is left out too. lengths[k] counts the ids of
    line k, the last being the one still open at the end. To checksum[0] is added the sum of
    (id + 1) * CHECKSUM_FACTOR ** (ids after it), modulo 2 ** 64.
    Guaranteed by the caller: lengths has room for one more than there are END_OF_LINE.
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
