"""How much the places of a window count."""

from __future__ import annotations

import numpy as np
import pytest

from w2v.training.context import SCALED_AS, place_weights


@pytest.mark.parametrize("exponent", [0.5, 1.0, 3.0])
def test_a_place_counts_by_its_distance(exponent: float) -> None:
    weights = place_weights(5, exponent)
    assert weights.shape == (10,)
    assert np.array_equal(weights, weights[::-1])
    np.testing.assert_allclose(weights[5] / weights[5:], np.arange(1, 6) ** exponent, rtol=1e-6)


@pytest.mark.parametrize("window", [1, 2, SCALED_AS])
@pytest.mark.parametrize("exponent", [0.5, 2.0])
def test_a_pair_counts_once_on_average(window: int, exponent: float) -> None:
    weights = place_weights(window, exponent)
    drawn = [weights[window - reach : window + reach] for reach in range(1, window + 1)]
    assert np.concatenate(drawn).mean() == pytest.approx(1, rel=1e-6)


def test_the_words_of_a_wide_window_count_as_in_a_narrow_one() -> None:
    narrow, wide = place_weights(SCALED_AS, 0.5), place_weights(10_000, 0.5)
    assert np.array_equal(wide[10_000 - SCALED_AS : 10_000 + SCALED_AS], narrow)


@pytest.mark.parametrize("window", [1, 5, 10_000])
def test_without_an_exponent_all_places_count_alike(window: int) -> None:
    assert (place_weights(window, 0.0) == 1).all()
