"""The state of a run: the two tables of vectors, and how far the training is.

Checkpoints save it, and the trainer updates it. It knows nothing of corpora, threads or files.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from w2v.arrays import Floats
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.training.layout import aligned_zeros, padded

_CHECKED_ROWS = 4096  # checked at a time


@dataclass
class TrainingState:
    """All that a run needs to continue: the tables, how many slices are done, and the losses.

    Attributes
    ----------
    inputs, outputs : the two tables, float32[rows, S]; S is vector_size rounded up to ROW_FLOATS,
        zeros at the end
    blocks : the memory of the tables, C-contiguous: what a checkpoint saves
    epoch_words : of the epoch under way, how many words each process has trained of its share, for
        each number of processes that had it one after the other; words that are in none of these
        were trained by one process alone
    private : with replicas, the input rows that each keeps for itself, float32[replicas, n, S]; see
        `w2v.training.private_rows`
    """

    inputs: Floats
    outputs: Floats
    blocks: tuple[Floats, ...]
    slices_done: int = 0
    words_done: int = 0
    loss_sum: float = 0.0  # of the epoch under way
    loss_count: float = 0.0  # how many predictions loss_sum is of, each by its weight
    epoch_losses: list[float | None] = field(default_factory=list)
    epoch_words: list[list[int]] = field(default_factory=list)
    private: Floats = field(default_factory=lambda: np.zeros((0, 0, 0), np.float32))


def empty_state(
    n_inputs: int, n_outputs: int, vector_size: int, *, apart: bool = False
) -> TrainingState:
    """A state whose tables are zeros.

    Tables with the same number of rows share one block, unless they are to lie `apart`, and run
    through it in opposite directions: the output row of a rare word lies next to the input row of
    a frequent one. A processor that reads a row also fetches the next one. If that were a frequent
    word's, the fetch would take it from the thread that is using it. This makes two threads 15 %
    faster.
    """
    width = padded(vector_size)
    if n_inputs == n_outputs and not apart:
        block = aligned_zeros((n_inputs, 2, width))
        return TrainingState(block[:, 0], block[::-1, 1], (block,))
    inputs, outputs = aligned_zeros((n_inputs, width)), aligned_zeros((n_outputs, width))
    return TrainingState(inputs, outputs, (inputs, outputs))


def zero_state(n_words: int, config: TrainConfig, n_ngrams: int = 0) -> TrainingState:
    """The state of a model of this many words, all zeros; n-grams have input rows of their own.

    The outputs are the words or, with hierarchical softmax, the inner nodes of a tree over them.
    """
    n_outputs = n_words if config.loss == "ns" else n_words - 1
    n_inputs = n_words + n_ngrams
    return empty_state(n_inputs, n_outputs, config.vector_size, apart=config.subwords)


def initial_state(n_words: int, config: TrainConfig, n_ngrams: int = 0) -> TrainingState:
    """Input vectors uniform in ±0.5 / vector_size, outputs zero, as in word2vec.c."""
    size, state = config.vector_size, zero_state(n_words, config, n_ngrams)
    random = np.random.Generator(np.random.PCG64(config.seed))
    for first in range(0, len(state.inputs), 4096):
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
    "lower --alpha (0.025 is usual), and check whether the corpus repeats a few words endlessly"
)
