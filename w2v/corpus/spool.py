"""Word ids on disk: provisional ones as the text is scanned, replaced later by final ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v.errors import W2VError
from w2v.text.kernels import scan as kernels


@dataclass(frozen=True)
class Spooled:
    """One piece's ids on disk: the table that numbered them, how many ids, how many line ends."""

    table: int
    n_ids: int
    n_line_ends: int


@dataclass(frozen=True)
class Provisional:
    """One piece's ids (int32[n], will be overwritten), and the final id of each (-1: left out)."""

    ids: NDArray[np.int32]
    n_line_ends: int
    final: NDArray[np.int32]


@dataclass(frozen=True)
class Encoded:
    """One piece's final ids (int32[n]), the lengths of its lines (the last is open), a checksum."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]
    checksum: int


def read_spool(
    spool: BinaryIO, pieces: Sequence[Spooled], final: Sequence[NDArray[np.int32]]
) -> Iterator[Provisional]:
    """Read the pieces' ids back. What has been read of the spool may be overwritten."""
    at = 0
    for piece in pieces:
        ids = np.empty(piece.n_ids, np.int32)
        spool.seek(at)
        if spool.readinto(ids.data) != ids.nbytes:  # type: ignore[attr-defined]
            raise W2VError(f"{spool.name}: shorter than when it was written; is the disk full?")
        at += ids.nbytes
        yield Provisional(ids, piece.n_line_ends, final[piece.table])


def renumber(given: Provisional) -> Encoded:
    """Replace a piece's provisional ids with final ones, in place."""
    lengths = np.empty(given.n_line_ends + 1, np.int64)
    checksum = np.zeros(1, np.uint64)
    with np.errstate(over="ignore"):
        n_ids = kernels.renumber(given.ids, given.final, lengths, checksum)
    return Encoded(given.ids[:n_ids], lengths, int(checksum[0]))


def joined_checksum(before: int, piece: Encoded) -> int:
    """The checksum of some ids, whose checksum is `before`, followed by the ids of `piece`."""
    factor = pow(kernels.CHECKSUM_FACTOR, len(piece.ids), 1 << 64)
    return (before * factor + piece.checksum) % (1 << 64)
