"""The mean of a window's inputs, as plain loops and as it is used."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from from_python import FromPython
from kernel_data import (
    LOW,
    POSITION,
    WIDTHS,
    either,
    input_slots,
    outputs_of,
    random_ring,
    random_table,
    rows_of,
    soon,
    work,
)
from numba import njit
from reference import sigmoid

from w2v.training.kernels import llvm, mean, mean_simd, tile_simd
from w2v.training.layout import GROUP

mean = FromPython(mean)


@njit
def in_use_average(*arguments: Any) -> None:
    mean_simd.average(*arguments)


@njit
def in_use_steps(mean: Any, table: Any, outputs: Any, n_out: int, *rest: Any) -> None:
    tile_simd.find_outputs(table, outputs, n_out)
    mean_simd.mean_steps(mean, table, outputs, n_out, *rest)


@njit
def in_use_update(
    local: Any, low: int, position: int, n_in: int, share: float, mean: Any, *rest: Any
) -> None:
    tile_simd.find_outputs(*rest[:3])
    mean_simd.mean_update(local, low, position, n_in, share, mean, *rest)


ROWS = np.array([39, 11, 2, 33, 4, 5, 30, 1, 6, 8, 12, 20, 21, 22, 23, 24, 25], np.int64)
WIDER = (*WIDTHS, 33 * llvm.LANES)  # 13, 13, 6 and 1 vectors


@either(mean.plain_average, in_use_average)
@pytest.mark.parametrize("width", WIDER)
@pytest.mark.parametrize("n_in", [1, 2, 7])
def test_a_mean_is_taken_of_the_inputs(functions: Any, width: int, n_in: int) -> None:
    local, taken = random_ring(16, width).local, np.zeros(width, np.float32)
    before = local.copy()
    functions[0](local, LOW, POSITION, n_in, taken)
    np.testing.assert_allclose(taken, before[input_slots(n_in)].mean(axis=0), atol=1e-6)
    assert np.array_equal(local, before)


@either(mean.plain_mean_steps, in_use_steps)
@pytest.mark.parametrize("width", WIDER)
@pytest.mark.parametrize("n_out", [1, 7, 8, 17])
@pytest.mark.parametrize("bias", [0.0, -1.5])
def test_the_mean_is_scored_with_every_output(
    functions: Any, width: int, n_out: int, bias: float
) -> None:
    x, table, out = random_ring(1, width).local[0], random_table(40, width, 6), work()
    outputs = outputs_of(ROWS)
    rates = np.float32(bias), np.float32(0.25)
    functions[0](x, table, outputs, n_out, *rates, out)
    scores, steps = (each[:, :GROUP].reshape(-1)[:n_out] for each in (out.scores, out.steps))
    want = rows_of(table)[ROWS[:n_out]] @ x + bias
    np.testing.assert_allclose(scores, want, atol=2e-5)
    errors = (outputs.labels[:n_out] - sigmoid(want)) * outputs.weights[:n_out]
    np.testing.assert_allclose(steps / 0.25, errors, atol=1e-4)


@either(mean.plain_mean_update, in_use_update)
@pytest.mark.parametrize("width", WIDER)
@pytest.mark.parametrize("n_out", [1, 7, 17])
@pytest.mark.parametrize("n_in", [1, 6])
def test_the_inputs_and_outputs_of_a_mean_move_and_nothing_else(
    functions: Any, width: int, n_out: int, n_in: int
) -> None:
    local, x = random_ring(16, width).local, random_ring(1, width).local[0]
    table, out = random_table(40, width, 6), work()
    want, want_rows, shared = local.copy(), rows_of(table), table.shared.copy()
    out.steps[:] = np.random.default_rng(5).normal(size=out.steps.shape)
    functions[0](
        *(local, LOW, POSITION, n_in, np.float32(0.25), x),
        *(table, outputs_of(ROWS), n_out, out.steps, soon(table)),
    )
    by, used = out.steps[:, :GROUP].reshape(-1)[:n_out], ROWS[:n_out]
    want[input_slots(n_in)] += 0.25 * (by @ want_rows[used])
    want_rows[used] += np.outer(by, x)
    np.testing.assert_allclose(local, want, atol=5e-5)
    np.testing.assert_allclose(rows_of(table), want_rows, atol=5e-5)
    others, untouched = (
        np.setdiff1d(np.arange(16), input_slots(n_in)),
        np.setdiff1d(range(40), used),
    )
    assert np.array_equal(local[others], want[others])
    assert np.array_equal(rows_of(table)[untouched], want_rows[untouched])
    assert np.array_equal(table.shared[:6], shared[:6])
