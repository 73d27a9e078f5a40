"""Pearson's and Spearman's correlation with two-sided p-values, without SciPy.

The p-value comes from Student's t with n - 2 degrees of freedom. With t^2 = r^2 (n - 2) / (1 - r^2)
its two tails add up to the regularised incomplete beta function I_x((n - 2) / 2, 1 / 2) at
x = (n - 2) / (n - 2 + t^2) = 1 - r^2 (Abramowitz & Stegun 26.7.1 and 26.5.27), computed here by
its continued fraction (Abramowitz & Stegun 26.5.8).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Correlation(NamedTuple):
    """A correlation coefficient, and the chance of one at least as far from 0 without correlation.

    Both are NaN if undefined: fewer than 2 points, all values of one side equal, or a value that is
    not finite. The p-value is also NaN for 2 points, except Pearson's, which is 1.
    """

    coefficient: float
    p_value: float


def pearson(x: ArrayLike, y: ArrayLike) -> Correlation:
    """Pearson's linear correlation of two sequences of equal length."""
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"x and y must be of equal length, not {first.shape} and {second.shape}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return Correlation(math.nan, math.nan)
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Correlation(math.nan, math.nan)
    first, second = _centred(first), _centred(second)
    r = float(first @ second / np.sqrt((first @ first) * (second @ second)))
    r = max(-1.0, min(1.0, r))
    if len(first) == 2:
        return Correlation(math.copysign(1.0, r), 1.0)
    return Correlation(r, two_sided_p(r, len(first)))


def spearman(x: ArrayLike, y: ArrayLike) -> Correlation:
    """Spearman's rank correlation: Pearson's on the ranks; equal values share their mean rank."""
    first, second = np.asarray(x), np.asarray(y)
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        return Correlation(math.nan, math.nan)
    r, _ = pearson(ranks(first), ranks(second))
    if len(first) < 3:
        return Correlation(r, math.nan)
    return Correlation(r, two_sided_p(r, len(first)))


def ranks(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share their mean rank.

    [3.0, 1.0, 3.0] -> [2.5, 1.0, 2.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return mean


def two_sided_p(r: float, n: int) -> float:
    """The chance that n >= 3 uncorrelated points show a correlation of |r| or more, either sign."""
    if math.isnan(r):
        return math.nan
    return incomplete_beta((n - 2) / 2, 0.5, (1 - abs(r)) * (1 + abs(r)))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta)
    # The fraction converges fast below the distribution's mean; above it, use the mirror image.
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """1/(1+ d1/(1+ d2/...)) of Abramowitz & Stegun 26.5.8, evaluated by Lentz's method."""
    tiny = 1e-300
    result, c, d = 1.0, 1 / tiny, 1.0
    for step in range(1, 10_001):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + term * d or tiny)
        c = 1 + term / c or tiny
        result *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return result


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """`values` minus their mean, scaled to at most 1 so that squares cannot overflow."""
    centred: NDArray[np.float64] = values - values.mean()
    centred /= np.abs(centred).max()
    return centred
