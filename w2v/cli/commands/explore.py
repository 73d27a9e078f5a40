"""w2v explore: a web page for exploring a model, in one file."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.input import open_model, read_words
from w2v.cli.options import FILE, TableChoice, model_option
from w2v.cli.output import note, note_missing, printable
from w2v.cli.progress import Bar
from w2v.errors import UsageError, W2VError
from w2v.messages import counted

if TYPE_CHECKING:
    from w2v.arrays import Integers
    from w2v.maps.explorer import Left
    from w2v.vectors.word_vectors import WordVectors


@click.command()
@click.option(
    "-o",
    "--output",
    type=FILE,
    default="explorer.html",
    show_default=True,
    metavar="FILE",
    help="The page to write.",
)
@model_option
@click.option(
    "--with",
    "newer",
    type=FILE,
    metavar="PATH",
    help="A newer model to compare with; the page shows which words changed.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=4),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Show only the first (most frequent) N words.",
)
@click.option(
    "--words",
    "words_file",
    type=FILE,
    metavar="FILE",
    help="Show only the words in FILE, one per line; - reads standard input. Ignores --limit.",
)
@click.option(
    "--layout",
    type=click.Choice(["tsne", "pca"]),
    default="tsne",
    show_default=True,
    help="t-SNE keeps neighbours together; principal components take no time.",
)
@click.option("--title", metavar="TEXT", help="The title of the page [default: the model's name].")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    metavar="N",
    help="Random seed of the map and the groups.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
def command(
    output: str,
    model: str,
    vectors: TableChoice,
    newer: str | None,
    limit: int,
    words_file: str | None,
    layout: Any,
    title: str | None,
    seed: int,
    overwrite: bool,
) -> None:
    """Write a web page for exploring a model, in one file.

    The page needs no server and no network: open it in a browser, or send it to someone. It has a
    map of the words, finds neighbours, answers sums such as king - man + woman, and lays words out
    along axes such as poor - rich. With --with it shows how a newer model differs.
    """
    from w2v.maps.explorer import explorer_page, one_version, two_versions
    from w2v.messages import size
    from w2v.system.atomic import atomic_file, check_writable

    path = Path(output)
    if not path.name.lower().endswith((".html", ".htm")):
        raise UsageError(f"{output}: the page's name must end in .html or .htm")
    check_writable(path, overwrite=overwrite)
    tables = [open_model(one, vectors) for one in (model, newer) if one is not None]
    rows = _rows(tables[0], words_file, limit)
    names = _names(model, newer)
    versions, left = (
        one_version(names[0], tables[0], rows)
        if newer is None
        else two_versions(names, tables[0], tables[1], rows, None if words_file else limit)
    )
    _report(left, None if words_file else limit)
    with Bar("laying out", " steps") as bar:
        content = explorer_page(versions, method=layout, seed=seed, title=title, progress=bar.move)
    with atomic_file(path, overwrite=overwrite) as file:
        file.write(content)
    words = f"{len(versions[0].words):,} words"
    note(f"wrote {printable(output)}: {words}, {size(len(content))}; open it in a browser")


def _names(model: str, newer: str | None) -> list[str]:
    """What the page calls the models: their files' names, or their paths if those are equal."""
    paths = [Path(one) for one in (model, newer) if one is not None]
    stems = [path.resolve().stem for path in paths]
    return stems if len(set(stems)) == len(stems) else [str(path) for path in paths]


def _rows(table: WordVectors, words_file: str | None, limit: int) -> Integers:
    """The wanted words' rows, int64[n], ascending; words that the model lacks are reported."""
    import numpy as np

    if words_file is None:
        wanted = table.words.find_many(islice(table.words, limit))
        return np.unique(wanted)  # a word that is listed twice counts once
    words = read_words([], words_file)
    found = table.words.find_many(words)
    missing = [words[i] for i in np.flatnonzero(found < 0).tolist()]
    if len(missing) == len(words):
        raise W2VError(f"none of the given words is among the model's {len(table):,}")
    if missing:
        note_missing(missing, len(words))
    return np.unique(found[found >= 0])


def _report(left: Left, limit: int | None) -> None:
    """Report which of the wanted words are not on the page."""
    if left.unshared:
        them = "it" if left.unshared == 1 else "them"
        among = "" if limit is None else f" among its first {limit:,}"
        words = counted(left.unshared, "word is", "words are")
        note(f"{words} not on the page: the newer model does not have {them}{among}")
    if left.directionless:
        words = counted(left.directionless, "word is", "words are")
        whose = "its vector is" if left.directionless == 1 else "their vectors are"
        note(f"{words} not on the page: {whose} all zeros or not finite")
