"""finalfusion: chunks of little-endian binary; only vocabularies of whole words are read.

    FiFu, version, n, n ids │ id, length, chunk │ id, length, chunk ...

The rows are stored at length 1 beside their lengths, and a row that is read is the product of both:
it can differ from what was written in the last bit or two. A row whose length
float32 cannot represent exactly enough (below 1e-30, or not at all) is stored as it is, with a
length of 1.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, numbered
from w2v.errors import W2VError
from w2v.formats.shared.word_checks import check_distinct
from w2v.formats.shared.word_reading import decode_words
from w2v.formats.signatures import FINALFUSION
from w2v.formats.table import Table, from_file, read_blocks
from w2v.system.atomic import atomic_file
from w2v.words.word_list import WordList

WORDS, ARRAY, NORMS = 1, 2, 6

_NAMES = {
    3: "a vocabulary with subwords",
    4: "quantised vectors",
    7: "a vocabulary with fastText's subwords",
    8: "a vocabulary with listed subwords",
}
_HEADER = struct.Struct("<4s2I")
_CHUNK = struct.Struct("<IQ")
_ARRAY = struct.Struct("<QII")
_NORMS = struct.Struct("<QI")
_COUNT = struct.Struct("<Q")
_LENGTH = struct.Struct("<I")
_FLOAT32 = 10
_MOST_CHUNKS = 100
_LEAST_NORM = 1e-30


@dataclass
class _Contents:
    """What has been found so far: the words, and where the rows and lengths are."""

    words: WordList | None = None
    shape: tuple[int, int] = (0, 0)
    array: int = 0
    n_norms: int = 0
    norms: int = 0
    seen: set[int] = field(default_factory=set)


def read(path: Path) -> Table:
    """Open a file with or without lengths. Raises W2VError for damage and for subwords."""
    found = _Contents()
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        for _ in range(_read_header(file, path)):
            _read_chunk(file, path, size, found)
    if found.words is None or ARRAY not in found.seen:
        raise W2VError(f"{path}: it has no {'words' if found.words is None else 'vectors'}")
    words, (rows, columns) = found.words, found.shape
    if len(words) != rows or (NORMS in found.seen and found.n_norms != rows):
        raise W2VError(
            f"{path}: damaged: {len(words):,} words, {rows:,} rows"
            + (f", {found.n_norms:,} lengths" if NORMS in found.seen else "")
        )
    if NORMS not in found.seen:
        return from_file(path, words, columns, found.array)

    def blocks() -> Iterator[Floats]:
        norms = np.fromfile(path, "<f4", rows, offset=found.norms).astype(np.float32, copy=False)
        if len(norms) != rows:
            raise W2VError(f"{path}: cut short: it changed while it was read")
        for first, block in numbered(read_blocks(path, found.array, rows, columns)):
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                yield block * norms[first : first + len(block), None]

    return Table(words, columns, blocks)


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write words, rows and lengths. Raises W2VError for a word that occurs twice."""
    check_distinct(path, table.words)
    n_rows, columns = len(table), table.vector_size
    with atomic_file(path, overwrite=overwrite) as file:
        file.write(_HEADER.pack(FINALFUSION, 0, 3) + struct.pack("<3I", WORDS, ARRAY, NORMS))
        blob = table.words.blob
        size = _COUNT.size + n_rows * _LENGTH.size + len(blob) - n_rows
        file.write(_CHUNK.pack(WORDS, size) + _COUNT.pack(n_rows))
        _write_words(file, table.words)
        _start_values(file, ARRAY, _ARRAY.pack(n_rows, columns, _FLOAT32), 4 * n_rows * columns)
        norms = []
        for block in table.blocks():
            units, lengths = _normalise(block)
            file.write(units.astype("<f4").data.cast("B"))
            norms.append(lengths)
        _start_values(file, NORMS, _NORMS.pack(n_rows, _FLOAT32), 4 * n_rows)
        for lengths in norms:
            file.write(lengths.astype("<f4").data.cast("B"))


def _read_header(file: BinaryIO, path: Path) -> int:
    """The number of chunks."""
    magic, version, chunks = _HEADER.unpack(_read(file, path, _HEADER.size))
    if magic != FINALFUSION:
        raise W2VError(f"{path}: not a finalfusion file")
    if version:
        raise W2VError(f"{path}: version {version} of finalfusion's format is not known")
    if chunks > _MOST_CHUNKS:
        raise W2VError(f"{path}: damaged: its header promises {chunks:,} chunks")
    _read(file, path, chunks * _LENGTH.size)  # their ids, which each chunk repeats
    return int(chunks)


