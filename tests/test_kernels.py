"""Each training kernel against its slow twin, as compiled and as plain loops."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from reference import (
    Xorshift,
    alias_draw,
    count_noise,
    draw_from_pool,
    pair_losses,
    sigmoid,
    train,
    window_gradient,
)

from w2v import kernels, simd
from w2v.sampling import alias_table, keep_thresholds, noise_distribution
from w2v.trainer import aligned_zeros

WIDTHS = (16, 48, 112)


def random_table(rows: int, width: int, seed: int, scale: float = 0.4) -> Any:
    table = aligned_zeros((rows, width))
    table[:] = np.random.default_rng(seed).normal(0, scale, table.shape)
    return table


def tile_functions() -> list[Any]:
    plain = (simd.plain_scores, simd.plain_update, simd.plain_steps)
    vectors = (simd.tile_scores, simd.tile_update, simd.steps_from_scores)
    return [pytest.param(plain, id="plain"), pytest.param(vectors, id="in use")]


@pytest.mark.parametrize("functions", tile_functions())
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", range(1, simd.TILE + 1))
@pytest.mark.parametrize("n_in", [1, 2, 5, 8])
def test_a_tile_scores_every_pair(functions: Any, width: int, size: int, n_in: int) -> None:
    local, table = random_table(16, width, 1), random_table(40, width, 2)
    slots = np.array([3, 5, 7, 9, 2, 1, 6, 8, 8], np.int64)
    rows = np.array([39, 11, 2, 33, 4, 5, 30], np.int64)
    scores = np.full(200, np.nan, np.float32)
    functions[0](local, slots, n_in, table, rows, 1, size, scores)
    start = n_in + n_in % 2
    got = scores[start : start + n_in * size].reshape(n_in, size)
    np.testing.assert_allclose(got, local[slots[:n_in]] @ table[rows[1 : 1 + size]].T, atol=2e-5)


@pytest.mark.parametrize("functions", tile_functions())
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", range(1, simd.TILE + 1))
@pytest.mark.parametrize("n_in", [1, 4, 7])
def test_a_tile_updates_both_sides_and_nothing_else(
    functions: Any, width: int, size: int, n_in: int
) -> None:
    local, table = random_table(16, width, 3), random_table(40, width, 4)
    local_before, table_before = local.copy(), table.copy()
    slots = np.array([3, 5, 7, 9, 2, 1, 6, 6], np.int64)
    rows = np.array([39, 11, 2, 33, 4, 5, 30], np.int64)
    steps = np.random.default_rng(5).normal(size=200).astype(np.float32)
    functions[1](local, local, slots, n_in, table, rows, 1, size, steps)
    start = n_in + n_in % 2
    by = steps[start : start + n_in * size].reshape(n_in, size)
    used, touched = slots[:n_in], rows[1 : 1 + size]
    want_local, want_table = local_before.copy(), table_before.copy()
    want_local[used] += by @ table_before[touched]
    want_table[touched] += by.T @ local_before[used]
    np.testing.assert_allclose(local, want_local, atol=5e-5)
    np.testing.assert_allclose(table, want_table, atol=5e-5)
    untouched = np.setdiff1d(np.arange(40), touched)
    assert np.array_equal(table[untouched], table_before[untouched])


@pytest.mark.parametrize("functions", tile_functions())
def test_steps_are_the_sigmoid(functions: Any) -> None:
    z = np.linspace(-30, 30, 4000).astype(np.float32)
    steps = z.copy()
    functions[2](steps, len(z), np.float32(0.5))
    np.testing.assert_allclose(steps, -0.5 * sigmoid(z), atol=3e-5)


@pytest.mark.parametrize("functions", tile_functions())
def test_not_a_number_is_not_hidden(functions: Any) -> None:
    steps = np.full(16, np.nan, np.float32)
    functions[2](steps, 16, np.float32(0.5))
    assert np.isnan(steps).all()


def test_the_random_stream() -> None:
    state, twin = np.array([88172645463325252], np.uint64), Xorshift(88172645463325252)
    assert twin.next() == 8748534153485358512  # the first of Marsaglia's published sequence
    assert int(kernels.next_random(state)) % 2**64 == 8748534153485358512
    for _ in range(1000):
        kernels.next_random(state)
        assert int(state[0]) == twin.next()


def test_noise_is_drawn_as_by_the_twin() -> None:
    threshold, alias = alias_table(noise_distribution(np.arange(50, 0, -1), 0.75))
    state, twin = np.array([7], np.uint64), Xorshift(7)
    for _ in range(2000):
        assert kernels.draw_noise(state, threshold, alias) == alias_draw(twin, threshold, alias)


@pytest.mark.parametrize("count", [1, 5, 8, 20])
def test_outputs_are_the_centre_and_distinct_noise(count: int) -> None:
    pool = np.random.default_rng(1).integers(0, 12, kernels.POOL).astype(np.int32)
    state, twin = np.array([99], np.uint64), Xorshift(99)
    rows, weights = np.zeros(1 + count, np.int64), np.zeros(1 + count, np.float32)
    for centre in range(12):
        n_out = kernels.choose_outputs(pool, count, centre, state, rows, weights)
        words, times = count_noise(draw_from_pool(twin, pool.tolist(), count), centre)
        assert rows[:n_out].tolist() == [centre, *words]
        assert weights[:n_out].tolist() == [1.0, *times]


def test_fresh_outputs_are_drawn_from_the_distribution() -> None:
    threshold, alias = alias_table(noise_distribution(np.arange(9, 0, -1), 0.75))
    state, twin = np.array([77], np.uint64), Xorshift(77)
    rows, weights = np.zeros(6, np.int64), np.zeros(6, np.float32)
    for centre in range(9):
        n_out = kernels.choose_fresh_outputs(5, centre, state, threshold, alias, rows, weights)
        words, times = count_noise([alias_draw(twin, threshold, alias) for _ in range(5)], centre)
        assert rows[:n_out].tolist() == [centre, *words]
        assert weights[:n_out].tolist() == [1.0, *times]


def test_subsampling_keeps_what_the_twin_keeps() -> None:
    ids = np.random.default_rng(2).integers(0, 30, 500).astype(np.int32)
    keep = keep_thresholds(np.bincount(ids, minlength=30), 1e-2)
    kept, twin = np.zeros(500, np.int32), Xorshift(5)
    count = kernels.subsample(ids, 100, 400, keep, np.array([5], np.uint64), kept)
    assert kept[:count].tolist() == [w for w in ids[100:400] if twin.next() >> 32 <= keep[w]]
    assert 0 < count < 300


@pytest.mark.parametrize("n_out", [2, 6, 9])
def test_the_loss_of_a_window(n_out: int) -> None:
    local, table = random_table(16, 48, 6), random_table(20, 48, 7)
    slots, rows = np.array([4, 9, 2, 2], np.int64), np.arange(n_out)
    weights = np.ones(n_out, np.float32)
    weights[-1] = 3.0
    scores = np.zeros(200, np.float32)
    kernels.window_scores(local, slots, 3, table, rows, n_out, scores)
    labels = np.zeros((3, n_out), bool)
    labels[:, 0] = True
    want = (pair_losses(local[slots[:3]], table[rows], labels) * weights).sum()
    assert kernels.window_loss(scores, 3, n_out, weights) == pytest.approx(want, rel=1e-5)


@pytest.mark.parametrize("n_out", [2, 6, 7, 16])
def test_a_window_moves_down_the_gradient(n_out: int) -> None:
    local, table = random_table(16, 48, 8), random_table(20, 48, 9)
    local_before, table_before = local.copy(), table.copy()
    slots, rows = np.array([4, 9, 2, 2], np.int64), np.arange(n_out)
    scores, rate = np.zeros(400, np.float32), 0.125
    kernels.window_scores(local, slots, 3, table, rows, n_out, scores)
    kernels.window_steps(scores, 3, n_out, np.ones(n_out, np.float32), n_out - 1, np.float32(rate))
    kernels.window_update(local, local.copy(), slots, 3, table, rows, n_out, scores)
    labels = np.zeros((3, n_out))
    labels[:, 0] = 1.0
    by_in, by_out = window_gradient(local_before[slots[:3]], table_before[:n_out], labels)
    np.testing.assert_allclose(local_before[slots[:3]] - local[slots[:3]], rate * by_in, atol=5e-5)
    np.testing.assert_allclose(table_before[:n_out] - table[:n_out], rate * by_out, atol=5e-5)


def test_the_gradient_agrees_with_central_differences() -> None:
    random = np.random.default_rng(10)
    inputs, outputs = random.normal(size=(4, 8)), random.normal(size=(6, 8))
    labels = np.zeros((4, 6))
    labels[:, 0] = 1.0
    by_in, by_out = window_gradient(inputs, outputs, labels)
    for table, gradient in ((inputs, by_in), (outputs, by_out)):
        for index in np.ndindex(*table.shape):
            old = table[index]
            losses = []
            for step in (1e-5, -1e-5):
                table[index] = old + step
                losses.append(pair_losses(inputs, outputs, labels.astype(bool)).sum())
            table[index] = old
            slope = (losses[0] - losses[1]) / 2e-5
            assert slope == pytest.approx(gradient[index], abs=1e-7)


@pytest.mark.parametrize(
    ("window", "negative", "width"), [(1, 1, 16), (5, 5, 32), (3, 8, 16), (9, 17, 48)]
)
def test_a_slice_trains_as_the_twin_does(window: int, negative: int, width: int) -> None:
    random = np.random.default_rng(11)
    ids = np.minimum(random.geometric(0.04, 600) - 1, 59).astype(np.int32)
    offsets = np.array([0, 1, 3, 40, 40, 300, 600], np.int64)
    counts = np.bincount(ids, minlength=60) + 1
    inputs, outputs = random_table(60, width, 12, 0.3), random_table(60, width, 13, 0.3)
    keep = keep_thresholds(counts, 1e-2)
    threshold, alias = alias_table(noise_distribution(counts, 0.75))
    schedule = (0.05, 0.001, 1000.0, 4000.0)
    sentences = [ids[a:b].tolist() for a, b in pairwise(offsets)]
    want = train(sentences, inputs, outputs, keep, threshold, alias, 42, window, negative, schedule)
    totals, loss = np.zeros(3, np.int64), np.zeros(2)
    slots = 1 << (2 * window).bit_length()
    work = (
        np.zeros(slots + 1, np.int64),
        np.zeros(1 + negative, np.int64),
        np.zeros(1 + negative, np.float32),
        np.zeros(kernels.POOL, np.int32),
        aligned_zeros(((1 + negative) * slots + simd.SCORE_SLACK,)),
    )
    with np.errstate(over="ignore"):
        kernels.train_slice(
            ids,
            offsets,
            inputs,
            outputs,
            keep,
            threshold,
            alias,
            np.array([42], np.uint64),
            window,
            negative,
            np.array(schedule),
            aligned_zeros((3, slots, width)),
            work,
            np.zeros(600, np.int32),
            totals,
            loss,
        )
    assert totals.tolist() == [600, want[2], want[3]]
    np.testing.assert_allclose(inputs, want[0], atol=2e-4)
    np.testing.assert_allclose(outputs, want[1], atol=2e-4)
    assert np.isfinite(loss).all()
    assert loss[kernels.LOSS_PAIRS] > 0
