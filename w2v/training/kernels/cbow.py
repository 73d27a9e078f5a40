"""A window of CBOW: the mean of the context words' rows is trained to predict the centre word.

With n context rows x_i and their mean h, the gradient with respect to each x_i is that with respect
to h, divided by n. This is the "corrected" update (Irsoy, Benton and Stratos 2021, "Corrected CBOW
Performs as well as Skip-gram"). word2vec.c and gensim do not divide: each row moves by the full
step of the mean.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Floats
from w2v.training.arguments import Outputs, Ring, Soon, Table, Work
from w2v.training.kernels.mean_simd import average, mean_steps, mean_update, spread
from w2v.training.kernels.tile import OPTIONS
from w2v.training.kernels.window import tile_loss, train_window
from w2v.training.layout import GROUP


@njit(**OPTIONS)
def share_of(n_in: int, divides: bool) -> np.float32:
    """The share of the mean's gain by which each input moves."""
    return np.float32(1) / np.float32(n_in) if divides else np.float32(1)


@njit(inline="always", **OPTIONS)
def train_mean(
    local: Floats,
    low: int,
    position: int,
    n_in: int,
    divides: bool,
    mean: Ring,
    table: Table,
    outputs: Outputs,
    n_out: int,
    bias: np.float32,
    rate: np.float32,
    takes_loss: bool,
    work: Work,
    soon: Soon,
) -> float:
    """Like train_window, with the inputs' mean as the only input; the inputs move by its gain.

    divides: whether each input moves by its share of the gain, or by all of it
    mean: a ring of one row, scratch
    """
    average(local, low, position, n_in, mean)
    loss = train_window(
        mean.local, None, 1, table, outputs, n_out, bias, rate, takes_loss, work, soon
    )
    spread(local, low, position, n_in, mean, share_of(n_in, divides))
    return loss


@njit(inline="always", **OPTIONS)
def train_mean_at_once(
    local: Floats,
    low: int,
    position: int,
    n_in: int,
    divides: bool,
    mean: Ring,
    table: Table,
    outputs: Outputs,
    n_out: int,
    bias: np.float32,
    rate: np.float32,
    takes_loss: bool,
    work: Work,
    soon: Soon,
) -> float:
    """Like train_mean, but all outputs are scored before any is trained, as in word2vec.c.

    With the paths of a million words, a window takes 5 % less time than tile by tile, and with
    those of 70,000 as much; with the 6 outputs of negative sampling it takes 7 % more.
    """
    average(local, low, position, n_in, mean)
    mean_steps(mean, table, outputs, n_out, bias, rate, work)
    loss = 0.0
    if takes_loss:
        for first in range(0, n_out, GROUP):
            scores, size = work.scores[first // GROUP :], min(GROUP, n_out - first)
            loss += tile_loss(scores, 1, first, size, outputs)
    mean_update(mean, table, outputs.rows, n_out, work.steps, soon)
    spread(local, low, position, n_in, mean, share_of(n_in, divides))
    return loss
