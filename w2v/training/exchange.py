"""Exchanges with other machines, at the end of a stretch of slices.

Machines that train together start from equal tables, each trains a stretch on its own, and then
they exchange what their tables gained. This module defines what the trainer needs from an exchange,
and the exchange of a machine that trains alone.
"""

from __future__ import annotations

import numpy as np

from w2v.arrays import Ids, Integers
from w2v.training.kernel_arguments import Frozen
from w2v.training.state import TrainingState


class Exchange:
    """The exchange of a machine that trains alone: never due, and nothing to do.

    Attributes
    ----------
    short_slices : whether slices must be short, for exchanges that follow each other closely
    whole_stretches : whether a stretch that an exchange ends is not ended early by a pause
    restored : int64[n], input rows that an exchange sets back to old values
    frozen : the rows that stay as they are, for the kernels; None: all are trained
    """

    short_slices = whole_stretches = False
    restored: Integers = np.zeros(0, np.int64)
    frozen: Frozen | None = None

    def due(self, slices_done: int) -> int | None:
        """The number of slices at which the stretch that begins now must end; None: any.

        Called at the start of each stretch; the number is above `slices_done`.
        """
        return None

    def trained(self, ids: Ids) -> None:
        """A thread has trained on these words, int32[n]. Called by that thread."""

    def exchange(self, state: TrainingState, stop: bool) -> bool:
        """Combine the tables with those of the other machines, in place.

        Called at the end of each stretch, when no thread of this machine is at work; `stop` says
        whether this machine was asked to stop. Returns whether all of them stop now.
        """
        return stop

    def tokens(self, own: int) -> int:
        """Words of an epoch on all machines, if there are `own` on this one."""
        return own

    def words(self, done: int) -> int:
        """Words trained on all machines, where the state of this one says `done`.

        An estimate between two exchanges.
        """
        return done
