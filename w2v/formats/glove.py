"""GloVe text: a word and its values a line, and no header."""

from __future__ import annotations

from pathlib import Path

from w2v.errors import W2VError
from w2v.formats.shared import text_lines
from w2v.formats.table import Table

NAME = "glove"
ENDINGS = (".glove", ".glove.txt")
DESCRIPTION = "GloVe text, a word and its values a line, no first line with the sizes."


def sniff(path: Path, head: bytes) -> bool:
    """Whether the first line is a word and numbers."""
    return text_lines.sniff_rows(head)


def read(path: Path, *, limit: int | None = None) -> Table:
    """Open GloVe text. Raises W2VError, naming the row, for what is not."""
    return text_lines.read_without_header(path, limit)


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write GloVe text; `precision` as in text_lines.write_text."""
    if table.words.blob.startswith(text_lines.BYTE_ORDER_MARK):
        raise W2VError(
            f"{path}: the first word {table.words[0][:60]!r} starts with a byte order mark, which "
            "readers take for the file's; word2vec text can hold it"
        )
    text_lines.write_text(table, path, header=False, overwrite=overwrite, precision=precision)
