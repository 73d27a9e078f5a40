"""Keep probabilities for subsampling, and the noise distribution with its alias table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from w2v.config import TrainConfig

FULL = 2**32 - 1  # probabilities are stored as uint32 fractions of this


def keep_probabilities(counts: npt.NDArray[np.int64], sample: float) -> npt.NDArray[np.float64]:
    """The probability that subsampling keeps each word: sqrt(t/f) + t/f, at most 1.

    f is the word's share of the retained tokens and t is `sample`, as in word2vec.c (the paper
    has sqrt(t/f) alone). `sample` 0 keeps every word. Returns float64[V].
    """
    if sample == 0:
        return np.ones(len(counts))
    ratio = sample * (counts.sum() / np.maximum(counts, 1))
    keep: npt.NDArray[np.float64] = np.minimum(1.0, np.sqrt(ratio) + ratio)
    return keep


def keep_thresholds(counts: npt.NDArray[np.int64], sample: float) -> npt.NDArray[np.uint32]:
    """The keep probabilities as the kernel compares them: uint32[V]."""
    return np.round(keep_probabilities(counts, sample) * FULL).astype(np.uint32)


def noise_distribution(counts: npt.NDArray[np.int64], exponent: float) -> npt.NDArray[np.float64]:
    """The probability of each word as noise: count ** exponent, normalised. float64[V].

    Computed in logarithms, so that no exponent overflows.
    """
    logs = exponent * np.log(np.maximum(counts, 1).astype(np.float64))
    weights = np.exp(logs - logs.max())
    probabilities: npt.NDArray[np.float64] = weights / weights.sum()
    return probabilities


def noise_probabilities(
    counts: npt.NDArray[np.int64],
    noise_counts: npt.NDArray[np.int64] | None,
    config: TrainConfig,
) -> npt.NDArray[np.float64]:
    """The noise distribution of a run, float64[V]; empty without noise.

    It follows `noise_counts`, where 0 is never drawn; `counts` if None.
    """
    if config.noise_exponent is None:
        return np.zeros(0)
    if noise_counts is None:
        return noise_distribution(counts, config.noise_exponent)
    weights = noise_distribution(noise_counts, config.noise_exponent) * (noise_counts > 0)
    probabilities: npt.NDArray[np.float64] = weights / weights.sum()
    return probabilities


def alias_table(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """Walker's alias table (Vose 1991) of a distribution float64[V].

    Returns uint64[V], 2**32 * alias + threshold: a draw takes a column at random and keeps it with
    probability threshold / 2**32, otherwise it takes the column's alias. Both lie in one word, so
    that a draw waits for one cache line.
    """
    shares = probabilities * len(probabilities)
    is_large = shares >= min(1.0, shares.max())  # the largest is, however it is rounded
    small, large = np.flatnonzero(~is_large)[::-1], np.flatnonzero(is_large)[::-1]
    # Each small column is filled up to 1 by a large one. The large ones give in turn, each until
    # it has less than 1 left, and is then filled up by the next.
    lacks = np.concatenate([[0.0], np.cumsum(1.0 - shares[small])])
    spare = np.cumsum(shares[large] - 1.0)
    givers = np.searchsorted(spare, lacks[:-1])
    last = np.searchsorted(lacks[1:], spare, side="right")  # the small column it gives to last
    alias = np.arange(len(shares))
    alias[small] = large[np.minimum(givers, len(large) - 1)]
    alias[large[:-1]] = large[1:]
    shares[large] = 1.0
    given_up = np.flatnonzero(last < len(small))
    shares[large[given_up]] += spare[given_up] - lacks[1:][last[given_up]]
    threshold = np.round(np.clip(shares, 0.0, 1.0) * FULL).astype(np.uint64)
    return (alias.astype(np.uint64) << np.uint64(32)) | threshold
