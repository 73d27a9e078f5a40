"""What an exchange between processes costs: seconds, processor time and bytes by V and d.

    mpirun -n 2 python benchmarks/exchange.py

Tables of random numbers are exchanged as in a run, without training in between. Rank 0 prints one
line for each size: the median of the seconds, the processor time of rank 0, the bytes that it sent
and received, and the bytes that the model of docs/cluster.md counts.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from w2v.cluster.group import Group
from w2v.cluster.membership import joined
from w2v.config import TrainConfig
from w2v.training.combination import Exposure
from w2v.training.group_exchange import Exchanged, GroupExchange
from w2v.training.kernel_arguments import Tree
from w2v.training.private_rows import private_words
from w2v.training.sampling import noise_distribution
from w2v.training.state import initial_state

SIZES = [(20_000, 100), (70_000, 100), (70_000, 300), (300_000, 100)]
TIMES = 5
NO_TREE = Tree(np.zeros(1, np.int64), np.zeros(0, np.int32))


def measure(group: Group, n_words: int, size: int, dtype: str) -> None:
    """Exchange a few times, and print the medians."""
    config = TrainConfig(vector_size=size, exchange_dtype=dtype)
    counts = np.maximum(5, 1e7 / np.arange(1, n_words + 1)).astype(np.int64)
    state = initial_state(n_words, config)
    tokens = 10**9
    exchange = GroupExchange(group, config, state, tokens, tokens // group.size, 1)
    assert config.noise_exponent is not None
    noise = noise_distribution(counts, config.noise_exponent)
    private = private_words(config, counts, group.size, exchange.restored)
    exchange.start(state, Exposure(counts, config, noise, NO_TREE), private, 10**6)
    exchange.compile()
    done: list[Exchanged] = []
    exchange.report = done.append
    random, cpu = np.random.default_rng(group.rank), []
    for _ in range(TIMES + 1):
        for table in (state.inputs, state.outputs):
            table += (random.random(table.shape, np.float32) - np.float32(0.5)) / 1000
        exchange.trained((n_words * random.random(100_000) ** 3).astype(np.int32))
        state.slices_done = exchange.due(state.slices_done)
        group.agree()
        before = time.process_time()
        exchange.exchange(state, False)
        cpu.append(time.process_time() - before)
    if group.rank == 0:
        seconds = statistics.median(each.seconds for each in done[1:])
        width = 2 if dtype == "bfloat16" else 4
        model = 2 * (group.size - 1) / group.size * 2 * n_words * size * width * 2
        print(
            f"{n_words:>9,} x {size} {dtype:>8}: {seconds:.3f} s, "
            f"{statistics.median(cpu[1:]):.3f} s of processor time, "
            f"{done[-1].bytes / 1e6:,.0f} MB; model {model / 1e6:,.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    with joined(True) as group:
        for n_words, size in SIZES:
            for dtype in ("float32", "bfloat16"):
                measure(group, n_words, size, dtype)
