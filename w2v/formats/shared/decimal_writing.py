"""float32 to decimal text, the shortest that reads back as the same value, a block at a time.

For 6, 7, 8 and 9 significant digits in turn, the value is scaled to an integer of that many digits.
The first that divides back to the same float32 is kept (nine digits always do), without its
trailing zeros. The digits are laid out in rows of 16 bytes, `-d.dddddddddddd` and a separator, and
the bytes that a number does not need are left out.

NumPy writes, one by one, values of 9.5 and more, values of 0.0001 and less, and powers of two,
whose neighbours are not equally far away on both sides.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from w2v.arrays import Bytes, Floats

Bools = npt.NDArray[np.bool_]

MOST_DIGITS = 9
"""How many significant digits are enough for any float32."""

_WIDTH = 16
_DECIMALS = 12  # of the fixed layout: a value of 0.0001 with 9 digits
_LEAST, _MOST = 1e-4, 9.5  # 9.5 and more would round to 10 with one digit
_POWERS = 10.0 ** np.arange(_DECIMALS + 1)
_INTEGER_POWERS = np.array([10**n for n in range(_DECIMALS + 1)], np.uint64)


def rows_to_text(rows: Floats, precision: int | None, separator: str) -> list[bytes]:
    """The values of each row, with `separator` between them.

    rows: float32[n, D]. precision: significant digits; None: as few as read back as the same value.
    """
    n_rows, size = rows.shape
    layout, kept = _lay_out(np.ascontiguousarray(rows).ravel(), precision)
    layout[:, _WIDTH - 1] = ord(separator)
    layout[size - 1 :: size, _WIDTH - 1] = ord("\n")
    kept[:, _WIDTH - 1] = True
    return layout[kept].tobytes().split(b"\n")[:n_rows]


def _lay_out(values: Floats, precision: int | None) -> tuple[Bytes, Bools]:
    """The letters of each value, uint8[n, 16], and which of them are kept."""
    sizes = np.abs(values)
    small = (sizes > _LEAST) & (sizes < _MOST) | (sizes == 0)
    if precision is None:
        small &= (values.view(np.uint32) & 0x7FFFFF != 0) | (sizes == 0)
    wide = np.where(small, sizes, 0).astype(np.float64)
    scaled = _round(wide, precision) if precision else _shortest(wide)
    layout, kept = _lay_out_decimals(scaled, np.signbit(values))
    _write_odd(values, np.flatnonzero(~small), precision, layout, kept)
    return layout, kept


def _digits_before(values: npt.NDArray[np.float64], digits: int) -> npt.NDArray[np.int64]:
    """How many decimals write values of 0.0001 to 9.5 with that many significant digits."""
    below = np.zeros(len(values), np.int64)
    for bound in (1.0, 0.1, 0.01, 0.001):
        below += values < bound
    return np.minimum(digits - 1 + below, _DECIMALS)


def _round(values: npt.NDArray[np.float64], digits: int) -> npt.NDArray[np.uint64]:
    """The values rounded to that many significant digits, times 10**12."""
    decimals = _digits_before(values, digits)
    whole = np.rint(values * _POWERS[decimals]).astype(np.uint64)
    return whole * _INTEGER_POWERS[_DECIMALS - decimals]


def _shortest(values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """The shortest decimals that round to the same float32s, times 10**12."""
    wanted = values.astype(np.float32)
    result = np.zeros(len(values), np.uint64)
    left = np.arange(len(values))
    for digits in range(6, MOST_DIGITS + 1):
        decimals = _digits_before(values[left], digits)
        power = _POWERS[decimals]
        whole = np.rint(values[left] * power)
        result[left] = whole.astype(np.uint64) * _INTEGER_POWERS[_DECIMALS - decimals]
        back = whole / power
        missed = back.astype(np.float32) != wanted[left]
        missed |= back.view(np.uint64) & 0x1FFFFFFF == 0x10000000  # half-way between two float32s
        left = left[missed]
        if not len(left):
            break
    return result


def _lay_out_decimals(scaled: npt.NDArray[np.uint64], negative: Bools) -> tuple[Bytes, Bools]:
    """Numbers below 10, given times 10**12, as letters of the form -d.dddddddddddd."""
    layout = np.empty((len(scaled), _WIDTH), np.uint8)
    kept = np.zeros((len(scaled), _WIDTH), bool)
    layout[:, 0], layout[:, 2] = ord("-"), ord(".")
    kept[:, 0], kept[:, 1] = negative, True
    high = (scaled // np.uint64(10**6)).astype(np.uint32)
    low = (scaled - high * np.uint64(10**6)).astype(np.uint32)
    needed = np.zeros(len(scaled), bool)
    for column, part in zip(
        (14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 1), [low] * 6 + [high] * 7, strict=True
    ):
        digit = part % np.uint32(10)
        part //= np.uint32(10)
        layout[:, column] = digit + ord("0")
        if column > 1:
            needed |= digit != 0
            kept[:, column] = needed
    kept[:, 2] = needed
    return layout, kept


def _write_odd(
    values: Floats,
    odd: npt.NDArray[np.int64],
    precision: int | None,
    layout: Bytes,
    kept: Bools,
) -> None:
    """Write the values at `odd` as NumPy does, or to a precision as C's %g does."""
    if not len(odd):
        return
    some = values[odd]
    texts = _shortest_odd(some) if precision is None else _to_precision(some, precision)
    letters = texts.view(np.uint8).reshape(len(odd), _WIDTH - 1)
    lengths, rows = np.count_nonzero(letters, axis=1), np.arange(len(odd))
    whole = (letters[rows, lengths - 2] == ord(".")) & (letters[rows, lengths - 1] == ord("0"))
    for place in (2, 1):  # 1.0 is written as 1
        letters[rows[whole], lengths[whole] - place] = 0
    layout[odd, : _WIDTH - 1] = letters
    kept[odd, : _WIDTH - 1] = letters != 0


def _shortest_odd(values: Floats) -> npt.NDArray[np.bytes_]:
    """As NumPy prints them, but large ones, which NumPy before 2.3 spells out, with an exponent."""
    texts = values.astype("S32")
    long = np.char.str_len(texts) >= _WIDTH
    texts[long] = [np.format_float_scientific(value, trim="-") for value in values[long]]
    return texts.astype("S15")


def _to_precision(values: Floats, precision: int) -> npt.NDArray[np.bytes_]:
    return np.array([f"{value:.{precision}g}" for value in values.tolist()], "S15")
