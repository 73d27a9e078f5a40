"""What the text formats share: `word v1 … vD` a line, with or without a first line `V D`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from w2v.arrays import Floats
from w2v.errors import W2VError
from w2v.formats.registry import HEAD_BYTES
from w2v.formats.shared.decimal_writing import rows_to_text
from w2v.formats.shared.text_rows import LONGEST_LINE, TextLayout, read_rows
from w2v.formats.shared.word_checks import WHITE_SPACE, check_words
from w2v.formats.table import Table
from w2v.system.atomic import atomic_file
from w2v.system.parallel import map_ahead

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEADER = re.compile(rb"([0-9]{1,18})[ \t]+([0-9]{1,9})[ \t]*\r?\n")
MOST_DIMENSIONS = 1_000_000

_NUMBER = re.compile(
    rb"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?|[-+]?(nan|inf)", re.IGNORECASE
)
_ROWS_AT_ONCE = 16_384  # values
_FIRST_LINES = 100


def read_head(path: Path) -> bytes:
    """The first bytes of a file."""
    with open(path, "rb") as file:
        return file.read(HEAD_BYTES)


def sniff_header(head: bytes) -> re.Match[bytes] | None:
    """The header line `V D`, when the line after it ends with a number written as text."""
    found = HEADER.match(head, 3 if head.startswith(BYTE_ORDER_MARK) else 0)
    if not found or int(found[2]) > MOST_DIMENSIONS:
        return None
    rest = head[found.end() :]
    if rest.strip() and not _row_size(rest, len(head) == HEAD_BYTES, 1):
        return None
    return found


def sniff_rows(head: bytes) -> bool:
    """Whether a file starts with a word and numbers, without a header."""
    start = 3 if head.startswith(BYTE_ORDER_MARK) else 0
    return _row_size(head[start:], len(head) == HEAD_BYTES) > 0


def _row_size(data: bytes, more: bool, wanted: int | None = None) -> int:
    """How many numbers the first line ends with; 0 when it is no row.

    A line that goes beyond `data` (`more`) must consist of numbers after its first field.
    wanted: so many of the last fields must be numbers; None: all but the first.
    """
    line, ended, _ = data.partition(b"\n")
    fields = line.rstrip(b" \t\r").split(_separator(line).encode())
    if not ended and more:
        fields = fields[:-1]
        wanted = None
    n_values = len(fields) - 1 if wanted is None else wanted
    if not 0 < n_values < len(fields):
        return 0
    values = [field for field in fields[-n_values:] if field]
    return n_values if values and all(map(_NUMBER.fullmatch, values)) else 0


def _separator(line: bytes) -> str:
    """A tab when the line has one and no space, else a space."""
    return "\t" if b"\t" in line and b" " not in line.rstrip() else " "


def read_with_header(path: Path, limit: int | None = None) -> Table:
    """Read text whose first line is `V D`. Raises W2VError when it is another.

    limit: so many rows at most; what follows them is neither read nor checked.
    """
    head = read_head(path)
    found = HEADER.match(head, 3 if head.startswith(BYTE_ORDER_MARK) else 0)
    if not found:
        shown = head[:40].partition(b"\n")[0].decode("utf-8", "backslashreplace")
        raise W2VError(
            f"{path}: row 1 must be 'words dimensions', not '{shown}'; "
            "'w2v export --from glove' reads rows without such a line"
        )
    size = int(found[2])
    if not 1 <= size <= MOST_DIMENSIONS:
        raise W2VError(f"{path}: its header promises vectors of {size:,} dimensions")
    first = head[found.end() :].partition(b"\n")[0]
    separator, promised = _separator(first), int(found[1])
    if limit is not None and limit >= promised:
        limit = None
    return read_rows(TextLayout(path, found.end(), size, separator, promised, limit))


def read_without_header(path: Path, limit: int | None = None) -> Table:
    """Read text of rows alone; `limit` as in read_with_header.

    D is the least that one of the first lines holds, for a word with a space in it makes a line
    longer.
    """
    head = read_head(path)
    start = 3 if head.startswith(BYTE_ORDER_MARK) else 0
    lines = head[start:].split(b"\n")[:_FIRST_LINES]
    if len(head) == HEAD_BYTES:
        lines = lines[:-1] or [_first_line(path, start)]
    separator = _separator(lines[0])
    mark = separator.encode()
    rows = [re.sub(b"%b+" % mark, mark, line.rstrip(b" \t\r")) for line in lines if line.strip()]
    size = min((row.count(mark) for row in rows), default=0)
    if size < 1:
        raise W2VError(f"{path}: rows of a word and numbers were expected, as text")
    return read_rows(TextLayout(path, start, size, separator, limit=limit))


def _first_line(path: Path, start: int) -> bytes:
    """A first line that is longer than what was looked at."""
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

    precision: significant digits; None: the fewest that give the same float32 back.
    Raises W2VError for a word that is empty or holds white space.
    """
    check_words(path, table.words, WHITE_SPACE)
    with atomic_file(path, overwrite=overwrite) as file:
        if header:
            file.write(b"%d %d\n" % (len(table), table.vector_size))
        for text in map_ahead(lambda part: _text(*part, precision, end), _parts(table)):
            file.write(text)


def _parts(table: Table) -> Iterator[tuple[list[bytes], Floats]]:
    """Words and their rows, some at a time."""
    step = max(1, _ROWS_AT_ONCE // max(1, table.vector_size))
    offsets, row = table.words.offsets, 0
    for block in table.blocks():
        for top in range(0, len(block), step):
            part = block[top : top + step]
            blob = table.words.blob[offsets[row] : offsets[row + len(part)]]
            yield blob.split(b"\n")[:-1], part
            row += len(part)


def _text(words: list[bytes], rows: Floats, precision: int | None, end: bytes) -> bytes:
    texts = rows_to_text(rows, precision, " ")
    return b"".join(
        [b"%b %b%b" % (word, text, end) for word, text in zip(words, texts, strict=True)]
    )
