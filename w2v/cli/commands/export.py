"""w2v export: write vectors in another format."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.input import read_lines
from w2v.cli.options import FILE, FORMAT, TableChoice, model_option
from w2v.cli.output import note, note_missing, printable
from w2v.cli.progress import steps
from w2v.errors import UsageError
from w2v.formats import registry
from w2v.messages import counted

if TYPE_CHECKING:
    from w2v.arrays import Floats
    from w2v.formats.table import Table

_LONGEST_WORD = 49  # the longest word for word2vec.c's tools: 50 bytes with its end
_OF_WORD2VEC_C = ("word2vec", "word2vec-bin")
_READING = ("vector_size", "encoding", "unicode_errors")  # options of what is read
_WRITING = ("precision", "padding_idx")  # options of what is written


class _Command(click.Command):
    """A command whose help ends with the formats."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the formats, their endings and what they are."""
        with formatter.section("Formats"):
            formatter.write_dl(
                [
                    (f"{name}  {' '.join(known.endings)}", known.description)
                    for name, known in registry.FORMATS.items()
                ]
            )


@click.command(cls=_Command)
@click.argument("output", required=False, type=FILE)
@model_option
@click.option(
    "--format", type=FORMAT, metavar="NAME", help="The format to write, whatever OUTPUT ends with."
)
@click.option(
    "--from",
    "source",
    type=FORMAT,
    metavar="NAME",
    help="The format of the model; recognised by its content unless given.",
)
@click.option(
    "--vector-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --from word2vec-bin: the dimensions of a binary that lacks its first line.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    help="The encoding of the words in a text or word2vec binary; utf-8 unless given.",
)
@click.option(
    "--unicode-errors",
    type=click.Choice(["strict", "replace"]),
    help="Refuse words that are invalid in that encoding, or write U+FFFD for each invalid byte.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="Write only the first (most frequent) N words.",
)
@click.option(
    "--words",
    "words_file",
    type=FILE,
    metavar="FILE",
    help="Write only the words in FILE, one per line; - is standard input.",
)
@click.option("--normalize", is_flag=True, help="Scale each vector to length 1.")
@click.option(
    "--precision",
    type=click.IntRange(1, 9),
    metavar="N",
    help="Significant digits in text formats (default: as few as read back to the same value).",
)
@click.option(
    "--padding-idx",
    type=click.IntRange(min=0),
    metavar="N",
    help="Insert a row of zeros with the word <pad> at row N (PyTorch); later rows move down.",
)
@click.option(
    "--space-as",
    metavar="TEXT",
    help="Write white space in words, and empty words, as this text, such as _.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing output.")
def command(
    output: str | None, model: str, vectors: TableChoice, overwrite: bool, **given: Any
) -> None:
    """Write vectors in another format.

    OUTPUT is vectors.txt unless given; its ending or --format chooses the format. An ending .gz,
    .bz2, .xz or .zst after that compresses it. With -, the vectors go to standard output, in any
    format that is written from front to back: text, word2vec-bin and fasttext-bin.

    The model may be a file of any of these formats, so this converts any to any: for example,
    w2v export -m vectors.bin vectors.w2v imports a file as a model.
    """
    from w2v.formats.files import open_table, write

    name, target = _target(output, given["format"])
    _check_target(target, model, name, overwrite)
    how = {key: given[key] for key in _READING if given[key] is not None} | vectors.options
    # The first of some words may be anywhere in the file.
    limit = given["limit"] if given["words_file"] is None else None
    table = open_table(model, given["source"], vectors.table, limit, **how)
    for line in table.notes:
        note(line)
    had_subwords = table.subwords is not None
    table = _select(table, given)
    options = {key: given[key] for key in _WRITING if given[key] is not None}
    _warn(table, name)
    if had_subwords and (why := _without_subwords(table, name)):
        note(f"written without its n-grams: unknown words have no vectors there; {why}")
    with steps("writing", "words", len(table)) as moved:
        write(_watched(table, moved), target, format=name, overwrite=overwrite, **options)
    size = f"{counted(len(table), 'word')} by {table.vector_size:,}"
    where = "standard output" if target == registry.STANDARD_OUTPUT else printable(target)
    print(f"wrote {size} to {where} ({name})", file=sys.stderr)


def _target(output: str | None, format: str | None) -> tuple[str, str]:
    """The format and the path to write. Raises UsageError when it is not clear."""
    if output:
        return registry.for_output(output, format), output
    name = registry.check_name(format or "word2vec")
    return name, "vectors" + registry.FORMATS[name].endings[0]


def _check_target(output: str, model: str, name: str, overwrite: bool) -> None:
    """Raise W2VError when the output cannot be written, before anything is read."""
    from w2v.formats.files import check_output

    if os.path.isdir(output) and os.path.isdir(model) and os.path.samefile(output, model):
        raise UsageError(f"{output} is the model itself; give another OUTPUT")
    check_output(output, name, overwrite)


def _select(table: Table, given: dict[str, Any]) -> Table:
    """The rows and words that the options ask for."""
    from w2v.formats import table_changes

    if given["words_file"] is not None:
        lines = [line for _, line in read_lines(given["words_file"])]
        table, missing = table_changes.select_words(table, lines)
        if missing:
            note_missing(missing, len(set(lines)))
    table = table.limit(given["limit"])
    if given["normalize"]:
        table = table_changes.normalise(table)
    if given["space_as"] is not None:
        table = table_changes.replace_spaces(table, given["space_as"])
    return table


def _without_subwords(table: Table, name: str) -> str:
    """Why a table that had n-grams is written without them; "" where it keeps them."""
    if table.subwords is None:
        return "n-grams cannot follow --normalize and --space-as"
    if table.subwords.pruned:
        return "" if name == "fasttext-bin" else "they are pruned, and only .ftbin keeps such"
    return "" if registry.FORMATS[name].holds_subwords else ".w2v and .ftbin keep them"


def _warn(table: Table, name: str) -> None:
    """Report which words word2vec.c's own tools would cut."""
    from w2v.formats.shared.word_checks import long_words

    if name not in _OF_WORD2VEC_C:
        return
    number, first = long_words(table.words, _LONGEST_WORD)
    if number:
        these = counted(number, "word has", "words have")
        print(
            f"{these} 50 bytes or more, '{printable(first[:30])}…' the first; "
            "word2vec.c's own tools cannot hold them",
            file=sys.stderr,
        )


def _watched(table: Table, moved: Callable[..., None]) -> Table:
    """The table, reporting its rows as they are taken."""

    def blocks() -> Iterator[Floats]:
        for block in table.blocks():
            moved(len(block))
            yield block

    return replace(table, blocks=blocks)
