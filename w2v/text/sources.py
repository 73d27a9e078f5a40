"""From what a user names (files, folders, globs, "-") to the list of texts to read.

A folder stands for all regular files in it and below, sorted by name. Names that begin with a
dot, broken links, model folders (*.w2v and *.w2v.run) and the paths in `exclude` are left out.
Nothing is opened here; `w2v.text.streams` does that.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from w2v.errors import W2VError
from w2v.messages import printable

STANDARD_INPUT = "-"
_MODEL_ENDINGS = (".w2v", ".w2v.run")


@dataclass(frozen=True)
class Source:
    """One text to read."""

    name: str  # printable
    path: Path | None  # None for standard input
    is_named: bool = True  # False if it was found in a folder that the user named
    field: str | None = None  # the field of its records that holds the text, if it has records


def find_sources(
    paths: Sequence[str | os.PathLike[str]],
    exclude: Sequence[Path] = (),
    field: str | None = None,
) -> list[Source]:
    """The texts that `paths` refer to, in a reproducible order.

    Raises W2VError for a path that does not exist, a glob without matches, a folder without
    files, a device, or a second "-".
    """
    excluded = {os.path.realpath(path) for path in exclude}
    sources: list[Source] = []
    for path in paths:
        if os.fspath(path) == STANDARD_INPUT:
            sources.append(Source("standard input", None))
        else:
            for found in _expand(os.fspath(path)):
                sources.extend(_named(found, excluded))
    if sum(source.path is None for source in sources) > 1:
        raise W2VError("'-' is named twice, but standard input can be read only once")
    if not sources:
        raise W2VError("no text to read: name files, folders, or '-' for standard input")
    if field is not None:
        sources = [replace(source, field=field) for source in sources]
    return sources


def _expand(path: str) -> list[str]:
    """The path itself, or its matches if no such file exists and it is a pattern."""
    if os.path.lexists(path) or not glob.has_magic(path):
        return [path]
    found = sorted(glob.glob(path, recursive=True))
    if not found:
        raise W2VError(f"{printable(path)}: no file matches this pattern")
    return found


def _named(path: str, excluded: set[str]) -> list[Source]:
    """The texts that one existing path refers to."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise W2VError(f"{printable(path)}: {reason}") from None
    if stat.S_ISDIR(mode):
        return _in_folder(path, excluded)
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise W2VError(f"{printable(path)}: not a file, folder or pipe")
    return [Source(printable(path), Path(path))]


def _in_folder(path: str, excluded: set[str]) -> list[Source]:
    """The texts in a folder. Raises W2VError if there are none or a folder cannot be read."""
    try:
        found = [Source(printable(file), Path(file), False) for file in _walk(path, excluded)]
    except OSError as error:
        where = path if error.filename is None else error.filename
        raise W2VError(f"{printable(where)}: {error.strerror}") from None
    if not found:
        raise W2VError(f"{printable(path)}: the folder has no files to read")
    return found


def _walk(folder: str, excluded: set[str]) -> Iterator[str]:
    """All regular files below `folder`, visiting each folder once even if links form a loop."""
    seen: set[tuple[int, int]] = set()
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            yield path
            continue
        status = os.stat(path)
        if (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            waiting.extend(reversed(_entries(path, excluded)))


def _entries(folder: str, excluded: set[str]) -> list[tuple[str, bool]]:
    """The files and folders to read in a folder, sorted by name; True marks a folder."""
    real = os.path.realpath(folder)
    found = []
    with os.scandir(folder) as scan:
        for entry in sorted(scan, key=lambda entry: entry.name):
            link = entry.is_symlink()
            place = os.path.realpath(entry.path) if link else os.path.join(real, entry.name)
            if entry.name.startswith(".") or place in excluded:
                continue
            mode = _mode(entry)
            if stat.S_ISDIR(mode):
                if not entry.name.endswith(_MODEL_ENDINGS):
                    found.append((entry.path, True))
            elif stat.S_ISREG(mode):
                found.append((entry.path, False))
    return found


def _mode(entry: os.DirEntry[str]) -> int:
    """The mode of a directory entry; 0 for a link that is broken or points to itself."""
    try:
        return entry.stat().st_mode
    except OSError:
        if entry.is_symlink():
            return 0
        raise
