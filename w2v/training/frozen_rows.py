"""Rows that stay as they are while the others are trained."""

from __future__ import annotations

import numpy as np

from w2v.arrays import Flags, Integers
from w2v.training.arguments import WordRows
from w2v.training.exchange import Exchange
from w2v.training.state import TrainingState
from w2v.training.word_rows import composed_of

_FLOATS_A_SLICE = 2_000_000  # restoring this many takes a few per cent of a slice's time


class FrozenRows(Exchange):
    """Restores rows of both tables to their old values, every few slices and at the end.

    In between they move a little, as all rows of a window do, so the other rows are trained against
    values close to the old ones. When rows were restored only once an epoch, what was learned
    changed by less than with another seed.

    Parameters
    ----------
    inputs, outputs
        int64[n], which rows of each table stay.
    state
        Its rows are the values to restore; they are copied.
    threads
        How many slices are trained at a time.
    """

    def __init__(
        self, inputs: Integers, outputs: Integers, state: TrainingState, threads: int
    ) -> None:
        self.restored, self._outputs = inputs, outputs
        self._input_values, self._output_values = state.inputs[inputs], state.outputs[outputs]
        n_floats = self._input_values.size + self._output_values.size
        self._every = threads * max(1, n_floats // _FLOATS_A_SLICE)

    def due(self, slices_done: int) -> int:
        """The number of slices done after the next few."""
        return slices_done + self._every

    def exchange(self, state: TrainingState, stop: bool) -> bool:
        """Restore the rows."""
        state.inputs[self.restored] = self._input_values
        state.outputs[self._outputs] = self._output_values
        return stop


def frozen_words(
    old: Flags | None,
    occurs: Flags,
    rows: WordRows | None,
    state: TrainingState,
    threads: int,
) -> FrozenRows:
    """The rows that stay: of all old words, or else of the words that the text lacks.

    Input rows of words that do not occur are not touched anyway, unless words share n-grams.

    Parameters
    ----------
    old
        bool[V], which words are old, if all of these stay.
    occurs
        bool[V], which words the text has.
    rows
        With subwords, those that each word is composed of.
    """
    stays = ~occurs if old is None else old
    inputs, outputs = np.flatnonzero(stays & occurs), np.flatnonzero(stays)
    if old is not None and rows is not None:
        inputs = composed_of(rows, outputs)
    return FrozenRows(inputs, outputs, state, threads)
