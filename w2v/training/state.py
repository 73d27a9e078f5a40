"""The state of a run: the two tables of vectors, and how far the training is.

What a checkpoint keeps and what the trainer moves. It knows no corpus, no threads and no files.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from w2v.arrays import Floats
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.training.layout import aligned_zeros, padded

_CHECKED_ROWS = 4096  # looked at in one step


@dataclass
class TrainingState:
    """All that a run needs to go on: the tables, how many slices are done, and the losses.

    The two tables share one block, and run through it in opposite directions: beside the input
    row of a frequent word lies the output row of a rare one. A processor that reads a row fetches
    the next as well; were that a frequent word's, it would take it from the thread that is at
    work on it.
    """

    tables: Floats  # [V, 2, S], S = vector_size rounded up to ROW_FLOATS, zeros at the end
    slices_done: int = 0
    words_done: int = 0
    loss_sum: float = 0.0  # of the epoch under way
    loss_pairs: float = 0.0
    epoch_losses: list[float | None] = field(default_factory=list)

    @property
    def inputs(self) -> Floats:
        """The input vectors: a view float32[V, S]."""
        return self.tables[:, 0]

    @property
    def outputs(self) -> Floats:
        """The output vectors: a view float32[V, S]."""
        return self.tables[::-1, 1]


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
