"""Observer: what a run reports while it works; RunPlan and RunResult: before and after training."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.trainer import Report
    from w2v.words.vocabulary import Vocabulary


@dataclass(frozen=True)
class RunPlan:
    """What a run is about to train, and what that needs."""

    n_words: int  # in the vocabulary
    vector_size: int
    threads: int
    memory: int  # bytes
    disk: int  # bytes, for the model and the checkpoints that do not exist yet


@dataclass(frozen=True)
class RunResult:
    """A finished run: its model and its figures."""

    output: Path
    vocabulary: Vocabulary
    words_per_second: float | None  # of training in this process; None if nothing was left to do
    seconds: float  # of this process, from the first byte read to the model on disk
    loss: float | None  # mean per pair in the last epoch
    processes: int = 1
    exchanging: float | None = None  # the share of training that these spent on exchanges


class Observer:
    """Receives the progress of a run. This one ignores it; subclasses override what they need."""

    def phase(self, name: str) -> None:
        """The run enters the phase "read", "prepare", "train", "write" or "finish".

        The run calls `stop` several times a second in "train", and after each piece of text in
        "read". In "finish" it writes the model and removes temporary files.
        """

    def note(self, message: str) -> None:
        """A one-line message for the user."""

    def read(self, done: int, total: int | None) -> None:
        """Bytes of text read so far, and in all if known."""

    def compiling(self) -> None:
        """The run waits while numba compiles a kernel, as it does on a first run."""

    def counted(self, vocabulary: Vocabulary, corpus: Corpus) -> None:
        """The text has been counted and encoded."""

    def planned(self, plan: RunPlan) -> None:
        """The run is about to train, or to stop here if it is a dry run."""

    def trained(self, report: Report) -> None:
        """Training has progressed."""

    def finished(self, result: RunResult) -> None:
        """The model has been written."""
