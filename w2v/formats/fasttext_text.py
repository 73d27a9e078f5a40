"""fastText's .vec: word2vec text whose lines end with a space; fastText itself writes 5 digits."""

from __future__ import annotations

from pathlib import Path

from w2v.formats.shared import text_lines
from w2v.formats.table import Table
from w2v.formats.word2vec_text import read as read

# Reading a .vec file is reading word2vec text.


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write a .vec file; `precision` as in text_lines.write_text."""
    text_lines.write_text(
        table, path, header=True, overwrite=overwrite, precision=precision, end=b" \n"
    )
