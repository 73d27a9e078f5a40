"""The training of a run: with reports, checkpoints, and stops that all its processes agree on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from w2v.errors import Stopped, W2VError
from w2v.run.checkpoint import CheckpointWriter
from w2v.run.checkpoint_timer import CheckpointTimer
from w2v.run.observer import Observer
from w2v.run.team import Team
from w2v.run.train_log import NoLog, TrainLog
from w2v.training.state import Diverged

if TYPE_CHECKING:
    from w2v.run.work_folder import WorkFolder
    from w2v.training.state import TrainingState
    from w2v.training.trainer import Report, Trainer


class Training:
    """Trains to the end, or until a process is asked to stop.

    Parameters
    ----------
    team
        The processes of the run; the first one saves and logs.
    work
        Where checkpoints are kept.
    identity
        See `CheckpointWriter`.
    minutes
        Between two checkpoints; 0 writes none.
    seal
        Called in the background once a resumed run could use the ids of this process.
    """

    def __init__(
        self,
        team: Team,
        work: WorkFolder,
        identity: dict[str, Any],
        minutes: float,
        seal: Callable[[], None],
        observer: Observer,
        stop: Callable[[], bool],
    ) -> None:
        self._team, self._work, self._identity = team, work, identity
        self._minutes, self._seal = minutes, seal
        self._observer, self._stop = observer, stop
        self._alarmed = False  # by another process

    def run(self, trainer: Trainer, log: TrainLog | NoLog) -> None:
        """Train. Raises Stopped when a process was asked to stop before the end."""

        def report(now: Report) -> None:
            self._alarmed = self._alarmed or self._team.group.alarmed()
            log.add("report", **asdict(now))
            self._observer.trained(now)

        self._team.on_exchange(lambda done: log.add("exchange", **done._asdict()))
        try:
            if self._team.is_first:
                ended = self._train_and_save(trainer, report)
            else:
                ended = self._train_for_others(trainer, report)
        except Diverged as error:
            if not self._work.has_checkpoint:
                raise
            message = f"{error}; the last good checkpoint is kept in {self._work.path}"
            raise W2VError(message) from None
        if not ended:
            raise Stopped(
                f"stopped after {trainer.state.words_done:,} words; "
                + (
                    "the same command with --resume continues from here"
                    if self._minutes
                    else "nothing is kept because --checkpoint-every is 0"
                )
            )

    def _train_and_save(self, trainer: Trainer, report: Callable[[Report], None]) -> bool:
        """Train, with checkpoints: those of a team are made after an exchange, at its own time."""

        def seal() -> None:
            """Not at the end: if the model cannot be written, the text can be read again."""
            if trainer.state.slices_done < trainer.total_slices:
                self._seal()

        with CheckpointWriter(self._work.path, self._identity, seal) as checkpoints:
            timer = CheckpointTimer(checkpoints, self._minutes * 60, trainer.total_slices)
            return trainer.run(report, timer.save, timer.due, self._asked)

    def _train_for_others(self, trainer: Trainer, report: Callable[[Report], None]) -> bool:
        """Train in a process that saves nothing but its ids."""
        sealing = threading.Thread(target=self._seal, daemon=True)
        if self._minutes:
            sealing.start()
        ended = trainer.run(report, _save_nothing, _never, self._asked)
        if self._minutes:
            sealing.join()
        return ended

    def _asked(self) -> bool:
        """Whether this process should come to the next exchange at once."""
        return self._stop() or self._alarmed


def _never() -> bool:
    return False


def _save_nothing(state: TrainingState, may_skip: bool) -> None:
    pass
