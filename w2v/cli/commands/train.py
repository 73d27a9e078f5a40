"""w2v train: from text to a model folder, with progress bars, signals and a summary."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from w2v.cli.console import Console
from w2v.cli.options import DEFAULT_MODEL, FILE, config_option, given_options, training_options
from w2v.cli.signals import Signals
from w2v.cluster.membership import joined
from w2v.config_files import merge_options
from w2v.errors import Stopped
from w2v.run.options import RunOptions
from w2v.run.run import run


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=FILE)
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=DEFAULT_MODEL,
    show_default=True,
    metavar="PATH",
    help="The model folder to write.",
)
@training_options
@config_option
@click.option(
    "--vocab",
    type=FILE,
    metavar="FILE",
    help="A file of 'word count' lines, or of words alone, to use as the vocabulary.",
)
@click.option(
    "--init",
    type=FILE,
    metavar="PATH",
    help="Vectors of any format to start from; words found there start from their vectors.",
)
@click.option(
    "--continue",
    "continue_from",
    type=FILE,
    metavar="PATH",
    help="A model to train further on new text: all its words stay, and new words are added.",
)
@click.option("--freeze-old", is_flag=True, help="With --continue, train only the new words.")
@click.option(
    "--phrases",
    type=FILE,
    metavar="FILE|auto",
    help="Read phrases such as new_york as one word: those in a list from 'w2v phrases', or "
    "those found in this text (auto).",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing model, or a stopped run.")
@click.option("--resume", is_flag=True, help="Continue a stopped run, if there is one.")
@click.option(
    "--checkpoint-every",
    type=float,
    default=10.0,
    show_default=True,
    metavar="X",
    help="Minutes between checkpoints; 0 writes none.",
)
@click.option(
    "--cache-dir",
    type=FILE,
    metavar="PATH",
    help="The folder for the corpus's ids during training.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Read the text, report the memory and disk space that training needs, and stop.",
)
@click.option(
    "--mpi",
    is_flag=True,
    help="Join the other processes of the run even if their MPI launcher is not recognised.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(corpus: tuple[str, ...], **given: Any) -> int:
    """Train word vectors on text.

    CORPUS is one or more files, folders or globs, or - for standard input; .gz, .bz2, .xz and
    .zst files are decompressed. Each line is a sentence. The result is a model folder.
    """
    options = RunOptions(
        output=Path(given["output"]),
        vocab=Path(given["vocab"]) if given["vocab"] else None,
        init=Path(given["init"]) if given["init"] else None,
        phrases=given["phrases"],
        continue_from=Path(given["continue_from"]) if given["continue_from"] else None,
        freeze_old=given["freeze_old"],
        overwrite=given["overwrite"],
        resume=given["resume"],
        checkpoint_every=given["checkpoint_every"],
        cache_dir=Path(given["cache_dir"]) if given["cache_dir"] else None,
        dry_run=given["dry_run"],
    )
    config = merge_options(given_options(given), given["config"])
    with joined(given["mpi"]) as group, Signals(shared=group.size > 1) as signals:
        quiet = given["quiet"] or group.rank > 0
        console = Console(signals, options, epochs=config.epochs, quiet=quiet)
        try:
            if "-" in corpus and sys.stdin and sys.stdin.isatty():
                console.note("reading text from the terminal; Ctrl-D ends it")
            run(corpus, config, options, console, signals.asked, group)
        except Stopped as error:
            error.exit_code = signals.exit_code
            raise
        except (KeyboardInterrupt, RuntimeError, ImportError, AttributeError, SystemError) as error:
            # Compiled code makes errors of its own of a signal: numba's compiler a RuntimeError,
            # a module that was being imported an ImportError, or one where its names are missed.
            interrupted = isinstance(error, KeyboardInterrupt) or signals.raised
            if group.size > 1 or not interrupted:
                raise
            raise _stopped(options, signals) from None
        finally:
            console.close()
    return 0


def _stopped(options: RunOptions, signals: Signals) -> Stopped:
    """The error of a run that was interrupted outside training, or twice."""
    from w2v.run.work_folder import WorkFolder

    work = WorkFolder(options.output, options.cache_dir)
    error = Stopped(
        "stopped; the same command with --resume continues from the last checkpoint"
        if work.has_checkpoint
        else "stopped; nothing is kept"
    )
    error.exit_code = signals.exit_code
    return error
