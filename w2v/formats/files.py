"""Open and write a vector file of any format."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import UsageError, W2VError

if TYPE_CHECKING:
    from w2v.formats.table import Table
from w2v.formats.registry import (
    FORMATS,
    HEAD_BYTES,
    PathLike,
    by_ending,
    check_options,
    module_of,
    names,
    sidecars_of,
    split_name,
)


def sniff(path: PathLike) -> str | None:
    """The format that a file's or folder's content tells; None when it tells none."""
    from w2v.formats.shared import compressed

    path = Path(path)
    if path.is_dir():
        head = b""
    elif compressed.is_packed(path):
        head = compressed.unpacked_head(path, HEAD_BYTES)
    else:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    return next((name for name in FORMATS if module_of(name).sniff(path, head)), None)


def open_table(
    path: PathLike,
    format: str | None = None,
    table: str = "input",
    limit: int | None = None,
    in_memory: bool = False,
    **options: Any,
) -> Table:
    """The table at `path`.

    Parameters
    ----------
    format
        One of `names()`. None: told by the content, else by the ending.
    table
        "input", "output" or "sum" of a model folder; other formats hold one table.
    limit
        Only the first rows. Of word2vec, fastText and GloVe text and of word2vec binary, where a
        row starts wherever the one before it ends, what follows them is neither read nor checked.
    in_memory
        Whether all rows are wanted in memory; formats that need two passes otherwise read them
        in one. Without it the rows are not read yet.
    options
        What the format's `read` takes, such as vector_size.

    Raises
    ------
    W2VError when the file is missing, damaged or of no known format.
    """
    path = Path(path)
    if not path.exists():
        raise W2VError(
            f"{path}: no such model; train one with 'w2v train corpus.txt', or name one with -m"
        )
    try:
        return _open(path, format, table, limit, in_memory, options).limit(limit)
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror or error}") from None


def _open(
    path: Path,
    format: str | None,
    table: str,
    limit: int | None,
    in_memory: bool,
    options: dict[str, Any],
) -> Table:
    from w2v.formats.shared import compressed

    name = format or sniff(path) or by_ending(path)
    if name is None:
        raise W2VError(f"{path}: {_unknown(path)}; known are {', '.join(names())}")
    module = module_of(name)
    if table != "input":
        if "table" not in inspect.signature(module.read).parameters:
            raise W2VError(f"{path} holds one table; leave out --vectors {table}")
        options = {**options, "table": table}
    check_options(name, module.read, options)
    is_packed = compressed.is_packed(path)
    known = inspect.signature(module.read).parameters
    if "limit" in known:
        options = {**options, "limit": limit}
    if "in_memory" in known:
        options = {**options, "in_memory": in_memory and not is_packed}
    read: Callable[[Path], Table] = functools.partial(module.read, **options)
    if is_packed:
        return compressed.read_unpacked(path, split_name(path)[0], sidecars_of(module), read)
    return read(path)


def _unknown(path: Path) -> str:
    """Why no format fits."""
    if path.is_dir():
        return "a folder, but not a model"
    return "of no known format" if path.stat().st_size else "the file is empty"


def write(
    table: Table,
    path: PathLike,
    *,
    format: str | None = None,
    overwrite: bool = False,
    **options: Any,
) -> None:
    """Write a table, whole or not at all.

    Parameters
    ----------
    format
        One of `names()`. None: told by the ending.
    options
        What the format's `write` takes, such as precision.

    Raises
    ------
    UsageError when the ending tells no format or the format does not take an option;
    W2VError when the output exists, cannot be written, or cannot hold a word.
    """
    from w2v.formats.shared import compressed
    from w2v.system.atomic import check_writable

    name = format or by_ending(path)
    if name is None:
        raise UsageError(f"{path}: the ending tells no format; give --format")
    module, ending = module_of(name), split_name(path)[1]
    check_options(name, module.write, options)
    if not ending:
        module.write(table, Path(path), overwrite=overwrite, **options)
        return
    if name in ("w2v", "projector"):
        raise UsageError(f"{path}: the format {name} is a folder, which is not compressed")
    check_writable(path, overwrite)
    compressed.write_packed(
        Path(path),
        ending,
        sidecars_of(module),
        functools.partial(module.write, table, **options),
        overwrite=overwrite,
    )
