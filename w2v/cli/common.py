"""What the query commands share: their options, opening a model, and printing answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.embedding import WordVectors

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_MODEL = "model.w2v"
_LONGEST_LINE = 1 << 20


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


def open_model(model: str, vectors: str = "input") -> WordVectors:
    """The vectors that -m and --vectors name. Raises W2VError when there are none."""
    from w2v import formats

    return formats.read(model, table=vectors)


def read_lines(path: str) -> Iterator[tuple[int, str]]:
    """The lines of a text file, or of standard input for `-`, numbered from 1; empty ones not.

    Raises W2VError for a file that cannot be read, and for what is not UTF-8 text.
    """
    name = "standard input" if path == "-" else path
    try:
        with click.open_file(path, "rb") as file:
            yield from _decoded(file, name)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise W2VError(f"{name}: {getattr(error, 'strerror', None) or error}") from None


def _decoded(file: IO[Any], name: str) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise W2VError(f"{name}:{number}: a line of more than {_LONGEST_LINE:,} bytes")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise W2VError(f"{name}:{number}: not valid UTF-8") from None
        if text:
            yield number, text


def print_json(value: Any) -> None:
    """Print `value` as one line of JSON; numbers that JSON lacks (NaN) must not be in it."""
    echo(_json(value))


def print_json_list(values: Iterable[Any]) -> None:
    """Print `values` as a JSON list, an item a line, each when it comes.

    Where they end in a W2VError the list is ended too, unless it was not begun.
    """
    mark = "["
    try:
        for value in values:
            echo(mark + _json(value), end="")
            mark = ",\n "
    except W2VError:
        if mark != "[":
            echo("]")
        raise
    echo("]" if mark != "[" else "[]")


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns; those that hold only numbers stand to the right.

    An empty `header` prints none. Control characters are shown as escapes.
    """
    body = [[printable(cell) for cell in row] for row in rows]
    table = [list(header), *body] if header else body
    if not table:
        return
    right = [all(_is_number(row[i]) for row in body) for i in range(len(table[0]))]
    widths = [max(_width(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        cells = [
            pad + cell if on_right else cell + pad
            for cell, on_right, pad in (
                (cell, on_right, " " * (width - _width(cell)))
                for cell, on_right, width in zip(row, right, widths, strict=True)
            )
        ]
        echo("  ".join(cells).rstrip())


def echo(text: str, *, end: str = "\n") -> None:
    """Print to standard output, which shows what its encoding cannot hold as escapes."""
    sys.stdout.write(text + end)


def note(text: str) -> None:
    """Print a line to standard error, on one line, once all output before it is out."""
    sys.stdout.flush()
    print(" ".join(text.split()), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """`text` with control characters as escapes, so that a word cannot steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else _escape(c) for c in text)


def _escape(character: str) -> str:
    """An escape for what moves the cursor; other rare characters stay as they are."""
    import unicodedata

    turns_direction = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    if turns_direction or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape", "surrogatepass").decode()
    return character


def _is_number(cell: str) -> bool:
    """Whether a cell is a figure: digits with marks and a unit, or a lone - for none."""
    return cell == "-" or cell.lstrip("-+").replace(",", "").rstrip(" %")[:1].isdigit()


def _width(text: str) -> int:
    """The columns that `text` takes: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )
