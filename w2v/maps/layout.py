"""Where the words of a map go: two dimensions by PCA or t-SNE."""

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
    """Points float64[n, 2] for vectors float32[n, D], each scaled to length 1 first.

    "pca" shows the two directions in which the vectors differ most; it keeps parallel lines
    parallel. "tsne" keeps neighbours together and nothing else (van der Maaten and Hinton 2008).
    Raises UsageError for fewer than 4 vectors with "tsne", W2VError without scikit-learn.
    """
    units = unit_rows(rows)[0].astype(np.float64)
    return _principal(units) if method == "pca" else _neighbourly(units, seed)


def _principal(units: Points) -> Points:
    """The first two principal components, float64[n, 2]; 0 where there are fewer.

    The sign of each is free; here the greatest part of its direction is positive.
    """
    centred = units - units.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    directions = directions[:2]
    greatest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), greatest])[:, None]
    points = np.zeros((len(units), 2))
    points[:, : len(directions)] = centred @ directions.T
    return points


def _neighbourly(units: Points, seed: int) -> Points:
    """t-SNE of cosines, started from the principal components."""
    if len(units) < 4:
        raise UsageError(f"t-SNE needs 4 words or more, not {len(units)}; use --layout pca")
    try:
        manifold = importlib.import_module("sklearn.manifold")
    except ImportError:
        raise W2VError(
            "t-SNE needs scikit-learn: pip install scikit-learn (or use --layout pca)"
        ) from None
    perplexity = min(30.0, (len(units) - 1) / 3)
    start = _principal(units)
    start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)  # TSNE's own scale for a start
    model = manifold.TSNE(
        perplexity=perplexity,
        metric="cosine",
        init=start.astype(np.float32),
        learning_rate="auto",
        random_state=seed % 2**32,
    )
    points: Points = model.fit_transform(units).astype(np.float64)
    return points
