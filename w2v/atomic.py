"""Files and folders that appear whole or not at all.

Both are written beside their target under a hidden name, synced to the disk, and renamed over it.
Whatever happens before the rename, the target is what it was; afterwards it is the new one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from w2v.errors import W2VError

MODEL_FILE = "model.json"  # a folder that holds this is ours to replace


def check_writable(path: Path, overwrite: bool) -> None:
    """Raise W2VError when `path` could not be written: found before any work begins."""
    if path.is_symlink() and not path.exists():
        raise W2VError(f"{path} is a link to nowhere; remove it or give another -o")
    if path.exists() and not overwrite:
        raise W2VError(f"{path} exists; give --overwrite to replace it, or another -o")
    if path.is_dir() and any(path.iterdir()) and not (path / MODEL_FILE).is_file():
        raise W2VError(f"{path} is a folder but not a model; give another -o")
    parent = path.absolute().parent
    if not parent.is_dir():
        raise W2VError(f"{parent}: no such folder; make it, or give another -o")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=parent)
    except OSError as error:
        raise W2VError(f"{parent}: cannot write there: {error.strerror}") from None
    os.close(handle)
    os.unlink(name)


@contextmanager
def atomic_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a hidden name beside `path` to write a file to; it becomes `path` at the end.

    Raises W2VError when `path` exists and `overwrite` is not given, or the disk is full.
    """
    check_writable(path, overwrite)
    if path.is_dir():
        raise W2VError(f"{path} is a folder; give another name")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        with _disk_errors(path):
            yield unfinished
            _open_permissions(unfinished, 0o666)
            sync_file(unfinished)
            os.replace(unfinished, path)
            sync_folder(path.absolute().parent)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a hidden folder beside `path` to write files into; it becomes `path` at the end.

    An existing model folder is exchanged with the new one in one step where the system can
    (Linux), else in two renames. Raises W2VError as atomic_file does.
    """
    check_writable(path, overwrite)
    parent = path.absolute().parent
    unfinished = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=parent))
    try:
        with _disk_errors(path):
            yield unfinished
            _open_permissions(unfinished, 0o777)
            for file in unfinished.iterdir():
                sync_file(file)
            sync_folder(unfinished)
            _replace_folder(unfinished, path)
            sync_folder(parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until a folder's names are on the disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace_folder(new: Path, target: Path) -> None:
    """Put `new` at `target`; what was there ends up at `new`, or is removed."""
    if target.is_file():
        os.unlink(target)
    if not target.exists():
        os.rename(new, target)
    elif not _exchange(new, target):
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=new.parent))
        os.rename(target, old / "model")
        try:
            os.rename(new, target)
        except OSError:
            os.rename(old / "model", target)
            raise
        finally:
            shutil.rmtree(old, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two names in one step (Linux's renameat2); False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(first), here, os.fsencode(second), exchange) == 0)


def _open_permissions(path: Path, mode: int) -> None:
    """Give what tempfile made for us alone the permissions that a new file would have."""
    if os.name != "nt":
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(path, mode & ~mask)


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors of writing into one line that names the target."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise W2VError(
                f"{path}: no space left on the disk; nothing was written; free some or give "
                "another -o"
            ) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO):
            raise W2VError(f"{path}: cannot be written: {error.strerror}") from None
        raise
