"""Which words are a centre word's context, and how much each counts by its distance."""

from __future__ import annotations

import numpy as np

from w2v.arrays import Floats
from w2v.config import TrainConfig
from w2v.training.kernel_arguments import Context


def context_of(config: TrainConfig) -> Context:
    """What the kernels must know of it."""
    weights = place_weights(config.window, config.distance_exponent or 0.0)
    return Context(config.window, config.directional, config.cbow_update == "corrected", weights)


def place_weights(window: int, exponent: float) -> Floats:
    """The weight of each place of a window, from the leftmost on: float32[2 * window].

    A word d places from the centre counts d ** -exponent, times a constant which makes the mean
    weight of the pairs 1: since each window draws its reach from 1 to `window`, the share of pairs
    d apart is proportional to window + 1 - d.
    """
    distances = np.arange(1, window + 1)
    weights = distances.astype(np.float64) ** -exponent
    shares = window + 1 - distances
    weights *= shares.sum() / (shares * weights).sum()
    return np.concatenate([weights[::-1], weights]).astype(np.float32)
