"""One window of each model: its loss, its outputs, and that it moves down the gradient."""

from __future__ import annotations

import numpy as np
import pytest
from from_python import FromPython
from kernel_data import (
    LOW,
    POSITION,
    random_ring,
    random_rows,
    soon,
    window_arguments,
    window_rows,
    work,
)
from reference import cbow_gradient, cbow_loss, huffman, pair_losses, tiles, window_gradient

from w2v.training import kernel_arguments
from w2v.training.kernel_arguments import WordRows
from w2v.training.kernels import cbow, composing, tree_path_simd, window
from w2v.training.softmax_tree import huffman_tree

cbow, composing, tree_path_simd, window = map(FromPython, (cbow, composing, tree_path_simd, window))

NEARNESS = [[1.0, 1.0, 1.0], [0.5, 2.0, 0.75]]
"""How much each of three inputs counts."""


@pytest.mark.parametrize("n_out", [2, 5, 6])
@pytest.mark.parametrize("bias", [0.0, -2.5])
@pytest.mark.parametrize("nearness", NEARNESS)
def test_the_loss_of_a_window(n_out: int, bias: float, nearness: list[float]) -> None:
    given, again = window_arguments(n_out), window_arguments(n_out)
    for arguments_ in (given, again):
        arguments_[4].weights[n_out - 1] = 3
    weights = np.ones(n_out)
    weights[-1] = 3.0
    labels = np.zeros((3, n_out), bool)
    labels[:, 0] = True
    want = (np.array(nearness) @ pair_losses(*window_rows(given), labels, bias) * weights).sum()
    rates, out = (np.float32(bias), np.float32(0.1)), work()
    out.weights[:3] = nearness
    loss = window.train_window(*given, *rates, True, out, soon(given[3]))
    assert loss == pytest.approx(want, rel=1e-5)
    assert window.train_window(*again, *rates, False, out, soon(given[3])) == 0.0


@pytest.mark.parametrize("n_out", [2, 5, 6])
@pytest.mark.parametrize("bias", [0.0, -2.5])
@pytest.mark.parametrize("nearness", NEARNESS)
def test_a_window_moves_down_the_gradient(n_out: int, bias: float, nearness: list[float]) -> None:
    given, rate, out = window_arguments(n_out), 0.125, work()
    out.weights[:3] = nearness
    inputs, outputs = window_rows(given)
    labels = np.zeros((3, n_out))
    labels[:, 0] = 1.0
    by_in, by_out = window_gradient(inputs, outputs, labels, bias, np.array(nearness)[:, None])
    window.train_window(*given, np.float32(bias), np.float32(rate), False, out, soon(given[3]))
    after_inputs, after_outputs = window_rows(given)
    np.testing.assert_allclose(inputs - after_inputs, rate * by_in, atol=5e-5)
    np.testing.assert_allclose(outputs - after_outputs, rate * by_out, atol=5e-5)


@pytest.mark.parametrize("n_out", [7, 16, 20])
def test_a_wide_window_moves_tile_by_tile(n_out: int) -> None:
    given, rate = window_arguments(n_out), 0.125
    inputs, outputs = (rows.astype(np.float64) for rows in window_rows(given))
    for some in tiles(n_out):
        labels = np.zeros((3, len(outputs[some])))
        labels[:, 0] = some.start == 0
        by_in, by_out = window_gradient(inputs, outputs[some], labels)
        inputs -= rate * by_in
        outputs[some] -= rate * by_out
    window.train_window(*given, np.float32(0), np.float32(rate), False, work(), soon(given[3]))
    after_inputs, after_outputs = window_rows(given)
    np.testing.assert_allclose(after_inputs, inputs, atol=5e-5)
    np.testing.assert_allclose(after_outputs, outputs, atol=5e-5)


@pytest.mark.parametrize("divides", [True, False])
@pytest.mark.parametrize("n_out", [5, 6, 16])
def test_a_cbow_window_moves_down_the_gradient(n_out: int, divides: bool) -> None:
    given, rate, bias = window_arguments(n_out), 0.125, -1.0
    local, _, n_in, table, chosen, _ = given
    inputs, outputs = window_rows(given)
    labels = np.zeros((1, n_out))
    labels[:, 0] = 1.0
    by_in, by_out = cbow_gradient(inputs, outputs, labels, bias)
    mean, rates = np.zeros(48, np.float32), (np.float32(bias), np.float32(rate))
    loss = cbow.train_mean(
        *(local, LOW, POSITION, n_in, divides, mean, table, chosen, n_out, *rates, True),
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
    outputs = kernel_arguments.scratch(5, tree.longest, 16, 2).outputs
    for word, path in enumerate(paths):
        assert tree_path_simd.choose_path(tree, word, outputs) == len(path)
        assert outputs.rows[: len(path)].tolist() == [node for node, _ in path]
        assert outputs.labels[: len(path)].tolist() == [1 - code for _, code in path]
        assert outputs.weights[: len(path) + 1].tolist() == [1] * len(path) + [0]


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


@pytest.mark.parametrize("n_hot", [0, 2, 5])
def test_each_row_of_a_word_moves_by_the_gradient_of_its_vector(n_hot: int) -> None:
    """As in fastText: by the gradient with respect to the mean, not to the row itself."""
    local, places, _, table, outputs, n_out = window_arguments(5)
    rare, hot = [0, *range(4, 9 - n_hot)], list(range(n_hot))
    inputs = np.ascontiguousarray(random_rows(12, 48, 8))
    before, labels = inputs.astype(np.float64), np.zeros((1, n_out))
    labels[:, 0] = 1.0
    rows = np.array([*rare, *hot], np.int32), np.array([0, 6]), np.array([len(rare)])
    composed = kernel_arguments.composed(inputs, WordRows(*rows, np.arange(11)), 0, 4, 4)
    kept, own_rows_of_word = np.array([0, 0], np.int32), [*rare, *(1 + k for k in hot)]
    assert composing.compose(composed, 0, kept, 2) == 1
    assert composed.places[:2].tolist() == [0, 0]
    ring_ = random_ring(16, 48)
    composing.enter_composed(composed, 0, 0, ring_, 3)
    np.testing.assert_allclose(ring_.local[3], before[own_rows_of_word].mean(axis=0), atol=1e-6)
    _, chosen = window_rows((local, places, 1, table, outputs, n_out))
    by_rows, _ = cbow_gradient(before[own_rows_of_word], chosen, labels, -1.0)
    rates = np.float32(-1.0), np.float32(0.125)
    window.train_window(
        ring_.local,
        np.array([3 * 48]),
        1,
        table,
        outputs,
        n_out,
        *rates,
        False,
        work(),
        soon(table),
    )
    composing.leave_composed(composed, 0, 0, ring_, 3)
    composing.take_apart(composed, 1)
    moved = before - inputs
    np.testing.assert_allclose(moved[own_rows_of_word], 0.125 * 6 * by_rows, atol=5e-5)
    assert not np.delete(moved, own_rows_of_word, 0).any()
    assert composed.place_of.tolist() == [-1]
