"""What the tests of formats share: tables, nasty words, and files of every format."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from w2v.formats import files, registry
from w2v.formats.table import Table
from w2v.vectors.word_vectors import WordVectors

NASTY = [
    *["the", "5", "10", "1.5", "-0.25", "nan", "inf", "1e5", "日本", "été", "a/b", "-", ".", "_"],
    *[
        "\u2028x",
        "<unk>",
        "</s>",
        "a\x1f",
        "'",
        '"',
        ",",
        "#",
        "𝔘𝔫𝔦",
        "e\u0301",
        "\u200d",
        "a\u00a0b",
    ],
    *["{}", "\\n", "PK", "%s", "x" * 3000],
]
"""Words that every format holds."""

DAMAGED = {"w2v": "vectors.npy", "projector": "vectors.tsv"}
"""For formats that are folders: the file that holds the values."""

PACKAGES = {"pytorch": "torch", "parquet": "pyarrow", "arrow": "pyarrow", ".zst": "zstandard"}
"""The optional packages that formats and compressions need."""


def can_be_tried(name: str) -> bool:
    """Whether the package that a format or a compression needs is installed."""
    return name not in PACKAGES or find_spec(PACKAGES[name]) is not None


def each(names: Iterable[str]) -> list[Any]:
    """Parameters of a test, skipped where the package is missing."""
    return [
        name
        if can_be_tried(name)
        else pytest.param(
            name, marks=pytest.mark.skip(reason=f"the package {PACKAGES[name]} is not installed")
        )
        for name in names
    ]


read = WordVectors.load


def write(vectors: WordVectors | Table, path: Path | str, **options: Any) -> None:
    """Write vectors, or a table, in any format."""
    table = vectors if isinstance(vectors, Table) else vectors.table()
    files.write(table, path, **options)


def some_vectors(words: list[str] = NASTY, size: int = 5, counts: bool = True) -> WordVectors:
    """Vectors of ordinary values for words."""
    rng = np.random.default_rng(len(words))
    matrix = (rng.normal(size=(len(words), size)) * 0.3).astype(np.float32)
    numbers = np.arange(len(words), 0, -1, dtype=np.int64) * 7 if counts else None
    return WordVectors(words, matrix, numbers)


def any_floats(shape: tuple[int, int], seed: int = 0) -> npt.NDArray[np.float32]:
    """float32s of every size and sign, zeros and subnormals too, but no nan and no inf."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**32, shape, dtype=np.uint32).view(np.float32)
    values[~np.isfinite(values)] = 0
    return values


def path_for(folder: Path, name: str, stem: str = "v") -> Path:
    """A path with a format's first ending."""
    return folder / (stem + registry.FORMATS[name].endings[0])


def same_bits(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    """Whether two float32 arrays are the same to the last bit; -0 and 0 differ."""
    return one.shape == other.shape and bool((one.view(np.uint32) == other.view(np.uint32)).all())
