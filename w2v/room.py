"""Will it fit? Memory and disk that a run needs, against what the machine has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from w2v.config import TrainConfig
from w2v.errors import W2VError

BASE_MEMORY = 200 * 2**20  # Python, numpy, numba and the compiled code
CHECKPOINTS = 3  # two kept and one being written


def table_bytes(n_words: int, vector_size: int) -> int:
    """Bytes of the two tables, rows padded to 64 bytes."""
    return 2 * n_words * (-(-vector_size // 16) * 64)


def memory_needed(n_words: int, config: TrainConfig, threads: int) -> int:
    """Bytes of memory that training takes: tables, samplers and each thread's buffers."""
    slots = 1 << (2 * config.window).bit_length()
    row = -(-config.vector_size // 16) * 64
    thread = 3 * slots * row + 4 * slots * (1 + config.negative) + 4 * config.max_sentence
    return BASE_MEMORY + table_bytes(n_words, config.vector_size) + 120 * n_words + threads * thread


def check_memory(n_words: int, config: TrainConfig, threads: int) -> None:
    """Raise W2VError when training needs more memory than is available."""
    needed, free = memory_needed(n_words, config, threads), available_memory()
    if free is not None and needed > free:
        raise W2VError(
            f"training {n_words:,} words by {config.vector_size} needs about {size(needed)} of "
            f"memory and {size(free)} are available; a smaller --max-vocab, a larger --min-count "
            "or a smaller --vector-size needs less"
        )


def check_disk(folder: Path, n_words: int, vector_size: int, *, checkpoints: bool) -> None:
    """Raise W2VError when the model and its checkpoints do not fit beside the output."""
    tables = table_bytes(n_words, vector_size)
    needed = tables + (CHECKPOINTS * tables if checkpoints else 0)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise W2VError(
            f"{folder}: the model and its checkpoints need about {size(needed)} and {size(free)} "
            "are free; a smaller --vector-size or --max-vocab, --checkpoint-every 0 or an -o on "
            "another disk helps"
        )


def available_memory() -> int | None:
    """Bytes that a new allocation may take, within the control group's limit; None if unknown."""
    limits = [limit for limit in (_system_memory(), _group_memory()) if limit is not None]
    return min(limits, default=None)


def _system_memory() -> int | None:
    """MemAvailable where Linux tells it, else the physical memory where the system tells that."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _group_memory() -> int | None:
    """What the Linux control group (v2) of this process leaves, where it sets a limit."""
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())
        return max(0, limit - int((group / "memory.current").read_text()))
    except (OSError, ValueError):
        return None


def size(number: int) -> str:
    """Bytes for people: '1.4 GB'."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.4g} TB"
