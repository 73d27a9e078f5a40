"""w2v similarity: how alike words are."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import json_option, model_option
from w2v.errors import UsageError


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--pairs",
    metavar="FILE",
    help="A file of pairs, two words a line with a tab, a comma, a semicolon or a space between; "
    "- for standard input.",
)
@model_option
@json_option
def command(
    words: tuple[str, ...], pairs: str | None, model: str, vectors: str, as_json: bool
) -> int:
    """Show how alike two words are.

    Prints the cosine of their vectors, from -1 to 1. For --pairs, or a lone - which is standard
    input, it prints a pair and its cosine a line, with tabs between; further columns of the input
    are passed over. With no words on a terminal there is a prompt.
    """
    from w2v.cli.questions.asking import ask, ask_file
    from w2v.cli.questions.comparisons import Similarity
    from w2v.cli.questions.task import Options

    if pairs is not None and words:
        raise UsageError("give two words or --pairs FILE, not both")
    table = open_model(model, vectors)
    if pairs is not None:
        return ask_file(Similarity(table), pairs, as_json=as_json)
    return ask("similarity", table, words, Options(), as_json=as_json)
