"""w2v train: from text to a model folder, with bars, signals and a summary."""

from __future__ import annotations

import dataclasses
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.signals import Signals
from w2v.config import TrainConfig, read_toml
from w2v.run import RunOptions, Stopped, run
from w2v.watcher import Finished, Watcher

if TYPE_CHECKING:
    from w2v.corpus import Corpus
    from w2v.trainer import Report
    from w2v.vocabulary import Vocabulary

CLICK_TYPES: dict[str, Any] = {"int": int, "int | None": int, "float": float, "str": str}


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each field of TrainConfig, its help and default taken from there."""
    for field in reversed(dataclasses.fields(TrainConfig)):
        text = field.metadata["help"]
        if field.default is not None:
            text += f"  [default: {field.default}]"
        choices = field.metadata["choices"]
        kind = click.Choice(choices) if choices else CLICK_TYPES[str(field.type)]
        name = "--" + field.name.replace("_", "-")
        command = click.option(name, field.name, type=kind, help=text)(command)
    return command


@click.command()
@click.argument("corpus", nargs=-1, required=True)
@click.option(
    "-o", "--output", default="model.w2v", show_default=True, help="The model folder to write."
)
@config_options
@click.option("--config", help="A TOML file of options; the command line comes before it.")
@click.option("--vocab", help="A file of 'word count' lines to use as the vocabulary.")
@click.option("--init", help="Vectors to start from; matching words take their rows.")
@click.option("--overwrite", is_flag=True, help="Replace an existing model, or a stopped run.")
@click.option("--resume", is_flag=True, help="Go on with a stopped run, if there is one.")
@click.option(
    "--checkpoint-every",
    type=float,
    default=10.0,
    show_default=True,
    help="Minutes between checkpoints, fractions too; 0 writes none.",
)
@click.option("--cache-dir", help="Where the corpus's ids lie while training.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def command(corpus: tuple[str, ...], **given: Any) -> int:
    """Train word vectors on text.

    CORPUS is one or more files, folders or globs, or - for standard input; .gz, .bz2, .xz and
    .zst files are read as they are. A line is a sentence. Writes a model folder.
    """
    options = RunOptions(
        output=Path(given["output"]),
        vocab=Path(given["vocab"]) if given["vocab"] else None,
        init=Path(given["init"]) if given["init"] else None,
        overwrite=given["overwrite"],
        resume=given["resume"],
        checkpoint_every=given["checkpoint_every"],
        cache_dir=Path(given["cache_dir"]) if given["cache_dir"] else None,
    )
    config = _config(given)
    with Signals() as signals:
        console = Console(signals, options, quiet=given["quiet"])
        try:
            if "-" in corpus and sys.stdin and sys.stdin.isatty():
                console.note("reading text from the terminal; Ctrl-D ends it")
            run(corpus, config, options, console, signals.asked)
        except Stopped as error:
            error.exit_code = signals.exit_code
            raise
        except KeyboardInterrupt:
            raise _stopped(options, signals) from None
        finally:
            console.close()
    return 0


def _config(given: dict[str, Any]) -> TrainConfig:
    """The command line's options, then the TOML file's, then the defaults."""
    base = read_toml(given["config"]) if given["config"] else {}
    names = [field.name for field in dataclasses.fields(TrainConfig)]
    line = {name: given[name] for name in names if given[name] is not None}
    return TrainConfig().replace(**{**base, **line})


def _stopped(options: RunOptions, signals: Signals) -> Stopped:
    """The error of a run that was interrupted outside of training, or a second time."""
    from w2v.workfolder import WorkFolder

    work = WorkFolder(options.output, options.cache_dir)
    error = Stopped(
        "stopped; the same command with --resume goes on from the last checkpoint"
        if work.has_checkpoint
        else "stopped; nothing is kept"
    )
    error.exit_code = signals.exit_code
    return error


class Console(Watcher):
    """Notes and a summary on stderr; bars there too when it is a terminal. `quiet` shows none."""

    def __init__(self, signals: Signals, options: RunOptions, *, quiet: bool) -> None:
        self._signals, self._options, self._quiet = signals, options, quiet
        self._bar: Any = None
        self._stage = ""

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

    def finished(self, result: Finished) -> None:
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
        bar, self._bar, self._stage = self._bar, None, ""
        if bar is not None:
            bar.close()

    def _move(
        self, stage: str, done: int, total: int | None, unit: str, text: str | None = None
    ) -> None:
        """Show how far this stage is; tqdm shows nothing where stderr is not a terminal."""
        if self._quiet:
            return
        if self._stage != stage:
            from tqdm import tqdm

            self.close()
            self._stage = stage
            self._bar = tqdm(
                total=total,
                initial=done,  # what was trained before this process came counts for no speed
                unit=unit,
                unit_scale=True,
                desc=stage,
                disable=None,
                leave=False,
            )
        if text is not None:
            self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(done - self._bar.n)

    def _print(self, message: str) -> None:
        """Print to stderr; training goes on when nobody reads it (`2>&1 | head -1`)."""
        try:
            print(message, file=sys.stderr, flush=True)
        except OSError:
            self._quiet = True


def _next_command(result: Finished) -> str:
    """A command that shows something of the new model."""
    words = result.vocabulary.words[100:1000] + result.vocabulary.words[:100]  # "that" comes last
    word = next((word for word in words if len(word) > 3 and word.isalpha()), None)
    command = ["w2v", "info"] if word is None else ["w2v", "neighbors", word]
    if str(result.output) != "model.w2v":
        command += ["-m", str(result.output)]
    return shlex.join(command)
