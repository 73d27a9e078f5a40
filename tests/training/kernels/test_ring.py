"""Rows in and out of the ring, as plain loops and as they are used, and a thread's own rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from from_python import FromPython
from kernel_data import (
    WIDTHS,
    either,
    random_ring,
    random_rows,
    random_table,
    rows_of,
)
from numba import njit

from w2v.training import kernel_arguments, layout
from w2v.training.kernels import llvm, own_rows, ring, ring_simd, training_loop

own_rows, ring = map(FromPython, (own_rows, ring))


@njit
def in_use_enter(*arguments: Any) -> None:
    ring_simd.enter_ring(*arguments)


@njit
def in_use_leave(*arguments: Any) -> None:
    ring_simd.leave_ring(*arguments)


@njit
def in_use_add_rows(*arguments: Any) -> None:
    ring_simd.add_rows(*arguments)


@njit
def in_use_add_to_rows(*arguments: Any) -> None:
    ring_simd.add_to_rows(*arguments)


@njit
def in_use_prefetch(*arguments: Any) -> None:
    ring_simd.prefetch(*arguments)


@njit
def in_use_prefetch_item(*arguments: Any) -> None:
    ring_simd.prefetch_item(*arguments)


@either(ring.plain_enter, in_use_enter, ring.plain_leave, in_use_leave)
@pytest.mark.parametrize("row", [3, 20])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_word_enters_the_ring_and_leaves_it(functions: Any, row: int, width: int) -> None:
    table, ring = random_table(40, width, 6), random_ring(8, width)
    before, shared = rows_of(table), table.shared.copy()
    functions[0](table, row, ring, 5)
    assert np.array_equal(ring.local[5], before[row])
    assert np.array_equal(ring.entered[5], before[row])
    assert np.array_equal(rows_of(table), before)
    ring.local[5] += 1
    (table.own if row < 6 else table.shared)[row] += 10  # as another window may do meanwhile
    functions[1](table, row, ring, 5)
    np.testing.assert_allclose(rows_of(table)[row], before[row] + 11, rtol=1e-6)
    others = np.setdiff1d(np.arange(40), row)
    assert np.array_equal(rows_of(table)[others], before[others])
    assert np.array_equal(table.shared[:6], shared[:6])


@either(ring.plain_add_rows, in_use_add_rows, ring.plain_add_to_rows, in_use_add_to_rows)
@pytest.mark.parametrize("rows", [[], [3], [20, 3], [20, 3, 5, 39, 20]])
@pytest.mark.parametrize("width", WIDTHS)
def test_rows_are_added_and_added_to(functions: Any, rows: list[int], width: int) -> None:
    table, sums = random_table(40, width, 6), random_ring(8, width).local
    before, shared, were = rows_of(table), table.shared.copy(), sums.copy()
    given = np.array([0, *rows, 0], np.int32), 1, 1 + len(rows)
    functions[0](table, *given, np.float32(0.25), sums, 5)
    np.testing.assert_allclose(sums[5], were[5] + 0.25 * before[rows].sum(axis=0), atol=1e-6)
    assert np.array_equal(np.delete(sums, 5, 0), np.delete(were, 5, 0))
    assert np.array_equal(rows_of(table), before)
    functions[1](table, *given, sums, 5)
    np.add.at(before, rows, sums[5])
    np.testing.assert_allclose(rows_of(table), before, atol=1e-6)
    assert np.array_equal(table.shared[:6], shared[:6])


@pytest.mark.parametrize("size", [1, 8, 16, 100, 300])
def test_the_kernels_use_whole_vectors_of_a_row(size: int) -> None:
    width = training_loop.floats_used(size)
    assert size <= width < size + llvm.LANES
    assert width % llvm.LANES == 0
    assert width <= layout.padded(size)


def test_a_slot_is_turned_and_turned_back() -> None:
    given = random_ring(8, 16)
    before = [np.array(part) for part in given]
    ring.turn(given, 5, 3)
    for part, was in zip(given, before, strict=True):
        assert np.array_equal(part[5, :3], -was[5, :3])
        assert np.array_equal(part[5, 3:], was[5, 3:])
        assert np.array_equal(np.delete(part, 5, 0), np.delete(was, 5, 0))
    ring.turn(given, 5, 3)
    assert all(np.array_equal(part, was) for part, was in zip(given, before, strict=True))


@either(
    *(ring.plain_prefetch, in_use_prefetch),
    *(ring.plain_prefetch_item, in_use_prefetch_item),
)
def test_a_prefetch_changes_nothing(functions: Any) -> None:
    table, items = random_table(40, 48, 6), np.arange(40, dtype=np.int32)
    before = rows_of(table)
    for place in (0, 39):
        functions[0](table, place)
        functions[1](items, place)
    assert np.array_equal(rows_of(table), before)
    assert np.array_equal(items, np.arange(40))


def test_own_rows_are_taken_and_given_back() -> None:
    table = kernel_arguments.table(random_rows(20, 16, 1), 5)
    before = table.shared.copy()
    own_rows.take_rows(table)
    assert np.array_equal(table.own, before[:5])
    table.own[:] += 1
    table.shared[:5] += 10  # another thread gave what its own rows gained
    own_rows.exchange_rows(table)
    np.testing.assert_allclose(table.shared[:5], before[:5] + 11, rtol=1e-6)
    assert np.array_equal(table.own, table.shared[:5])
    assert np.array_equal(table.taken, table.shared[:5])
    assert np.array_equal(table.shared[5:], before[5:])
