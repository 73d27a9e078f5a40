"""The inner loops of a window, as plain loops and as they are used: scores, sigmoids, updates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from from_python import FromPython
from kernel_data import (
    WIDTHS,
    either,
    find_inputs,
    input_slots,
    input_weights,
    outputs_of,
    random_ring,
    random_table,
    rows_of,
    soon,
    work,
)
from numba import njit
from reference import sigmoid, tiles

from w2v.training import layout
from w2v.training.kernels import tile, tile_simd

tile = FromPython(tile)


@njit
def in_use_steps(
    local: Any, inputs: Any, n_in: int, table: Any, outputs: Any, first: int, size: int, *rest: Any
) -> None:
    tile_simd.find_outputs(table, outputs, first + size)
    tile_simd.tile_steps(local, inputs, n_in, table, outputs, first, size, *rest)


@njit
def in_use_update(
    local: Any, inputs: Any, n_in: int, table: Any, outputs: Any, first: int, size: int, *rest: Any
) -> None:
    tile_simd.find_outputs(table, outputs, first + size)
    tile_simd.tile_update(local, inputs, n_in, table, outputs, first, size, *rest)


ROWS = np.array([39, 11, 2, 33, 4, 5, 30, 1, 6, 8, 12, 20, 21], np.int64)


def by_pairs(array: Any, n_in: int, size: int) -> Any:
    """float32[n_in, size] out of the layout of two inputs a row."""
    return np.array([array[i // 2, i % 2 * size : i % 2 * size + size] for i in range(n_in)])


@either(tile.plain_steps, in_use_steps)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", layout.SIZES)
@pytest.mark.parametrize("n_in", [1, 2, 5, 8])
@pytest.mark.parametrize(("first", "bias"), [(0, 0.0), (layout.TILE, -1.5)])
def test_a_tile_scores_every_pair(
    functions: Any, width: int, size: int, n_in: int, first: int, bias: float
) -> None:
    local, table, outputs = (
        random_ring(16, width).local,
        random_table(40, width, 6),
        outputs_of(ROWS),
    )
    out = work(fill=np.nan)
    find_inputs(local, n_in, out)
    given = (first, size, np.float32(bias), np.float32(0.25))
    functions[0](local, out.inputs, n_in, table, outputs, *given, out)
    rows = ROWS[first : first + size]
    want = local[input_slots(n_in)] @ rows_of(table)[rows].T + bias
    np.testing.assert_allclose(by_pairs(out.scores, n_in, size), want, atol=2e-5)
    labels, weights = (each[first : first + size] for each in (outputs.labels, outputs.weights))
    errors = by_pairs(out.steps, n_in, size) / 0.25
    counts = input_weights(n_in)[:, None]
    np.testing.assert_allclose(errors, (labels - sigmoid(want)) * weights * counts, atol=1e-4)


@either(tile.plain_update, in_use_update)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", layout.SIZES)
@pytest.mark.parametrize("n_in", [1, 4, 7])
def test_a_tile_updates_both_sides_and_nothing_else(
    functions: Any, width: int, size: int, n_in: int
) -> None:
    local, table = random_ring(16, width).local, random_table(40, width, 6)
    want_local, want_rows, shared = local.copy(), rows_of(table), table.shared.copy()
    given = work()
    given.steps[:] = np.random.default_rng(5).normal(size=given.steps.shape)
    find_inputs(local, n_in, given)
    outputs = outputs_of(ROWS)
    functions[0](local, given.inputs, n_in, table, outputs, 1, size, given.steps, soon(table))
    by, used = by_pairs(given.steps, n_in, size), input_slots(n_in)
    x = want_local[used].copy()
    for o, row in enumerate(ROWS[1 : 1 + size]):
        want_local[used] += np.outer(by[:, o], want_rows[row])
        want_rows[row] += by[:, o] @ x
    np.testing.assert_allclose(local, want_local, atol=5e-5)
    np.testing.assert_allclose(rows_of(table), want_rows, atol=5e-5)
    untouched = np.setdiff1d(np.arange(40), ROWS[1 : 1 + size])
    assert np.array_equal(rows_of(table)[untouched], want_rows[untouched])
    assert np.array_equal(table.shared[:6], shared[:6])


@either(tile.plain_update, in_use_update)
def test_of_a_repeated_row_the_first_place_is_kept(functions: Any) -> None:
    local, table = random_ring(16, 16).local, random_table(40, 16, 0)
    before, x = table.shared.copy(), local[input_slots(1)[0]].copy()
    given = work()
    given.steps[0, :4] = [0.5, 0.25, 0.0, 0.0]
    find_inputs(local, 1, given)
    outputs = outputs_of([7, 9, 9, 7])
    functions[0](local, given.inputs, 1, table, outputs, 0, 4, given.steps, soon(table))
    np.testing.assert_allclose(table.shared[7], before[7] + 0.5 * x, atol=1e-6)
    np.testing.assert_allclose(table.shared[9], before[9] + 0.25 * x, atol=1e-6)


@either(tile.plain_steps, in_use_steps)
def test_steps_are_the_sigmoid(functions: Any) -> None:
    z = np.linspace(-30, 30, 4096).astype(np.float32)
    local, table = np.zeros((16, 16), np.float32), random_table(2, 16, 0, 0.0)
    local[:, 0] = 1
    outputs = outputs_of([0] * 10)
    outputs.labels[:], outputs.weights[:] = 0, 1
    rates, out = (np.float32(0), np.float32(0.5)), work(1)
    got = np.empty_like(z)
    for k, score in enumerate(z):
        table.shared[0, 0] = score
        functions[0](local, out.inputs, 1, table, outputs, 6, 4, *rates, out)
        got[k] = out.steps[0, 0]
    np.testing.assert_allclose(got, -0.5 * sigmoid(z), atol=3e-5)
    table.shared[0, 0] = np.nan
    functions[0](local, out.inputs, 1, table, outputs, 6, 4, *rates, out)
    assert np.isnan(out.steps[0, 0])


@pytest.mark.parametrize("n_out", range(1, 40))
def test_the_tiles_of_a_window(n_out: int) -> None:
    sizes, first = [], 0
    while first < n_out:
        sizes.append(tile.tile_size(n_out, first))
        first += sizes[-1]
    assert set(sizes) <= set(layout.SIZES)
    assert sizes == [max(4, each.stop - each.start) for each in tiles(n_out)]


def test_the_inputs_of_a_window_are_found() -> None:
    local, out = random_ring(16, 48).local, work()
    find_inputs(local, 7, out)
    assert out.inputs[:8].tolist() == [*(48 * input_slots(7)), 0]
    assert out.weights[:8].tolist() == [*input_weights(7), 1]
