"""CheckpointTimer: when a checkpoint is written, and when one is skipped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v.run.checkpoint import CheckpointWriter
    from w2v.training.state import TrainingState


# A checkpoint takes its time from the training: a tenth of a second and more, of an epoch that may
# take three. So short epochs do not all have one.
RECENT_SECONDS = 10.0


class CheckpointTimer:
    """Decides when a checkpoint is written.

    That is every `interval` seconds (0: never), at the end of the run and, unless the last one is
    recent, at the end of an epoch.
    """

    def __init__(self, checkpoints: CheckpointWriter, interval: float, last_slice: int) -> None:
        self._checkpoints, self._interval, self._last_slice = checkpoints, interval, last_slice
        self._saved = time.monotonic()
        self._has_saved = False

    def due(self) -> bool:
        """Whether training should pause for a checkpoint."""
        return self._interval > 0 and time.monotonic() - self._saved > self._interval

    def save(self, state: TrainingState, epoch_ended: bool) -> None:
        """Write one, unless an epoch ended shortly after the last one or while it is being written.

        The final state is always written.
        """
        if not self._interval:
            return
        waits = epoch_ended and not self.due() and state.slices_done < self._last_slice
        if waits and (self._is_recent() or self._checkpoints.busy):
            return
        self._checkpoints.save(state)
        self._saved, self._has_saved = time.monotonic(), True

    def _is_recent(self) -> bool:
        """Whether the last checkpoint was written in the last seconds."""
        return self._has_saved and time.monotonic() - self._saved < RECENT_SECONDS
