"""word2vec binary: `V D` and a line break, then each word, a space and D float32s.

word2vec.c ends each row with a line break and gensim does not; both are read, and the line break is
written. Where a row starts depends on the length of the word before it, so the words are found one
after another. Where the rows are wanted in memory they are copied there on the way; else their
places are kept, and their values are read when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2v.arrays import Floats, Integers, empty_rows
from w2v.errors import W2VError
from w2v.formats.shared.binary_rows import MarkedRows
from w2v.formats.shared.text_lines import HEADER, MOST_DIMENSIONS, read_head, sniff_header
from w2v.formats.shared.word_checks import check_words
from w2v.formats.table import Table, from_arrays
from w2v.system.atomic import atomic_file
from w2v.words.word_list import WordList

NAME = "word2vec-bin"
ENDINGS = (".bin",)
DESCRIPTION = "word2vec binary; --vector-size N reads one without its first line."

LONGEST_WORD = 1 << 16
_READ_BYTES = 1 << 18  # little, so that it stays in the cache


@dataclass(frozen=True)
class _Layout:
    """Where the rows are; n_rows None: to the file's end, `promised` None: no header."""

    path: Path
    offset: int
    vector_size: int
    n_rows: int | None = None
    promised: int | None = None


@dataclass(frozen=True)
class _Piece:
    """Some whole rows: their bytes, their words with a line break after each, their values' places.

    row, offset: of the first one in the table and in the file.
    """

    data: bytes
    words: bytes
    starts: Integers
    row: int
    offset: int


def sniff(path: Path, head: bytes) -> bool:
    """Whether the first line is `V D`, and what follows a word and no text."""
    found = HEADER.match(head)
    if not found or sniff_header(head):
        return False
    return 0 < head[found.end() :].find(b" ") <= LONGEST_WORD


def read(
    path: Path, *, vector_size: int | None = None, limit: int | None = None, in_memory: bool = False
) -> Table:
    """Open word2vec binary.

    vector_size: D of a file without its first line; such a file goes to its end.
    limit: so many rows at most; what follows them is neither read nor checked.
    in_memory: read the values too, in the same pass.
    Raises W2VError when it is cut short or no such file, naming row and byte.
    """
    if vector_size is None:
        layout = _read_header(path, limit)
    else:
        layout = _Layout(path, 0, vector_size, limit)
    if in_memory:
        return _read_whole(layout)
    pieces = [(piece.words, piece.offset + piece.starts) for piece in _read_pieces(layout)]
    words = _word_list(path, [words for words, _ in pieces])
    starts = np.concatenate([np.empty(0, np.int64), *(starts for _, starts in pieces)])
    return Table(words, layout.vector_size, lambda: _read_blocks(layout, starts))


def _read_header(path: Path, limit: int | None) -> _Layout:
    """What the first line says, compared with the file's size as far as it will be read."""
    found = HEADER.match(read_head(path))
    if not found:
        raise W2VError(
            f"{path}: not word2vec binary: it must start with 'words dimensions' and a line "
            "break; where it lacks them, 'w2v export --from word2vec-bin --vector-size N' reads it"
        )
    promised, dimensions = int(found[1]), int(found[2])
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise W2VError(f"{path}: its header promises vectors of {dimensions:,} dimensions")
    n_rows = promised if limit is None else min(promised, limit)
    size, wanted = path.stat().st_size, found.end() + n_rows * (2 + 4 * dimensions)
    if size < wanted:
        raise W2VError(
            f"{path}: its header promises {promised:,} rows of {dimensions:,} values, which take "
            f"{wanted:,} bytes or more, and it ends at byte {size:,}"
        )
    return _Layout(path, found.end(), dimensions, n_rows, promised)


def _word_list(path: Path, blobs: list[bytes]) -> WordList:
    try:
        return WordList.from_bytes(b"".join(blobs))
    except W2VError as error:
        raise W2VError(f"{path}: {error}") from None


def _read_whole(layout: _Layout) -> Table:
    """The table with its values in memory."""
    n_rows = layout.path.stat().st_size // (1 + 4 * layout.vector_size)
    if layout.n_rows is not None:
        n_rows = min(layout.n_rows, n_rows)
    matrix = empty_rows(n_rows, layout.vector_size)
    blobs = []
    for piece in _read_pieces(layout):
        rows = matrix[piece.row : piece.row + len(piece.starts)]
        rows[:] = _values(piece.data, piece.starts, layout.vector_size)
        blobs.append(piece.words)
    words = _word_list(layout.path, blobs)
    return from_arrays(words, matrix[: len(words)])


