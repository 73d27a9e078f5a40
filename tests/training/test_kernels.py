"""Each training kernel against its slow twin, as compiled and as plain loops."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numba import njit
from reference import (
    ComposedWords,
    HierarchicalSoftmax,
    NegativeSampling,
    Xorshift,
    alias_draw,
    cbow_gradient,
    cbow_loss,
    draw_from_pool,
    huffman,
    pair_losses,
    sigmoid,
    train,
    weigh,
    window_gradient,
)
from test_house import MODULES, imports

from w2v import kernel_cache
from w2v.text.kernels import scan
from w2v.training import arguments, layout
from w2v.training.arguments import (
    LOSS_COUNT,
    LOSS_SUM,
    Noise,
    Outputs,
    Ring,
    Soon,
    Table,
    WordRows,
    Work,
)
from w2v.training.kernels import (
    cbow,
    combine,
    composing,
    draws,
    llvm,
    noise,
    own_rows,
    ring,
    ring_simd,
    tile,
    tile_simd,
    training_loop,
    tree_path,
    window,
)
from w2v.training.layout import aligned_zeros
from w2v.training.sampling import alias_table, keep_thresholds, noise_distribution
from w2v.training.softmax_tree import huffman_tree
from w2v.training.word_rows import no_word_rows

WIDTHS = (16, 48, 112, 3 * llvm.LANES)


def random_rows(rows: int, width: int, seed: int, scale: float = 0.4) -> Any:
    block = aligned_zeros((rows, 2, width))[:, 0]  # the rows lie apart, as in a run
    block[:] = np.random.default_rng(seed).normal(0, scale, block.shape)
    return block


def random_table(rows: int, width: int, own: int, scale: float = 0.4) -> Table:
    """A table whose first `own` rows differ from the shared ones."""
    copies = np.ascontiguousarray(random_rows(own, width, own))
    return Table(random_rows(rows, width, rows, scale), copies, copies.copy())


def rows_of(table: Table) -> Any:
    """The rows as this thread sees them."""
    rows = np.array(table.shared)
    rows[: len(table.own)] = table.own
    return rows


def random_ring(slots: int, width: int) -> Ring:
    return Ring(*(np.ascontiguousarray(random_rows(slots, width, n)) for n in (3, 4)))


def outputs_of(rows: Any, n_tiles: int = 3) -> Outputs:
    """Outputs with random weights and labels."""
    random, shape = np.random.default_rng(1), (n_tiles, layout.COLUMNS)
    labels = random.integers(0, 2, shape).astype(np.float32)
    return Outputs(np.array(rows), labels, random.random(shape).astype(np.float32))


def soon(table: Table) -> Soon:
    """Rows to prefetch, which has no result."""
    return Soon(table, table, 0, 7, 19)


def work(slots: int = 8, fill: float = 0.0) -> Work:
    return Work(*(np.full((slots, layout.COLUMNS), fill, np.float32) for _ in range(2)))


@njit
def in_use_steps(*arguments: Any) -> None:
    tile_simd.tile_steps(*arguments)


@njit
def in_use_update(*arguments: Any) -> None:
    tile_simd.tile_update(*arguments)


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
def in_use_average(*arguments: Any) -> None:
    ring_simd.average(*arguments)


@njit
def in_use_spread(*arguments: Any) -> None:
    ring_simd.spread(*arguments)


@njit
def in_use_prefetch(*arguments: Any) -> None:
    ring_simd.prefetch(*arguments)


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
    given = (first, size, np.float32(bias), np.float32(0.25))
    functions[0](local, LOW, POSITION, n_in, table, outputs, *given, out)
    rows = ROWS[first : first + size]
    want = local[input_slots(n_in)] @ rows_of(table)[rows].T + bias
    np.testing.assert_allclose(by_pairs(out.scores, n_in, size), want, atol=2e-5)
    labels, weights = (
        np.array([of_tile[first // layout.TILE, i % 2 * size :][:size] for i in range(n_in)])
        for of_tile in (outputs.labels, outputs.weights)
    )
    errors = by_pairs(out.steps, n_in, size) / 0.25
    np.testing.assert_allclose(errors, (labels - sigmoid(want)) * weights, atol=1e-4)


@either(tile.plain_update, in_use_update)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", layout.SIZES)
@pytest.mark.parametrize("n_in", [1, 4, 7])
def test_a_tile_updates_both_sides_and_nothing_else(
    functions: Any, width: int, size: int, n_in: int
) -> None:
    local, table = random_ring(16, width).local, random_table(40, width, 6)
    want_local, want_rows, shared = local.copy(), rows_of(table), table.shared.copy()
    steps = np.random.default_rng(5).normal(size=(8, layout.COLUMNS)).astype(np.float32)
    functions[0](local, LOW, POSITION, n_in, table, ROWS, 1, size, steps, soon(table))
    by, used = by_pairs(steps, n_in, size), input_slots(n_in)
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
    steps = np.zeros((8, layout.COLUMNS), np.float32)
    steps[0, :4] = [0.5, 0.25, 0.0, 0.0]
    rows = np.array([7, 9, 9, 7], np.int64)
    functions[0](local, LOW, POSITION, 1, table, rows, 0, 4, steps, soon(table))
    np.testing.assert_allclose(table.shared[7], before[7] + 0.5 * x, atol=1e-6)
    np.testing.assert_allclose(table.shared[9], before[9] + 0.25 * x, atol=1e-6)


@either(tile.plain_steps, in_use_steps)
def test_steps_are_the_sigmoid(functions: Any) -> None:
    z = np.linspace(-30, 30, 4096).astype(np.float32)
    local, table = np.zeros((16, 16), np.float32), random_table(2, 16, 0, 0.0)
    local[:, 0] = 1
    of_tile = np.zeros((2, layout.COLUMNS), np.float32)
    outputs = Outputs(np.array([0] * 6 + [0, 1], np.int64), of_tile, of_tile + 1)
    rates, out = (np.float32(0), np.float32(0.5)), work(1)
    got = np.empty_like(z)
    for k, score in enumerate(z):
        table.shared[0, 0] = score
        functions[0](local, 0, 2, 1, table, outputs, 6, 2, *rates, out)
        got[k] = out.steps[0, 0]
    np.testing.assert_allclose(got, -0.5 * sigmoid(z), atol=3e-5)
    table.shared[0, 0] = np.nan
    functions[0](local, 0, 2, 1, table, outputs, 6, 2, *rates, out)
    assert np.isnan(out.steps[0, 0])


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


@either(ring.plain_average, in_use_average, ring.plain_spread, in_use_spread)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("n_in", [1, 2, 7])
def test_a_mean_is_taken_and_its_gain_spread(functions: Any, width: int, n_in: int) -> None:
    local, mean = random_ring(16, width).local, random_ring(1, width)
    before, used = local.copy(), input_slots(n_in)
    functions[0](local, LOW, POSITION, n_in, mean)
    np.testing.assert_allclose(mean.local[0], before[used].mean(axis=0), atol=1e-6)
    assert np.array_equal(mean.entered, mean.local)
    assert np.array_equal(local, before)
    mean.local[0] += 8
    functions[1](local, LOW, POSITION, n_in, mean, np.float32(0.25))
    np.testing.assert_allclose(local[used], before[used] + 2, atol=1e-5)
    others = np.setdiff1d(np.arange(16), used)
    assert np.array_equal(local[others], before[others])


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


@either(ring.plain_prefetch, in_use_prefetch)
def test_a_prefetch_changes_nothing(functions: Any) -> None:
    table = random_table(40, 48, 6)
    before = rows_of(table)
    for row in (0, 39):
        functions[0](table, row)
    assert np.array_equal(rows_of(table), before)


def taken_in(module: str) -> set[str]:
    """The modules whose code a module takes in: those that it imports, and those that they do."""
    found = {name for name in imports(module, at_start=True) if name in MODULES}
    return found.union(*map(taken_in, found))


@pytest.mark.parametrize(
    ("module", "kernel"),
    [
        (training_loop, training_loop.training_kernel("skipgram", "ns", False)),
        (training_loop, training_loop.training_kernel("cbow", "hs", False)),
        (scan, scan.scan),
        *((combine, function) for function in combine.functions()),
    ],
)
def test_the_cache_of_compiled_code_sees_a_change_of_what_it_takes_in(
    module: Any, kernel: Any
) -> None:
    wanted = taken_in(module.__name__) - {"w2v"}
    assert {taken.__name__ for taken in module.TAKEN_IN} == wanted
    closure = getattr(kernel, "__wrapped__", kernel).__closure__
    contents = [cell.cell_contents for cell in closure]
    assert kernel_cache.code_digest(*module.TAKEN_IN) in contents
    # Anything else, such as a compiled function, would be another in each process.
    assert {type(content) for content in contents} <= {str, bool}
    # These have no cache of their own, which would need a digest too.
    files = [MODULES[name] for name in sorted(wanted)]
    assert not any(re.search("cache.{1,4}True", file.read_text("utf-8")) for file in files)


def test_other_code_has_another_digest(tmp_path: Path) -> None:
    module, other = ModuleType("some"), ModuleType("other")
    digests = []
    for module.__name__, code in (("a", b"x = 1\n"), ("a", b"x = 2\n"), ("b", b"x = 2\n")):
        (tmp_path / "some.py").write_bytes(code)
        module.__file__ = str(tmp_path / "some.py")
        digests.append(kernel_cache.code_digest(module))
        (tmp_path / "some.py").write_bytes(code.replace(b"\n", b"\r\n"))
        assert kernel_cache.code_digest(module) == digests[-1]
        digests.append(kernel_cache.code_digest(module, other))
    assert len(set(digests)) == 6


def test_the_random_stream() -> None:
    state, twin = np.array([88172645463325252], np.uint64), Xorshift(88172645463325252)
    assert twin.next() == 8748534153485358512  # the first of Marsaglia's published sequence
    assert int(draws.next_random(state)) % 2**64 == 8748534153485358512
    for _ in range(1000):
        draws.next_random(state)
        assert int(state[0]) == twin.next()


def noise_of(counts: Any, negative: int, bias: float = 0.0) -> Noise:
    return Noise(alias_table(noise_distribution(counts, 0.75)), negative, bias)


def test_noise_is_drawn_as_by_the_twin() -> None:
    noise = noise_of(np.arange(50, 0, -1), 5)
    state, twin = np.array([7], np.uint64), Xorshift(7)
    for _ in range(2000):
        want = alias_draw(twin, noise.table)
        assert draws.draw_noise(state, noise) == want


@pytest.mark.parametrize("count", [1, 5, 8, 20])
def test_noise_words_come_from_the_pool(count: int) -> None:
    pool = np.random.default_rng(1).integers(0, 40, arguments.POOL).astype(np.int32)
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
    noise.label_centre(n_out, outputs.labels)
    want = weigh(rows)
    for first in range(0, n_out, layout.TILE):
        size = tile.tile_size(n_out, first)
        some = want[first : first + layout.TILE]
        for start in (0, size):
            got = outputs.weights[first // layout.TILE, start : start + len(some)]
            assert got.tolist() == some
            labels = outputs.labels[first // layout.TILE, start : start + len(some)]
            assert labels.tolist() == [first + o == 0 for o in range(len(some))]


def test_the_place_that_fills_up_a_tile_weighs_nothing() -> None:
    outputs = arguments.scratch(5, 9, 16, 2).outputs
    outputs.rows[:9] = np.arange(9)
    noise.weigh_outputs(outputs, 9)
    assert [tile.tile_size(9, first) for first in (0, 6)] == [6, 4]
    assert outputs.weights[1, :8].tolist() == [1, 1, 1, 0, 1, 1, 1, 0]


def test_subsampling_keeps_what_the_twin_keeps() -> None:
    ids = np.random.default_rng(2).integers(0, 30, 500).astype(np.int32)
    keep = keep_thresholds(np.bincount(ids, minlength=30), 1e-2)
    kept, twin = np.zeros(500, np.int32), Xorshift(5)
    count = draws.subsample(ids, 100, 400, keep, np.array([5], np.uint64), kept)
    assert kept[:count].tolist() == [w for w in ids[100:400] if twin.next() >> 32 <= keep[w]]
    assert 0 < count < 300


def window_arguments(n_out: int) -> tuple[Any, ...]:
    """local, low, position, n_in, table, outputs, n_out of a window with three inputs.

    The first output is to be predicted, the others are noise; each counts once.
    """
    outputs = arguments.scratch(5, n_out, 16, 2).outputs
    outputs.rows[:] = [*range(n_out), n_out - 1]
    noise.label_centre(n_out, outputs.labels)
    noise.weigh_outputs(outputs, n_out)
    return random_ring(16, 48).local, LOW, POSITION, 3, random_table(40, 48, 3), outputs, n_out


def window_rows(given: tuple[Any, ...]) -> tuple[Any, Any]:
    """The rows of its inputs and outputs, as they are now."""
    local, _, _, n_in, table, _, n_out = given
    return local[input_slots(n_in)].copy(), rows_of(table)[:n_out]


@pytest.mark.parametrize("n_out", [2, 5, 6])
@pytest.mark.parametrize("bias", [0.0, -2.5])
def test_the_loss_of_a_window(n_out: int, bias: float) -> None:
    given, again = window_arguments(n_out), window_arguments(n_out)
    size = tile.tile_size(n_out, 0)
    for arguments_ in (given, again):
        arguments_[5].weights[0, n_out - 1 : 2 * size : size] = 3
    weights = np.ones(n_out)
    weights[-1] = 3.0
    labels = np.zeros((3, n_out), bool)
    labels[:, 0] = True
    want = (pair_losses(*window_rows(given), labels, bias) * weights).sum()
    rates = np.float32(bias), np.float32(0.1)
    assert window.train_window(*given, *rates, True, work(), soon(given[4])) == pytest.approx(
        want, rel=1e-5
    )
    assert window.train_window(*again, *rates, False, work(), soon(given[4])) == 0.0


@pytest.mark.parametrize("n_out", [2, 5, 6])
@pytest.mark.parametrize("bias", [0.0, -2.5])
def test_a_window_moves_down_the_gradient(n_out: int, bias: float) -> None:
    given, rate = window_arguments(n_out), 0.125
    inputs, outputs = window_rows(given)
    labels = np.zeros((3, n_out))
    labels[:, 0] = 1.0
    by_in, by_out = window_gradient(inputs, outputs, labels, bias)
    window.train_window(*given, np.float32(bias), np.float32(rate), False, work(), soon(given[4]))
    after_inputs, after_outputs = window_rows(given)
    np.testing.assert_allclose(inputs - after_inputs, rate * by_in, atol=5e-5)
    np.testing.assert_allclose(outputs - after_outputs, rate * by_out, atol=5e-5)


@pytest.mark.parametrize("n_out", [7, 16])
def test_a_wide_window_moves_tile_by_tile(n_out: int) -> None:
    given, rate = window_arguments(n_out), 0.125
    inputs, outputs = (rows.astype(np.float64) for rows in window_rows(given))
    for first in range(0, n_out, 6):
        some = slice(first, first + 6)
        labels = np.zeros((3, len(outputs[some])))
        labels[:, 0] = first == 0
        by_in, by_out = window_gradient(inputs, outputs[some], labels)
        inputs -= rate * by_in
        outputs[some] -= rate * by_out
    window.train_window(*given, np.float32(0), np.float32(rate), False, work(), soon(given[4]))
    after_inputs, after_outputs = window_rows(given)
    np.testing.assert_allclose(after_inputs, inputs, atol=5e-5)
    np.testing.assert_allclose(after_outputs, outputs, atol=5e-5)


@pytest.mark.parametrize("divides", [True, False])
@pytest.mark.parametrize("n_out", [5, 6])
def test_a_cbow_window_moves_down_the_gradient(n_out: int, divides: bool) -> None:
    given, rate, bias = window_arguments(n_out), 0.125, -1.0
    local, low, position, n_in, table, chosen, _ = given
    inputs, outputs = window_rows(given)
    labels = np.zeros((1, n_out))
    labels[:, 0] = 1.0
    by_in, by_out = cbow_gradient(inputs, outputs, labels, bias)
    mean, rates = random_ring(1, 48), (np.float32(bias), np.float32(rate))
    loss = cbow.train_mean(
        *(local, low, position, n_in, divides, mean, table, chosen, n_out, *rates, True),
        *(work(), soon(table)),
    )
    assert loss == pytest.approx(cbow_loss(inputs, outputs, labels.astype(bool), bias), rel=1e-5)
    after_inputs, after_outputs = window_rows(given)
    share = 1 if divides else n_in  # word2vec.c's step is as many times the gradient
    np.testing.assert_allclose(inputs - after_inputs, rate * share * by_in, atol=5e-5)
    np.testing.assert_allclose(outputs - after_outputs, rate * by_out, atol=5e-5)


def test_the_outputs_of_a_path_are_its_nodes() -> None:
    counts = np.array([50, 9, 9, 8, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1])
    tree, paths = huffman_tree(counts), huffman(counts.tolist())
    outputs = arguments.scratch(5, tree.longest, 16, 2).outputs
    for word, path in enumerate(paths):
        assert tree_path.choose_path(tree, word, outputs) == len(path)
        assert outputs.rows[: len(path)].tolist() == [node for node, _ in path]
        for first in range(0, len(path), layout.TILE):
            size = tile.tile_size(len(path), first)
            some = path[first : first + layout.TILE]
            for start in (0, size):
                row = slice(start, start + len(some))
                assert outputs.labels[first // layout.TILE, row].tolist() == [
                    1 - code for _, code in some
                ]
                assert (outputs.weights[first // layout.TILE, row] == 1).all()
                if len(some) < size:
                    assert outputs.weights[first // layout.TILE, start + size - 1] == 0


def test_own_rows_are_taken_and_given_back() -> None:
    table = arguments.table(random_rows(20, 16, 1), 5)
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


@pytest.mark.parametrize("bias", [0.0, -2.5])
@pytest.mark.parametrize("hierarchical", [False, True])
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_the_gradient_agrees_with_central_differences(
    architecture: str, hierarchical: bool, bias: float
) -> None:
    random = np.random.default_rng(10)
    inputs, outputs = random.normal(size=(4, 8)), random.normal(size=(6, 8))
    labels = np.zeros((4, 6))
    labels[:, [0, 2, 3] if hierarchical else [0]] = 1.0
    if architecture == "cbow":
        labels = labels[:1]
    gradient_of = cbow_gradient if architecture == "cbow" else window_gradient
    loss_of = cbow_loss if architecture == "cbow" else lambda *a: pair_losses(*a).sum()
    by_in, by_out = gradient_of(inputs, outputs, labels, bias)
    for table, gradient in ((inputs, by_in), (outputs, by_out)):
        for index in np.ndindex(*table.shape):
            old = table[index]
            losses = []
            for step in (1e-5, -1e-5):
                table[index] = old + step
                losses.append(loss_of(inputs, outputs, labels.astype(bool), bias))
            table[index] = old
            slope = (losses[0] - losses[1]) / 2e-5
            assert slope == pytest.approx(gradient[index], abs=1e-7)


SIZES = pytest.mark.parametrize(
    ("window", "negative", "width", "bias"),
    [(1, 1, 16, 0.0), (5, 5, 32, -2.5), (3, 8, 16, 0.0), (9, 17, 48, 1.0)],
)


@pytest.mark.parametrize("own", [0, 7])
@SIZES
def test_a_slice_of_skip_gram_trains_as_the_twin_does(
    window: int, negative: int, width: int, bias: float, own: int
) -> None:
    check_slice("skipgram", "ns", window, negative, width, bias, own)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("own", [0, 7])
@pytest.mark.parametrize(("window", "width"), [(1, 16), (6, 48)])
def test_a_slice_of_hierarchical_softmax_trains_as_the_twin_does(
    architecture: str, window: int, width: int, own: int
) -> None:
    check_slice(architecture, "hs", window, 0, width, 0.0, own)


@pytest.mark.parametrize("update", ["corrected", "word2vec"])
@pytest.mark.parametrize("own", [0, 7])
@SIZES
def test_a_slice_of_cbow_trains_as_the_twin_does(
    window: int, negative: int, width: int, bias: float, own: int, update: str
) -> None:
    check_slice("cbow", "ns", window, negative, width, bias, own, update=update)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("directional", [1, 8, 32])
def test_directional_dimensions_are_the_twins(architecture: str, directional: int) -> None:
    check_slice(architecture, "ns", 5, 5, 32, -1.0, 0, directional=directional)


N_NGRAMS, N_HOT, ROOM = 40, 9, 320
"""Of the test with subwords; the longest sentence is 300 words."""


def rows_of_words(words: int) -> WordRows:
    """Each word's own row and those of up to 12 n-grams, some of them twice."""
    random, parts, hot = np.random.default_rng(3), [], []
    for word in range(words):
        ngrams = np.minimum(random.geometric(0.08, random.integers(0, 12)) - 1, N_NGRAMS - 1)
        rare = [word, *(words + ngrams[ngrams >= N_HOT])]
        parts.append([*rare, *ngrams[ngrams < N_HOT]])
        hot.append(len(rare))
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    rows = np.concatenate(parts).astype(np.int32)
    return WordRows(rows, starts, starts[:-1] + hot, np.arange(N_NGRAMS))


