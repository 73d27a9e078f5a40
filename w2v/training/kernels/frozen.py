"""Rows that stay as they are: what a window moved of them is put back at once.

So every window is trained against their old values; only a window with more outputs than a tile
sees its inputs move from one tile to the next, and several threads may see what a window under way
in another has moved. Compiled only into the kernels of runs that have such rows.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Floats, Ids
from w2v.training.kernel_arguments import Composed, Frozen, Outputs, Ring, Table
from w2v.training.kernels.tile import APART, OPTIONS


@njit(**APART)
def hold_outputs(frozen: Frozen, table: Table, outputs: Outputs, n_out: int) -> None:
    """Put back the frozen rows among the outputs of a window."""
    for o in range(n_out):
        row = outputs.rows[o]
        place = frozen.words[row]
        if place >= 0:
            put_back(table, row, frozen.outputs, place)


@njit(**APART)
def hold_inputs(frozen: Frozen, kept: Ids, low: int, count: int, ring: Ring) -> None:
    """Put back the vectors of frozen words among kept[low : low + count]."""
    for position in range(low, low + count):
        if frozen.words[kept[position]] >= 0:
            slot = position & (ring.local.shape[0] - 1)
            for d in range(ring.local.shape[1]):
                ring.local[slot, d] = ring.entered[slot, d]


@njit(**OPTIONS)
def hold_hot(frozen: Frozen, composed: Composed, word: int) -> None:
    """Put back the frozen ones among the hot rows that a word is composed of."""
    rows = composed.rows
    for k in range(rows.hot[word], rows.starts[word + 1]):
        row = np.int64(rows.ids[k])
        place = frozen.parts[row + len(rows.hot)]
        if place >= 0:
            put_back(composed.hot, row, frozen.inputs, place)


@njit(**APART)
def hold_parts(frozen: Frozen, composed: Composed, n_composed: int) -> None:
    """Put back the frozen ones among the other rows, which composed words were taken apart to."""
    rows = composed.rows
    for k in range(n_composed):
        word = composed.words[k]
        for part in range(rows.starts[word], rows.hot[word]):
            row = np.int64(rows.ids[part])
            place = frozen.parts[row]
            if place >= 0:
                put_back(composed.table, row, frozen.inputs, place)


@njit(**OPTIONS)
def put_back(table: Table, row: int, values: Floats, place: int) -> None:
    """Overwrite a row of a table, this thread's own if there is one, with values[place]."""
    if row < table.own.shape[0]:
        for d in range(table.own.shape[1]):
            table.own[row, d] = values[place, d]
    else:
        for d in range(table.shared.shape[1]):
            table.shared[row, d] = values[place, d]
