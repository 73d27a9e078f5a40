"""The compiled parts of `w2v.training.combination`, which explains the rule.

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
from w2v.training.kernels import llvm, products, tile
from w2v.training.kernels.products import ROWS, add_products
from w2v.training.kernels.tile import PLAIN
from w2v.training.layout import ROW_FLOATS

TAKEN_IN = (arrays, kernel_cache, compiler, arguments, layout, llvm, products, tile)
"""The modules whose code is compiled into these functions."""

BLOCK = 16 * ROWS  # rows multiplied at a time
SHARE = 1 / 1024  # exp(-x) is computed as (1 - x / 1024) ** 1024, which vectorises
LEAST_BASE = 0.9  # of that power; 0.9 ** 1024 is 0 in float32
WEAK = 0.05  # an axis along which the exponents of all replicas' q sum to less keeps its sum
LEAST_SHRUNK = 1e-3  # so does one along which 1 - q sum to less, for a row of a block

CALLED = {**PLAIN, "no_cpython_wrapper": False, "pipeline_class": Kernel}  # by Python


@njit(**PLAIN)
def power_1024(x: np.float32) -> np.float32:
    """x ** 1024; a loop in place of these ten lines would keep its caller from being vectorised."""
    x = x * x
    x = x * x
    x = x * x
    x = x * x
    x = x * x
    x = x * x
    x = x * x
    x = x * x
    x = x * x
    return x * x


@njit(**PLAIN)
def excess_along(along: Floats, windows: Floats, curvature: Floats, scratch: Floats) -> None:
    """Scale a sum of changes along each axis by (1 - product of q) / (sum of 1 - q) - 1.

    along: float32[A], in place; windows: float32[R], times the rate; curvature: float32[A]
    scratch: float32[2, A]
    """
    left, shrunk = scratch[0], scratch[1]
    left[:] = np.float32(1)
    shrunk[:] = np.float32(0)
    for r in range(len(windows)):
        share = windows[r] * np.float32(SHARE)
        for a in range(len(along)):
            base = np.float32(1) - share * curvature[a]
            q = power_1024(base if base > np.float32(LEAST_BASE) else np.float32(LEAST_BASE))
            left[a] *= q
            shrunk[a] += np.float32(1) - q
    for a in range(len(along)):
        by = np.float32(0)
        if shrunk[a] > np.float32(LEAST_SHRUNK):
            by = (np.float32(1) - left[a]) / shrunk[a] - np.float32(1)
        along[a] *= by


@njit(**PLAIN)
def copy_rows(source: Floats, first: int, target: Floats) -> None:
    """Fill target: float32[BLOCK, S] with the rows of source from `first` on, then with zeros."""
    n = min(len(target), len(source) - first)
    for i in range(n):
        for k in range(target.shape[1]):
            target[i, k] = source[first + i, k]
    target[n:] = np.float32(0)


class Functions(NamedTuple):
    """The compiled functions; each has its description below."""

    add_moment: Any
    add_changes: Any
    scale_changes: Any
    count_tokens: Any


TYPES = Functions(
    add_moment="void(f4[:, :], f4[::1], f4[:, ::1])",
    add_changes="void(f4[:, ::1], f4[:, ::1], f4[:, ::1])",
    scale_changes="void(f4[:, ::1], f4[:, :], f4[:, ::1], f4[::1], f4)",
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
    def add_changes(replica: Floats, base: Floats, changes: Floats) -> None:
        """changes += replica - base, each float32[n, S]."""
        _code = code
        for i in range(len(changes)):
            for k in range(changes.shape[1]):
                changes[i, k] += replica[i, k] - base[i, k]

    @cached(njit(**CALLED))
    def scale_changes(
        changes: Floats, windows: Floats, directions: Floats, curvature: Floats, rate: np.float32
    ) -> None:
        """Scale sums of changes along the axes of the loss's curvature.

        changes: float32[n, S], in place
        windows: float32[R, n], how many windows of each row a replica trained
        directions: float32[S, S], an axis in each row, orthonormal
        curvature: float32[S], falling: along each axis a replica's training shrank the distance
            to its optimum by q = exp(-rate * windows * curvature)
        """
        _code = code
        n, size = changes.shape
        to_axes = np.ascontiguousarray(directions.T)
        block, along = np.empty((BLOCK, size), np.float32), np.empty((BLOCK, size), np.float32)
        scratch = np.empty((2, size), np.float32)
        trained = np.empty(len(windows), np.float32)
        for first in range(0, n, BLOCK):
            n_rows = min(BLOCK, n - first)
            most = np.float32(0)
            for i in range(n_rows):
                most = max(most, rate * windows[:, first + i].sum())
            n_axes = 0
            while n_axes < size and most * curvature[n_axes] > np.float32(WEAK):
                n_axes += ROW_FLOATS
            if n_axes == 0:
                continue
            copy_rows(changes, first, block)
            strong = along[:, :n_axes]
            strong[:] = np.float32(0)
            add_products(block, to_axes[:, :n_axes], strong)
            for i in range(n_rows):
                for r in range(len(trained)):
                    trained[r] = rate * windows[r, first + i]
                excess_along(along[i, :n_axes], trained, curvature[:n_axes], scratch[:, :n_axes])
            block[:] = np.float32(0)
            add_products(strong, directions[:n_axes], block)
            for i in range(n_rows):
                for k in range(size):
                    changes[first + i, k] += block[i, k]

    @cached(njit(**CALLED))
    def count_tokens(ids: Ids, seen: Integers) -> None:
        """Add to seen: int64[V] how often each word occurs in ids: int32[n], each in [0, V)."""
        _code = code
        for word in ids:
            seen[word] += 1

    return Functions(add_moment, add_changes, scale_changes, count_tokens)
