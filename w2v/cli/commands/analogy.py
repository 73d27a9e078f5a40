"""w2v analogy: sums of words."""

from __future__ import annotations

from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import json_option, model_option, search_options


@click.command()
@click.argument("terms", nargs=-1)
@search_options
@model_option
@json_option
def command(terms: tuple[str, ...], model: str, vectors: str, as_json: bool, **search: Any) -> int:
    """Answer analogies: king - man + woman.

    TERMS are three words, 'king man woman' for king - man + woman, or a sum of any number of
    words, 'paris - france + italy', with spaces around + and -. A lone - reads standard input, an
    analogy a line. With no terms on a terminal there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors)
    return ask("analogy", table, terms, Options(**search), as_json=as_json)
