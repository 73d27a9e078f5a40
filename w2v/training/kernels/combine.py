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

from w2v import arrays, kernel_cache
from w2v.arrays import Floats, Ids, Integers
from w2v.kernel_cache import cached
from w2v.kernels import compiler
from w2v.kernels.compiler import Kernel
from w2v.training import arguments, layout
from w2v.training.kernels import changes, llvm, products, tile
from w2v.training.kernels.changes import add_rows, excess_along, sum_changes
from w2v.training.kernels.llvm import LANES
from w2v.training.kernels.products import TALL, add_products
from w2v.training.kernels.tile import PLAIN

TAKEN_IN = (arrays, kernel_cache, compiler, arguments, layout, changes, llvm, products, tile)
"""The modules whose code is compiled into these functions."""

BLOCK = 64  # rows whose outer products are added at a time
SUMS = 128  # rows whose changes are summed at a time: the sums stay in the second cache
TOGETHER = 32  # rows that are scaled at a time; a multiple of TALL
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
def scale_rows(
    table: Floats,
    first: int,
    sums: Floats,
    rows: Integers,
    n_axes: Integers,
    windows: Floats,
    rate: np.float32,
    axes: tuple[Floats, Floats, Floats],
    scratch: tuple[Floats, Floats, Floats],
) -> None:
    """Scale the sums of changes of some rows and add them to table[first + rows].

    The first of them has the most axes.

    sums: float32[SUMS, S]; rows: int64[n]; n_axes: int64[SUMS]; windows: float32[R, SUMS]
    axes: to_axes, directions and curvature as `combine` has them
    scratch: float32[TOGETHER, S] twice, and float32[R]
    """
    to_axes, directions, curvature = axes
    n, most = len(rows), n_axes[rows[0]]
    padded = -(-n // TALL) * TALL
    together, along, exponents = scratch[0][:padded], scratch[1][:padded, :most], scratch[2]
    for j in range(n):
        for k in range(sums.shape[1]):
            together[j, k] = sums[rows[j], k]
    together[n:] = np.float32(0)
    along[:] = np.float32(0)
    add_products(together, to_axes[:, :most], along)
    for j in range(n):
        replicas = 0
        for r in range(len(windows)):
            if windows[r, rows[j]] > 0:
                exponents[replicas] = rate * windows[r, rows[j]]
                replicas += 1
        excess_along(along, j, n_axes[rows[j]], exponents, replicas, curvature)
    add_products(along, directions[:most], together)
    add_rows(together, table, rows, first)


@njit(**PLAIN)
def scale_sums(
    table: Floats,
    first: int,
    sums: Floats,
    n_axes: Integers,
    windows: Floats,
    rate: np.float32,
    axes: tuple[Floats, Floats, Floats],
    scratch: tuple[Floats, Floats, Floats],
) -> None:
    """Scale the sums of n rows and add them to the table, those with the most axes first.

    n_axes: int64[n]; windows: float32[R, n]; the others as in `scale_rows`
    """
    rows, found = np.empty(TOGETHER, np.int64), 0
    for wanted in range(n_axes.max(), 0, -LANES):
        for i in range(len(n_axes)):
            if n_axes[i] == wanted:
                rows[found] = i
                found += 1
                if found == TOGETHER:
                    scale_rows(table, first, sums, rows, n_axes, windows, rate, axes, scratch)
                    found = 0
    if found:
        scale_rows(table, first, sums, rows[:found], n_axes, windows, rate, axes, scratch)


class Functions(NamedTuple):
    """The compiled functions; each has its description below."""

    add_moment: Any
    combine: Any
    count_tokens: Any


TYPES = Functions(
    add_moment="void(f4[:, :], f4[::1], f4[:, ::1])",
    combine="void(f4[:, :, ::1], f4[:, :], f4[:, ::1], f4[:, ::1], f4[:, ::1], f4[::1], f4, "
    "i8, i8)",
    count_tokens="void(i4[::1], i8[::1])",
)


@cache
def functions() -> Functions:
    """The functions, not compiled yet."""
    return _cached(kernel_cache.code_digest(*TAKEN_IN))


def _cached(code: str) -> Functions:
    """The functions; numba's cache keeps those of different `code` apart."""

    @cached(njit(**CALLED))
    def add_moment(rows: Floats, shares: Floats, moment: Floats) -> None:
        """Add each row's outer product with itself, times its share, to moment: float32[S, S].

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
            add_products(weights, block, moment)

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
        sums, of_block = np.empty((SUMS, size), np.float32), np.empty(SUMS, np.int64)
        scratch = (
            np.empty((TOGETHER, size), np.float32),
            np.empty((TOGETHER, size), np.float32),
            np.empty(len(replicas), np.float32),
        )
        axes = to_axes, directions, curvature
        for begin in range(first, last, SUMS):
            n = min(SUMS, last - begin)
            of_rows, n_axes = windows[:, begin : begin + n], of_block[:n]
            count_axes(of_rows, curvature, rate, n_axes)
            sum_changes(replicas, table, begin, n_axes, sums)
            scale_sums(table, begin, sums, n_axes, of_rows, rate, axes, scratch)

    @cached(njit(**CALLED))
    def count_tokens(ids: Ids, seen: Integers) -> None:
        """Add to seen: int64[V] how often each word occurs in ids: int32[n], each in [0, V)."""
        _code = code
        for word in ids:
            seen[word] += 1

    return Functions(add_moment, combine, count_tokens)
