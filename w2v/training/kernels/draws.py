"""Random numbers in the training kernels, and the two things that are drawn word by word."""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Ids, Words32, Words64
from w2v.training.kernel_arguments import Noise
from w2v.training.kernels.tile import OPTIONS

_32 = np.uint64(32)
_LOW_32 = np.uint64(0xFFFFFFFF)


@njit(**OPTIONS)
def next_random(state: Words64) -> int:
    """Advance state: uint64[1], never 0, by Marsaglia's xorshift (13, 7, 17) and return it."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(**OPTIONS)
def draw_below(state: Words64, size: int) -> int:
    """A whole number from 0 to size - 1, from the upper 32 bits of the next random number."""
    return np.int64(((next_random(state) >> _32) * np.uint64(size)) >> _32)


@njit(**OPTIONS)
def draw_noise(state: Words64, noise: Noise) -> int:
    """A noise word, from the alias table (Walker 1977)."""
    bits = next_random(state)
    column = np.int64(((bits >> _32) * np.uint64(len(noise.table))) >> _32)
    both = noise.table[column]
    other = np.int64(both >> _32)
    takes = np.int64((bits & _LOW_32) < (both & _LOW_32))
    return other ^ ((other ^ column) & -takes)  # a branch would be mispredicted half the time


@njit(**OPTIONS)
def subsample(ids: Ids, first: int, last: int, keep: Words32, state: Words64, kept: Ids) -> int:
    """Copy ids[first:last] to kept: int32[>= last - first], each with its keep probability.

    keep: uint32[V] holds probability * (2**32 - 1). Returns how many were kept.
    """
    count = 0
    for position in range(first, last):
        word = ids[position]
        kept[count] = word
        if (next_random(state) >> _32) <= np.uint64(keep[word]):
            count += 1
    return count
