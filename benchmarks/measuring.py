"""Shared by the benchmarks: sides that take turns, and the machine and versions of the figures."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Side:
    """One way to do the work, and what its turns took."""

    run: Callable[[], Any]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    result: Any = None  # of the last turn

    @property
    def median(self) -> float:
        """Seconds of wall time."""
        return statistics.median(self.wall)

    def turn(self) -> None:
        """Run once and note what it took."""
        self.result = None  # not two results in memory at once
        wall, cpu = time.perf_counter(), time.process_time()
        self.result = self.run()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)


def take_turns(
    runs: Sequence[Callable[[], Any]],
    repeats: int,
    check: Callable[..., None] | None = None,
) -> list[Side]:
    """Each of the runs in turn, `repeats` times, so that other work on the machine affects all.

    `check` is called after each round with the results of all.
    """
    sides = [Side(run) for run in runs]
    for _ in range(repeats):
        for side in sides:
            side.turn()
        if check is not None:
            check(*(side.result for side in sides))
    return sides


def import_gensim() -> Any:
    """The package gensim; the benchmark ends with a message if it is missing."""
    try:
        import gensim
    except ImportError:
        sys.exit("this compares with gensim, which is not installed: pip install gensim")
    return gensim


def machine() -> str:
    """Processor, cores and system."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"


def _processor() -> str:
    """The processor's name, if the system reports it."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def versions(*packages: str) -> str:
    """Python's version and those of the packages that are installed: 'python 3.11.9, numpy 2.4'."""
    found = [f"python {platform.python_version()}"]
    for package in packages:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return ", ".join(found)
