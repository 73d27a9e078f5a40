"""Slow twins of the analogy search and of clustering: one row at a time, in float64."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def unit(vector: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """`vector` scaled to length 1, or None if it has no direction."""
    wide = vector.astype(np.float64)
    length = math.sqrt(sum(float(x) ** 2 for x in wide))
    return wide / length if math.isfinite(length) and length > 0 else None


def answer(
    matrix: NDArray[np.float32], question: tuple[int, int, int], barred: set[int], method: str
) -> tuple[int, float]:
    """The row that answers a question, and its score; -1 and -inf if no row is left."""
    terms = [unit(matrix[row]) for row in question]
    best, best_score = -1, -math.inf
    if any(term is None for term in terms):
        return best, best_score
    for row, vector in enumerate(matrix):
        direction = unit(vector)
        if direction is None or row in barred or row in question:
            continue
        a, b, c = (float(direction @ term) for term in terms if term is not None)
        if method == "3cosadd":
            score = b - a + c
        else:
            score = ((1 + b) / 2) * ((1 + c) / 2) / ((1 + a) / 2 + 1e-6)
        if score > best_score:
            best, best_score = row, score
    return best, best_score


def nearest_centres(
    matrix: NDArray[np.float32], centres: NDArray[np.float32]
) -> tuple[list[int], list[float]]:
    """The centre with the highest cosine to each row, and that cosine; 0 for directionless rows."""
    labels, cosines = [], []
    for vector in matrix:
        direction = unit(vector)
        if direction is None:
            labels.append(0)
            cosines.append(0.0)
            continue
        products = [float(direction @ centre) for centre in centres.astype(np.float64)]
        labels.append(max(range(len(products)), key=products.__getitem__))
        cosines.append(max(products))
    return labels, cosines


def mean_directions(
    matrix: NDArray[np.float32], labels: list[int], k: int
) -> list[NDArray[np.float64] | None]:
    """The mean direction of the rows of each of k classes; None if a class has none."""
    sums = [np.zeros(matrix.shape[1]) for _ in range(k)]
    for vector, label in zip(matrix, labels, strict=True):
        direction = unit(vector)
        if direction is not None:
            sums[label] += direction
    return [total / np.linalg.norm(total) if total.any() else None for total in sums]
