"""From bytes of text to the edges of its words: the first of the three steps in scan.py.

64 bytes at a time become bits, one per byte. Where the bits change, a word begins or ends. The
words' bytes, lower-cased if the tokenizer says so, are copied to a buffer. Only characters of
several bytes and the joiners beside them are taken one by one, by the rules of UAX #29 (WB4 to
WB13b).

A tokenizer is just the tables in `Classes`, which `w2v.text.characters` makes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from w2v.arrays import Bytes, Ids
from w2v.kernels.extremes import lesser
from w2v.text.character_classes import (
    BYTE_BITS,
    DOUBLE_QUOTE,
    EXTEND,
    FORMAT,
    HEBREW,
    LETTER,
    MID_LETTER,
    MID_NUMBER,
    NEWLINE,
    NUMBER,
    QUOTE,
    RUN,
    SEPARATOR,
    UNDERSCORE,
    WIDE,
    Classes,
)
from w2v.text.kernels.simd import CHUNK, HELPER, PLACES, mark, ones, store, write_places, zeros

BLOCK = 1 << 13  # bytes of text that are split together; they stay in the cache
SLACK = 2 * CHUNK  # bytes and edges that may be written past the last valid one

_0, _1, _2, _8, _63, _64, _255 = (np.uint64(n) for n in (0, 1, 2, 8, 63, 64, 255))
_LAST_BIT = np.uint64(1 << 63)


# --- the rules, one character at a time ---


@njit(**HELPER)
def _byte(text: Bytes, at: int) -> int:
    """The byte at `at`, which is never negative: an unsigned index needs no check for that."""
    return np.int64(text[np.uint64(at)])


@njit(**HELPER)
def _decode(text: Bytes, at: int) -> tuple[int, int]:
    """The non-ASCII character at `at`: its code point (-1 if invalid) and its size in bytes.

    Invalid bytes are grouped just as bytes.decode("utf-8", "replace") groups them: the longest run
    that could begin a character.
    """
    first = _byte(text, at)
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
        byte = _byte(text, at + i)
        if byte < low or byte > high:
            return -1, i
        point = (point << 6) | (byte & 0x3F)
        low, high = 0x80, 0xBF
    return point, more + 1


@njit(**HELPER)
def _class_from(text: Bytes, at: int, kinds: NDArray[np.uint16], wide: Bytes) -> tuple[int, int]:
    """The class of the next character from `at` that is not ignored, and where that ends (WB4)."""
    found, size = EXTEND, 0
    while EXTEND <= found <= FORMAT:
        at += size
        if at >= len(text):
            return SEPARATOR, at
        found, size = np.int64(kinds[_byte(text, at)]) >> BYTE_BITS, 1
        if found == WIDE:
            point, size = _decode(text, at)
            found = np.int64(wide[0xFFFD if point < 0 else point])
    return found, at + size


@njit(**HELPER)
def _adjoin(before: int, after: int) -> bool:
    """Whether there is no boundary between the last character of a word and a word character.

    WB5, WB8 to WB10, WB13 and WB13b. `before` may be UNDERSCORE, or QUOTE after a Hebrew letter.
    """
    if before == UNDERSCORE:
        return True
    if before == RUN or after == RUN:
        return before == after
    return before <= NUMBER


@njit(**HELPER)
def _joins(before: int, middle: int, after: int) -> bool:
    """Whether a character joins its neighbours: WB6, WB7, WB7b, WB7c, WB11 and WB12."""
    if middle == DOUBLE_QUOTE:
        return before == HEBREW and after == HEBREW
    letters = LETTER <= before <= HEBREW and LETTER <= after <= HEBREW
    numbers = before == NUMBER and after == NUMBER
    if middle == MID_LETTER:
        return letters
    if middle == MID_NUMBER:
        return numbers
    return letters or numbers


@njit(**HELPER)
def _goes_on(text: Bytes, at: int, kinds: NDArray[np.uint16], wide: Bytes, before: int) -> bool:
    """Whether a word that has reached `at` continues there; its last character is `before`."""
    found, at = _class_from(text, at, kinds, wide)
    if found < NEWLINE:
        return found != SEPARATOR and _adjoin(before, found)
    if found == NEWLINE or before == QUOTE:
        return False
    if found == UNDERSCORE:  # WB13a, but for underscores at the edge of a word
        if before == UNDERSCORE:
            return True
        while found == UNDERSCORE:
            found, at = _class_from(text, at, kinds, wide)
        return SEPARATOR < found < NEWLINE
    if found == QUOTE and before == HEBREW:  # WB7a
        return True
    after, _ = _class_from(text, at, kinds, wide)
    return _joins(before, found, after)


@njit(**HELPER)
def _take(
    text: Bytes,
    at: int,
    size: int,
    kinds: NDArray[np.uint16],
    wide: Bytes,
    before: int,
    found: int,
    packed: int,
) -> tuple[int, bool, int]:
    """Take the character at `at`, of `size` bytes and the class `found`; `packed` stands for it.

    `before` is the class of the last character of the open word; SEPARATOR if none is open.
    Returns that class afterwards, whether the open word continues, and the bytes to write (or 0).
    """
    if found == SEPARATOR:
        return SEPARATOR, False, 0
    if found < NEWLINE:
        goes_on = before != SEPARATOR and _adjoin(before, found)
        if packed == 0:  # a capital sigma
            last = goes_on and not _goes_on(text, at + size, kinds, wide, found)
            packed = 0x82CF if last else 0x83CF
        return found, goes_on, packed
    if before == SEPARATOR:
        return SEPARATOR, False, 0
    if found == EXTEND:
        return before, True, packed
    if found == FORMAT:
        return before, True, 0
    if not _goes_on(text, at, kinds, wide, before):
        return SEPARATOR, False, 0
    if found == UNDERSCORE:
        return UNDERSCORE, True, packed
    if found == QUOTE and before == HEBREW:
        after, _ = _class_from(text, at + size, kinds, wide)
        if not _joins(before, found, after):
            return QUOTE, True, packed
    return before, True, packed


# --- the step itself ---


@njit(**HELPER)
def _size(packed: int) -> int:
    """How many bytes are packed, the first lowest; 0 for none."""
    # As a number from the start: in plain Python, NumPy's True + True is True.
    return np.int64(packed > 0) + (packed > 0xFF) + (packed > 0xFFFF) + (packed > 0xFFFFFF)


@njit(**HELPER)
def _write_edges(edges: Ids, n_edges: Any, base: Any, changes: Any, ends: Any) -> Any:
    """Write where the bits change, and twice where a line ends. Returns the new number of edges."""
    while True:  # up to each end of a line, and then the rest
        before = ends ^ (ends - _1)  # the bits up to the lowest one; all if there is none
        bits = changes & before
        for shift in range(_0, _64, _8):
            byte = (bits >> shift) & _255
            write_places(edges, n_edges, byte, base + shift, PLACES)
            n_edges += ones(byte)
        if ends == _0:
            return n_edges
        edges[n_edges] = edges[n_edges + _1] = base + np.uint64(zeros(ends))
        n_edges += _2
        changes &= ~before
        ends &= ends - _1


@njit(**HELPER)
def split(
    text: Bytes,
    at: int,
    classes: Classes,
    clean: Bytes,
    edges: Ids,
    tail: Bytes,
) -> tuple[int, int, int]:
    """Find the edges of the words in about BLOCK bytes from `at`.

    Returns the next position, the number of edges, and how many invalid bytes were replaced.
    In a chunk, a byte that joins words does so by the bits of its neighbours. The chunk ends before
    its first wide character, and before a joiner whose next byte is wide, an underscore or in the
    next chunk; these are taken one by one.
    The marking is inlined here: as a separate function it would cost a tenth of the time.
    The caller guarantees: no word is open at `at`; the buffers have the sizes stated in `Buffers`.
    """
    kinds, wide, codes, runs = classes
    last = at + BLOCK
    top = 0
    replaced = 0
    n_edges = _0
    inside = _0  # 1 while a word is open
    letter = number = _0  # 1 if the last byte is one
    while at < len(text) and (at < last or inside != _0):
        start = at
        size = lesser(CHUNK, len(text) - at)
        if size == CHUNK:
            marks = mark(text, at, runs, clean, top)
        else:
            for i in range(CHUNK):
                tail[i] = text[at + i] if i < size else 10  # line feeds
            marks = mark(tail, 0, runs, clean, top)
        letters, numbers, ends, wides, join_letters, join_numbers, join_both = marks
        words = letters | numbers
        after_word = (words << _1) | inside
        unclear = ((wides | join_both) >> _1) | _LAST_BIT
        stops = wides | ((join_letters | join_numbers | join_both) & after_word & unclear)
        words |= join_both & after_word & (words >> _1)
        words |= join_letters & ((letters << _1) | letter) & (letters >> _1)
        words |= join_numbers & ((numbers << _1) | number) & (numbers >> _1)
        letter, number = letters >> _63, numbers >> _63
        if at >= last:
            stops |= ~words  # only the rest of the open word
        changes = words ^ ((words << _1) | inside)
        if size == CHUNK and stops == _0:
            n_edges = _write_edges(edges, n_edges, np.uint64(top), changes, ends)
            inside = words >> _63
            at += CHUNK
            top += CHUNK
            continue
        size = lesser(size, zeros(stops))
        if size > 0:
            mine = ~_0 >> np.uint64(CHUNK - size)
            n_edges = _write_edges(edges, n_edges, np.uint64(top), changes & mine, ends & mine)
            inside = (words >> np.uint64(size - 1)) & _1
            at += size
            top += size
        before = np.int64(kinds[_byte(text, at - 1)]) >> BYTE_BITS if inside != _0 else SEPARATOR
        while at < len(text) and (at < last or before != SEPARATOR):
            kind, n_bytes = np.int64(kinds[_byte(text, at)]), 1
            found, packed, invalid = kind >> BYTE_BITS, kind & 0xFF, 0
            if found == WIDE:
                point, n_bytes = _decode(text, at)
                if point < 0:
                    point, invalid = 0xFFFD, n_bytes
                found, packed = np.int64(wide[np.uint64(point)]), np.int64(codes[np.uint64(point)])
            elif found <= NEWLINE:
                break
            if found == before and LETTER <= found <= RUN and packed != 0:
                store(clean, top, packed)
                top += _size(packed)
                replaced += invalid
                at += n_bytes
                continue
            now, goes_on, packed = _take(text, at, n_bytes, kinds, wide, before, found, packed)
            if before != SEPARATOR and not goes_on:
                edges[n_edges] = top
                n_edges += _1
                before = SEPARATOR
                if at >= last:
                    break
            if before == SEPARATOR and now != SEPARATOR:
                edges[n_edges] = top
                n_edges += _1
            before = now
            store(clean, top, packed)
            top += _size(packed)
            replaced += invalid
            at += n_bytes
        inside = np.uint64(before != SEPARATOR)
        # No ASCII character adjoins these. Numba compiles `in` as a function of its own.
        if before == RUN or before == QUOTE:  # noqa: SIM109
            edges[n_edges] = top
            n_edges += _1
            inside = _0
        if at == start:
            break
    if inside != _0:
        edges[n_edges] = top
        n_edges += _1
    return at, np.int64(n_edges), replaced
