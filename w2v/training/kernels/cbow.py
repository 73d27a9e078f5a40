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
from w2v.kernels.extremes import lesser
from w2v.training.kernel_arguments import Outputs, Soon, Table, Work
from w2v.training.kernels.mean_simd import average, mean_steps, mean_update
from w2v.training.kernels.tile import OPTIONS
from w2v.training.kernels.tile_simd import find_outputs
from w2v.training.kernels.window import tile_loss
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
    mean: Floats,
    table: Table,
    outputs: Outputs,
    n_out: int,
    bias: np.float32,
    rate: np.float32,
    takes_loss: bool,
    work: Work,
    soon: Soon,
) -> float:
    """Train the inputs' mean against all outputs, and move the inputs by its gain.

    divides: whether each input moves by its share of the gain, or by all of it
    mean: float32[S], scratch
    Returns the loss as `train_window` does.
    """
    find_outputs(table, outputs, n_out)
    average(local, low, position, n_in, mean)
    mean_steps(mean, table, outputs, n_out, bias, rate, work)
    loss = 0.0
    if takes_loss:
        for first in range(0, n_out, GROUP):
            scores, size = work.scores[first // GROUP :], lesser(GROUP, n_out - first)
            loss += tile_loss(scores, work.weights, 1, first, size, outputs)
    share, steps = share_of(n_in, divides), work.steps
    mean_update(local, low, position, n_in, share, mean, table, outputs, n_out, steps, soon)
    return loss
