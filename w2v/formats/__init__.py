"""The registry of formats: one module each, with read() and write(), imported when it is used.

A format is chosen by name, else by the path's ending, else by looking at the content.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import UsageError, W2VError

if TYPE_CHECKING:
    from w2v.embedding import WordVectors

# name -> (module of this package, endings it is chosen by)
FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "w2v": ("folder", (".w2v",)),
}


def names() -> list[str]:
    """The names that --format takes."""
    return list(FORMATS)


def module(name: str) -> Any:
    """The module of a format. Raises UsageError for an unknown name."""
    if name not in FORMATS:
        raise UsageError(f"unknown format '{name}'; known are {', '.join(FORMATS)}")
    return importlib.import_module(f"w2v.formats.{FORMATS[name][0]}")


def by_ending(path: Path) -> str | None:
    """The format that a path's ending names, or None."""
    for name, (_, endings) in FORMATS.items():
        if path.name.lower().endswith(endings):
            return name
    return None


def read(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    table: str = "input",
    limit: int | None = None,
) -> WordVectors:
    """Open vectors: `limit` rows of them, or all.

    `table` is input, output or sum; only a model folder has more than the input vectors.
    Raises W2VError when the file is missing, damaged, or of no known format.
    """
    path = Path(path)
    if not path.exists():
        raise W2VError(
            f"{path}: no such model; train one with 'w2v train corpus.txt', or name one with -m"
        )
    name = format or ("w2v" if path.is_dir() else by_ending(path))
    if name is None:
        raise W2VError(f"{path}: of no known format; name it with --format")
    vectors: WordVectors = module(name).read(path, table=table, limit=limit)
    return vectors


def write(
    vectors: WordVectors,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    overwrite: bool = False,
    **options: Any,
) -> None:
    """Write vectors whole or not at all. Raises W2VError when they cannot be written."""
    path = Path(path)
    name = format or by_ending(path)
    if name is None:
        raise UsageError(f"{path}: the ending names no format; give --format")
    module(name).write(vectors, path, overwrite=overwrite, **options)
