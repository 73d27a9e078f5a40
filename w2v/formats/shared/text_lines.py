"""What the text formats share: one row `word v1 … vD` per line, with or without a line `V D`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from w2v.arrays import Floats, numbered
from w2v.errors import W2VError
from w2v.formats.shared.decimal_writing import rows_to_text
from w2v.formats.shared.output import output_file
from w2v.formats.shared.text_rows import LONGEST_LINE, TextLayout, read_rows
from w2v.formats.shared.word_checks import WHITE_SPACE, check_words
from w2v.formats.shared.word_reading import UTF_8, Encoding
from w2v.formats.signatures import (
    HEAD_BYTES,
    MOST_DIMENSIONS,
    TEXT_HEADER,
    mark_size,
    mixes_separators,
    separator,
)
from w2v.formats.table import Table
from w2v.messages import shown
from w2v.system.parallel import map_ahead

_ROWS_AT_ONCE = 16_384  # values
_FIRST_LINES = 100


def read_head(path: Path) -> bytes:
    """The first bytes of a file."""
    with open(path, "rb") as file:
        return file.read(HEAD_BYTES)


def read_with_header(path: Path, limit: int | None = None, encoding: Encoding = UTF_8) -> Table:
    """Read text whose first line is `V D`. Raises W2VError when it is not.

    limit: the most rows to read; what follows them is neither read nor checked.
    """
    head = read_head(path)
    found = TEXT_HEADER.match(head, mark_size(head))
    if not found:
        line = shown(head[:200].partition(b"\n")[0])
        raise W2VError(
            f"{path}: row 1 must be 'words dimensions', not {line}; "
            "'w2v export --from glove' reads rows without such a line"
        )
    size = int(found[2])
    if not 1 <= size <= MOST_DIMENSIONS:
        raise W2VError(f"{path}: its header promises vectors of {size:,} dimensions")
    first = head[found.end() :].partition(b"\n")[0]
    return read_rows(
        TextLayout(
            path,
            found.end(),
            size,
            separator(first),
            n_rows=int(found[1]),
            limit=limit,
            has_mixed_separators=mixes_separators(first),
            encoding=encoding,
        )
    )


def read_without_header(path: Path, limit: int | None = None, encoding: Encoding = UTF_8) -> Table:
    """Read text of rows alone; `limit` as in read_with_header.

    D is the smallest number of values in the first lines: a line looks longer if its word contains
    a space.
    """
    head = read_head(path)
    start = mark_size(head)
    lines = head[start:].split(b"\n")[:_FIRST_LINES]
    if len(head) == HEAD_BYTES:
        lines = lines[:-1] or [_first_line(path, start)]
    is_mixed = mixes_separators(lines[0])
    mark = b"\t " if is_mixed else separator(lines[0]).encode()
    rows = [re.split(b"[%b]+" % mark, line.rstrip(b" \t\r")) for line in lines if line.strip()]
    size = min((len(row) - 1 for row in rows), default=0)
    if size < 1:
        raise W2VError(f"{path}: rows of a word and numbers were expected, as text")
    return read_rows(
        TextLayout(
            path,
            start,
            size,
            separator(lines[0]),
            limit=limit,
            has_mixed_separators=is_mixed,
            encoding=encoding,
        )
    )


def _first_line(path: Path, start: int) -> bytes:
    """The whole first line, which is longer than the bytes that were examined."""
    with open(path, "rb") as file:
        file.seek(start)
        return file.readline(LONGEST_LINE)


def write_text(
    table: Table,
    path: Path,
    *,
    header: bool,
    overwrite: bool = False,
    precision: int | None = None,
    end: bytes = b"\n",
) -> None:
    """Write `word v1 … vD` lines, each followed by `end`.

    precision: significant digits; None: as few as read back as the same float32.
    Raises W2VError for a word that is empty or contains white space.
    """
    check_words(path, table.words, WHITE_SPACE)
    with output_file(path, overwrite=overwrite) as file:
        if header:
            file.write(b"%d %d\n" % (len(table), table.vector_size))
        for text in map_ahead(lambda part: _text(*part, precision, end), _parts(table)):
            file.write(text)


def _parts(table: Table) -> Iterator[tuple[list[bytes], Floats]]:
    """Words and their rows, a few at a time."""
    step = max(1, _ROWS_AT_ONCE // max(1, table.vector_size))
    for first, block in numbered(table.blocks()):
        for top in range(0, len(block), step):
            part = block[top : top + step]
            yield table.words.encoded(first + top, first + top + len(part)), part


def _text(words: list[bytes], rows: Floats, precision: int | None, end: bytes) -> bytes:
    texts = rows_to_text(rows, precision, " ")
    return b"".join(
        [b"%b %b%b" % (word, text, end) for word, text in zip(words, texts, strict=True)]
    )
