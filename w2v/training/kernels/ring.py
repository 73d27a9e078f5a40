"""Rows in and out of the ring as plain loops: the reference of `ring_simd`, and its fallback.

Legend and layout: see `w2v.training.kernels.tile`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Floats, Ids
from w2v.training.kernel_arguments import Ring, Table
from w2v.training.kernels.tile import OPTIONS, PLAIN, row_of


@njit(**PLAIN)
def plain_enter(table: Table, row: int, ring: Ring, slot: int) -> None:
    """Load a row into a slot of the ring, which remembers its value on entry."""
    for d in range(ring.local.shape[1]):
        ring.local[slot, d] = ring.entered[slot, d] = row_of(table, row)[d]


@njit(**PLAIN)
def plain_leave(table: Table, row: int, ring: Ring, slot: int) -> None:
    """Add to a row what it gained in the ring."""
    for d in range(ring.local.shape[1]):
        row_of(table, row)[d] += ring.local[slot, d] - ring.entered[slot, d]


@njit(**PLAIN)
def plain_add_rows(
    table: Table, rows: Ids, first: int, last: int, share: np.float32, sums: Floats, slot: int
) -> None:
    """Add to sums[slot] the rows rows[first:last] of a table, each times `share`."""
    for k in range(first, last):
        for d in range(sums.shape[1]):
            sums[slot, d] += share * row_of(table, rows[k])[d]


@njit(**PLAIN)
def plain_add_to_rows(
    table: Table, rows: Ids, first: int, last: int, gains: Floats, slot: int
) -> None:
    """Add gains[slot] to the rows rows[first:last] of a table, one after the other."""
    for k in range(first, last):
        for d in range(gains.shape[1]):
            row_of(table, rows[k])[d] += gains[slot, d]


@njit(**OPTIONS)
def turn(ring: Ring, slot: int, count: int) -> None:
    """Change the sign of a slot's first `count` dimensions, also in its value on entry."""
    for d in range(count):
        ring.local[slot, d] = -ring.local[slot, d]
        ring.entered[slot, d] = -ring.entered[slot, d]


@njit(**PLAIN)
def plain_prefetch(table: Table, row: int) -> None:
    """Do nothing: a prefetch has no result."""


@njit(**PLAIN)
def plain_prefetch_item(items: Ids, index: int) -> None:
    """Do nothing, as plain_prefetch."""
