"""w2v train: from text to a model folder, with bars, signals and a summary."""

from __future__ import annotations

import dataclasses
import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from w2v.config import TrainConfig, read_toml
from w2v.errors import UsageError
from w2v.run import RunOptions, Stopped, Watcher, run

if TYPE_CHECKING:
    from collections.abc import Iterator

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
@click.option("--overwrite", is_flag=True, help="Replace an existing model.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint, if there is one.")
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
    config = _config(given)
    if not given["checkpoint_every"] >= 0:
        raise UsageError("checkpoint-every must be 0 or more minutes")
    options = RunOptions(
        output=Path(given["output"]),
        vocab=Path(given["vocab"]) if given["vocab"] else None,
        init=Path(given["init"]) if given["init"] else None,
        overwrite=given["overwrite"],
        resume=given["resume"],
        checkpoint_every=given["checkpoint_every"],
        cache_dir=Path(given["cache_dir"]) if given["cache_dir"] else None,
    )
    watcher = Watcher() if given["quiet"] else Console()
    with _signals() as caught:
        try:
            run(corpus, config, options, watcher, lambda: bool(caught))
        except Stopped as error:
            error.exit_code = 128 + caught[0]
            raise
        finally:
            if isinstance(watcher, Console):
                watcher.close()
    if not given["quiet"]:
        print(f"wrote {options.output}", file=sys.stderr)
    return 0


def _config(given: dict[str, Any]) -> TrainConfig:
    """The command line's options, then the TOML file's, then the defaults."""
    base = read_toml(given["config"]) if given["config"] else {}
    names = [field.name for field in dataclasses.fields(TrainConfig)]
    line = {name: given[name] for name in names if given[name] is not None}
    return TrainConfig().replace(**{**base, **line})


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Collect the first Ctrl-C or SIGTERM in a list; a second one stops at once."""
    caught: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)

    old = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


class Console(Watcher):
    """Notes and a summary on stderr; bars there too when it is a terminal."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.stage = ""

    def note(self, message: str) -> None:
        """Print one line."""
        self.close()
        print(message, file=sys.stderr)

    def read(self, done: int, total: int | None) -> None:
        """Move the bar of bytes read."""
        bar = self._bar("reading", total, "B")
        bar.update(done - bar.n)

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
        bar = self._bar("training", report.total_words, " words")
        loss = "" if report.loss is None else f", loss {report.loss:.4f}"
        bar.set_postfix_str(f"epoch {report.epoch}, alpha {report.alpha:.5f}{loss}", refresh=False)
        bar.update(report.words - bar.n)

    def close(self) -> None:
        """Finish the bar that is shown."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
            self.stage = ""

    def _bar(self, stage: str, total: int | None, unit: str) -> Any:
        """The bar of this stage; tqdm shows none where stderr is not a terminal."""
        from tqdm import tqdm

        if self.stage != stage:
            self.close()
            self.stage = stage
            self.bar = tqdm(
                total=total, unit=unit, unit_scale=True, desc=stage, disable=None, leave=False
            )
        return self.bar
