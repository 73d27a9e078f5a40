"""Rows that stay as they are while the others are trained."""

from __future__ import annotations

import numpy as np

from w2v.arrays import Flags, Ids, Integers
from w2v.training.exchange import Exchange
from w2v.training.kernel_arguments import Frozen, WordRows
from w2v.training.state import TrainingState
from w2v.training.word_rows import composed_of


class FrozenRows(Exchange):
    """Keeps rows of both tables at their old values.

    The kernels put them back after every window, so that the others are trained against the old
    values (see `w2v.training.kernels.frozen`). At the end of a stretch they are restored to the
    byte: adding nothing makes 0.0 of -0.0.

    Parameters
    ----------
    inputs, outputs
        int64[n], which rows of each table stay.
    state
        Its rows are the values to keep; they are copied.
    """

    def __init__(self, inputs: Integers, outputs: Integers, state: TrainingState) -> None:
        self.restored, self._outputs = inputs, outputs
        self.frozen: Frozen = Frozen(
            _places(outputs, len(state.outputs)),
            state.outputs[outputs],
            _places(inputs, len(state.inputs)),
            state.inputs[inputs],
        )

    def exchange(self, state: TrainingState, stop: bool) -> bool:
        """Restore the rows."""
        state.inputs[self.restored] = self.frozen.inputs
        state.outputs[self._outputs] = self.frozen.outputs
        return stop


def _places(rows: Integers, count: int) -> Ids:
    """Where each of `count` rows is among `rows`, int32[count]; -1: it is not."""
    places: Ids = np.full(count, -1, np.int32)
    places[rows] = np.arange(len(rows), dtype=np.int32)
    return places


def frozen_words(
    old: Flags | None, occurs: Flags, rows: WordRows | None, state: TrainingState
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
    return FrozenRows(inputs, outputs, state)
