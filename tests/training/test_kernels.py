"""Each training kernel against its slow twin, as compiled and as plain loops."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit
from reference import (
    Xorshift,
    alias_draw,
    draw_from_pool,
    pair_losses,
    sigmoid,
    train,
    weigh,
    window_gradient,
)
from test_house import MODULES, imports

from w2v.text.kernels import scan as text_kernels
from w2v.training import layout
from w2v.training.kernels import skipgram as kernels
from w2v.training.kernels import tile, tile_simd
from w2v.training.layout import aligned_zeros
from w2v.training.sampling import alias_table, keep_thresholds, noise_distribution

WIDTHS = (16, 48, 112)


def random_table(rows: int, width: int, seed: int, scale: float = 0.4) -> Any:
    table = aligned_zeros((rows, 2, width))[:, 0]  # the rows lie apart, as in a run
    table[:] = np.random.default_rng(seed).normal(0, scale, table.shape)
    return table


@njit
def in_use_steps(*arguments: Any) -> None:
    tile_simd.tile_steps(*arguments)


@njit
def in_use_update(*arguments: Any) -> None:
    tile_simd.tile_update(*arguments)


@njit
def in_use_enter(*arguments: Any) -> None:
    tile_simd.enter_ring(*arguments)


@njit
def in_use_leave(*arguments: Any) -> None:
    tile_simd.leave_ring(*arguments)


@njit
def in_use_prefetch(*arguments: Any) -> None:
    tile_simd.prefetch(*arguments)


def either(*functions: Any) -> Any:
    """The plain loop, and what the kernel uses (an intrinsic cannot be called from Python)."""
    return pytest.mark.parametrize(
        "functions", [functions[::2], functions[1::2]], ids=["plain", "in use"]
    )


LOW, POSITION = 9, 12  # inputs are the words at 9, 10, 11, 13, 14, ...
ROWS = np.array([39, 11, 2, 33, 4, 5, 30, 1, 6, 8, 12, 20, 21], np.int64)


def input_slots(n_in: int, ring: int = 16) -> Any:
    """The local rows of the inputs."""
    return np.array([k for k in range(LOW, LOW + n_in + 1) if k != POSITION][:n_in]) % ring


def by_pairs(array: Any, n_in: int, size: int) -> Any:
    """float32[n_in, size] out of the layout of two inputs a row."""
    return np.array([array[i // 2, i % 2 * size : i % 2 * size + size] for i in range(n_in)])


@either(tile.plain_steps, in_use_steps)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", layout.SIZES)
@pytest.mark.parametrize("n_in", [1, 2, 5, 8])
@pytest.mark.parametrize("first", [0, layout.TILE])
def test_a_tile_scores_every_pair(
    functions: Any, width: int, size: int, n_in: int, first: int
) -> None:
    local, table, own = (random_table(n, width, n) for n in (16, 40, 6))
    scores, steps = (np.full((8, layout.COLUMNS), np.nan, np.float32) for _ in range(2))
    weights = np.random.default_rng(1).random((3, layout.COLUMNS)).astype(np.float32)
    rate = np.float32(0.25)
    functions[0](
        local, LOW, POSITION, n_in, table, own, ROWS, first, size, rate, weights, scores, steps
    )
    rows = ROWS[first : first + size]
    outputs = np.array([own[row] if row < 6 else table[row] for row in rows])
    want = local[input_slots(n_in)] @ outputs.T
    np.testing.assert_allclose(by_pairs(scores, n_in, size), want, atol=2e-5)
    labels = np.zeros(size)
    labels[0] = first == 0
    errors = by_pairs(steps, n_in, size) / 0.25
    of_tile = np.array([weights[first // layout.TILE, i % 2 * size :][:size] for i in range(n_in)])
    np.testing.assert_allclose(errors, (labels - sigmoid(want)) * of_tile, atol=1e-4)


@either(tile.plain_update, in_use_update)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", layout.SIZES)
@pytest.mark.parametrize("n_in", [1, 4, 7])
def test_a_tile_updates_both_sides_and_nothing_else(
    functions: Any, width: int, size: int, n_in: int
) -> None:
    local, table, own = (random_table(n, width, n) for n in (16, 40, 6))
    want_local, want_table, want_own = local.copy(), table.copy(), own.copy()
    steps = np.random.default_rng(5).normal(size=(8, layout.COLUMNS)).astype(np.float32)
    functions[0](local, LOW, POSITION, n_in, table, own, ROWS, 1, size, steps)
    by, used = by_pairs(steps, n_in, size), input_slots(n_in)
    x = want_local[used].copy()
    for o, row in enumerate(ROWS[1 : 1 + size]):
        output = want_own[row] if row < 6 else want_table[row]
        want_local[used] += np.outer(by[:, o], output)
        output += by[:, o] @ x
    np.testing.assert_allclose(local, want_local, atol=5e-5)
    np.testing.assert_allclose(table, want_table, atol=5e-5)
    np.testing.assert_allclose(own, want_own, atol=5e-5)
    untouched = np.setdiff1d(np.arange(40), ROWS[1 : 1 + size])
    assert np.array_equal(table[untouched], want_table[untouched])


@either(tile.plain_update, in_use_update)
def test_of_a_row_that_stands_twice_the_first_place_stays(functions: Any) -> None:
    local, table, own = (random_table(n, 16, n) for n in (16, 40, 0))
    before, x = table.copy(), local[input_slots(1)[0]].copy()
    steps = np.zeros((8, layout.COLUMNS), np.float32)
    steps[0, :4] = [0.5, 0.25, 0.0, 0.0]
    rows = np.array([7, 9, 9, 7], np.int64)
    functions[0](local, LOW, POSITION, 1, table, own, rows, 0, 4, steps)
    np.testing.assert_allclose(table[7], before[7] + 0.5 * x, atol=1e-6)
    np.testing.assert_allclose(table[9], before[9] + 0.25 * x, atol=1e-6)


@either(tile.plain_steps, in_use_steps)
def test_steps_are_the_sigmoid(functions: Any) -> None:
    z = np.linspace(-30, 30, 4096).astype(np.float32)
    local, table = random_table(16, 16, 1, 0.0), random_table(2, 16, 1, 0.0)
    local[:, 0] = 1
    scores, steps = (np.zeros((1, layout.COLUMNS), np.float32) for _ in range(2))
    weights = np.ones((2, layout.COLUMNS), np.float32)
    own, rows, rate = random_table(0, 16, 1), np.array([0] * 6 + [0, 1], np.int64), np.float32(0.5)
    got = np.empty_like(z)
    for k, score in enumerate(z):
        table[0, 0] = score
        functions[0](local, 0, 2, 1, table, own, rows, 6, 2, rate, weights, scores, steps)
        got[k] = steps[0, 0]
    np.testing.assert_allclose(got, -0.5 * sigmoid(z), atol=3e-5)
    table[0, 0] = np.nan
    functions[0](local, 0, 2, 1, table, own, rows, 6, 2, rate, weights, scores, steps)
    assert np.isnan(steps[0, 0])


@either(tile.plain_enter, in_use_enter, tile.plain_leave, in_use_leave)
@pytest.mark.parametrize("word", [3, 20])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_row_enters_the_ring_and_leaves_it(functions: Any, word: int, width: int) -> None:
    table, own = random_table(40, width, 1), random_table(6, width, 2)
    wanted = own[word].copy() if word < 6 else table[word].copy()
    shared_before = table.copy()
    local, entered = random_table(8, width, 3), random_table(8, width, 4)
    functions[0](table, own, word, local, entered, 5)
    assert np.array_equal(local[5], wanted)
    assert np.array_equal(entered[5], wanted)
    local[5] += 1
    (own if word < 6 else table)[word] += 10  # as another window, or thread, may do meanwhile
    functions[1](table, own, word, local, entered, 5)
    np.testing.assert_allclose((own if word < 6 else table)[word], wanted + 11, rtol=1e-6)
    others = np.arange(40) != word
    assert np.array_equal(table[others], shared_before[others])


@either(tile.plain_prefetch, in_use_prefetch)
def test_a_prefetch_changes_nothing(functions: Any) -> None:
    table, own = random_table(40, 48, 1), random_table(6, 48, 2)
    before = table.copy(), own.copy()
    for word in (0, 39):
        functions[0](table, own, word)
    assert np.array_equal(table, before[0])
    assert np.array_equal(own, before[1])


def taken_in(module: str) -> set[str]:
    """The modules whose code a module takes in: those that it imports, and those that they do."""
    found = {name for name in imports(module, at_start=True) if name.startswith("w2v.")}
    return found.union(*map(taken_in, found))


@pytest.mark.parametrize(
    ("compiled", "name"), [(kernels, "VECTOR_CODE"), (text_kernels, "HELPER_CODE")]
)
def test_the_cache_of_compiled_code_sees_a_change_of_what_it_takes_in(
    compiled: Any, name: str
) -> None:
    files = [MODULES[module] for module in sorted(taken_in(compiled.__name__))]
    assert files
    # These have no cache of their own, which would need a digest too.
    assert not any(re.search("cache.{1,4}True", file.read_text("utf-8")) for file in files)
    code = b"".join(file.read_bytes().replace(b"\r", b"") for file in files)
    digest = hashlib.sha256(code).hexdigest()[:16]
    assert digest == getattr(compiled, name), (
        f'{" or ".join(file.name for file in files)} changed: put {name} = "{digest}" in '
        f"{Path(compiled.__file__).name}, so that numba takes no old compiled code from its cache"
    )


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
def test_outputs_are_the_centre_and_noise_of_the_pool(count: int) -> None:
    pool = np.random.default_rng(1).integers(0, 40, kernels.POOL).astype(np.int32)
    state, twin = np.array([99], np.uint64), Xorshift(99)
    rows = np.zeros(2 + count, np.int64)
    found = set()
    for centre in range(40):
        twice = kernels.choose_outputs(pool, count, centre, state, rows)
        want = [centre, *draw_from_pool(twin, pool.tolist(), count)]
        assert rows[: 1 + count].tolist() == want
        assert twice == (len(set(want)) < len(want))
        found.add(bool(twice))
    assert found == {False, True} or count == 20


def test_fresh_outputs_are_drawn_from_the_distribution() -> None:
    threshold, alias = alias_table(noise_distribution(np.arange(9, 0, -1), 0.75))
    state, twin = np.array([77], np.uint64), Xorshift(77)
    rows = np.zeros(7, np.int64)
    for centre in range(9):
        kernels.choose_fresh_outputs(5, centre, state, threshold, alias, rows)
        want = [alias_draw(twin, threshold, alias) for _ in range(5)]
        assert rows[:6].tolist() == [centre, *want]


@pytest.mark.parametrize("rows", [[4, 1], [7, 3, 5, 3, 7], [1, 2, 2, 2, 1, 0, 2, 3], [0] * 16])
def test_a_noise_word_counts_as_often_as_it_was_drawn(rows: list[int]) -> None:
    n_out = len(rows)
    assert weigh([7, 3, 5, 3, 7]) == [1, 2, 1, 0, 0]
    weights = np.full((3, layout.COLUMNS), 9, np.float32)
    kernels.weigh_outputs(np.array(rows), n_out, weights)
    want = weigh(rows)
    for first in range(0, n_out, layout.TILE):
        size = kernels.tile_size(n_out, first)
        some = want[first : first + layout.TILE]
        for start in (0, size):
            got = weights[first // layout.TILE, start : start + len(some)]
            assert got.tolist() == some


def test_the_place_that_fills_up_a_tile_weighs_nothing() -> None:
    weights = np.zeros((2, layout.COLUMNS), np.float32)
    kernels.weigh_outputs(np.arange(9), 9, weights)
    assert [kernels.tile_size(9, first) for first in (0, 6)] == [6, 4]
    assert weights[1, :8].tolist() == [1, 1, 1, 0, 1, 1, 1, 0]


def test_subsampling_keeps_what_the_twin_keeps() -> None:
    ids = np.random.default_rng(2).integers(0, 30, 500).astype(np.int32)
    keep = keep_thresholds(np.bincount(ids, minlength=30), 1e-2)
    kept, twin = np.zeros(500, np.int32), Xorshift(5)
    count = kernels.subsample(ids, 100, 400, keep, np.array([5], np.uint64), kept)
    assert kept[:count].tolist() == [w for w in ids[100:400] if twin.next() >> 32 <= keep[w]]
    assert 0 < count < 300


def window_arguments(n_out: int) -> tuple[Any, ...]:
    """local, low, position, n_in, table, own, rows, n_out of a window with three inputs."""
    local, table, own = (random_table(n, 48, n) for n in (16, 40, 3))
    rows = np.array([*range(n_out), n_out - 1], np.int64)
    return local, LOW, POSITION, 3, table, own, rows, n_out


def scratch(n_out: int) -> tuple[Any, Any, Any]:
    """weights, scores and steps; every output counts once."""
    weights = np.zeros((4, layout.COLUMNS), np.float32)
    kernels.weigh_outputs(np.arange(n_out), n_out, weights)
    return (weights, *(np.zeros((8, layout.COLUMNS), np.float32) for _ in range(2)))


def window_rows(arguments: tuple[Any, ...]) -> tuple[Any, Any]:
    """The rows of its inputs and outputs, as they are now."""
    local, _, _, n_in, table, own, _, n_out = arguments
    outputs = [own[o] if o < 3 else table[o] for o in range(n_out)]
    return local[input_slots(n_in)].copy(), np.array(outputs)


@pytest.mark.parametrize("n_out", [2, 5, 6])
def test_the_loss_of_a_window(n_out: int) -> None:
    arguments, work = window_arguments(n_out), scratch(n_out)
    size = kernels.tile_size(n_out, 0)
    work[0][0, n_out - 1 : 2 * size : size] = 3
    weights = np.ones(n_out)
    weights[-1] = 3.0
    labels = np.zeros((3, n_out), bool)
    labels[:, 0] = True
    want = (pair_losses(*window_rows(arguments), labels) * weights).sum()
    again = window_arguments(n_out), scratch(n_out)
    rate = np.float32(0.1)
    assert kernels.train_window(*arguments, rate, True, *work) == pytest.approx(want, rel=1e-5)
    assert kernels.train_window(*again[0], rate, False, *again[1]) == 0.0


@pytest.mark.parametrize("n_out", [2, 5, 6])
def test_a_window_moves_down_the_gradient(n_out: int) -> None:
    arguments, work, rate = window_arguments(n_out), scratch(n_out), 0.125
    inputs, outputs = window_rows(arguments)
    labels = np.zeros((3, n_out))
    labels[:, 0] = 1.0
    by_in, by_out = window_gradient(inputs, outputs, labels)
    kernels.train_window(*arguments, np.float32(rate), False, *work)
    after_inputs, after_outputs = window_rows(arguments)
    np.testing.assert_allclose(inputs - after_inputs, rate * by_in, atol=5e-5)
    np.testing.assert_allclose(outputs - after_outputs, rate * by_out, atol=5e-5)


@pytest.mark.parametrize("n_out", [7, 16])
def test_a_wide_window_moves_tile_by_tile(n_out: int) -> None:
    arguments, work, rate = window_arguments(n_out), scratch(n_out), 0.125
    inputs, outputs = (rows.astype(np.float64) for rows in window_rows(arguments))
    for first in range(0, n_out, 6):
        some = slice(first, first + 6)
        labels = np.zeros((3, len(outputs[some])))
        labels[:, 0] = first == 0
        by_in, by_out = window_gradient(inputs, outputs[some], labels)
        inputs -= rate * by_in
        outputs[some] -= rate * by_out
    kernels.train_window(*arguments, np.float32(rate), False, *work)
    after_inputs, after_outputs = window_rows(arguments)
    np.testing.assert_allclose(after_inputs, inputs, atol=5e-5)
    np.testing.assert_allclose(after_outputs, outputs, atol=5e-5)


def test_own_rows_are_taken_and_given_back() -> None:
    table = random_table(20, 16, 1)
    before, own = table.copy(), aligned_zeros((2, 5, 16))
    kernels.take_rows(table, own)
    assert np.array_equal(own[0], before[:5])
    own[0] += 1
    table[:5] += 10  # another thread gave what its own rows gained
    kernels.exchange_rows(table, own)
    np.testing.assert_allclose(table[:5], before[:5] + 11, rtol=1e-6)
    assert np.array_equal(own[0], table[:5])
    assert np.array_equal(own[1], table[:5])
    assert np.array_equal(table[5:], before[5:])


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


@pytest.mark.parametrize("own_rows", [0, 7])
@pytest.mark.parametrize(
    ("window", "negative", "width"), [(1, 1, 16), (5, 5, 32), (3, 8, 16), (9, 17, 48)]
)
def test_a_slice_trains_as_the_twin_does(
    window: int, negative: int, width: int, own_rows: int
) -> None:
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
        np.zeros(2 + negative, np.int64),
        np.zeros((-(-(1 + negative) // layout.TILE), layout.COLUMNS), np.float32),
        *(np.zeros((slots // 2, layout.COLUMNS), np.float32) for _ in range(2)),
        np.zeros(kernels.POOL, np.int32),
        np.zeros(600, np.int32),
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
            (aligned_zeros((2, own_rows, width)), aligned_zeros((2, own_rows, width))),
            50,
            aligned_zeros((2, slots, width)),
            work,
            totals,
            loss,
        )
    assert totals.tolist() == [600, want[2], want[3]]
    np.testing.assert_allclose(inputs, want[0], atol=2e-4)
    np.testing.assert_allclose(outputs, want[1], atol=2e-4)
    assert loss[kernels.LOSS_SUM] == pytest.approx(want[4], rel=1e-4)
    assert loss[kernels.LOSS_PAIRS] > 0
