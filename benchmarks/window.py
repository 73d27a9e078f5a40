"""Where a training window's time goes, for every model, and how near it is to the machine's limit.

    python benchmarks/window.py [--vector-size 100] [--window 5] [--negative 5] [--threads 2]

Trains on made-up text with Zipf's distribution of words, on one thread, with vocabularies that fit
the caches and that do not. Beside each figure stand two lower limits, measured on the same core:

    arithmetic   the window's multiply-adds, at the rate of multiply-adds on registers: three for
                 each input, output and dimension; with CBOW, whose only input is the mean, also one
                 addition for each context word and dimension to take the mean, and one to spread
                 its gain
    memory       the rows that a window fetches, changes and gives back, at the rate of doing just
                 that: with negative sampling the rows of a word that comes into reach, of the
                 centre and of a noise word; with hierarchical softmax the first of these and the
                 nodes on the centre's path, except those near the root

The share is the larger limit over the time. It takes CPU time, which a busy machine disturbs less,
and the best of several repeats. Then it times the kernel's parts alone on rows that are in the
cache.
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
from w2v.training.kernels.tree_path import NEAR_ROOT
from w2v.training.layout import TILE, aligned_zeros, padded
from w2v.training.sampling import alias_table
from w2v.training.state import initial_state
from w2v.training.trainer import Trainer

REPEATS = 5
VOCABULARIES = (300, 70_000, 1_000_000)
MODELS = (("skipgram", "ns"), ("cbow", "ns"), ("skipgram", "hs"), ("cbow", "hs"))
SENTENCE = 60  # words
ROWS = 20_000  # fetched to measure the memory
AHEAD = 4  # rows between a prefetch and its use


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (
        ("vector-size", 100),
        ("window", 5),
        ("negative", 5),
        ("threads", 2),
    ):
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--tokens", type=int, default=400_000)
    parser.add_argument("--words", type=int, nargs="*", default=VOCABULARIES, help="vocabularies")
    given = parser.parse_args()
    peak = measured_peak()
    print(f"multiply-add peak of a core: {peak:.0f} GFLOP/s ({LANES} floats per vector)\n")
    print("| model | vocabulary | outputs | ns per window | arithmetic | memory | limit | share |")
    print("|---|---|---|---|---|---|---|---|")
    for words in given.words:
        text = Text(given.tokens, words)
        for architecture, loss in MODELS:
            print_model(text, configuration(given, architecture, loss), peak)
    config = configuration(given, *MODELS[0])
    print()
    print_parts(config, config.window + 1)
    if given.threads > 1:
        text = Text(given.tokens, 70_000)
        one, many = (wall_time(text, config, threads) for threads in (1, given.threads))
        print(f"\n{given.threads} threads against one, wall time: {one / many:.2f}x")


def configuration(given: Any, architecture: str, loss: str) -> TrainConfig:
    """The options of a model."""
    sizes = {"vector_size": given.vector_size, "window": given.window}
    if loss == "ns":
        sizes["negative"] = given.negative
    return TrainConfig(architecture=architecture, loss=loss, **sizes)


def print_model(text: Text, config: TrainConfig, peak: float) -> None:
    """A row of the table: a model's time per window and its limits, in ns."""
    made = trainer(text, config, 1)
    seconds, windows, pairs = train(made, text)
    contexts, outputs = pairs / windows, mean_outputs(made, text)
    inputs = contexts if config.architecture == "skipgram" else 1
    adds = 3 * inputs * outputs
    if config.architecture == "cbow":
        adds += 2 * contexts
    limits = {
        "arithmetic": 2 * adds * config.vector_size / peak,
        "memory": memory_limit(made),
    }
    spent, name = seconds / windows * 1e9, max(limits, key=lambda each: limits[each])
    cells = [
        f"{config.architecture}, {config.loss}",
        f"{len(text.counts):,}",
        f"{outputs:.1f}",
    ]
    cells += [f"{each:.0f}" for each in (spent, *limits.values())]
    print(f"| {' | '.join(cells)} | {name} | {limits[name] / spent:.0%} |", flush=True)


def mean_outputs(made: Trainer, text: Text) -> float:
    """The outputs of a window, on average over the words that subsampling keeps."""
    if made.config.loss == "ns":
        return 1.0 + made.noise.negative
    kept = text.counts * (made.keep / 2.0**32)
    return float((np.diff(made.tree.first) * kept).sum() / kept.sum())


def memory_limit(made: Trainer) -> float:
    """Nanoseconds in which one core fetches, changes and gives back a window's rows.

    The words are drawn like noise words, which are spread about as much as the words that
    subsampling keeps.
    """
    random, counts = np.random.default_rng(1), made.corpus.counts
    probabilities = counts**0.75 / (counts**0.75).sum()
    words = random.choice(len(counts), ROWS, p=probabilities).astype(np.int32)
    inputs, outputs = made.thread_memory().tables
    entering = row_time(inputs, words)
    if made.config.loss == "ns":
        return entering + 2 * row_time(outputs, words)
    first, turns = made.tree.first, made.tree.turns
    nodes = np.concatenate([turns[first[word] : first[word + 1]] >> 1 for word in words])
    far = nodes[nodes >= NEAR_ROOT]
    return entering + len(far) / ROWS * row_time(outputs, far)


def row_time(table: Table, rows: Any) -> float:
    """Nanoseconds in which a row of the table is fetched and changed, the rows in this order."""
    return best(lambda times: repeat_rows(times, table, rows), len(rows)) if len(rows) else 0.0


@njit(**tile.OPTIONS)
def repeat_rows(times: int, table: Table, rows: Any) -> None:
    """Rows of a table are fetched and changed."""
    for k in range(times):
        ring_simd.prefetch(table, np.int64(rows[min(k + AHEAD, len(rows) - 1)]))
        row = np.int64(rows[k])
        for d in range(table.shared.shape[1]):
            table.shared[row, d] += np.float32(1e-9)


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


def train(made: Trainer, text: Text) -> tuple[float, int, int]:
    """CPU seconds of the best of several epochs on one thread, its windows and its pairs."""
    memory = made.thread_memory()
    results = []
    for _ in range(REPEATS):
        totals, start = np.zeros(3, np.int64), time.thread_time()
        for number in range(made.n_slices):
            totals += made.train_slice(*made.slices.read(number), number, memory).counts
        seconds = time.thread_time() - start
        results.append((seconds, int(totals[WINDOWS]), int(totals[PAIRS])))
    return min(results)


def wall_time(text: Any, config: TrainConfig, threads: int) -> float:
    """Seconds of the best of several epochs on several threads."""
    made = trainer(text, config, threads)
    memories = [made.thread_memory() for _ in range(threads)]

    def work(first: int) -> None:
        for number in range(first, made.n_slices, threads):
            made.train_slice(*made.slices.read(number), number, memories[first])

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
def repeat_ring(times: int, table: Table, ring: Any) -> None:
    """A row enters the ring and one leaves it."""
    for k in range(times):
        ring_simd.enter_ring(table, k & 63, ring, k & 7)
        ring_simd.leave_ring(table, (k + 5) & 63, ring, (k + 5) & 7)


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