def twin_of(rows: WordRows) -> ComposedWords:
    """The twin's words of the same rows."""
    n_words = len(rows.hot)
    rare = [rows.ids[a:b].tolist() for a, b in zip(rows.starts[:-1], rows.hot, strict=True)]
    hot = [
        (rows.ids[a:b] + n_words).tolist() for a, b in zip(rows.hot, rows.starts[1:], strict=True)
    ]
    return ComposedWords(rare, hot, ROOM)


@pytest.mark.parametrize("own", [0, 7])
@pytest.mark.parametrize("loss", ["ns", "hs"])
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(("window", "width", "directional"), [(5, 32, 0), (2, 112, 10)])
def test_a_slice_with_subwords_trains_as_the_twin_does(
    architecture: str, loss: str, window: int, width: int, directional: int, own: int
) -> None:
    negative, bias = (5, -1.0) if loss == "ns" else (0, 0.0)
    given = (window, negative, width, bias, own)
    check_slice(architecture, loss, *given, directional=directional, rows=rows_of_words(60))


@pytest.mark.parametrize("n_hot", [0, 2, 5])
def test_each_row_of_a_word_moves_by_the_gradient_of_its_vector(n_hot: int) -> None:
    """As in fastText: by the gradient with respect to the mean, not to the row itself."""
    local, _, _, _, table, outputs, n_out = window_arguments(5)
    rare, hot = [0, *range(4, 9 - n_hot)], list(range(n_hot))
    inputs = np.ascontiguousarray(random_rows(12, 48, 8))
    before, labels = inputs.astype(np.float64), np.zeros((1, n_out))
    labels[:, 0] = 1.0
    rows = np.array([*rare, *hot], np.int32), np.array([0, 6]), np.array([len(rare)])
    composed = arguments.composed(inputs, WordRows(*rows, np.arange(11)), 0, 4, 4)
    kept, own_rows_of_word = np.array([0, 0], np.int32), [*rare, *(1 + k for k in hot)]
    assert composing.compose(composed, 0, kept, 2) == 1
    assert composed.places[:2].tolist() == [0, 0]
    ring_ = random_ring(16, 48)
    composing.enter_composed(composed, 0, 0, ring_, 3)
    np.testing.assert_allclose(ring_.local[3], before[own_rows_of_word].mean(axis=0), atol=1e-6)
    _, chosen = window_rows((local, LOW, POSITION, 1, table, outputs, n_out))
    by_rows, _ = cbow_gradient(before[own_rows_of_word], chosen, labels, -1.0)
    rates = np.float32(-1.0), np.float32(0.125)
    window.train_window(
        ring_.local, 3, 4, 1, table, outputs, n_out, *rates, False, work(), soon(table)
    )
    composing.leave_composed(composed, 0, 0, ring_, 3)
    composing.take_apart(composed, 1)
    moved = before - inputs
    np.testing.assert_allclose(moved[own_rows_of_word], 0.125 * 6 * by_rows, atol=5e-5)
    assert not np.delete(moved, own_rows_of_word, 0).any()
    assert composed.place_of.tolist() == [-1]


