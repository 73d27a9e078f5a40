"""w2v neighbors: the nearest words."""

from __future__ import annotations

from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import json_option, model_option, search_options


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--vector",
    "sums",
    multiple=True,
    metavar="TEXT",
    help="A sum such as 'king - man + woman', or a vector in numbers; can be repeated.",
)
@search_options
@model_option
@json_option
def command(
    words: tuple[str, ...],
    sums: tuple[str, ...],
    model: str,
    vectors: str,
    as_json: bool,
    **search: Any,
) -> int:
    """List the words nearest to each word.

    WORDS are words, each looked up on its own; a lone - reads standard input, a word, a sum of
    words or a vector in numbers a line. With no words on a terminal there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors)
    return ask("neighbors", table, [*words, *sums], Options(**search), as_json=as_json)
