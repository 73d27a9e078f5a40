"""The format registry: read and write vectors in any format that we know.

Only the module of the format that is used is imported.
"""

from __future__ import annotations

import os

from w2v.embedding import WordVectors
from w2v.errors import UsageError, W2VError


def read(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    table: str = "input",
    limit: int | None = None,
) -> WordVectors:
    """Open vectors of any format.

    Parameters
    ----------
    format
        One of `names()`. None: told by the content.
    table
        "input", "output" or "sum" of a model folder; other formats hold one table.
    limit
        Only the first rows.

    Raises
    ------
    W2VError when the file is missing, damaged or of no known format.
    """
    from w2v.formats import folder

    if table not in folder.TABLES:
        raise UsageError(f"vectors must be one of {', '.join(folder.TABLES)}, not {table!r}")
    if not os.path.exists(path):
        raise W2VError(f"{os.fspath(path)}: no such file or folder")
    return folder.open_table(path, table).limit(limit).vectors()
