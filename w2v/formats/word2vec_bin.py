"""word2vec binary: `V D` and a line break, then each word, a space and D float32s.

word2vec.c ends each row with a line break and gensim does not; both are read, and the line break is
written. Where a row starts depends on the length of the word before it, so words are found one by
one, with all their values left out; the values are then copied many rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.atomic import atomic_file
from w2v.embedding import WordList
from w2v.errors import W2VError
from w2v.formats.holdable import check_words
from w2v.formats.table import Rows, Table
from w2v.formats.text import HEADER, MOST_DIMENSIONS, read_head, sniff_header

NAME = "word2vec-bin"
ENDINGS = (".bin",)
DESCRIPTION = "word2vec binary; --vector-size N reads one without its first line."

LONGEST_WORD = 1 << 16
_READ_BYTES = 1 << 18  # little, so that it stays in the cache


def sniff(path: Path, head: bytes) -> bool:
    """Whether the first line is `V D`, and what follows a word and no text."""
    found = HEADER.match(head)
    if not found or sniff_header(head):
        return False
    return 0 < head[found.end() :].find(b" ") <= LONGEST_WORD


def read(path: Path, *, vector_size: int | None = None) -> Table:
    """Open word2vec binary.

    vector_size: D of a file without its first line; such a file goes to its end.
    Raises W2VError when it is cut short or no such file, naming row and byte.
    """
    size = path.stat().st_size
    n_rows, start = None, 0
    if vector_size is None:
        n_rows, vector_size, start = _read_header(path, size)
    blob, starts = _read_words(path, start, vector_size, n_rows)
    try:
        words = WordList.from_bytes(blob)
    except W2VError as error:
        raise W2VError(f"{path}: {error}") from None
    dimensions = vector_size
    return Table(words, dimensions, lambda: _read_blocks(path, starts, dimensions))


def _read_header(path: Path, size: int) -> tuple[int, int, int]:
    """V, D and where the first row starts, compared with the file's size."""
    found = HEADER.match(read_head(path))
    if not found:
        raise W2VError(
            f"{path}: not word2vec binary: it must start with 'words dimensions' and a line "
            "break; --vector-size reads a file that lacks them"
        )
    n_rows, dimensions = int(found[1]), int(found[2])
    if not 1 <= dimensions <= MOST_DIMENSIONS:
        raise W2VError(f"{path}: its header promises vectors of {dimensions:,} dimensions")
    wanted = found.end() + n_rows * (2 + 4 * dimensions)
    if size < wanted:
        raise W2VError(
            f"{path}: its header promises {n_rows:,} rows of {dimensions:,} values, which take "
            f"{wanted:,} bytes or more, and it ends at byte {size:,}"
        )
    return n_rows, dimensions, found.end()


def _read_words(
    path: Path, start: int, dimensions: int, n_rows: int | None
) -> tuple[bytes, npt.NDArray[np.int64]]:
    """All words with a line break after each, and where their values start, int64[V].

    Reads `n_rows` rows, or to the file's end.
    """
    words: list[bytes] = []
    step = 4 * dimensions + 1
    data, base, at = b"", start, 0  # `data` starts at byte `base` of the file
    with open(path, "rb") as file:
        file.seek(start)
        while n_rows is None or len(words) < n_rows:
            last = len(data) - step  # where a space can be, and all its row's values too
            while 0 <= (space := data.find(b" ", at, at + LONGEST_WORD + 2)) <= last:
                words.append(data[at:space])
                at = space + step
            if space < 0 and len(data) - at >= LONGEST_WORD + 2:
                raise W2VError(
                    f"{path}: row {len(words) + 1:,} (byte {base + at:,}): no space within "
                    f"{LONGEST_WORD:,} bytes where a word should end"
                )
            base, rest = base + at, data[at:]
            data, at = rest + file.read(max(_READ_BYTES, step)), 0
            if len(data) == len(rest):
                break
    words = words[:n_rows]
    ends = start + np.cumsum(np.fromiter(map(len, words), np.int64, len(words)) + step)
    starts = ends - (step - 1)
    _check_end(path, int(ends[-1]) if words else start, len(words), n_rows)
    return _join_words(path, words, starts), starts


def _join_words(path: Path, words: list[bytes], starts: npt.NDArray[np.int64]) -> bytes:
    """The words with a line break after each, without those that end the rows before them."""
    blob = b"\n".join([*words, b""])
    if blob.count(b"\n") == len(words):
        return blob
    words = [word.lstrip(b"\n") for word in words]
    blob = b"\n".join([*words, b""])
    if blob.count(b"\n") == len(words):
        return blob
    row = next(i for i, word in enumerate(words) if b"\n" in word)
    raise W2VError(
        f"{path}: row {row + 1:,} (byte {starts[row] - len(words[row]) - 1:,}): a line break "
        "within a word; the file is damaged or its vectors are of another size"
    )


def _check_end(path: Path, byte: int, n_words: int, n_rows: int | None) -> None:
    """Raise W2VError when the rows end at another place than the file."""
    with open(path, "rb") as file:
        file.seek(byte)
        rest = file.read(2)
    promise = "" if n_rows is None else f" of the {n_rows:,} that its header promises"
    if n_rows is not None and n_words < n_rows:
        raise W2VError(f"{path}: cut short in row {n_words + 1:,}{promise} (byte {byte:,})")
    if rest.strip(b"\n"):
        raise W2VError(f"{path}: more follows row {n_words:,}{promise} (byte {byte:,})")


def _read_blocks(path: Path, starts: npt.NDArray[np.int64], dimensions: int) -> Iterator[Rows]:
    """The values at `starts`, float32[n, D] a block."""
    row_bytes = 4 * dimensions
    top = 0
    with open(path, "rb") as file:
        while top < len(starts):
            bottom = int(np.searchsorted(starts, starts[top] + _READ_BYTES))
            file.seek(starts[top])
            data = file.read(int(starts[bottom - 1] - starts[top]) + row_bytes)
            if len(data) < starts[bottom - 1] - starts[top] + row_bytes:
                raise W2VError(f"{path}: changed while it was read")
            # A row at each byte; those that are rows are taken.
            rows = np.ndarray((len(data) - row_bytes + 1,), f"V{row_bytes}", data, strides=(1,))
            taken = rows[starts[top:bottom] - starts[top]]
            yield taken.view("<f4").reshape(-1, dimensions).astype(np.float32, copy=False)
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
