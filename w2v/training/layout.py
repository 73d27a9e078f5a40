"""How rows lie in memory: padding, alignment, the shape of a tile and the size of the ring."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

SIZES = (4, 5, 6)  # output rows of a tile
TILE = max(SIZES)
GROUP = 8  # output rows that are scored at a time for a single input
COLUMNS = 16  # of scores and steps: two inputs by six outputs, and four to spare
ROW_FLOATS = 16  # rows are padded to 64 bytes: one cache line, one widest vector
LINE_BYTES = 128  # processors fetch cache lines of 64 bytes in pairs


def padded(vector_size: int) -> int:
    """Floats of a padded row: vector_size rounded up to whole cache lines."""
    return -(-vector_size // ROW_FLOATS) * ROW_FLOATS


def ring_slots(window: int) -> int:
    """Rows of the ring: a power of two above 2 * window, the words within reach of a centre."""
    return 1 << (2 * window).bit_length()


def aligned_zeros(shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Any:
    """Zeros on cache lines of their own, so that other threads' writes do not slow access."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    block = np.zeros(size + 2 * LINE_BYTES, np.uint8)
    start = -block.ctypes.data % LINE_BYTES
    return block[start : start + size].view(dtype).reshape(shape)
