"""One run per output: a lock that the system releases when the process ends, however it ends."""

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
    """Hold the lock of the folder `path`, which is created if missing.

    At the end the folder is removed if only the lock is left in it. Yields False where the file
    system has no locks (some network ones): nothing prevents a second run there. Raises W2VError
    when another process holds the lock, or when the folder cannot be created. `what` names the
    output in that message.
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
        except FileNotFoundError:  # the previous run has just removed the folder
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
                    f"{what}: another run is writing it; wait for it to end, or give another -o"
                ) from None
            locked = False
        if os.fstat(file.fileno()).st_nlink:
            return file, locked
        file.close()  # the previous run removed this lock in the meantime: take a new one
    raise W2VError(f"cannot write {path}: it disappears each time it is created")


def _lock(file: IO[Any]) -> None:
    """Lock an open file. Raises OSError when another process holds the lock."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(file: IO[Any], path: Path) -> None:
    """Release the lock, and remove the folder if nothing else is in it.

    The lock file is removed while the lock is held, so that a waiting run notices and creates a
    new one. If that run has already put something into the folder, the folder stays.
    """
    with contextlib.suppress(OSError):
        empty = os.listdir(path) == [LOCK]
        if empty and sys.platform != "win32":
            os.unlink(path / LOCK)
        file.close()
        if empty:
            if sys.platform == "win32":  # it cannot remove open files
                os.unlink(path / LOCK)
            os.rmdir(path)
    file.close()
