"""w2v analogy: sums of words."""

from __future__ import annotations

from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import TableChoice, json_options, query_model_option, search_options
from w2v.cli.output import JsonStyle


@click.command()
@click.argument("terms", nargs=-1)
@search_options
@query_model_option
@json_options
def command(
    terms: tuple[str, ...],
    model: str,
    vectors: TableChoice,
    subwords: bool,
    json_style: JsonStyle | None,
    **search: Any,
) -> int:
    """Answer analogies: king - man + woman.

    TERMS are three words, 'king man woman' for king - man + woman, or a sum of any number of
    words, 'paris - france + italy', with spaces around + and -. A single - reads standard input,
    one analogy per line. Without terms there is a prompt.
    """
    from w2v.cli.questions.asking import ask
    from w2v.cli.questions.task import Options

    table = open_model(model, vectors, subwords)
    return ask("analogy", table, terms, Options(**search), json_style)
