"""w2v neighbors: the nearest words."""

from __future__ import annotations

from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import TableChoice, json_options, query_model_option, search_options
from w2v.cli.output import JsonStyle


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--vector",
    "sums",
    multiple=True,
    metavar="TEXT",
    help="A sum such as 'king - man + woman', or a vector given as numbers; can be repeated.",
)
@search_options
@query_model_option
@json_options
def command(
    words: tuple[str, ...],
    sums: tuple[str, ...],
    model: str,
    vectors: TableChoice,
    subwords: bool,
    json_style: JsonStyle | None,
    **search: Any,
) -> int:
    """List the words nearest to each word.

    Each of WORDS is looked up on its own. A single - reads standard input; each line is a word, a
    sum of words or a vector given as numbers. Without words there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors, subwords)
    return ask("neighbors", table, [*words, *sums], Options(**search), json_style)
