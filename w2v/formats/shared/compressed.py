"""Compressed vector files: unpacked into a temporary folder to be read, packed when written.

This works for every format, whether or not its reader seeks, and takes little memory. A file that
unpacks to far more than vectors ever do is rejected before it fills the disk.
"""

from __future__ import annotations

import functools
import io
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

from w2v.arrays import Floats
from w2v.errors import W2VError
from w2v.formats.shared.word_sidecar import sidecar
from w2v.formats.table import Table
from w2v.system.atomic import atomic_files
from w2v.system.compression import MAGIC_BYTES, Decompressed, compression, compressor

Opened = TypeVar("Opened")

_STEP = 1 << 20
_USUAL_BYTES = 1 << 30  # up to this size any ratio is accepted
_MOST_RATIO = 200  # vectors shrink to a third, a bomb to a thousandth
_SPARE_BYTES = 256 << 20  # left free on the disk


class _Raw:
    """A file and how many of its bytes were read."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file, self.name, self.position = file, name, 0

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; none at the end."""
        data = self._file.read(size)
        self.position += len(data)
        return data


class _Folder:
    """A temporary folder that is removed once nothing refers to it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="w2v-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, True)


def is_packed(path: Path) -> bool:
    """Whether a file's content is compressed."""
    if path.is_dir():
        return False
    with open(path, "rb") as file:
        return compression(file.read(MAGIC_BYTES)) is not None


def unpacked_head(path: Path, size: int) -> bytes:
    """The first bytes of a compressed file's unpacked content."""
    with _open(path) as (stream, _):
        return io.BufferedReader(stream, size).read(size)


@contextmanager
def _open(path: Path) -> Iterator[tuple[Decompressed, _Raw]]:
    with open(path, "rb") as file:
        kind = compression(file.read(MAGIC_BYTES))
        file.seek(0)
        raw = _Raw(file, str(path))
        yield Decompressed(raw, kind or "gzip"), raw


def read_unpacked(
    path: Path,
    name: str,
    read: Callable[[Path], Table],
    has_words_beside: bool,
    lines: int | None = None,
) -> Table:
    """The table of a compressed file.

    name: the file's name when unpacked. read: opens the unpacked file, which is removed together
    with the table. has_words_beside: whether the words are in a file beside it, which is not
    compressed. lines: how many lines of text are enough; None: all.
    """
    folder = _Folder()
    inside = folder.path / name
    _unpack(path, inside, lines)
    beside = sidecar(path.parent / name)
    if has_words_beside and beside.is_file():
        shutil.copyfile(beside, folder.path / beside.name)
    with _named(inside, path):
        table = read(inside)

    def blocks() -> Iterator[Floats]:
        with _named(folder.path / name, path):  # this reference keeps the folder alive
            yield from table.blocks()

    keep = functools.partial(_keeping, folder)
    subwords = table.subwords and replace(
        table.subwords, own=keep(table.subwords.own), ngrams=keep(table.subwords.ngrams)
    )
    outputs = table.outputs and keep(table.outputs)
    return replace(table, blocks=blocks, matrix=None, outputs=outputs, subwords=subwords)


def _keeping(folder: _Folder, opened: Callable[[], Opened]) -> Callable[[], Opened]:
    """The same function, which also keeps the folder of the file that it opens."""

    def open_it(_: _Folder = folder) -> Opened:
        return opened()

    return open_it


def _unpack(path: Path, target: Path, lines: int | None) -> None:
    """Unpack a file, or a little more than so many lines of it.

    Raises W2VError when it is damaged, a bomb, or too large for the disk.
    """
    written = n_lines = 0
    with _open(path) as (stream, raw), open(target, "xb") as out:
        while (lines is None or n_lines <= lines) and (data := stream.read(_STEP)):
            out.write(data)
            written += len(data)
            n_lines += data.count(b"\n")
            if written > max(_USUAL_BYTES, _MOST_RATIO * raw.position):
                raise W2VError(
                    f"{path}: unpacks to more than {_MOST_RATIO} times its size, which vectors "
                    "never do; unpack it yourself if you trust it"
                )
            if written % (64 * _STEP) < len(data) and _free(target) < _SPARE_BYTES:
                raise W2VError(
                    f"{path}: there is no room to unpack it in {target.parent.parent}; set TMPDIR "
                    "to a folder with more space"
                )


def _free(path: Path) -> int:
    return shutil.disk_usage(path.parent).free


@contextmanager
def _named(inside: Path, path: Path) -> Iterator[None]:
    """Make errors name the file that the user knows instead of `inside`, the unpacked one."""
    try:
        yield
    except W2VError as error:
        # But not where it is the beginning of a longer name, that of the file beside it.
        itself = re.escape(str(inside)) + r"(?![^\s:,;)])"
        message = re.sub(itself, lambda _: str(path), str(error))
        message = message.replace(str(inside.parent), os.path.normpath(path.parent))
        raise type(error)(message) from None


def write_packed(
    path: Path,
    ending: str,
    write: Callable[[Path], None],
    *,
    has_words_beside: bool,
    overwrite: bool,
) -> None:
    """Write a file compressed as its ending says; the words beside it are not compressed.

    write: writes the file, and the words beside it, at a path in a folder next to the target.
    """
    with tempfile.TemporaryDirectory(prefix=".w2v-", dir=path.parent) as folder:
        inside = Path(folder, path.name[: -len(ending)])
        with _named(inside, path):
            write(inside)
        beside = [sidecar(inside)] if has_words_beside else []
        targets = [path.parent / one.name for one in beside]
        with atomic_files([*targets, path], overwrite) as files:
            for one, file in zip(beside, files, strict=False):
                _copy(one, file)
            with compressor(ending, files[-1], path) as packed:
                _copy(inside, packed)


def _copy(path: Path, target: IO[bytes]) -> None:
    with open(path, "rb") as file:
        shutil.copyfileobj(file, target, _STEP)
