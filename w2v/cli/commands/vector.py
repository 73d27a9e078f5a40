"""w2v vector: rows of the table."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import json_option, model_option


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "--index", "by_index", is_flag=True, help="WORDS are row numbers, from 0: --index 1 2 3."
)
@model_option
@json_option
def command(words: tuple[str, ...], by_index: bool, model: str, vectors: str, as_json: bool) -> int:
    """Print the vectors of words.

    A line is a word and its numbers, with spaces between. A lone - reads standard input, a word a
    line. With no words on a terminal there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors)
    return ask("vector", table, words, Options(by_index=by_index), as_json=as_json)
