"""Where a training window's time goes, and the share of the arithmetic peak that is reached.

    python benchmarks/window.py [--vector-size 100] [--window 5] [--negative 5] [--threads 2]

Trains on made-up text with Zipf's distribution of words, on one thread, with a vocabulary that fits
the caches and with one that does not, and times the kernel's parts alone on rows that are in the
cache. The arithmetic of a window is 6 x contexts x (1 + negatives) x dimensions; the peak is that
of multiply-adds on registers, measured on the same core. The rest is waiting for memory and
mispredicted branches. It takes CPU time, which a busy machine disturbs less, and the best of
several repeats.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.config import TrainConfig
from w2v.training import arguments
from w2v.training.arguments import PAIRS, WINDOWS, Noise, Scratch, Soon, Table
from w2v.training.kernels import draws, noise, ring_simd, tile, tile_simd
from w2v.training.kernels.llvm import I64, LANES, constant, fma, splat
from w2v.training.layout import TILE, aligned_zeros, padded
from w2v.training.state import initial_state
from w2v.training.trainer import Trainer

REPEATS = 7
VOCABULARIES = (300, 70_000)
SENTENCE = 60  # words


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("vector-size", 100), ("window", 5), ("negative", 5), ("threads", 2)):
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--tokens", type=int, default=1_500_000)
    given = parser.parse_args()
    config = TrainConfig(
        vector_size=given.vector_size, window=given.window, negative=given.negative
    )
    peak = measured_peak()
    print(f"multiply-add peak of a core: {peak:.0f} GFLOP/s ({LANES} floats per vector)\n")
    print("| vocabulary | contexts | ns per window | GFLOP/s | share of the peak |")
    print("|---|---|---|---|---|")
    for words in VOCABULARIES:
        text = Text(given.tokens, words)
        seconds, windows, pairs = train(text, config, 1)
        flops = 6 * pairs * (1 + config.negative) * config.vector_size / seconds / 1e9
        print(
            f"| {words:,} | {pairs / windows:.2f} | {seconds / windows * 1e9:.0f} | "
            f"{flops:.1f} | {flops / peak:.0%} |"
        )
    print()
    print_parts(config, round(pairs / windows))
    if given.threads > 1:
        one, many = (wall_time(text, config, threads) for threads in (1, given.threads))
        print(f"\n{given.threads} threads against one, wall time: {one / many:.2f}x")


class Text:
    """Word ids drawn from Zipf's distribution, with the corpus's interface."""

    def __init__(self, n_tokens: int, words: int) -> None:
        weights = 1 / (np.arange(words) + 2.7)
        ids = np.random.default_rng(1).choice(words, n_tokens, p=weights / weights.sum())
        self.ids = ids.astype(np.int32)
        self.offsets = np.arange(0, n_tokens + 1, SENTENCE)
        self.n_tokens, self.n_sentences = int(self.offsets[-1]), len(self.offsets) - 1
        self.counts = np.bincount(ids, minlength=words) + 1

    def slices(self, tokens: int) -> Any:
        """Boundaries of runs of about `tokens` ids."""
        step = max(1, tokens // SENTENCE)
        return np.append(np.arange(0, self.n_sentences, step), self.n_sentences)

    def tokens_before(self, sentence: int) -> int:
        """How many ids come before a sentence."""
        return int(self.offsets[sentence])

    def read(self, first: int, last: int) -> tuple[Any, Any]:
        """The ids of some sentences and offsets into them."""
        offsets = self.offsets[first : last + 1]
        return self.ids[offsets[0] : offsets[-1]], offsets - offsets[0]


def trainer(text: Any, config: TrainConfig, threads: int) -> Trainer:
    """A trainer on fresh tables."""
    state = initial_state(len(text.counts), config)
    made = Trainer(text, text.counts, config, state, threads)
    made.compile()
    return made


def train(text: Any, config: TrainConfig, threads: int) -> tuple[float, int, int]:
    """CPU seconds of the best of several epochs on one thread, its windows and its pairs."""
    made = trainer(text, config, threads)
    memory = made.thread_memory()
    results = []
    for _ in range(REPEATS):
        totals, start = np.zeros(3, np.int64), time.thread_time()
        for number in range(made.n_slices):
            bounds = made.bounds[number], made.bounds[number + 1]
            totals += made.train_slice(*text.read(*bounds), number, memory).counts
        seconds = time.thread_time() - start
        results.append((seconds, int(totals[WINDOWS]), int(totals[PAIRS])))
    return min(results)


def wall_time(text: Any, config: TrainConfig, threads: int) -> float:
    """Seconds of the best of several epochs on several threads."""
    made = trainer(text, config, threads)
    memories = [made.thread_memory() for _ in range(threads)]

    def work(first: int) -> None:
        for number in range(first, made.n_slices, threads):
            bounds = made.bounds[number], made.bounds[number + 1]
            made.train_slice(*text.read(*bounds), number, memories[first])

    results = []
    for _ in range(REPEATS):
        crew = [threading.Thread(target=work, args=(first,)) for first in range(threads)]
        start = time.perf_counter()
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        results.append(time.perf_counter() - start)
    return min(results)


# --- the parts, each alone, on rows in the cache ---


@njit(**tile.OPTIONS)
def repeat_ring(times: int, table: Table, words: Any, ring: Any) -> None:
    """A row enters the ring and one leaves it."""
    for k in range(times):
        ring_simd.enter_ring(table, words, k & 63, 1, ring, k & 7)
        ring_simd.leave_ring(table, words, (k + 5) & 63, 1, ring, (k + 5) & 7)


@njit(**tile.OPTIONS)
def repeat_draws(times: int, pool: Any, count: int, state: Any, rows: Any) -> int:
    """A window's outputs are drawn from the pool."""
    found = 0
    for k in range(times):
        rows[0] = k & 63
        noise.draw_from_pool(pool, count, state, rows)
        found += noise.stands_twice(rows, 1 + count)
    return found