def check_slice(
    architecture: str,
    loss: str,
    window: int,
    negative: int,
    width: int,
    bias: float,
    own: int,
    update: str = "corrected",
    directional: int = 0,
    rows: WordRows | None = None,
) -> None:
    """Train a slice with the kernel and with the twin, and compare all that they leave."""
    random = np.random.default_rng(11)
    ids = np.minimum(random.geometric(0.04, 600) - 1, 59).astype(np.int32)
    offsets = np.array([0, 1, 3, 40, 40, 300, 600], np.int64)
    counts = np.bincount(ids, minlength=60) + 1
    hierarchical = loss == "hs"
    inputs = random_rows(60 if rows is None else 60 + N_NGRAMS, width, 12, 0.3)
    outputs = random_rows(59 if hierarchical else 60, width, 13, 0.3)
    keep, noise = keep_thresholds(counts, 1e-2), noise_of(counts, negative, bias)
    tree = huffman_tree(counts)
    schedule = (0.05, 0.001, 1000.0, 4000.0)
    want = train(
        [ids[a:b].tolist() for a, b in pairwise(offsets)],
        inputs,
        outputs,
        keep,
        HierarchicalSoftmax(counts.tolist()) if hierarchical else NegativeSampling(*noise),
        42,
        window,
        schedule,
        update if architecture == "cbow" else None,
        directional,
        words=None if rows is None else twin_of(rows),
    )
    given = (0, 0, 0) if rows is None else (own, ROOM, 300)
    totals = arguments.totals()
    with np.errstate(over="ignore"):
        training_loop.training_kernel(architecture, loss, rows is not None)(
            arguments.Slice(ids, offsets, keep),
            arguments.Tables(arguments.table(inputs, own), arguments.table(outputs, own)),
            noise,
            tree,
            arguments.Schedule(*schedule),
            arguments.Context(window, directional, update == "corrected"),
            50,
            np.array([42], np.uint64),
            arguments.scratch(window, max(1 + negative, tree.longest), width, 600),
            arguments.composed(inputs, rows or no_word_rows(), *given),
            totals,
        )
    assert totals.counts.tolist() == [600, want[2], want[3]]
    np.testing.assert_allclose(inputs, want[0], atol=2e-4)
    np.testing.assert_allclose(outputs, want[1], atol=2e-4)
    assert totals.loss[LOSS_SUM] == pytest.approx(want[4], rel=1e-4)
    taken = -(-want[2] // training_loop.LOSS_EVERY)
    assert (totals.loss[LOSS_COUNT] == taken) == (architecture == "cbow")
