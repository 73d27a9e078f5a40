"""fastText's .vec: word2vec text whose lines end with a space; its own give 5 digits a value."""

from __future__ import annotations

from pathlib import Path

from w2v.formats.shared import text_lines
from w2v.formats.table import Table

NAME = "fasttext"
ENDINGS = (".vec",)
DESCRIPTION = "fastText .vec, which is word2vec text (--precision 5 writes what fastText does)."


def sniff(path: Path, head: bytes) -> bool:
    """Whether it is word2vec text; the content tells no more."""
    return text_lines.sniff_header(head) is not None


def read(path: Path, *, limit: int | None = None) -> Table:
    """Open a .vec file. Raises W2VError, naming the row, for what is none."""
    return text_lines.read_with_header(path, limit)


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write a .vec file; `precision` as in text_lines.write_text."""
    text_lines.write_text(
        table, path, header=True, overwrite=overwrite, precision=precision, end=b" \n"
    )
