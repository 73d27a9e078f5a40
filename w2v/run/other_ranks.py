"""Resume a run with another number of processes than it had when it stopped.

In the middle of an epoch each process has trained a part of its share, and another number of them
has other shares. At the end of an epoch every word has been trained equally often: from there the
text is divided again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import W2VError
from w2v.run.checkpoint import (
    START_AFRESH,
    CheckpointWriter,
    check_identity,
    find_checkpoints,
    load_checkpoint,
    load_state,
    read_state,
    remove_checkpoint,
)

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.training.state import TrainingState

_OF_RANKS = ("corpus", "slice_tokens")  # what the number of processes decides


def load_of_any_ranks(
    folder: Path, identity: dict[str, Any], fresh: TrainingState, corpus: Corpus
) -> tuple[TrainingState | None, list[str]]:
    """`load_checkpoint`, also if another number of processes stopped than `identity` has.

    corpus : the text of this process
    """
    left, ours = _left_by(folder), int(identity["options"].get("ranks", 1))
    if left in (None, ours):
        return load_checkpoint(folder, identity, fresh)
    state = _load_epoch_end(folder, identity, fresh, corpus)
    if state is None:
        raise W2VError(
            f"{folder} was left by {_processes(left)} before an epoch had ended, and {ours} cannot "
            f"continue from there: start {left} again, or {START_AFRESH}"
        )
    _replace_all(folder, identity, state)
    return state, [f"{_processes(left)} began this run; its text is now divided among {ours}"]


def _left_by(folder: Path) -> int | None:
    """How many processes wrote the newest readable checkpoint; None if there is none."""
    for path in find_checkpoints(folder):
        try:
            return int(read_state(path)["identity"]["options"].get("ranks", 1))
        except (ValueError, KeyError, TypeError):
            continue
    return None


def _load_epoch_end(
    folder: Path, identity: dict[str, Any], fresh: TrainingState, corpus: Corpus
) -> TrainingState | None:
    """The state after the last epoch that ended; None if there is none.

    That the text is the same shows in its number of words and in the vocabulary's size alone.
    """
    tokens = int(identity["slice_tokens"])
    for path in find_checkpoints(folder):
        try:
            about = read_state(path)
            check_identity(path, _as_of(about["identity"], identity), identity)
            ended = len(about["epoch_losses"])
            if not ends_epoch(about) or about["words_done"] != ended * corpus.summary.n_retained:
                continue
            state = load_state(path, about, fresh)
        except (ValueError, KeyError, TypeError):
            continue
        state.slices_done = ended * (len(corpus.slices(tokens)) - 1)
        return state
    return None


def _as_of(saved: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """A saved identity as it would be with the wanted number of processes."""
    options = {name: value for name, value in saved["options"].items() if name != "ranks"}
    if "ranks" in wanted["options"]:
        options["ranks"] = wanted["options"]["ranks"]
    return {**saved, **{name: wanted[name] for name in _OF_RANKS}, "options": options}


def _processes(number: int | None) -> str:
    return "1 process" if number == 1 else f"{number} processes"


def ends_epoch(about: dict[str, Any]) -> bool:
    """Whether a checkpoint's state is that of the end of an epoch."""
    return bool(about["epoch_losses"]) and about["loss_count"] == 0


def superseded(folder: Path, kept: int) -> list[Path]:
    """The checkpoints that a run of several processes needs no more.

    It keeps the newest ones, and the newest from the end of an epoch.
    """
    found = find_checkpoints(folder)
    end = next((path for path in found if ends_epoch(read_state(path))), None)
    return [path for path in found[kept:] if path != end]


def _replace_all(folder: Path, identity: dict[str, Any], state: TrainingState) -> None:
    """Write a checkpoint of this run, and remove those of the earlier one."""
    old = find_checkpoints(folder)
    with CheckpointWriter(folder, identity) as checkpoints:
        checkpoints.save(state)
    for path in old:
        if int(path.name.rpartition("-")[2]) != state.slices_done:
            remove_checkpoint(path)
