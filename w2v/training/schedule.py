"""The learning rate, how a run is cut into slices, and the random state of each slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from w2v.training.layout import padded

if TYPE_CHECKING:
    from w2v.config import TrainConfig

TYPICAL_PATH = 20  # nodes on a word's path, with hierarchical softmax
SLICE_SECONDS = 0.1  # of work per slice, on a slow machine
SHORT_SLICE = 5_000  # tokens at most, where exchanges follow each other closely
FIRST_PERIOD = 5_000  # tokens between the first exchanges
MOST_OF_A_PERIOD = 20_000_000  # tokens: what a run that is stopped may lose
SLICES_PER_EPOCH = 64  # at least this many if the corpus allows, so that threads share evenly


def learning_rate(alpha: float, min_alpha: float, done: float) -> float:
    """The learning rate after a share `done`, 0 to 1, of the run: linear, alpha to min_alpha.

    This function is compiled into the training kernel.
    """
    return max(min_alpha, alpha - (alpha - min_alpha) * done)


def has_replicas(config: TrainConfig, threads: int) -> bool:
    """Whether each thread of a run trains tables of its own."""
    return config.deterministic and threads > 1


def slice_tokens(n_tokens: int, config: TrainConfig, *, short: bool = False) -> int:
    """Tokens of a slice: SLICE_SECONDS of work or less, for any number of threads."""
    outputs = TYPICAL_PATH if config.negative is None else 1 + config.negative
    flops = 6.0 * config.window * outputs * padded(config.vector_size)
    seconds = 0.3e-6 + flops / 30e9
    tokens = min(int(SLICE_SECONDS / seconds), max(1000, n_tokens // SLICES_PER_EPOCH))
    return max(1, min(tokens, SHORT_SLICE) if short else tokens)


def period_tokens(words: int, growth: float, most: int | None = None) -> int:
    """Tokens that one of several trains until it exchanges with the others next.

    Vectors move fast at first, so the period grows with the words that it has trained so far.
    """
    tokens = max(FIRST_PERIOD, int(growth * words))
    return tokens if most is None else min(tokens, most)


def stream_seed(seed: int, slice_number: int) -> int:
    """The random state at the start of a slice: splitmix64 of both numbers, never 0."""
    state = (seed * 0x9E3779B97F4A7C15 + slice_number * 0xD1B54A32D192ED03) % 2**64
    for _ in range(2):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) % 2**64
        state ^= state >> 31
    return state or 1
