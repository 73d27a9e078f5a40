"""The training kernel: skip-gram with negative sampling over one slice of the corpus.

For a centre word c at a random window, its context words w and noise words n (Mikolov et al.
2013, "Distributed Representations of Words and Phrases", equation 4) the loss is

    sum over w of  -log s(x_w . o_c) - sum over n of log s(-x_w . o_n),    s(z) = 1 / (1 + e^-z)

with x the input vectors and o the output vectors. As in word2vec.c, the context word's row is the
input and the centre word is predicted. Unlike it, the noise words are drawn once for a window and
shared by its context words, which makes a window two small matrix products (see simd.py).

Legend: V words, S floats a padded row, R ring slots (a power of two), P = POOL noise words.

What makes it fast, each with its reason:
- A ring of local rows holds the input rows within reach of the window: each is loaded once when
  its word enters, moved in place, and its difference is added to the table when it leaves.
- A pool of noise words, one replaced at each window, from which every window draws its own: the
  rows that are drawn stay in the core's own cache, and each is still drawn from the noise
  distribution.
- The rows that the next windows need are prefetched.

The caller validates: ids lie in [0, V), offsets rise, arrays are C-contiguous and of the stated
types. Two threads may run on the same tables without a lock (Hogwild): then an update may be lost,
and the result is not reproducible. One thread is, for a seed.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from w2v.simd import (
    OPTIONS,
    TILE,
    Doubles,
    Floats,
    Ids,
    Ints,
    Words32,
    Words64,
    prefetch,
    steps_from_scores,
    tile_scores,
    tile_update,
)

POOL = 256  # noise words kept at hand; a power of two: 8 random bits pick one
LOSS_EVERY = 64  # the loss is taken on every 64th window: logarithms cost more than the update
AHEAD = 3  # words between a prefetch and its use

# Fields of the int64 and float64 totals that a slice adds to.
WORDS, WINDOWS, PAIRS = range(3)
LOSS_SUM, LOSS_PAIRS = range(2)

_32 = np.uint64(32)
_LOW_32 = np.uint64(0xFFFFFFFF)
_LOW_8 = np.uint64(0xFF)
_8 = np.uint64(8)


@njit(**OPTIONS)
def next_random(state: Words64) -> int:
    """Advance state: uint64[1] by Marsaglia's xorshift (13, 7, 17) and return it."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(**OPTIONS)
def draw_noise(state: Words64, threshold: Words32, alias: Ids) -> int:
    """Draw a word from the alias table threshold: uint32[V], alias: int32[V] (Walker 1977)."""
    bits = next_random(state)
    column = np.int64(((bits >> _32) * np.uint64(len(alias))) >> _32)
    if (bits & _LOW_32) < np.uint64(threshold[column]):
        return column
    return np.int64(alias[column])


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


@njit(**OPTIONS)
def add_output(word: int, n_out: int, rows: Ints, weights: Floats) -> int:
    """Add a noise word to rows[:n_out], rows[0] being the centre. Returns the new n_out.

    A word equal to the centre is skipped; one drawn again counts once more in weights.
    """
    for o in range(n_out):
        if rows[o] == word:
            if o > 0:
                weights[o] += np.float32(1.0)
            return n_out
    rows[n_out] = word
    weights[n_out] = np.float32(1.0)
    return n_out + 1


@njit(**OPTIONS)
def choose_outputs(
    pool: Ids, count: int, centre: int, state: Words64, rows: Ints, weights: Floats
) -> int:
    """Fill rows: int64[1 + count] with the centre word and distinct noise words of the pool.

    weights: float32[1 + count] holds how often each was drawn. Returns the number of rows.
    """
    rows[0] = centre
    weights[0] = np.float32(1.0)
    n_out = 1
    bits = np.uint64(0)
    for k in range(count):
        if k & 7 == 0:
            bits = next_random(state)
        n_out = add_output(np.int64(pool[np.int64(bits & _LOW_8)]), n_out, rows, weights)
        bits >>= _8
    return n_out


