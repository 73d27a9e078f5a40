"""w2v similarity: the cosine of two words."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import FILE, TableChoice, json_options, query_model_option
from w2v.cli.output import JsonStyle
from w2v.errors import UsageError


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--pairs",
    type=FILE,
    metavar="FILE",
    help="A file of pairs, two words per line, separated by a tab, a comma, a semicolon or a "
    "space; - reads standard input.",
)
@query_model_option
@json_options
def command(
    words: tuple[str, ...],
    pairs: str | None,
    model: str,
    vectors: TableChoice,
    subwords: bool,
    json_style: JsonStyle | None,
) -> int:
    """Show how similar two words are.

    Prints the cosine of their vectors, from -1 to 1. With --pairs, or a single - for standard
    input, each line of output is a pair and its cosine, separated by tabs; further columns of the
    input are ignored. Without words there is a prompt.
    """
    from w2v.cli.questions.asking import ask, ask_file
    from w2v.cli.questions.comparisons import Similarity
    from w2v.cli.questions.task import Options

    if pairs is not None and words:
        raise UsageError("give two words or --pairs FILE, not both")
    table = open_model(model, vectors, subwords)
    if pairs is not None:
        return ask_file(Similarity(table), pairs, json_style)
    return ask("similarity", table, words, Options(), json_style)
