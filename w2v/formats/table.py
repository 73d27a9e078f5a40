"""Table: what a vector file holds, as rows in blocks, so that no format needs all of it in memory.

A reader makes a Table, `w2v.formats.read` makes WordVectors of it, and a writer takes its words
and its blocks one after another. Names in shapes: V words, D dimensions, n rows of a block.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.embedding import WordList, WordVectors
from w2v.errors import W2VError

Rows = npt.NDArray[np.float32]

BLOCK_BYTES = 4 << 20
"""About how many bytes of rows are handled at a time."""


@dataclass(frozen=True)
class Table:
    """Words and their rows.

    Parameters
    ----------
    words
        V words.
    vector_size
        D, the values of a row.
    blocks
        Makes an iterator of float32[n, D] blocks, in order, that together are V rows. It can be
        called again.
    counts
        int64[V], or None where a file holds no counts.
    matrix
        Makes float32[V, D], mapped from the file where its layout allows; None: from the blocks.
    outputs
        Opens the table of the same words' output vectors, where these are the input vectors of a
        model that has both.
    """

    words: WordList
    vector_size: int
    blocks: Callable[[], Iterator[Rows]]
    counts: npt.NDArray[np.int64] | None = None
    matrix: Callable[[], Rows] | None = None
    outputs: Callable[[], Table] | None = None

    def __len__(self) -> int:
        return len(self.words)

    def vectors(self) -> WordVectors:
        """The table as WordVectors: mapped where it can be, else read into memory."""
        if self.matrix is not None:
            return WordVectors(self.words, self.matrix(), self.counts)
        matrix = empty_rows(len(self), self.vector_size)
        first = 0
        for block in self.blocks():
            matrix[first : first + len(block)] = block
            first += len(block)
        return WordVectors(self.words, matrix, self.counts)

    def limit(self, rows: int | None) -> Table:
        """The first `rows` rows; all for None."""
        if rows is None or rows >= len(self):
            return self

        def blocks() -> Iterator[Rows]:
            left = rows
            if not left:
                return
            for block in self.blocks():
                yield block[:left]
                left -= len(block)
                if left <= 0:
                    return

        matrix, outputs = self.matrix, self.outputs
        return Table(
            words=WordList(
                self.words.blob[: self.words.offsets[rows]], self.words.offsets[: rows + 1]
            ),
            vector_size=self.vector_size,
            blocks=blocks,
            counts=None if self.counts is None else self.counts[:rows],
            matrix=None if matrix is None else lambda: matrix()[:rows],
            outputs=None if outputs is None else lambda: outputs().limit(rows),
        )

    def map_blocks(self, change: Callable[[Rows], Rows]) -> Table:
        """The same words with each block changed; `change` keeps the shape."""
        blocks = self.blocks
        return replace(self, blocks=lambda: map(change, blocks()), matrix=None, outputs=None)


def from_vectors(vectors: WordVectors) -> Table:
    """The table that WordVectors are."""

    def blocks() -> Iterator[Rows]:
        for first, last in ranges(len(vectors), vectors.vector_size):
            yield np.ascontiguousarray(vectors.matrix[first:last])

    return Table(vectors.words, vectors.vector_size, blocks, vectors.counts, lambda: vectors.matrix)


def empty_rows(n_rows: int, vector_size: int) -> Rows:
    """float32[n_rows, vector_size], to be filled once.

    For large arrays NumPy asks for huge pages. A virtual machine may have to get every one of them
    from its host: to fill 480 MB took 0.7 to 1.1 s of processor time so, in ordinary pages 0.3 s.
    """
    size = 4 * n_rows * vector_size
    if size < BLOCK_BYTES or sys.platform == "win32":
        return np.empty((n_rows, vector_size), np.float32)
    at_once = getattr(mmap, "MAP_POPULATE", 0)  # one call to the system, not one for each page
    try:
        pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | at_once)
    except OSError:
        raise MemoryError(f"no room for {size:,} bytes") from None
    return np.frombuffer(pages, np.float32).reshape(n_rows, vector_size)


def from_file(
    path: Path,
    words: WordList,
    vector_size: int,
    offset: int = 0,
    dtype: str = "<f4",
    counts: npt.NDArray[np.int64] | None = None,
) -> Table:
    """The table whose rows lie at `offset` of a file one after another.

    Raises W2VError when the file ends before the last row.
    """
    check_size(path, offset + len(words) * vector_size * np.dtype(dtype).itemsize)
    return Table(
        words,
        vector_size,
        lambda: read_blocks(path, offset, len(words), vector_size, dtype),
        counts,
        lambda: map_rows(path, offset, len(words), vector_size, dtype),
    )


def check_size(path: Path, wanted: int) -> None:
    """Raise W2VError when the file is shorter than `wanted` bytes."""
    size = os.path.getsize(path)
    if size < wanted:
        raise W2VError(
            f"{path}: cut short: its header promises {wanted:,} bytes and it ends at byte {size:,}"
        )


def ranges(n_rows: int, vector_size: int, itemsize: int = 4) -> Iterator[tuple[int, int]]:
    """First and last + 1 of blocks of rows, each of about BLOCK_BYTES."""
    step = max(1, BLOCK_BYTES // max(1, vector_size * itemsize))
    for first in range(0, n_rows, step):
        yield first, min(first + step, n_rows)


def read_blocks(
    path: Path, offset: int, n_rows: int, vector_size: int, dtype: str = "<f4"
) -> Iterator[Rows]:
    """Rows of a file in blocks, read and not mapped, so that memory stays small."""
    itemsize = np.dtype(dtype).itemsize
    with open(path, "rb") as file:
        file.seek(offset)
        for first, last in ranges(n_rows, vector_size, itemsize):
            block = np.fromfile(file, dtype, (last - first) * vector_size)
            if len(block) != (last - first) * vector_size:
                raise W2VError(f"{path}: cut short at row {first + len(block) // vector_size:,}")
            yield block.reshape(-1, vector_size).astype(np.float32, copy=False)


def map_rows(
    path: Path, offset: int, n_rows: int, vector_size: int, dtype: str = "<f4"
) -> npt.NDArray[np.float32]:
    """float32[n_rows, vector_size], mapped from the file; read where it cannot be mapped.

    The caller has checked the size. Only float32 that lies on a multiple of 4 bytes is mapped.
    """
    count = n_rows * vector_size
    if not count:
        return np.empty((n_rows, vector_size), np.float32)
    with open(path, "rb") as file:
        if np.dtype(dtype) == np.float32 and offset % 4 == 0:
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return np.frombuffer(view, np.float32, count, offset).reshape(n_rows, vector_size)
        file.seek(offset)
        flat = np.fromfile(file, dtype, count)
    return flat.reshape(n_rows, vector_size).astype(np.float32, copy=False)
