"""w2v clusters: sort words into classes."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2v.cli.input import open_model
from w2v.cli.options import FILE, TableChoice, json_option, model_option
from w2v.cli.output import echo, note, printable
from w2v.cli.progress import steps
from w2v.errors import W2VError
from w2v.messages import counted

if TYPE_CHECKING:
    from w2v.vectors.clusters import Clusters


@click.command()
@click.option("-k", "--classes", type=int, required=True, metavar="N", help="Number of classes.")
@model_option
@click.option(
    "-o",
    "--output",
    type=FILE,
    help="The file to write; standard output if it is - or not given.",
    metavar="FILE",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Use only the first (most frequent) N words; 0 uses all.",
)
@click.option("--by-class", is_flag=True, help="List words by class instead of by frequency.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Random seed of the first centres."
)
@click.option(
    "--iterations",
    type=int,
    default=100,
    show_default=True,
    metavar="N",
    help="Stop after N iterations even if words still change class.",
)
@json_option
def command(
    classes: int,
    model: str,
    vectors: TableChoice,
    output: str | None,
    overwrite: bool,
    restrict_vocab: int,
    by_class: bool,
    seed: int,
    iterations: int,
    as_json: bool,
) -> None:
    """Sort words into classes by k-means on the unit sphere.

    Each line of output is a word, a tab and the number of its class, as with word2vec.c's -classes
    (which writes a space). Class 0 contains the most frequent word. The same seed gives the same
    classes.
    """
    from w2v.vectors.clusters import cluster

    if output == "-":
        output = None
    if output is not None:
        from w2v.system.atomic import check_writable

        check_writable(Path(output), overwrite=overwrite)
    table = open_model(model, vectors)
    words = list(islice(table.words, restrict_vocab or None))
    with steps("clustering", "iterations", iterations) as move:
        result = cluster(
            table.matrix[: len(words)],
            classes,
            seed=seed,
            iterations=iterations,
            progress=lambda _, cosine: move(1, f"mean cosine {cosine:.4f}"),
        )
    if output is None and sys.stdout.isatty():
        words = [printable(word) for word in words]  # in a file they stay unchanged
    text = _as_json(words, result, seed) if as_json else _as_lines(words, result, by_class)
    if output is None:
        echo(text, end="")
    else:
        _write(Path(output), text, overwrite)
    note(_summary(result))


def _as_lines(words: list[str], result: Clusters, by_class: bool) -> str:
    """One line `word TAB class` per word. Raises W2VError for a word that would break it."""
    labels = result.labels.tolist()
    for word in words:
        if any(mark in word for mark in "\t\n\r"):
            raise W2VError(f"the word {word!r} contains a tab or a line end; --json can write it")
    order = sorted(range(len(words)), key=labels.__getitem__) if by_class else range(len(words))
    return "".join(f"{words[i]}\t{labels[i]}\n" for i in order)


def _as_json(words: list[str], result: Clusters, seed: int) -> str:
    """The classes with their words, most frequent first."""
    members: list[list[str]] = [[] for _ in result.sizes]
    for word, label in zip(words, result.labels.tolist(), strict=True):
        members[label].append(word)
    shown = {
        "seed": seed,
        "iterations": result.iterations,
        "converged": result.converged,
        "mean_cosine": result.mean_cosine,
        "directionless": result.directionless,
        "classes": [
            {"class": label, "size": len(inside), "words": inside}
            for label, inside in enumerate(members)
        ],
    }
    return json.dumps(shown, ensure_ascii=False) + "\n"


def _summary(result: Clusters) -> str:
    """A one-line summary."""
    sizes = result.sizes
    end = "no word moved any more" if result.converged else "stopped while words still moved"
    empty = int((sizes == 0).sum())
    note = f"; {empty:,} empty, because there are fewer directions than classes" if empty else ""
    if result.directionless:
        note += f"; {result.directionless:,} in class 0 without a direction (zeros or not finite)"
    least, most = int(sizes.min()), int(sizes.max())
    words = ("" if least == most else f"{least:,} to ") + counted(most, "word")
    return (
        f"{counted(len(sizes), 'class', 'classes')} of {words}, mean cosine to the centre "
        f"{result.mean_cosine:.4f}, {counted(result.iterations, 'iteration')} ({end}){note}"
    )


def _write(path: Path, text: str, overwrite: bool) -> None:
    """Write `text`, all of it or nothing."""
    from w2v.system.atomic import atomic_file

    with atomic_file(path, overwrite=overwrite) as file:
        file.write(text.encode("utf-8"))