@njit(**OPTIONS)
def choose_fresh_outputs(
    count: int,
    centre: int,
    state: Words64,
    threshold: Words32,
    alias: Ids,
    rows: Ints,
    weights: Floats,
) -> int:
    """As choose_outputs, with noise words drawn anew instead of from the pool.

    Used where the loss is taken: the pool's words were pushed away a moment ago, by more the
    higher the learning rate, and would make the loss look lower than it is.
    """
    rows[0] = centre
    weights[0] = np.float32(1.0)
    n_out = 1
    for _ in range(count):
        n_out = add_output(draw_noise(state, threshold, alias), n_out, rows, weights)
    return n_out


@njit(**OPTIONS)
def window_loss(scores: Floats, n_in: int, n_out: int, weights: Floats) -> float:
    """The loss of one window in float64, from its scores (laid out as simd.py says)."""
    loss = 0.0
    for first in range(0, n_out, TILE):
        size = min(TILE, n_out - first)
        start = first * (n_in + (n_in & 1))
        for i in range(n_in):
            for o in range(size):
                z = np.float64(scores[start + i * size + o])
                if first + o == 0:
                    z = -z
                softplus = max(z, 0.0) + math.log1p(math.exp(-abs(z)))
                loss += weights[first + o] * softplus
    return loss


@njit(**OPTIONS)
def window_scores(
    local: Floats, slots: Ints, n_in: int, table: Floats, rows: Ints, n_out: int, scores: Floats
) -> None:
    """Scores of every input slot against every output row, tile by tile."""
    for first in range(0, n_out, TILE):
        tile_scores(local, slots, n_in, table, rows, first, min(TILE, n_out - first), scores)


@njit(**OPTIONS)
def window_steps(
    scores: Floats, n_in: int, n_out: int, weights: Floats, negative: int, rate: np.float32
) -> None:
    """Turn scores into steps: rate * (label - sigmoid(score)), times the weight."""
    even = n_in + (n_in & 1)
    steps_from_scores(scores, n_out * even, rate)
    size = min(TILE, n_out)
    for i in range(n_in):
        scores[i * size] += rate
    if n_out <= negative:  # a noise word was drawn twice, or was the centre
        for first in range(0, n_out, TILE):
            size = min(TILE, n_out - first)
            for i in range(n_in):
                for o in range(size):
                    scores[first * even + i * size + o] *= weights[first + o]


@njit(**OPTIONS)
def window_update(
    local: Floats,
    spare: Floats,
    slots: Ints,
    n_in: int,
    table: Floats,
    rows: Ints,
    n_out: int,
    steps: Floats,
) -> None:
    """Move the window's rows by its steps, all from the values before the update.

    One tile does so by itself; several read the inputs' old values from spare: float32[R, S].
    """
    old = local
    if n_out > TILE:
        old = spare
        for i in range(n_in):
            for d in range(local.shape[1]):
                spare[slots[i], d] = local[slots[i], d]
    for first in range(0, n_out, TILE):
        size = min(TILE, n_out - first)
        tile_update(old, local, slots, n_in, table, rows, first, size, steps)


@njit(**OPTIONS)
def enter_ring(table: Floats, word: int, local: Floats, entered: Floats, slot: int) -> None:
    """Load a word's input row into its ring slot, and remember the value it entered with."""
    for d in range(local.shape[1]):
        value = table[word, d]
        local[slot, d] = value
        entered[slot, d] = value


@njit(**OPTIONS)
def leave_ring(table: Floats, word: int, local: Floats, entered: Floats, slot: int) -> None:
    """Add to the table what the row gained in the ring."""
    for d in range(local.shape[1]):
        table[word, d] += local[slot, d] - entered[slot, d]


@njit(**OPTIONS)
def list_context(position: int, reach: int, length: int, mask: int, slots: Ints) -> int:
    """Ring slots of the words within reach of position; one more is valid, for an even tile."""
    n_in = 0
    for other in range(max(0, position - reach), min(length, position + reach + 1)):
        if other != position:
            slots[n_in] = other & mask
            n_in += 1
    slots[n_in] = position & mask
    return n_in


