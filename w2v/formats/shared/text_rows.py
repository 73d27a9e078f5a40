"""Rows of text, `word v1 … vD`, read in two passes: the words first, then the values in blocks.

Both passes read the file in pieces of whole lines, on several threads. A word is everything before
the last D values, so it may contain spaces, as some of GloVe's do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers
from w2v.errors import W2VError
from w2v.formats.shared.decimal_reading import PADDING, parse
from w2v.formats.shared.word_reading import UTF_8, Encoding, decode_words
from w2v.formats.table import Table
from w2v.messages import shown
from w2v.system.parallel import map_ahead

PIECE_BYTES = 1 << 20
LONGEST_LINE = 64 << 20
_VALUES_AT_ONCE = 16_384  # so that intermediate results stay in the processor's cache
_SHORTEST_VALUE = 2  # bytes: a digit and a space
_NEWLINE, _RETURN = ord("\n"), ord("\r")
_PAD = bytes(PADDING)
_TAIL = 4096
_VALUE = re.compile(rb"[-+]?[0-9]*\.[0-9]+(e[-+]?[0-9]+)?", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(rb"[-+]?[0-9]*,[0-9]+(e[-+]?[0-9]+)?", re.IGNORECASE)
_LAST_TAB = re.compile(rb"\t(?=[^\t\n]*\n)")


@dataclass(frozen=True)
class TextLayout:
    """Where the rows of a text file are, and how they are laid out."""

    path: Path
    offset: int  # of the first row
    vector_size: int
    separator: str = " "
    n_rows: int | None = None  # as promised by the header
    limit: int | None = None  # the most rows to read; what follows them is not examined
    has_mixed_separators: bool = False  # a tab after the word, spaces between the values
    encoding: Encoding = UTF_8


@dataclass(frozen=True)
class _Piece:
    """A few whole lines of the file; rows are numbered from 1."""

    offset: int
    size: int
    first_row: int
    n_rows: int


@dataclass(frozen=True)
class _Lines:
    """The bytes of n lines and where their parts are.

    separators: where all separators and line ends are. starts: int64[n], where the lines begin.
    first, last: int64[n], which separators end each line's word and its last value.
    """

    letters: npt.NDArray[np.uint8]
    separators: Integers
    starts: Integers
    first: Integers
    last: Integers

    def places(self, top: int, bottom: int) -> Integers:
        """Where the word and each value of the lines end, int64[bottom - top, D + 1]."""
        width = int(self.last[0] - self.first[0]) + 1
        first, last = self.first[top:bottom], self.last[top:bottom]
        if last[-1] + 1 - first[0] == len(first) * width:  # as in most files: nothing in between
            return self.separators[first[0] : last[-1] + 1].reshape(-1, width)
        places: Integers = self.separators[first[:, None] + np.arange(width)]
        return places


class _BadRowError(Exception):
    """A line of a piece (its number, from 0, and its start) that is not a row of the table."""

    def __init__(self, line: int, start: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.start = line, start

    def explained(self, path: Path, first_row: int, offset: int) -> W2VError:
        """The error for the user; the piece starts with row `first_row` at byte `offset`."""
        row, byte = first_row + self.line, offset + self.start
        return W2VError(f"{path}: row {row:,} (byte {byte:,}): {self}")


def read_rows(layout: TextLayout) -> Table:
    """The table of a text file. Raises W2VError for a row of another length, naming it."""
    _check_promise(layout)
    pieces: list[_Piece] = []
    blobs: list[bytes] = []
    offset, row = layout.offset, 1
    try:
        for size, blob, n_rows in map_ahead(
            lambda data: _read_words(layout, data), _first_pieces(layout)
        ):
            pieces.append(_Piece(offset, size, row, n_rows))
            blobs.append(blob)
            offset, row = offset + size, row + n_rows
    except _BadRowError as bad:
        raise bad.explained(layout.path, row, offset) from None
    if row - 1 != layout.limit and layout.n_rows not in (None, row - 1):
        raise W2VError(
            f"{layout.path}: its header promises {layout.n_rows:,} rows but it holds {row - 1:,}; "
            f"{header_remedy(row - 1)}"
        )
    hint = "; 'w2v export --encoding NAME' reads other encodings"
    words, notes = decode_words(layout.path, blobs, encoding=layout.encoding, hint=hint)
    return Table(
        words, layout.vector_size, lambda: _read_blocks(layout, pieces), notes=tuple(notes)
    )


def header_remedy(n_rows: int) -> str:
    """What to do if the number of rows is not the one that the header promises."""
    return f"correct its first line, or take the first rows with 'w2v export --limit {n_rows}'"


def _check_promise(layout: TextLayout) -> None:
    """Raise W2VError when the rows that the header promises cannot fit into the file."""
    size, n_rows = layout.path.stat().st_size, layout.n_rows or 0
    if layout.limit is not None:
        n_rows = min(n_rows, layout.limit)
    wanted = layout.offset + n_rows * layout.vector_size * _SHORTEST_VALUE
    if size + 1 < wanted:  # a line break may be missing at the end
        raise W2VError(
            f"{layout.path}: its header promises {layout.n_rows:,} rows of {layout.vector_size:,} "
            f"values, which take {wanted:,} bytes or more, but it ends at byte {size:,}"
        )


def _first_pieces(layout: TextLayout) -> Iterator[bytes]:
    """The pieces that hold the wanted rows."""
    if layout.limit is None:
        yield from _read_pieces(layout)
        return
    left = layout.limit
    pieces = _read_pieces(layout)
    while left and (data := next(pieces, b"")):
        left -= (n_lines := min(left, data.count(b"\n")))
        if not left:
            end = PADDING
            for _ in range(n_lines):
                end = data.index(b"\n", end) + 1
            data = data[:end] + _PAD
        yield data


def _read_pieces(layout: TextLayout) -> Iterator[bytes]:
    """The rows in pieces of whole lines, padded, without the white space at the file's end."""
    left = _content_end(layout.path) - layout.offset
    rest: list[bytes | memoryview] = []
    with open(layout.path, "rb") as file:
        file.seek(layout.offset)
        while left > 0 and (data := file.read(min(PIECE_BYTES, left))):
            left -= len(data)
            end = data.rfind(b"\n") + 1
            if end:
                yield _padded(layout, *rest, memoryview(data)[:end])
                rest = []
            rest.append(data[end:])
            if sum(map(len, rest)) > LONGEST_LINE:
                raise W2VError(
                    f"{layout.path}: a line of more than {LONGEST_LINE:,} bytes before byte "
                    f"{file.tell():,}; these are not vectors"
                )
    if any(rest):
        yield _padded(layout, *rest, b"\n")


