"""The format registry: read and write vectors in any format that we know.

Only the module of the format that is used is imported.
"""

from __future__ import annotations

import os

from w2v.embedding import WordVectors


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
    from pathlib import Path

    from w2v.formats import folder

    return folder.read(Path(path), table=table, limit=limit)
