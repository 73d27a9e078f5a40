"""From bytes of text to the edges of its words: the first of the three steps in scan.py.

64 bytes at a time become bits, one bit a byte; where the bits change is an edge of a word. The
words' bytes, lower-cased where the tokenizer says so, go to a buffer. Only characters of several
bytes, and joiners beside them, are taken one by one.

A tokenizer is nothing but the tables of `Classes`, made in `w2v.text.characters`.

Numba's cache does not see a change in this file: scan.py holds a digest of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from w2v.arrays import Bytes, Ids, Words32, Words64
from w2v.text.codes import (
    _WORD_CODE,
    JOINER,
    JOINER_CODE,
    NEWLINE,
    SEPARATOR_CODE,
    SIGMA_CODE,
    SPECIAL,
    WIDE,
    WORD,
)
from w2v.text.kernels.simd import CHUNK, ENDS, HELPER, IN_WORD, JOINERS, WIDES, mark, zeros

BLOCK = 1 << 13  # bytes of text that are split together; they stay in the cache
SLACK = 2 * CHUNK  # bytes and edges that may be written past the last one that counts

_0, _1, _2 = (np.uint64(n) for n in (0, 1, 2))
_LAST_BIT = np.uint64(1 << 63)


# --- characters of several bytes, and joiners ---


@njit(**HELPER)
def _decode(text: Bytes, at: int) -> tuple[int, int]:
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


@njit(**HELPER)
def _code(
    text: Bytes,
    at: int,
    kinds: NDArray[np.uint16],
    codes: Words32,
) -> tuple[int, int]:
    """What the character at `at` is, as a table of codes says it; its size in bytes."""
    if at >= len(text):
        return SEPARATOR_CODE, 1
    code = np.int64(kinds[text[at]])
    if code == WIDE:
        point, size = _decode(text, at)
        return np.int64(codes[0xFFFD if point < 0 else point]), size
    if code == JOINER:
        return JOINER_CODE, 1
    return (_WORD_CODE if WORD <= code < SPECIAL else SEPARATOR_CODE), 1


@njit(**HELPER)
def _goes_on(
    text: Bytes,
    at: int,
    kinds: NDArray[np.uint16],
    codes: Words32,
) -> bool:
    """Whether a word that has reached `at` goes on there: a word character, or one joined."""
    code, size = _code(text, at, kinds, codes)
    if code == JOINER_CODE:
        code, size = _code(text, at + size, kinds, codes)
    return code > JOINER_CODE


@njit(**HELPER)
def _special(
    text: Bytes,
    at: int,
    kinds: NDArray[np.uint16],
    codes: Words32,
    inside: bool,
) -> tuple[int, int, int]:
    """A joiner or wide character: the bytes to write (0: separator), its size, and invalid."""
    invalid = 0
    size = 1
    if kinds[text[at]] == WIDE:
        point, size = _decode(text, at)
        if point < 0:
            point, invalid = 0xFFFD, size
        packed = np.int64(codes[point])
        joiner = 0x9980E2  # U+2019 in UTF-8, lowest byte first
    else:
        packed = np.int64(JOINER_CODE)
        joiner = np.int64(text[at])
    if packed == JOINER_CODE:
        code, _ = _code(text, at + size, kinds, codes)
        packed = joiner if inside and code > JOINER_CODE else 0
    elif packed == SIGMA_CODE:
        last = inside and not _goes_on(text, at + size, kinds, codes)
        packed = 0x82CF if last else 0x83CF
    return packed, size, invalid


# --- the step itself ---


@njit(**HELPER)
def _write_edges(edges: Ids, n_edges: Any, base: Any, changes: Any, ends: Any) -> Any:
    """Write where bits change, and twice where a line ends; how many edges there are then."""
    while True:  # up to each end of a line, and then the rest
        before = ends ^ (ends - _1)  # the bits up to the lowest one; all when there is none
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
def split(
    text: Bytes,
    at: int,
    kinds: NDArray[np.uint16],
    codes: Words32,
    ranges: Bytes,
    clean: Bytes,
    edges: Ids,
    marks: Words64,
    tail: Bytes,
) -> tuple[int, int, int]:
    """Find the edges of the words in about BLOCK bytes from `at`.

    Returns the next place, how many edges there are, and how many invalid bytes were replaced.
    A chunk is taken up to its first wide character, or joiner that cannot be judged by its
    neighbours in the chunk; such characters are taken one by one.
    The marking stands here and not in a function of its own, which would cost a tenth of the time.
    Guaranteed by the caller: no word is open at `at`; the buffers are as `Buffers` says.
    """
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
            size = min(size, zeros(wide | (joiners & ((wide >> _1) | _LAST_BIT))))
            words |= joiners & ((words << _1) | inside) & (words >> _1)
        if at >= last:
            size = min(size, zeros(~words))  # only what the open word still has
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
        open_block = at < last or inside != _0
        while size < CHUNK and open_block and at < len(text) and kinds[text[at]] > NEWLINE:
            packed, n_bytes, invalid = _special(text, at, kinds, codes, inside == _1)
            now = np.uint64(packed > 0)
            edges[n_edges] = top
            n_edges += now ^ inside
            inside = now
            while packed:
                clean[top] = packed & 255
                packed >>= 8
                top += 1
            replaced += invalid
            at += n_bytes
            open_block = at < last or inside != _0
        if at == start:
            break
    if inside != _0:
        edges[n_edges] = top
        n_edges += _1
    return at, np.int64(n_edges), replaced
