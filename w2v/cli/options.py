"""Options that several commands share: the model, the search, JSON, and all of TrainConfig."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, cast

import click
from click.shell_completion import CompletionItem

from w2v.config import MIX_WEIGHT, TABLES, TrainConfig, default_text
from w2v.errors import UsageError
from w2v.option import AUTO, checked

Function = TypeVar("Function", bound=Callable[..., Any])


class _File(click.Path):
    """The name of a file or folder: shells complete it, and the command itself checks it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name as it was given. An empty one is that of a shell variable without a value."""
        if value == "":
            self.fail("the name is empty.", param, ctx)
        return value


class _Config(_File):
    """The name of a TOML file, or of a configuration that comes with w2v."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names of configurations, and files."""
        from w2v.config_files import named_configs

        names = [CompletionItem(name) for name in named_configs() if name.startswith(incomplete)]
        return names or super().shell_complete(ctx, param, incomplete)


class _Format(click.ParamType[str]):
    """The name of a vector format: shells complete it, and the command itself checks it."""

    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The formats that begin with what was typed."""
        from w2v.formats.registry import names

        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]


class _NumberOrAuto(click.ParamType[Any]):
    """A number of a kind, int or float, or the word for a default that other options decide."""

    def __init__(self, kind: type[int] | type[float]) -> None:
        self.kind, self.name = kind, "integer" if kind is int else "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; `auto` as it was given."""
        try:
            return value if value == AUTO else self.kind(value)
        except ValueError:
            number = "whole number" if self.kind is int else "number"
            self.fail(f"{value!r} is neither a {number} nor '{AUTO}'.", param, ctx)


FILE = _File()
FORMAT = _Format()
DEFAULT_MODEL = "model.w2v"
_TEXT_OPTIONS = ("tokenizer", "keep_case", "sentence", "encoding", "text_field", "threads")
TRAINING_OPTIONS = {field.name: field for field in dataclasses.fields(TrainConfig)}

path_option = click.option(
    "-m",
    "--model",
    type=FILE,
    default=DEFAULT_MODEL,
    envvar="W2V_MODEL",
    show_default=True,
    show_envvar=True,
    metavar="PATH",
    help="A model folder, or a vector file of any known format.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")

config_option = click.option(
    "--config",
    type=_Config(),
    metavar="FILE",
    help="A TOML file of options, or the name of a configuration that 'w2v configs' lists. Options "
    "on the command line take precedence.",
)

_weight_option = click.option(
    "--mix-weight",
    type=float,
    metavar="X",
    help=f"The weight of the output vectors in --vectors mix.  [default: {MIX_WEIGHT}]",
)

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
        help="How words are scored: by the cosine with the sum of all terms, or by a product of "
        "cosines.",
    ),
    click.option(
        "--restrict-vocab",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Search only the first (most frequent) N words; 0 searches all.",
    ),
    click.option(
        "--min-similarity",
        type=float,
        metavar="X",
        help="List only words that score at least this.",
    ),
)


def model_option(function: Function) -> Function:
    """-m, --vectors and --mix-weight: the parameters `model` and `vectors` of `open_model`."""
    return path_option(vectors_option(function))


def query_model_option(function: Function) -> Function:
    """`model_option`, and --no-subwords: parameter `subwords`, for `open_model` too."""
    whole_words = click.option(
        "--no-subwords",
        "subwords",
        flag_value=False,
        default=True,
        help="Use only words of the vocabulary; compose no vectors from n-grams.",
    )
    return model_option(whole_words(function))


def json_options(function: Function) -> Function:
    """--json and --jsonl of the query commands: parameter `json_style`, for `print_json_items`."""
    as_lines = click.option(
        "--jsonl", "json_style", flag_value="lines", help="Print one JSON object per answer."
    )
    as_list = click.option(
        "--json", "json_style", flag_value="list", help="Print the answers as a JSON list."
    )
    return as_list(as_lines(function))


class TableChoice(NamedTuple):
    """Which vectors of a model folder to use: what --vectors and --mix-weight say."""

    table: str
    mix_weight: float | None = None

    @property
    def options(self) -> dict[str, float]:
        """What the model folder's reader takes besides the table."""
        return {} if self.mix_weight is None else {"mix_weight": self.mix_weight}


def vectors_option(function: Function, *, every: bool = False) -> Function:
    """--vectors and --mix-weight: the parameter `vectors`, a TableChoice.

    `every` allows `--vectors all`, for a command that takes them one after another.
    """
    text = (
        "Which vectors of a model folder to use: what it publishes, one of the two tables that "
        "were trained, their sum, or their mix, input + mix-weight x output"
    )
    option = click.option(
        "--vectors",
        type=click.Choice([*TABLES, *(["all"] if every else [])]),
        default=TABLES[0],
        show_default=True,
        help=text + ("; all of them with 'all'." if every else "."),
    )

    @functools.wraps(function)
    def command(*arguments: Any, vectors: str, mix_weight: float | None, **given: Any) -> Any:
        if mix_weight is not None and vectors not in ("mix", "all"):
            raise UsageError("--mix-weight needs --vectors mix")
        if mix_weight is not None:
            checked(TRAINING_OPTIONS["mix_weight"], mix_weight)
        return function(*arguments, vectors=TableChoice(vectors, mix_weight), **given)

    return cast(Function, option(_weight_option(command)))


def search_options(function: Function) -> Function:
    """The options of a search: how many words it lists, how they score, and where it looks."""
    for option in reversed(_SEARCH_OPTIONS):
        function = option(function)
    return function


def training_option(name: str, *, default: Any = dataclasses.MISSING) -> Callable[..., Any]:
    """The option for one field of TrainConfig, with its type and help text.

    The help shows the field's default, or `default` for a command with another one. The parameter
    is None unless the user gives the option: see `given_options`.
    """
    field = TRAINING_OPTIONS[name]
    shown = default_text(name) if default is dataclasses.MISSING else default
    text = field.metadata["help"] + (f"  [default: {shown}]" if shown not in (None, "") else "")
    choices = field.metadata["choices"]
    option = "--" + name.replace("_", "-")
    kind = str(field.type).removesuffix(" | None")
    if kind == "bool":
        return click.option(option, name, is_flag=True, default=None, help=field.metadata["help"])
    types: dict[str, Any] = {"int": int, "float": float, "str": str}
    value = click.Choice(choices) if choices else types[kind]
    if field.metadata["default"] == AUTO:
        value = _NumberOrAuto(types[kind])
    if name == "stop_words":
        return click.option(option, name, type=FILE, metavar="FILE", help=text)
    return click.option(option, name, type=value, help=text)


def training_options(function: Function) -> Function:
    """All options of TrainConfig."""
    for name in reversed(TRAINING_OPTIONS):
        function = training_option(name)(function)
    return function


def text_options(function: Function) -> Function:
    """The options of a command that reads a text without training, and --config."""
    function = config_option(function)
    for name in reversed(_TEXT_OPTIONS):
        function = training_option(name)(function)
    return function


def given_options(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The options of TrainConfig that the user gave on the command line."""
    return {
        name: value
        for name, value in parameters.items()
        if name in TRAINING_OPTIONS and value is not None
    }
