"""The compiled functions behind phrases: pairs of words are counted, and phrases are joined.

Legend: W words, S slots of a table. The text is a stream of word ids, with END_OF_LINE between
lines. A *connector* is a word such as "of" that may stand inside a phrase but not at its edge, so
a *pair* is two words with any number of connectors between them.

A pair is known by its key, a 64-bit hash of its words in order: key = (h1 * B + h2) * B + h3 for
three of them. The chance that two of N pairs share a key is about N ** 2 / 2 ** 62.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from w2v.kernels.disk_cache import cached

kernel = cached(njit(nogil=True))

END_OF_LINE = -1  # as `w2v.text.kernels.scan` writes it
PARTS = 256  # tables that the pairs are spread over, by the top bits of their keys

# What `kinds` holds of each word, as bits.
CONNECTOR, COMPOUND, FIRST, LAST = (np.uint8(1 << n) for n in range(4))

FACTOR = np.uint64(0xD6E8FEB86659FD93)  # B: odd, and neither B - 1 nor B + 1 has many factors of 2
_K1 = np.uint64(0x9E3779B97F4A7C15)
_0, _1, _2, _24, _29, _32, _56 = (np.uint64(n) for n in (0, 1, 2, 24, 29, 32, 56))
_LOW = np.uint64(0xFFFFFFFF)


@kernel
def hash_words(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64], hashes: NDArray[np.uint64]
) -> None:
    """Write a hash of each word's bytes to hashes[W]; the lowest bit stays 0.

    Word i is blob[offsets[i]:offsets[i + 1] - 1].
    """
    for i in range(len(hashes)):
        value = _K1
        for at in range(offsets[i], offsets[i + 1] - 1):
            value = (value ^ np.uint64(blob[at])) * FACTOR
            value ^= value >> _32
        value = (value ^ (value >> _29)) * _K1
        value = (value ^ (value >> _32)) * FACTOR
        hashes[i] = (value ^ (value >> _29)) & ~_1


@kernel
def pair_keys(
    ids: NDArray[np.int32],
    context: int,
    place: int,
    hashes: NDArray[np.uint64],
    kinds: NDArray[np.uint8],
    across_lines: bool,
    keys: NDArray[np.uint64],
    places: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> int:
    """Find the pairs that end in ids[context:], sorted by the part that their keys belong to.

    Writes each pair's key, and the place of its last word; `place` is that of ids[0]. The pairs of
    part p are keys[starts[p]:starts[p + 1]], in the order of the text. The lowest bit of a key says
    whether one of its words is a compound. Returns the number of pairs.
    Guaranteed by the caller: ids[:context] are as `open_tail` cuts them; keys and places have room
    for 2 * len(ids), of which the second half is scratch; starts is int64[PARTS + 1].
    """
    half = len(ids)
    starts[:] = 0
    found = 0
    is_open = False
    value = _0
    compound = _0
    for i in range(half):
        word = ids[i]
        if word == END_OF_LINE:
            is_open = is_open and across_lines
            continue
        kind = kinds[word]
        own = np.uint64((kind & COMPOUND) != 0)
        if kind & CONNECTOR:
            if is_open:
                value = value * FACTOR + hashes[word]
                compound |= own
            continue
        if is_open and i >= context:
            key = (value * FACTOR + hashes[word]) | compound | own
            if key == _0:
                key = _2
            keys[half + found] = key
            places[half + found] = place + i
            starts[1 + np.int64(key >> _56)] += 1
            found += 1
        is_open = True
        value = hashes[word]
        compound = own
    for part in range(PARTS):
        starts[part + 1] += starts[part]
    for j in range(half, half + found):
        part = np.int64(keys[j] >> _56)
        at = starts[part]
        starts[part] = at + 1
        keys[at] = keys[j]
        places[at] = places[j]
    for part in range(PARTS, 0, -1):
        starts[part] = starts[part - 1]
    starts[0] = 0
    return found


@kernel
def open_tail(ids: NDArray[np.int32], kinds: NDArray[np.uint8], across_lines: bool) -> int:
    """Where the pair begins that the next id may end: the index of its first word, or len(ids)."""
    for i in range(len(ids) - 1, -1, -1):
        if ids[i] == END_OF_LINE:
            if not across_lines:
                return len(ids)
        elif not kinds[ids[i]] & CONNECTOR:
            return i
    return len(ids)


@kernel
def slot_of(key: Any, table_keys: NDArray[np.uint64]) -> Any:
    """The slot of a key in a table, or the empty slot where it belongs; some slot must be empty."""
    size = np.uint64(len(table_keys))
    slot = (((key >> _24) & _LOW) * size) >> _32
    while table_keys[slot] != _0 and table_keys[slot] != key:
        slot += _1
        if slot == size:
            slot = _0
    return slot


@kernel
def add_pairs(
    keys: NDArray[np.uint64],
    counts: NDArray[np.uint32],
    places: NDArray[np.int64],
    first: int,
    table_keys: NDArray[np.uint64],
    table_counts: NDArray[np.uint32],
    table_places: NDArray[np.int64],
    used: int,
    most: int,
) -> tuple[int, int]:
    """Add the pairs from `first` on to a table, until it holds `most` pairs.

    A pair that is already in the table keeps its place there. Returns the index of the first pair
    that was not added, and how many pairs the table holds. Counts stop at 2 ** 32 - 1.
    Guaranteed by the caller: most < S; a key of 0 marks an empty slot, whose count is 0.
    """
    for i in range(first, len(keys)):
        slot = slot_of(keys[i], table_keys)
        if table_keys[slot] == _0:
            if used == most:
                return i, used
            table_keys[slot] = keys[i]
            table_places[slot] = places[i]
            used += 1
        total = np.uint64(table_counts[slot]) + np.uint64(counts[i])
        table_counts[slot] = np.uint32(min(total, _LOW))
    return len(keys), used


@kernel
def find_slots(
    keys: NDArray[np.uint64], table_keys: NDArray[np.uint64], slots: NDArray[np.int64]
) -> None:
    """Write the slot of each key in a table of `add_pairs`; -1 for a key that is not in it."""
    for i in range(len(keys)):
        slot = slot_of(keys[i], table_keys)
        slots[i] = np.int64(slot) if table_keys[slot] == keys[i] else -1


@kernel
def find_pairs(
    ids: NDArray[np.int32],
    places: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    begins: NDArray[np.int64],
) -> None:
    """Write the index in `ids` where each pair begins that ends at one of `places`."""
    for i in range(len(places)):
        at = places[i] - 1
        while ids[at] == END_OF_LINE or kinds[ids[at]] & CONNECTOR:
            at -= 1
        begins[i] = at


@kernel
def fold(
    ids: NDArray[np.int32],
    begins: NDArray[np.int64],
    places: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    powers: NDArray[np.uint64],
    folded: NDArray[np.uint64],
) -> None:
    """Write the hash of each pair's words in order; a word of n parts has the power B ** n."""
    for i in range(len(places)):
        value = _0
        for at in range(begins[i], places[i] + 1):
            if ids[at] != END_OF_LINE:
                value = value * powers[ids[at]] + hashes[ids[at]]
        folded[i] = value


