"""Runs in this process that are asked to stop, for the tests of --resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from w2v.config import TrainConfig
from w2v.run.observer import Observer
from w2v.run.options import RunOptions
from w2v.run.run import run

OPTIONS: dict[str, Any] = {
    "vector_size": 16,
    "epochs": 6,
    "min_count": 1,
    "threads": 1,
    "sample": 0.01,
}
LINE = [f"--{name.replace('_', '-')}={value}" for name, value in OPTIONS.items()]
EACH_SLICE = 1e-9  # minutes: a checkpoint after every slice


class StopAt:
    """Asks a run to stop after so many reports of whether it should."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def __call__(self) -> bool:
        self.calls -= 1
        return self.calls < 0


class Notes(Observer):
    """Keeps what a run tells."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, message: str) -> None:
        self.notes.append(message)


def go(
    text: Path, output: Path, stop_after: int = 10**9, every: float = EACH_SLICE, **options: Any
) -> list[str]:
    """A run in this process; what it noted."""
    notes = Notes()
    how = {name: options.pop(name) for name in ("resume", "overwrite", "init") if name in options}
    run(
        [text],
        TrainConfig(**{**OPTIONS, **options}),
        RunOptions(output, checkpoint_every=every, **how),
        notes,
        StopAt(stop_after),
    )
    return notes.notes
