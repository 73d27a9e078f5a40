"""word2vec binary: `V D` and a line break, then each word, a space and D float32s.

word2vec.c ends each row with a line break and gensim does not. Both are read; the line break is
written. Where a row starts depends on the length of the word before it, so the words are found one
after another. If the rows are wanted in memory, they are copied there on the way; otherwise only
their places are kept, and the values are read on demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from w2v.arrays import Floats, Integers, empty_rows, numbered
from w2v.errors import W2VError
from w2v.formats.shared.binary_rows import MarkedRows
from w2v.formats.shared.output import output_file
from w2v.formats.shared.text_lines import read_head
from w2v.formats.shared.text_rows import header_remedy
from w2v.formats.shared.word_checks import check_words
from w2v.formats.shared.word_reading import UTF_8, Encoding, decode_words
from w2v.formats.signatures import LONGEST_WORD, MOST_DIMENSIONS, TEXT_HEADER
from w2v.formats.table import Table, from_arrays
from w2v.words.word_list import WordList

_READ_BYTES = 1 << 18  # small, so that it stays in the cache


@dataclass(frozen=True)
class _Layout:
    """Where the rows are.

    n_rows: how many are read; None: up to the file's end. promised: how many the header states;
    None without a header. limit: how many the caller wants at most.
    """

    path: Path
    offset: int
    vector_size: int
    n_rows: int | None = None
    promised: int | None = None
    limit: int | None = None
    encoding: Encoding = UTF_8


@dataclass(frozen=True)
class _Piece:
    """Some whole rows: their bytes, their words with a newline after each, where values start.

    row, offset: where the first of them is in the table and in the file.
    """

    data: bytes
    words: bytes
    starts: Integers
    row: int
    offset: int


def read(
    path: Path,
    *,
    vector_size: int | None = None,
    limit: int | None = None,
    in_memory: bool = False,
    encoding: str = "utf-8",
    unicode_errors: str = "strict",
) -> Table:
    """Open word2vec binary.

    vector_size: D of a file without the first line; its rows go up to its end.
    limit: the most rows to read; what follows them is neither read nor checked.
    in_memory: read the values too, in the same pass.
    encoding, unicode_errors: those of the words, as in Encoding.
    Raises W2VError, naming row and byte, when it is cut short or not such a file.
    """
    decoding = Encoding(encoding, unicode_errors)
    if vector_size is None:
        layout = _read_header(path, limit, decoding)
    else:
        layout = _Layout(path, 0, vector_size, limit, limit=limit, encoding=decoding)
    if in_memory:
        return _read_whole(layout).limit(limit)
    pieces = [(piece.words, piece.offset + piece.starts) for piece in _read_pieces(layout)]
    words, notes = _word_list(layout, [words for words, _ in pieces])
    starts = np.concatenate([np.empty(0, np.int64), *(starts for _, starts in pieces)])
    table = Table(
        words, layout.vector_size, lambda: _read_blocks(layout, starts), notes=tuple(notes)
    )
    return table.limit(limit)


def _read_header(path: Path, limit: int | None, encoding: Encoding) -> _Layout:
    """The sizes in the first line, compared with the size of the file as far as it will be read.

    If more rows are wanted than it promises, all are read, so that what follows is checked.
    """
    found = TEXT_HEADER.match(read_head(path))
    if not found:
        raise W2VError(
            f"{path}: not word2vec binary: it must start with 'words dimensions' and a line "
            "break; 'w2v export --from word2vec-bin --vector-size N' reads a file without that line"
        )
    promised, dimensions = int(found[1]), int(found[2])
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise W2VError(f"{path}: its header promises vectors of {dimensions:,} dimensions")
    n_rows = promised if limit is None else limit
    if n_rows > promised:
        return _Layout(path, found.end(), dimensions, None, promised, limit, encoding)
    size, wanted = path.stat().st_size, found.end() + n_rows * (2 + 4 * dimensions)
    if size < wanted:
        raise W2VError(
            f"{path}: its header promises {promised:,} rows of {dimensions:,} values, which take "
            f"{wanted:,} bytes or more, but it ends at byte {size:,}"
        )
    return _Layout(path, found.end(), dimensions, n_rows, promised, limit, encoding)


def _word_list(layout: _Layout, blobs: list[bytes]) -> tuple[WordList, list[str]]:
    hint = "; 'w2v export --encoding NAME' reads other encodings"
    return decode_words(layout.path, blobs, encoding=layout.encoding, hint=hint)


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
    words, notes = _word_list(layout, blobs)
    return replace(from_arrays(words, matrix[: len(words)]), notes=tuple(notes))


def _read_pieces(layout: _Layout) -> Iterator[_Piece]:
    """The rows, a few at a time. Raises W2VError when they end too early or too late."""
    rows = MarkedRows(b" ", 4 * layout.vector_size)
    step = max(_READ_BYTES, LONGEST_WORD + 2 + 4 * layout.vector_size)  # at least one row
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
    """The words with a newline after each, without the line breaks that end the rows before.

    ends: where each word ends in the file; `row`, from 0, is that of the first.
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
    """Raise W2VError when the rows, `row` of them, end before the file does, or after it.

    Rows that end because no more are wanted may be followed by anything.
    """
    path, promised = layout.path, layout.promised
    wanted = promised if layout.n_rows is None else layout.n_rows
    promise = "" if promised is None else f" of the {promised:,} that its header promises"
    remedy = "" if promised is None else f"; {header_remedy(row)}"
    if promised is not None and wanted is not None and row < wanted:
        raise W2VError(f"{path}: cut short in row {row + 1:,}{promise} (byte {byte:,}){remedy}")
    if row == layout.n_rows == layout.limit:
        return
    if promised is not None and promised < row < (layout.limit or 0):
        raise W2VError(
            f"{path}: its header promises {promised:,} rows but it holds {row:,}{remedy}"
        )
    if rest.strip(b"\n"):
        raise W2VError(f"{path}: more follows row {row:,}{promise} (byte {byte:,}){remedy}")


def _values(data: bytes, starts: Integers, dimensions: int) -> Floats:
    """The values that start at `starts`, float32[n, D]."""
    row_bytes = 4 * dimensions
    # A view with a row starting at each byte, from which the wanted ones are taken.
    rows = np.ndarray((len(data) - row_bytes + 1,), f"V{row_bytes}", data, strides=(1,))
    taken = rows[starts].view("<f4").reshape(-1, dimensions)
    return taken.astype(np.float32, copy=False)


def _read_blocks(layout: _Layout, starts: Integers) -> Iterator[Floats]:
    """The values at `starts` in the file, float32[n, D] per block."""
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
    """Write word2vec binary. Raises W2VError for a word that is empty or contains a space."""
    check_words(path, table.words, b" ")
    row_bytes = 4 * table.vector_size
    with output_file(path, overwrite=overwrite) as file:
        file.write(b"%d %d\n" % (len(table), table.vector_size))
        for first, block in numbered(table.blocks()):
            values = np.ascontiguousarray(block, "<f4").tobytes()
            file.writelines(
                b"%b %b\n" % (word, values[i * row_bytes : (i + 1) * row_bytes])
                for i, word in enumerate(table.words.encoded(first, first + len(block)))
            )
