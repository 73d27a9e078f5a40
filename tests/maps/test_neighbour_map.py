"""t-SNE against its definition, and against scikit-learn's on the same vectors."""

from __future__ import annotations

import numpy as np
import pytest

from w2v.arrays import Doubles, Floats, unit_rows
from w2v.maps.layout import layout
from w2v.maps.neighbour_map import (
    EARLY,
    FEW,
    LATE,
    MOST_NODES,
    SPACING,
    attraction,
    nearest_pairs,
    pairwise_repulsion,
    repulsion,
)


def bundles(count: int, each: int, dimensions: int = 20, seed: int = 0) -> Floats:
    """Rows around `count` random directions, `each` around each."""
    random = np.random.default_rng(seed)
    centres = np.repeat(random.normal(size=(count, dimensions)), each, axis=0)
    return (centres + 0.6 * random.normal(size=centres.shape)).astype(np.float32)


def slow_repulsion(points: Doubles) -> Doubles:
    """The definition, one pair after another."""
    forces, total = np.zeros_like(points), 0.0
    for i, one in enumerate(points):
        for j, other in enumerate(points):
            if i != j:
                near = 1 / (1 + float(((one - other) ** 2).sum()))
                forces[i] += (one - other) * near**2
                total += near
    return forces / total


def test_every_word_is_paired_with_its_nearest() -> None:
    units = unit_rows(bundles(6, 10))[0]
    one, other = nearest_pairs(units, 3)
    assert (one < other).all()
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    assert len(pairs) == len(one)
    cosines = (units @ units.T).astype(np.float64)
    np.fill_diagonal(cosines, -2)
    wanted = set()
    for row in range(len(units)):
        for near in np.argsort(-cosines[row])[:3].tolist():
            wanted.add((min(row, near), max(row, near)))
    assert pairs == wanted


def test_pairs_found_in_blocks_are_those_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    units = unit_rows(bundles(6, 10))[0]
    whole = nearest_pairs(units, 4)
    monkeypatch.setattr("w2v.maps.neighbour_map.SCORES", 7 * len(units))
    assert (nearest_pairs(units, 4) == whole).all()


def test_the_pull_is_that_of_each_pair() -> None:
    points = np.random.default_rng(0).normal(size=(5, 2)) * 3
    pairs = np.array([[0, 0, 1, 3], [1, 4, 2, 4]])
    wanted = np.zeros_like(points)
    for one, other in pairs.T:
        apart = points[one] - points[other]
        force = apart / (1 + apart @ apart) / (2 * pairs.shape[1])
        wanted[one] += force
        wanted[other] -= force
    assert attraction(points, pairs) == pytest.approx(wanted)


def test_the_push_pair_by_pair_is_its_definition() -> None:
    points = np.random.default_rng(0).normal(size=(30, 2)) * 2
    assert pairwise_repulsion(points) == pytest.approx(slow_repulsion(points))


@pytest.mark.parametrize(
    ("points", "most"),
    [
        (np.random.default_rng(0).normal(size=(2000, 2)) * 0.01, 1e-4),
        (np.random.default_rng(0).normal(size=(2000, 2)), 0.01),
        (np.random.default_rng(0).normal(size=(2000, 2)) * 8, 0.03),
        (np.random.default_rng(0).uniform(size=(4000, 2)) * (160, 25), 0.1),
    ],
    ids=["at the start", "small", "wide", "wider than the finest grid"],
)
def test_the_push_through_the_grid_is_nearly_that_of_all_pairs(
    points: Doubles, most: float
) -> None:
    if most == 0.1:
        assert np.ptp(points, axis=0).max() > SPACING * MOST_NODES
    parts = [pairwise_part(points, first, first + 500) for first in range(0, len(points), 500)]
    exact = np.concatenate(parts) / pair_total(points)
    error = np.sqrt(((repulsion(points) - exact) ** 2).mean() / (exact**2).mean())
    assert error < most


def pairwise_part(points: Doubles, first: int, last: int) -> Doubles:
    """What all words do to some of them, before it is divided by Z."""
    apart = points[first:last, None] - points[None]
    near = 1 / (1 + (apart**2).sum(axis=2))
    return np.asarray((apart * (near**2)[:, :, None]).sum(axis=1))


def pair_total(points: Doubles) -> float:
    """Z."""
    total = -float(len(points))
    for one in points:
        total += float((1 / (1 + ((points - one) ** 2).sum(axis=1))).sum())
    return total


@pytest.mark.parametrize("count", [4, 5, 30])
def test_few_words_have_a_map(count: int) -> None:
    points = layout(bundles(count, 1), "tsne")
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert len(np.unique(points, axis=0)) == count


def test_words_of_equal_vectors_have_a_map() -> None:
    points = layout(np.ones((20, 5), np.float32), "tsne")
    assert np.isfinite(points).all()


def test_the_same_seed_gives_the_same_map_and_steps_are_counted() -> None:
    rows, steps = bundles(8, 5), list[tuple[int, int]]()
    points = layout(rows, "tsne", seed=3, progress=lambda done, all_: steps.append((done, all_)))
    assert (points == layout(rows, "tsne", seed=3)).all()
    assert steps == [(i, EARLY + LATE) for i in range(1, EARLY + LATE + 1)]


def kept(rows: Floats, points: Doubles, k: int = 10) -> float:
    """How many of a word's k nearest by cosine are among its k nearest on the map, of 1."""
    units = unit_rows(rows)[0]
    cosines = units @ units.T
    np.fill_diagonal(cosines, -2)
    distances = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    near, close = np.argsort(-cosines)[:, :k], np.argsort(distances)[:, :k]
    return float(
        np.mean([len(np.intersect1d(*both)) / k for both in zip(near, close, strict=True)])
    )


def test_neighbours_are_kept() -> None:
    rows = bundles(26, 40)
    assert len(rows) > FEW, "through the grid"
    assert kept(rows, layout(rows, "tsne")) > max(0.5, 2 * kept(rows, layout(rows, "pca")))


@pytest.mark.slow
def test_neighbours_are_kept_nearly_as_by_scikit_learn() -> None:
    manifold = pytest.importorskip("sklearn.manifold", reason="compared with scikit-learn's t-SNE")
    rows = bundles(40, 50)
    theirs = manifold.TSNE(metric="cosine", random_state=1).fit_transform(rows)
    assert kept(rows, layout(rows, "tsne")) > 0.85 * kept(rows, theirs.astype(np.float64))
