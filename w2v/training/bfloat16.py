"""float32 as bfloat16 and back: half the bytes, the same range, 8 bits of precision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Floats


def narrowed(floats: Floats) -> NDArray[np.uint16]:
    """The bits of the nearest bfloat16 of each number, uint16; ties go to the even one."""
    bits = floats.view(np.uint32)
    even = (bits >> 16) & 1
    return ((bits + (0x7FFF + even)) >> 16).astype(np.uint16)


def widened(halves: NDArray[np.uint16]) -> Floats:
    """The numbers that bfloat16 bits mean, float32."""
    floats: Floats = (halves.astype(np.uint32) << 16).view(np.float32)
    return floats
