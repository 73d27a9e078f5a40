"""Our own model folder: model.json, vocab.tsv, vectors.npy, context.npy, train.jsonl.

Opening it reads no table (they are memory-mapped) and makes no Python object for each word
(vocab.tsv is split with array operations).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats
from w2v.errors import W2VError
from w2v.formats.shared import npy_layout, vocab_tsv
from w2v.formats.signatures import MODEL_JSON
from w2v.formats.table import Table, from_arrays, from_file
from w2v.system.atomic import atomic_folder
from w2v.words.word_list import WordList

FORMAT_VERSION = 1
_FORMAT = "w2v"
MODEL_FILES = (MODEL_JSON, "vocab.tsv", "vectors.npy", "context.npy", "train.jsonl")
_, VOCABULARY, INPUTS, OUTPUTS, LOG = MODEL_FILES


def read(path: Path, *, table: str = "input") -> Table:
    """Open a model folder's table: input, output, or the sum of both.

    Raises W2VError when a file is missing, damaged, or does not fit the others.
    """
    about = read_metadata(path)
    words, counts = _read_vocabulary(path / VOCABULARY, about["words"])
    if table not in ("input", "output", "sum"):
        raise W2VError(f"vectors must be input, output or sum, not '{table}'")
    if table != "input" and not (path / OUTPUTS).is_file():
        raise W2VError(f"{path} holds only input vectors; leave out --vectors {table}")
    names = {"input": (INPUTS,), "output": (OUTPUTS,), "sum": (INPUTS, OUTPUTS)}[table]
    tables = [_read_table(path / name, words, about["vector_size"], counts) for name in names]
    if table == "input" and (path / OUTPUTS).is_file():
        return replace(
            tables[0],
            outputs=lambda: _read_table(path / OUTPUTS, words, about["vector_size"], counts),
        )
    return tables[0] if len(tables) == 1 else _sum(*tables)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write a table as a model folder without any other."""
    _write(path, {INPUTS: table}, {}, None, overwrite)


def write_model(
    path: Path,
    words: WordList,
    counts: npt.NDArray[np.int64] | None,
    inputs: Floats,
    outputs: Floats | None,
    about: dict[str, Any],
    log: Path | None = None,
    *,
    overwrite: bool = False,
    part: Path | None = None,
) -> None:
    """Write a model folder, whole or not at all.

    inputs, outputs: float32[V, D]; outputs None where there is only one table. `about` is what
    model.json holds besides the format's own fields; `log` is copied as train.jsonl; `part` is
    the folder's name until it is whole. Raises W2VError when the folder cannot be written.
    """
    arrays = {INPUTS: inputs} if outputs is None else {INPUTS: inputs, OUTPUTS: outputs}
    tables = {name: from_arrays(words, array, counts) for name, array in arrays.items()}
    _write(path, tables, about, log, overwrite, part)


def _write(
    path: Path,
    tables: dict[str, Table],
    about: dict[str, Any],
    log: Path | None,
    overwrite: bool,
    part: Path | None = None,
) -> None:
    """Write the tables, all of the same words and keyed by file name, and what belongs to them."""
    table = tables[INPUTS]
    head = {"format": _FORMAT, "format_version": FORMAT_VERSION}
    shape = {"words": len(table), "vector_size": table.vector_size}
    text = json.dumps({**head, **shape, **about}, indent=2, ensure_ascii=False)
    with atomic_folder(path, MODEL_FILES, overwrite, part=part) as folder:
        (folder / MODEL_JSON).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
        with open(folder / VOCABULARY, "wb") as file:
            file.writelines(vocab_tsv.lines(table.words, table.counts))
        for name, one in tables.items():
            with open(folder / name, "wb") as file:
                npy_layout.write_matrix(file, one)
        if log is not None:
            shutil.copyfile(log, folder / LOG)


def read_metadata(path: Path) -> dict[str, Any]:
    """What model.json says. Raises W2VError unless it is a model of a version that we read."""
    try:
        about = json.loads((path / MODEL_JSON).read_text(encoding="utf-8"))
    except OSError as error:
        raise W2VError(f"{path / MODEL_JSON}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise W2VError(f"{path / MODEL_JSON}: damaged: {error}") from None
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise W2VError(f"{path / MODEL_JSON}: not a w2v model")
    if about.get("format_version") != FORMAT_VERSION:
        raise W2VError(
            f"{path / MODEL_JSON}: format version {about.get('format_version')} is not "
            f"{FORMAT_VERSION}; use the w2v that wrote it"
        )
    for key in ("words", "vector_size"):
        if type(about.get(key)) is not int or about[key] < 0:
            raise W2VError(f"{path / MODEL_JSON}: '{key}' must be a whole number")
    return about


def _read_vocabulary(path: Path, n_words: int) -> tuple[WordList, npt.NDArray[np.int64] | None]:
    """Words and counts (None when the file has none)."""
    words, counts = vocab_tsv.read(path)
    if len(words) != n_words:
        raise W2VError(
            f"{path}: damaged: it holds {len(words)} lines, and {MODEL_JSON} says {n_words}"
        )
    return words, counts


def _read_table(
    path: Path, words: WordList, vector_size: int, counts: npt.NDArray[np.int64] | None
) -> Table:
    """The rows of a .npy file of float32[V, D], mapped. Raises W2VError for any other file."""
    try:
        header = npy_layout.read_matrix_header(path)
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None
    shape = (len(words), vector_size)
    if header.shape != shape or header.dtype != "<f4" or header.fortran_order:
        kind = np.dtype(header.dtype).name
        raise W2VError(
            f"{path}: damaged: it is {kind}{list(header.shape)}, not float32{list(shape)}"
        )
    return from_file(path, words, vector_size, header.offset, counts=counts)


def _sum(inputs: Table, outputs: Table) -> Table:
    """The table whose rows are the sums of two tables' rows."""

    def blocks() -> Iterator[Floats]:
        for one, other in zip(inputs.blocks(), outputs.blocks(), strict=True):
            yield one + other

    return Table(inputs.words, inputs.vector_size, blocks, inputs.counts)
