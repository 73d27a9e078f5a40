"""Save the state of a run so that no crash can lose it, and find the last complete state.

The working folder of a run holds folders called `checkpoint-<slices done>`. Each contains the two
tables as they are in memory, followed by the private rows of replicas, and a state.json with
everything else, including the digests of the tables and of itself. A checkpoint is written under
another name, synced to the disk and then renamed. The two newest are kept, in case the newest is
damaged. An old one is renamed before it is removed, so a folder with this name is always complete,
unless the disk fails.

There are no random states to save: every slice has its own random stream (see
`w2v.training.trainer`). numpy is imported only when tables are read: if Ctrl-C interrupts its
import, it cannot be imported again, and this module must still be able to look for checkpoints.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from w2v.errors import W2VError
from w2v.run.identity import RANKS, START_AFRESH, as_of, check_identity, check_same_options
from w2v.system.atomic import sync_file, sync_folder

if TYPE_CHECKING:
    from w2v.training.state import TrainingState

VERSION = 6
WITHOUT_PRIVATE = 5  # the version before, which can be read, too
KEPT = 2
PREFIX = "checkpoint-"
UNFINISHED = "unfinished-checkpoint"
LEAVING = "old-checkpoint"
STATE = "state.json"
TABLES = "tables"
_BLOCK = 1 << 24  # bytes written or read at a time; a signal is delayed by no more than that
_DIGESTED = 1 << 20  # bytes digested at a time
_PATIENCE = 0.5  # seconds that an interrupted run waits for its writer


class CheckpointWriter:
    """Writes the checkpoints of one run into its working folder, in the background.

    `identity` is what a run must share with a checkpoint to resume from it: the options that
    shape the result and the fingerprint of the corpus. `after_first` is called in the background
    when the first checkpoint is on the disk.

    At the end of a `with` block it waits for the checkpoint that is being written, but only
    briefly if Ctrl-C ended the block.
    """

    def __init__(
        self,
        folder: Path,
        identity: dict[str, Any],
        after_first: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder, self.identity = folder, identity
        self._after_first: Callable[[], None] | None = after_first
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None
        self._given_up = False

    def __enter__(self) -> CheckpointWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if kind is None:
            self.wait()
        elif self._thread is not None:
            self._given_up = not isinstance(error, Exception)  # Ctrl-C: at once
            self._thread.join(_PATIENCE if self._given_up else None)

    @property
    def busy(self) -> bool:
        """Whether a checkpoint is being written."""
        return self._thread is not None and self._thread.is_alive()

    def save(self, state: TrainingState) -> None:
        """Write the tables, which takes as long as a copy; the rest happens in the background.

        A state that is already saved is not saved again. Raises W2VError if this checkpoint or
        the previous one could not be written.
        """
        self.wait()
        if _path(self.folder, state.slices_done).exists():
            return
        target = self.folder / UNFINISHED
        try:
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            with open(target / TABLES, "wb", buffering=0) as file:
                for block in (*state.blocks, state.private):
                    if block.size:
                        _write(file, block.data.cast("B"))
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            raise _unwritable(self.folder, error) from None
        about = {
            "version": VERSION,
            "identity": self.identity,
            "shapes": _shapes(state),
            "private": list(state.private.shape),
            "slices_done": state.slices_done,
            "words_done": state.words_done,
            "loss_sum": state.loss_sum,
            "loss_count": state.loss_count,
            "epoch_losses": list(state.epoch_losses),
            "epoch_words": [list(words) for words in state.epoch_words],
        }
        # A daemon thread: a process that must end at once does not wait for a slow disk.
        self._thread = threading.Thread(target=self._finish, args=(target, about), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until the last checkpoint is on the disk. Raises W2VError if that failed."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def _finish(self, target: Path, about: dict[str, Any]) -> None:
        """Sync the tables, write state.json with their digest, rename, and remove old ones."""
        try:
            about["digest"] = file_digest(
                target / TABLES, sync=True, given_up=lambda: self._given_up
            )
            with open(target / STATE, "w", encoding="utf-8") as file:
                json.dump({"digest": _digest_of(about), "state": about}, file)
                file.flush()
                sync_file(file.fileno())
            sync_folder(target)
            target.rename(_path(self.folder, about["slices_done"]))
            sync_folder(self.folder)
            for old in find_checkpoints(self.folder)[KEPT:]:
                remove_checkpoint(old)
            if self._after_first is not None:
                sync_folder(self.folder.parent)  # the working folder itself may be new
                self._after_first()
                self._after_first = None
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            self._error = _unwritable(self.folder, error)
        except Exception as error:  # the main thread raises it
            self._error = error


def file_digest(
    path: Path, *, sync: bool = False, given_up: Callable[[], bool] = lambda: False
) -> str:
    """The digest of a file; with `sync`, after its bytes have reached the disk.

    Raises InterruptedError when `given_up` returns True.
    """
    digest, buffer = hashlib.sha256(), memoryview(bytearray(_DIGESTED))
    with open(path, "rb+" if sync else "rb", buffering=0) as file:
        if sync:
            sync_file(file.fileno())
        while size := file.readinto(buffer):
            digest.update(buffer[:size])
            if given_up():
                raise InterruptedError("given up")
    return digest.hexdigest()


def find_checkpoints(folder: Path) -> list[Path]:
    """The complete checkpoints in a working folder, newest first."""
    return sorted(folder.glob(PREFIX + "*"), reverse=True)


def remove_checkpoint(path: Path) -> None:
    """Remove a checkpoint without ever leaving half of it under its name."""
    leaving = path.with_name(LEAVING)
    shutil.rmtree(leaving, ignore_errors=True)
    try:
        path.rename(leaving)
    except OSError:
        leaving = path
    shutil.rmtree(leaving, ignore_errors=True)


def words_saved(folder: Path) -> int | None:
    """The number of words trained at the newest readable checkpoint; None if there is none."""
    for path in find_checkpoints(folder):
        try:
            return int(read_state(path)["words_done"])
        except ValueError:
            continue
    return None


def check_options(folder: Path, options: dict[str, Any]) -> None:
    """Raise W2VError if the newest readable checkpoint was made with other options.

    For use before the text is read; `load_checkpoint` checks everything. The number of processes
    may differ: see `w2v.run.checkpoint_resharding`.
    """
    for path in find_checkpoints(folder):
        try:
            saved = {**read_state(path)["identity"]["options"], RANKS: options.get(RANKS)}
        except (ValueError, KeyError, TypeError):
            continue
        check_same_options(path, saved, options)
        return


def load_checkpoint(
    folder: Path,
    identity: dict[str, Any],
    fresh: TrainingState,
    *,
    of_ranks: bool = True,
) -> tuple[TrainingState | None, list[str]]:
    """The newest intact checkpoint or None, and a message about each damaged one skipped.

    `fresh` is a state of the run's shape; its tables are overwritten. Raises W2VError if the newest
    intact one has another corpus or other options, and if there are checkpoints but none is intact.
    Without `of_ranks`, it may be that of another number of processes.
    """
    damaged: list[tuple[Path, str]] = []
    for path in find_checkpoints(folder):
        try:
            about = read_state(path)
            saved = about["identity"]
            check_identity(path, saved if of_ranks else as_of(saved, identity), identity)
            state = load_state(path, about, fresh)
        except (ValueError, KeyError, TypeError) as error:
            damaged.append((path, str(error)))
            continue
        for other, _ in damaged:  # otherwise this run would later take it for its own
            remove_checkpoint(other)
        return state, [f"{other} is damaged ({why}); went back to {path}" for other, why in damaged]
    if damaged:
        path, why = damaged[0]
        raise W2VError(
            f"cannot resume from {path}: it is damaged ({why}), and no earlier one is intact; "
            f"{START_AFRESH}"
        )
    return None, []


def _path(folder: Path, slices_done: int) -> Path:
    """The path of a complete checkpoint; paths sort in the order of the slices."""
    return folder / f"{PREFIX}{slices_done:012d}"


def read_state(path: Path) -> dict[str, Any]:
    """The verified content of state.json. Raises ValueError if it is not what was written."""
    try:
        record = json.loads((path / STATE).read_text(encoding="utf-8"))
        about = record["state"]
        whole = record["digest"] == _digest_of(about)
    except OSError as error:
        raise ValueError(f"{STATE}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(f"{STATE} is not what was written") from None
    if not whole:
        raise ValueError(f"the digest of {STATE} differs")
    if about["version"] not in (VERSION, WITHOUT_PRIVATE):
        raise ValueError(f"its format version is {about['version']}, not {VERSION}")
    options = about["identity"]["options"]
    if options.get("architecture") == "skipgram":
        options.setdefault("distance_exponent", 0.0)  # older revisions did not have it
    return cast(dict[str, Any], about)


def load_state(path: Path, about: dict[str, Any], state: TrainingState) -> TrainingState:
    """Read and verify the tables. Raises ValueError if they are not what was written."""
    from numpy import empty, float32

    if about["shapes"] != _shapes(state):
        raise ValueError(f"its tables are {about['shapes']}, not {_shapes(state)}")
    state.private = empty(about.get("private", (0, 0, 0)), float32)
    blocks = [block for block in (*state.blocks, state.private) if block.size]
    expected, digest = sum(block.nbytes for block in blocks), hashlib.sha256()
    try:
        with open(path / TABLES, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size != expected:
                raise ValueError(f"{TABLES} holds {size:,} bytes, not {expected:,}")
            for block in blocks:
                left = block.data.cast("B")
                while len(left) and (read := file.readinto(left[:_BLOCK])):
                    left = left[read:]
                digest.update(block.data.cast("B"))
    except OSError as error:
        raise ValueError(f"{TABLES}: {error.strerror}") from None
    if digest.hexdigest() != about["digest"]:
        raise ValueError(f"the digest of {TABLES} differs")
    state.slices_done = int(about["slices_done"])
    state.words_done = int(about["words_done"])
    state.loss_sum = float(about["loss_sum"])
    state.loss_count = float(about["loss_count"])
    state.epoch_losses = list(about["epoch_losses"])
    state.epoch_words = [list(words) for words in about["epoch_words"]]
    return state


def _shapes(state: TrainingState) -> list[list[int]]:
    """The shapes of a state's blocks."""
    return [list(block.shape) for block in state.blocks]


def _write(file: Any, data: memoryview) -> None:
    """Write all of `data`, a block at a time."""
    while len(data):
        data = data[file.write(data[:_BLOCK]) :]


def _digest_of(about: dict[str, Any]) -> str:
    """A digest of the content of state.json that does not depend on its layout."""
    return hashlib.blake2b(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _unwritable(folder: Path, error: OSError) -> W2VError:
    kept = (
        "; the previous one is intact: --resume continues from it"
        if find_checkpoints(folder)
        else ""
    )
    return W2VError(
        f"{folder}: the checkpoint could not be written: {error.strerror or error}{kept}"
    )
