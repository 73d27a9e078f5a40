"""w2v shell: a prompt."""

from __future__ import annotations

from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import json_option, model_option, search_options


@click.command()
@search_options
@model_option
@json_option
def command(model: str, vectors: str, as_json: bool, **search: Any) -> int:
    """Ask questions at a prompt.

    A line is a word, for its neighbours; two words, for how alike they are; three words or a sum
    such as 'king - man + woman', for an analogy; four words or more, for the odd one out. 'help'
    shows the rest. Lines that are piped in are answered too.
    """
    from w2v.cli.questions.prompt import Prompt
    from w2v.cli.questions.task import Options

    return Prompt(open_model(model, vectors), Options(**search), as_json=as_json).run()
