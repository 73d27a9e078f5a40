"""GloVe text: one word and its values per line, without a line `V D`."""

from __future__ import annotations

from pathlib import Path

from w2v.errors import W2VError
from w2v.formats.shared import text_lines
from w2v.formats.shared.word_reading import Encoding
from w2v.formats.signatures import BYTE_ORDER_MARK
from w2v.formats.table import Table
from w2v.messages import shown


def read(
    path: Path,
    *,
    limit: int | None = None,
    encoding: str = "utf-8",
    unicode_errors: str = "strict",
) -> Table:
    """Open GloVe text. Raises W2VError, naming the row, for a file that is damaged.

    limit, encoding, unicode_errors: as in text_lines.read_without_header and Encoding.
    """
    return text_lines.read_without_header(path, limit, Encoding(encoding, unicode_errors))


def write(
    table: Table, path: Path, *, overwrite: bool = False, precision: int | None = None
) -> None:
    """Write GloVe text; `precision` as in text_lines.write_text."""
    if table.words.blob.startswith(BYTE_ORDER_MARK):
        raise W2VError(
            f"{path}: the first word {shown(table.words[0])} starts with a byte order mark, which "
            "readers would take for the file's own; word2vec text can hold it"
        )
    text_lines.write_text(table, path, header=False, overwrite=overwrite, precision=precision)
