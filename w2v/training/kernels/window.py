"""One window: its inputs trained against its outputs, one tile of outputs after another.

With x an input row, o an output row, y its label, z = x . o + bias their score and
s(z) = 1 / (1 + e^-z), the loss is

    sum over inputs and outputs of  -log s(z) where y = 1,  -log s(-z) where y = 0

(Mikolov et al. 2013, "Distributed Representations of Words and Phrases", equation 4, has no bias),
and a step of gradient descent moves x by rate * (y - s(z)) * o and o by rate * (y - s(z)) * x.
All inputs of a window share its outputs, so the work is small matrix products.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from w2v.arrays import Floats, Integers
from w2v.kernels.extremes import greater
from w2v.training.kernel_arguments import Outputs, Soon, Table, Work
from w2v.training.kernels.tile import APART, OPTIONS, tile_size
from w2v.training.kernels.tile_simd import find_outputs, tile_steps, tile_update


@njit(**APART)
def tile_loss(
    scores: Floats, weights: Floats, n_in: int, first: int, size: int, outputs: Outputs
) -> float:
    """The loss of a tile in float64, from its scores and the inputs' weights."""
    loss = 0.0
    for i in range(n_in):
        for o in range(size):
            column = (i & 1) * size + o
            z = np.float64(scores[i >> 1, column])
            if outputs.labels[first + o] != 0:
                z = -z
            softplus = greater(z, 0.0) + math.log1p(math.exp(-abs(z)))
            loss += outputs.weights[first + o] * weights[i] * softplus
    return loss


@njit(**APART)
def pairs_counted(weights: Floats, n_in: int) -> float:
    """As how many pairs the inputs of a window count; CBOW's mean has weight 1."""
    total = 0.0
    for i in range(n_in):
        total += weights[i]
    return total


@njit(inline="always", **OPTIONS)  # as a separate call a window takes 10 % longer
def train_window(
    local: Floats,
    inputs: Integers,
    n_in: int,
    table: Table,
    outputs: Outputs,
    n_out: int,
    bias: np.float32,
    rate: np.float32,
    takes_loss: bool,
    work: Work,
    soon: Soon,
) -> float:
    """Move a window's rows down the gradient, one tile of outputs after another.

    local, inputs: float32[R, S] and where in it the inputs' rows begin
    table: the outputs' rows, of which outputs.rows[:n_out] are trained
    Returns the sum of the tiles' losses, each computed just before the tile was trained; 0
    unless `takes_loss`.
    """
    find_outputs(table, outputs, n_out)
    loss, first = 0.0, np.int64(0)  # tile_loss would be compiled for a constant 0, too
    while first < n_out:
        size = tile_size(n_out, first)
        tile_steps(local, inputs, n_in, table, outputs, first, size, bias, rate, work)
        if takes_loss:
            loss += tile_loss(work.scores, work.weights, n_in, first, size, outputs)
        tile_update(local, inputs, n_in, table, outputs, first, size, work.steps, soon)
        first += size
    return loss