def _read_pieces(layout: _Layout) -> Iterator[_Piece]:
    """The rows, some at a time. Raises W2VError where they end too early or too late."""
    rows = MarkedRows(b" ", 4 * layout.vector_size)
    step = max(_READ_BYTES, LONGEST_WORD + 2 + 4 * layout.vector_size)  # a row at the least
    at, row = layout.offset, 0
    with open(layout.path, "rb") as file:
        while layout.n_rows is None or row < layout.n_rows:
            file.seek(at)
            data = file.read(step)
            words, ends = rows.find(data)
            if not words:
                _check_word(layout.path, data, row, at)
                break
            if layout.n_rows is not None:
                words, ends = words[: layout.n_rows - row], ends[: layout.n_rows - row]
            blob = _join_words(layout.path, words, at + ends, row)
            yield _Piece(data, blob, ends + 1, row, at)
            row, at = row + len(words), at + rows.size(ends)
        file.seek(at)
        _check_end(layout, file.read(2), row, at)


def _check_word(path: Path, data: bytes, row: int, byte: int) -> None:
    """Raise W2VError when no word ends where one should; `row` from 0."""
    if len(data) >= LONGEST_WORD + 2 and b" " not in data[: LONGEST_WORD + 2]:
        raise W2VError(
            f"{path}: row {row + 1:,} (byte {byte:,}): no space within {LONGEST_WORD:,} bytes "
            "where a word should end"
        )


def _join_words(path: Path, words: list[bytes], ends: Integers, row: int) -> bytes:
    """The words with a line break after each, without those that end the rows before them.

    ends: where in the file each ends; the first is in `row`, from 0.
    """
    blob = b"\n".join([*words, b""])
    if blob.count(b"\n") == len(words):
        return blob
    words = [word.lstrip(b"\n") for word in words]
    blob = b"\n".join([*words, b""])
    if blob.count(b"\n") == len(words):
        return blob
    bad = next(i for i, word in enumerate(words) if b"\n" in word)
    raise W2VError(
        f"{path}: row {row + bad + 1:,} (byte {ends[bad] - len(words[bad]):,}): a line break "
        "within a word; the file is damaged or its vectors are of another size"
    )


def _check_end(layout: _Layout, rest: bytes, row: int, byte: int) -> None:
    """Raise W2VError when the rows, `row` of them, end at another byte than the file.

    Where they end because no more are wanted, what follows is not looked at.
    """
    path, promised, wanted = layout.path, layout.promised, layout.n_rows
    promise = "" if promised is None else f" of the {promised:,} that its header promises"
    if promised is not None and wanted is not None and row < wanted:
        raise W2VError(f"{path}: cut short in row {row + 1:,}{promise} (byte {byte:,})")
    if row == wanted != promised:
        return
    if rest.strip(b"\n"):
        raise W2VError(f"{path}: more follows row {row:,}{promise} (byte {byte:,})")


def _values(data: bytes, starts: Integers, dimensions: int) -> Floats:
    """The values that start there, float32[n, D]."""
    row_bytes = 4 * dimensions
    # A row at each byte; those that are rows are taken.
    rows = np.ndarray((len(data) - row_bytes + 1,), f"V{row_bytes}", data, strides=(1,))
    taken = rows[starts].view("<f4").reshape(-1, dimensions)
    return taken.astype(np.float32, copy=False)


def _read_blocks(layout: _Layout, starts: Integers) -> Iterator[Floats]:
    """The values at `starts` in the file, float32[n, D] a block."""
    dimensions, top = layout.vector_size, 0
    with open(layout.path, "rb") as file:
        while top < len(starts):
            bottom = int(np.searchsorted(starts, starts[top] + _READ_BYTES))
            size = int(starts[bottom - 1] - starts[top]) + 4 * dimensions
            file.seek(starts[top])
            data = file.read(size)
            if len(data) < size:
                raise W2VError(f"{layout.path}: changed while it was read")
            yield _values(data, starts[top:bottom] - starts[top], dimensions)
            top = bottom


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write word2vec binary. Raises W2VError for a word that is empty or holds a space."""
    check_words(path, table.words, b" ")
    row_bytes = 4 * table.vector_size
    with atomic_file(path, overwrite=overwrite) as file:
        file.write(b"%d %d\n" % (len(table), table.vector_size))
        row = 0
        for block in table.blocks():
            values = np.ascontiguousarray(block, "<f4").tobytes()
            words = table.words.blob[
                table.words.offsets[row] : table.words.offsets[row + len(block)]
            ].split(b"\n")
            file.writelines(
                b"%b %b\n" % (word, values[i * row_bytes : (i + 1) * row_bytes])
                for i, word in enumerate(words[:-1])
            )
            row += len(block)
