"""Names for kinds of arrays, tables taken block by block, and rows scaled to length 1."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ids = NDArray[np.int32]
Integers = NDArray[np.int64]
Words32 = NDArray[np.uint32]
Words64 = NDArray[np.uint64]
Flags = NDArray[np.bool_]

BLOCK_BYTES = 4 << 20
"""About how many bytes of rows are handled at a time."""

_SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)


def unit_rows(rows: Floats) -> tuple[Floats, Flags]:
    """Scale rows, float32[n, D], to length 1.

    Returns
    -------
    float32[n, D], the rows at length 1, and bool[n], which rows have no direction because they
    are all zeros or hold a value that is not finite; those become zeros.
    """
    lengths = row_lengths(rows)
    undirected = ~(np.isfinite(lengths) & (lengths > 0))
    lengths[undirected] = 1
    with np.errstate(invalid="ignore"):
        units: Floats = rows / lengths[:, None]
    units[undirected] = 0
    return units, undirected


def row_lengths(rows: Floats) -> Floats:
    """The Euclidean length of each row, float32[n], exact for very small and large values too.

    A length beyond float32 is infinite; that of a row with NaN is NaN.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        squares = np.einsum("ij,ij->i", rows, rows)
        lengths = np.sqrt(squares)
        # Squares of values beyond 1e19 or below 1e-19 do not fit float32.
        odd = np.flatnonzero(~((squares >= _SMALLEST_NORMAL) & (squares < np.inf)))
        if len(odd):
            wide = rows[odd].astype(np.float64)
            lengths[odd] = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    return np.asarray(lengths)


def empty_rows(n_rows: int, vector_size: int) -> Floats:
    """float32[n_rows, vector_size], to be filled once.

    For large arrays NumPy asks for huge pages. A virtual machine may have to get every one of them
    from its host: to fill 480 MB took 0.7 to 1.1 s of processor time so, in ordinary pages 0.3 s.
    """
    size = 4 * n_rows * vector_size
    if size < BLOCK_BYTES or sys.platform == "win32":
        return np.empty((n_rows, vector_size), np.float32)
    at_once = getattr(mmap, "MAP_POPULATE", 0)  # one call to the system, not one for each page
    try:
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | at_once)
    except OSError:
        raise MemoryError(f"no room for {size:,} bytes") from None
    return np.frombuffer(pages, np.float32).reshape(n_rows, vector_size)


def numbered(blocks: Iterable[Floats]) -> Iterator[tuple[int, Floats]]:
    """Each block of rows with the number of its first row.

    blocks of 3, 2 and 4 rows -> (0, block), (3, block), (5, block)
    """
    first = 0
    for block in blocks:
        yield first, block
        first += len(block)


def ranges(n_rows: int, vector_size: int, itemsize: int = 4) -> Iterator[tuple[int, int]]:
    """First and last + 1 of blocks of rows, each of about BLOCK_BYTES."""
    step = max(1, BLOCK_BYTES // max(1, vector_size * itemsize))
    for first in range(0, n_rows, step):
        yield first, min(first + step, n_rows)
