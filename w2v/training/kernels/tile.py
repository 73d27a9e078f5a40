"""The inner loops of a training window as plain loops, and how their arrays are laid out.

A window trains the input rows of its context words against output rows (the centre word's and the
noise words'), a *tile* of at most 6 output rows at a time. `plain_steps` computes a tile's scores
(dot products) and turns them into steps, and `plain_update` moves both sides by these steps.
`w2v.training.kernels.tile_simd` does the same in explicit vectors; these loops are its reference,
and its fallback under NUMBA_DISABLE_JIT and NUMBA_BOUNDSCHECK, which check indices.

Legend: S floats per padded row (a multiple of ROW_FLOATS), R local rows (a power of two), n_in
input rows. The first H rows of a table are the thread's own copies; all others are shared. The
inputs of a window are the words within reach of its position in a sentence, from position `low` on,
without the one at `position` itself; the word at position k lies in local row k mod R. `inputs` has
where these rows begin, `weights` how much each counts (see `find_inputs`). A tile holds `size` = 4,
5 or 6 outputs, those at rows[first : first + size]; the score and step of input i and output o lie
in row i // 2 and column i % 2 * size + o.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from w2v.arrays import Floats, Integers
from w2v.kernels.compiler import Apart, Helper, Kernel
from w2v.kernels.extremes import lesser
from w2v.training.kernel_arguments import Outputs, Soon, Table, Work
from w2v.training.kernels.llvm import VECTORS

# Like fastmath, but NaN and infinity keep their meaning: a diverging run must be detected.
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}
# A kernel is what Python calls; the helpers it calls, PLAIN and OPTIONS, are compiled without the
# code that unpacks Python's arguments, which takes as long to compile as they do. The kernels and
# OPTIONS do not count references to the arrays in tuples: doing so at each call took 12 % of a
# window. In return they cannot create or return arrays, which the plain loops do.
_FAST: dict[str, Any] = {"nogil": True, "fastmath": FAST, "error_model": "numpy"}
PLAIN: dict[str, Any] = {
    **_FAST,
    **{"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": Helper},
}
OPTIONS: dict[str, Any] = {**PLAIN, "_nrt": not VECTORS}
# For what runs once in many windows: fewer copies of it take 6 % off the time to compile.
APART: dict[str, Any] = {**OPTIONS, "pipeline_class": Apart}
KERNEL: dict[str, Any] = {
    **_FAST,
    **{"no_cfunc_wrapper": True, "_nrt": not VECTORS, "pipeline_class": Kernel},
}

# tanh(y) as Lambert's continued fraction cut after seven terms: y * P(y*y) / Q(y*y). It reaches 1
# at y = 4.97, where it is cut off; its largest error as a sigmoid is 5e-5.
TANH_P = (135135.0, 17325.0, 378.0, 1.0)
TANH_Q = (135135.0, 62370.0, 3150.0, 28.0)
TANH_END = 4.97
# How many of the outputs that are left form the next tile; of 14 and more, as of 14. Only of 1, 2,
# 3 and 7 outputs are some tiles not full: filling up tiles of 2, 4 and 6 took 5 % more of a window.
_SIZE_OF = np.array([0, 4, 4, 4, 4, 5, 6, 4, 4, 5, 6, 6, 6, 5, 6])
_P = np.array(TANH_P, np.float32)
_Q = np.array(TANH_Q, np.float32)


@njit(**OPTIONS)
def tile_size(n_out: int, first: int) -> int:
    """Outputs of the tile that begins at `first`: 4, 5 or 6; some of the last may be too many."""
    return np.int64(_SIZE_OF[lesser(n_out - first, len(_SIZE_OF) - 1)])


@njit(**PLAIN)
def input_slot(local: Floats, low: int, position: int, i: int) -> int:
    """The local row of input i."""
    at = low + i
    if at >= position:
        at += 1
    return at & (local.shape[0] - 1)


@njit(**OPTIONS)
def find_inputs(
    local: Floats, low: int, position: int, n_in: int, weights: Floats, work: Work
) -> None:
    """Fill in where the inputs' local rows begin, counted in floats, and how much each counts.

    weights: float32[2 * window], of the places of a window, which has none at `position`
    """
    place = (len(weights) >> 1) - (position - low)
    for i in range(n_in):
        work.inputs[i] = input_slot(local, low, position, i) * local.shape[1]
        work.weights[i] = weights[place + i]


@njit(**PLAIN)
def plain_find_outputs(table: Table, outputs: Outputs, n_out: int) -> None:
    """Do nothing: only the vectors' loops need the addresses of a window's output rows."""


@njit(**PLAIN)
def row_of(table: Table, row: int) -> Floats:
    """A row of a table: this thread's own if there is one, otherwise the shared one."""
    return table.own[row] if row < table.own.shape[0] else table.shared[row]


@njit(**PLAIN)
def plain_sigmoid(z: np.float32) -> np.float32:
    """1 / (1 + e^-z) with the rational tanh; NaN stays NaN."""
    half, end = np.float32(0.5), np.float32(TANH_END)
    y = z * half
    if y > end:
        y = end
    if y < -end:
        y = -end
    x = y * y
    p = y * (_P[0] + x * (_P[1] + x * (_P[2] + x * _P[3])))
    q = _Q[0] + x * (_Q[1] + x * (_Q[2] + x * _Q[3]))
    return half + half * (p / q)


@njit(**PLAIN)
def plain_steps(
    local: Floats,
    inputs: Integers,
    n_in: int,
    table: Table,
    outputs: Outputs,
    first: int,
    size: int,
    bias: np.float32,
    rate: np.float32,
    work: Work,
) -> None:
    """Scores of a tile and its steps.

    A score is input . output + bias, a step rate * (label - sigmoid(score)) * both weights.
    """
    for i in range(n_in):
        slot = inputs[i] // local.shape[1]
        for o in range(size):
            score = bias
            for d in range(local.shape[1]):
                score += local[slot, d] * row_of(table, outputs.rows[first + o])[d]
            column = (i & 1) * size + o
            work.scores[i >> 1, column] = score
            error = outputs.labels[first + o] - plain_sigmoid(score)
            by = rate * outputs.weights[first + o] * work.weights[i]
            work.steps[i >> 1, column] = by * error


@njit(**PLAIN)
def plain_update(
    local: Floats,
    inputs: Integers,
    n_in: int,
    table: Table,
    outputs: Outputs,
    first: int,
    size: int,
    steps: Floats,
    soon: Soon,
) -> None:
    """Add steps * outputs to every input and steps * inputs to every output, both as they were.

    If a row occurs twice in the tile, only the gain of its first place is kept. `soon` has no
    effect here: the vectors' update prefetches these rows, in the window's first tile.
    """
    rows, new = outputs.rows, np.empty(size, np.float32)
    for d in range(local.shape[1]):
        for o in range(size):
            new[o] = row_of(table, rows[first + o])[d]
        for i in range(n_in):
            slot = inputs[i] // local.shape[1]
            x = moved = local[slot, d]
            for o in range(size):
                by = steps[i >> 1, (i & 1) * size + o]
                moved += by * row_of(table, rows[first + o])[d]
                new[o] += by * x
            local[slot, d] = moved
        for o in range(size - 1, -1, -1):
            row_of(table, rows[first + o])[d] = new[o]
