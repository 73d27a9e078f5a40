"""The layout of a map: vectors projected to two dimensions by PCA or t-SNE."""

from __future__ import annotations

import importlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import unit_rows
from w2v.errors import UsageError, W2VError

Points = NDArray[np.float64]
Layout = Literal["pca", "tsne"]


def layout(rows: NDArray[np.float32], method: Layout = "pca", *, seed: int = 1) -> Points:
    """Points, float64[n, 2], for vectors, float32[n, D], which are scaled to length 1 first.

    "pca" projects onto the two directions in which the vectors differ most, so parallel lines stay
    parallel. "tsne" only keeps neighbours together (van der Maaten and Hinton 2008). It raises
    UsageError for fewer than 4 vectors and W2VError if scikit-learn is missing.
    """
    units = unit_rows(rows)[0].astype(np.float64)
    return _pca(units) if method == "pca" else _tsne(units, seed)


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


def _tsne(units: Points, seed: int) -> Points:
    """t-SNE of cosines, starting from the principal components."""
    if len(units) < 4:
        raise UsageError(f"t-SNE needs at least 4 words, not {len(units)}; PCA takes any number")
    try:
        manifold = importlib.import_module("sklearn.manifold")
    except ImportError:
        raise W2VError(
            "t-SNE needs scikit-learn: pip install 'w2v[plot]' (PCA needs no package)"
        ) from None
    perplexity = min(30.0, (len(units) - 1) / 3)
    start = _pca(units)
    start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)  # scikit-learn's own initial scale
    model = manifold.TSNE(
        perplexity=perplexity,
        metric="cosine",
        init=start.astype(np.float32),
        learning_rate="auto",
        random_state=seed % 2**32,
    )
    points: Points = model.fit_transform(units).astype(np.float64)
    return points
