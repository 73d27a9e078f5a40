"""The state of a run: the two tables of vectors, and how far the training is.

What a checkpoint keeps and what the trainer moves. It knows no corpus, no threads and no files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.config import TrainConfig
from w2v.errors import W2VError

LINE_BYTES = 128  # processors fetch cache lines of 64 bytes in pairs
ROW_FLOATS = 16  # as in plain_loops.py, which is imported only when training starts
_CHECKED_ROWS = 4096  # looked at in one step

Float32s = npt.NDArray[np.float32]


@dataclass
class TrainingState:
    """All that a run needs to go on: the tables, how many slices are done, and the losses.

    The two tables share one block, and run through it in opposite directions: beside the input
    row of a frequent word lies the output row of a rare one. A processor that reads a row fetches
    the next as well; were that a frequent word's, it would take it from the thread that is at
    work on it.
    """

    tables: Float32s  # [V, 2, S], S = vector_size rounded up to ROW_FLOATS, zeros at the end
    slices_done: int = 0
    words_done: int = 0
    loss_sum: float = 0.0  # of the epoch under way
    loss_pairs: float = 0.0
    epoch_losses: list[float | None] = field(default_factory=list)

    @property
    def inputs(self) -> Float32s:
        """The input vectors: a view float32[V, S]."""
        return self.tables[:, 0]

    @property
    def outputs(self) -> Float32s:
        """The output vectors: a view float32[V, S]."""
        return self.tables[::-1, 1]


def padded(vector_size: int) -> int:
    """Floats of a padded row: vector_size rounded up to whole cache lines."""
    return -(-vector_size // ROW_FLOATS) * ROW_FLOATS


def aligned_zeros(shape: int | tuple[int, ...], dtype: npt.DTypeLike = np.float32) -> Any:
    """Zeros on cache lines that hold nothing else, so that no other thread's writes slow them."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    block = np.zeros(size + 2 * LINE_BYTES, np.uint8)
    start = -block.ctypes.data % LINE_BYTES
    return block[start : start + size].view(dtype).reshape(shape)


def initial_state(n_words: int, config: TrainConfig) -> TrainingState:
    """Input vectors uniform in ±0.5 / vector_size, output vectors zero, as in word2vec.c."""
    size = config.vector_size
    state = TrainingState(aligned_zeros((n_words, 2, padded(size))))
    random = np.random.Generator(np.random.PCG64(config.seed))
    for first in range(0, n_words, 4096):
        rows = state.inputs[first : first + 4096, :size]
        rows[:] = (random.random(rows.shape, np.float32) - np.float32(0.5)) / np.float32(size)
    return state


class Diverged(W2VError):
    """The vectors are no longer finite numbers."""


def check_finite(state: TrainingState, rows: int | None = None) -> None:
    """Raise Diverged when a table holds NaN or infinity in its first `rows` (None: all)."""
    for table in (state.inputs, state.outputs):
        for first in range(0, len(table) if rows is None else rows, _CHECKED_ROWS):
            if not np.isfinite(table[first : first + _CHECKED_ROWS]).all():
                raise Diverged(DIVERGED)


DIVERGED = (
    "training diverged: the vectors are no longer finite numbers; "
    "lower --alpha (0.025 is usual), or look whether the corpus repeats a few words endlessly"
)
