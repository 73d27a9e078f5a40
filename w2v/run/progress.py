"""Progress of a run for callers from Python: a function of theirs, or a line on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from w2v.messages import kind_of
from w2v.run.observer import Observer, RunPlan, RunResult

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.trainer import Report
    from w2v.words.vocabulary import Vocabulary

_WIDTH = 20  # of the bar


class Progress(Observer):
    """Passes everything on to `observer`, and each report of training to `progress` as well.

    `progress` True shows the reports as a line on standard error that is rewritten in place, on a
    terminal and in a notebook alike. Raises TypeError for anything but a function, True or False.
    """

    def __init__(self, progress: Callable[[Report], object] | bool, observer: Observer) -> None:
        if not (callable(progress) or isinstance(progress, bool)):
            raise TypeError(
                f"progress is {kind_of(progress)}; pass True to show a line, or a function that is "
                "called with each Report"
            )
        self._observer = observer
        self._line = _Line() if progress is True else None
        self._progress = progress if callable(progress) else None

    def phase(self, name: str) -> None:
        """Pass it on."""
        self._observer.phase(name)

    def note(self, message: str) -> None:
        """Pass it on, below the line."""
        if self._line is not None:
            self._line.note(message)
        self._observer.note(message)

    def compiling(self) -> None:
        """Pass it on."""
        self._observer.compiling()

    def planned(self, plan: RunPlan) -> None:
        """Pass it on."""
        self._observer.planned(plan)

    def read(self, done: int, total: int | None) -> None:
        """Show how much has been read."""
        if self._line is not None:
            self._line.show("reading", done / total if total else None, f"{done / 1e6:,.1f} MB")
        self._observer.read(done, total)

    def counted(self, vocabulary: Vocabulary, corpus: Corpus) -> None:
        """Pass it on."""
        self._observer.counted(vocabulary, corpus)

    def trained(self, report: Report) -> None:
        """Show or report the progress of training."""
        if self._progress is not None:
            self._progress(report)
        if self._line is not None:
            self._line.show("training", report.words / report.total_words, _summary(report))
        self._observer.trained(report)

    def finished(self, result: RunResult) -> None:
        """End the line."""
        if self._line is not None:
            self._line.end()
        self._observer.finished(result)


class _Line:
    """A line on standard error that is rewritten in place."""

    def __init__(self) -> None:
        self._shown = 0  # characters
        self._stage = ""

    def show(self, stage: str, share: float | None, text: str) -> None:
        """Show a stage, how much of it is done, and more."""
        if stage != self._stage:
            self.end()
        self._stage = stage
        bar = ""
        if share is not None:
            filled = int(_WIDTH * share)
            bar = f" {100 * share:3.0f}% |{'#' * filled}{' ' * (_WIDTH - filled)}|"
        line = f"{stage}{bar} {text}"
        sys.stderr.write("\r" + line.ljust(self._shown))
        sys.stderr.flush()
        self._shown = len(line)

    def note(self, message: str) -> None:
        """Print a message on its own line."""
        self.end()
        sys.stderr.write(message + "\n")

    def end(self) -> None:
        """Move below the line."""
        if self._shown:
            sys.stderr.write("\n")
            self._shown = 0


def _summary(report: Report) -> str:
    """A report in a few words."""
    loss = "" if report.loss is None else f", loss {report.loss:.4f}"
    left = "" if report.eta_seconds is None else f", {report.eta_seconds:,.0f} s left"
    return f"{report.words_per_second:,.0f} words/s, epoch {report.epoch}{loss}{left}"
