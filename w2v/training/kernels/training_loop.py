"""The training kernels: the words of a slice, window by window.

Two choices make four models, each compiled separately:

- skip-gram: each context word's row is trained to predict the centre word, as in word2vec.c; the
  context word's row is the input. CBOW: the mean of the context words' rows is (see `cbow`).
- negative sampling: the outputs of a window are the centre word and noise words, which are drawn
  once per window and shared by its context words (see `noise`). Hierarchical softmax: they are the
  inner nodes on the centre word's path (see `tree_path`).

What makes it fast, and why:
- A ring of local rows holds the input rows within reach of the window: each is loaded once when
  its word enters, moved in place, and its difference is added to the table when it leaves.
- Every window draws its noise words from a pool, in which one word is replaced per window: the rows
  that are drawn stay in the core's own cache, and each is still drawn from the noise distribution.
- The words that replace others are drawn for a whole sentence at once, so that their waits for
  memory overlap (-3 % with 70,000 words, -15 % with a million). What a draw looks up lies in one
  cache line (see `alias_table`; -2 % with a million words).
- The turns of all paths of a sentence are prefetched at once: their waits for memory overlap, too
  (with hierarchical softmax; skip-gram -10 %, CBOW -15 to -18 %).
- CBOW's mean is scored with all outputs before any of them moves, and what it gains goes from the
  registers to the context words. Whole rows of 100 dimensions fit there, so that few loops have an
  end to mispredict, and paths are copied vector by vector (together, with hierarchical softmax,
  -14 %).
- Output rows are trained in tiles of four to six, as many as the vector registers hold, and their
  scores taken for two inputs at a time, then their sigmoids in one loop (-9 %, in the cache).
- Where the inputs and outputs of a window lie is worked out once, not for each vector of each tile
  (the inputs, skip-gram with hierarchical softmax: -4 %; the outputs: see `tile_simd`).
- The rows that the next windows need are prefetched, one line of each per step of the update. All
  lines at once, before the update, took longer: 2 % at 100 dimensions, 5 to 9 % at 300.
- Of a row only whole vectors are touched, not the rest of its last cache line (-4 %, at 100
  dimensions with vectors of 8 floats).
- No references to arrays are counted (see `tile`; -12 %).
- Each of several threads has its own copies of the most frequent rows (see `own_rows`).

With `directional` N, the first N dimensions of a word's row in the ring have one sign until its
position has been the centre and the other from then on: the model can distinguish words on the
right of a centre from those on its left (after Song et al. 2018, "Directional Skip-Gram").

The caller validates: ids are in [0, V), offsets ascend, and arrays have the stated types. Several
threads may run on the same tables without a lock (Hogwild): then an update may be lost, and the
result is not reproducible. With one thread it is, for a given seed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import njit

from w2v import arrays
from w2v.arrays import Ids, Words64
from w2v.kernels import compiler, disk_cache, extremes
from w2v.kernels.disk_cache import cached
from w2v.kernels.extremes import greater, lesser
from w2v.training import kernel_arguments, layout, schedule
from w2v.training.kernel_arguments import (
    LOSS_COUNT,
    LOSS_SUM,
    PAIRS,
    WINDOWS,
    WORDS,
    Composed,
    Context,
    Frozen,
    Noise,
    Ring,
    Schedule,
    Scratch,
    Slice,
    Soon,
    Table,
    Tables,
    Totals,
    Tree,
)
from w2v.training.kernels import (
    cbow,
    composing,
    draws,
    frozen,
    llvm,
    mean,
    mean_simd,
    noise,
    own_rows,
    ring,
    ring_simd,
    tile,
    tile_simd,
    tree_path,
    tree_path_simd,
    window,
)
from w2v.training.kernels.cbow import train_mean
from w2v.training.kernels.composing import (
    compose,
    enter_composed,
    leave_composed,
    take_apart,
)
from w2v.training.kernels.draws import draw_below, subsample
from w2v.training.kernels.frozen import hold_hot, hold_inputs, hold_outputs, hold_parts
from w2v.training.kernels.noise import choose_noise, draw_words, label_centre
from w2v.training.kernels.own_rows import exchange_rows, take_rows
from w2v.training.kernels.ring import turn
from w2v.training.kernels.ring_simd import enter_ring, leave_ring
from w2v.training.kernels.tile import KERNEL, OPTIONS, find_inputs
from w2v.training.kernels.tree_path_simd import choose_path, prefetch_path, prefetch_turns
from w2v.training.kernels.window import pairs_counted, train_window

TAKEN_IN = (
    *(arrays, disk_cache, compiler, extremes, kernel_arguments, layout, schedule),
    *(cbow, composing, draws, frozen, llvm, mean, mean_simd, noise, own_rows, ring),
    *(ring_simd, tile, tile_simd, tree_path, tree_path_simd, window),
)
"""The modules whose code is compiled into the kernels."""

LOSS_EVERY = 64  # the loss is measured on every 64th window: logarithms cost more than the update
AHEAD = 3  # words between a prefetch and its use

learning_rate = njit(**OPTIONS)(schedule.learning_rate)


def floats_used(vector_size: int) -> int:
    """Floats of a row that the kernels touch: whole vectors. The rest of its cache line is zero."""
    return -(-vector_size // llvm.LANES) * llvm.LANES


@njit(**OPTIONS)
def enter(inputs: Table, composed: Composed | None, kept: Ids, position: int, ring: Ring) -> None:
    """The word at a position enters the ring."""
    slot = position & (ring.local.shape[0] - 1)
    word = np.int64(kept[position])
    if composed is None:
        enter_ring(inputs, word, ring, slot)
    else:
        enter_composed(composed, word, np.int64(composed.places[position]), ring, slot)


@njit(**OPTIONS)
def leave(
    inputs: Table,
    composed: Composed | None,
    frozen: Frozen | None,
    kept: Ids,
    position: int,
    ring: Ring,
    directional: int,
) -> None:
    """The word at a position leaves the ring."""
    slot = position & (ring.local.shape[0] - 1)
    word = np.int64(kept[position])
    if directional > 0:
        turn(ring, slot, directional)
    if composed is None:
        leave_ring(inputs, word, ring, slot)
    else:
        leave_composed(composed, word, np.int64(composed.places[position]), ring, slot)
        if frozen is not None:
            hold_hot(frozen, composed, word)


@cache
def training_kernel(architecture: str, loss: str, subwords: bool, freezes: bool) -> Any:
    """The kernel of a model: `architecture` skipgram or cbow, `loss` ns or hs."""
    code = disk_cache.code_digest(*TAKEN_IN)
    return _cached(architecture == "cbow", loss == "hs", subwords, freezes, code)


def _cached(takes_mean: bool, hierarchical: bool, composes: bool, freezes: bool, code: str) -> Any:
    """The kernel of a model; numba's cache keeps kernels of different `code` apart.

    It closes over nothing else: numba would see another function in each process.
    """

    @cached(njit(**KERNEL))
    def train_slice(
        text: Slice,
        tables: Tables,
        noise: Noise,
        tree: Tree,
        schedule: Schedule,
        context: Context,
        exchange_every: int,
        state: Words64,
        scratch: Scratch,
        composed: Composed | None,
        frozen: Frozen | None,
        totals: Totals,
    ) -> None:
        """Train on the sentences of a slice, in order.

        noise, tree: the one that the model's loss does not use may be empty
        composed: with subwords, what words are composed of, and the inputs are the vectors that it
        keeps; otherwise None, whose code is not compiled at all
        frozen: rows that stay as they are, only with negative sampling; otherwise None
        exchange_every: windows between two exchanges of a thread's own rows
        state: uint64[1], never 0: the random state, updated in place
        """
        _code, _composes, _freezes = code, composes, freezes  # which numba's cache compares
        ids, offsets, keep = text.ids, text.offsets, text.keep
        inputs, outputs = tables.inputs, tables.outputs
        ring, pool, kept = scratch.ring, scratch.pool, scratch.kept
        chosen, work = scratch.outputs, scratch.work
        window, directional, divides = context.window, context.directional, context.divides
        n_composed = 0
        mask = ring.local.shape[0] - 1
        n_out, bias = 1 + noise.negative, np.float32(noise.score_bias)
        take_rows(inputs)
        take_rows(outputs)
        if composed is not None:
            take_rows(composed.hot)
        if not hierarchical:
            chosen.weights[:] = np.float32(0)
            label_centre(chosen.labels)
            draw_words(noise, state, pool, len(pool))
        weights_are_ones = False
        windows = 0
        next_exchange = exchange_every
        for sentence in range(len(offsets) - 1):
            first, last = offsets[sentence], offsets[sentence + 1]
            done = (schedule.before + first) / schedule.total
            rate = np.float32(learning_rate(schedule.alpha, schedule.min_alpha, done))
            length = subsample(ids, first, last, keep, state, kept)
            totals.counts[WORDS] += last - first
            if length < 2:
                continue
            if hierarchical:
                prefetch_turns(tree, kept, length)
            else:
                draw_words(noise, state, scratch.fresh, length)
            if composed is not None:
                if n_composed + length > len(composed.words):
                    take_apart(composed, n_composed)
                    if frozen is not None:
                        hold_parts(frozen, composed, n_composed)
                    n_composed = 0
                n_composed = compose(composed, n_composed, kept, length)
            for position in range(lesser(window, length)):
                enter(inputs, composed, kept, position, ring)
            for position in range(length):
                ahead, later = position + window, lesser(position + AHEAD, length - 1)
                if ahead < length:
                    enter(inputs, composed, kept, ahead, ring)
                reach = 1 + draw_below(state, window)
                low = greater(0, position - reach)
                n_in = lesser(length - 1, position + reach) - low
                centre = np.int64(kept[position])
                takes_loss = windows % LOSS_EVERY == 0
                if hierarchical:
                    fresh = predicted = 0
                    prefetch_path(outputs, tree, np.int64(kept[later]))
                    n_out = choose_path(tree, centre, chosen)
                else:
                    predicted = np.int64(kept[later])
                    fresh = np.int64(scratch.fresh[position])
                    weights_are_ones = choose_noise(
                        noise,
                        fresh,
                        centre,
                        windows,
                        takes_loss,
                        weights_are_ones,
                        state,
                        pool,
                        chosen,
                    )
                entering = lesser(ahead + AHEAD, length - 1)
                word = np.int64(kept[entering] if composed is None else composed.places[entering])
                soon = Soon(inputs, outputs, word, predicted, fresh)
                if takes_mean:
                    totals.loss[LOSS_SUM] += train_mean(
                        ring.local,
                        low,
                        position,
                        n_in,
                        divides,
                        scratch.mean,
                        outputs,
                        chosen,
                        n_out,
                        bias,
                        rate,
                        takes_loss,
                        work,
                        soon,
                    )
                else:
                    find_inputs(ring.local, low, position, n_in, context.weights, work)
                    totals.loss[LOSS_SUM] += train_window(
                        ring.local,
                        work.inputs,
                        n_in,
                        outputs,
                        chosen,
                        n_out,
                        bias,
                        rate,
                        takes_loss,
                        work,
                        soon,
                    )
                if frozen is not None:
                    hold_outputs(frozen, outputs, chosen, n_out)
                    hold_inputs(frozen, kept, low, n_in + 1, ring)
                if takes_loss:
                    totals.loss[LOSS_COUNT] += pairs_counted(
                        work.weights, 1 if takes_mean else n_in
                    )
                windows += 1
                totals.counts[PAIRS] += n_in
                if directional > 0:
                    turn(ring, position & mask, directional)
                if position >= window:
                    leave(inputs, composed, frozen, kept, position - window, ring, directional)
            for position in range(greater(0, length - window), length):
                leave(inputs, composed, frozen, kept, position, ring, directional)
            if windows >= next_exchange:
                next_exchange = windows + exchange_every
                if composed is not None:
                    exchange_rows(composed.hot)
                exchange_rows(inputs)
                exchange_rows(outputs)
        if composed is not None:
            take_apart(composed, n_composed)
            if frozen is not None:
                hold_parts(frozen, composed, n_composed)
            exchange_rows(composed.hot)
        exchange_rows(inputs)
        exchange_rows(outputs)
        totals.counts[WINDOWS] += windows

    return train_slice
