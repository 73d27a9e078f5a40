"""float32 as bfloat16 and back: half the bytes, the same range, 8 bits of precision."""

from __future__ import annotations

import numpy as np

from w2v.arrays import Floats, Words16


def narrowed(floats: Floats) -> Words16:
    """The bits of the nearest bfloat16 of each number, uint16; ties go to the even one.

    floats : of any shape, C-contiguous
    """
    from w2v.training.kernels.combine import functions

    halves = np.empty(floats.shape, np.uint16)
    functions().narrow(floats.reshape(-1).view(np.uint32), halves.reshape(-1))
    return halves


def widened(halves: Words16) -> Floats:
    """The numbers that bfloat16 bits mean, float32."""
    floats: Floats = (halves.astype(np.uint32) << 16).view(np.float32)
    return floats
