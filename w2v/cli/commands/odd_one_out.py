"""w2v odd-one-out: the word that does not fit."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import TableChoice, json_options, query_model_option
from w2v.cli.output import JsonStyle


@click.command()
@click.argument("words", nargs=-1)
@query_model_option
@json_options
def command(
    words: tuple[str, ...],
    model: str,
    vectors: TableChoice,
    subwords: bool,
    json_style: JsonStyle | None,
) -> int:
    """Find the word that does not fit the others.

    It is the word whose vector is farthest from the mean of all; --json shows the similarity of
    each. WORDS are three or more. A single - reads standard input, one list of words per line.
    Without words there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors, subwords)
    return ask("odd-one-out", table, words, Options(), json_style)
