"""What Parquet and Arrow files share: columns `word`, `count` where known, `vector` of float32.

pyarrow, an optional package, reads and writes them. Where a file has no columns `word` and
`vector`, the first column of strings and the first of lists of floats are read. Spark's vectors,
records whose field `values` is such a list, are read too if they are dense.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from w2v.arrays import Floats, numbered
from w2v.errors import W2VError
from w2v.formats.table import Table
from w2v.words.word_list import WordList

WORD, COUNT, VECTOR = "word", "count", "vector"
_VALUES = "values"  # the field of Spark's records that holds the floats
_SPARSE = 0  # the value of their field `type` if only some of the floats are listed

Batches = Callable[[list[str]], Iterator[Any]]
"""Makes an iterator of record batches with the named columns."""


def import_pyarrow(path: Path) -> Any:
    """The package pyarrow. Raises W2VError when it is missing."""
    try:
        import pyarrow
    except ImportError:
        raise W2VError(
            f"{path}: Parquet and Arrow files need the package pyarrow; pip install 'w2v[arrow]'"
        ) from None
    return pyarrow


@contextmanager
def explained(pyarrow: Any, path: Path) -> Iterator[None]:
    """Turn pyarrow's errors into a W2VError of one line that names the file."""
    try:
        yield
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        raise W2VError(f"{path}: damaged: {' '.join(str(error).split())[:200]}") from None


def schema(pyarrow: Any, table: Table) -> Any:
    """The columns of a table."""
    columns = [(WORD, pyarrow.string())]
    if table.counts is not None:
        columns.append((COUNT, pyarrow.int64()))
    columns.append((VECTOR, pyarrow.list_(pyarrow.float32(), table.vector_size)))
    return pyarrow.schema(columns)


def to_batches(pyarrow: Any, table: Table) -> Iterator[Any]:
    """The table's blocks as record batches."""
    kind = schema(pyarrow, table)
    for first, block in numbered(table.blocks()):
        last = first + len(block)
        words = table.words[first:last]
        values = pyarrow.array(np.ascontiguousarray(block).ravel())
        columns = [
            pyarrow.array(words, pyarrow.string()),
            pyarrow.FixedSizeListArray.from_arrays(values, type=kind.field(VECTOR).type),
        ]
        if table.counts is not None:
            columns.insert(1, pyarrow.array(table.counts[first:last]))
        yield pyarrow.record_batch(columns, schema=kind)


def to_table(pyarrow: Any, path: Path, kind: Any, batches: Batches) -> Table:
    """The table of a file with the columns `kind`. Raises W2VError without words or vectors."""
    word, vector = _choose(pyarrow, path, kind)
    has_counts = COUNT in kind.names and pyarrow.types.is_integer(kind.field(COUNT).type)
    words: list[str] = []
    counts: list[int] = []
    for batch in batches([word, COUNT] if has_counts else [word]):
        batch.validate(full=True)
        words += batch.column(word).to_pylist()
        if has_counts:
            counts += batch.column(COUNT).to_pylist()
    if None in words or None in counts:
        raise W2VError(f"{path}: a word or a count is missing (null)")
    try:
        word_list = WordList.from_strings(words)
    except W2VError as error:
        raise W2VError(f"{path}: {error}") from None

    size = _vector_size(pyarrow, path, vector, kind, batches)

    def blocks() -> Iterator[Floats]:
        row = 0
        with explained(pyarrow, path):
            for batch in batches([vector]):
                batch.validate(full=True)
                row += len(batch)
                if row > len(word_list):
                    break
                yield _values(path, batch.column(vector), size, row - len(batch) + 1)
        if row != len(word_list):
            raise W2VError(f"{path}: damaged: it does not hold one vector per word")

    return Table(word_list, size, blocks, np.array(counts, np.int64) if has_counts else None)


def _choose(pyarrow: Any, path: Path, kind: Any) -> tuple[str, str]:
    """The names of the columns of words and of vectors."""
    types = pyarrow.types
    strings = [
        field.name
        for field in kind
        if types.is_string(field.type) or types.is_large_string(field.type)
    ]
    lists = [field.name for field in kind if _vector_type(types, field.type) is not None]
    if not strings or not lists:
        raise W2VError(
            f"{path}: a column of words and one of lists of floats are needed; "
            f"it holds {', '.join(kind.names[:10]) or 'nothing'}"
        )
    return (WORD if WORD in strings else strings[0]), (VECTOR if VECTOR in lists else lists[0])


def _vector_type(types: Any, kind: Any) -> Any:
    """The type of a column's lists of floats, also in Spark's records; None for other columns."""
    if types.is_struct(kind):
        names = [kind.field(i).name for i in range(kind.num_fields)]
        return _vector_type(types, kind.field(_VALUES).type) if _VALUES in names else None
    return kind if _is_list(types, kind) and types.is_floating(kind.value_type) else None


def _is_list(types: Any, kind: Any) -> bool:
    return bool(types.is_fixed_size_list(kind) or types.is_list(kind) or types.is_large_list(kind))


def _vector_size(pyarrow: Any, path: Path, vector: str, kind: Any, batches: Batches) -> int:
    """D: what the column's type says, otherwise the length of its first list."""
    fixed: int | None = getattr(
        _vector_type(pyarrow.types, kind.field(vector).type), "list_size", None
    )
    if fixed is not None:
        return fixed
    for batch in batches([vector]):
        if len(batch):
            first = _lists(path, batch.column(vector).slice(0, 1), 1)[0].as_py()
            return len(first or [])
    raise W2VError(f"{path}: it holds no vectors")


def _lists(path: Path, column: Any, first_row: int) -> Any:
    """A column's lists of floats. Raises W2VError for Spark's vectors that are sparse."""
    if not hasattr(column, "field"):
        return column
    names = [column.type.field(i).name for i in range(column.type.num_fields)]
    fields = dict(zip(names, column.flatten(), strict=True))
    lists = fields[_VALUES]
    kinds = fields["type"].to_pylist() if "type" in fields else []
    if _SPARSE in kinds:
        row = first_row + kinds.index(_SPARSE)
        raise W2VError(f"{path}: row {row:,}: a sparse vector; only dense ones are read")
    return lists


def _values(path: Path, column: Any, size: int, first_row: int) -> Floats:
    """A column of lists as float32[n, D]. Raises W2VError if their lengths differ from D."""
    column = _lists(path, column, first_row)
    if column.null_count:
        raise W2VError(f"{path}: a vector is missing (null) after row {first_row:,}")
    flat = column.flatten()
    if hasattr(column, "value_lengths"):
        lengths = column.value_lengths().to_numpy(zero_copy_only=False)
        odd = np.flatnonzero(lengths != size)
        if len(odd):
            raise W2VError(
                f"{path}: row {first_row + int(odd[0]):,}: it holds {int(lengths[odd[0]]):,} "
                f"values, not {size:,}"
            )
    if flat.null_count or len(flat) != len(column) * size:
        raise W2VError(f"{path}: a value is missing (null) after row {first_row:,}")
    values: Floats = flat.to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    return values.reshape(-1, size)
