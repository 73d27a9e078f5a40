"""What `w2v train` shows while it runs: progress bars and notes on standard error."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from w2v.cli.progress import Bar
from w2v.cli.signals import Signals
from w2v.messages import counted, size
from w2v.run.observer import Observer, RunPlan, RunResult
from w2v.run.options import RunOptions

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.trainer import Report
    from w2v.words.vocabulary import Vocabulary


MOST_EXCHANGING = 0.2  # of the time of training
ADVICE_ON_EXCHANGES = (
    "exchanges took much of the time: fewer processes with more --threads each, a larger "
    "--exchange-growth or --exchange-dtype bfloat16 needs less (docs/cluster.md)"
)


class Console(Observer):
    """Notes, progress and a summary on stderr; nothing if `quiet`."""

    def __init__(self, signals: Signals, options: RunOptions, *, epochs: int, quiet: bool) -> None:
        self._signals, self._options, self._quiet = signals, options, quiet
        self._epochs = epochs
        self._bar: Bar | None = None

    def phase(self, name: str) -> None:
        """Decide whether Ctrl-C may wait: the run polls for it, or cannot be resumed."""
        unsaved = name == "write" and not self._options.checkpoint_every
        self._signals.polled = name in ("train", "finish") or unsaved
        self._signals.check()

    def note(self, message: str) -> None:
        """Print one line."""
        self._signals.check()
        self.close()
        if not self._quiet:
            self._print(message)

    def read(self, done: int, total: int | None) -> None:
        """Move the bar of bytes read."""
        self._signals.check()
        self._bar_of("reading", "B").move(done, total)

    def compiling(self) -> None:
        """On a terminal, say why nothing moves."""
        self._signals.check()
        self._bar_of("compiling (first run only)", "").announce()

    def counted(self, vocabulary: Vocabulary, corpus: Corpus) -> None:
        """Report what the text contains, and what was split or replaced."""
        from w2v.text.notes import reading_notes
        from w2v.text.spacing import ADVICE

        summary = corpus.summary
        self.note(
            f"{summary.n_words:,} words, {summary.n_distinct:,} distinct; "
            f"{summary.n_vocabulary:,} in the vocabulary, which cover {summary.n_retained:,} words"
        )
        if summary.n_cut_sentences:
            self.note(
                f"{summary.n_cut_sentences:,} sentences were longer than --max-sentence "
                "and were split"
            )
        if summary.n_stopped:
            self.note(f"{summary.n_stopped:,} stop words were left out")
        if summary.lacks_spaces:
            self.note(ADVICE)
        for note in reading_notes(summary.sources):
            self.note(note)

    def planned(self, plan: RunPlan) -> None:
        """Report the memory and disk space that the run needs."""
        threads = counted(plan.threads, "thread")
        self.note(
            f"training {plan.n_words:,} words by {plan.vector_size} on {threads} needs about "
            f"{size(plan.memory)} of memory and {size(plan.disk)} of disk space"
        )

    def trained(self, report: Report) -> None:
        """Move the bar of words trained; without a terminal, print one line per epoch."""
        details = [f"epoch {report.epoch}/{self._epochs}"]
        if report.loss is not None:
            details.append(f"loss {report.loss:.4f}")
        bar = self._bar_of("training", "words")
        bar.move(report.words, report.total_words, *details, speed=report.words_per_second)
        if report.words * self._epochs == report.epoch * report.total_words:
            bar.milestone()

    def finished(self, result: RunResult) -> None:
        """Report what was written, the loss and the speed, and what to try next."""
        words = f"{len(result.vocabulary):,} words"
        loss = "" if result.loss is None else f", loss {result.loss:.4f}"
        speed = result.words_per_second
        pace = "" if speed is None else f", {speed:,.0f} words/s"
        if speed is not None and result.exchanging is not None:
            pace += f" in {result.processes} processes, {result.exchanging:.0%} of it in exchanges"
        self.note(
            f"wrote {result.output}: {words}{loss}{pace}, {result.seconds:.1f} s in all; "
            f"try: {_next_command(result)}"
        )
        if (result.exchanging or 0) > MOST_EXCHANGING:
            self.note(ADVICE_ON_EXCHANGES)

    def close(self) -> None:
        """Remove the bar."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.close()

    def _bar_of(self, stage: str, unit: str) -> Bar:
        """The bar of a stage, which replaces that of another stage."""
        if self._bar is None or self._bar.stage != stage:
            self.close()
            self._bar = Bar(stage, unit, is_hidden=self._quiet)
        return self._bar

    def _print(self, message: str) -> None:
        """Print to stderr; training continues if the reader has gone (`2>&1 | head -1`)."""
        try:
            print(message, file=sys.stderr, flush=True)
        except OSError:
            self._quiet = True


def _next_command(result: RunResult) -> str:
    """A command that shows what the new model can do."""
    words = (
        result.vocabulary.words[100:1000] + result.vocabulary.words[:100]
    )  # the most frequent words come last
    word = next((word for word in words if len(word) > 3 and word.isalpha()), None)
    command = ["w2v", "info"] if word is None else ["w2v", "neighbors", word]
    if str(result.output) != "model.w2v":
        command += ["-m", str(result.output)]
    return shlex.join(command)
