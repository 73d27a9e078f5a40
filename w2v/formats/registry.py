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

import importlib
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType


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
        "model_folder",
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
        "safetensors",
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
        "fasttext_binary",
        (".fasttext.bin", ".ftbin"),
        "fastText .bin, read with its subwords, written as a model without any.",
    ),
    "finalfusion": Format(
        "finalfusion",
        (".fifu", ".finalfusion"),
        "finalfusion, whole words and their rows at length 1 with the lengths beside them.",
    ),
    "word2vec-bin": Format(
        "word2vec_binary",
        (".bin",),
        "word2vec binary; --vector-size N reads one without its first line.",
    ),
    "projector": Format(
        "projector",
        (".projector",),
        "TensorFlow's Embedding Projector: a folder of vectors.tsv, metadata.tsv and a config.",
    ),
    "word2vec": Format(
        "word2vec_text",
        (".txt",),
        "word2vec text, a first line with the sizes, then a word and its values a line.",
    ),
    "fasttext": Format(
        "fasttext_text",
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
    name, _ = split_name(path)
    fits = [
        (len(ending), key)
        for key, known in FORMATS.items()
        for ending in known.endings
        if name.lower().endswith(ending)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def split_name(path: PathLike) -> tuple[str, str]:
    """A file's name without the ending of its compression, and that ending (or nothing)."""
    name = os.path.basename(os.fspath(path).rstrip("/\\"))
    packed = next((ending for ending in COMPRESSED if name.lower().endswith(ending)), "")
    return name[: len(name) - len(packed)], packed


def module_of(name: str) -> ModuleType:
    """The module of a format. Raises UsageError when there is none."""
    if name not in FORMATS:
        raise UsageError(f"unknown format '{name}'; known are {', '.join(names())}")
    return importlib.import_module(f"w2v.formats.{FORMATS[name].module}")


def sidecars_of(module: ModuleType) -> Callable[[Path], list[Path]]:
    """The function that tells which files belong to one of a format."""
    return getattr(module, "sidecars", lambda path: [])


def check_options(name: str, function: Any, options: dict[str, Any]) -> None:
    """Raise UsageError for an option that a format's function does not take."""
    known = inspect.signature(function).parameters
    for option in options:
        if option not in known:
            raise UsageError(f"the format {name} takes no --{option.replace('_', '-')}")
