"""The compiled parts of `w2v.training.combination`, which explains the rule.

A row's sum of changes is scaled along as many axes as it needs: for most rows a few, or none. So
rows that need about as many are scaled together.

Legend: R replicas, n rows, S floats per padded row.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from w2v import arrays
from w2v.arrays import Floats, Ids, Integers, Words16, Words32
from w2v.kernels import compiler, disk_cache, extremes
from w2v.kernels.compiler import Kernel
from w2v.kernels.disk_cache import cached
from w2v.training import kernel_arguments, layout
from w2v.training.kernels import changes, llvm, products, tile
from w2v.training.kernels.changes import add_rows, excess_along, sum_changes
from w2v.training.kernels.llvm import LANES
from w2v.training.kernels.products import TALL, add_products
from w2v.training.kernels.tile import PLAIN
from w2v.training.layout import ROW_FLOATS

TAKEN_IN = (
    *(arrays, disk_cache, compiler, extremes, kernel_arguments, layout),
    *(changes, llvm, products, tile),
)
"""The modules whose code is compiled into these functions."""

BLOCK = 64  # rows whose outer products are added at a time
SUMS = 64  # rows whose changes are summed at a time: the sums stay in the second cache
TOGETHER = 32  # rows that are scaled at a time; it divides SUMS, and TALL divides it
WEAK = 0.1  # see count_axes

CALLED = {**PLAIN, "no_cpython_wrapper": False, "pipeline_class": Kernel}  # by Python


@njit(**PLAIN)
def copy_rows(source: Floats, first: int, target: Floats) -> None:
    """Fill target: float32[BLOCK, S] with the rows of source from `first` on, then with zeros."""
    n = min(len(target), len(source) - first)
    for i in range(n):
        for k in range(target.shape[1]):
            target[i, k] = source[first + i, k]
    target[n:] = np.float32(0)


@njit(**PLAIN)
def count_axes(windows: Floats, curvature: Floats, rate: np.float32, n_axes: Integers) -> None:
    """Fill n_axes, int64[n]: along how many axes the sum of a row's changes is to be scaled.

    To second order, an axis scales it by 1 - curvature * rate * (w - w2 / w) / 2, where w and w2
    are the sums of the windows and of their squares; beyond, by more than this. The last axes,
    along which that differs from 1 by less than WEAK / 2, are left out; the number is rounded up to
    a multiple of LANES.
    So a row that one replica alone has trained has no axes.
    """
    for i in range(len(n_axes)):
        total, squares = np.float32(0), np.float32(0)
        for r in range(len(windows)):
            of_replica = windows[r, i]
            total += of_replica
            squares += of_replica * of_replica
        shared = rate * (total - squares / total) if total > 0 else np.float32(0)
        axes = 0
        while axes < len(curvature) and shared * curvature[axes] > np.float32(WEAK):
            axes += LANES
        n_axes[i] = axes


@njit(**PLAIN)
def sort_rows(n_axes: Integers, slots: Integers, rows: Integers) -> int:
    """Sort the rows that have axes, those with the most first, and return how many there are.

    n_axes: int64[n]; slots: int64[n], each row's place in this order, or -1 without axes
    rows: int64[n or more], the row at each place
    """
    slots[:] = -1
    found = 0
    for wanted in range(n_axes.max(), 0, -LANES):
        for i in range(len(n_axes)):
            if n_axes[i] == wanted:
                slots[i] = found
                rows[found] = i
                found += 1
    return found


@njit(**PLAIN)
def scale_rows(
    sums: Floats,
    rows: Integers,
    n_axes: Integers,
    windows: Floats,
    rate: np.float32,
    axes: tuple[Floats, Floats, Floats],
    scratch: tuple[Floats, Floats],
) -> None:
    """Scale the sums of changes of some rows, the first of which has the most axes.

    sums: float32[TOGETHER, S], one for each of rows: int64[n]
    n_axes: int64[SUMS]; windows: float32[R, SUMS]
    axes: to_axes, directions and curvature as `combine` has them
    scratch: float32[TOGETHER, S] and float32[R]
    """
    to_axes, directions, curvature = axes
    most, padded = n_axes[rows[0]], -(-len(rows) // TALL) * TALL
    together, along, exponents = sums[:padded], scratch[0][:padded, :most], scratch[1]
    along[:] = np.float32(0)
    add_products(together, to_axes[:, :most], along)
    for j in range(len(rows)):
        replicas = 0
        for r in range(len(windows)):
            if windows[r, rows[j]] > 0:
                exponents[replicas] = rate * windows[r, rows[j]]
                replicas += 1
        excess_along(along, j, n_axes[rows[j]], exponents, replicas, curvature)
    add_products(along, directions[:most], together)


class Functions(NamedTuple):
    """The compiled functions; each has its description below."""

    add_moment: Any
    combine: Any
    count_tokens: Any
    narrow: Any


TYPES = Functions(
    add_moment="void(f4[:, :], f4[::1], f4[:, ::1])",
    combine="void(f4[:, :, ::1], f4[:, :], f4[:, ::1], f4[:, ::1], f4[:, ::1], f4[::1], f4, "
    "i8, i8)",
    count_tokens="void(i4[::1], i8[::1])",
    narrow="void(u4[::1], u2[::1])",
)


@cache
def functions() -> Functions:
    """The functions, not compiled yet."""
    return _cached(disk_cache.code_digest(*TAKEN_IN))


def _cached(code: str) -> Functions:
    """The functions; numba's cache keeps those of different `code` apart."""

    @cached(njit(**CALLED))
    def add_moment(rows: Floats, shares: Floats, moment: Floats) -> None:
        """Add each row's outer product with itself, times its share, to moment: float32[S, S].

        Only what is on and above the diagonal is complete.

        rows: float32[n, S]; shares: float32[n]
        """
        _code = code
        n, size = rows.shape
        block, weights = np.empty((BLOCK, size), np.float32), np.empty((size, BLOCK), np.float32)
        for first in range(0, n, BLOCK):
            copy_rows(rows, first, block)
            for i in range(BLOCK):
                share = shares[first + i] if first + i < n else np.float32(0)
                for k in range(size):
                    weights[k, i] = share * block[i, k]
            for k in range(0, size, ROW_FLOATS):
                upper = moment[k : k + ROW_FLOATS, k:]
                add_products(weights[k : k + ROW_FLOATS], block[:, k:], upper)

    @cached(njit(**CALLED))
    def combine(
        replicas: Floats,
        table: Floats,
        windows: Floats,
        to_axes: Floats,
        directions: Floats,
        curvature: Floats,
        rate: np.float32,
        first: int,
        last: int,
    ) -> None:
        """Add to the table's rows from `first` to `last` - 1 what replicas of it gained.

        replicas: float32[R, rows, S]; table: float32[rows, S]
        windows: float32[R, rows], how many windows of each row a replica trained
        directions: float32[S, S], an axis in each row, orthonormal; to_axes: its transpose
        curvature: float32[S], falling: along each axis a replica's training shrank the distance
            to its optimum by q = exp(-rate * windows * curvature)
        """
        _code = code
        size = table.shape[1]
        sums, slots = np.zeros((SUMS, size), np.float32), np.empty(SUMS, np.int64)
        of_block, order = np.empty(SUMS, np.int64), np.empty(SUMS, np.int64)
        scratch = np.empty((TOGETHER, size), np.float32), np.empty(len(replicas), np.float32)
        axes = to_axes, directions, curvature
        for begin in range(first, last, SUMS):
            n = min(SUMS, last - begin)
            n_axes, of_rows = of_block[:n], windows[:, begin : begin + n]
            count_axes(of_rows, curvature, rate, n_axes)
            found = sort_rows(n_axes, slots[:n], order)
            sum_changes(replicas, table, begin, slots[:n], sums)
            for at in range(0, found, TOGETHER):
                rows, scaled = order[at : min(at + TOGETHER, found)], sums[at : at + TOGETHER]
                scale_rows(scaled, rows, n_axes, of_rows, rate, axes, scratch)
                add_rows(scaled, table, rows, begin)

    @cached(njit(**CALLED))
    def count_tokens(ids: Ids, seen: Integers) -> None:
        """Add to seen: int64[V] how often each word occurs in ids: int32[n], each in [0, V)."""
        _code = code
        for word in ids:
            seen[word] += 1

    @cached(njit(**CALLED))
    def narrow(bits: Words32, halves: Words16) -> None:
        """Fill halves: uint16[n] with the bits of the bfloat16 nearest to each float32's.

        bits: uint32[n], those of the floats; ties go to the even one
        """
        _code = code
        for i in range(len(bits)):
            even = (bits[i] >> np.uint32(16)) & np.uint32(1)
            halves[i] = (bits[i] + even + np.uint32(0x7FFF)) >> np.uint32(16)

    return Functions(add_moment, combine, count_tokens, narrow)
