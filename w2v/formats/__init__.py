"""The registry of formats: read and write vectors in any that we know.

Each format is a module of this package with

    NAME, ENDINGS, DESCRIPTION
    sniff(path, head: bytes) -> bool            whether a file is of this format
    read(path) -> Table                         open it
    write(table, path, *, overwrite) -> None    write it, whole or not at all

`read` and `write` may take options of their own, by keyword. Only the modules that are needed are
imported, and nothing here imports NumPy.
"""

from __future__ import annotations

import importlib
import inspect
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import UsageError, W2VError

if TYPE_CHECKING:
    from types import ModuleType

    from w2v.embedding import WordVectors
    from w2v.formats.table import Table

PathLike = str | os.PathLike[str]

HEAD_BYTES = 65_536
"""So many first bytes of a file are looked at to tell its format."""

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


@dataclass(frozen=True)
class Format:
    """What is known of a format before its module is imported."""

    module: str
    endings: tuple[str, ...]
    description: str


# In the order in which content is looked at: first what a signature tells for certain, text last.
FORMATS = {
    "w2v": Format(
        "folder",
        (".w2v",),
        "Our model folder.",
    ),
    "npy": Format(
        "npy",
        (".npy",),
        "NumPy array, with the words beside it in NAME.vocab.tsv.",
    ),
    "npz": Format(
        "npz",
        (".npz",),
        "NumPy archive of the arrays 'vectors', 'words' and 'counts'.",
    ),
    "safetensors": Format(
        "safetensors_file",
        (".safetensors",),
        "safetensors, a tensor 'weight', with the words beside it in NAME.vocab.tsv.",
    ),
    "pytorch": Format(
        "pytorch",
        (".pt", ".pth"),
        "PyTorch state dict of an nn.Embedding, with the words beside it in NAME.vocab.tsv.",
    ),
    "parquet": Format(
        "parquet",
        (".parquet",),
        "Parquet columns 'word', 'count' and 'vector' (needs pyarrow).",
    ),
    "arrow": Format(
        "arrow",
        (".arrow", ".feather"),
        "Arrow (Feather 2) columns 'word', 'count' and 'vector' (needs pyarrow).",
    ),
    "word2vec-bin": Format(
        "word2vec_bin",
        (".bin",),
        "word2vec binary; --vector-size N reads one without its first line.",
    ),
    "word2vec": Format(
        "word2vec",
        (".txt",),
        "word2vec text, a first line with the sizes, then a word and its values a line.",
    ),
    "fasttext": Format(
        "fasttext_vec",
        (".vec",),
        "fastText .vec, which is word2vec text (--precision 5 writes what fastText does).",
    ),
    "glove": Format(
        "glove",
        (".glove", ".glove.txt"),
        "GloVe text, a word and its values a line, no first line with the sizes.",
    ),
}


def names() -> list[str]:
    """The names of all formats."""
    return list(FORMATS)


def by_ending(path: PathLike) -> str | None:
    """The format that a file's name tells, whether compressed or not; None when it tells none."""
    name = os.path.basename(os.fspath(path).rstrip("/\\")).lower()
    for packed in COMPRESSED:
        name = name.removesuffix(packed)
    fits = [
        (len(ending), key)
        for key, known in FORMATS.items()
        for ending in known.endings
        if name.endswith(ending)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def sniff(path: PathLike) -> str | None:
    """The format that a file's or folder's content tells; None when it tells none."""
    path = Path(path)
    head = b""
    if not path.is_dir():
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    for name in FORMATS:
        if _module(name).sniff(path, head):
            return name
    return None


def open_table(
    path: PathLike, format: str | None = None, table: str = "input", **options: Any
) -> Table:
    """The table at `path`, its rows not read yet.

    Parameters
    ----------
    format
        One of `names()`. None: told by the content, else by the ending.
    table
        "input", "output" or "sum" of a model folder; other formats hold one table.
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
        return _open(path, format, table, options)
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror or error}") from None


def _open(path: Path, format: str | None, table: str, options: dict[str, Any]) -> Table:
    name = format or sniff(path) or by_ending(path)
    if name is None:
        raise W2VError(f"{path}: of no known format; known are {', '.join(names())}")
    module = _module(name)
    if table != "input":
        options = {**options, "table": table}
        if "table" not in inspect.signature(module.read).parameters:
            raise W2VError(f"{path} holds one table; leave out --vectors {table}")
    _check_options(name, module.read, options)
    result: Table = module.read(path, **options)
    return result


def read(
    path: PathLike,
    *,
    format: str | None = None,
    table: str = "input",
    limit: int | None = None,
    **options: Any,
) -> WordVectors:
    """Open vectors of any format; `limit` takes only the first rows. See `open_table`."""
    return open_table(path, format, table, **options).limit(limit).vectors()


def write(
    table: Table | WordVectors,
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
    from w2v.formats.table import Table, from_vectors

    name = format or by_ending(path)
    if name is None:
        raise UsageError(f"{path}: the ending tells no format; give --format")
    module = _module(name)
    _check_options(name, module.write, options)
    whole = table if isinstance(table, Table) else from_vectors(table)
    module.write(whole, Path(path), overwrite=overwrite, **options)


def _module(name: str) -> ModuleType:
    """The module of a format. Raises UsageError when there is none."""
    if name not in FORMATS:
        raise UsageError(f"unknown format '{name}'; known are {', '.join(names())}")
    return importlib.import_module(f"w2v.formats.{FORMATS[name].module}")


def _check_options(name: str, function: Any, options: dict[str, Any]) -> None:
    """Raise UsageError for an option that a format's function does not take."""
    known = inspect.signature(function).parameters
    for option in options:
        if option not in known:
            raise UsageError(f"the format {name} takes no --{option.replace('_', '-')}")
