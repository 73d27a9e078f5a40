"""The training kernel: skip-gram with negative sampling over one slice of the corpus.

For a centre word c at a random window, its context words w and noise words n (Mikolov et al.
2013, "Distributed Representations of Words and Phrases", equation 4) the loss is

    sum over w of  -log s(x_w . o_c) - sum over n of log s(-x_w . o_n),    s(z) = 1 / (1 + e^-z)

with x the input vectors and o the output vectors. As in word2vec.c, the context word's row is the
input and the centre word is predicted. Unlike it, the noise words are drawn once for a window and
shared by its context words, which makes a window small matrix products (see simd.py).

Legend: V words, S floats a padded row, R ring slots (a power of two), H words with own rows.

What makes it fast, each with its reason:
- A ring of local rows holds the input rows within reach of the window: each is loaded once when
  its word enters, moved in place, and its difference is added to the table when it leaves.
- A pool of noise words, one replaced at each window, from which every window draws its own: the
  rows that are drawn stay in the core's own cache, and each is still drawn from the noise
  distribution.
- Output rows are trained a tile of six after the other, as many as the vector registers hold. A
  noise word drawn twice counts twice at its first place and weighs nothing at the other, so that
  every window has the same shape and the processor guesses its branches right.
- The rows that the next windows need are prefetched.
- Of several threads each has own copies of the most frequent words' rows, and adds what they
  gained to the tables now and then: rows that two cores write by turns cost them most. For the
  same reason frequent words' rows do not lie side by side (see TrainingState).

The caller validates: ids lie in [0, V), offsets rise, arrays are of the stated types and
C-contiguous; of the two tables only the rows need be, which may lie apart. Several threads may run
on the same tables without a lock (Hogwild): then an update may be lost, and the result is not
reproducible. One thread is, for a seed.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from w2v.arrays import Doubles, Floats, Ids, Integers, Words32, Words64
from w2v.training.kernels.tile import OPTIONS
from w2v.training.kernels.tile_simd import enter_ring, leave_ring, prefetch, tile_steps, tile_update
from w2v.training.layout import TILE

# Numba's cache does not see a change in another file: this digest of the files that are taken in
# must change with them, and so this file does; tests/test_kernels.py holds it.
VECTOR_CODE = "f9fe4b8934bf440c"

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
def choose_outputs(pool: Ids, count: int, centre: int, state: Words64, rows: Integers) -> bool:
    """Fill rows: int64[>= 1 + count] with the centre and `count` noise words of the pool.

    Returns whether a word stands there twice.
    """
    rows[0] = centre
    bits = np.uint64(0)
    for k in range(count):
        if k & 7 == 0:
            bits = next_random(state)
        rows[1 + k] = np.int64(pool[np.int64(bits & _LOW_8)])
        bits >>= _8
    return stands_twice(rows, 1 + count)


@njit(**OPTIONS)
def choose_fresh_outputs(
    count: int, centre: int, state: Words64, threshold: Words32, alias: Ids, rows: Integers
) -> bool:
    """As choose_outputs, with noise words drawn anew instead of from the pool.

    Used where the loss is taken: the pool's words were pushed away a moment ago, by more the
    higher the learning rate, and would make the loss look lower than it is.
    """
    rows[0] = centre
    for k in range(count):
        rows[1 + k] = draw_noise(state, threshold, alias)
    return stands_twice(rows, 1 + count)


@njit(**OPTIONS)
def stands_twice(rows: Integers, n_out: int) -> bool:
    """Whether two of rows[:n_out] are the same. No early end: that would be a wrong guess."""
    same = False
    for a in range(1, n_out):
        for b in range(a):
            same |= rows[a] == rows[b]
    return same


@njit(**OPTIONS)
def weigh_outputs(rows: Integers, n_out: int, weights: Floats) -> None:
    """Fill weights: float32[tiles, 16] (see plain_loops.py) with how often a word counts.

    A noise word that was drawn several times counts so often at its first place and not at the
    others; one that equals the centre does not count.
    """
    for a in range(n_out):
        first = a - a % TILE
        size = tile_size(n_out, first)
        count = np.float32(1)
        for b in range(n_out):
            if a != b and rows[a] == rows[b]:
                if b < a:
                    count = np.float32(0)
                    break
                if a > 0:
                    count += np.float32(1)
        weights[first // TILE, a - first] = count
        weights[first // TILE, a - first + size] = count


@njit(**OPTIONS)
def tile_size(n_out: int, first: int) -> int:
    """Outputs of the tile that begins at `first`: 2, 4 or 6; the last may be one too many."""
    size = min(TILE, n_out - first)
    return size + (size & 1)


@njit(**OPTIONS)
def tile_loss(scores: Floats, n_in: int, first: int, size: int, weights: Floats) -> float:
    """The loss of a tile in float64, from its scores (see plain_loops.py)."""
    loss = 0.0
    for i in range(n_in):
        for o in range(size):
            column = (i & 1) * size + o
            z = np.float64(scores[i >> 1, column])
            if first + o == 0:
                z = -z
            softplus = max(z, 0.0) + math.log1p(math.exp(-abs(z)))
            loss += weights[first // TILE, column] * softplus
    return loss


@njit(inline="always", **OPTIONS)  # as a call of its own a window takes 10 % longer
def train_window(
    local: Floats,
    low: int,
    position: int,
    n_in: int,
    table: Floats,
    own: Floats,
    rows: Integers,
    n_out: int,
    rate: np.float32,
    takes_loss: bool,
    weights: Floats,
    scores: Floats,
    steps: Floats,
) -> float:
    """Move a window's rows down the gradient, a tile of outputs after the other.

    local: float32[R, S], the inputs' rows: those from position `low` on but `position`
    table: float32[V, S] and own: float32[H, S], the outputs' rows: rows[:n_out], then one spare
    weights: float32[tiles, 16]; scores, steps: float32[R / 2, 16] scratch
    Returns the sum of the tiles' losses, each as it was just before the tile was trained; 0
    unless `takes_loss`.
    """
    loss = 0.0
    for first in range(0, n_out, TILE):
        size = tile_size(n_out, first)
        tile_steps(
            local,
            low,
            position,
            n_in,
            table,
            own,
            rows,
            first,
            size,
            rate,
            weights,
            scores,
            steps,
        )
        if takes_loss:
            loss += tile_loss(scores, n_in, first, size, weights)
        tile_update(local, low, position, n_in, table, own, rows, first, size, steps)
    return loss


@njit(**OPTIONS)
def take_rows(table: Floats, own: Floats) -> None:
    """Copy the table's first rows to own: float32[2, H, S], the rows and what they were."""
    for word in range(own.shape[1]):
        for d in range(own.shape[2]):
            own[0, word, d] = own[1, word, d] = table[word, d]


