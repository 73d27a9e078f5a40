"""Random numbers, noise words and subsampling, as the twin draws them."""

from __future__ import annotations

import numpy as np
import pytest
from from_python import FromPython
from kernel_data import noise_of, outputs_of
from reference import Xorshift, alias_draw, draw_from_pool, weigh

from w2v.training import kernel_arguments, layout
from w2v.training.kernels import draws, noise
from w2v.training.sampling import keep_thresholds

draws, noise = map(FromPython, (draws, noise))


def test_the_random_stream() -> None:
    state, twin = np.array([88172645463325252], np.uint64), Xorshift(88172645463325252)
    assert twin.next() == 8748534153485358512  # the first of Marsaglia's published sequence
    assert int(draws.next_random(state)) % 2**64 == 8748534153485358512
    for _ in range(1000):
        draws.next_random(state)
        assert int(state[0]) == twin.next()


def test_noise_is_drawn_as_by_the_twin() -> None:
    noise = noise_of(np.arange(50, 0, -1), 5)
    state, twin = np.array([7], np.uint64), Xorshift(7)
    for _ in range(2000):
        want = alias_draw(twin, noise.table)
        assert draws.draw_noise(state, noise) == want


@pytest.mark.parametrize("count", [1, 5, 8, 20])
def test_noise_words_come_from_the_pool(count: int) -> None:
    pool = np.random.default_rng(1).integers(0, 40, kernel_arguments.POOL).astype(np.int32)
    state, twin = np.array([99], np.uint64), Xorshift(99)
    rows = np.zeros(2 + count, np.int64)
    for _ in range(40):
        noise.draw_from_pool(pool, count, state, rows)
        want = draw_from_pool(twin, pool.tolist(), count)
        assert rows.tolist() == [0, *want, 0]


@pytest.mark.parametrize(
    ("rows", "twice"), [([4, 4], True), ([4, 1], False), ([4, 1, 2, 1], True), ([4, 1, 2], False)]
)
def test_a_repeated_row_is_detected(rows: list[int], twice: bool) -> None:
    assert noise.stands_twice(np.array([*rows, 4]), len(rows)) == twice


def test_fresh_noise_is_drawn_from_the_distribution() -> None:
    given = noise_of(np.arange(9, 0, -1), 5)
    state, twin = np.array([77], np.uint64), Xorshift(77)
    rows = np.zeros(7, np.int64)
    for _ in range(9):
        noise.draw_fresh(given, state, rows)
        want = [alias_draw(twin, given.table) for _ in range(5)]
        assert rows.tolist() == [0, *want, 0]


def test_noise_words_are_drawn_from_the_distribution() -> None:
    given, pool = noise_of(np.arange(9, 0, -1), 5), np.zeros(20, np.int32)
    state, twin = np.array([77], np.uint64), Xorshift(77)
    noise.draw_words(given, state, pool, 18)
    want = [alias_draw(twin, given.table) for _ in range(18)]
    assert pool.tolist() == [*want, 0, 0]


@pytest.mark.parametrize("rows", [[4, 1], [7, 3, 5, 3, 7], [1, 2, 2, 2, 1, 0, 2, 3], [0] * 16])
def test_a_noise_word_counts_as_often_as_it_was_drawn(rows: list[int]) -> None:
    n_out = len(rows)
    assert weigh([7, 3, 5, 3, 7]) == [1, 2, 1, 0, 0]
    outputs = outputs_of(rows)
    noise.weigh_outputs(outputs, n_out)
    noise.label_centre(outputs.labels)
    assert outputs.weights[:n_out].tolist() == weigh(rows)
    assert outputs.labels[:n_out].tolist() == [o == 0 for o in range(n_out)]


def test_the_place_that_fills_up_a_tile_weighs_nothing() -> None:
    outputs = kernel_arguments.scratch(5, 9, 16, 2).outputs
    outputs.rows[:9] = np.arange(9)
    noise.weigh_outputs(outputs, 9)
    assert outputs.weights.tolist() == [1] * 9 + [0] * layout.COLUMNS


def test_subsampling_keeps_what_the_twin_keeps() -> None:
    ids = np.random.default_rng(2).integers(0, 30, 500).astype(np.int32)
    keep = keep_thresholds(np.bincount(ids, minlength=30), 1e-2)
    kept, twin = np.zeros(500, np.int32), Xorshift(5)
    count = draws.subsample(ids, 100, 400, keep, np.array([5], np.uint64), kept)
    assert kept[:count].tolist() == [w for w in ids[100:400] if twin.next() >> 32 <= keep[w]]
    assert 0 < count < 300
