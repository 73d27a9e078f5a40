"""What each thread works with: the tables as it sees them, and buffers of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from w2v.training import kernel_arguments
from w2v.training.kernel_arguments import Composed, Scratch, Tables, WordRows
from w2v.training.state import TrainingState
from w2v.training.word_rows import HOT_ROWS

if TYPE_CHECKING:
    from w2v.config import TrainConfig

OWN_ROWS = 64  # most frequent rows of a table, which each of several threads copies
COMPOSED = 16_384  # words that a thread keeps composed, with subwords


class ThreadMemory(NamedTuple):
    """The arguments of the training kernel that each thread has for itself."""

    tables: Tables
    scratch: Scratch
    composed: Composed | None  # with subwords


def thread_memory(
    state: TrainingState,
    config: TrainConfig,
    rows: WordRows | None,
    n_outputs: int,
    width: int,
    *,
    alone: bool,
) -> ThreadMemory:
    """What one thread works with; if it is not `alone`, it copies the most used rows.

    n_outputs: the most outputs of a window. width: floats of a row that the kernels touch. rows:
    with subwords, those that each word is composed of
    """
    own_rows, hot_rows = (0, 0) if alone else (OWN_ROWS, HOT_ROWS)
    table, longest = state.inputs[:, :width], config.max_sentence
    if rows is None:
        inputs = kernel_arguments.table(table, own_rows)
        composed = None
    else:
        slots = min(COMPOSED, len(rows.hot))
        composed = kernel_arguments.composed(table, rows, hot_rows, slots, longest)
        inputs = kernel_arguments.table(composed.kept.local, 0)
    return ThreadMemory(
        Tables(inputs, kernel_arguments.table(state.outputs[:, :width], own_rows)),
        kernel_arguments.scratch(config.window, n_outputs, width, longest),
        composed,
    )
