"""word2vec text: a line `V D`, then a word and its D values a line."""

from __future__ import annotations

from pathlib import Path

from w2v.formats.shared import text_lines
from w2v.formats.table import Table

NAME = "word2vec"
ENDINGS = (".txt",)
DESCRIPTION = "word2vec text, a first line with the sizes, then a word and its values a line."


def sniff(path: Path, head: bytes) -> bool:
    """Whether the first line is `V D` and the second a word and D numbers."""
    return text_lines.sniff_header(head) is not None


def read(path: Path, *, limit: int | None = None) -> Table:
    """Open word2vec text. Raises W2VError, naming the row, for what is not."""
    return text_lines.read_with_header(path, limit)


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write word2vec text; `precision` as in text_lines.write_text."""
    text_lines.write_text(table, path, header=True, overwrite=overwrite, precision=precision)
