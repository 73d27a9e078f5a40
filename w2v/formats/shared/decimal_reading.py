"""Decimal text to float32, rounded exactly, a whole block of numbers at a time.

A number such as -0.0123456 is read with integer operations on 64-bit words: its last 16 letters
are loaded as two words, everything but the decimals is masked out, and three multiplications turn
eight digits into one number ("SIMD within a register"). The digits form an integer below 2**53, and
the divisor is a power of ten below 1e16; float64 holds both exactly, so that a single division
rounds the value correctly. Everything else (exponents, long integers, nan) is left to Python's
float.

The float64 is then rounded to float32. Rounding twice goes wrong only if the float64 lies half-way
between two float32s (or if float32 has few bits left); exact fractions decide those rare cases.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from w2v.arrays import Bytes, Floats, Integers

Words = npt.NDArray[np.uint64]

PADDING = 16
"""How many bytes there must be before the end of the first number and after that of the last."""

_MOST_DECIMALS = 15
_U = np.uint64
_ZEROS = _U(0x3030303030303030)
_TO_HIGH_BIT = _U(0x7676767676767676)  # carries a byte of 10 or more into its high bit
_HIGH_BITS = _U(0x8080808080808080)
_POWERS = np.array([10**n for n in range(17)], np.uint64)
_FLOAT_POWERS = _POWERS.astype(np.float64)
# For each number of decimals: which of the last 8 letters, and of the 8 before, are decimals.
_LAST_8 = np.array([2**64 - 2 ** (64 - 8 * min(n, 8)) for n in range(17)], np.uint64)
_FIRST_8 = np.array([2**64 - 2 ** (64 - 8 * max(n - 8, 0)) for n in range(17)], np.uint64)
_BELOW_FLOAT32 = _U(0x1FFFFFFF)  # the bits of a float64 that a float32 lacks
_HALF_WAY = _U(0x10000000)
_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


def parse(letters: Bytes, starts: Integers, ends: Integers) -> tuple[Floats, int]:
    """The numbers at letters[starts[i]:ends[i]], float32[n], and the index of a bad one, or -1.

    letters: with any PADDING bytes before and after.
    """
    values, plain = _parse_plain(letters, starts, ends)
    for i in np.flatnonzero(~plain).tolist():
        token = letters[starts[i] : ends[i]].tobytes()
        try:
            values[i] = round_to_float32(token)
        except ValueError:
            return values, i
    return values, -1


def _parse_plain(
    letters: Bytes, starts: Integers, ends: Integers
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Read numbers of one digit, a point and 1 to 15 decimals, and find which have that form."""
    negative = letters[starts] == ord("-")
    starts = starts + negative
    decimals = ends - starts
    decimals -= 2
    units = letters[starts] ^ np.uint8(ord("0"))
    plain = letters[starts + 1] == ord(".")
    plain &= units < 10
    plain &= decimals >= 1
    plain &= decimals <= _MOST_DECIMALS
    np.clip(decimals, 0, _MOST_DECIMALS, out=decimals)
    whole, digits = parse_digits(letters, ends, decimals)
    plain &= digits
    whole += units * _POWERS[decimals]
    exact = whole.astype(np.float64)
    exact /= _FLOAT_POWERS[decimals]
    plain &= exact.view(np.uint64) & _BELOW_FLOAT32 != _HALF_WAY
    values = exact.astype(np.float32)
    values.view(np.uint32)[...] |= negative.astype(np.uint32) << np.uint32(31)
    return values, plain


def parse_digits(
    letters: Bytes, ends: Integers, decimals: Integers
) -> tuple[Words, npt.NDArray[np.bool_]]:
    """The last `decimals` letters before `ends` as integers, and whether all of them are digits.

    decimals: int64[n], 0 to 16; letters: with any PADDING bytes before the first end.
    """
    eight = np.ndarray(len(letters) - 7, "<u8", letters, strides=(1,))  # 8 letters from each one
    last = eight[ends - 8]
    last ^= _ZEROS
    last &= _LAST_8[decimals]
    wrong = last + _TO_HIGH_BIT
    wrong |= last
    _join_digits(last)
    if decimals.max(initial=0) > 8:
        first = eight[ends - 16]
        first ^= _ZEROS
        first &= _FIRST_8[decimals]
        wrong |= first + _TO_HIGH_BIT
        wrong |= first
        _join_digits(first)
        first *= _POWERS[8]
        last += first
    wrong &= _HIGH_BITS
    return last, wrong == 0


def _join_digits(words: Words) -> None:
    """Turn words of eight digits, one per byte and the first in the lowest, into numbers."""
    words *= _U(2561)  # 10 * first + second, in every other byte
    words >>= _U(8)
    words &= _U(0x00FF00FF00FF00FF)
    words *= _U(6553601)  # 100 * first pair + second pair
    words >>= _U(16)
    words &= _U(0x0000FFFF0000FFFF)
    words *= _U(42949672960001)  # 10,000 * first four + last four
    words >>= _U(32)


def round_to_float32(token: bytes) -> float:
    """The float32 nearest to a decimal number, ties to even. Raises ValueError for other text."""
    if b"_" in token:
        raise ValueError("Python's float accepts underscores; vector files have none")
    wide = float(token)
    with np.errstate(over="ignore", under="ignore"):
        near = np.float32(wide)
    bits = int(np.float64(wide).view(np.uint64))
    hard = bits & int(_BELOW_FLOAT32) == int(_HALF_WAY) or 0 < abs(wide) < _SMALLEST_NORMAL
    return float(near) if not hard or not np.isfinite(near) else _nearest(token, near)


def _nearest(token: bytes, near: np.float32) -> float:
    """Whichever of `near` and its two neighbours is nearest to the exact number."""
    exact = Fraction(token.decode().strip())
    steps = (near, np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf)))
    finite = [step for step in steps if np.isfinite(step)]
    return float(
        min(
            finite,
            key=lambda step: (abs(Fraction(float(step)) - exact), int(step.view(np.uint32)) & 1),
        )
    )
