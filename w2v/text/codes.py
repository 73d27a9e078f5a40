"""What a tokenizer knows of each character, as tables for compiled code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Bytes, Words32

# What a table of bytes holds: WORD | the byte to write, or 0 for a separator, or one of these.
WORD = 256


SPECIAL = 512


NEWLINE = 512  # ends a sentence


JOINER = 513  # part of a word when it stands between two word characters


WIDE = 514  # begins a character of several bytes: see the table of codes


# What a table of codes holds: a character's bytes to write, lowest first, or one of these.
SEPARATOR_CODE = 0


JOINER_CODE = 1


SIGMA_CODE = 2  # Greek capital sigma, whose lower case at a word's end is another letter


_WORD_CODE = 3  # any character of a word, where it does not matter which


class Classes(NamedTuple):
    """What a character is to a tokenizer.

    kinds : uint16[256], what each byte is
    codes : uint32[0x110000], what to write for each character; may be empty for ASCII text
    ranges : uint8[9, 2], the same as `kinds` as runs of bytes, first and last; first > last: none
    """

    kinds: NDArray[np.uint16]
    codes: Words32
    ranges: Bytes
