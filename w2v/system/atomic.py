"""Files and folders that appear whole or not at all.

An output is written under a hidden name beside its target, synced to the disk, and then renamed
to the target in one step. Any failure on the way, Ctrl-C included, removes it and leaves the
target as it was. A killed process can leave the hidden file behind, but never half a target.

A new folder replaces an old one by exchanging the two names (Linux, macOS), so that at every
moment one of them exists whole. Where the system cannot do that, the old folder is first renamed
to `.<name>.<letters>.old`. If the power fails between these two steps, it is found under that
name.

A second Ctrl-C, or one that comes during the removal, can prevent it. What is left then is
removed when the process ends: `remove_unfinished`.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import functools
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from w2v.errors import UsageError, W2VError

_open_new = cast(Callable[[Path], BinaryIO], functools.partial(open, mode="xb", buffering=1 << 20))
_unfinished: set[Path] = set()  # hidden files and folders of this process that are not yet removed
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def check_writable(
    path: str | os.PathLike[str],
    overwrite: bool = False,
    *,
    folder: Sequence[str] | None = None,
) -> None:
    """Raise W2VError if an output cannot be written at `path`; call it before the work starts.

    Parameters
    ----------
    overwrite
        Whether an existing output may be replaced.
    folder
        None if the output is a file. If it is a folder, the names of the files in such a folder;
        the first of them always exists. A folder with any other content is never replaced.
    """
    name = os.fspath(path)
    if name == "-":
        raise UsageError(
            "- stands for standard output, which cannot be used here; give the name of a file "
            "(./- for one that is called -)"
        )
    target = real_path(name)
    _check_target(name, target, overwrite, folder)
    try:
        probe = _hidden(target)
        try:
            os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        finally:
            _remove([probe])
    except (OSError, ValueError) as error:
        raise _unwritable(name, error) from None


@contextmanager
def atomic_file(path: str | os.PathLike[str], overwrite: bool = False) -> Iterator[BinaryIO]:
    """A binary file to write to. It becomes `path` if the block ends without an error.

    Raises W2VError as `check_writable` does, and when the disk is full.
    """
    with atomic_files([path], overwrite) as (file,):
        yield file


@contextmanager
def atomic_files(
    paths: list[str] | list[Path] | list[str | os.PathLike[str]], overwrite: bool = False
) -> Iterator[list[BinaryIO]]:
    """Several binary files that belong together; see `atomic_file`.

    All are on the disk before the first is renamed. They are renamed in the order given, so the
    one that a reader opens first should come last.
    """
    names = [os.fspath(path) for path in paths]
    for name in names:
        check_writable(name, overwrite)
    targets = [real_path(name) for name in names]
    parts = [_hidden(target) for target in targets]
    files: list[BinaryIO] = []
    with _explained(names[-1]), contextlib.ExitStack() as stack:
        stack.callback(_remove, parts)
        stack.callback(_close, files)
        # `map` opens and `extend` stores in one step of the interpreter, so that a signal cannot
        # come between the two and lose an open file.
        files.extend(map(_open_new, parts))
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
    """An empty folder to fill. It becomes `path` if the block ends without an error.

    `files` are the names of the files in such a folder; see `check_writable`. `part` is the name
    of the folder until then, on the same disk; anything of that name is removed first. Without
    `part` it is a hidden name beside the target. Raises W2VError as `check_writable` does, and
    when the disk is full.
    """
    name = os.fspath(path)
    check_writable(name, overwrite, folder=files)
    target = real_path(name)
    part = part or _beside(target, "tmp")
    with _explained(name), contextlib.ExitStack() as stack:
        stack.callback(_remove, [part])
        _remove([part])
        _unfinished.add(part)
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


@atexit.register
def remove_unfinished() -> None:
    """Remove what interrupts have left of unfinished outputs; call it where nothing else writes."""
    _remove(list(_unfinished))


def sync_file(descriptor: int) -> None:
    """Wait until the bytes of an open file are on the disk."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # fsync alone leaves them in the drive's cache
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(path: str | os.PathLike[str]) -> None:
    """Wait until the names in a folder are on the disk. Windows has no such call and needs none."""
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
    """Raise W2VError if `target` exists and may not be replaced."""
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
    if inside is not None and not os.access(target, os.W_OK):  # it could only be removed in part
        raise _unwritable(name, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _check_folder(name: str, inside: list[str], files: Sequence[str] | None) -> None:
    """Raise W2VError if the folder must not be replaced, even with --overwrite."""
    if files is None:
        raise W2VError(f"{name} is a folder; give the name of a file")
    foreign = [entry for entry in inside if entry not in files]
    if foreign:
        raise W2VError(
            f"{name} is a folder that contains '{foreign[0]}', which is not part of a model; "
            "it will not be replaced: give another output"
        )
    if inside and files[0] not in inside:
        raise W2VError(f"{name} is a folder but not a model; give another output")


def real_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of an output; for a link, that of its target, so that the link is kept.

    Raises W2VError for an invalid name.
    """
    name = os.fspath(path)
    try:
        return Path(os.path.realpath(name)) if os.path.islink(name) else Path(os.path.abspath(name))
    except (OSError, ValueError) as error:
        raise _unwritable(name, error) from None


def _hidden(target: Path) -> Path:
    """A new hidden name beside the target, which `_remove` or the end of the process removes."""
    path = _beside(target, "tmp")
    _unfinished.add(path)
    return path


def _beside(target: Path, ending: str) -> Path:
    """A new hidden name in the folder of the target."""
    stem = os.fsencode(target.name)[:100].decode("utf-8", "ignore")
    return target.parent / f".{stem}.{os.urandom(4).hex()}.{ending}"


def _put_in_place(part: Path, target: Path) -> Path | None:
    """Rename the folder `part` to `target`. Returns the new path of the old folder, if any."""
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
    """Exchange the names of two paths in one step. Returns False if the system cannot."""
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
    except (AttributeError, OSError):  # the C library lacks the call
        return False


def _close(files: list[BinaryIO]) -> None:
    """Close all files that were opened, even if one of them fails to close."""
    with contextlib.ExitStack() as stack:
        for file in files:
            stack.callback(file.close)


def _remove(paths: list[Path]) -> None:
    """Remove the temporary files and folders that still exist."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
        _unfinished.discard(path)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn the system's error about a full disk into a W2VError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise W2VError(
                f"no space left on the disk of {name}; nothing was written, and nothing was changed"
            ) from None
        raise


def _unwritable(name: str, error: OSError | ValueError) -> W2VError:
    """The W2VError for an output that cannot be written."""
    folder = os.path.dirname(name) or "."
    if isinstance(error, FileNotFoundError | NotADirectoryError) and not os.path.isdir(folder):
        return W2VError(f"cannot write {name}: there is no folder {folder}")
    reason = getattr(error, "strerror", None) or str(error)
    return W2VError(f"cannot write {name}: {reason}")
