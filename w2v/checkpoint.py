"""Save a run's state so that no instant of a crash can lose it, and find the last whole one.

A run's working folder holds `checkpoint-<slices done>` folders, each with the two tables as they
lie in memory and a state.json that names everything else and the tables' digests. One is written
under another name, synced to the disk and then renamed; the two newest are kept, so that there is
one to go back to should the newest be damaged.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

from w2v.atomic import sync_folder
from w2v.errors import W2VError
from w2v.trainer import TrainingState, aligned_zeros

VERSION = 1
KEPT = 2
PREFIX = "checkpoint-"
UNFINISHED = "unfinished-checkpoint"
TABLES = ("inputs", "outputs")


class CheckpointWriter:
    """Writes checkpoints of one run into its working folder, in the background.

    `identity` is what a run must have in common with a checkpoint to go on from it: the options
    that shape the result and the corpus's fingerprint.
    """

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder, self.identity = folder, identity
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None

    def save(self, state: TrainingState) -> None:
        """Write the tables, which takes as long as copying them; the rest happens behind.

        Raises W2VError when this or the checkpoint before could not be written.
        """
        self.wait()
        target = self.folder / UNFINISHED
        shutil.rmtree(target, ignore_errors=True)
        try:
            target.mkdir(parents=True)
            for name in TABLES:
                with open(target / name, "wb") as file:
                    file.write(getattr(state, name).data.cast("B"))
        except OSError as error:
            raise _unwritable(target, error) from None
        about = {
            "version": VERSION,
            "identity": self.identity,
            "shape": list(state.inputs.shape),
            "slices_done": state.slices_done,
            "words_done": state.words_done,
            "loss_sum": state.loss_sum,
            "loss_pairs": state.loss_pairs,
            "epoch_losses": list(state.epoch_losses),
        }
        self._thread = threading.Thread(target=self._finish, args=(target, about))
        self._thread.start()

    def wait(self) -> None:
        """Wait until the last checkpoint is on the disk. Raises W2VError when it is not."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _finish(self, target: Path, about: dict[str, Any]) -> None:
        """Sync the tables, write state.json with their digests, rename, and clear old ones."""
        try:
            about["digests"] = {name: _digest(target / name, sync=True) for name in TABLES}
            with open(target / "state.json", "w", encoding="utf-8") as file:
                json.dump(about, file)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(target)
            final = self.folder / f"{PREFIX}{about['slices_done']:012d}"
            shutil.rmtree(final, ignore_errors=True)
            target.rename(final)
            sync_folder(self.folder)
            for old in find_checkpoints(self.folder)[KEPT:]:
                shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            self._error = _unwritable(target, error)


def find_checkpoints(folder: Path) -> list[Path]:
    """The finished checkpoints of a working folder, newest first."""
    return sorted(folder.glob(PREFIX + "*"), reverse=True)


def load_checkpoint(
    folder: Path, identity: dict[str, Any]
) -> tuple[TrainingState | None, list[str]]:
    """The newest whole checkpoint, or None, and a line about each damaged one passed over.

    Raises W2VError when the newest whole one is of another corpus or of other options.
    """
    notes: list[str] = []
    for path in find_checkpoints(folder):
        try:
            about = json.loads((path / "state.json").read_text(encoding="utf-8"))
            if about["version"] != VERSION:
                raise ValueError(f"its format version is {about['version']}, not {VERSION}")
            _check_identity(path, about["identity"], identity)
            return _load_state(path, about), notes
        except (OSError, ValueError, KeyError, TypeError) as error:
            notes.append(f"{path} is damaged ({error}); going back to the one before")
    return None, notes


def _load_state(path: Path, about: dict[str, Any]) -> TrainingState:
    """Read and verify the tables. Raises ValueError when they are not what was written."""
    rows, width = about["shape"]
    tables = {}
    for name in TABLES:
        size = (path / name).stat().st_size
        if size != rows * width * 4:
            raise ValueError(f"{name} holds {size} bytes, not {rows * width * 4}")
        table = aligned_zeros((rows, width))
        with open(path / name, "rb") as file:
            file.readinto(table.data.cast("B"))
        if hashlib.blake2b(table.data.cast("B")).hexdigest() != about["digests"][name]:
            raise ValueError(f"the digest of {name} differs")
        tables[name] = table
    return TrainingState(
        inputs=tables["inputs"],
        outputs=tables["outputs"],
        slices_done=int(about["slices_done"]),
        words_done=int(about["words_done"]),
        loss_sum=float(about["loss_sum"]),
        loss_pairs=float(about["loss_pairs"]),
        epoch_losses=list(about["epoch_losses"]),
    )


def _check_identity(path: Path, saved: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise W2VError that names the first thing that differs and what to do."""
    for key in sorted(saved.keys() | wanted.keys()):
        if saved.get(key) != wanted.get(key):
            name = key.replace("_", "-")
            what = (
                "the corpus changed since"
                if key == "corpus"
                else f"{name} was {saved.get(key)} and is now {wanted.get(key)}"
            )
            raise W2VError(
                f"cannot resume from {path}: {what}; "
                "give what the run began with, or leave out --resume to start afresh"
            )


def _digest(path: Path, *, sync: bool) -> str:
    """The blake2b digest of a file; with `sync`, after its bytes reached the disk."""
    with open(path, "rb+") as file:
        if sync:
            os.fsync(file.fileno())
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _unwritable(path: Path, error: OSError) -> W2VError:
    return W2VError(f"{path}: the checkpoint could not be written: {error.strerror or error}")
