"""When checkpoints are written, by a clock and a writer that are made up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from w2v.run import checkpoint_timer
from w2v.run.checkpoint_timer import RECENT_SECONDS, CheckpointTimer

LAST_SLICE = 100
INTERVAL = 60.0


class Run:
    """A timer, the seconds on its clock, and the slices of the states that were saved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, interval: float = INTERVAL) -> None:
        self.seconds, self.saved, self.busy = 0.0, list[int](), False
        clock = SimpleNamespace(monotonic=lambda: self.seconds)
        monkeypatch.setattr(checkpoint_timer, "time", clock)
        self.timer = CheckpointTimer(self._writer(), interval, LAST_SLICE)

    def _writer(self) -> Any:
        run = self

        class Writer:
            @property
            def busy(self) -> bool:
                return run.busy

            def save(self, state: Any) -> None:
                run.saved.append(state.slices_done)

        return Writer()

    def at(self, seconds: float, slices: int, *, epoch_ended: bool = True) -> None:
        """A pause of the training."""
        self.seconds = seconds
        state: Any = SimpleNamespace(slices_done=slices)
        self.timer.save(state, epoch_ended)


def test_an_epoch_soon_after_a_checkpoint_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch)
    run.at(3, 10)
    run.at(6, 20)
    run.at(3 + RECENT_SECONDS, 30)
    run.at(4 + RECENT_SECONDS, 40)
    assert run.saved == [10, 30], "the first one, and the first that is late enough"


def test_the_final_state_and_one_that_is_due_are_always_saved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run(monkeypatch, 2.0)
    run.busy = True
    run.at(1, 10)
    assert run.saved == [], "the writer is busy"
    run.at(3, 20)
    run.at(4, 30)
    run.at(4, 40, epoch_ended=False)
    run.at(5, LAST_SLICE)
    assert run.saved == [20, 40, LAST_SLICE], "due, asked to stop, the end"


def test_without_an_interval_nothing_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch, 0.0)
    run.at(100, 50)
    run.at(200, LAST_SLICE)
    assert run.saved == []
