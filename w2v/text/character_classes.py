"""The classes of characters, and the tables of a tokenizer that compiled code reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Bytes, Words32

TOKENIZER_VERSION = 2
"""Changes whenever a tokenizer finds other words in the same text than before."""

# What a character does to a word. In brackets: the class of UAX #29 that it corresponds to.
SEPARATOR = 0  # ends a word
LETTER = 1  # (ALetter)
HEBREW = 2  # (Hebrew_Letter)
NUMBER = 3  # (Numeric)
RUN = 4  # (Katakana) and other letters that are written without spaces between words
NEWLINE = 5  # ends a word and a line
EXTEND = 6  # (Extend, ZWJ) belongs to the character before it
FORMAT = 7  # (Format) belongs to the character before it, and is left out of the word
UNDERSCORE = 8  # (ExtendNumLet) joins letters and numbers
MID_LETTER = 9  # (MidLetter) joins two letters
MID_NUMBER = 10  # (MidNum) joins two numbers
MID_EITHER = 11  # (MidNumLet) joins two letters or two numbers
QUOTE = 12  # (Single_Quote) like MID_EITHER; may also follow a Hebrew letter
DOUBLE_QUOTE = 13  # (Double_Quote) joins two Hebrew letters
WIDE = 14  # only of a byte: it begins a character of several bytes

BYTE_BITS = 8  # in `Classes.kinds`, below the class


class Classes(NamedTuple):
    """The class of each character for a tokenizer, and what is written for it.

    kinds : uint16[256], of each byte: class << BYTE_BITS | the byte to write
    wide : uint8[0x110000], the class of each character; empty if the text is ASCII
    codes : uint32[0x110000], the UTF-8 bytes to write, lowest byte first; 0 for a separator, and
        for a capital sigma, whose lower case depends on its place; empty if the text is ASCII
    runs : uint8[13, 2], `kinds` as runs of bytes, in the order of `w2v.text.kernels.simd`: the
        first byte of each, and how many follow it
    """

    kinds: NDArray[np.uint16]
    wide: Bytes
    codes: Words32
    runs: Bytes
