"""NumPy .npy: the matrix, with the words beside it in <file>.vocab.tsv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from w2v.atomic import atomic_files
from w2v.formats import npy_file, sidecar, vocab_file
from w2v.formats.table import Rows, Table, from_file, map_rows, ranges

NAME = "npy"
ENDINGS = (".npy",)
DESCRIPTION = "NumPy array, with the words beside it in FILE.vocab.tsv."


def sniff(path: Path, head: bytes) -> bool:
    """Whether it is an .npy file."""
    return head.startswith(npy_file.MAGIC)


def sidecars(path: Path) -> list[Path]:
    """The files that belong to `path`."""
    return [sidecar.sidecar(path)]


def read(path: Path) -> Table:
    """Open an .npy file. Raises W2VError when it holds no matrix of floats, or has no words."""
    header = npy_file.read_matrix_header(path)
    words, counts = sidecar.read_words(path, header.shape[0])
    n_rows, size = header.shape
    if not header.fortran_order:
        return from_file(path, words, size, header.offset, header.dtype, counts)

    def matrix() -> Rows:
        return map_rows(path, header.offset, size, n_rows, header.dtype).T

    def blocks() -> Iterator[Rows]:
        columns = matrix()
        for first, last in ranges(n_rows, size):
            yield np.ascontiguousarray(columns[first:last])

    return Table(words, size, blocks, counts, matrix)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write the matrix and its words."""
    with atomic_files([sidecar.sidecar(path), path], overwrite) as (words, values):
        words.writelines(vocab_file.lines(table.words, table.counts))
        npy_file.write_matrix(values, table)
