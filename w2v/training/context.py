"""Which words are a centre word's context, and how much each counts by its distance."""

from __future__ import annotations

import numpy as np

from w2v.arrays import Floats
from w2v.config import TrainConfig
from w2v.training.kernel_arguments import Context

SCALED_AS = 5
"""The widest window whose pairs have a mean weight of 1."""


def context_of(config: TrainConfig) -> Context:
    """What the kernels must know of it."""
    weights = place_weights(config.window, config.distance_exponent or 0.0)
    return Context(config.window, config.directional, config.cbow_update == "corrected", weights)


def place_weights(window: int, exponent: float) -> Floats:
    """The weight of each place of a window, from the leftmost on: float32[2 * window].

    A word d places from the centre counts d ** -exponent, times a constant which makes the mean
    weight of the pairs 1: since each window draws its reach from 1 to `window`, the share of pairs
    d apart is proportional to window + 1 - d. The constant of wide windows is that of SCALED_AS:
    their own would make the nearest words count so much that training diverges.
    """
    weights = np.arange(1, window + 1, dtype=np.float64) ** -exponent
    near = min(window, SCALED_AS)
    shares = np.arange(near, 0, -1)
    weights *= shares.sum() / (shares * weights[:near]).sum()
    return np.concatenate([weights[::-1], weights]).astype(np.float32)
