"""Texts in the records of a file: a field of JSON lines, or a column of CSV, TSV or Parquet.

    {"id": 7, "text": "The king sat."}   --text-field text   ─▶   The king sat.

The kind follows from the ending of the file's name (.gz and the like aside); standard input is JSON
lines. A record's text may have several lines; its end also ends a line and a paragraph.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from w2v.errors import W2VError
from w2v.messages import shown
from w2v.system.chunks import ChunkStream
from w2v.text.sources import Source

KINDS = {
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
_PACKED = (".gz", ".bz2", ".xz", ".zst")
_LONGEST_RECORD = 1 << 28  # bytes
_SHOWN_FIELDS = 10


def kind_of(name: str, path: Path | None) -> str:
    """The kind of a source's records. Raises W2VError if its name does not show it."""
    if path is None:
        return "json"
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    kind = KINDS.get(suffixes[-1]) if suffixes else None
    if kind is None:
        raise W2VError(f"{name}: --text-field reads files that end in {', '.join(KINDS)}")
    return kind


class _Texts(ChunkStream):
    """Texts as a stream of UTF-8, each followed by a blank line, which ends a paragraph too."""

    def __init__(self, name: str, texts: Iterator[str]) -> None:
        super().__init__(name)
        self._texts = texts

    def next_chunk(self) -> bytes | None:
        """The next text."""
        text = next(self._texts, None)
        return None if text is None else text.encode("utf-8", "replace") + b"\n\n"


class FieldText(_Texts):
    """The texts of all records of a stream.

    Parameters
    ----------
    raw
        A stream of UTF-8; `name` is the source's.
    kind
        "json", "csv" or "tsv".
    field
        The field or column that holds the text.
    """

    def __init__(self, raw: Any, kind: str, field: str) -> None:
        name: str = raw.name
        if kind == "json":
            texts = _json_texts(raw, name, field)
        else:
            texts = _csv_texts(raw, name, field, "\t" if kind == "tsv" else ",")
        super().__init__(name, texts)


class ParquetText(_Texts):
    """The texts of a column of a Parquet file. `counted` records how much has been read."""

    def __init__(self, source: Source, counted: Any) -> None:
        assert source.path is not None
        assert source.field is not None
        size = source.path.stat().st_size

        def move(share: float) -> None:
            counted.bytes = int(share * size)

        super().__init__(source.name, _parquet_texts(source.path, source.name, source.field, move))


def _json_texts(raw: Any, name: str, field: str) -> Iterator[str]:
    """The field's value in each line of JSON; empty lines are skipped."""
    file, number = io.BufferedReader(raw, 1 << 20), 0
    while line := file.readline(_LONGEST_RECORD):
        number += 1
        where = f"{name}:{number}"
        if len(line) == _LONGEST_RECORD:
            raise W2VError(f"{where}: a line of more than {_LONGEST_RECORD:,} bytes")
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise W2VError(f"{where}: not a line of JSON: {error}") from None
        if not isinstance(record, dict) or field not in record:
            has = _listed(record) if isinstance(record, dict) else "it is not an object"
            raise W2VError(f"{where}: there is no field {shown(field)}; {has}")
        if not isinstance(record[field], str):
            raise W2VError(f"{where}: {shown(field)} is {_json_type(record[field])}, not text")
        yield record[field]


def _csv_texts(raw: Any, name: str, field: str, delimiter: str) -> Iterator[str]:
    """The column's value in each row below the header."""
    csv.field_size_limit(_LONGEST_RECORD)
    lines = io.TextIOWrapper(io.BufferedReader(raw, 1 << 20), "utf-8", "replace", newline="")
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = next(rows, [])
        if field not in header:
            raise W2VError(f"{name}:1: there is no column {shown(field)}; {_listed(header)}")
        column = header.index(field)
        for row in rows:
            if len(row) > column:
                yield row[column]
            elif row:
                raise W2VError(
                    f"{name}:{rows.line_num}: {len(row)} columns, expected {len(header)}"
                )
    except csv.Error as error:
        raise W2VError(f"{name}:{rows.line_num}: {error}") from None


def _parquet_texts(
    path: Path, name: str, field: str, move: Callable[[float], None]
) -> Iterator[str]:
    """The column's value in each row of a Parquet file.

    `move` is called with the share of the file read so far. Raises W2VError when pyarrow is not
    installed, and for a file or column that is not text.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise W2VError(f"{name}: Parquet needs pyarrow; pip install 'w2v[arrow]'") from None
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if field not in names:
                raise W2VError(f"{name}: there is no column {shown(field)}; {_listed(names)}")
            done = 0
            for batch in file.iter_batches(columns=[field]):
                for text in batch.column(0).to_pylist():
                    done += 1
                    if not isinstance(text, str):
                        what = f"{shown(field)} is {_json_type(text)}, not text"
                        raise W2VError(f"{name}: row {done:,}: {what}")
                    yield text
                move(done / max(1, file.metadata.num_rows))
    except (pyarrow.ArrowException, OSError) as error:
        raise W2VError(f"{name}: {' '.join(str(error).split())[:200]}") from None


def _listed(names: Any) -> str:
    """The available fields, for a message."""
    some = [shown(str(name)) for name in list(names)[:_SHOWN_FIELDS]]
    more = ", ..." if len(names) > _SHOWN_FIELDS else ""
    return f"there are {', '.join(some)}{more}" if some else "there are none"


def _json_type(value: Any) -> str:
    """What JSON calls a value."""
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return "null" if value is None else names.get(type(value), "an object")
