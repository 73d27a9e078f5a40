"""One run to an output: a lock that the system releases when its process ends, however it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from w2v.errors import W2VError

LOCK = "lock"
_HELD = {errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_TRIES = 1000


@contextmanager
def locked_folder(path: Path, what: str) -> Iterator[bool]:
    """Make the folder `path` if need be and hold its lock; left with the lock alone, it goes.

    Gives False where the file system has no locks (some network ones): nothing keeps a second
    run away there. Raises W2VError when another process holds the lock, or the folder cannot be
    made. `what` is the output that the other run is writing, for the message.
    """
    file, locked = _open_locked(path, what)
    try:
        yield locked
    finally:
        _release(file, path)


def _open_locked(path: Path, what: str) -> tuple[IO[Any], bool]:
    """The open lock file, and whether it is locked."""
    for _ in range(_TRIES):
        try:
            with contextlib.suppress(FileExistsError):
                path.mkdir()
            file = open(path / LOCK, "a+b")  # noqa: SIM115 - open as long as the lock is held
        except FileNotFoundError:  # the run before has just removed the folder
            continue
        except OSError as error:
            raise W2VError(f"cannot write {path}: {error.strerror}") from None
        try:
            _lock(file)
            locked = True
        except OSError as error:
            if error.errno in _HELD:
                file.close()
                raise W2VError(
                    f"{what}: another run is writing it; wait for it, or give another -o"
                ) from None
            locked = False
        if os.fstat(file.fileno()).st_nlink:
            return file, locked
        file.close()  # the run before removed this lock while we waited for it: take a new one
    raise W2VError(f"cannot write {path}: it disappears as often as it is made")


def _lock(file: IO[Any]) -> None:
    """Take the system's lock on an open file; OSError when another process has it."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(file: IO[Any], path: Path) -> None:
    """Give the lock back, and remove the folder when nothing else is in it.

    The lock's name goes while it is held, so that a run that waits for it sees that and makes a
    new one. Should that run have put something into the folder, the folder stays.
    """
    with contextlib.suppress(OSError):
        empty = os.listdir(path) == [LOCK]
        if empty and sys.platform != "win32":
            os.unlink(path / LOCK)
        file.close()
        if empty:
            if sys.platform == "win32":  # no open file can be removed there
                os.unlink(path / LOCK)
            os.rmdir(path)
    file.close()
