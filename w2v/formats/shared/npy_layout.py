"""The .npy layout: a header of text, then the values. Our model folder, .npy and .npz use it.

The header is parsed, never evaluated, and the size that it promises is compared with that of the
file before anything is allocated. Arrays of Python objects (pickles) are refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from w2v.arrays import Floats, Ids, ranges
from w2v.errors import W2VError
from w2v.formats.signatures import NPY
from w2v.formats.table import Table

_MAX_HEADER = 65_536
_DTYPES = ("<f2", "<f4", "<f8", ">f2", ">f4", ">f8")


@dataclass(frozen=True)
class NpyHeader:
    """What a .npy header says: element type, order, shape, and where the values begin."""

    dtype: str
    fortran_order: bool
    shape: tuple[int, ...]
    offset: int


def read_header(file: BinaryIO, name: str) -> NpyHeader:
    """Read the header at the file's position. Raises W2VError when there is none."""
    start = file.tell()
    head = file.read(12)
    if head[:6] != NPY or len(head) < 12:
        raise W2VError(f"{name}: not an .npy file (byte {start:,})")
    major = head[6]
    if major not in (1, 2, 3):
        raise W2VError(f"{name}: .npy version {major} is not known")
    width = 2 if major == 1 else 4
    size = int.from_bytes(head[8 : 8 + width], "little")
    if size > _MAX_HEADER:
        raise W2VError(f"{name}: its header promises {size:,} bytes of header; it is damaged")
    file.seek(start + 8 + width)
    text = file.read(size)
    if len(text) < size:
        raise W2VError(f"{name}: cut short in its header")
    return _parse_header(text.decode("latin-1"), name, start + 8 + width + size)


def _parse_header(text: str, name: str, offset: int) -> NpyHeader:
    """Parse the header's three entries, in any order."""
    descr = re.search(r"'descr':\s*'([^']{1,32})'", text)
    order = re.search(r"'fortran_order':\s*(True|False)", text)
    shape = re.search(r"'shape':\s*\(([0-9L, ]*)\)", text)
    if not (descr and order and shape):
        if "'descr'" in text and not descr:
            raise W2VError(f"{name}: holds records, not numbers")
        raise W2VError(f"{name}: damaged .npy header")
    sizes = [part.strip(" L") for part in shape[1].split(",")]
    return NpyHeader(
        descr[1], order[1] == "True", tuple(int(part[:19]) for part in sizes if part), offset
    )


def check_matrix(header: NpyHeader, name: str, size: int) -> tuple[int, int]:
    """Rows and columns of a matrix of floats that fits in `size` bytes. Raises W2VError."""
    if "O" in header.dtype:
        raise W2VError(f"{name}: holds Python objects, which are never read")
    if header.dtype not in _DTYPES:
        raise W2VError(f"{name}: holds '{header.dtype}', not floating-point numbers")
    if len(header.shape) != 2:
        raise W2VError(f"{name}: holds an array of shape {header.shape}, not a matrix")
    rows, columns = header.shape
    wanted = header.offset + rows * columns * np.dtype(header.dtype).itemsize
    if size < wanted:
        raise W2VError(
            f"{name}: cut short: its header promises {wanted:,} bytes but it ends at byte {size:,}"
        )
    return rows, columns


def read_matrix_header(path: str | os.PathLike[str]) -> NpyHeader:
    """The header of a file that holds a matrix of floats, checked. Raises W2VError."""
    with open(path, "rb") as file:
        header = read_header(file, os.fspath(path))
        check_matrix(header, os.fspath(path), os.fstat(file.fileno()).st_size)
    return header


def float32_offset(path: Path, shape: tuple[int, int]) -> int:
    """Where the values begin in a file that holds float32 in this shape, row after row.

    Raises W2VError for any other file.
    """
    try:
        header = read_matrix_header(path)
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None
    if header.shape != shape or header.dtype != "<f4" or header.fortran_order:
        kind = np.dtype(header.dtype).name
        raise W2VError(
            f"{path}: damaged: it is {kind}{list(header.shape)}, not float32{list(shape)}"
        )
    return header.offset


def read_integers(path: Path) -> Ids:
    """The values of a file that holds int32[n]. Raises W2VError for any other file."""
    try:
        with open(path, "rb") as file:
            header = read_header(file, os.fspath(path))
            if header.dtype != "<i4" or len(header.shape) != 1:
                found = f"{header.dtype}{list(header.shape)}"
                raise W2VError(f"{path}: damaged: it is {found}, not <i4[n]")
            wanted, size = header.offset + 4 * header.shape[0], os.fstat(file.fileno()).st_size
            if size < wanted:
                raise W2VError(
                    f"{path}: cut short: its header promises {wanted:,} bytes but it ends at byte "
                    f"{size:,}"
                )
            return np.fromfile(file, "<i4", header.shape[0]).astype(np.int32, copy=False)
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None


def write_integers(file: BinaryIO, values: Ids) -> None:
    """Write int32[n]."""
    file.write(header_bytes("<i4", values.shape))
    file.write(values.astype("<i4").tobytes())


def header_bytes(dtype: str, shape: tuple[int, ...]) -> bytes:
    """The header of an array in C order; its size is a multiple of 64."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    padding = -(len(text) + 11) % 64
    body = text.encode() + b" " * padding + b"\n"
    return NPY + b"\x01\x00" + len(body).to_bytes(2, "little") + body


def write_rows(file: BinaryIO, rows: Floats) -> None:
    """Write float32[n, D] as a matrix, block by block."""
    write_blocks(file, rows.shape, (rows[first:last] for first, last in ranges(*rows.shape)))


def write_matrix(file: BinaryIO, table: Table) -> None:
    """Write the table's rows as a float32 matrix, block by block."""
    write_blocks(file, (len(table), table.vector_size), table.blocks())


def write_blocks(file: BinaryIO, shape: tuple[int, ...], blocks: Iterable[Floats]) -> None:
    """Write blocks of rows as a float32 matrix of this shape."""
    file.write(header_bytes("<f4", shape))
    for block in blocks:
        file.write(np.ascontiguousarray(block, "<f4").data.cast("B"))
