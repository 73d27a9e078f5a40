"""Options that several commands share, and those made from TrainConfig."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    pass
import dataclasses
from typing import TYPE_CHECKING

from w2v.config import TrainConfig

if TYPE_CHECKING:
    pass

F = TypeVar("F", bound=Callable[..., Any])


DEFAULT_MODEL = "model.w2v"


path_option = click.option(
    "-m",
    "--model",
    default=DEFAULT_MODEL,
    envvar="W2V_MODEL",
    show_default=True,
    show_envvar=True,
    metavar="PATH",
    help="A model folder, or a vector file of any known format.",
)


def model_option(function: F) -> F:
    """-m/--model and --vectors: parameters `model` and `vectors`, for `open_model`."""
    function = click.option(
        "--vectors",
        type=click.Choice(["input", "output", "sum"]),
        default="input",
        show_default=True,
        help="Which of a model folder's two tables answers, or the sum of both.",
    )(function)
    return path_option(function)


json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


_SEARCH_OPTIONS = (
    click.option(
        "--top",
        type=click.IntRange(min=1),
        default=10,
        show_default=True,
        metavar="N",
        help="How many words to list.",
    ),
    click.option(
        "--method",
        type=click.Choice(["3cosadd", "3cosmul"]),
        default="3cosadd",
        show_default=True,
        help="How words are scored: the cosine with the sum of all terms, or a product of cosines.",
    ),
    click.option(
        "--restrict-vocab",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Search only the first (most frequent) N words; all unless given.",
    ),
    click.option(
        "--min-similarity",
        type=float,
        metavar="X",
        help="List no word that scores less.",
    ),
)


def search_options(function: F) -> F:
    """The options of a search: how many words it lists, how they score, and where it looks."""
    for option in reversed(_SEARCH_OPTIONS):
        function = option(function)
    return function


CLICK_TYPES: dict[str, Any] = {"int": int, "int | None": int, "float": float, "str": str}


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each field of TrainConfig, its help and default taken from there."""
    for field in reversed(dataclasses.fields(TrainConfig)):
        text = field.metadata["help"]
        if field.default is not None:
            text += f"  [default: {field.default}]"
        choices = field.metadata["choices"]
        kind = click.Choice(choices) if choices else CLICK_TYPES[str(field.type)]
        name = "--" + field.name.replace("_", "-")
        command = click.option(name, field.name, type=kind, help=text)(command)
    return command
