"""A thread's own copies of the most frequent rows, and their exchange with the shared table.

Rows that two cores write in turn cost the most time. So each of several threads trains its
own copies of the most frequent rows, and regularly adds their gain to the shared rows.
"""

from __future__ import annotations

from numba import njit

from w2v.training.kernel_arguments import Table
from w2v.training.kernels.tile import APART


@njit(**APART)
def take_rows(table: Table) -> None:
    """Copy the table's first rows to the thread's own."""
    for row in range(table.own.shape[0]):
        for d in range(table.own.shape[1]):
            table.own[row, d] = table.taken[row, d] = table.shared[row, d]


@njit(**APART)
def exchange_rows(table: Table) -> None:
    """Add to the shared rows what the thread's own gained since the last copy, and copy again."""
    for row in range(table.own.shape[0]):
        for d in range(table.own.shape[1]):
            value = table.shared[row, d] + (table.own[row, d] - table.taken[row, d])
            table.shared[row, d] = table.own[row, d] = table.taken[row, d] = value