@njit(cache=True, **OPTIONS)
def train_slice(
    ids: Ids,
    offsets: Ints,
    inputs: Floats,
    outputs: Floats,
    keep: Words32,
    threshold: Words32,
    alias: Ids,
    state: Words64,
    window: int,
    negative: int,
    schedule: Doubles,
    ring: Floats,
    work: tuple[Ints, Ints, Floats, Ids, Floats],
    kept: Ids,
    totals: Ints,
    loss: Doubles,
) -> None:
    """Train on the sentences ids[offsets[k]:offsets[k + 1]], in order.

    ids: int32[n], offsets: int64[sentences + 1]
    inputs, outputs: float32[V, S], updated in place
    keep, threshold: uint32[V]; alias: int32[V]
    state: uint64[1], never 0: the random state, left where it ended
    schedule: float64[4] = (alpha, min_alpha, tokens before this slice, tokens of the whole run)
    ring: float32[3, R, S] scratch, R a power of two above 2 * window
    work: tuple of scratch: slots int64[R + 1], rows int64[1 + negative],
        weights float32[1 + negative], pool int32[POOL], scores float32[(1 + negative) * R + slack]
    kept: int32[longest sentence] scratch
    totals: int64[3] and loss: float64[2] are added to (see WORDS..., LOSS_SUM...)
    """
    local, entered, spare = ring[0], ring[1], ring[2]
    slots, rows, weights, pool, scores = work
    mask = local.shape[0] - 1
    for k in range(POOL):
        pool[k] = draw_noise(state, threshold, alias)
    windows = 0
    for sentence in range(len(offsets) - 1):
        first, last = offsets[sentence], offsets[sentence + 1]
        done = (schedule[2] + first) / schedule[3]
        rate = np.float32(max(schedule[1], schedule[0] - (schedule[0] - schedule[1]) * done))
        length = subsample(ids, first, last, keep, state, kept)
        totals[WORDS] += last - first
        if length < 2:
            continue
        for position in range(min(window, length)):
            enter_ring(inputs, kept[position], local, entered, position & mask)
        for position in range(length):
            ahead = position + window
            if ahead < length:
                enter_ring(inputs, kept[ahead], local, entered, ahead & mask)
            if ahead + AHEAD < length:
                prefetch(inputs, np.int64(kept[ahead + AHEAD]))
            if position + AHEAD < length:
                prefetch(outputs, np.int64(kept[position + AHEAD]))
            bits = next_random(state)
            reach = 1 + np.int64(((bits >> _32) * np.uint64(window)) >> _32)
            n_in = list_context(position, reach, length, mask, slots)
            noise = draw_noise(state, threshold, alias)
            prefetch(outputs, noise)
            centre = np.int64(kept[position])
            if windows % LOSS_EVERY == 0:
                n_out = choose_fresh_outputs(
                    negative, centre, state, threshold, alias, rows, weights
                )
                window_scores(local, slots, n_in, outputs, rows, n_out, scores)
                loss[LOSS_SUM] += window_loss(scores, n_in, n_out, weights)
                loss[LOSS_PAIRS] += n_in
            else:
                n_out = choose_outputs(pool, negative, centre, state, rows, weights)
                window_scores(local, slots, n_in, outputs, rows, n_out, scores)
            pool[windows & (POOL - 1)] = noise
            window_steps(scores, n_in, n_out, weights, negative, rate)
            window_update(local, spare, slots, n_in, outputs, rows, n_out, scores)
            windows += 1
            totals[PAIRS] += n_in
            if position >= window:
                gone = position - window
                leave_ring(inputs, kept[gone], local, entered, gone & mask)
        for position in range(max(0, length - window), length):
            leave_ring(inputs, kept[position], local, entered, position & mask)
    totals[WINDOWS] += windows