def _padded(layout: TextLayout, *parts: bytes | memoryview) -> bytes:
    """Whole lines with the padding that `parse` needs and one kind of separator."""
    data = b"".join([_PAD, *parts, _PAD])
    return _LAST_TAB.sub(b" ", data) if layout.has_mixed_separators else data


def _content_end(path: Path) -> int:
    """Where the file ends, apart from trailing white space."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    return size - len(tail) + len(tail.rstrip(b" \t\r\n"))


def _read_words(layout: TextLayout, data: bytes) -> tuple[int, bytes, int]:
    """A piece's size, its words with a newline after each, and their number."""
    size = len(data) - 2 * PADDING
    places = _find_words(layout, data)
    if places is None:
        lines = _split(layout, data)
        data = lines.letters.tobytes()
        places = lines.starts.tolist(), lines.separators[lines.first].tolist()
    words = [data[start:end] + b"\n" for start, end in zip(*places, strict=True)]
    return size, b"".join(words), len(words)


def _find_words(layout: TextLayout, data: bytes) -> tuple[list[int], list[int]] | None:
    """Where words start and end if the piece has the right number of separators, otherwise None.

    If one line has a separator too many and another has one too few, the second pass notices.
    """
    letters = np.frombuffer(data, np.uint8)
    mark = layout.separator.encode()
    breaks = np.flatnonzero(letters == _NEWLINE)
    trailing = np.count_nonzero(letters[breaks - 1] == ord(mark))
    n_marks = np.count_nonzero(letters == ord(mark)) - trailing
    if n_marks != len(breaks) * layout.vector_size or (letters[breaks - 1] == _RETURN).any():
        return None
    starts = [PADDING, *(breaks[:-1] + 1).tolist()]
    ends = [data.find(mark, start) for start in starts]
    return starts, ends


