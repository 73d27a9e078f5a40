"""The class of each character for each tokenizer, as the tables that compiled code reads.

`words`       The words of Unicode's standard annex UAX #29 (rules WB4 to WB13b), lower-cased
              character by character as str.lower() does, unless case is kept. A capital sigma at
              the end of a longer word becomes ς, as Greek is written.
`whitespace`  Everything between white space, exactly as str.split() splits it.

The classes of UAX #29 follow from Unicode's general categories, with the exceptions listed here.
Deliberate deviations:

- Letters that are written without spaces between words (Han, kana, Thai, Lao, Khmer, Burmese and
  similar ones) form runs, where the standard breaks after each one or calls for a dictionary.
- Other numbers (², ½, ①) count as digits: `km²` is one word.
- The narrow no-break space (U+202F) separates words, as every other blank does.
- Characters of the class Format, such as the soft hyphen, are left out of the word.
- Underscores at the edges of a word are left out.
"""

from __future__ import annotations

import functools
import sys
import unicodedata

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Bytes, Flags, Integers, Words32
from w2v.text import character_classes
from w2v.text.character_classes import BYTE_BITS, Classes

LINES = "lines"  # a tokenizer for which every line is one word, unchanged
Span = tuple[int, int]
_CAPITAL_SIGMA = 0x3A3
_LAST_ASSIGNED = 0x3FFFF  # no letter, mark, number or similar is above, except for the tags
_TAGS: Span = (0xE0001, 0xE01EF)

# Unicode categories that determine the class; of two that match, the longer one wins.
_CLASS_OF_CATEGORY = {
    "L": character_classes.LETTER,
    "Nl": character_classes.LETTER,
    "N": character_classes.NUMBER,
    "M": character_classes.EXTEND,
    "Cf": character_classes.FORMAT,
    "Pc": character_classes.UNDERSCORE,
}
# Blocks whose letters are written without spaces between words.
_RUN_BLOCKS: tuple[Span, ...] = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x3005, 0x30FF),  # ideographic marks, Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),  # Han
    (0xA9E0, 0xA9FF),  # Myanmar
    (0xAA60, 0xAADF),  # Myanmar, Tai Viet
    (0xF900, 0xFAFF),  # Han
    (0xFF66, 0xFF9D),  # Katakana
    (0x11700, 0x1174F),  # Ahom
    (0x16FE0, 0x18DFF),  # Tangut, Khitan
    (0x1AFF0, 0x1B2FF),  # kana, Nushu
    (0x20000, 0x3FFFF),  # Han
)
# Characters whose class does not follow from their category.
_EXCEPTIONS: dict[int, tuple[Span | int, ...]] = {
    character_classes.LETTER: (
        *((0x2C2, 0x2C5), (0x2D2, 0x2D7), (0x2DE, 0x2DF), (0x2E5, 0x2EB), 0x2ED, (0x2EF, 0x2FF)),
        *((0x55A, 0x55C), 0x55E, 0x58A, 0x5F3, (0x24B6, 0x24E9), (0xA708, 0xA716)),
        *((0xA720, 0xA721), (0xA789, 0xA78A), 0xAB5B),
        *((0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)),
    ),
    character_classes.HEBREW: (
        (0x5D0, 0x5EA),
        (0x5EF, 0x5F2),
        0xFB1D,
        (0xFB1F, 0xFB28),
        (0xFB2A, 0xFB4F),
    ),
    character_classes.NUMBER: (0x66B,),
    character_classes.RUN: ((0x309B, 0x309C), 0x30A0, (0x32D0, 0x32FE), (0x3300, 0x3357)),
    character_classes.EXTEND: (
        (0x200C, 0x200D),
        (0xFF9E, 0xFF9F),
        (0x1F3FB, 0x1F3FF),
        (0xE0020, 0xE007F),
    ),
    character_classes.MID_LETTER: (0x3A, 0xB7, 0x387, 0x55F, 0x5F4, 0x2027, 0xFE13, 0xFE55, 0xFF1A),
    character_classes.MID_NUMBER: (
        *(0x2C, 0x3B, 0x37E, 0x589, 0x60C, 0x60D, 0x66C, 0x7F8, 0x2044),
        *(0xFE10, 0xFE14, 0xFE50, 0xFE54, 0xFF0C, 0xFF1B),
    ),
    character_classes.MID_EITHER: (0x2E, 0x2018, 0x2019, 0x2024, 0xFE52, 0xFF07, 0xFF0E),
    character_classes.QUOTE: (0x27,),
    character_classes.DOUBLE_QUOTE: (0x22,),
    character_classes.SEPARATOR: (0x200B,),
}


@functools.cache
def classes(tokenizer: str, keep_case: bool, is_ascii: bool) -> Classes:
    """The tables of a tokenizer; those for other characters are empty if all text is ASCII."""
    kinds = byte_table(tokenizer, keep_case)
    if is_ascii:
        return Classes(kinds, np.zeros(0, np.uint8), np.zeros(0, np.uint32), _byte_runs(kinds))
    wide = class_table(tokenizer)
    return Classes(kinds, wide, code_table(tokenizer, keep_case), _byte_runs(kinds))


