"""The registry of formats: read and write vectors in any that we know.

Each format is a module of this package with

    NAME, ENDINGS, DESCRIPTION
    sniff(path, head: bytes) -> bool            whether a file is of this format
    read(path) -> Table                         open it
    write(table, path, *, overwrite) -> None    write it, whole or not at all

`read` and `write` may take options of their own, by keyword. A format of several files has

    sidecars(path) -> list[Path]                the files that belong to one at `path`

Only the modules that are needed are imported, and nothing here imports NumPy.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import os
from collections.abc import Callable
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

FOLDERS = ("w2v", "projector")
"""Formats that are folders, not files."""

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
        "NumPy array, with the words beside it in FILE.vocab.tsv.",
    ),
    "npz": Format(
        "npz",
        (".npz",),
        "NumPy archive of the arrays 'vectors', 'words' and 'counts'.",
    ),
    "safetensors": Format(
        "safetensors_file",
        (".safetensors",),
        "safetensors, a tensor 'weight', with the words beside it in FILE.vocab.tsv.",
    ),
    "pytorch": Format(
        "pytorch",
        (".pt", ".pth"),
        "PyTorch state dict of an nn.Embedding, with the words beside it in FILE.vocab.tsv.",
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
    "fasttext-bin": Format(
        "fasttext_bin",
        (".fasttext.bin", ".ftbin"),
        "fastText .bin, read with its subwords, written as a model without any.",
    ),
    "finalfusion": Format(
        "finalfusion",
        (".fifu", ".finalfusion"),
        "finalfusion, whole words and their rows at length 1 with the lengths beside them.",
    ),
    "word2vec-bin": Format(
        "word2vec_bin",
        (".bin",),
        "word2vec binary; --vector-size N reads one without its first line.",
    ),
    "projector": Format(
        "projector",
        (".projector",),
        "TensorFlow's Embedding Projector: a folder of vectors.tsv, metadata.tsv and a config.",
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
    name, _ = _split_name(path)
    fits = [
        (len(ending), key)
        for key, known in FORMATS.items()
        for ending in known.endings
        if name.lower().endswith(ending)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def _split_name(path: PathLike) -> tuple[str, str]:
    """A file's name without the ending of its compression, and that ending (or nothing)."""
    name = os.path.basename(os.fspath(path).rstrip("/\\"))
    packed = next((ending for ending in COMPRESSED if name.lower().endswith(ending)), "")
    return name[: len(name) - len(packed)], packed


def sniff(path: PathLike) -> str | None:
    """The format that a file's or folder's content tells; None when it tells none."""
    from w2v.formats import packed

    path = Path(path)
    if path.is_dir():
        head = b""
    elif packed.is_packed(path):
        head = packed.unpacked_head(path, HEAD_BYTES)
    else:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
    return next((name for name in FORMATS if _module(name).sniff(path, head)), None)


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
    from w2v.formats import packed

    name = format or sniff(path) or by_ending(path)
    if name is None:
        raise W2VError(f"{path}: {_unknown(path)}; known are {', '.join(names())}")
    module = _module(name)
    if table != "input":
        if "table" not in inspect.signature(module.read).parameters:
            raise W2VError(f"{path} holds one table; leave out --vectors {table}")
        options = {**options, "table": table}
    _check_options(name, module.read, options)
    is_packed = packed.is_packed(path)
    known = inspect.signature(module.read).parameters
    if "limit" in known:
        options = {**options, "limit": limit}
    if "in_memory" in known:
        options = {**options, "in_memory": in_memory and not is_packed}
    read: Callable[[Path], Table] = functools.partial(module.read, **options)
    if is_packed:
        return packed.read_unpacked(path, _split_name(path)[0], _sidecars(module), read)
    return read(path)


def _unknown(path: Path) -> str:
    """Why no format fits."""
    if path.is_dir():
        return "a folder, but not a model"
    return "of no known format" if path.stat().st_size else "the file is empty"


def read(
    path: PathLike,
    *,
    format: str | None = None,
    table: str = "input",
    limit: int | None = None,
    **options: Any,
) -> WordVectors:
    """Open vectors of any format; `limit` takes only the first rows. See `open_table`."""
    return open_table(path, format, table, limit, True, **options).vectors()


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
    from w2v.atomic import check_writable
    from w2v.formats import packed
    from w2v.formats.table import Table, from_vectors

    name = format or by_ending(path)
    if name is None:
        raise UsageError(f"{path}: the ending tells no format; give --format")
    module, ending = _module(name), _split_name(path)[1]
    _check_options(name, module.write, options)
    whole = table if isinstance(table, Table) else from_vectors(table)
    if not ending:
        module.write(whole, Path(path), overwrite=overwrite, **options)
        return
    if name in ("w2v", "projector"):
        raise UsageError(f"{path}: the format {name} is a folder, which is not compressed")
    check_writable(path, overwrite, folder=False)
    packed.write_packed(
        Path(path),
        ending,
        _sidecars(module),
        functools.partial(module.write, whole, **options),
        overwrite=overwrite,
    )


def _module(name: str) -> ModuleType:
    """The module of a format. Raises UsageError when there is none."""
    if name not in FORMATS:
        raise UsageError(f"unknown format '{name}'; known are {', '.join(names())}")
    return importlib.import_module(f"w2v.formats.{FORMATS[name].module}")


def _sidecars(module: ModuleType) -> Callable[[Path], list[Path]]:
    """The function that tells which files belong to one of a format."""
    return getattr(module, "sidecars", lambda path: [])


def _check_options(name: str, function: Any, options: dict[str, Any]) -> None:
    """Raise UsageError for an option that a format's function does not take."""
    known = inspect.signature(function).parameters
    for option in options:
        if option not in known:
            raise UsageError(f"the format {name} takes no --{option.replace('_', '-')}")
