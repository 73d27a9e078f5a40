"""Every compiled function that reads text: it finds words, numbers them and counts them.

Legend: a *word* is its bytes in UTF-8, lower-cased where the tokenizer says so. Text becomes
words in two steps, block by block. `_split` writes the words' bytes to a buffer `clean` and
their edges, without a branch on a word's length (lengths cannot be predicted, and a wrong
guess costs more than a byte's work). `_number` then looks each word up in a hash table:

    slots: uint64[S, 4]   first key, second key, id, count; S a power of two; second key 0: empty
    offsets: int64[W + 1] word i is arena[offsets[i]:offsets[i + 1]] with a line feed at its
                          end; W >= S / 2
    first: int64[W]       where in the whole text word i came first

A word of up to 15 bytes is held by its two keys exactly; a longer one has a 64-bit hash for
key and its bytes are compared. Words are numbered by their first appearance in one table.

`byte_table` (uint16[256]) and `code_table` (uint32[0x110000]) say what a character is; they
are all that tells one tokenizer from another, and are made in `w2v.tokenizer`.

This file does not read files, and knows no vocabulary: see `w2v.counting`. The compiled
functions never index outside their arrays as long as the caller keeps the sizes that each
docstring states.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True}
_HELPER: dict[str, Any] = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# What byte_table holds: WORD | the byte to write, or 0 for a separator, or one of these.
WORD = 256
SPECIAL = 512
NEWLINE = 512  # ends a sentence
JOINER = 513  # part of a word when it stands between two word characters
WIDE = 514  # begins a character of several bytes: see code_table

# What code_table holds: a character's bytes to write, lowest first, or one of these.
SEPARATOR_CODE = 0
JOINER_CODE = 1
SIGMA_CODE = 2  # Greek capital sigma, whose lower case at a word's end is another letter

END_OF_LINE = -1  # stands in the id stream where a line ends
BLOCK = 1 << 15  # bytes of text that are split and then numbered, small enough for the cache

# Places in `state`.
AT, IDS, WORDS, REPLACED, LINE_ENDS = 0, 1, 2, 3, 4

_LONG = np.uint64(1 << 63)
_K1 = np.uint64(0x9E3779B97F4A7C15)
_K2 = np.uint64(0xD6E8FEB86659FD93)
_U0, _U1, _U32, _U56, _U63 = (np.uint64(n) for n in (0, 1, 32, 56, 63))
_LOW_BYTES = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)


@njit(**_HELPER)
def _load(blocks: NDArray[np.uint64], at: int) -> Any:
    """The 8 bytes at byte `at` of `blocks`, at any alignment."""
    shift = np.uint64((at & 7) << 3)
    high = (blocks[(at >> 3) + 1] << _U1) << (_U63 - shift)
    return (blocks[at >> 3] >> shift) | high


@njit(**_HELPER)
def _decode(text: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """The character at `at`, which is not ASCII: its code point (-1: invalid) and its bytes.

    Invalid bytes are taken together just as bytes.decode("utf-8", "replace") does: the longest
    run that could begin a character.
    """
    first = np.int64(text[at])
    if first < 0xC2 or first > 0xF4:
        return -1, 1
    low, high = 0x80, 0xBF
    if first < 0xE0:
        more, point = 1, first & 0x1F
    elif first < 0xF0:
        more, point = 2, first & 0x0F
        low = 0xA0 if first == 0xE0 else 0x80  # no overlong forms
        high = 0x9F if first == 0xED else 0xBF  # no surrogates
    else:
        more, point = 3, first & 0x07
        low = 0x90 if first == 0xF0 else 0x80
        high = 0x8F if first == 0xF4 else 0xBF
    for i in range(1, more + 1):
        if at + i >= len(text):
            return -1, i
        byte = np.int64(text[at + i])
        if byte < low or byte > high:
            return -1, i
        point = (point << 6) | (byte & 0x3F)
        low, high = 0x80, 0xBF
    return point, more + 1


@njit(**_HELPER)
def _code(
    text: NDArray[np.uint8],
    at: int,
    byte_table: NDArray[np.uint16],
    code_table: NDArray[np.uint32],
) -> tuple[int, int]:
    """What the character at `at` is, as code_table says it (a word byte: 3), and its bytes."""
    if at >= len(text):
        return SEPARATOR_CODE, 1
    code = np.int64(byte_table[text[at]])
    if code == WIDE:
        point, size = _decode(text, at)
        return np.int64(code_table[0xFFFD if point < 0 else point]), size
    if code == JOINER:
        return JOINER_CODE, 1
    return (3 if WORD <= code < SPECIAL else SEPARATOR_CODE), 1


@njit(**_HELPER)
def _goes_on(
    text: NDArray[np.uint8],
    at: int,
    byte_table: NDArray[np.uint16],
    code_table: NDArray[np.uint32],
) -> bool:
    """Whether a word that has reached `at` goes on there: a word character, or one joined."""
    code, size = _code(text, at, byte_table, code_table)
    if code == JOINER_CODE:
        code, size = _code(text, at + size, byte_table, code_table)
    return code > JOINER_CODE


@njit(**_HELPER)
def _special(
    text: NDArray[np.uint8],
    at: int,
    byte_table: NDArray[np.uint16],
    code_table: NDArray[np.uint32],
    inside: bool,
) -> tuple[int, int, int]:
    """A joiner or wide character: the bytes to write (0: separator), its size, and invalid."""
    invalid = 0
    size = 1
    if byte_table[text[at]] == WIDE:
        point, size = _decode(text, at)
        if point < 0:
            point, invalid = 0xFFFD, size
        packed = np.int64(code_table[point])
        joiner = 0x9980E2  # U+2019 in UTF-8, lowest byte first
    else:
        packed = np.int64(JOINER_CODE)
        joiner = np.int64(text[at])
    if packed == JOINER_CODE:
        code, _ = _code(text, at + size, byte_table, code_table)
        packed = joiner if inside and code > JOINER_CODE else 0
    elif packed == SIGMA_CODE:
        last = inside and not _goes_on(text, at + size, byte_table, code_table)
        packed = 0x82CF if last else 0x83CF
    return packed, size, invalid


@njit(**_HELPER)
def _split(
    text: NDArray[np.uint8],
    at: int,
    byte_table: NDArray[np.uint16],
    code_table: NDArray[np.uint32],
    clean: NDArray[np.uint8],
    edges: NDArray[np.int32],
    state: NDArray[np.int64],
) -> tuple[int, int]:
    """Write the words of about BLOCK bytes from `at`; the next place and the number of edges.

    Word k is clean[edges[2k]:edges[2k + 1]]; an empty one stands for the end of a line.
    Guaranteed by the caller: no word is open at `at`; clean holds 3 * len(text) + 8 bytes,
    edges 2 * BLOCK + 8.
    """
    last = at + BLOCK
    top = 0
    n_edges = 0
    inside = 0
    while at < len(text):
        if at >= last and inside == 0:
            break
        code = np.int64(byte_table[text[at]])
        if code < SPECIAL:
            clean[top] = code & 255
            edges[n_edges] = top
            now = code >> 8
            n_edges += now ^ inside
            inside = now
            at += 1
            top += 1
            continue
        if code == NEWLINE:
            edges[n_edges] = top
            n_edges += inside
            edges[n_edges] = top
            edges[n_edges + 1] = top
            n_edges += 2
            inside = 0
            at += 1
            continue
        packed, size, invalid = _special(text, at, byte_table, code_table, inside == 1)
        edges[n_edges] = top
        n_edges += np.int64(packed > 0) ^ inside
        inside = np.int64(packed > 0)
        while packed:
            clean[top] = packed & 255
            packed >>= 8
            top += 1
        state[REPLACED] += invalid
        at += size
    if inside:
        edges[n_edges] = top
        n_edges += 1
    return at, n_edges


@njit(**_HELPER)
def _home(first: Any, second: Any) -> Any:
    """The hash of two keys; its lowest bits choose a slot."""
    mixed = (first * _K1) ^ (second * _K2)
    return ((mixed ^ (mixed >> _U32)) * _K2) >> _U32


@njit(**_HELPER)
def _long_key(clean: NDArray[np.uint8], begin: int, size: int) -> Any:
    """The first key of a word of 16 bytes or more; the second is the same with _LONG set."""
    hashed = np.uint64(size)
    for i in range(begin, begin + size):
        hashed = (hashed ^ np.uint64(clean[i])) * _K1
        hashed ^= hashed >> _U32
    return hashed


@njit(**_HELPER)
def _find_long(
    clean: NDArray[np.uint8],
    begin: int,
    size: int,
    key: Any,
    slots: NDArray[np.uint64],
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
) -> Any:
    """The slot of a word of 16 bytes or more, or the empty one where it belongs."""
    mask = np.uint64(len(slots) - 1)
    slot = _home(key, key | _LONG) & mask
    while slots[slot, 1] != _U0:
        if slots[slot, 0] == key and slots[slot, 1] == key | _LONG:
            word = np.int64(slots[slot, 2])
            start, same = offsets[word], offsets[word + 1] - offsets[word] == size + 1
            i = 0
            while same and i < size:
                same = clean[begin + i] == arena[start + i]
                i += 1
            if same:
                break
        slot = (slot + _U1) & mask
    return slot


@njit(**_HELPER)
def _enter(
    clean: NDArray[np.uint8],
    begin: int,
    size: int,
    word: int,
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
) -> None:
    """Keep the bytes of a new word, and a line feed after them."""
    start = offsets[word]
    for i in range(size):
        arena[start + i] = clean[begin + i]
    arena[start + size] = 10
    offsets[word + 1] = start + size + 1


@njit(**_HELPER)
def _number(
    clean: NDArray[np.uint8],
    blocks: NDArray[np.uint64],
    edges: NDArray[np.int32],
    n_edges: int,
    slots: NDArray[np.uint64],
    first: NDArray[np.int64],
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
    ids: NDArray[np.int32],
    state: NDArray[np.int64],
    place: int,
) -> None:
    """Give each word between `edges` its id, counting it; a new word gets the next id.

    Writes ids[state[IDS]:] and moves state[IDS] and state[WORDS]; an empty word becomes
    END_OF_LINE, several in a row one. `place` is kept as the first appearance of new words.

    Guaranteed by the caller: `blocks` is the same memory as `clean`, with 16 bytes to spare;
    first, offsets and arena have room for every word as a new one; half of `slots` is free.
    """
    n_ids = state[IDS]
    n_words = state[WORDS]
    mask = np.uint64(len(slots) - 1)
    for edge in range(0, n_edges, 2):
        begin = np.int64(edges[edge])
        size = np.int64(edges[edge + 1]) - begin
        if size == 0:
            if n_ids == 0 or ids[n_ids - 1] != END_OF_LINE:
                ids[n_ids] = END_OF_LINE
                n_ids += 1
                state[LINE_ENDS] += 1
            continue
        if size < 16:
            key = _load(blocks, begin) & _LOW_BYTES[min(size, 8)]
            second = _load(blocks, begin + 8) & _LOW_BYTES[max(size - 8, 0)]
            second |= np.uint64(size) << _U56
            slot = _home(key, second) & mask
            while not (slots[slot, 0] == key and slots[slot, 1] == second):
                if slots[slot, 1] == _U0:
                    break
                slot = (slot + _U1) & mask
        else:
            key = _long_key(clean, begin, size)
            second = key | _LONG
            slot = _find_long(clean, begin, size, key, slots, offsets, arena)
        if slots[slot, 1] == _U0:
            slots[slot, 0] = key
            slots[slot, 1] = second
            slots[slot, 2] = np.uint64(n_words)
            first[n_words] = place + edge
            _enter(clean, begin, size, n_words, offsets, arena)
            n_words += 1
        slots[slot, 3] += _U1
        ids[n_ids] = np.int32(slots[slot, 2])
        n_ids += 1
    state[IDS] = n_ids
    state[WORDS] = n_words


@njit(**_OPTIONS)
def scan(
    text: NDArray[np.uint8],
    byte_table: NDArray[np.uint16],
    code_table: NDArray[np.uint32],
    clean: NDArray[np.uint8],
    blocks: NDArray[np.uint64],
    edges: NDArray[np.int32],
    slots: NDArray[np.uint64],
    first: NDArray[np.int64],
    offsets: NDArray[np.int64],
    arena: NDArray[np.uint8],
    ids: NDArray[np.int32],
    state: NDArray[np.int64],
    place: int,
) -> bool:
    """Turn `text` from state[AT] on into ids; False when the table must grow first.

    `place` is where `text` begins in the whole text, doubled (an edge is a half step).
    Guaranteed by the caller: `text` neither begins nor ends inside a word; ids holds
    len(text) of them; blocks is the memory of clean, 3 * len(text) + 32 bytes; arena has
    room for 4 * len(text) + 1 more; W >= len(slots) / 2 >= 2 * BLOCK; edges has 2 * BLOCK + 8.
    """
    while state[AT] < len(text):
        if state[WORDS] + BLOCK > len(slots) // 2:
            return False
        at = state[AT]
        state[AT], n_edges = _split(text, at, byte_table, code_table, clean, edges, state)
        place_of_edges = place + 2 * at
        _number(
            clean, blocks, edges, n_edges, slots, first, offsets, arena, ids, state, place_of_edges
        )
    return True


@njit(**_OPTIONS)
def rehash(slots: NDArray[np.uint64], larger: NDArray[np.uint64]) -> None:
    """Move every entry of `slots` to `larger`, which is empty and has more slots."""
    mask = np.uint64(len(larger) - 1)
    for old in range(len(slots)):
        if slots[old, 1] != _U0:
            slot = _home(slots[old, 0], slots[old, 1]) & mask
            while larger[slot, 1] != _U0:
                slot = (slot + _U1) & mask
            for column in range(4):
                larger[slot, column] = slots[old, column]


@njit(**_OPTIONS)
def renumber(
    ids: NDArray[np.int32],
    table: NDArray[np.int32],
    lengths: NDArray[np.int64],
) -> tuple[int, int]:
    """Replace each id by table[id], in place, leaving out those below 0; find the lines.

    Returns the number of ids left, and of END_OF_LINE met (which are left out too);
    lengths[k] counts the ids of line k, the last being the one still open at the end.
    Guaranteed by the caller: lengths has room for one more than there are END_OF_LINE.
    """
    n_ids = 0
    n_lines = 0
    begin = 0
    for i in range(len(ids)):
        old = np.int64(ids[i])
        if old == END_OF_LINE:
            lengths[n_lines] = n_ids - begin
            n_lines += 1
            begin = n_ids
        else:
            new = table[old]
            ids[n_ids] = new
            n_ids += np.int64(new >= 0)
    lengths[n_lines] = n_ids - begin
    return n_ids, n_lines
