"""How messages show words, paths, sizes and numbers."""

from __future__ import annotations

import os
from typing import Any

LONGEST_SHOWN = 60
"""Letters of a word that a message shows."""


def size(number: int) -> str:
    """A number of bytes with a unit: '1.4 GB'."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 999.5:  # up to here .3g needs no exponent
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.4g} TB"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: '1 word', '2,079 words'; `many` is `one` and an s unless given."""
    return f"1 {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def printable(path: str | os.PathLike[str]) -> str:
    """A path that is safe to print: bytes that are not text become backslash escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def cut(text: str, most: int = LONGEST_SHOWN) -> str:
    """`text`, or its first letters and an ellipsis if it has more than `most` letters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def shown(text: str | bytes) -> str:
    """A word, or some bytes of a file, in quotes; cut to 60 characters so that it fits a message.

    Bytes that are not UTF-8 become backslash escapes: b"caf\\xe9" -> "'caf\\xe9'".
    """
    if isinstance(text, str):
        return repr(cut(text))
    whole = text[: 4 * LONGEST_SHOWN].decode("utf-8", "backslashreplace")
    return repr(cut(whole)).replace("\\\\", "\\")


def kind_of(value: Any) -> str:
    """What a value is, for a message: "an int", "a list", "bytes", "None (a missing value)"."""
    if value is None or (isinstance(value, float) and value != value):
        return f"{value} (a missing value)"
    name = type(value).__name__
    if name == "bytes":
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
