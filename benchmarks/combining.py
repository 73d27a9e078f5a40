"""How fast the changes of replicas are combined, beside the bandwidth of memory.

    python benchmarks/combining.py

The input rows of 2 and of 8 replicas are combined by one thread and by one for each core, block by
block as a run does, with the counts of a period late in a run. The k-th eigenvalue of the other
table's second moment falls as 1 / k, about as after five epochs on 17 million words. Each line
gives the median time, the bytes that have to be moved (every replica and the base are read, the
changes written) per second, and what share this is of the bytes per second of a plain copy by as
many threads, measured in turn with it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from w2v.config import TrainConfig
from w2v.system.resources import available_threads
from w2v.training import combination
from w2v.training.combination import Exposure
from w2v.training.kernel_arguments import Tree
from w2v.training.replicas import BLOCK_ROWS
from w2v.training.sampling import noise_distribution
from w2v.training.state import initial_state

TIMES = 5
N_WORDS = 70_000
PERIOD = 100_000  # words that each replica trains
RATE = 0.02
LENGTH = 3.5  # of an output row
COPIED = 1 << 26  # numbers
NO_TREE = Tree(np.zeros(1, np.int64), np.zeros(0, np.int32))


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def copy_in_parts(pool: ThreadPoolExecutor, parts: int) -> Callable[[], object]:
    """A copy of an array by so many threads."""
    source, target = np.ones((2, parts, COPIED // parts), np.float32)
    return lambda: list(pool.map(np.copyto, target, source))


def measure(size: int, replicas: int, threads: int) -> None:
    """Combine a table of rows of `size` numbers a few times, and print the medians."""
    config, random = TrainConfig(vector_size=size), np.random.default_rng(1)
    counts = np.maximum(5, 1e7 / np.arange(1, N_WORDS + 1)).astype(np.int64)
    assert config.noise_exponent is not None
    noise = noise_distribution(counts, config.noise_exponent)
    exposure = Exposure(counts, config, noise, NO_TREE)
    table, falling = initial_state(N_WORDS, config).inputs, 1 / np.arange(1, size + 1)
    outputs = np.zeros_like(table)
    outputs[:, :size] = random.normal(size=(N_WORDS, size)) * np.sqrt(falling / falling.sum())
    outputs *= np.float32(LENGTH)
    base = table.copy()
    trained = base + random.normal(size=(replicas, *base.shape)).astype(np.float32) / 100
    seen = random.multinomial(PERIOD, counts / counts.sum(), replicas)
    windows = np.array([exposure.input_windows(each) for each in seen])
    axes = combination.principal_axes(
        combination.second_moment(outputs, exposure.output_shares), config.directional
    )
    blocks = [slice(first, first + BLOCK_ROWS) for first in range(0, N_WORDS, BLOCK_ROWS)]
    times = []
    with ThreadPoolExecutor(threads) as pool:
        copy = copy_in_parts(pool, threads)

        def combine() -> None:
            how = trained, table, windows, axes, RATE
            list(pool.map(lambda rows: combination.combine_rows(*how, rows), blocks))

        combine()
        for _ in range(TIMES):
            table[:] = base
            times.append((seconds(combine), seconds(copy)))
    combining, copying = (statistics.median(each) for each in zip(*times, strict=True))
    moved, copied = (replicas + 2) * base.nbytes / combining, 2 * 4 * COPIED / copying
    print(
        f"{N_WORDS:,} x {size}, {replicas} replicas, {threads} threads: {combining:.3f} s, "
        f"{moved / 1e9:.1f} GB/s, {moved / copied:.0%} of a copy's {copied / 1e9:.1f} GB/s",
        flush=True,
    )


if __name__ == "__main__":
    for size in (100, 300):
        for replicas in (2, 8):
            for threads in (1, available_threads()):
                measure(size, replicas, threads)
