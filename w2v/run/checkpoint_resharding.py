"""Resume a run with another number of processes than it had when it stopped.

A checkpoint says how many words of its share each process had trained of the epoch under way. What
is left of the epoch is divided among those that continue; from then on, the whole text is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.run.checkpoint import (
    CheckpointWriter,
    find_checkpoints,
    load_checkpoint,
    read_state,
    remove_checkpoint,
)
from w2v.run.identity import RANKS

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.state import TrainingState


def ranks_of(folder: Path) -> int | None:
    """How many processes wrote the newest readable checkpoint; None if there is none.

    0: one process, which read the text as a whole.
    """
    for path in find_checkpoints(folder):
        try:
            return int(read_state(path)["identity"]["options"].get(RANKS, 0))
        except (ValueError, KeyError, TypeError):
            continue
    return None


def load_of_any_ranks(
    folder: Path, identity: dict[str, Any], fresh: TrainingState, corpus: Corpus
) -> tuple[TrainingState | None, list[str]]:
    """`load_checkpoint`, also if another number of processes stopped than `identity` has.

    corpus : the text of this process
    """
    left, ours = ranks_of(folder), int(identity["options"].get(RANKS, 0))
    if left in (None, ours):
        return load_checkpoint(folder, identity, fresh)
    others = find_checkpoints(folder)
    state, notes = load_checkpoint(folder, identity, fresh, of_ranks=False)
    if state is not None:
        n_slices = len(corpus.slices(int(identity["slice_tokens"]))) - 1
        _divide_again(state, corpus.summary.n_retained, ours)
        state.slices_done = len(state.epoch_losses) * n_slices  # the trainer finds the exact one
        _replace(others, identity, state)
        notes.append(f"{_processes(left)} began this run; its text is now divided among {ours}")
    return state, notes


def _divide_again(state: TrainingState, n_words: int, ranks: int) -> None:
    """Let another number of processes have the rest of the epoch. n_words : of an epoch

    They go on from equal tables.
    """
    state.private = state.private[:0]
    of_epoch = state.words_done - len(state.epoch_losses) * n_words
    alone = of_epoch - sum(map(sum, state.epoch_words))
    if alone:
        state.epoch_words.append([alone])
    if of_epoch and ranks > 1:
        state.epoch_words.append([0] * ranks)


def _processes(number: int | None) -> str:
    return f"{number} processes" if number and number > 1 else "1 process"


def _replace(others: list[Path], identity: dict[str, Any], state: TrainingState) -> None:
    """Write a checkpoint of this run, and remove the others."""
    with CheckpointWriter(others[0].parent, identity) as checkpoints:
        checkpoints.save(state)
    for path in others:
        if int(path.name.rpartition("-")[2]) != state.slices_done:
            remove_checkpoint(path)
