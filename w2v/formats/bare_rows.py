"""Rows without words, such as vectors of texts: .npy, text, Parquet and JSON lines.

npy      float32[n, D]
text     one row per line: its numbers, separated by spaces
parquet  columns `line`, counted from 1, and `vector` (needs pyarrow)
jsonl    one row per line: {"line": 1, "vector": [...]}
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import numpy as np

from w2v.arrays import Floats, numbered
from w2v.errors import UsageError, W2VError
from w2v.formats.shared import arrow_columns, npy_layout
from w2v.formats.shared.decimal_writing import rows_to_text
from w2v.system.atomic import atomic_file

Kind = Literal["npy", "text", "parquet", "jsonl"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STREAMED: tuple[Kind, ...] = ("text", "jsonl")
"""The kinds that can be written to a pipe."""

_ENDINGS: dict[str, Kind] = {
    ".npy": "npy",
    ".txt": "text",
    ".parquet": "parquet",
    ".jsonl": "jsonl",
}


def kind_of(path: str | os.PathLike[str]) -> Kind:
    """The kind that a file's ending implies. Raises UsageError if it implies none."""
    found = _ENDINGS.get(Path(path).suffix.lower())
    if found is None:
        raise UsageError(f"{path}: the name must end in {', '.join(_ENDINGS)}")
    return found


def write_rows(
    blocks: Iterable[Floats],
    vector_size: int,
    path: str | os.PathLike[str],
    kind: Kind,
    *,
    overwrite: bool = False,
) -> None:
    """Write float32[n, vector_size], given in blocks, to a file, whole or not at all."""
    if kind == "parquet":
        arrow_columns.import_pyarrow(Path(path))
    with atomic_file(path, overwrite=overwrite) as file:
        if kind == "npy":
            _write_npy(blocks, vector_size, file)
        elif kind == "parquet":
            _write_parquet(blocks, vector_size, file)
        else:
            for lines in to_lines(blocks, kind):
                file.write(lines)


def to_lines(blocks: Iterable[Floats], kind: Kind) -> Iterable[bytes]:
    """The lines of "text" or "jsonl", block by block."""
    for first, block in numbered(blocks):
        if kind == "text":
            yield b"".join(row + b"\n" for row in rows_to_text(block, None, " "))
            continue
        yield b"".join(
            b'{"line": %d, "vector": [%s]}\n' % (line, row)
            for line, row in enumerate(_json_numbers(block), first + 1)
        )


def read_direction(path: str | os.PathLike[str]) -> Floats:
    """An array from an .npy file. Raises W2VError if it cannot be read."""
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror or error}") from None
    except (ValueError, EOFError):
        raise W2VError(f"{path}: not an .npy file of numbers") from None


def write_direction(direction: Floats, path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Write an array, float32[D], as an .npy file."""
    with atomic_file(path, overwrite=overwrite) as file:
        np.save(file, direction)


def _json_numbers(block: Floats) -> Iterable[bytes]:
    """Each row's numbers with commas between them; null for what JSON cannot hold."""
    rows: Iterable[bytes] = rows_to_text(block, None, ",")
    if np.isfinite(block).all():
        return rows
    names = (b"-inf", b"inf", b"nan")
    return [
        b",".join(b"null" if number in names else number for number in row.split(b","))
        for row in rows
    ]


def _write_npy(blocks: Iterable[Floats], vector_size: int, file: BinaryIO) -> None:
    """Write the rows, then go back and write the header, which states how many there are."""
    size = len(npy_layout.header_bytes("<f4", (0, vector_size)))
    file.seek(size)
    n_rows = 0
    for block in blocks:
        file.write(np.ascontiguousarray(block, "<f4").data.cast("B"))
        n_rows += len(block)
    header = npy_layout.header_bytes("<f4", (n_rows, vector_size))
    if len(header) != size:
        raise AssertionError("the header of an .npy file grew with the number of its rows")
    file.seek(0)
    file.write(header)


def _write_parquet(blocks: Iterable[Floats], vector_size: int, file: BinaryIO) -> None:
    """Write a row group per block."""
    import pyarrow
    from pyarrow import parquet

    vector = pyarrow.list_(pyarrow.float32(), vector_size)
    columns = pyarrow.schema([("line", pyarrow.int64()), ("vector", vector)])
    with parquet.ParquetWriter(file, columns) as writer:
        for first, block in numbered(blocks):
            lines = pyarrow.array(np.arange(first + 1, first + 1 + len(block)))
            values = pyarrow.array(np.ascontiguousarray(block, np.float32).ravel())
            rows = pyarrow.FixedSizeListArray.from_arrays(values, vector_size)
            writer.write_batch(pyarrow.record_batch([lines, rows], schema=columns))
