"""The training kernel: the words of a slice, window by window.

For a centre word at a random window, its context words' rows are trained to predict it, as in
word2vec.c: the context word's row is the input and the centre is predicted. Unlike there, the
noise words are drawn once for a window and shared by its context words (see `window`).

What makes it fast, each with its reason:
- A ring of local rows holds the input rows within reach of the window: each is loaded once when
  its word enters, moved in place, and its difference is added to the table when it leaves.
- A pool of noise words, one replaced at each window, from which every window draws its own: the
  rows that are drawn stay in the core's own cache, and each is still drawn from the noise
  distribution.
- Output rows are trained a tile of six after the other, as many as the vector registers hold.
- The rows that the next windows need are prefetched.
- Each of several threads has its own copies of the most frequent rows (see `own_rows`).

The caller validates: ids lie in [0, V), offsets rise, arrays are of the stated types. Several
threads may run on the same tables without a lock (Hogwild): then an update may be lost, and the
result is not reproducible. One thread is, for a seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from w2v import arrays, compiled
from w2v.arrays import Words64
from w2v.training import arguments, layout, schedule
from w2v.training.arguments import (
    LOSS_COUNT,
    LOSS_SUM,
    PAIRS,
    POOL,
    WINDOWS,
    WORDS,
    Noise,
    Schedule,
    Scratch,
    Slice,
    Tables,
    Totals,
)
from w2v.training.kernels import draws, llvm, noise, own_rows, tile, tile_simd, window
from w2v.training.kernels.draws import draw_below, draw_noise, subsample
from w2v.training.kernels.noise import (
    draw_fresh,
    draw_from_pool,
    fill_pool,
    label_centre,
    stands_twice,
    weigh_outputs,
)
from w2v.training.kernels.own_rows import exchange_rows, take_rows
from w2v.training.kernels.tile import OPTIONS
from w2v.training.kernels.tile_simd import enter_ring, leave_ring, prefetch
from w2v.training.kernels.window import train_window

TAKEN_IN = (
    *(arrays, compiled, arguments, layout, schedule),
    *(draws, llvm, noise, own_rows, tile, tile_simd, window),
)
"""The modules whose code is compiled into the kernel."""

LOSS_EVERY = 64  # the loss is taken on every 64th window: logarithms cost more than the update
AHEAD = 3  # words between a prefetch and its use

learning_rate = njit(**OPTIONS)(schedule.learning_rate)


def _cached(code: str) -> Any:
    """The kernel; numba's cache keeps it apart from one that other `code` was compiled into."""

    @njit(cache=True, **OPTIONS)
    def train_slice(
        text: Slice,
        tables: Tables,
        noise: Noise,
        schedule: Schedule,
        window: int,
        exchange_every: int,
        state: Words64,
        scratch: Scratch,
        totals: Totals,
    ) -> None:
        """Train on the sentences of a slice, in order.

        window: most context words on each side of a centre
        exchange_every: windows between two exchanges of a thread's own rows
        state: uint64[1], never 0: the random state, left where it ended
        """
        _code = code
        ids, offsets, keep = text.ids, text.offsets, text.keep
        inputs, outputs = tables.inputs, tables.outputs
        ring, chosen, work = scratch.ring, scratch.outputs, scratch.work
        pool, kept, rows = scratch.pool, scratch.kept, scratch.outputs.rows
        mask = ring.local.shape[0] - 1
        negative, bias = noise.negative, np.float32(noise.score_bias)
        n_out = 1 + negative
        chosen.weights[:] = np.float32(0)
        label_centre(n_out, chosen.labels)
        take_rows(inputs)
        take_rows(outputs)
        fill_pool(state, noise, pool)
        windows = 0
        next_exchange = exchange_every
        weights_are_ones = False
        for sentence in range(len(offsets) - 1):
            first, last = offsets[sentence], offsets[sentence + 1]
            done = (schedule.before + first) / schedule.total
            rate = np.float32(learning_rate(schedule.alpha, schedule.min_alpha, done))
            length = subsample(ids, first, last, keep, state, kept)
            totals.counts[WORDS] += last - first
            if length < 2:
                continue
            for position in range(min(window, length)):
                enter_ring(inputs, kept, position, 1, ring, position & mask)
            for position in range(length):
                ahead = position + window
                if ahead < length:
                    enter_ring(inputs, kept, ahead, 1, ring, ahead & mask)
                if ahead + AHEAD < length:
                    prefetch(inputs, np.int64(kept[ahead + AHEAD]))
                if position + AHEAD < length:
                    prefetch(outputs, np.int64(kept[position + AHEAD]))
                reach = 1 + draw_below(state, window)
                low = max(0, position - reach)
                n_in = min(length - 1, position + reach) - low
                fresh = draw_noise(state, noise)
                prefetch(outputs, fresh)
                takes_loss = windows % LOSS_EVERY == 0
                rows[0] = np.int64(kept[position])
                if takes_loss:
                    draw_fresh(noise, state, rows)
                else:
                    draw_from_pool(pool, negative, state, rows)
                twice = stands_twice(rows, n_out)
                pool[windows & (POOL - 1)] = fresh
                rows[n_out] = rows[negative]  # what fills up the last tile weighs nothing
                if twice or not weights_are_ones:
                    weigh_outputs(chosen, n_out)
                    weights_are_ones = not twice
                totals.loss[LOSS_SUM] += train_window(
                    ring.local,
                    low,
                    position,
                    n_in,
                    outputs,
                    chosen,
                    n_out,
                    bias,
                    rate,
                    takes_loss,
                    work,
                )
                if takes_loss:
                    totals.loss[LOSS_COUNT] += n_in
                windows += 1
                totals.counts[PAIRS] += n_in
                if position >= window:
                    leave_ring(inputs, kept, position - window, 1, ring, (position - window) & mask)
            for position in range(max(0, length - window), length):
                leave_ring(inputs, kept, position, 1, ring, position & mask)
            if windows >= next_exchange:
                next_exchange = windows + exchange_every
                exchange_rows(inputs)
                exchange_rows(outputs)
        exchange_rows(inputs)
        exchange_rows(outputs)
        totals.counts[WINDOWS] += windows

    return train_slice


train_slice = _cached(compiled.code_digest(*TAKEN_IN))
