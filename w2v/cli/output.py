"""How commands print: JSON, tables and text on standard output, notes on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from w2v.errors import W2VError

JsonStyle = Literal["list", "lines"]
"""What --json and --jsonl print."""

_LISTED = 5  # unknown words that are named


def print_json(value: Any) -> None:
    """Print `value` as one line of JSON; it must not contain NaN, which JSON lacks."""
    echo(_json(value))


def print_json_items(values: Iterable[Any], style: JsonStyle) -> None:
    """Print `values` one per line, each as soon as it is known: as a JSON list, or as JSON lines.

    If a W2VError ends them after the first item, the list is closed all the same.
    """
    if style == "lines":
        for value in values:
            echo(_json(value))
        return
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
    """`value` as one line of JSON."""
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns; columns of numbers are aligned to the right.

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
    """Print to standard output; characters that its encoding lacks are shown as escapes."""
    sys.stdout.write(text + end)


def note(text: str) -> None:
    """Print one line to standard error, after everything printed so far."""
    sys.stdout.flush()
    print(" ".join(text.split()), file=sys.stderr, flush=True)


def note_composed(words: Sequence[str]) -> None:
    """Report words that are not in the vocabulary and got vectors from their n-grams."""
    for word in words:
        note(f"{printable(word)}: not in the vocabulary; its vector is composed of n-grams")


def note_missing(missing: Sequence[str], n_wanted: int) -> None:
    """Report which of the `n_wanted` words of a file are not in the model."""
    shown = ", ".join(map(printable, missing[:_LISTED])) + ", …" * (len(missing) > _LISTED)
    verb = "is" if len(missing) == 1 else "are"
    note(f"{len(missing):,} of {n_wanted:,} words {verb} not in the model: {shown}")


def printable(text: str) -> str:
    """`text` with control characters as escapes, so that a word cannot control the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else _escape(c) for c in text)


def _escape(character: str) -> str:
    """An escape for a character that moves the cursor; others stay as they are."""
    import unicodedata

    turns_direction = "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
    if turns_direction or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return character.encode("unicode_escape", "surrogatepass").decode()
    return character


def _is_number(cell: str) -> bool:
    """Whether a cell is a number, perhaps with separators and a unit, or "-" for none."""
    return cell == "-" or cell.lstrip("-+").replace(",", "").rstrip(" %")[:1].isdigit()


def _width(text: str) -> int:
    """The width of `text` in columns: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )
