"""The combination of replicas against its slow twin, and the numbers that it goes by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from from_python import FromPython
from numba import njit
from reference import combined_row

from w2v.config import TrainConfig
from w2v.training.combination import (
    ALIKE,
    SLOPE,
    Axes,
    Exposure,
    axes_along,
    combine_rows,
    compile_kernels,
    count_tokens,
    principal_axes,
    second_moment,
)
from w2v.training.kernels import changes, products
from w2v.training.layout import aligned_zeros
from w2v.training.sampling import keep_probabilities, noise_distribution
from w2v.training.softmax_tree import huffman_tree

RATE = 0.025
RANDOM = np.random.default_rng


@pytest.fixture(scope="module", autouse=True)
def _compiled_as_in_a_run() -> None:
    """For the declared types, whatever the layout of the arrays below."""
    compile_kernels()


def table(rows: int, width: int, seed: int = 1) -> Any:
    """Rows that lie apart, as those of a run do."""
    block = aligned_zeros((rows, 2, width))[:, 0]
    block[:] = RANDOM(seed).normal(size=block.shape)
    return block


def axes(width: int, seed: int = 2) -> Axes:
    random = RANDOM(seed)
    directions = np.linalg.qr(random.normal(size=(width, width)))[0]
    curvature = np.sort(random.random(width))[::-1]
    return axes_along(np.ascontiguousarray(directions, np.float32), curvature.astype(np.float32))


ALL = slice(None)


# --- the rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 7, 150, 300])
@pytest.mark.parametrize("strength", [1e-6, 0.1, 10.0, 1e4])
def test_rows_are_combined_as_by_the_twin(rows: int, strength: float) -> None:
    random, width = RANDOM(3), 32
    base = table(rows, width)
    replicas = base + random.normal(size=(3, rows, width)).astype(np.float32)
    replicas[:, rows // 2] = base[rows // 2]  # a row that nobody trained
    windows = (strength * random.random((3, rows))).astype(np.float32)
    windows[1] = 0  # a replica that did not meet these words
    given = axes(width)
    combined = base.copy()
    combine_rows(replicas, combined, windows, given, RATE, ALL)
    for i in range(rows):
        wide = map(np.float64, (base[i], replicas[:, i], windows[:, i], *given[:2]))
        wanted = combined_row(*wide, RATE)
        summed = np.linalg.norm((replicas[:, i] - base[i]).sum(axis=0))
        assert np.linalg.norm(combined[i] - wanted) <= 0.05 * summed + 1e-5


def test_rows_are_combined_alike_whatever_they_are_combined_with() -> None:
    """Rows of all strengths, one after the other and all at once, on lines of their own or not."""
    random, rows, width = RANDOM(3), 300, 64
    base = table(rows, width)
    replicas = base + random.normal(size=(4, rows, width)).astype(np.float32)
    windows = (10 ** random.uniform(-4, 5, (4, rows))).astype(np.float32)
    together, apart = base.copy(), base
    combine_rows(replicas, together, windows, axes(width), RATE, ALL)
    for i in range(rows):
        combine_rows(replicas, apart, windows, axes(width), RATE, slice(i, i + 1))
    assert together.tobytes() == apart.tobytes()


@pytest.mark.parametrize(("windows", "wanted"), [(1e-6, 4.0), (1e6, 1.0)])
def test_weak_changes_add_up_and_strong_ones_are_averaged(windows: float, wanted: float) -> None:
    combined = np.zeros((1, 16), np.float32)
    given = axes_along(np.eye(16, dtype=np.float32), np.ones(16, np.float32))
    replicas, trained = np.ones((4, 1, 16), np.float32), np.full((4, 1), windows, np.float32)
    combine_rows(replicas, combined, trained, given, RATE, ALL)
    np.testing.assert_allclose(combined, wanted, rtol=1e-3)


def test_a_replica_that_trained_alone_keeps_its_change() -> None:
    replicas, windows = np.zeros((4, 5, 16), np.float32), np.zeros((4, 5), np.float32)
    replicas[2], windows[2] = table(5, 16), 300
    combined = np.zeros((5, 16), np.float32)
    combine_rows(replicas, combined, windows, axes(16), RATE, ALL)
    assert np.array_equal(combined, replicas[2])


def test_a_row_that_is_no_number_stays_so() -> None:
    combined, replicas = table(3, 16), np.zeros((2, 3, 16), np.float32)
    replicas[0, 1, 4] = np.nan
    combine_rows(replicas, combined, np.full((2, 3), 50, np.float32), axes(16), RATE, ALL)
    assert np.isnan(combined[1]).any()
    assert np.isfinite(combined[::2]).all()


def test_only_the_rows_asked_for_are_combined() -> None:
    combined = table(9, 16)
    before, replicas = combined.copy(), np.zeros((2, 9, 16), np.float32)
    windows = np.full((2, 9), 50, np.float32)
    combine_rows(replicas, combined, windows, axes(16), RATE, slice(3, 5))
    changed = (combined != before).any(axis=1)
    assert changed.tolist() == [False] * 3 + [True] * 2 + [False] * 4


SLOTS, PLACES = np.array([1, -1, -1, 0]), np.array([5, 2, 3])


@njit
def vector_steps(
    replicas: Any, rows: Any, sums: Any, along: Any, exponents: Any, curvature: Any
) -> None:
    changes.sum_changes(replicas, rows, 1, SLOTS, sums)
    changes.add_rows(along, rows, PLACES, 1)
    changes.excess_along(along, 1, 16, exponents, 2, curvature)


def plain_steps(
    replicas: Any, rows: Any, sums: Any, along: Any, exponents: Any, curvature: Any
) -> None:
    plain = FromPython(changes)
    plain.plain_sums(replicas, rows, 1, SLOTS, sums)
    plain.plain_adding(along, rows, PLACES, 1)
    plain.plain_excess(along, 1, 16, exponents, 2, curvature)


def test_steps_in_vectors_are_those_of_plain_loops() -> None:
    exponents = np.array([0.3, 2000, 1e30], np.float32)
    curvature = np.append(RANDOM(7).random(15), [0.0, *np.ones(16)]).astype(np.float32)
    results = []
    for steps in (vector_steps, plain_steps):
        rows, sums, along = table(7, 32, 2), np.zeros((4, 32), np.float32), table(3, 32, 4)
        replicas = RANDOM(3).normal(size=(3, 7, 32)).astype(np.float32)
        steps(replicas, rows, sums, along, exponents, curvature)
        results.append((rows, sums, along))
    for vectors, plain in zip(*results, strict=True):
        np.testing.assert_allclose(vectors, plain, rtol=2e-4, atol=1e-6)


# --- the axes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 64, 150])
def test_the_second_moment(rows: int) -> None:
    values, shares = table(rows, 16), RANDOM(4).random(rows).astype(np.float32)
    moment = second_moment(values, shares)
    wide = np.float64(values)
    np.testing.assert_allclose(moment, (wide.T * shares) @ wide, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rank", [0, 1, 5, 48])
def test_principal_axes_are_eigenvectors(rank: int) -> None:
    """Of full rank and less: at the start of a run one table is zeros."""
    half = RANDOM(5).normal(size=(rank, 48))
    moment = half.T @ half
    directions, curvature, _ = map(np.float64, principal_axes(moment))
    np.testing.assert_allclose(directions @ directions.T, np.eye(48), atol=1e-5)
    turned = directions @ moment @ directions.T
    np.testing.assert_allclose(turned, np.diag(curvature), atol=1e-4)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_principal_axes_of_little_matrices(size: int) -> None:
    moment = np.ones((size, size))
    directions, curvature, _ = principal_axes(moment)
    np.testing.assert_allclose(curvature.max(), size, rtol=1e-5)
    np.testing.assert_allclose(directions @ directions.T, np.eye(size), atol=1e-6)


def test_dimensions_whose_sign_changes_are_apart_from_the_others() -> None:
    half = RANDOM(6).normal(size=(9, 32))
    directions = principal_axes(half.T @ half, directional=10).directions
    mixed = (abs(directions[:, :10]).max(axis=1) > 1e-6) & (
        abs(directions[:, 10:]).max(axis=1) > 1e-6
    )
    assert not mixed.any()


@njit
def in_use_products(*arguments: Any) -> None:
    products.add_products(*arguments)


@pytest.mark.parametrize("function", [FromPython(products).plain_products, in_use_products])
@pytest.mark.parametrize("shape", [(8, 1, 16), (8, 3, 112), (112, 64, 112), (16, 5, 24)])
def test_small_products(function: Any, shape: tuple[int, int, int]) -> None:
    m, k, size = shape
    weights, rows, sums = table(m, k, 1), table(k, size, 2), table(m, size, 3)
    wanted = sums + np.float64(weights) @ np.float64(rows)
    function(weights, rows, sums)
    np.testing.assert_allclose(sums, wanted, atol=1e-4)


# --- how often rows are trained ---------------------------------------------------------------

COUNTS = np.array([70, 20, 10])


def test_how_often_rows_are_trained() -> None:
    config = TrainConfig(window=3, negative=4, sample=1e-2)
    noise = noise_distribution(COUNTS, 0.75)
    exposure, seen = Exposure(COUNTS, config, noise, huffman_tree(COUNTS)), np.array([7, 2, 1])
    kept = seen * keep_probabilities(COUNTS, 1e-2)
    np.testing.assert_allclose(exposure.input_windows(seen), kept * 4, rtol=1e-6)
    outputs = kept + 4 * kept.sum() * noise
    centres = COUNTS * keep_probabilities(COUNTS, 1e-2)
    p = centres / (centres + 4 * centres.sum() * noise)
    slopes = SLOPE * p * (1 - p)
    np.testing.assert_allclose(exposure.output_windows(seen), outputs * slopes, rtol=1e-6)


@pytest.mark.parametrize(("update", "steps"), [("corrected", 1 / 4), ("word2vec", 1)])
def test_cbow_trains_each_word_by_its_part_of_the_window(update: str, steps: float) -> None:
    config = TrainConfig(architecture="cbow", cbow_update=update, window=3, sample=1e-2)
    noise = noise_distribution(COUNTS, 0.75)
    exposure, seen = Exposure(COUNTS, config, noise, huffman_tree(COUNTS)), np.array([7, 2, 1])
    kept = seen * keep_probabilities(COUNTS, 1e-2)
    np.testing.assert_allclose(exposure.input_windows(seen), kept * steps, rtol=1e-6)
    of_all = COUNTS * keep_probabilities(COUNTS, 1e-2)
    np.testing.assert_allclose(exposure.input_shares, ALIKE * of_all / of_all.sum(), rtol=1e-6)


def test_how_often_inner_nodes_are_trained() -> None:
    """The tree of three words: the root, and below it a node above the two rarer words.

    The turn at the root is 1 for 70 of 100 words or for the other 30, and so on.
    """
    config = TrainConfig(loss="hs", window=3, sample=0)
    exposure = Exposure(COUNTS, config, np.zeros(0), huffman_tree(COUNTS))
    windows = exposure.output_windows(np.array([7, 2, 1]))
    slopes = SLOPE * np.array([0.7 * 0.3, 2 / 3 * 1 / 3])
    np.testing.assert_allclose(windows, [10, 3] * slopes, rtol=1e-6)
    np.testing.assert_allclose(exposure.output_shares, [1, 0.3] * slopes, rtol=1e-6)


@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_shares_are_windows_of_the_whole_text_per_window(loss: str) -> None:
    config = TrainConfig(loss=loss)
    exposure = Exposure(COUNTS, config, noise_distribution(COUNTS, 0.75), huffman_tree(COUNTS))
    kept = (COUNTS * keep_probabilities(COUNTS, config.sample)).sum()
    for shares, windows in (
        (exposure.input_shares, exposure.input_windows(COUNTS)),
        (exposure.output_shares, exposure.output_windows(COUNTS)),
    ):
        np.testing.assert_allclose(shares, windows / kept, rtol=1e-6)


def test_tokens_are_counted() -> None:
    seen = np.array([1, 0, 0])
    count_tokens(np.array([2, 0, 2], np.int32), seen)
    assert seen.tolist() == [2, 0, 2]
