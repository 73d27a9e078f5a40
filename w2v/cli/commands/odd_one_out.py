"""w2v odd-one-out: the word that does not fit."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import json_option, model_option


@click.command()
@click.argument("words", nargs=-1)
@model_option
@json_option
def command(words: tuple[str, ...], model: str, vectors: str, as_json: bool) -> int:
    """Find the word that does not fit the others.

    It is the one whose vector is farthest from the mean of all; --json shows how far each is.
    WORDS are three or more; a lone - reads standard input, a list of words a line. With no words
    on a terminal there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors)
    return ask("odd-one-out", table, words, Options(), as_json=as_json)
