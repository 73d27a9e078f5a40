"""word2vec text: a line `V D`, then one word and its D values per line."""

from __future__ import annotations

from pathlib import Path

from w2v.formats.shared import text_lines
from w2v.formats.shared.word_reading import Encoding
from w2v.formats.table import Table


def read(
    path: Path,
    *,
    limit: int | None = None,
    encoding: str = "utf-8",
    unicode_errors: str = "strict",
) -> Table:
    """Open word2vec text. Raises W2VError, naming the row, for a file that is damaged.

    limit, encoding, unicode_errors: as in text_lines.read_with_header and Encoding.
    """
    return text_lines.read_with_header(path, limit, Encoding(encoding, unicode_errors))


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write word2vec text; `precision` as in text_lines.write_text."""
    text_lines.write_text(table, path, header=True, overwrite=overwrite, precision=precision)
