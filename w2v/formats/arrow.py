"""Arrow IPC files (Feather version 2): `word`, `count` where known, `vector`; see arrow_columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from w2v.formats.shared import arrow_columns
from w2v.formats.table import Table
from w2v.system.atomic import atomic_file


def read(path: Path) -> Table:
    """Open an Arrow file. Raises W2VError when it is damaged or holds no words and vectors."""
    pyarrow = arrow_columns.import_pyarrow(path)

    def batches(columns: list[str]) -> Iterator[Any]:
        with pyarrow.OSFile(str(path)) as source:
            file = pyarrow.ipc.open_file(source)
            for i in range(file.num_record_batches):
                yield file.get_batch(i).select(columns)

    with arrow_columns.explained(pyarrow, path):
        with pyarrow.OSFile(str(path)) as source:
            kind = pyarrow.ipc.open_file(source).schema
        return arrow_columns.to_table(pyarrow, path, kind, batches)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write an Arrow file, a record batch for each block."""
    pyarrow = arrow_columns.import_pyarrow(path)
    with (
        atomic_file(path, overwrite=overwrite) as file,
        pyarrow.ipc.new_file(file, arrow_columns.schema(pyarrow, table)) as writer,
    ):
        for batch in arrow_columns.to_batches(pyarrow, table):
            writer.write_batch(batch)
