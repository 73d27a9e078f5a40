"""Rows that stay as they are while the others are trained."""

from __future__ import annotations

from w2v.arrays import Floats, Integers
from w2v.training.exchange import Exchange
from w2v.training.state import TrainingState

_FLOATS_A_SLICE = 1_000_000  # restoring this many takes a few per cent of a slice's time


class FrozenRows(Exchange):
    """Restores rows of both tables to their old values, every few slices and at the end.

    In between they move a little, as all rows of a window do, so the other rows are trained against
    values close to the old ones.

    Parameters
    ----------
    rows
        int64[n], which rows stay.
    state
        Its rows are the values to restore; they are copied.
    threads
        How many slices are trained at a time.
    """

    def __init__(self, rows: Integers, state: TrainingState, threads: int) -> None:
        self._rows = rows
        self._inputs: Floats = state.inputs[rows]
        self._outputs: Floats = state.outputs[rows]
        self._every = threads * max(1, self._inputs.size // _FLOATS_A_SLICE)

    def due(self, slices_done: int) -> int:
        """The number of slices done after the next few."""
        return slices_done + self._every

    def exchange(self, state: TrainingState, stop: bool) -> bool:
        """Restore the rows."""
        state.inputs[self._rows] = self._inputs
        state.outputs[self._rows] = self._outputs
        return stop
