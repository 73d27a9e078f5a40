"""CheckpointTimer: when a checkpoint is written, and when one is skipped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v.run.checkpoint import CheckpointWriter
    from w2v.training.state import TrainingState


class CheckpointTimer:
    """Decides when a checkpoint is written: every `interval` seconds and after each epoch."""

    def __init__(self, checkpoints: CheckpointWriter, interval: float, last_slice: int) -> None:
        self._checkpoints, self._interval, self._last_slice = checkpoints, interval, last_slice
        self._saved = time.monotonic()

    def due(self) -> bool:
        """Whether training should pause for a checkpoint."""
        return self._interval > 0 and time.monotonic() - self._saved > self._interval

    def save(self, state: TrainingState, epoch_ended: bool) -> None:
        """Write one, unless an epoch ended while the previous one is still being written.

        Otherwise short epochs would wait for the disk. The final state is always written.
        """
        skipped = epoch_ended and not self.due() and state.slices_done < self._last_slice
        if not self._interval or (skipped and self._checkpoints.busy):
            return
        self._checkpoints.save(state)
        self._saved = time.monotonic()
