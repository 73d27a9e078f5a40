"""Array types, tables handled in blocks, and rows scaled to length 1."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ids = NDArray[np.int32]
Integers = NDArray[np.int64]
Words16 = NDArray[np.uint16]
Words32 = NDArray[np.uint32]
Words64 = NDArray[np.uint64]
Flags = NDArray[np.bool_]

BLOCK_BYTES = 4 << 20
"""Rows are handled in blocks of about this many bytes."""

_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)
# Between these lengths float32 holds a row, and its products with rows of length 1, at full
# precision; beyond them products overflow or lose digits to subnormal numbers.
_SHORTEST, _LONGEST = np.float32(1e-29), np.float32(1e37)


def unit_rows(rows: Floats) -> tuple[Floats, Flags]:
    """Scale rows, float32[n, D], to length 1.

    This is exact for rows of any length, even where the length itself does not fit float32.

    Returns
    -------
    units
        float32[n, D], the rows at length 1; zeros for directionless rows.
    directionless
        bool[n], True for rows that are all zeros or hold a value that is not finite.
    """
    lengths = row_lengths(rows)
    odd = odd_lengths(lengths)
    directionless = np.zeros(len(rows), np.bool_)
    if not len(odd):
        return rows / lengths[:, None], directionless
    lengths[odd] = 1
    with np.errstate(invalid="ignore"):  # a signalling NaN, as damaged files hold
        units: Floats = rows / lengths[:, None]
        wide = rows[odd].astype(np.float64)
    wide[~np.isfinite(wide).all(axis=1)] = 0
    wide_lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    directionless[odd] = wide_lengths == 0
    wide_lengths[wide_lengths == 0] = 1
    units[odd] = wide / wide_lengths[:, None]
    return units, directionless


def odd_lengths(lengths: Floats) -> Integers:
    """Which rows, by their lengths, are directionless or too short or long for float32 products.

    Returns int64[m], ascending: the indices in float32[n] `lengths` of those that are zero, tiny,
    huge or NaN.
    """
    return np.flatnonzero(~((lengths > _SHORTEST) & (lengths < _LONGEST)))


def row_lengths(rows: Floats) -> Floats:
    """The Euclidean length of each row, float32[n], exact for tiny and huge values too.

    A length beyond float32 is infinite; a row with NaN has length NaN.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        squares = np.einsum("ij,ij->i", rows, rows)
        lengths = np.sqrt(squares)
        # Squares of values above 1e19 or below 1e-19 do not fit float32.
        odd = np.flatnonzero(~((squares >= _SMALLEST_NORMAL) & (squares < np.inf)))
        if len(odd):
            wide = rows[odd].astype(np.float64)
            lengths[odd] = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    return np.asarray(lengths)


def empty_rows(n_rows: int, vector_size: int) -> Floats:
    """An uninitialised float32[n_rows, vector_size] for the caller to fill once.

    NumPy asks for huge pages for large arrays, and a virtual machine may have to fetch each of
    them from its host: filling 480 MB took 0.7 to 1.1 s of CPU time with huge pages and 0.3 s with
    ordinary ones, which this function uses.
    """
    size = 4 * n_rows * vector_size
    if size < BLOCK_BYTES or sys.platform == "win32":
        return np.empty((n_rows, vector_size), np.float32)
    at_once = getattr(mmap, "MAP_POPULATE", 0)  # one system call, not one per page
    try:
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | at_once)
    except OSError:
        raise MemoryError(f"cannot allocate {size:,} bytes") from None
    return np.frombuffer(pages, np.float32).reshape(n_rows, vector_size)


def numbered(blocks: Iterable[Floats]) -> Iterator[tuple[int, Floats]]:
    """Each block of rows with the number of its first row.

    blocks of 3, 2 and 4 rows -> (0, block), (3, block), (5, block)
    """
    first = 0
    for block in blocks:
        yield first, block
        first += len(block)


def regrouped(blocks: Iterable[Floats], n_rows: int) -> Iterator[Floats]:
    """The same rows in blocks of `n_rows`, of which the last may have fewer."""
    kept: list[Floats] = []
    missing = n_rows
    for block in blocks:
        while len(block) >= missing:
            yield np.concatenate([*kept, block[:missing]])
            block, kept, missing = block[missing:], [], n_rows
        if len(block):
            kept.append(block)
            missing -= len(block)
    if kept:
        yield np.concatenate(kept)


def ranges(n_rows: int, vector_size: int, itemsize: int = 4) -> Iterator[tuple[int, int]]:
    """Split n_rows rows into blocks of about BLOCK_BYTES: (first, last + 1) of each."""
    step = max(1, BLOCK_BYTES // max(1, vector_size * itemsize))
    for first in range(0, n_rows, step):
        yield first, min(first + step, n_rows)
