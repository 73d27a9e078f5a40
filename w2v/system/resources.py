"""The memory and the processor cores that this process may use."""

from __future__ import annotations

import os
from pathlib import Path


def available_memory() -> int | None:
    """Bytes that a new allocation may take, within the control group's limit; None if unknown."""
    limits = [limit for limit in (_system_memory(), _group_memory()) if limit is not None]
    return min(limits, default=None)


def _system_memory() -> int | None:
    """MemAvailable on Linux, otherwise the physical memory; None if the system reports neither."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _group_memory() -> int | None:
    """Bytes left in the Linux control group (v2) of this process; None if it has no limit.

    Cached file pages that the kernel would drop first count as free, as in MemAvailable.
    """
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
        facts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return max(0, limit - used + int(facts.get("inactive_file", 0)))
    except (OSError, ValueError):
        return None


def available_threads() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