def _read_chunk(file: BinaryIO, path: Path, size: int, found: _Contents) -> None:
    """Read a chunk's head (the whole chunk where it holds words) and go to its end."""
    kind, length = _CHUNK.unpack(_read(file, path, _CHUNK.size))
    end = file.tell() + length
    if end > size:
        raise W2VError(
            f"{path}: cut short: chunk {kind} (byte {file.tell() - _CHUNK.size:,}) promises "
            f"{length:,} bytes and the file ends at byte {size:,}"
        )
    if kind in _NAMES:
        raise W2VError(f"{path}: it holds {_NAMES[kind]}, which are not read; only whole words are")
    if kind in found.seen:
        raise W2VError(f"{path}: damaged: two chunks of kind {kind}")
    found.seen.add(kind)
    if kind == WORDS:
        found.words = _read_words(file, path, length)
    elif kind == ARRAY:
        rows, columns, type_ = _ARRAY.unpack(_read(file, path, _ARRAY.size))
        found.array = _values(file, path, type_, rows * columns, end)
        found.shape = rows, columns
    elif kind == NORMS:
        found.n_norms, type_ = _NORMS.unpack(_read(file, path, _NORMS.size))
        found.norms = _values(file, path, type_, found.n_norms, end)
    file.seek(end)


def _read_words(file: BinaryIO, path: Path, length: int) -> WordList:
    """The words of a chunk whose size was compared with the file's."""
    offset = file.tell()
    data = _read(file, path, length)
    n_words = int.from_bytes(data[: _COUNT.size], "little")
    if n_words * _LENGTH.size + _COUNT.size > length:
        raise W2VError(f"{path}: damaged: {n_words:,} words in a chunk of {length:,} bytes")
    parts, at = [], _COUNT.size
    for row in range(n_words):
        start = at + _LENGTH.size
        at = start + int.from_bytes(data[at:start], "little")
        if start > length or at > length:
            raise W2VError(
                f"{path}: row {row + 1:,} (byte {offset + start:,}): the word does not end "
                "within its chunk"
            )
        parts.append(data[start:at])
    return decode_words(path, b"\n".join([*parts, b""]), n_words)[0]


def _values(file: BinaryIO, path: Path, type_: int, count: int, end: int) -> int:
    """Where the float32s of a chunk begin. Raises W2VError when they do not fit into it."""
    if type_ != _FLOAT32:
        raise W2VError(f"{path}: it holds numbers of type {type_}; only float32 is read")
    place = file.tell() + _padding(file.tell())
    if place + 4 * count > end:
        raise W2VError(
            f"{path}: damaged: {count:,} values do not fit into a chunk that ends at byte {end:,}"
        )
    return place


def _padding(place: int) -> int:
    """How many zeros precede the values: 1 to 4, so that they begin at a multiple of 4 bytes."""
    return 4 - place % 4


def _read(file: BinaryIO, path: Path, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise W2VError(f"{path}: cut short at byte {file.tell():,}")
    return data


def _write_words(file: BinaryIO, words: WordList) -> None:
    for _, block in words.blocks():
        file.write(b"".join(b"%b%b" % (_LENGTH.pack(len(word)), word) for word in block))


def _start_values(file: BinaryIO, kind: int, head: bytes, size: int) -> None:
    """Write what precedes a chunk's values, which take `size` bytes."""
    padding = _padding(file.tell() + _CHUNK.size + len(head))
    file.write(_CHUNK.pack(kind, len(head) + padding + size) + head + bytes(padding))


def _normalise(rows: Floats) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Rows at length 1 and their lengths, float32[n, D] and float32[n]."""
    wide = rows.astype(np.float64)
    norms = np.sqrt(np.einsum("ij,ij->i", wide, wide))
    most = float(np.finfo(np.float32).max)
    held = (norms >= _LEAST_NORM) & (norms <= most)
    norms[~held] = np.where(norms[~held] == 0, 0, 1)
    lengths = norms.astype(np.float32)
    divisors = np.where(lengths == 0, 1, lengths)
    return (wide / divisors[:, None]).astype(np.float32), lengths
