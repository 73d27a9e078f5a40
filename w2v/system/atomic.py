"""Files and folders that appear whole or not at all.

What is written goes under a hidden name beside its target, is synced to the disk, and takes the
target's name in one step; whatever fails on the way, Ctrl-C included, removes it and leaves the
target as it was. A process killed outright can leave the hidden name behind, never half a target.

A new folder takes the place of an old one by exchanging the two names (Linux, macOS), so that at
every instant one of them is there whole. Where the system cannot do that, the old one is renamed
to `.<name>.<letters>.old`, then the new one takes its place: were the power lost between these
two steps, the old one would lie under that name.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from w2v.errors import W2VError

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def check_writable(
    path: str | os.PathLike[str],
    overwrite: bool = False,
    *,
    folder: Sequence[str] | None = None,
) -> None:
    """Raise W2VError when an output cannot be written at `path`; for use before the work starts.

    Parameters
    ----------
    overwrite
        Whether an existing output may be replaced.
    folder
        None when a file will be written. For a folder, the files that one holds; the first of
        them is always there. An existing folder that holds anything else is never replaced.
    """
    name = os.fspath(path)
    target = real_path(name)
    _check_target(name, target, overwrite, folder)
    try:
        probe = _beside(target)
        try:
            os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        finally:  # Ctrl-C may come just here
            with contextlib.suppress(OSError):
                probe.unlink()
    except (OSError, ValueError) as error:
        raise _unwritable(name, error) from None


@contextmanager
def atomic_file(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[BinaryIO]:
    """A binary file to write that becomes `path` when the block ends without an error.

    Raises W2VError as `check_writable` does, and when the disk is full.
    """
    with atomic_files([path], overwrite) as (file,):
        yield file


@contextmanager
def atomic_files(
    paths: list[str] | list[Path] | list[str | os.PathLike[str]], overwrite: bool = False
) -> Iterator[list[BinaryIO]]:
    """Several binary files that belong together; see `atomic_file`.

    All are on the disk before the first takes its name. They take their names one after another,
    in the order given, so the one that a reader opens first should come last.
    """
    names = [os.fspath(path) for path in paths]
    for name in names:
        check_writable(name, overwrite)
    targets = [real_path(name) for name in names]
    parts: list[Path] = []
    with _explained(names[-1]), contextlib.ExitStack() as stack:
        stack.callback(_remove, parts)
        files: list[BinaryIO] = []
        for target in targets:
            parts.append(_beside(target))
            files.append(stack.enter_context(open(parts[-1], "xb", buffering=1 << 20)))
        yield files
        for file in files:
            file.flush()
            sync_file(file.fileno())
            file.close()
        for name, target in zip(names, targets, strict=True):
            _check_target(name, target, overwrite, None)
        for part, target in zip(parts, targets, strict=True):
            os.replace(part, target)
        for parent in {target.parent for target in targets}:
            sync_folder(parent)


@contextmanager
def atomic_folder(
    path: str | os.PathLike[str],
    files: Sequence[str],
    overwrite: bool = False,
    *,
    part: Path | None = None,
) -> Iterator[Path]:
    """An empty folder to fill that becomes `path` when the block ends without an error.

    `files` are the names that such a folder holds; see `check_writable`.
    `part` is its name until then, on the same disk; what has that name now is removed. Without
    it, a hidden name beside the target. Raises W2VError as `check_writable` does, and when the
    disk is full.
    """
    name = os.fspath(path)
    check_writable(name, overwrite, folder=files)
    target = real_path(name)
    part = part or _beside(target)
    with _explained(name), contextlib.ExitStack() as stack:
        stack.callback(_remove, [part])
        _remove([part])
        part.mkdir()
        yield part
        for file in part.iterdir():
            with open(file, "rb+") as handle:
                sync_file(handle.fileno())
        sync_folder(part)
        _check_target(name, target, overwrite, files)
        old = _put_in_place(part, target)
        sync_folder(target.parent)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)


def sync_file(descriptor: int) -> None:
    """Wait until an open file's bytes are on the disk."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # fsync alone leaves them in the drive's cache there
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(path: str | os.PathLike[str]) -> None:
    """Wait until a folder's names are on the disk. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems
            raise
    finally:
        os.close(descriptor)


def _check_target(name: str, target: Path, overwrite: bool, folder: Sequence[str] | None) -> None:
    """Raise W2VError when what is at `target` may not be replaced."""
    try:
        mode = os.stat(target).st_mode
        inside = os.listdir(target) if stat.S_ISDIR(mode) else None
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _unwritable(name, error) from None
    if inside is not None:
        _check_folder(name, sorted(inside), folder)
    elif folder is not None:
        raise W2VError(f"{name} is not a folder; a model will not replace it: give another output")
    elif not stat.S_ISREG(mode):
        raise W2VError(f"{name} is neither a file nor a folder; give another output")
    if not overwrite:
        raise W2VError(f"{name} exists; give --overwrite to replace it, or another output")
    if inside is not None and not os.access(target, os.W_OK):  # half of it would stay behind
        raise _unwritable(name, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _check_folder(name: str, inside: list[str], files: Sequence[str] | None) -> None:
    """Raise W2VError for a folder that is never replaced, not even with --overwrite."""
    if files is None:
        raise W2VError(f"{name} is a folder; give the name of a file")
    foreign = [entry for entry in inside if entry not in files]
    if foreign:
        raise W2VError(
            f"{name} is a folder that holds '{foreign[0]}', which is no part of a model; "
            "it will not be replaced: give another output"
        )
    if inside and files[0] not in inside:
        raise W2VError(f"{name} is a folder but not a model; give another output")


def real_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of an output; behind a link, so that a link stays one.

    Raises W2VError for an impossible name.
    """
    name = os.fspath(path)
    try:
        return Path(os.path.realpath(name)) if os.path.islink(name) else Path(os.path.abspath(name))
    except (OSError, ValueError) as error:
        raise _unwritable(name, error) from None


def _beside(target: Path, ending: str = "tmp") -> Path:
    """A hidden name in the target's folder that nobody else uses."""
    stem = os.fsencode(target.name)[:100].decode("utf-8", "ignore")
    return target.parent / f".{stem}.{os.urandom(4).hex()}.{ending}"


def _put_in_place(part: Path, target: Path) -> Path | None:
    """Give the folder `part` the name `target`; returns where the folder that had it is now."""
    if not target.exists():
        os.rename(part, target)
        return None
    if _exchange(part, target):
        return part
    old = _beside(target, "old")
    os.rename(target, old)
    try:
        os.rename(part, target)
    except BaseException:
        os.rename(old, target)
        raise
    return old


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths swap their names in one step; False where the system cannot."""
    import ctypes

    if sys.platform == "win32":
        return False
    try:
        system = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            return int(system.renamex_np(*names, ctypes.c_uint(2))) == 0
        here = -100  # AT_FDCWD
        return int(system.renameat2(here, names[0], here, names[1], ctypes.c_uint(2))) == 0
    except (AttributeError, OSError):  # a C library without the call
        return False


def _remove(paths: list[Path]) -> None:
    """Remove temporary files and folders that are still there."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn the system's error about a full disk into a line for the user."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise W2VError(
                f"no space left on the disk of {name}; nothing was written, what was there is whole"
            ) from None
        raise


def _unwritable(name: str, error: OSError | ValueError) -> W2VError:
    """The user's line about an output that cannot be written."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        folder = os.path.dirname(name) or "."
        return W2VError(f"cannot write {name}: there is no folder {folder}")
    reason = getattr(error, "strerror", None) or str(error)
    return W2VError(f"cannot write {name}: {reason}")
