"""Where a training window's time goes, for every model, and how near it is to the machine's limits.

    python benchmarks/window.py                        # the table of docs/benchmarks.md
    python benchmarks/window.py 70000x100x5x5 --parts  # words x dimensions x window x negative
    python benchmarks/window.py 1000000x100x5x5 --text text.txt  # at most so many words

Trains on one thread on made-up text, or on stretches of a real one (see `window_text`). Beside each
time stand two lower limits that `window_limits` measures on the same core, and two shares: of the
peak, which is that of the arithmetic, and of the larger limit.

It takes CPU time, which a busy machine disturbs less than wall time, and medians. Then it times two
threads against one and, with --parts, the kernel's parts alone on rows that are in the cache.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from window_limits import best, limits, mean_outputs, measured_peak
from window_text import Text

from w2v.config import TrainConfig
from w2v.training import kernel_arguments
from w2v.training.kernel_arguments import PAIRS, WINDOWS, Noise, Scratch, Soon, Table
from w2v.training.kernels import draws, noise, ring_simd, tile, tile_simd
from w2v.training.kernels.llvm import LANES
from w2v.training.layout import aligned_zeros, padded
from w2v.training.sampling import alias_table
from w2v.training.schedule import slice_tokens
from w2v.training.state import initial_state
from w2v.training.trainer import Trainer
from w2v.training.word_rows import word_rows

REPEATS = 5
LONG_TEXT = 1_000_000_000  # tokens: with subwords, each slice composes its words anew
SETTINGS = "70000x100x5x5 1000000x100x5x5 70000x300x5x5 1000000x300x5x5 70000x100x10x15"
MODELS = {
    "skip-gram": {},
    "CBOW": {"architecture": "cbow"},
    "skip-gram, hierarchical softmax": {"loss": "hs"},
    "CBOW, hierarchical softmax": {"architecture": "cbow", "loss": "hs"},
    "skip-gram, subwords": {"subwords": True},
    "CBOW, subwords": {"architecture": "cbow", "subwords": True},
}


class Setting(NamedTuple):
    """What the time of a window depends on, besides the model."""

    words: int
    vector_size: int
    window: int
    negative: int

    def config(self, options: dict[str, Any]) -> TrainConfig:
        """The options of a run."""
        sizes = {"vector_size": self.vector_size, "window": self.window}
        if options.get("loss") != "hs":
            sizes["negative"] = self.negative
        return TrainConfig(**options, **sizes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("settings", nargs="*", default=SETTINGS.split())
    parser.add_argument("--models", nargs="*", choices=MODELS, default=list(MODELS))
    parser.add_argument("--text", type=Path, help="a file of words; all of them count")
    parser.add_argument("--tokens", type=int, default=200_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parts", action="store_true", help="also time the kernel's parts")
    given = parser.parse_args()
    settings = [Setting(*map(int, each.split("x"))) for each in given.settings]
    peak = measured_peak()
    print(f"multiply-add peak of a core: {peak:.0f} GFLOP/s ({LANES} floats per vector)\n")
    print("| words x dimensions x window x negative | model | outputs | ns per window ", end="")
    print("| arithmetic | memory | of the peak | of the limit |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for setting in settings:
        text = Text.of(given.text, given.tokens, setting.words)
        setting = setting._replace(words=len(text.counts))
        for name in given.models:
            print_model(text, setting, name, peak)
    if given.threads > 1:
        text = Text.of(given.text, 5 * given.tokens, settings[0].words)
        config = settings[0].config({})
        ratio = statistics.median(
            wall_time(text, config, 1) / wall_time(text, config, given.threads)
            for _ in range(REPEATS)
        )
        print(f"\n{given.threads} threads against one, wall time: {ratio:.2f}x")
    if given.parts:
        print()
        print_parts(settings[0].config({}), settings[0].window + 1)


def print_model(text: Text, setting: Setting, name: str, peak: float) -> None:
    """A row of the table: a model's time per window and its limits, in ns."""
    made = trainer(text, setting.config(MODELS[name]), 1)
    spent, contexts = train(made, text)
    arithmetic, memory = limits(made, text, contexts, peak)
    cells = ["x".join(map(str, setting)), name, f"{mean_outputs(made):.1f}"]
    cells += [f"{each:.0f}" for each in (spent, arithmetic, memory)]
    cells += [f"{each / spent:.0%}" for each in (arithmetic, max(arithmetic, memory))]
    print(f"| {' | '.join(cells)} |", flush=True)


def trainer(text: Text, config: TrainConfig, threads: int) -> Trainer:
    """A trainer on fresh tables."""
    words = len(text.counts)
    text.slice_tokens = slice_tokens(LONG_TEXT, config)
    rows = word_rows(text.words(), text.counts, config) if config.subwords else None
    state = initial_state(words, config, 0 if rows is None else len(rows.buckets))
    made = Trainer(text, text.counts, config, state, threads, rows=rows)
    made.compile()
    return made


