"""What a training window cannot be faster than, measured on the same core; see `window`.

- Arithmetic: the window's multiply-adds, at the rate of multiply-adds on registers. That is three
  for each input, output and dimension. With CBOW, whose only input is the mean, one addition for
  each context word and dimension takes the mean, and one spreads its gain. With subwords, one
  addition for each hot row of a word composes it, and one gives the row its gain.
- Memory: every row that the windows bring in from the tables is fetched, changed and given back, in
  the order of the windows, and nothing else is done. The rows are prefetched at several distances,
  of which the best counts. With negative sampling they are the input row of the word that comes
  within reach, the output row of the centre and that of the noise word for the pool; with
  hierarchical softmax the input row, and the nodes on the centre's path except those near the root.
  With subwords the input row is what is kept of a composed word; each rare row of a word counts
  once each time that the word is composed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.training.kernels import tile
from w2v.training.kernels.llvm import F32, I64, LANES, constant, fetch_line, fma, load, splat, store
from w2v.training.kernels.tree_path_simd import NEAR_ROOT
from w2v.training.layout import ROW_FLOATS
from w2v.training.thread_memory import ThreadMemory
from w2v.training.trainer import Trainer

REPEATS = 5
DISTANCES = (4, 8, 16, 32)  # rows between a prefetch and its use
CHAINS = 12  # independent sums: enough to hide the latency, few enough for the registers


def limits(made: Trainer, text: Any, contexts: float, peak: float) -> tuple[float, float]:
    """Nanoseconds per window that the arithmetic takes at the peak, and that the memory takes."""
    is_kept = np.random.default_rng(1).random(len(text.ids)) * 2.0**32 <= made.keep[text.ids]
    kept = text.ids[is_kept]
    adds = 3 * (contexts if made.config.architecture == "skipgram" else 1) * mean_outputs(made)
    if made.config.architecture == "cbow":
        adds += 2 * contexts
    if made.rows is not None:
        adds += 2 * (made.rows.starts[1:] - made.rows.hot)[kept].mean()
    own = made.thread_memory()  # the addresses are those of its arrays
    addresses = visits(made, own, kept)
    width = made.width
    memory = min(
        best(lambda times: visit(addresses, width, distance), len(kept))  # noqa: B023
        for distance in DISTANCES
    )
    return 2 * adds * made.config.vector_size / peak, memory


def mean_outputs(made: Trainer) -> float:
    """The outputs of a window, on average over the words that subsampling keeps."""
    if made.config.loss == "ns":
        return 1.0 + made.noise.negative
    kept = made.corpus.counts * (made.keep / 2.0**32)
    return float((np.diff(made.tree.first) * kept).sum() / kept.sum())


def visits(made: Trainer, memory: ThreadMemory, kept: Any) -> Any:
    """The addresses of the rows that the windows of a text's kept words bring in, in order."""
    window, n = np.arange(len(kept)), len(kept)
    inputs, outputs = (table.shared for table in memory.tables)
    entering = np.roll(kept, -made.config.window)
    if made.rows is None:
        found = [(window, inputs, entering)]
    else:
        places, composed = compositions(entering, len(memory.composed.words))
        starts = made.rows.starts[entering[composed]]
        rows, which = ranges(made.rows.ids, starts, made.rows.hot[entering[composed]])
        found = [(window, inputs, places), (composed[which], memory.composed.table.shared, rows)]
    if made.config.loss == "ns":
        random = np.random.default_rng(2)
        words = random.choice(len(made.keep), n, p=made.noise_probabilities)
        found += [(window, outputs, kept), (window, outputs, words)]
    else:
        turns, which = ranges(made.tree.turns, made.tree.first[kept], made.tree.first[kept + 1])
        is_far = turns >> 1 >= NEAR_ROOT
        found.append((which[is_far], outputs, turns[is_far] >> 1))
    addresses = [
        table.ctypes.data + rows.astype(np.int64) * table.strides[0] for _, table, rows in found
    ]
    order = np.argsort(np.concatenate([each for each, _, _ in found]), kind="stable")
    return np.concatenate(addresses)[order]


def compositions(words: Any, slots: int) -> tuple[Any, Any]:
    """The slot of each word, and the places in `words` at which one is composed."""
    place_of: dict[int, int] = {}
    places, composed = [], []
    for k, word in enumerate(words.tolist()):
        if word not in place_of:
            if len(place_of) == slots:
                place_of.clear()
            place_of[word] = len(place_of)
            composed.append(k)
        places.append(place_of[word])
    return np.array(places), np.array(composed)


def ranges(values: Any, starts: Any, ends: Any) -> tuple[Any, Any]:
    """values[starts[k]:ends[k]] for each k, one after another, and the k of each."""
    which = np.repeat(np.arange(len(starts)), ends - starts)
    firsts = np.cumsum(ends - starts) - (ends - starts)
    return values[np.arange(len(which)) - firsts[which] + starts[which]], which


def best(repeat: Callable[[int], Any], times: int) -> float:
    """Nanoseconds of CPU time per repetition, the best of several runs."""
    repeat(10)
    results = []
    for _ in range(REPEATS):
        start = time.thread_time()
        repeat(times)
        results.append((time.thread_time() - start) / times * 1e9)
    return min(results)


# --- rows fetched and changed ---


@intrinsic
def fetch(typing: Any, address: Any, width: Any) -> Any:
    """Intrinsic: prefetch the row of `width` floats at an address."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        row = builder.inttoptr(values[0], F32.as_pointer())
        with cgutils.for_range_slice(builder, I64(0), values[1], I64(ROW_FLOATS)) as (d, _):
            fetch_line(builder, builder.gep(row, [d]))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), build


@intrinsic
def change(typing: Any, address: Any, width: Any) -> Any:
    """Intrinsic: read the row of `width` floats at an address and write it."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        row = builder.inttoptr(values[0], F32.as_pointer())
        with cgutils.for_range_slice(builder, I64(0), values[1], I64(LANES)) as (d, _):
            pointer = builder.gep(row, [d])
            store(builder, builder.fadd(load(builder, pointer), constant(1e-30)), pointer)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), build


@njit(**tile.KERNEL)
def visit(addresses: Any, width: int, distance: int) -> None:
    """Rows are fetched `distance` rows ahead, and changed."""
    for k in range(len(addresses)):
        fetch(addresses[min(k + distance, len(addresses) - 1)], width)
        change(addresses[k], width)


# --- the peak ---


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


@njit(**tile.KERNEL)
def multiply_adds(times: int, factor: np.float32) -> float:
    """`times` repetitions of CHAINS multiply-adds."""
    return multiply_add(times, factor)


def measured_peak() -> float:
    """GFLOP/s of one core in multiply-adds on registers."""
    factor = np.float32(0.25)
    return CHAINS * LANES * 2 / best(lambda times: multiply_adds(times, factor), 3_000_000)
