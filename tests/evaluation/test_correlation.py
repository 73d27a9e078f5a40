"""Pearson's and Spearman's correlation: by hand, and against SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from w2v.evaluation.correlation import incomplete_beta, pearson, ranks, spearman


def test_correlation_on_values_computed_by_hand() -> None:
    # Deviations -2 -1 0 1 2 and -1 -2 1 0 2: products sum to 8, squares to 10 and 10.
    r, p = pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    assert r == pytest.approx(0.8, abs=1e-15)
    # Three degrees of freedom have a closed form: t = 0.8 * sqrt(3) / 0.6.
    t = 0.8 * math.sqrt(3) / 0.6
    x = t / math.sqrt(3)
    assert p == pytest.approx(1 - 2 / math.pi * (x / (1 + x * x) + math.atan(x)), rel=1e-12)
    assert spearman([1, 2, 3, 4, 5], [20, 10, 400, 30, 5000])[0] == pytest.approx(0.8, abs=1e-15)
    assert ranks(np.array([3.0, 1.0, 3.0])).tolist() == [2.5, 1.0, 2.5]


@pytest.mark.parametrize("correlation", [pearson, spearman])
def test_undefined_correlations_are_nan(correlation: Any) -> None:
    undefined: list[tuple[list[float], list[float]]] = [
        ([], []),
        ([1.0], [2.0]),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        ([1.0, math.nan, 3.0, 4.0], [1.0, 2.0, 3.0, 5.0]),
        ([1.0, 2.0, 3.0], [math.inf, 2.0, 4.0]),
    ]
    for x, y in undefined:
        assert all(math.isnan(figure) for figure in correlation(x, y))
    assert correlation([1, 2, 3], [2, 4, 6]) == (1.0, 0.0)
    assert correlation([1, 2, 3], [6, 4, 2]) == (-1.0, 0.0)


@pytest.mark.parametrize("n", [3, 4, 5, 10, 65, 353, 999, 5000])
@pytest.mark.parametrize("weight", [0.0, 0.2, 0.9])
def test_correlation_equals_scipys(n: int, weight: float) -> None:
    stats = pytest.importorskip("scipy.stats", reason="compares with SciPy")
    random = np.random.default_rng(n)
    x = random.normal(size=n).round(1)
    y = weight * x + (1 - weight) * random.normal(size=n)
    for ours, theirs in (
        (pearson(x, y), stats.pearsonr(x, y)),
        (spearman(x, y), stats.spearmanr(x, y)),
    ):
        assert ours.coefficient == pytest.approx(theirs[0], abs=1e-14)
        assert ours.p_value == pytest.approx(theirs[1], rel=1e-9, abs=1e-14)


def test_the_incomplete_beta_function_equals_scipys() -> None:
    special = pytest.importorskip("scipy.special", reason="compares with SciPy")
    for a in np.geomspace(0.5, 1e5, 30):
        for x in (0.0, 1e-12, 1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9, 1.0):
            wanted = special.betainc(a, 0.5, x)
            assert incomplete_beta(a, 0.5, x) == pytest.approx(wanted, rel=2e-9, abs=1e-300)
