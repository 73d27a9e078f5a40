"""What a character is to each tokenizer, as the tables that the compiled functions read.

`words`       runs of letters, marks and numbers (Unicode categories L, M and N), lower-cased
              character by character as str.lower() does it; ' ’ and _ belong to a word where
              they stand, one at a time, between two such characters. A capital sigma at the
              end of a word of two characters or more becomes ς, as in Greek writing.
`whitespace`  what stands between white space, exactly as str.split() sees it.

This file knows no words and reads no text. It is part of the training path (it takes the
tables' codes from `w2v.text.kernels.split`, which imports numba).
"""

from __future__ import annotations

import functools
import sys
import unicodedata

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Bytes, Flags, Words32
from w2v.text.codes import JOINER, JOINER_CODE, NEWLINE, SIGMA_CODE, WIDE, WORD, Classes

LINES = "lines"  # a tokenizer for which every line is a word as it stands

_JOINERS = "_'"
_WIDE_JOINER = 0x2019
_CAPITAL_SIGMA = 0x3A3
_PLANES = 0x40000  # no letter, mark or number stands above, but for the next range
_SELECTORS = range(0xE0100, 0xE01F0)
_NO_CODES = np.zeros(0, np.uint32)


@functools.cache
def classes(tokenizer: str, is_ascii: bool) -> Classes:
    """The tables of a tokenizer; without the table of codes where all text is ASCII."""
    table = byte_table(tokenizer)
    codes = _NO_CODES if is_ascii else code_table(tokenizer)
    return Classes(table, codes, _ranges(table))


@functools.cache
def byte_table(tokenizer: str) -> NDArray[np.uint16]:
    """uint16[256]: what each byte is (see `w2v.text.kernels.split`)."""
    if tokenizer == LINES:
        table = (np.arange(256) | WORD).astype(np.uint16)
        table[ord("\n")] = NEWLINE
        return table
    table = np.zeros(256, np.uint16)
    for byte in range(128):
        char = chr(byte)
        if tokenizer == "whitespace":
            table[byte] = 0 if char.isspace() else WORD | byte
        elif char in _JOINERS:
            table[byte] = JOINER
        elif char.isalnum():
            table[byte] = WORD | ord(char.lower())
    table[[ord("\n"), ord("\r")]] = NEWLINE
    table[128:] = WIDE
    return table


def _ranges(table: NDArray[np.uint16]) -> Bytes:
    """uint8[9, 2]: the byte table as runs, row by row as `w2v.text.kernels.simd` lists them."""
    is_word = table >> 8 == WORD >> 8
    is_upper = is_word & (table & 255 == np.arange(256) + 32)
    return np.array(
        [
            *_runs(is_word, 3),
            *_runs(is_upper, 1),
            *_runs(table == NEWLINE, 2),
            *_runs(table == JOINER, 2),
            *_runs(table == WIDE, 1),
        ],
        np.uint8,
    )


def _runs(wanted: Flags, n: int) -> list[tuple[int, int]]:
    """The first and last places of each run of True, filled up with empty runs to n of them."""
    edges = np.flatnonzero(np.diff(wanted, prepend=False, append=False))
    runs = [(int(first), int(last) - 1) for first, last in edges.reshape(-1, 2)]
    assert len(runs) <= n
    return runs + [(1, 0)] * (n - len(runs))


@functools.cache
def code_table(tokenizer: str) -> Words32:
    """uint32[0x110000]: what to write for each character (see `w2v.text.kernels.split`)."""
    points = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    if tokenizer == "whitespace":
        table = _packed(points)
        table[[i for i in range(0x4000) if chr(i).isspace()]] = 0
        return table
    considered = np.array([*range(_PLANES), *_SELECTORS], np.uint32)
    categories = "".join(map(unicodedata.category, map(chr, considered.tolist())))
    kinds = np.frombuffer(categories.encode(), "S2")
    kept = considered[np.isin(kinds.astype("S1"), [b"L", b"M", b"N"])]
    cased = considered[np.isin(kinds, [b"Lu", b"Lt", b"Nl"])]
    lower = points.copy()
    lower[cased] = [ord(chr(i).lower()[0]) for i in cased.tolist()]
    table = np.zeros(len(points), np.uint32)
    table[kept] = _packed(lower[kept])
    table[0x130] = int.from_bytes("\u0130".lower().encode(), "little")  # the one that grows
    table[_CAPITAL_SIGMA] = SIGMA_CODE
    table[_WIDE_JOINER] = JOINER_CODE
    return table


def _is_word(char: str) -> bool:
    """Whether `words` takes `char` for part of a word wherever it stands."""
    return unicodedata.category(char)[0] in "LMN"


def _packed(points: Words32) -> Words32:
    """The UTF-8 bytes of each code point, lowest byte first."""
    low, one, two = (points >> shift & 0x3F | 0x80 for shift in (0, 6, 12))
    return np.select(
        [points < 0x80, points < 0x800, points < 0x10000],
        [
            points,
            points >> 6 | 0xC0 | low << 8,
            points >> 12 | 0xE0 | one << 8 | low << 16,
        ],
        points >> 18 | 0xF0 | two << 8 | one << 16 | low << 24,
    ).astype(np.uint32)


def is_separator(char: str, tokenizer: str) -> bool:
    """Whether `char` can never be part of a word, nor join two parts of one."""
    if tokenizer == "whitespace":
        return char.isspace()
    return not _is_word(char) and char not in _JOINERS and ord(char) != _WIDE_JOINER
