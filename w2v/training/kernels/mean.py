"""The mean of a window's inputs, as CBOW trains it, as plain loops: the reference of `mean_simd`.

Legend and layout: see `w2v.training.kernels.tile`; but the mean is the only input, and the score
and step of output o lie in row o // GROUP and column o % GROUP.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Floats
from w2v.training.kernel_arguments import Outputs, Soon, Table, Work
from w2v.training.kernels.tile import PLAIN, input_slot, plain_sigmoid, row_of
from w2v.training.layout import GROUP


@njit(**PLAIN)
def plain_average(local: Floats, low: int, position: int, n_in: int, mean: Floats) -> None:
    """Fill mean: float32[S] with the mean of a window's inputs."""
    share = np.float32(1) / np.float32(n_in)
    for d in range(local.shape[1]):
        total = np.float32(0)
        for i in range(n_in):
            total += local[input_slot(local, low, position, i), d]
        mean[d] = total * share


@njit(**PLAIN)
def plain_mean_steps(
    mean: Floats,
    table: Table,
    outputs: Outputs,
    n_out: int,
    bias: np.float32,
    rate: np.float32,
    work: Work,
) -> None:
    """The mean's scores with all outputs, and its steps; see `plain_steps`."""
    for o in range(n_out):
        row, score = row_of(table, outputs.rows[o]), bias
        for d in range(len(mean)):
            score += mean[d] * row[d]
        work.scores[o // GROUP, o % GROUP] = score
        error = outputs.labels[o] - plain_sigmoid(score)
        work.steps[o // GROUP, o % GROUP] = rate * error * outputs.weights[o]


@njit(**PLAIN)
def plain_mean_update(
    local: Floats,
    low: int,
    position: int,
    n_in: int,
    share: np.float32,
    mean: Floats,
    table: Table,
    outputs: Outputs,
    n_out: int,
    steps: Floats,
    soon: Soon,
) -> None:
    """Add steps * mean to each output, and to each input a share of steps * outputs.

    If a row occurs twice, each place adds its gain. `soon` has no effect here: see `plain_update`.
    """
    for d in range(len(mean)):
        gain = np.float32(0)
        for o in range(n_out):
            row, by = row_of(table, outputs.rows[o]), steps[o // GROUP, o % GROUP]
            gain += by * row[d]
            row[d] += by * mean[d]
        for i in range(n_in):
            local[input_slot(local, low, position, i), d] += gain * share
