"""The outputs of a window under negative sampling: the centre word and noise words."""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Floats, Ids, Integers, Words64
from w2v.training.kernel_arguments import POOL, Noise, Outputs
from w2v.training.kernels.draws import draw_noise, next_random
from w2v.training.kernels.tile import APART, OPTIONS

_LOW_8 = np.uint64(0xFF)
_8 = np.uint64(8)


@njit(**OPTIONS)
def label_centre(labels: Floats) -> None:
    """Fill labels: 1 for the first output, the centre, and 0 for the noise."""
    labels[:] = np.float32(0)
    labels[0] = np.float32(1)


@njit(**APART)
def draw_words(noise: Noise, state: Words64, words: Ids, count: int) -> None:
    """Draw words[:count] from the noise distribution. Their waits for memory overlap."""
    for k in range(count):
        words[k] = draw_noise(state, noise)


@njit(**OPTIONS)
def draw_from_pool(pool: Ids, count: int, state: Words64, rows: Integers) -> None:
    """Draw `count` noise words from pool: int32[256] into rows[1], rows[2], ...."""
    bits = np.uint64(0)
    for k in range(count):
        if k & 7 == 0:
            bits = next_random(state)
        rows[1 + k] = np.int64(pool[np.int64(bits & _LOW_8)])
        bits >>= _8


@njit(**OPTIONS)
def draw_fresh(noise: Noise, state: Words64, rows: Integers) -> None:
    """As draw_from_pool, but each word is drawn from the noise distribution itself.

    For windows whose loss is measured. The words of the pool have just been pushed away, further
    at a higher learning rate, and would make the loss look lower than it is.
    """
    for k in range(noise.negative):
        rows[1 + k] = draw_noise(state, noise)


@njit(inline="always", **OPTIONS)  # passing its 50 arguments takes 3 % of a window
def choose_noise(
    noise: Noise,
    fresh: int,
    centre: int,
    window: int,
    takes_loss: bool,
    weights_are_ones: bool,
    state: Words64,
    pool: Ids,
    outputs: Outputs,
) -> bool:
    """Fill in the centre and its noise words, and put a fresh word into the pool.

    fresh: the word for the pool; window: the number of this window in the slice
    weights_are_ones: whether each output of the previous window counted once; returns the same for
    this window.
    """
    rows, n_out = outputs.rows, 1 + noise.negative
    rows[0] = centre
    if takes_loss:
        draw_fresh(noise, state, rows)
    else:
        draw_from_pool(pool, noise.negative, state, rows)
    pool[window & (POOL - 1)] = fresh
    twice = stands_twice(rows, n_out)
    if twice or not weights_are_ones:
        weigh_outputs(outputs, n_out)
    return not twice


@njit(**OPTIONS)
def stands_twice(rows: Integers, n_out: int) -> bool:
    """Whether two of rows[:n_out] are the same. An early exit would be mispredicted."""
    same = False
    for a in range(1, n_out):
        for b in range(a):
            same |= rows[a] == rows[b]
    return same


@njit(**APART)
def weigh_outputs(outputs: Outputs, n_out: int) -> None:
    """Fill the weights with how many times each place counts.

    A noise word that was drawn several times counts that many times at its first place and not at
    the others; one that equals the centre does not count. Thus every window has the same shape, and
    the processor can predict its branches.
    """
    rows, weights = outputs.rows, outputs.weights
    for a in range(n_out):
        count = np.float32(1)
        for b in range(n_out):
            if a != b and rows[a] == rows[b]:
                if b < a:
                    count = np.float32(0)
                    break
                if a > 0:
                    count += np.float32(1)
        weights[a] = count
