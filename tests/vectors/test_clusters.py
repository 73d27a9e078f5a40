"""Spherical k-means: against its slow twin and on worked examples."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import reference_evaluate as reference
from numpy.typing import NDArray

from w2v.errors import UsageError
from w2v.vectors import clusters
from w2v.vectors.clusters import cluster
from w2v.vectors.word_vectors import WordVectors

Floats = NDArray[np.float32]


def bundles(k: int, rows: int, dimensions: int, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """float32[k * rows, dimensions], rows of any length around k directions; int64, which one."""
    random = np.random.default_rng(seed)
    directions = random.normal(size=(k, dimensions))
    kinds = random.permutation(np.repeat(np.arange(k), rows))
    near = directions[kinds] + random.normal(size=(k * rows, dimensions)) * 0.1
    return (near * random.uniform(0.01, 100, (k * rows, 1))).astype(np.float32), kinds


def test_well_separated_bundles_are_found() -> None:
    matrix, kinds = bundles(7, 30, 10)
    result = cluster(matrix, 7)
    assert result.converged
    assert result.sizes.tolist() == [30] * 7
    assert len({(kind, label) for kind, label in zip(kinds, result.labels, strict=True)}) == 7
    assert result.mean_cosine > 0.98


@pytest.mark.parametrize("block_bytes", [clusters.BLOCK_BYTES, 1000])
def test_a_converged_result_equals_the_slow_twin(
    block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "BLOCK_BYTES", block_bytes)
    matrix = np.random.default_rng(3).normal(size=(300, 6)).astype(np.float32)
    result = cluster(matrix, 12, seed=5)
    assert result.converged
    labels, cosines = reference.nearest_centres(matrix, result.centres)
    assert result.labels.tolist() == labels
    assert result.mean_cosine == pytest.approx(np.mean(cosines), abs=1e-6)
    assert result.sizes.tolist() == np.bincount(labels, minlength=12).tolist()
    for centre, wanted in zip(
        result.centres, reference.mean_directions(matrix, labels, 12), strict=True
    ):
        assert centre == pytest.approx(wanted, abs=1e-5)


def test_each_iteration_brings_rows_closer_to_their_centres() -> None:
    matrix = np.random.default_rng(4).normal(size=(500, 5)).astype(np.float32)
    seen: list[tuple[int, float]] = []
    result = cluster(matrix, 9, progress=lambda *step: seen.append(step))
    assert [number for number, _ in seen] == list(range(1, result.iterations + 1))
    means = [mean for _, mean in seen]
    assert all(after > before - 1e-6 for before, after in pairwise(means))
    assert means[-1] == result.mean_cosine


def test_vectors_cluster_their_first_words() -> None:
    matrix, _ = bundles(4, 20, 8)
    vectors = WordVectors([f"w{i}" for i in range(80)], matrix)
    assert vectors.clusters(4, seed=3).labels.tolist() == cluster(matrix, 4, seed=3).labels.tolist()
    some = vectors.clusters(4, restrict_vocab=40)
    assert some.labels.tolist() == cluster(matrix[:40], 4).labels.tolist()


def test_a_seed_repeats_and_another_differs() -> None:
    matrix = np.random.default_rng(4).normal(size=(500, 5)).astype(np.float32)
    first, again, other = (cluster(matrix, 20, seed=seed) for seed in (1, 1, 2))
    assert (first.labels == again.labels).all()
    assert first.centres.tobytes() == again.centres.tobytes()
    assert (first.labels != other.labels).any()


def test_classes_are_numbered_in_order_of_appearance() -> None:
    matrix, _ = bundles(5, 10, 8)
    labels = cluster(matrix, 5).labels.tolist()
    assert sorted(range(5), key=labels.index) == list(range(5))


def test_an_empty_class_takes_the_farthest_row() -> None:
    labels = np.array([0, 0, 1, 3, 3, 3], np.int32)
    cosines = np.array([0.9, 0.8, 0.1, 0.7, np.nan, 0.6], np.float32)
    # Row 2 is the farthest but alone in its class; rows 5 and 3 come next.
    assert clusters._refilling(labels, cosines, 5) == {5: 2, 3: 4}
    assert clusters._refilling(np.minimum(labels, 1), cosines, 2) == {}


def test_classes_that_start_alike_are_all_filled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matrix, _ = bundles(4, 20, 8)
    same = np.repeat(clusters.unit_rows(matrix[:1])[0], 4, axis=0)
    monkeypatch.setattr(clusters, "_first_centres", lambda *_: same)
    result = cluster(matrix, 4)
    assert result.converged
    assert (result.sizes > 0).all()


def test_directionless_rows_move_no_centre() -> None:
    matrix, _ = bundles(3, 20, 6)
    strange = np.zeros((3, 6), np.float32)
    strange[1, 2], strange[2] = np.inf, np.nan
    plain = cluster(matrix, 3)
    result = cluster(np.concatenate((matrix, strange)), 3)
    assert np.isfinite(result.centres).all()
    assert (plain.directionless, result.directionless) == (0, 3)
    assert {tuple(row.round(4)) for row in result.centres} == {
        tuple(row.round(4)) for row in plain.centres
    }


@pytest.mark.parametrize("k", [1, 4, 6])
def test_clustering_ends_with_fewer_directions_than_classes(k: int) -> None:
    matrix = np.eye(2, dtype=np.float32)[[0, 1, 0, 1, 0, 1]]
    result = cluster(matrix, k)
    assert result.converged
    assert result.sizes.sum() == 6
    assert np.count_nonzero(result.sizes) == min(k, 2)


def test_as_many_classes_as_words() -> None:
    matrix = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    assert cluster(matrix, 40).labels.tolist() == list(range(40))


def test_iterations_stop_at_the_limit() -> None:
    matrix = np.random.default_rng(4).normal(size=(500, 5)).astype(np.float32)
    result = cluster(matrix, 20, iterations=2)
    assert (result.iterations, result.converged) == (2, False)
    assert result.labels.tolist() != cluster(matrix, 20).labels.tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "k must be from 1 to the number of words, 5, not 0"),
        ({"k": 6}, "k must be from 1 to the number of words, 5, not 6"),
        ({"k": 2, "iterations": 0}, "iterations must be at least 1, not 0"),
        ({"k": 2, "seed": -1}, "seed must be at least 0, not -1"),
    ],
)
def test_wrong_options_are_reported(options: dict[str, int], message: str) -> None:
    with pytest.raises(UsageError) as error:
        cluster(np.eye(5, dtype=np.float32), **options)
    assert str(error.value) == message