@njit(**tile.OPTIONS)
def repeat_noise(times: int, distribution: Noise, state: Any) -> int:
    """A noise word is drawn for the pool."""
    found = 0
    for _ in range(times):
        found += draws.draw_noise(state, distribution)
    return found


@njit(**tile.OPTIONS)
def repeat_steps(times: int, n_in: int, table: Table, n_out: int, scratch: Scratch) -> None:
    """Scores and steps of a window's tiles."""
    local, outputs, work = scratch.ring.local, scratch.outputs, scratch.work
    for _ in range(times):
        for first in range(0, n_out, TILE):
            size = tile.tile_size(n_out, first)
            tile_simd.tile_steps(
                local,
                0,
                n_in // 2,
                n_in,
                table,
                outputs,
                first,
                size,
                np.float32(0),
                np.float32(0),
                work,
            )


@njit(**tile.OPTIONS)
def repeat_update(times: int, n_in: int, table: Table, n_out: int, scratch: Scratch) -> None:
    """The update of a window's tiles."""
    local, rows, steps = scratch.ring.local, scratch.outputs.rows, scratch.work.steps
    soon = Soon(table, table, 0, 0, 0)
    for _ in range(times):
        for first in range(0, n_out, TILE):
            size = tile.tile_size(n_out, first)
            tile_simd.tile_update(local, 0, n_in // 2, n_in, table, rows, first, size, steps, soon)


def print_parts(config: TrainConfig, n_in: int) -> None:
    """A table of the parts' times, next to the time of their multiply-adds at the peak."""
    width, n_out = padded(config.vector_size), 1 + config.negative
    table = arguments.table(aligned_zeros((64, width)), 0)
    scratch = arguments.scratch(config.window, n_out, width, 2)
    scratch.outputs.rows[:] = np.arange(n_out + 1) % 64
    pool = np.random.default_rng(1).integers(0, 64, arguments.POOL).astype(np.int32)
    words = np.arange(64, dtype=np.int32)
    distribution = Noise(np.full(64, 2**31, np.uint32), words, config.negative, 0.0)
    state = np.array([88172645463325252], np.uint64)
    matrices = (n_in, table, n_out, scratch)
    parts: dict[str, Callable[[int], Any]] = {
        "scores and steps": lambda times: repeat_steps(times, *matrices),
        "update of both sides": lambda times: repeat_update(times, *matrices),
        "a row into the ring, one out": lambda times: repeat_ring(
            times, table, words, scratch.ring
        ),
        "noise drawn from the pool": lambda times: repeat_draws(
            times, pool, config.negative, state, scratch.outputs.rows.copy()
        ),
        "a noise word for the pool": lambda times: repeat_noise(times, distribution, state),
    }
    print(f"| part of a window with {n_in} contexts, in the cache | ns |")
    print("|---|---|")
    for name, repeat in parts.items():
        print(f"| {name} | {best(repeat, 100_000):.0f} |")


def best(repeat: Callable[[int], Any], times: int) -> float:
    """Nanoseconds of CPU time per repetition, the best of several runs."""
    repeat(10)
    results = []
    for _ in range(REPEATS):
        start = time.thread_time()
        repeat(times)
        results.append((time.thread_time() - start) / times * 1e9)
    return min(results)


# --- the peak ---

CHAINS = 12  # independent sums: enough to hide the latency, few enough for the registers


@intrinsic
def multiply_add(typing: Any, times: Any, factor: Any) -> Any:
    """Intrinsic: CHAINS vector multiply-adds, `times` over, on registers alone."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        sums = [cgutils.alloca_once_value(builder, constant(0.0)) for _ in range(CHAINS)]
        first = splat(builder, values[1])
        with cgutils.for_range(builder, values[0]):
            for total in sums:
                builder.store(fma(builder, builder.load(total), first, first), total)
        result = builder.load(sums[0])
        for total in sums[1:]:
            result = builder.fadd(result, builder.load(total))
        return builder.extract_element(result, I64(0))

    return types.float32(times, factor), build


@njit(**tile.OPTIONS)
def multiply_adds(times: int, factor: np.float32) -> float:
    """`times` repetitions of CHAINS multiply-adds."""
    return multiply_add(times, factor)


def measured_peak() -> float:
    """GFLOP/s of one core in multiply-adds on registers."""
    factor = np.float32(0.25)
    return CHAINS * LANES * 2 / best(lambda times: multiply_adds(times, factor), 3_000_000)


if __name__ == "__main__":
    main()
