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

from w2v.arrays import Bytes, Ids, Words32, Words64
from w2v.text.codes import (
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
    SPECIAL,
    UNDERSCORE,
    WIDE,
    Classes,
)
from w2v.text.kernels.simd import CHUNK, ENDS, HELPER, IN_WORD, JOINERS, WIDES, mark, store, zeros

BLOCK = 1 << 13  # bytes of text that are split together; they stay in the cache
SLACK = 2 * CHUNK  # bytes and edges that may be written past the last valid one

_0, _1, _2 = (np.uint64(n) for n in (0, 1, 2))
_LAST_BIT = np.uint64(1 << 63)
_WIDE = WIDE << BYTE_BITS


# --- the rules, one character at a time ---


@njit(**HELPER)
def _decode(text: Bytes, at: int) -> tuple[int, int]:
    """The non-ASCII character at `at`: its code point (-1 if invalid) and its size in bytes.

    Invalid bytes are grouped just as bytes.decode("utf-8", "replace") groups them: the longest run
    that could begin a character.
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


@njit(**HELPER)
def _class_from(text: Bytes, at: int, kinds: NDArray[np.uint16], wide: Bytes) -> tuple[int, int]:
    """The class of the next character from `at` that is not ignored, and where that ends (WB4)."""
    found, size = EXTEND, 0
    while EXTEND <= found <= FORMAT:
        at += size
        if at >= len(text):
            return SEPARATOR, at
        found, size = np.int64(kinds[text[at]]) >> BYTE_BITS, 1
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
def _special(
    text: Bytes,
    at: int,
    kinds: NDArray[np.uint16],
    wide: Bytes,
    codes: Words32,
    before: int,
) -> tuple[int, bool, int, int, int]:
    """Take the joiner or wide character at `at`.

    `before` is the class of the last character of the open word; SEPARATOR if none is open.
    Returns that class afterwards, whether the open word continues, the bytes to write (0: none),
    the character's size, and how many of its bytes are invalid.
    """
    found, packed = np.int64(kinds[text[at]]) >> BYTE_BITS, np.int64(text[at])
    size, invalid = 1, 0
    if found == WIDE:
        point, size = _decode(text, at)
        if point < 0:
            point, invalid = 0xFFFD, size
        found, packed = np.int64(wide[point]), np.int64(codes[point])
    if found == SEPARATOR:
        return SEPARATOR, False, 0, size, invalid
    if found < NEWLINE:
        goes_on = before != SEPARATOR and _adjoin(before, found)
        if packed == 0:  # a capital sigma
            last = goes_on and not _goes_on(text, at + size, kinds, wide, found)
            packed = 0x82CF if last else 0x83CF
        return found, goes_on, packed, size, invalid
    if before == SEPARATOR:
        return SEPARATOR, False, 0, size, invalid
    if found == EXTEND:
        return before, True, packed, size, invalid
    if found == FORMAT:
        return before, True, 0, size, invalid
    if not _goes_on(text, at, kinds, wide, before):
        return SEPARATOR, False, 0, size, invalid
    if found == UNDERSCORE:
        return UNDERSCORE, True, packed, size, invalid
    if found == QUOTE and before == HEBREW:
        after, _ = _class_from(text, at + size, kinds, wide)
        if not _joins(before, found, after):
            return QUOTE, True, packed, size, invalid
    return before, True, packed, size, invalid


# --- the step itself ---


@njit(**HELPER)
def _size(packed: int) -> int:
    """How many bytes are packed, the first lowest; 0 for none."""
    return int(packed > 0) + int(packed > 0xFF) + int(packed > 0xFFFF) + int(packed > 0xFFFFFF)


@njit(**HELPER)
def _write_edges(edges: Ids, n_edges: Any, base: Any, changes: Any, ends: Any) -> Any:
    """Write where the bits change, and twice where a line ends. Returns the new number of edges."""
    while True:  # up to each end of a line, and then the rest
        before = ends ^ (ends - _1)  # the bits up to the lowest one; all if there is none
        bits = changes & before
        while bits != _0:
            edges[n_edges] = base + np.uint64(zeros(bits))
            bits &= bits - _1
            n_edges += _1
        if ends == _0:
            return n_edges
        edges[n_edges] = edges[n_edges + _1] = base + np.uint64(zeros(ends))
        n_edges += _2
        changes &= ~before
        ends &= ends - _1


@njit(**HELPER)
def _join_in_chunk(
    text: Bytes, at: int, kinds: NDArray[np.uint16], words: Any, left: Any, size: int
) -> tuple[Any, int]:
    """Decide about the joiners `left` in a chunk, each of which has a word character before it.

    Returns the bits of the words with the joiners that join, and the size of the chunk, which ends
    before the first joiner that its neighbours in the chunk cannot decide about.
    """
    while left != _0:
        place = zeros(left)
        if place >= size:
            break
        bit = left & (_0 - left)
        middle = np.int64(kinds[text[at + place]]) >> BYTE_BITS
        if (words >> _1) & bit != _0:
            before = np.int64(kinds[text[at + place - 1]]) >> BYTE_BITS
            after = np.int64(kinds[text[at + place + 1]]) >> BYTE_BITS
            if middle == UNDERSCORE or _joins(before, middle, after):
                words |= bit
        elif middle == UNDERSCORE or place == CHUNK - 1 or text[at + place + 1] > 127:
            return words, place
        left ^= bit
    return words, size


@njit(**HELPER)
def split(
    text: Bytes,
    at: int,
    classes: Classes,
    clean: Bytes,
    edges: Ids,
    marks: Words64,
    tail: Bytes,
) -> tuple[int, int, int]:
    """Find the edges of the words in about BLOCK bytes from `at`.

    Returns the next position, the number of edges, and how many invalid bytes were replaced.
    A chunk ends before its first wide character, and before a joiner that its neighbours in the
    chunk cannot decide about; these are taken one by one.
    The marking is inlined here: as a separate function it would cost a tenth of the time.
    The caller guarantees: no word is open at `at`; the buffers have the sizes stated in `Buffers`.
    """
    kinds, wide_classes, codes, ranges = classes
    last = at + BLOCK
    top = 0
    replaced = 0
    n_edges = _0
    inside = _0  # 1 while a word is open
    while at < len(text) and (at < last or inside != _0):
        start = at
        size = min(CHUNK, len(text) - at)
        if size == CHUNK:
            mark(text, at, ranges, clean, top, marks)
        else:
            for i in range(CHUNK):
                tail[i] = text[at + i] if i < size else 10  # line feeds
            mark(tail, 0, ranges, clean, top, marks)
        words, ends, joiners, wide = marks[IN_WORD], marks[ENDS], marks[JOINERS], marks[WIDES]
        if joiners | wide != _0:
            size = min(size, zeros(wide))
            after = ((words | joiners | wide) >> _1) | _LAST_BIT
            left = joiners & ((words << _1) | inside) & after
            if left != _0:
                words, size = _join_in_chunk(text, at, kinds, words, left, size)
        if at >= last:
            size = min(size, zeros(~words))  # only the rest of the open word
        mine = ~_0
        if size < CHUNK:
            mine = (_1 << np.uint64(size)) - _1
            words &= mine
            ends &= mine
        changes = (words ^ ((words << _1) | inside)) & mine
        if size > 0:
            inside = (words >> np.uint64(size - 1)) & _1
        n_edges = _write_edges(edges, n_edges, np.uint64(top), changes, ends)
        at += size
        top += size
        if size == CHUNK:
            continue
        before = np.int64(kinds[text[at - 1]]) >> BYTE_BITS if inside != _0 else SEPARATOR
        while (at < last or before != SEPARATOR) and at < len(text) and kinds[text[at]] >= SPECIAL:
            if kinds[text[at]] >= _WIDE and LETTER <= before <= RUN:
                point, n_bytes = _decode(text, at)
                packed = np.int64(codes[point]) if point >= 0 else 0
                if packed != 0 and wide_classes[point] == before:
                    store(clean, top, packed)
                    top += _size(packed)
                    at += n_bytes
                    continue
            now, goes_on, packed, n_bytes, invalid = _special(
                text, at, kinds, wide_classes, codes, before
            )
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
        if before in (RUN, QUOTE):  # no ASCII character adjoins these
            edges[n_edges] = top
            n_edges += _1
            inside = _0
        if at == start:
            break
    if inside != _0:
        edges[n_edges] = top
        n_edges += _1
    return at, np.int64(n_edges), replaced
