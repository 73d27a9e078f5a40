"""fastText .bin: the vectors that fastText itself gives for its words, subwords included.

Read: a word's vector is the mean of its own row and those of its character n-grams, summed on
demand. Quantized and supervised models are refused. Write: a plain model without subwords, which
fastText and gensim open. Its output table is the model's, where the input vectors of a model folder
are written unchanged; otherwise it is zeros, as before any training. Queries do not read it. A
count that is not known is written as 1.

    magic, version, 12 options, t │ size, words, labels, tokens, pruned │ word NUL count type ...
    quantised, rows, D, float32[rows, D] │ quantised, rows, D, float32[rows, D]
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers
from w2v.errors import W2VError
from w2v.formats.shared.binary_rows import MarkedRows
from w2v.formats.shared.output import output_file
from w2v.formats.shared.word_checks import check_distinct, check_words
from w2v.formats.shared.word_reading import decode_words
from w2v.formats.signatures import FASTTEXT
from w2v.formats.table import Table, check_size, from_file
from w2v.words.subwords import Subwords, mean_blocks
from w2v.words.word_list import WordList

VERSION = 12
READ_VERSIONS = (11, 12)

_MAGIC = int.from_bytes(FASTTEXT, "little")
_HEADER = struct.Struct("<14id")
_DICTIONARY = struct.Struct("<3i2q")
_ENTRY = struct.Struct("<qb")
_MATRIX = struct.Struct("<?2q")
_ENTRIES = MarkedRows(b"\0", _ENTRY.size)
_SUPERVISED = 3
_MOST_DIMENSIONS = 1_000_000
_LONGEST_RUN = 100  # characters of an n-gram; 6 is usual
_LONGEST_WORD = 1 << 20
_MOST_RUNS = 1 << 23  # n-grams of a word, so that hashing them takes little memory
_PIECE = 1 << 20


@dataclass(frozen=True)
class _Header:
    vector_size: int
    subwords: Subwords


def read(path: Path) -> Table:
    """Open a model. Raises W2VError when it is damaged, quantized or supervised."""
    with open(path, "rb") as file:
        header = _read_header(file, path)
        words, counts = _read_dictionary(file, path)
        offset = _read_matrix_header(file, path, header, len(words))
    size, subwords = header.vector_size, header.subwords
    if not subwords:
        return from_file(path, words, size, offset, counts=counts)
    longest = int(np.diff(words.offsets).max(initial=0))
    if subwords.bucket <= 0 or longest * subwords.maxn > _MOST_RUNS:
        raise W2VError(
            f"{path}: damaged: n-grams of up to {subwords.maxn:,} letters in "
            f"{subwords.bucket:,} rows, and a word of {longest:,} bytes"
        )

    def blocks() -> Iterator[Floats]:
        matrix = _map_matrix(path, offset, len(words) + subwords.bucket, size)
        return mean_blocks(matrix, words, subwords)

    return Table(words, size, blocks, counts)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write a model without subwords, with the output vectors where the table has them.

    Raises W2VError for a word that contains a NUL or occurs twice.
    """
    check_words(path, table.words, b"\0", empty=True)
    check_distinct(path, table.words)
    n_words, size = len(table), table.vector_size
    # At least 1: gensim drops words whose count is 0.
    counts = np.maximum(1 if table.counts is None else table.counts, np.ones(n_words, np.int64))
    with output_file(path, overwrite=overwrite) as file:
        file.write(_HEADER.pack(_MAGIC, VERSION, size, 5, 5, 1, 5, 1, 2, 2, 0, 0, 0, 100, 1e-4))
        file.write(_DICTIONARY.pack(n_words, n_words, 0, int(counts.sum()), -1))
        _write_entries(file, table.words, counts)
        file.write(_MATRIX.pack(False, n_words, size))
        _write_rows(file, table)
        file.write(_MATRIX.pack(False, n_words, size))
        if table.outputs is None:
            _write_zeros(file, 4 * n_words * size)
        else:
            _write_rows(file, table.outputs())


def _read_header(file: BinaryIO, path: Path) -> _Header:
    data = file.read(_HEADER.size)
    if len(data) < _HEADER.size:
        raise W2VError(f"{path}: cut short in its header (byte {len(data):,})")
    magic, version, size, *others = _HEADER.unpack(data)
    if magic != _MAGIC:
        raise W2VError(f"{path}: not a fastText .bin file")
    if version not in READ_VERSIONS:
        raise W2VError(f"{path}: version {version} of fastText's format is not known")
    model, bucket, minn, maxn = others[6:10]
    if model == _SUPERVISED:
        raise W2VError(
            f"{path}: a supervised fastText model (a classifier); only word vectors can be read"
        )
    if not 1 <= size <= _MOST_DIMENSIONS:
        raise W2VError(f"{path}: damaged: its header promises vectors of {size:,} dimensions")
    if maxn > _LONGEST_RUN or bucket < 0:
        raise W2VError(
            f"{path}: damaged: its header promises n-grams of up to {maxn:,} letters "
            f"in {bucket:,} rows"
        )
    return _Header(size, Subwords(minn, maxn, bucket))