def train(made: Trainer, text: Text) -> tuple[float, float]:
    """Nanoseconds of CPU time per window, the median of several epochs, and mean contexts."""
    memory = made.thread_memory()
    results = []
    for _ in range(1 + REPEATS):
        totals, start = np.zeros(3, np.int64), time.thread_time()
        for number in range(made.n_slices):
            totals += made.train_slice(*made.slices.read(number), number, memory).counts
        seconds = time.thread_time() - start
        results.append(seconds / totals[WINDOWS] * 1e9)
    return statistics.median(results[1:]), totals[PAIRS] / totals[WINDOWS]


def wall_time(text: Text, config: TrainConfig, threads: int) -> float:
    """Seconds of an epoch on several threads, after another."""
    made = trainer(text, config, threads)
    memories = [made.thread_memory() for _ in range(threads)]

    def work(first: int) -> None:
        for number in range(first, made.n_slices, threads):
            made.train_slice(*made.slices.read(number), number, memories[first])

    for _ in range(2):
        crew = [threading.Thread(target=work, args=(first,)) for first in range(threads)]
        start = time.perf_counter()
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        seconds = time.perf_counter() - start
    return seconds


# --- the parts, each alone, on rows in the cache ---


@njit(**tile.KERNEL)
def repeat_ring(times: int, table: Table, ring: Any) -> None:
    """A row enters the ring and one leaves it."""
    for k in range(times):
        ring_simd.enter_ring(table, k & 63, ring, k & 7)
        ring_simd.leave_ring(table, (k + 5) & 63, ring, (k + 5) & 7)


@njit(**tile.KERNEL)
def repeat_draws(times: int, pool: Any, count: int, state: Any, rows: Any) -> int:
    """A window's outputs are drawn from the pool."""
    found = 0
    for k in range(times):
        rows[0] = k & 63
        noise.draw_from_pool(pool, count, state, rows)
        found += noise.stands_twice(rows, 1 + count)
    return found


@njit(**tile.KERNEL)
def repeat_noise(times: int, distribution: Noise, state: Any) -> int:
    """A noise word is drawn for the pool."""
    found = 0
    for _ in range(times):
        found += draws.draw_noise(state, distribution)
    return found


@njit(**tile.KERNEL)
def repeat_steps(times: int, n_in: int, table: Table, n_out: int, scratch: Scratch) -> None:
    """Scores and steps of a window's tiles."""
    local, outputs, work = scratch.ring.local, scratch.outputs, scratch.work
    tile.find_inputs(local, 0, n_in // 2, n_in, work.weights, work)
    tile_simd.find_outputs(table, outputs, n_out)
    for _ in range(times):
        first = 0
        while first < n_out:
            size = tile.tile_size(n_out, first)
            tile_simd.tile_steps(
                local,
                work.inputs,
                n_in,
                table,
                outputs,
                first,
                size,
                np.float32(0),
                np.float32(0),
                work,
            )
            first += size


@njit(**tile.KERNEL)
def repeat_update(times: int, n_in: int, table: Table, n_out: int, scratch: Scratch) -> None:
    """The update of a window's tiles."""
    local, outputs = scratch.ring.local, scratch.outputs
    inputs, steps = scratch.work.inputs, scratch.work.steps
    soon = Soon(table, table, 0, 0, 0)
    tile.find_inputs(local, 0, n_in // 2, n_in, scratch.work.weights, scratch.work)
    tile_simd.find_outputs(table, outputs, n_out)
    for _ in range(times):
        first = 0
        while first < n_out:
            size = tile.tile_size(n_out, first)
            tile_simd.tile_update(local, inputs, n_in, table, outputs, first, size, steps, soon)
            first += size


def print_parts(config: TrainConfig, n_in: int) -> None:
    """A table of the parts' times, next to the time of their multiply-adds at the peak."""
    width, n_out = padded(config.vector_size), 1 + config.negative
    table = kernel_arguments.table(aligned_zeros((64, width)), 0)
    scratch = kernel_arguments.scratch(config.window, n_out, width, 2)
    scratch.outputs.rows[:n_out] = np.arange(n_out) % 64
    pool = np.random.default_rng(1).integers(0, 64, kernel_arguments.POOL).astype(np.int32)
    distribution = Noise(alias_table(np.full(64, 1 / 64)), config.negative, 0.0)
    state = np.array([88172645463325252], np.uint64)
    matrices = (n_in, table, n_out, scratch)
    parts: dict[str, Callable[[int], Any]] = {
        "scores and steps": lambda times: repeat_steps(times, *matrices),
        "update of both sides": lambda times: repeat_update(times, *matrices),
        "a row into the ring, one out": lambda times: repeat_ring(times, table, scratch.ring),
        "noise drawn from the pool": lambda times: repeat_draws(
            times, pool, config.negative, state, scratch.outputs.rows.copy()
        ),
        "a noise word for the pool": lambda times: repeat_noise(times, distribution, state),
    }
    print(f"| part of a window with {n_in} contexts, in the cache | ns |")
    print("|---|---|")
    for name, repeat in parts.items():
        print(f"| {name} | {best(repeat, 100_000):.0f} |")


if __name__ == "__main__":
    main()
