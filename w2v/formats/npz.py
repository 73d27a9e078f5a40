"""NumPy .npz: arrays `vectors` float32[V, D], `words` of Unicode, and `counts` where known.

`numpy.load` returns them under these names, without pickles. If the names are others, the only
matrix of floats and the only list of strings are read.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from w2v.arrays import BLOCK_BYTES, Floats, ranges
from w2v.errors import W2VError
from w2v.formats.shared import npy_layout
from w2v.formats.shared.word_checks import check_words
from w2v.formats.shared.word_reading import decode_words
from w2v.formats.table import Table, from_file
from w2v.system.atomic import atomic_file
from w2v.words.word_list import WordList

_LOCAL_HEADER = 30  # bytes before a member's name
_ZIP64 = 20  # bytes that the sizes of a large member take
_PADDING_FIELD = 0xD935  # the extra field that aligns a member's data, as zipalign writes it
_ALIGNMENT = 64
_MOST_RATIO = 1100  # deflate cannot compress better than this
_DAMAGE = (
    zipfile.BadZipFile,
    RuntimeError,  # encrypted, or compressed in a way that zipfile does not know
    EOFError,
    ValueError,
    OSError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
_DATE = (1980, 1, 1, 0, 0, 0)  # the same vectors give the same file


def read(path: Path) -> Table:
    """Open an .npz file. Raises W2VError when it is damaged or lacks vectors or words."""
    with _explained(path), zipfile.ZipFile(path) as archive:
        return _read(path, archive)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what zipfile and its decompressors raise for damaged files into a W2VError."""
    try:
        yield
    except _DAMAGE as error:
        raise W2VError(f"{path}: damaged: {str(error) or 'cut short'}") from None


def _read(path: Path, archive: zipfile.ZipFile) -> Table:
    headers = {}
    for member in archive.infolist():
        if member.filename.endswith(".npy"):
            if member.file_size > _MOST_RATIO * member.compress_size + 1:
                raise W2VError(f"{path}: damaged: the size of {member.filename} is implausible")
            _check_method(path, member)
            with archive.open(member) as file:
                header = npy_layout.read_header(cast(BinaryIO, file), _title(path, member))
            headers[member.filename.removesuffix(".npy")] = member, header
    member, header = _choose(path, headers, "vectors", 2, "f")
    rows, size = npy_layout.check_matrix(header, _title(path, member), member.file_size)
    words = _read_words(path, archive, *_choose(path, headers, "words", 1, "US"))
    if len(words) != rows:
        raise W2VError(f"{path} holds {len(words):,} words and {rows:,} vectors")
    counts = None
    if "counts" in headers:
        counts = _read_counts(path, archive, *headers["counts"], rows)
    return _table(path, member, header, words, size, counts)


