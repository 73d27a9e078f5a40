"""How words, paths and sizes are shown in a message."""

from __future__ import annotations

import os


def size(number: int) -> str:
    """Bytes for people: '1.4 GB'."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 999.5:  # what .3g shows without an exponent
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.4g} TB"


def printable(path: str | os.PathLike[str]) -> str:
    """The path as it can be printed: bytes that are no text become backslash escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def shown(word: str) -> str:
    """A word in quotes, cut where it would fill a message."""
    return repr(word if len(word) <= 60 else word[:59] + "…")
