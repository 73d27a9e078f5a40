"""Table: what a vector file holds, as rows in blocks, so that no format needs all of it in memory.

A reader makes a Table, WordVectors are made from one, and a writer takes its words and then its
blocks, one after another. Names in shapes: V words, D dimensions, n rows of a block.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v.arrays import Floats, Integers, ranges
from w2v.errors import W2VError
from w2v.words.subwords import SubwordRows
from w2v.words.word_list import WordList


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
        Makes an iterator of float32[n, D] blocks, in order, V rows in all. It can be called again.
    counts
        int64[V], or None where a file holds no counts.
    matrix
        Makes float32[V, D], mapped from the file where the layout allows; None: use the blocks.
    outputs
        Opens the table of the same words' output vectors, where these are the input vectors of a
        model that has both.
    subwords
        The rows that the vectors are composed of, where they have subwords. A change to words or
        rows that n-grams cannot follow leaves them out.
    about
        Other facts that the file states about its model, under the format's own names.
    notes
        What the reader changed that the user must know, one sentence each.
    """

    words: WordList
    vector_size: int
    blocks: Callable[[], Iterator[Floats]]
    counts: Integers | None = None
    matrix: Callable[[], Floats] | None = None
    outputs: Callable[[], Table] | None = None
    subwords: SubwordRows | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    def limit(self, rows: int | None) -> Table:
        """The first `rows` rows; None: all."""
        if rows is None or rows >= len(self):
            return self

        def blocks() -> Iterator[Floats]:
            left = rows
            if not left:
                return
            for block in self.blocks():
                yield block[:left]
                left -= len(block)
                if left <= 0:
                    return

        matrix, outputs = self.matrix, self.outputs
        return replace(
            self,
            words=self.words.head(rows),
            blocks=blocks,
            counts=None if self.counts is None else self.counts[:rows],
            matrix=None if matrix is None else lambda: matrix()[:rows],
            outputs=None if outputs is None else lambda: outputs().limit(rows),
            subwords=None if self.subwords is None else self.subwords.select(slice(rows)),
        )

    def map_blocks(self, change: Callable[[Floats], Floats]) -> Table:
        """The same words with each block changed; `change` keeps the shape."""
        blocks = self.blocks
        return replace(
            self, blocks=lambda: map(change, blocks()), matrix=None, outputs=None, subwords=None
        )


def from_arrays(words: WordList, matrix: Floats, counts: Integers | None = None) -> Table:
    """The table of V words and float32[V, D]; counts: int64[V] where they are known."""

    def blocks() -> Iterator[Floats]:
        for first, last in ranges(len(words), matrix.shape[1]):
            yield np.ascontiguousarray(matrix[first:last])

    return Table(words, matrix.shape[1], blocks, counts, lambda: matrix)


def from_file(
    path: Path,
    words: WordList,
    vector_size: int,
    offset: int = 0,
    dtype: str = "<f4",
    counts: Integers | None = None,
) -> Table:
    """The table whose rows lie one after another in a file, from byte `offset` on.

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
            f"{path}: cut short: its header promises {wanted:,} bytes but it ends at byte {size:,}"
        )


def read_blocks(
    path: Path, offset: int, n_rows: int, vector_size: int, dtype: str = "<f4"
) -> Iterator[Floats]:
    """The rows of a file in blocks, read and not mapped, so that memory stays small."""
    itemsize = np.dtype(dtype).itemsize
    with open(path, "rb") as file:
        file.seek(offset)
        for first, last in ranges(n_rows, vector_size, itemsize):
            block = np.fromfile(file, dtype, (last - first) * vector_size)
            if len(block) != (last - first) * vector_size:
                raise W2VError(f"{path}: cut short at row {first + len(block) // vector_size:,}")
            yield block.reshape(-1, vector_size).astype(np.float32, copy=False)


def map_rows(path: Path, offset: int, n_rows: int, vector_size: int, dtype: str = "<f4") -> Floats:
    """float32[n_rows, vector_size], mapped from the file, or read where it cannot be mapped.

    The caller has checked the size. Only float32 at a multiple of 4 bytes can be mapped.
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
