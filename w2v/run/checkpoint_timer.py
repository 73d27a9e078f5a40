"""Saver: when a checkpoint is written, and when one is passed over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v.run.checkpoint import CheckpointWriter
    from w2v.training.state import TrainingState


class Saver:
    """Decides when a checkpoint is written: each `interval` seconds and at each epoch's end."""

    def __init__(self, checkpoints: CheckpointWriter, interval: float, last_slice: int) -> None:
        self._checkpoints, self._interval, self._last_slice = checkpoints, interval, last_slice
        self._saved = time.monotonic()

    def due(self) -> bool:
        """Whether training should rest for a checkpoint."""
        return self._interval > 0 and time.monotonic() - self._saved > self._interval

    def save(self, state: TrainingState, epoch_ended: bool) -> None:
        """Write one, unless an epoch ended while the one before is still on its way to the disk.

        Short epochs would wait for the disk else. The state at the very end is always written.
        """
        passed_over = epoch_ended and not self.due() and state.slices_done < self._last_slice
        if not self._interval or (passed_over and self._checkpoints.busy):
            return
        self._checkpoints.save(state)
        self._saved = time.monotonic()
