"""What `w2v train` shows while it runs: bars and notes on standard error."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from w2v.cli.progress import Bar
from w2v.cli.signals import Signals
from w2v.run.observer import Observer, RunResult
from w2v.run.run import RunOptions

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.trainer import Report
    from w2v.words.vocabulary import Vocabulary


class Console(Observer):
    """Notes and a summary on stderr; bars there too when it is a terminal. `quiet` shows none."""

    def __init__(self, signals: Signals, options: RunOptions, *, quiet: bool) -> None:
        self._signals, self._options, self._quiet = signals, options, quiet
        self._bar: Bar | None = None

    def phase(self, name: str) -> None:
        """Say when the first Ctrl-C may wait: training asks, and what cannot be resumed ends."""
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
        self._move("reading", done, total, "B")

    def counted(self, vocabulary: Vocabulary, corpus: Corpus) -> None:
        """Say what the text holds, and what was cut or replaced."""
        summary = corpus.summary
        self.note(
            f"{summary.n_words:,} words, {summary.n_distinct:,} distinct; "
            f"{summary.n_vocabulary:,} in the vocabulary, which keep {summary.n_retained:,} words"
        )
        if summary.n_cut_sentences:
            self.note(
                f"{summary.n_cut_sentences:,} sentences were longer than --max-sentence "
                "and were cut into several"
            )
        if summary.n_replaced_bytes:
            self.note(
                f"{summary.n_replaced_bytes:,} bytes were not valid text and were replaced; "
                "--encoding names another encoding"
            )

    def trained(self, report: Report) -> None:
        """Move the bar of words trained."""
        loss = "" if report.loss is None else f", loss {report.loss:.4f}"
        text = f"epoch {report.epoch}, alpha {report.alpha:.5f}{loss}"
        self._move("training", report.words, report.total_words, " words", text)

    def finished(self, result: RunResult) -> None:
        """Say what was written, how good and how fast, and what to try next."""
        size = f"{len(result.vocabulary):,} words"
        loss = "" if result.loss is None else f", loss {result.loss:.4f}"
        speed = result.words_per_second
        pace = "" if speed is None else f", {speed:,.0f} words/s"
        self.note(
            f"wrote {result.output}: {size}{loss}{pace}, {result.seconds:.1f} s in all; "
            f"try: {_next_command(result)}"
        )

    def close(self) -> None:
        """Finish the bar that is shown."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.close()

    def _move(
        self, stage: str, done: int, total: int | None, unit: str, text: str | None = None
    ) -> None:
        """Show how far this stage is."""
        if self._quiet:
            return
        if self._bar is None or self._bar.stage != stage:
            self.close()
            self._bar = Bar(stage, unit)
        self._bar.move(done, total, text)

    def _print(self, message: str) -> None:
        """Print to stderr; training goes on when nobody reads it (`2>&1 | head -1`)."""
        try:
            print(message, file=sys.stderr, flush=True)
        except OSError:
            self._quiet = True


def _next_command(result: RunResult) -> str:
    """A command that shows something of the new model."""
    words = result.vocabulary.words[100:1000] + result.vocabulary.words[:100]  # "that" comes last
    word = next((word for word in words if len(word) > 3 and word.isalpha()), None)
    command = ["w2v", "info"] if word is None else ["w2v", "neighbors", word]
    if str(result.output) != "model.w2v":
        command += ["-m", str(result.output)]
    return shlex.join(command)
