"""The eigenvectors of a symmetric matrix: Householder's reflections make it tridiagonal, and
implicit QL steps make that diagonal (Golub and Van Loan, "Matrix Computations", chapter 8.3).

numpy's eigh calls a library whose threads keep spinning beside ours for longer than the work takes.

Legend: S rows of the matrix.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from w2v.kernels.disk_cache import cached

Matrix = NDArray[np.float64]

TYPES = "void(f8[:, ::1], f8[::1], f8[:, ::1])"  # of eigenvectors
ACCURACY = 1e-12  # of the eigenvalues, as a share of the largest
STEPS = 60  # at most, for one eigenvalue; two are usual

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "fastmath": {"contract", "reassoc", "nsz"},
    "error_model": "numpy",
}


@njit(**_OPTIONS)
def reflect_to_tridiagonal(a: Matrix, factors: Matrix, beside: Matrix) -> None:
    """Make a: float64[S, S] tridiagonal by reflections on both sides; its diagonal is the result.

    factors: float64[S]: reflection k is I - factors[k] * v v', with v in row k of a, right of the
        diagonal; the caller has filled it with zeros
    beside: float64[S], the values beside the diagonal, then 0
    """
    size = len(a)
    image = np.empty(size)
    for k in range(size - 2):
        v = a[k, k + 1 :]
        length = math.sqrt((v * v).sum())
        beside[k] = -length if v[0] > 0 else length
        v[0] -= beside[k]
        square = (v * v).sum()
        if square == 0:
            continue
        factors[k] = 2 / square
        along = 0.0
        for i in range(len(v)):
            dot = 0.0
            for j in range(len(v)):
                dot += a[k + 1 + i, k + 1 + j] * v[j]
            image[i] = factors[k] * dot
            along += image[i] * v[i]
        for i in range(len(v)):
            image[i] -= factors[k] / 2 * along * v[i]
        for i in range(len(v)):
            by_v, by_image = image[i], v[i]
            for j in range(len(v)):
                a[k + 1 + i, k + 1 + j] -= by_v * v[j] + by_image * image[j]
    if size > 1:
        beside[size - 2] = a[size - 2, size - 1]
    beside[size - 1] = 0


@njit(**_OPTIONS)
def chase(values: Matrix, beside: Matrix, first: int, last: int, rows: Matrix) -> None:
    """One implicit QL step on the part from `first` to `last` of a tridiagonal matrix.

    values, beside: float64[S], its diagonal and what is beside it
    rows: float64[S, S], turned by the same rotations
    """
    half = (values[first + 1] - values[first]) / (2 * beside[first])
    root = math.hypot(half, 1.0)
    shift = values[first] - beside[first] / (half + (root if half >= 0 else -root))
    g, sine, cosine, moved = values[last] - shift, 1.0, 1.0, 0.0
    for i in range(last - 1, first - 1, -1):
        f, b = sine * beside[i], cosine * beside[i]
        r = math.hypot(f, g)
        beside[i + 1] = r
        if r == 0:  # the matrix falls into two parts here
            values[i + 1] -= moved
            beside[last] = 0
            return
        sine, cosine = f / r, g / r
        g = values[i + 1] - moved
        r = (values[i] - g) * sine + 2 * cosine * b
        moved = sine * r
        values[i + 1] = g + moved
        g = cosine * r - b
        for k in range(rows.shape[1]):
            x, y = rows[i, k], rows[i + 1, k]
            rows[i, k] = cosine * x - sine * y
            rows[i + 1, k] = sine * x + cosine * y
    values[first] -= moved
    beside[first] = g
    beside[last] = 0


@cached(njit(**_OPTIONS))
def eigenvectors(matrix: Matrix, values: Matrix, directions: Matrix) -> None:
    """Fill values: float64[S] and directions: float64[S, S], an eigenvector in each row.

    matrix: float64[S, S], symmetric; it is overwritten
    """
    size = len(matrix)
    factors, beside = np.zeros(size), np.zeros(size)
    reflect_to_tridiagonal(matrix, factors, beside)
    directions[:] = 0.0
    for i in range(size):
        values[i] = matrix[i, i]
        directions[i, i] = 1.0
    least = ACCURACY * (np.abs(values).max() + np.abs(beside).max())
    for first in range(size):
        for _ in range(STEPS):
            last = first
            while last < size - 1 and abs(beside[last]) > least:
                last += 1
            if last == first:
                break
            chase(values, beside, first, last, directions)
    for i in range(size):  # back from the tridiagonal matrix's eigenvectors
        for k in range(size - 3, -1, -1):
            v, row = matrix[k, k + 1 :], directions[i, k + 1 :]
            by = factors[k] * (v * row).sum()
            for j in range(len(v)):
                row[j] -= by * v[j]
