"""NumPy .npy: the matrix, with the words beside it in <file>.vocab.tsv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from w2v.arrays import Floats, ranges
from w2v.formats.shared import npy_layout, vocab_tsv, word_sidecar
from w2v.formats.table import Table, from_file, map_rows
from w2v.system.atomic import atomic_files


def read(path: Path) -> Table:
    """Open an .npy file. Raises W2VError when it holds no matrix of floats, or has no words."""
    header = npy_layout.read_matrix_header(path)
    words, counts = word_sidecar.read_words(path, header.shape[0])
    n_rows, size = header.shape
    if not header.fortran_order:
        return from_file(path, words, size, header.offset, header.dtype, counts)

    def matrix() -> Floats:
        return map_rows(path, header.offset, size, n_rows, header.dtype).T

    def blocks() -> Iterator[Floats]:
        columns = matrix()
        for first, last in ranges(n_rows, size):
            yield np.ascontiguousarray(columns[first:last])

    return Table(words, size, blocks, counts, matrix)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write the matrix and its words."""
    with atomic_files([word_sidecar.sidecar(path), path], overwrite) as (words, values):
        words.writelines(vocab_tsv.lines(table.words, table.counts))
        npy_layout.write_matrix(values, table)