@njit(**OPTIONS)
def exchange_rows(table: Floats, own: Floats) -> None:
    """Add to the table what own rows gained since they were taken, and take them anew."""
    for word in range(own.shape[1]):
        for d in range(own.shape[2]):
            value = table[word, d] + (own[0, word, d] - own[1, word, d])
            table[word, d] = own[0, word, d] = own[1, word, d] = value


@njit(cache=True, **OPTIONS)
def train_slice(
    ids: Ids,
    offsets: Integers,
    inputs: Floats,
    outputs: Floats,
    keep: Words32,
    threshold: Words32,
    alias: Ids,
    state: Words64,
    window: int,
    negative: int,
    schedule: Doubles,
    own: tuple[Floats, Floats],
    exchange_every: int,
    ring: Floats,
    work: tuple[Integers, Floats, Floats, Floats, Ids, Ids],
    totals: Integers,
    loss: Doubles,
) -> None:
    """Train on the sentences ids[offsets[k]:offsets[k + 1]], in order.

    ids: int32[n], offsets: int64[sentences + 1]
    inputs, outputs: float32[V, S], updated in place
    keep, threshold: uint32[V]; alias: int32[V]
    state: uint64[1], never 0: the random state, left where it ended
    schedule: float64[4] = (alpha, min_alpha, tokens before this slice, tokens of the whole run)
    own: two of float32[2, H, S], scratch: this thread's own rows of the inputs and the outputs
    exchange_every: windows between two exchanges of own rows
    ring: float32[2, R, S] scratch, R a power of two above 2 * window
    work: tuple of scratch: rows int64[2 + negative]; weights float32[tiles, 16], all zeros at
        first; scores and steps float32[R / 2, 16]; pool int32[POOL]; kept int32[longest sentence]
    totals: int64[3] and loss: float64[2] are added to (see WORDS..., LOSS_SUM...)
    """
    local, entered = ring[0], ring[1]
    rows, weights, scores, steps, pool, kept = work
    own_inputs, own_outputs = own[0][0], own[1][0]
    mask = local.shape[0] - 1
    n_out = 1 + negative
    take_rows(inputs, own[0])
    take_rows(outputs, own[1])
    for k in range(POOL):
        pool[k] = draw_noise(state, threshold, alias)
    windows = 0
    next_exchange = exchange_every
    weights_are_ones = False
    for sentence in range(len(offsets) - 1):
        first, last = offsets[sentence], offsets[sentence + 1]
        done = (schedule[2] + first) / schedule[3]
        rate = np.float32(max(schedule[1], schedule[0] - (schedule[0] - schedule[1]) * done))
        length = subsample(ids, first, last, keep, state, kept)
        totals[WORDS] += last - first
        if length < 2:
            continue
        for position in range(min(window, length)):
            word = np.int64(kept[position])
            enter_ring(inputs, own_inputs, word, local, entered, position & mask)
        for position in range(length):
            ahead = position + window
            if ahead < length:
                word = np.int64(kept[ahead])
                enter_ring(inputs, own_inputs, word, local, entered, ahead & mask)
            if ahead + AHEAD < length:
                prefetch(inputs, own_inputs, np.int64(kept[ahead + AHEAD]))
            if position + AHEAD < length:
                prefetch(outputs, own_outputs, np.int64(kept[position + AHEAD]))
            reach = 1 + np.int64(((next_random(state) >> _32) * np.uint64(window)) >> _32)
            low = max(0, position - reach)
            n_in = min(length - 1, position + reach) - low
            noise = draw_noise(state, threshold, alias)
            prefetch(outputs, own_outputs, noise)
            centre = np.int64(kept[position])
            takes_loss = windows % LOSS_EVERY == 0
            if takes_loss:
                twice = choose_fresh_outputs(negative, centre, state, threshold, alias, rows)
            else:
                twice = choose_outputs(pool, negative, centre, state, rows)
            pool[windows & (POOL - 1)] = noise
            rows[n_out] = rows[negative]  # what fills up the last tile weighs nothing
            if twice or not weights_are_ones:
                weigh_outputs(rows, n_out, weights)
                weights_are_ones = not twice
            loss[LOSS_SUM] += train_window(
                local,
                low,
                position,
                n_in,
                outputs,
                own_outputs,
                rows,
                n_out,
                rate,
                takes_loss,
                weights,
                scores,
                steps,
            )
            if takes_loss:
                loss[LOSS_PAIRS] += n_in
            windows += 1
            totals[PAIRS] += n_in
            if position >= window:
                word = np.int64(kept[position - window])
                leave_ring(inputs, own_inputs, word, local, entered, (position - window) & mask)
        for position in range(max(0, length - window), length):
            word = np.int64(kept[position])
            leave_ring(inputs, own_inputs, word, local, entered, position & mask)
        if windows >= next_exchange:
            next_exchange = windows + exchange_every
            exchange_rows(inputs, own[0])
            exchange_rows(outputs, own[1])
    exchange_rows(inputs, own[0])
    exchange_rows(outputs, own[1])
    totals[WINDOWS] += windows
