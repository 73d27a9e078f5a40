"""The samplers against their exact distributions."""

from __future__ import annotations

import numpy as np
import pytest
from from_python import FromPython
from reference import alias_probabilities

from w2v.training.kernel_arguments import Noise
from w2v.training.kernels import draws
from w2v.training.sampling import (
    alias_table,
    keep_probabilities,
    keep_thresholds,
    noise_distribution,
)

draws = FromPython(draws)
COUNTS = np.array([5000, 900, 300, 80, 20, 5, 1], np.int64)


def test_keep_probability_is_the_formula_of_word2vec() -> None:
    share = COUNTS / COUNTS.sum()
    want = np.minimum(1, np.sqrt(1e-2 / share) + 1e-2 / share)
    np.testing.assert_allclose(keep_probabilities(COUNTS, 1e-2), want)


def test_sample_0_keeps_every_word() -> None:
    assert (keep_thresholds(COUNTS, 0.0) == 2**32 - 1).all()


@pytest.mark.parametrize("exponent", [0.75, 0.0, 1.0, -0.5, 10.0, -10.0])
def test_noise_follows_the_count_to_a_power(exponent: float) -> None:
    weights = COUNTS.astype(np.float64) ** exponent
    np.testing.assert_allclose(noise_distribution(COUNTS, exponent), weights / weights.sum())


@pytest.mark.parametrize("exponent", [0.75, 0.0, 2.0])
def test_the_alias_table_holds_the_distribution(exponent: float) -> None:
    want = noise_distribution(COUNTS, exponent)
    np.testing.assert_allclose(alias_probabilities(alias_table(want)), want, atol=1e-9)


def test_a_long_alias_table_holds_the_distribution() -> None:
    counts = (1e6 / np.arange(1, 20_001)).astype(np.int64)
    want = noise_distribution(counts, 0.75)
    np.testing.assert_allclose(alias_probabilities(alias_table(want)), want, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("size", [*range(1, 20), 49, 1000])
def test_any_distribution_has_an_alias_table(size: int) -> None:
    """However its shares are rounded; what is never to be drawn is not, not even as an alias."""
    rng = np.random.default_rng(size)
    weights = [np.ones(size), np.eye(size)[size // 2]]
    for power in (0.1, 1.0, 20.0):
        some = rng.random(size) ** power
        weights += [some, some * (np.arange(size) % 3 != 1)]
    for each in weights:
        want = each / each.sum()
        found = alias_probabilities(alias_table(want))
        np.testing.assert_allclose(found, want, atol=1e-9)
        assert (found[want == 0] == 0).all()


def test_draws_follow_the_distribution() -> None:
    want = noise_distribution(COUNTS, 0.75)
    noise = Noise(alias_table(want), 5, 0.0)
    state, n = np.array([3], np.uint64), 20_000
    drawn = np.bincount([draws.draw_noise(state, noise) for _ in range(n)], minlength=len(COUNTS))
    chi_square = ((drawn - n * want) ** 2 / (n * want)).sum()
    assert chi_square < 22.5  # 6 degrees of freedom: 1 in 1,000


def test_subsampling_keeps_the_stated_share() -> None:
    n, keep = 20_000, keep_thresholds(COUNTS, 1e-2)
    for word in range(2):
        ids, kept = np.full(n, word, np.int32), np.zeros(n, np.int32)
        count = draws.subsample(ids, 0, n, keep, np.array([9], np.uint64), kept)
        probability = keep_probabilities(COUNTS, 1e-2)[word]
        assert abs(count - n * probability) < 4 * np.sqrt(n * probability * (1 - probability))