def _check_method(path: Path, member: zipfile.ZipInfo) -> None:
    """Raise W2VError for a method that NumPy does not use: with LZMA, the file sets the memory."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise W2VError(
            f"{_title(path, member)}: compressed by method {member.compress_type}; only what "
            "numpy.savez and numpy.savez_compressed write is read"
        )


def _title(path: Path, member: zipfile.ZipInfo) -> str:
    return f"{path} ({member.filename})"


def _choose(
    path: Path,
    headers: dict[str, tuple[zipfile.ZipInfo, npy_layout.NpyHeader]],
    name: str,
    dimensions: int,
    kinds: str,
) -> tuple[zipfile.ZipInfo, npy_layout.NpyHeader]:
    """The array called `name`, otherwise the only one of that many dimensions and those kinds."""
    if name in headers:
        return headers[name]
    fits = [
        found
        for found in headers.values()
        if len(found[1].shape) == dimensions and found[1].dtype[1:2] in kinds
    ]
    if len(fits) != 1:
        shown = ", ".join(repr(key) for key in sorted(headers)[:10]) or "no arrays"
        raise W2VError(f"{path}: no array '{name}' in it; it holds {shown}")
    return fits[0]


def _read_words(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, header: npy_layout.NpyHeader
) -> WordList:
    """The words of an array of strings, read a few at a time."""
    title = _title(path, member)
    n_words, dtype = _check_list(title, member, header, "US")
    words: list[bytes] = []
    with archive.open(member) as file:
        file.read(header.offset)
        for first, last in ranges(n_words, 1, max(1, dtype.itemsize)):
            block = np.frombuffer(
                _read_exactly(file, (last - first) * dtype.itemsize, title), dtype
            )
            words += [
                word if isinstance(word, bytes) else word.encode("utf-8", "surrogatepass")
                for word in block.tolist()
            ]
    return decode_words(title, b"\n".join([*words, b""]), n_words)[0]


def _read_counts(
    path: Path,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    header: npy_layout.NpyHeader,
    n_words: int,
) -> npt.NDArray[np.int64]:
    title = _title(path, member)
    length, dtype = _check_list(title, member, header, "iu")
    if length != n_words:
        raise W2VError(f"{title} holds {length:,} counts for {n_words:,} words")
    with archive.open(member) as file:
        file.read(header.offset)
        data = _read_exactly(file, length * dtype.itemsize, title)
    return np.frombuffer(data, dtype).astype(np.int64)


def _check_list(
    title: str, member: zipfile.ZipInfo, header: npy_layout.NpyHeader, kinds: str
) -> tuple[int, np.dtype[Any]]:
    """Length and type of an array of one dimension. Raises W2VError for any other array."""
    if header.dtype[1:2] not in kinds or len(header.shape) != 1:
        raise W2VError(f"{title}: holds {header.dtype} of shape {header.shape}")
    try:
        dtype = np.dtype(header.dtype)
    except TypeError:
        raise W2VError(f"{title}: holds {header.dtype}") from None
    if header.offset + header.shape[0] * dtype.itemsize != member.file_size:
        raise W2VError(f"{title}: damaged: its size is not what its header promises")
    return header.shape[0], dtype


def _read_exactly(file: IO[bytes], size: int, title: str) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise W2VError(f"{title}: cut short")
    return data


def _table(
    path: Path,
    member: zipfile.ZipInfo,
    header: npy_layout.NpyHeader,
    words: WordList,
    size: int,
    counts: npt.NDArray[np.int64] | None,
) -> Table:
    """The table of a member: mapped where it is not compressed, otherwise unpacked in blocks."""
    if member.compress_type == zipfile.ZIP_STORED and not header.fortran_order:
        start = _data_offset(path, member) + header.offset
        return from_file(path, words, size, start, header.dtype, counts)
    if header.fortran_order:
        raise W2VError(
            f"{_title(path, member)}: its columns come first (Fortran order); save "
            "numpy.ascontiguousarray of it"
        )
    dtype = np.dtype(header.dtype)

    def blocks() -> Iterator[Floats]:
        title = _title(path, member)
        with _explained(path), zipfile.ZipFile(path) as archive, archive.open(member) as file:
            file.read(header.offset)
            for first, last in ranges(len(words), size, dtype.itemsize):
                data = _read_exactly(file, (last - first) * size * dtype.itemsize, title)
                yield np.frombuffer(data, dtype).reshape(-1, size).astype(np.float32, copy=False)

    return Table(words, size, blocks, counts)


def _data_offset(path: Path, member: zipfile.ZipInfo) -> int:
    """Where a member's data starts in the archive."""
    with open(path, "rb") as file:
        file.seek(member.header_offset)
        local = file.read(_LOCAL_HEADER)
    lengths = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
    return member.header_offset + _LOCAL_HEADER + lengths


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write the arrays, the vectors aligned so that they can be mapped.

    Raises W2VError for a word that ends with a NUL, which NumPy's strings would lose.
    """
    if b"\0\n" in table.words.blob:
        check_words(path, table.words, b"\0", empty=True)
    with atomic_file(path, overwrite=overwrite) as file, zipfile.ZipFile(file, "w") as archive:
        with _member(archive, "vectors.npy", zipfile.ZIP_STORED) as values:
            npy_layout.write_matrix(values, table)
        with _member(archive, "words.npy", zipfile.ZIP_DEFLATED) as strings:
            _write_words(strings, table.words)
        if table.counts is not None:
            with _member(archive, "counts.npy", zipfile.ZIP_STORED) as numbers:
                numbers.write(npy_layout.header_bytes("<i8", table.counts.shape))
                numbers.write(np.ascontiguousarray(table.counts, "<i8").data.cast("B"))


def _member(archive: zipfile.ZipFile, name: str, compression: int) -> BinaryIO:
    """A member to write, whose data starts at a multiple of 64 bytes."""
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = compression
    assert archive.fp is not None
    start = archive.fp.tell() + _LOCAL_HEADER + len(name) + _ZIP64 + 4
    padding = -start % _ALIGNMENT
    info.extra = b"".join(n.to_bytes(2, "little") for n in (_PADDING_FIELD, padding))
    info.extra += bytes(padding)
    raw = archive.open(info, "w", force_zip64=True)
    return cast(BinaryIO, io.BufferedWriter(cast(io.RawIOBase, raw), BLOCK_BYTES))


def _write_words(file: BinaryIO, words: WordList) -> None:
    """Write an array of strings as wide as the longest word, a few words at a time."""
    width = max((len(word) for word in words), default=0) or 1
    file.write(npy_layout.header_bytes(f"<U{width}", (len(words),)))
    for first, last in ranges(len(words), width):
        file.write(np.array(words[first:last], f"<U{width}").tobytes())
