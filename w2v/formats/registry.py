"""The registry: what is known of each format before the module that reads and writes it is loaded.

The module of a format has two functions:

    read(path) -> Table                         open a file
    write(table, path, *, overwrite) -> None    write a file, whole or not at all

Both may take further options by keyword. Nothing here imports NumPy.
"""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from w2v.errors import UsageError
from w2v.formats import signatures
from w2v.formats.signatures import Signature, starts_with

if TYPE_CHECKING:
    from types import ModuleType


PathLike = str | os.PathLike[str]

STANDARD_OUTPUT = "-"
"""The output that is not a file."""

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
"""The endings of compressed files."""


@dataclass(frozen=True)
class Format:
    """What is known about a format.

    Parameters
    ----------
    module
        The module of this package that reads and writes it.
    endings
        How the names of its files end; the first is the usual one.
    description
        One line for the help.
    matches
        Whether a file's content is of this format.
    is_folder
        Whether it is a folder, not a file.
    has_words_beside
        Whether its words are in a file beside it, FILE.vocab.tsv.
    is_text
        Whether its files are text.
    can_stream
        Whether it is written from front to back, so that it can go to standard output.
    holds_subwords
        Whether it also holds the n-grams of a model.
    """

    module: str
    endings: tuple[str, ...]
    description: str
    matches: Signature
    is_folder: bool = False
    has_words_beside: bool = False
    is_text: bool = False
    can_stream: bool = False
    holds_subwords: bool = False


# In the order in which content is examined: unmistakable signatures first, text last.
FORMATS = {
    "w2v": Format(
        "model_folder",
        (".w2v",),
        "Our model folder.",
        signatures.is_model_folder,
        is_folder=True,
        holds_subwords=True,
    ),
    "npy": Format(
        "npy",
        (".npy",),
        "NumPy array, with the words beside it in FILE.vocab.tsv.",
        starts_with(signatures.NPY),
        has_words_beside=True,
    ),
    "npz": Format(
        "npz",
        (".npz",),
        "NumPy archive of the arrays 'vectors', 'words' and 'counts'.",
        signatures.is_npz,
    ),
    "safetensors": Format(
        "safetensors",
        (".safetensors",),
        "safetensors file of a tensor 'weight', with the words beside it in FILE.vocab.tsv.",
        signatures.is_safetensors,
        has_words_beside=True,
    ),
    "pytorch": Format(
        "pytorch",
        (".pt", ".pth"),
        "PyTorch state dict of an nn.Embedding, with the words beside it in FILE.vocab.tsv.",
        signatures.is_torch,
        has_words_beside=True,
    ),
    "parquet": Format(
        "parquet",
        (".parquet",),
        "Parquet columns 'word', 'count' and 'vector', or Spark's folder (needs pyarrow).",
        signatures.is_parquet,
    ),
    "arrow": Format(
        "arrow",
        (".arrow", ".feather"),
        "Arrow (Feather 2) columns 'word', 'count' and 'vector' (needs pyarrow).",
        starts_with(signatures.ARROW),
    ),
    "fasttext-bin": Format(
        "fasttext_binary",
        (".fasttext.bin", ".ftbin"),
        "fastText .bin, with its subwords, output vectors and options.",
        starts_with(signatures.FASTTEXT),
        can_stream=True,
        holds_subwords=True,
    ),
    "finalfusion": Format(
        "finalfusion",
        (".fifu", ".finalfusion"),
        "finalfusion file of whole words; it stores the vectors at length 1 beside their lengths.",
        starts_with(signatures.FINALFUSION),
    ),
    "word2vec-bin": Format(
        "word2vec_binary",
        (".bin",),
        "word2vec binary; --vector-size N reads a file without the first line.",
        signatures.is_word2vec_binary,
        can_stream=True,
    ),
    "projector": Format(
        "projector",
        (".projector",),
        "TensorFlow's Embedding Projector: a folder of vectors.tsv, metadata.tsv and a config.",
        signatures.is_projector,
        is_folder=True,
    ),
    "word2vec": Format(
        "word2vec_text",
        (".txt",),
        "word2vec text: a first line with the sizes, then one word and its values per line.",
        signatures.is_word2vec_text,
        is_text=True,
        can_stream=True,
    ),
    "fasttext": Format(
        "fasttext_text",
        (".vec",),
        "fastText .vec, which is word2vec text (--precision 5 writes what fastText does).",
        signatures.is_word2vec_text,
        is_text=True,
        can_stream=True,
    ),
    "glove": Format(
        "glove",
        (".glove", ".glove.txt"),
        "GloVe text: one word and its values per line, without a first line.",
        signatures.is_glove,
        is_text=True,
        can_stream=True,
    ),
}


def names() -> list[str]:
    """The names of all formats."""
    return list(FORMATS)


def by_ending(path: PathLike) -> str | None:
    """The format that a file's name implies, compressed or not; None when it implies none."""
    name, _ = split_name(path)
    fits = [
        (len(ending), key)
        for key, known in FORMATS.items()
        for ending in known.endings
        if name.lower().endswith(ending)
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def for_output(path: PathLike, format: str | None = None) -> str:
    """The format to write at `path`: the given one, otherwise what the name implies.

    Standard output receives word2vec text unless another format is given. Raises UsageError when
    the name implies no format, contradicts the given one, or is `-` and the format cannot be
    streamed.
    """
    implied = by_ending(path)
    if os.fspath(path) == STANDARD_OUTPUT:
        name = check_name(format or "word2vec")
        if not FORMATS[name].can_stream:
            raise UsageError(f"the format {name} cannot go to standard output; name a file instead")
        return name
    if format is None:
        if implied is None:
            known = " ".join(ending for one in FORMATS.values() for ending in one.endings)
            raise UsageError(
                f"{os.fspath(path)}: the ending implies no format; give --format, or one of {known}"
            )
        return implied
    if FORMATS[check_name(format)].is_text and implied and not FORMATS[implied].is_text:
        binary = f"--format {format}-bin or " if f"{format}-bin" in FORMATS else ""
        raise UsageError(
            f"{os.fspath(path)}: the format {format} is text, and the ending is that of {implied}; "
            f"give {binary}a name that ends in {FORMATS[format].endings[0]}"
        )
    return format


def split_name(path: PathLike) -> tuple[str, str]:
    """A file's name without the ending of its compression, and that ending ("" for none).

    "dir/a.vec.gz" -> ("a.vec", ".gz")
    """
    name = os.path.basename(os.fspath(path).rstrip("/\\"))
    packed = next((ending for ending in COMPRESSED if name.lower().endswith(ending)), "")
    return name[: len(name) - len(packed)], packed


def check_name(name: str) -> str:
    """The name itself. Raises UsageError when no format has it."""
    if name not in FORMATS:
        raise UsageError(f"unknown format '{name}'; known are {', '.join(names())}")
    return name


def module_of(name: str) -> ModuleType:
    """The module of a format. Raises UsageError when there is no such format."""
    return importlib.import_module(f"w2v.formats.{FORMATS[check_name(name)].module}")


def takes(function: Callable[..., Any], option: str) -> bool:
    """Whether a format's `read` or `write` takes an option."""
    return option in inspect.signature(function).parameters


def check_options(name: str, function: Callable[..., Any], options: dict[str, Any]) -> None:
    """Raise UsageError for an option that a format's `read` or `write` does not take."""
    for option in options:
        if not takes(function, option):
            raise UsageError(f"the format {name} takes no --{option.replace('_', '-')}")
