"""The layout of a map: vectors projected to two dimensions by PCA or t-SNE."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Floats, unit_rows
from w2v.errors import UsageError
from w2v.maps.neighbour_map import Progress, neighbour_map

Points = NDArray[np.float64]
Layout = Literal["pca", "tsne"]


def layout(
    rows: Floats,
    method: Layout = "pca",
    *,
    seed: int = 1,
    progress: Progress | None = None,
) -> Points:
    """Points, float64[n, 2], for vectors, float32[n, D], which are scaled to length 1 first.

    "pca" projects onto the two directions in which the vectors differ most, so parallel lines stay
    parallel. "tsne" only keeps neighbours together (van der Maaten and Hinton 2008); `progress`
    is called with the steps done and their number. Raises UsageError for fewer than 4 vectors
    with "tsne".
    """
    units = unit_rows(rows)[0]
    if method == "pca":
        return _pca(units.astype(np.float64))
    return _tsne(units, seed, progress)


def _pca(units: Points) -> Points:
    """The first two principal components, float64[n, 2]; zeros if there are fewer.

    The sign of a component is arbitrary; here the largest entry of its direction is positive.
    """
    centred = units - units.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2]
    greatest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), greatest])[:, None]
    points = np.zeros((len(units), 2))
    points[:, : len(directions)] = centred @ directions.T
    return points


def _tsne(units: Floats, seed: int, progress: Progress | None) -> Points:
    """t-SNE of cosines, starting from the principal components."""
    if len(units) < 4:
        raise UsageError(f"t-SNE needs at least 4 words, not {len(units)}; PCA takes any number")
    start = _pca(units.astype(np.float64))
    return neighbour_map(units, start, seed=seed, progress=progress)
