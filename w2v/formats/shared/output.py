"""The output of a format that is written from front to back: a file, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from w2v.formats.registry import STANDARD_OUTPUT
from w2v.system.atomic import atomic_file


@contextmanager
def output_file(path: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A binary file to write that becomes `path`, whole or not at all; for `-`, standard output."""
    if str(path) == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with atomic_file(path, overwrite=overwrite) as file:
        yield file
