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
from w2v.training.kernels.ring_simd import average, spread
from w2v.training.kernels.tile import OPTIONS
from w2v.training.kernels.window import train_window


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
        mean.local, 0, 1, 1, table, outputs, n_out, bias, rate, takes_loss, work, soon
    )
    share = np.float32(1) / np.float32(n_in) if divides else np.float32(1)
    spread(local, low, position, n_in, mean, share)
    return loss
