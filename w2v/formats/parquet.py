"""Parquet: columns `word`, `count` where known, and `vector`; see arrow_columns.

Read from a file, or from the folder that Spark writes: a saved Word2VecModel, or its getVectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from w2v.formats.shared import arrow_columns
from w2v.formats.signatures import parquet_parts
from w2v.formats.table import Table
from w2v.system.atomic import atomic_file

_ROWS_AT_ONCE = 4096


def read(path: Path) -> Table:
    """Open a Parquet file, or a folder of its parts.

    Raises W2VError when it is damaged or lacks words or vectors.
    """
    pyarrow = arrow_columns.import_pyarrow(path)
    from pyarrow import parquet

    parts = parquet_parts(path) or [path]

    def batches(columns: list[str]) -> Iterator[Any]:
        for part in parts:
            with parquet.ParquetFile(part) as file:
                yield from file.iter_batches(_ROWS_AT_ONCE, columns=columns)

    with arrow_columns.explained(pyarrow, path):
        kind = parquet.read_schema(parts[0])
        return arrow_columns.to_table(pyarrow, path, kind, batches)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write a Parquet file, a row group for each block."""
    pyarrow = arrow_columns.import_pyarrow(path)
    from pyarrow import parquet

    with (
        atomic_file(path, overwrite=overwrite) as file,
        parquet.ParquetWriter(file, arrow_columns.schema(pyarrow, table)) as writer,
    ):
        for batch in arrow_columns.to_batches(pyarrow, table):
            writer.write_batch(batch)
