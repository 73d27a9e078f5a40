"""Exchanges with other machines, at the end of a stretch of slices.

Machines that train together start from equal tables, each trains a stretch on its own, and then
they exchange what their tables gained. This module defines what the trainer needs from an exchange,
and the exchange of a machine that trains alone.
"""

from __future__ import annotations

from w2v.training.state import TrainingState


class Exchange:
    """The exchange of a machine that trains alone: never due, and nothing to do."""

    def due(self, slices_done: int) -> int | None:
        """The number of slices at which the stretch that begins now must end; None: any.

        Called at the start of each stretch; the number is above `slices_done`.
        """
        return None

    def exchange(self, state: TrainingState) -> None:
        """Combine the tables with those of the other machines, in place.

        Called at the end of each stretch, when no thread of this machine is at work.
        """
