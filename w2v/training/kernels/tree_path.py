"""The outputs of a window under hierarchical softmax: the inner nodes on the centre word's path."""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Ids
from w2v.training.kernel_arguments import Outputs
from w2v.training.kernels.tile import PLAIN
from w2v.training.layout import TILE


@njit(**PLAIN)
def plain_copy_path(turns: Ids, first: int, n_out: int, outputs: Outputs) -> None:
    """Fill in the nodes of the path turns[first : first + n_out], their labels and weights.

    The label is 1 where the turn's code is 0, as in word2vec.c.
    """
    for k in range(n_out):
        turn = np.int64(turns[first + k])
        outputs.rows[k] = turn >> 1
        outputs.labels[k] = np.float32(1 - (turn & 1))
        outputs.weights[k] = np.float32(1)
    for k in range(n_out, n_out + TILE):  # the padding of the last tile: see `Outputs`
        outputs.rows[k] = 0
        outputs.weights[k] = np.float32(0)
