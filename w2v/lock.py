"""One run to an output: a lock that the system releases when its process ends, however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from w2v.errors import W2VError


@contextmanager
def exclusive_lock(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file `path`. Raises W2VError when another process holds it.

    `what` is the output that the other run is writing, for the message.
    """
    file = open(path, "a+b")  # noqa: SIM115 - open as long as the lock is held
    try:
        if not _try_lock(file):
            raise W2VError(f"{what}: another run is writing it; wait for it, or give another -o")
        yield
    finally:
        file.close()


def _try_lock(file: IO[Any]) -> bool:
    """Take the system's lock on an open file; False when another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0  # 0: its run ended and removed the folder