def _read_blocks(layout: TextLayout, pieces: list[_Piece]) -> Iterator[Floats]:
    """The values, float32[n, D] for each piece."""

    def read() -> Iterator[bytes]:
        with open(layout.path, "rb") as file:
            for piece in pieces:
                file.seek(piece.offset)
                data = file.read(piece.size)
                yield _padded(layout, data, b"\n" * (not data.endswith(b"\n")))

    blocks = map_ahead(lambda data: _parse_values(layout, data), read())
    for piece in pieces:
        try:
            block = next(blocks)
        except _BadRowError as bad:
            raise bad.explained(layout.path, piece.first_row, piece.offset) from None
        if len(block) != piece.n_rows:
            raise W2VError(f"{layout.path}: changed while it was read")
        yield block


def _parse_values(layout: TextLayout, data: bytes) -> Floats:
    """The values of a piece, float32[n, D]. Raises _BadRowError for what is not a number."""
    lines = _split(layout, data)
    size = layout.vector_size
    values = np.empty((len(lines.starts), size), np.float32)
    step = max(1, _VALUES_AT_ONCE // size)
    for top in range(0, len(values), step):
        places = lines.places(top, top + step)
        starts, ends = (places[:, :-1] + 1).ravel(), places[:, 1:].ravel()
        block, wrong = parse(lines.letters, starts, ends)
        if wrong >= 0:
            line = top + wrong // size
            token = lines.letters[starts[wrong] : ends[wrong]].tobytes()
            raise _BadRowError(
                line,
                int(lines.starts[line]) - PADDING,
                f"value {wrong % size + 1:,} is {not_a_number(token)}",
            )
        values[top : top + step] = block.reshape(-1, size)
    return values


def not_a_number(token: bytes) -> str:
    """What a message says about a value that is not a number."""
    remedy = "; decimals need a point" if _DECIMAL_COMMA.fullmatch(token) else ""
    return f"{shown(token)}, which is not a number{remedy}"


def _split(layout: TextLayout, data: bytes) -> _Lines:
    """The lines of a piece. Raises _BadRowError for one that is too short or too long."""
    mark = layout.separator.encode()
    lines, even = _find_lines(data, ord(mark), layout.vector_size)
    if not even:
        data = re.sub(b"%b*\r?\n" % mark, b"\n", data)
        data = re.sub(b"(?<=[^\n\0])%b+" % mark, mark, data)
        lines, even = _find_lines(data, ord(mark), layout.vector_size)
    _check_lengths(lines, layout)
    return lines


def _find_lines(data: bytes, mark: int, size: int) -> tuple[_Lines, bool]:
    """The lines of a piece, and whether a single separator stands between their values."""
    letters = np.frombuffer(data, np.uint8)
    is_separator = letters == mark
    is_separator |= letters == _NEWLINE
    separators = np.flatnonzero(is_separator)
    breaks = np.flatnonzero(letters[separators] == _NEWLINE)
    starts = np.concatenate([[PADDING], separators[breaks[:-1]] + 1])
    before_break = letters[separators[breaks] - 1]
    # A mark at the end of a line separates nothing; word2vec.c and fastText end each row with one.
    trailing = before_break == mark
    empty_words = letters[starts] == mark
    adjacent = np.count_nonzero(np.diff(separators) == 1) + bool(empty_words[0])
    even = adjacent <= np.count_nonzero(trailing) + np.count_nonzero(empty_words)
    even &= not (before_break == _RETURN).any()
    last = breaks - trailing
    return _Lines(letters, separators, starts, last - size, last), bool(even)


def _check_lengths(lines: _Lines, layout: TextLayout) -> None:
    """Raise _BadRowError for a line that does not hold D values."""
    before = np.searchsorted(lines.separators, lines.starts)  # each line's first separator
    odd = np.flatnonzero(lines.first != before)
    for line in odd.tolist():
        start, n_values = int(lines.starts[line]), int(lines.last[line] - before[line])
        if lines.first[line] > before[line]:
            word = lines.letters[start : lines.separators[lines.first[line]]].tobytes()
            if not _VALUE.fullmatch(word.rsplit(layout.separator.encode(), 1)[-1]):
                continue  # a word with a space in it
        raise _BadRowError(
            line, start - PADDING, f"it holds {n_values:,} values, not {layout.vector_size:,}"
        )