@kernel
def enter_phrases(
    keys: NDArray[np.uint64],
    words: NDArray[np.int32],
    table_keys: NDArray[np.uint64],
    table_words: NDArray[np.int32],
) -> None:
    """Put phrases into an empty table, with the words that they become; of equal keys the first."""
    for i in range(len(keys)):
        slot = slot_of(keys[i], table_keys)
        if table_keys[slot] == _0:
            table_keys[slot] = keys[i]
            table_words[slot] = words[i]


@kernel
def safe_cut(
    ids: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    kinds: NDArray[np.uint8],
    table_keys: NDArray[np.uint64],
    table_words: NDArray[np.int32],
) -> int:
    """The last index where `ids` can be cut so that `join` makes the same of both parts.

    That is after a line's end or a word that cannot go on in a phrase, or between two words that
    are no phrase: whatever comes before, the second may begin one. 0 when there is no such place.
    """
    for i in range(len(ids) - 1, -1, -1):
        kind = kind_of(ids[i], kinds)
        if kind & (FIRST | CONNECTOR) == 0:
            return i + 1
        before = kind_of(ids[i - 1], kinds) if i > 0 else kind
        if i > 0 and kind & CONNECTOR == 0 and before & (FIRST | CONNECTOR) == FIRST:
            key = hashes[ids[i - 1]] * FACTOR + hashes[ids[i]]
            if table_keys[slot_of(key, table_keys)] == _0:
                return i
    return 0


@kernel
def kind_of(word: int, kinds: NDArray[np.uint8]) -> Any:
    """What `kinds` holds of a word; 0 for END_OF_LINE, and for words after the last in `kinds`."""
    return kinds[word] if 0 <= word < len(kinds) else np.uint8(0)


@kernel
def join(
    ids: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    kinds: NDArray[np.uint8],
    table_keys: NDArray[np.uint64],
    table_words: NDArray[np.int32],
) -> int:
    """Replace phrases by their words, from left to right, in place; how many ids there are then.

    A word that ends a phrase does not begin another. FIRST and LAST mark the words that begin or
    end some phrase; `hashes` and `kinds` may leave out words that are in none.
    """
    n_ids = _0  # unsigned, as all places are: a signed index might count from the end
    begin = _0  # where the pair that is open begins
    is_open = False
    value = _0
    for word in ids:
        ids[n_ids] = word
        n_ids += _1
        kind = kind_of(word, kinds)
        if kind == 0:
            is_open = False
            continue
        own = hashes[np.uint64(word)]
        if kind & CONNECTOR:
            value = value * FACTOR + own
            continue
        if is_open and kind & LAST:
            key = value * FACTOR + own
            slot = slot_of(key, table_keys)
            if table_keys[slot] == key:
                ids[begin] = table_words[slot]
                n_ids = begin + _1
                is_open = False
                continue
        is_open = kind & FIRST != 0
        begin = n_ids - _1
        value = own
    return np.int64(n_ids)


@kernel
def tally(
    ids: NDArray[np.int32], place: int, counts: NDArray[np.int64], first: NDArray[np.int64]
) -> int:
    """Count each word in counts[W], note where it came first; how many lines end.

    `place` is the number of ids before these. first[W] holds the largest int64 for words not met.
    """
    n_ends = 0
    for i in range(len(ids)):
        word = ids[i]
        if word == END_OF_LINE:
            n_ends += 1
            continue
        counts[word] += 1
        if place + i < first[word]:
            first[word] = place + i
    return n_ends
