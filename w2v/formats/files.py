"""Open and write a vector file of any format."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import UsageError, W2VError
from w2v.formats import registry
from w2v.formats.registry import FORMATS, PathLike
from w2v.formats.signatures import HEAD_BYTES

if TYPE_CHECKING:
    from w2v.formats.table import Table


def sniff(path: PathLike) -> str | None:
    """The format that the content of a file or folder indicates; None if it indicates none."""
    from w2v.formats.shared import compressed

    path = Path(path)
    if path.is_dir():
        head = b""
    elif compressed.is_packed(path):
        head = compressed.unpacked_head(path, HEAD_BYTES)
    else:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    return next((name for name, known in FORMATS.items() if known.matches(path, head)), None)


def open_table(
    path: PathLike,
    format: str | None = None,
    table: str = "published",
    limit: int | None = None,
    in_memory: bool = False,
    **options: Any,
) -> Table:
    """The table at `path`.

    Parameters
    ----------
    format
        One of `registry.names()`. None: what the content indicates, otherwise what the ending
        implies.
    table
        "published", "input", "output", "sum" or "mix" of a model folder (see
        `model_folder.read`); other formats hold a single table.
    limit
        Read only so many rows. What follows them in word2vec, fastText and GloVe text and in
        word2vec binary is not even checked.
    in_memory
        Whether all rows are wanted in memory; formats that otherwise need two passes then need
        only one. Without it, the rows are not read yet.
    options
        Further arguments of the format's `read`, such as vector_size.

    Raises
    ------
    W2VError when the file is missing, damaged or of no known format.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"--limit must be 0 or more, not {limit}")
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

    name = format or sniff(path) or registry.by_ending(path)
    if name is None:
        advice = _advice_for_pickle(path)
        if advice is not None:
            error = W2VError(f"{path}: a file of gensim's own, which only gensim can open")
            error.add_note(advice)
            raise error
        raise W2VError(f"{path}: {_unknown(path)}; known are {', '.join(registry.names())}")
    module = registry.module_of(name)
    if registry.takes(module.read, "table"):
        options = {**options, "table": table}
    elif table not in ("published", "input"):
        raise W2VError(f"{path} holds a single table; leave out --vectors {table}")
    registry.check_options(name, module.read, options)
    is_packed = compressed.is_packed(path)
    if registry.takes(module.read, "limit"):
        options = {**options, "limit": limit}
    if registry.takes(module.read, "in_memory"):
        options = {**options, "in_memory": in_memory and not is_packed}
    read: Callable[[Path], Table] = functools.partial(module.read, **options)
    if is_packed:
        inside = registry.split_name(path)[0]
        lines = None if limit is None or not FORMATS[name].is_text else limit + 1
        return compressed.read_unpacked(path, inside, read, FORMATS[name].has_words_beside, lines)
    return read(path)


# The classes that gensim pickles into a .model or .kv file, and where their vectors are.
_PICKLED = {
    b"gensim.models.fasttext": ("gensim.models", "FastText", ".wv"),
    b"gensim.models.word2vec": ("gensim.models", "Word2Vec", ".wv"),
    b"gensim.models.keyedvectors": ("gensim.models", "KeyedVectors", ""),
}


def _advice_for_pickle(path: Path) -> str | None:
    """How to convert a file that gensim's save() wrote; None for any other file."""
    if not path.is_file():
        return None
    with open(path, "rb") as file:
        head = file.read(4096)
    if not head.startswith(b"\x80"):
        return None
    for mark, (module, name, vectors) in _PICKLED.items():
        if mark in head:
            target = path.with_suffix(".bin").name
            return (
                f'convert it once, in Python: from {module} import {name}; {name}.load("{path}")'
                f'{vectors}.save_word2vec_format("{target}", binary=True)'
            )
    return None


def _unknown(path: Path) -> str:
    """Why no format fits."""
    if path.is_dir():
        return "a folder, but not a model"
    return "not a known format" if path.stat().st_size else "the file is empty"


def check_output(path: PathLike, format: str, overwrite: bool) -> None:
    """Raise W2VError if an output cannot be written; call it before anything is read."""
    from w2v.formats.model_folder import MODEL_FILES
    from w2v.system.atomic import check_writable

    # A folder of the projector's may hold other files; its writer checks those that it writes.
    if format != "projector" and os.fspath(path) != registry.STANDARD_OUTPUT:
        check_writable(path, overwrite, folder=MODEL_FILES if format == "w2v" else None)


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
        One of `registry.names()`. None: what the ending implies; word2vec text for `-`, which is
        standard output.
    options
        Further arguments of the format's `write`, such as precision.

    Raises
    ------
    UsageError when the ending implies no format or contradicts the given one, or when the format
    does not take an option or cannot be written to `-`, standard output;
    W2VError when the output exists, cannot be written, or cannot hold a word.
    """
    from w2v.formats.shared import compressed
    from w2v.system.atomic import check_writable

    name = registry.for_output(path, format)
    module, ending = registry.module_of(name), registry.split_name(path)[1]
    registry.check_options(name, module.write, options)
    if not ending:
        module.write(table, Path(path), overwrite=overwrite, **options)
        return
    if FORMATS[name].is_folder:
        raise UsageError(f"{path}: the format {name} is a folder, which cannot be compressed")
    check_writable(path, overwrite)
    compressed.write_packed(
        Path(path),
        ending,
        functools.partial(module.write, table, **options),
        has_words_beside=FORMATS[name].has_words_beside,
        overwrite=overwrite,
    )
