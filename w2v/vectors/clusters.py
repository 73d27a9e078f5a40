"""Word classes by k-means on the unit sphere, like word2vec.c's -classes.

Rows are scaled to length 1. A row belongs to the centre with the highest cosine, and a centre is
the mean direction of its rows (spherical k-means, Dhillon and Modha 2001). The first centres are
rows of a sample, drawn by k-means++ (Arthur and Vassilvitskii 2007). The same seed gives the same
classes on the same machine; on another, the matrix library may round differently.

Memory besides the table: one block of rows, their cosines with the centres, and 8 bytes per row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Floats, unit_rows
from w2v.errors import UsageError
from w2v.vectors.argument_types import whole_number

Labels = NDArray[np.int32]
Sums = NDArray[np.float64]

BLOCK_BYTES = 16 << 20  # for one block of rows and their cosines
SAMPLE_PER_CLASS = 20  # rows per class from which the first centres are drawn
START_WORK = 10**10  # multiplications spent on the first centres, at most


@dataclass(frozen=True)
class Clusters:
    """The classes of a table of V rows and D dimensions.

    Classes are numbered in order of appearance, so class 0 contains row 0. A directionless row
    (all zeros, or a value that is not finite) goes into class 0 and does not influence its centre.
    """

    labels: Labels
    """int32[V], the class of each row."""
    centres: Floats
    """float32[k, D], the mean direction of each class, of length 1."""
    sizes: NDArray[np.int64]
    """int64[k], rows in each class; 0 only if the table has fewer directions than classes."""
    mean_cosine: float
    """The mean cosine between a row and its centre."""
    iterations: int
    converged: bool
    """Whether the last iteration left every row where it was."""
    directionless: int
    """How many rows have no direction; all are in class 0."""


def cluster(
    matrix: Floats,
    k: int,
    *,
    seed: int = 1,
    iterations: int = 100,
    progress: Callable[[int, float], None] | None = None,
) -> Clusters:
    """Sort the rows of `matrix`, float32[V, D] of any lengths, into `k` classes.

    `progress` is called after each iteration with its number, from 1, and the mean cosine.
    Raises UsageError if k is not from 1 to V, seed is negative or iterations is below 1.
    """
    k, seed = whole_number("k", k), whole_number("seed", seed)
    iterations = whole_number("iterations", iterations)
    if not 1 <= k <= len(matrix):
        raise UsageError(f"k must be from 1 to the number of words, {len(matrix)}, not {k}")
    if iterations < 1:
        raise UsageError(f"iterations must be at least 1, not {iterations}")
    if seed < 0:
        raise UsageError(f"seed must be at least 0, not {seed}")
    centres = _first_centres(matrix, k, np.random.default_rng(seed))
    labels = np.full(len(matrix), -1, np.int32)
    for iteration in range(1, iterations + 1):
        before = labels
        labels, cosines, sums = _assign(matrix, centres)
        directed = cosines[~np.isnan(cosines)]
        mean_cosine = float(directed.mean(dtype=np.float64)) if len(directed) else 0.0
        if progress is not None:
            progress(iteration, mean_cosine)
        converged = bool((labels == before).all())
        if converged or iteration == iterations:
            break
        moved = _refilling(labels, cosines, k)
        units, _ = unit_rows(matrix[list(moved)])
        for unit, (row, label) in zip(units, moved.items(), strict=True):
            sums[labels[row]] -= unit
            sums[label] += unit
        centres = _directions(sums, centres)
    labels, centres, sizes = _numbered(labels, centres)
    directionless = len(matrix) - len(directed)
    return Clusters(labels, centres, sizes, mean_cosine, iteration, converged, directionless)


def _blocks(matrix: Floats, k: int) -> list[slice]:
    """Slices of rows that fit into BLOCK_BYTES together with their k cosines."""
    height = max(1, BLOCK_BYTES // (4 * (k + 2 * matrix.shape[1])))
    return [slice(first, first + height) for first in range(0, len(matrix), height)]


def _first_centres(matrix: Floats, k: int, random: np.random.Generator) -> Floats:
    """k rows of a sample, each drawn by its distance from the rows drawn before it (k-means++).

    The squared distance between two rows of length 1 is 2 * (1 - cosine).
    """
    size = min(SAMPLE_PER_CLASS * k, START_WORK // (k * matrix.shape[1]))
    size = min(len(matrix), max(k, size))
    sample = np.sort(random.choice(len(matrix), size, replace=False))
    rows, directionless = unit_rows(matrix[sample])
    distances = np.where(directionless, 0.0, 1.0)
    chosen: list[int] = []
    for _ in range(k):
        distances[chosen] = 0
        if not distances.any():  # fewer directions than classes: take any row not drawn yet
            distances = np.ones(size)
            distances[chosen] = 0
        ends = np.cumsum(distances)
        choice = int(np.searchsorted(ends, random.random() * ends[-1], side="right"))
        chosen.append(choice)
        distances = np.minimum(distances, np.maximum(0, 1 - rows @ rows[choice]))
    centres: Floats = rows[chosen]
    return centres


def _assign(matrix: Floats, centres: Floats) -> tuple[Labels, Floats, Sums]:
    """One pass over the table: the centre of each row, and the sums that make the next centres.

    Returns
    -------
    labels
        int32[V], the centre with the highest cosine to each row; 0 for directionless rows.
    cosines
        float32[V], that cosine; NaN for directionless rows.
    sums
        float64[k, D], the sum of the rows of each centre, each at length 1.
    """
    labels = np.empty(len(matrix), np.int32)
    cosines = np.empty(len(matrix), np.float32)
    sums = np.zeros(centres.shape, np.float64)
    blocks = _blocks(matrix, len(centres))
    buffer = np.empty((blocks[0].stop, len(centres)), np.float32)
    for block in blocks:
        units, directionless = unit_rows(np.asarray(matrix[block]))
        with np.errstate(all="ignore"):  # some matrix libraries set error flags for no reason
            products = np.matmul(units, centres.T, out=buffer[: len(units)])
        nearest = products.argmax(axis=1)
        greatest = products[np.arange(len(products)), nearest]
        greatest[directionless] = np.nan
        labels[block], cosines[block] = nearest, greatest
        _add_by_label(sums, units, nearest)
    return labels, cosines, sums


def _add_by_label(sums: Sums, rows: Floats, labels: NDArray[np.int64]) -> None:
    """Add each row to the sum of its label, always in the same order."""
    order = np.argsort(labels, kind="stable")
    present, starts = np.unique(labels[order], return_index=True)
    sorted_rows = rows[order]
    ends = [*starts[1:].tolist(), len(rows)]
    for label, start, end in zip(present.tolist(), starts.tolist(), ends, strict=True):
        sums[label] += np.add.reduce(sorted_rows[start:end], axis=0)


def _refilling(labels: Labels, cosines: Floats, k: int) -> dict[int, int]:
    """A row for each empty class, as {row: class}: the rows farthest from their own centres.

    The only row of a class stays; directionless rows (cosine NaN) are taken last.
    """
    sizes = np.bincount(labels, minlength=k)
    empty = np.flatnonzero(sizes == 0).tolist()
    farthest = iter(np.argsort(cosines, kind="stable").tolist() if empty else ())
    moved: dict[int, int] = {}
    for label in empty:
        row = next(row for row in farthest if sizes[labels[row]] > 1)
        sizes[labels[row]] -= 1
        moved[row] = label
    return moved


def _directions(sums: Sums, before: Floats) -> Floats:
    """The sums scaled to length 1, float32[k, D]; a sum of zeros becomes the row of `before`."""
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    lost = norms[:, 0] == 0
    norms[lost] = 1
    centres: Floats = (sums / norms).astype(np.float32)
    centres[lost] = before[lost]
    return centres


def _numbered(labels: Labels, centres: Floats) -> tuple[Labels, Floats, NDArray[np.int64]]:
    """Labels, centres and sizes, classes numbered in order of appearance, empty ones last."""
    present, first = np.unique(labels, return_index=True)
    empty = np.setdiff1d(np.arange(len(centres)), present)
    order = np.concatenate((present[np.argsort(first)], empty))
    number = np.empty(len(centres), np.int32)
    number[order] = np.arange(len(centres))
    labels = number[labels]
    return labels, centres[order], np.bincount(labels, minlength=len(centres))
