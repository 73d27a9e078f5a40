"""w2v vector: rows of the table."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import TableChoice, json_options, query_model_option
from w2v.cli.output import JsonStyle


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--index", "by_index", is_flag=True, help="WORDS are row numbers, from 0: --index 1 2 3."
)
@query_model_option
@json_options
def command(
    words: tuple[str, ...],
    by_index: bool,
    model: str,
    vectors: TableChoice,
    subwords: bool,
    json_style: JsonStyle | None,
) -> int:
    """Print the vectors of words.

    Each line of output is a word and its numbers, separated by spaces. A single - reads standard
    input, one word per line. Without words there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors, subwords)
    return ask("vector", table, words, Options(by_index=by_index), json_style)