def _read_dictionary(file: BinaryIO, path: Path) -> tuple[WordList, Integers | None]:
    """Words and counts; None when all are 1, which is how `write` writes unknown counts."""
    data = file.read(_DICTIONARY.size)
    if len(data) < _DICTIONARY.size:
        raise W2VError(f"{path}: cut short in its header (byte {file.tell():,})")
    n_entries, n_words, n_labels, _, n_pruned = _DICTIONARY.unpack(data)
    if n_pruned >= 0:
        raise W2VError(f"{path}: a quantized fastText model; only full models can be read")
    if n_labels or n_words != n_entries or n_words < 0:
        raise W2VError(
            f"{path}: {n_words:,} words and {n_labels:,} labels of {n_entries:,} entries; "
            "only word vectors can be read"
        )
    check_size(path, file.tell() + n_words * (1 + _ENTRY.size))
    blobs, counts, left = [], [], n_words
    while left:
        blob, some = _read_entries(file, path, left, n_words - left)
        blobs.append(blob)
        counts.append(some)
        left -= len(some)
    words, _ = decode_words(path, blobs, n_words)
    known = np.concatenate([np.empty(0, np.int64), *counts])
    return words, None if (known == 1).all() else known


def _read_entries(file: BinaryIO, path: Path, most: int, row: int) -> tuple[bytes, Integers]:
    """Some entries from the file's position on: words with a newline after each, and counts."""
    offset = file.tell()
    data = file.read(_PIECE)
    while (first := data.find(b"\0")) < 0 or first + 1 + _ENTRY.size > len(data):
        more = file.read(_PIECE)
        if not more or len(data) > _LONGEST_WORD:
            what = "cut short" if not more else "damaged: a word without an end"
            raise W2VError(f"{path}: {what} in row {row + 1:,} (byte {offset:,})")
        data += more
    words, ends = _ENTRIES.find(data)
    words, ends = words[:most], ends[:most]
    file.seek(offset + _ENTRIES.size(ends))
    letters = np.frombuffer(data, np.uint8)
    counts = letters[ends[:, None] + np.arange(1, 9)].view("<i8").ravel().astype(np.int64)
    odd = np.flatnonzero((letters[ends + 9] != 0) | (counts < 0))
    if len(odd):
        bad = int(odd[0])
        byte = offset + int(ends[bad]) - len(words[bad])
        raise W2VError(
            f"{path}: row {row + 1 + bad:,} (byte {byte:,}) is not a word; the file is damaged"
        )
    return b"\n".join([*words, b""]), counts


def _read_matrix_header(file: BinaryIO, path: Path, header: _Header, n_words: int) -> int:
    """Where the input table begins."""
    data = file.read(_MATRIX.size)
    if len(data) < _MATRIX.size:
        raise W2VError(f"{path}: cut short at byte {file.tell():,}, before its vectors")
    if data[0]:
        raise W2VError(f"{path}: a quantized fastText model; only full models can be read")
    _, rows, columns = _MATRIX.unpack(data)
    wanted = n_words + header.subwords.bucket, header.vector_size
    if (rows, columns) != wanted:
        raise W2VError(
            f"{path}: damaged: its table is {rows:,} x {columns:,}, "
            f"and its header says {wanted[0]:,} x {wanted[1]:,}"
        )
    check_size(path, file.tell() + 4 * rows * columns)
    return file.tell()


def _map_matrix(path: Path, offset: int, rows: int, size: int) -> npt.NDArray[np.uint8]:
    """The bytes of float32[rows, D], uint8[rows, 4 * D], mapped at whatever address they have."""
    with open(path, "rb") as file:
        check_size(path, offset + 4 * rows * size)
        view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(view, np.uint8, 4 * rows * size, offset).reshape(rows, 4 * size)


def _write_entries(file: BinaryIO, words: WordList, counts: Integers) -> None:
    for first, block in words.blocks():
        numbers = counts[first : first + len(block)].tolist()
        file.write(
            b"".join(
                b"%b\0%b" % (word, _ENTRY.pack(count, 0))
                for word, count in zip(block, numbers, strict=True)
            )
        )


def _write_rows(file: BinaryIO, table: Table) -> None:
    for block in table.blocks():
        file.write(np.ascontiguousarray(block, "<f4").data.cast("B"))


def _write_zeros(file: BinaryIO, size: int) -> None:
    while size > 0:
        size -= file.write(bytes(min(size, _PIECE)))
