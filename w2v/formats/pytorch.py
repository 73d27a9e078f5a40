"""PyTorch: a state dict {"weight": float32[V, D]}, the words beside it in <file>.vocab.tsv.

It loads with `nn.Embedding(V, D).load_state_dict(torch.load(path, weights_only=True))`. The package
torch itself writes and reads it, but tensors only: no code in a file is ever run.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v.arrays import Floats, numbered, ranges
from w2v.errors import UsageError, W2VError
from w2v.formats.shared import vocab_tsv, word_sidecar
from w2v.formats.signatures import ZIP
from w2v.formats.table import Table
from w2v.system.atomic import atomic_files
from w2v.words.word_list import WordList

PADDING_WORD = "<pad>"


def read(path: Path) -> Table:
    """Open a state dict: `weight`, otherwise its only matrix of floats.

    Raises W2VError when torch is missing, and for a file that holds more than tensors.
    """
    torch = _import_torch(path)
    tensor = _choose(path, _load(torch, path), torch)
    rows, size = tensor.shape
    words, counts = word_sidecar.read_words(path, rows)

    def blocks() -> Iterator[Floats]:
        for first, last in ranges(rows, size):
            yield tensor[first:last].float().contiguous().numpy()

    return Table(words, size, blocks, counts, lambda: tensor.float().contiguous().numpy())


def _import_torch(path: Path) -> Any:
    try:
        import torch
    except ImportError:
        raise W2VError(
            f"{path}: PyTorch files need the package torch; pip install 'w2v[torch]'"
        ) from None
    return torch


def _load(torch: Any, path: Path) -> Any:
    """What the file holds, with tensors mapped from it where possible."""
    with open(path, "rb") as file:
        mapped = file.read(4) == ZIP
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except MemoryError:
        raise
    except Exception as error:  # torch raises many kinds for damaged files
        reason = str(error).partition("\n")[0][:200]
        raise W2VError(f"{path}: torch cannot read tensors from it: {reason}") from None


def _choose(path: Path, held: Any, torch: Any) -> Any:
    """The tensor to read. Raises W2VError when it is not clear which one it is."""
    if isinstance(held, torch.Tensor):
        held = {"weight": held}
    if not isinstance(held, dict):
        raise W2VError(f"{path}: not a state dict")
    fits = {
        str(key): value
        for key, value in held.items()
        if isinstance(value, torch.Tensor) and value.ndim == 2 and value.is_floating_point()
    }
    if "weight" in fits:
        return fits["weight"].detach()
    if len(fits) != 1:
        shown = ", ".join(repr(str(key)) for key in list(held)[:10]) or "nothing"
        raise W2VError(f"{path}: no matrix of floats called 'weight'; it holds {shown}")
    return next(iter(fits.values())).detach()


def write(
    table: Table, path: Path, *, overwrite: bool = False, padding_idx: int | None = None
) -> None:
    """Write a state dict and its words.

    padding_idx: where to insert a row of zeros, with the word <pad>; the rows from there on move
    down by one, and so do their words.
    Raises W2VError when torch is missing, UsageError for a padding_idx beyond the table.
    """
    torch = _import_torch(path)
    if padding_idx is not None:
        table = _padded(table, padding_idx)
    with (
        atomic_files([word_sidecar.sidecar(path), path], overwrite) as (words, values),
        tempfile.TemporaryFile(dir=path.parent) as scratch,
        warnings.catch_warnings(),
    ):
        words.writelines(vocab_tsv.lines(table.words, table.counts))
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        matrix = table.matrix() if table.matrix is not None else _on_disk(table, scratch)
        torch.save({"weight": torch.from_numpy(matrix)}, values)


def _padded(table: Table, row: int) -> Table:
    """The table with a row of zeros at `row`."""
    if not 0 <= row <= len(table):
        raise UsageError(f"--padding-idx must be 0 to {len(table):,}, not {row:,}")
    if PADDING_WORD in table.words:
        raise W2VError(f"{PADDING_WORD} is among the words already; leave out --padding-idx")
    at = int(table.words.offsets[row])
    blob = table.words.blob

    def blocks() -> Iterator[Floats]:
        zeros = np.zeros((1, table.vector_size), np.float32)
        for first, block in numbered(table.blocks()):
            if first <= row < first + len(block):
                yield np.concatenate([block[: row - first], zeros, block[row - first :]])
            else:
                yield block
        if row == len(table):
            yield zeros

    return replace(
        table,
        words=WordList.from_bytes(blob[:at] + f"{PADDING_WORD}\n".encode() + blob[at:]),
        counts=None if table.counts is None else np.insert(table.counts, row, 0),
        blocks=blocks,
        matrix=None,
    )


def _on_disk(table: Table, scratch: Any) -> Floats:
    """The matrix in a mapped temporary file, so that torch can save it without much memory."""
    if not len(table):
        return np.zeros((0, table.vector_size), np.float32)
    matrix = np.memmap(scratch, np.float32, "w+", shape=(len(table), table.vector_size))
    for first, block in numbered(table.blocks()):
        matrix[first : first + len(block)] = block
    return matrix