@functools.cache
def byte_table(tokenizer: str, keep_case: bool = False) -> NDArray[np.uint16]:
    """uint16[256]: the kind of each byte (see `Classes`)."""
    found = np.full(256, character_classes.LETTER)
    written = np.arange(256)
    if tokenizer == "whitespace":
        found[[i for i in range(128) if chr(i).isspace()]] = character_classes.SEPARATOR
    elif tokenizer == "words":
        found[:128] = _word_classes(np.arange(128))
        if not keep_case:
            written[:128] = [ord(chr(i).lower()) for i in range(128)]
    found[ord("\n")] = character_classes.NEWLINE
    if tokenizer != LINES:
        found[ord("\r")] = character_classes.NEWLINE
        found[128:] = character_classes.WIDE
    return (found << BYTE_BITS | written).astype(np.uint16)


def _byte_runs(kinds: NDArray[np.uint16]) -> Bytes:
    """uint8[13, 2]: the byte table as runs, in the order of the rows in `w2v.text.kernels.simd`."""
    found = kinds >> BYTE_BITS
    is_word = (found >= character_classes.LETTER) & (found <= character_classes.RUN)
    is_number = found == character_classes.NUMBER
    is_either = (found == character_classes.MID_EITHER) | (found == character_classes.QUOTE)
    parts = [(is_word & ~is_number, 2), (is_number, 1)] if is_number.any() else [(is_word, 3)]
    parts += [
        (is_word & (kinds & 255 == np.arange(256) + 32), 1),
        *((found == character_classes.WIDE, 1), (found == character_classes.NEWLINE, 2)),
        *((found == character_classes.MID_LETTER, 1), (found == character_classes.MID_NUMBER, 2)),
        *((is_either, 2), (found == character_classes.UNDERSCORE, 1)),
    ]
    return np.array([run for wanted, n in parts for run in _runs(wanted, n)], np.uint8)


def _runs(wanted: Flags, n: int) -> list[Span]:
    """The first index of each run of True, and how many follow it; n runs.

    If there are fewer, they are padded with a run of one byte that is not in UTF-8.
    """
    edges = np.flatnonzero(np.diff(wanted, prepend=False, append=False))
    runs = [(int(first), int(end - first) - 1) for first, end in edges.reshape(-1, 2)]
    assert len(runs) <= n
    return runs + [(0xFF, 0)] * (n - len(runs))


@functools.cache
def class_table(tokenizer: str) -> Bytes:
    """uint8[0x110000]: the class of each character."""
    if tokenizer == "words":
        table = np.full(sys.maxunicode + 1, character_classes.SEPARATOR, np.uint8)
        considered = _considered()
        table[considered] = _word_classes(considered)
    else:
        table = np.full(sys.maxunicode + 1, character_classes.LETTER, np.uint8)
        table[[i for i in range(0x4000) if chr(i).isspace()]] = character_classes.SEPARATOR
    return table


@functools.cache
def code_table(tokenizer: str, keep_case: bool = False) -> Words32:
    """uint32[0x110000]: what to write for each character (see `Classes`)."""
    table = class_table(tokenizer)
    kept = np.flatnonzero(table != character_classes.SEPARATOR).astype(np.uint32)
    written = kept.copy()
    lower = tokenizer == "words" and not keep_case
    if lower:
        cased = np.flatnonzero(np.isin(table[kept], [character_classes.LETTER]) & (kept < 0x20000))
        written[cased] = [ord(chr(i).lower()[0]) for i in kept[cased].tolist()]
    found = np.zeros(len(table), np.uint32)
    found[kept] = _packed(written)
    if lower:
        found[0x130] = int.from_bytes("\u0130".lower().encode(), "little")  # becomes two characters
        found[_CAPITAL_SIGMA] = 0
    return found


def is_separator(char: str, tokenizer: str) -> bool:
    """Whether `char` can never be part of a word, nor join two parts of one."""
    return int(class_table(tokenizer)[ord(char)]) == character_classes.SEPARATOR


def _considered() -> Integers:
    """The code points that may be something other than a separator."""
    return np.concatenate([np.arange(_LAST_ASSIGNED + 1), np.arange(_TAGS[0], _TAGS[1] + 1)])


def _word_classes(points: Integers) -> Bytes:
    """uint8[n]: the class of each code point (int64[n], ascending) for `words`."""
    names = "".join(map(unicodedata.category, map(chr, points.tolist()))).encode()
    categories = np.frombuffer(names, np.uint8).reshape(-1, 2)
    found = np.full(len(points), character_classes.SEPARATOR, np.uint8)
    for category in sorted(_CLASS_OF_CATEGORY, key=len):
        wanted = np.frombuffer(category.encode(), np.uint8)
        matches = (categories[:, : len(wanted)] == wanted).all(axis=1)
        found[matches] = _CLASS_OF_CATEGORY[category]
    for block in _RUN_BLOCKS:
        places = found[_span(points, block)]
        places[places == character_classes.LETTER] = character_classes.RUN
    for kind, spans in _EXCEPTIONS.items():
        for span in spans:
            found[_span(points, span)] = kind
    return found


def _span(points: Integers, span: Span | int) -> slice:
    """The slice of `points`, which are in ascending order, that lies in a span."""
    first, last = (span, span) if isinstance(span, int) else span
    return slice(*np.searchsorted(points, [first, last + 1]).tolist())


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
