"""Watcher: how a run tells what it does, and Finished: what it has made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.trainer import Report
    from w2v.words.vocabulary import Vocabulary


@dataclass(frozen=True)
class Finished:
    """What a run that wrote its model can tell."""

    output: Path
    vocabulary: Vocabulary
    words_per_second: float | None  # of training, in this process; None: there was nothing left
    seconds: float  # of this process's run, from the first byte read to the model on the disk
    loss: float | None  # mean per pair in the last epoch


class Watcher:
    """What a run tells while it goes. This one is silent; a caller overrides what it shows."""

    def phase(self, name: str) -> None:
        """The run begins to "read", "prepare", "train", "write" or "finish".

        In "train" it asks `stop` several times a second; in "read", after each piece of text. In
        "finish" the model is written, and what lay about is removed.
        """

    def note(self, message: str) -> None:
        """One line that a user should see."""

    def read(self, done: int, total: int | None) -> None:
        """Bytes of text read so far, and in all where that is known."""

    def counted(self, vocabulary: Vocabulary, corpus: Corpus) -> None:
        """The text is counted and encoded."""

    def trained(self, report: Report) -> None:
        """Training goes on."""

    def finished(self, result: Finished) -> None:
        """The model is written."""
