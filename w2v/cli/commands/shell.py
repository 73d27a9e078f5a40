"""w2v shell: a prompt."""

from __future__ import annotations

from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import TableChoice, json_options, query_model_option, search_options
from w2v.cli.output import JsonStyle


@click.command()
@search_options
@query_model_option
@json_options
def command(
    model: str, vectors: TableChoice, subwords: bool, json_style: JsonStyle | None, **search: Any
) -> int:
    """Ask questions at a prompt.

    One word lists its neighbours; two words give their similarity; three words, or a sum such as
    'king - man + woman', are an analogy; four words or more give the odd one out. 'help' explains
    the rest. Lines that are piped in are answered too.
    """
    from w2v.cli.questions.prompt import Prompt
    from w2v.cli.questions.task import Options

    return Prompt(open_model(model, vectors, subwords), Options(**search), json_style).run()
