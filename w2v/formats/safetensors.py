"""safetensors: one tensor `weight`, float32[V, D], with the words beside it in <file>.vocab.tsv.

The file is a 64-bit size, a JSON header with each tensor's type, shape and place, and the values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v.arrays import Floats
from w2v.errors import W2VError
from w2v.formats.shared import vocab_tsv, word_sidecar
from w2v.formats.signatures import MOST_SAFETENSORS_HEADER
from w2v.formats.table import Table, from_file, read_blocks
from w2v.system.atomic import atomic_files

_DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "BF16": "<u2"}
_ALIGNMENT = 8


def read(path: Path) -> Table:
    """Open a safetensors file: its tensor `weight`, otherwise its only matrix of floats.

    Raises W2VError when there is no such tensor, the file is damaged, or its words are missing.
    """
    header, start = _read_header(path)
    name, entry = _choose(path, header)
    rows, columns, dtype, offset = _check(path, name, entry, start)
    words, counts = word_sidecar.read_words(path, rows)
    table = from_file(path, words, columns, offset, dtype, counts)
    if entry["dtype"] != "BF16":
        return table

    def blocks() -> Iterator[Floats]:
        for block in read_blocks(path, offset, rows, columns, "<u2"):
            yield (block.astype(np.uint32) << np.uint32(16)).view(np.float32)

    return replace(table, blocks=blocks, matrix=None)


def _read_header(path: Path) -> tuple[dict[str, Any], int]:
    """The tensors by name, and where the values start."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if not 2 <= size <= min(MOST_SAFETENSORS_HEADER, path.stat().st_size - 8):
            raise W2VError(f"{path}: damaged: it promises a header of {size:,} bytes")
        text = file.read(size)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise W2VError(f"{path}: damaged: its header is not JSON") from None
    if not isinstance(header, dict):
        raise W2VError(f"{path}: damaged: its header is not a JSON object")
    header.pop("__metadata__", None)
    return header, 8 + size


def _choose(path: Path, header: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and the entry of the tensor to read."""
    matrices = {
        name: entry
        for name, entry in header.items()
        if isinstance(entry, dict)
        and entry.get("dtype") in _DTYPES
        and isinstance(entry.get("shape"), list)
        and len(entry["shape"]) == 2
    }
    if "weight" in matrices:
        return "weight", matrices["weight"]
    if len(matrices) != 1:
        shown = ", ".join(sorted(map(repr, header))[:10]) or "nothing"
        raise W2VError(f"{path}: no tensor 'weight' of floats in two dimensions; it holds {shown}")
    return next(iter(matrices.items()))


def _check(path: Path, name: str, entry: dict[str, Any], start: int) -> tuple[int, int, str, int]:
    """The rows, columns, type and place of a tensor, which must fit together."""
    places, (rows, columns) = entry.get("data_offsets"), entry["shape"]
    numbers = [rows, columns, *places] if isinstance(places, list) else []
    if len(numbers) != 4 or any(type(number) is not int or number < 0 for number in numbers):
        raise W2VError(f"{path}: damaged: the shape and place of {name!r} are not whole numbers")
    first, last = numbers[2:]
    dtype = _DTYPES[entry["dtype"]]
    if last - first != rows * columns * np.dtype(dtype).itemsize:
        raise W2VError(
            f"{path}: damaged: {name!r} of shape {entry['shape']} and type {entry['dtype']} does "
            f"not fit bytes {first:,} to {last:,}"
        )
    return rows, columns, dtype, start + first


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write the tensor `weight` and the words."""
    size = len(table) * table.vector_size * 4
    entry = {"dtype": "F32", "shape": [len(table), table.vector_size], "data_offsets": [0, size]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "weight": entry}).encode()
    header += b" " * (-len(header) % _ALIGNMENT)
    with atomic_files([word_sidecar.sidecar(path), path], overwrite) as (words, values):
        words.writelines(vocab_tsv.lines(table.words, table.counts))
        values.write(len(header).to_bytes(8, "little") + header)
        for block in table.blocks():
            values.write(np.ascontiguousarray(block, "<f4").data.cast("B"))
