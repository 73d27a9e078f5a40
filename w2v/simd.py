"""The three inner loops of a training window as explicit LLVM vectors, behind plain names.

A window is two small matrix products: the scores of `n_in` input rows (the context words, in
local rows) against `n_out` output rows (the centre word and its noise words), and the update of
both. The vectoriser picks the wrong loop for the second, so both are written out here, as tiles
of up to 6 output rows by 2 input rows that fit the vector registers. Below each stands the plain
loop that does the same: the reference, and the fallback under NUMBA_DISABLE_JIT and
NUMBA_BOUNDSCHECK, which check indices.

Legend: S floats a padded row (a multiple of ROW_FLOATS), n_in inputs, n_out outputs.
Scores lie tile by tile: the tile that starts at output `f` and holds `t` outputs keeps the score
of input i and output f + o at `scores[f * n_in_even + i * t + o]`, n_in_even being n_in rounded
up to an even number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.vector_code import (
    F32,
    I64,
    LANES,
    VEC,
    Items,
    Rows,
    constant,
    even,
    fma,
    load,
    polynomial,
    splat,
    store,
    sums_of_four,
)

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Words32 = npt.NDArray[np.uint32]
Words64 = npt.NDArray[np.uint64]

TILE = 6  # output rows of a full tile
ROW_FLOATS = 16  # rows are padded to 64 bytes: one cache line, one widest vector
SCORE_SLACK = 16  # floats past the last score that a tile or a vector may write

VECTORS = not (config.DISABLE_JIT or config.BOUNDSCHECK)

# Like fastmath, but NaN and infinity keep their meaning: a diverging run must be seen.
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}
OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": FAST, "error_model": "numpy"}

# tanh(y) as Lambert's continued fraction cut after seven terms: y * P(y*y) / Q(y*y). It meets 1
# at y = 4.97, where it is cut off; its largest error as a sigmoid is 5e-5.
TANH_P = (135135.0, 17325.0, 378.0, 1.0)
TANH_Q = (135135.0, 62370.0, 3150.0, 28.0)
TANH_END = 4.97
_P = np.array(TANH_P, np.float32)
_Q = np.array(TANH_Q, np.float32)

# --- scores: every input row times every output row ---


def _scores_tile(size: int) -> Any:
    """Intrinsic: the scores of all inputs, two at a time, against `size` outputs from `first`."""

    @intrinsic
    def tile(
        typing: Any,
        local: Any,
        slots: Any,
        n_in: Any,
        table: Any,
        rows: Any,
        first: Any,
        scores: Any,
    ) -> Any:
        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            x = Rows(context, builder, signature.args[0], values[0])
            slot = Items(context, builder, signature.args[1], values[1])
            n_in, first = values[2], values[5]
            table = Rows(context, builder, signature.args[3], values[3])
            row = Items(context, builder, signature.args[4], values[4])
            out = Items(context, builder, signature.args[6], values[6])
            o_rows = [table.at(row.load(builder.add(first, I64(o)))) for o in range(size)]
            start = builder.mul(first, even(builder, n_in))
            with cgutils.for_range_slice(builder, I64(0), n_in, I64(2)) as (i, _):
                x_rows = [x.at(slot.load(builder.add(i, I64(k)))) for k in range(2)]
                sums = _pair_products(builder, x_rows, o_rows, x.width)
                sums += [constant(0.0)] * (-len(sums) % 4)
                base = builder.add(start, builder.mul(i, I64(size)))
                for k in range(0, len(sums), 4):
                    to = out.at(builder.add(base, I64(k)))
                    four = sums_of_four(builder, sums[k : k + 4])
                    builder.store(four, builder.bitcast(to, four.type.as_pointer()), align=4)
            return context.get_dummy_value()

        return types.void(local, slots, n_in, table, rows, first, scores), build

    return tile


def _pair_products(builder: Any, x_rows: list[Any], o_rows: list[Any], width: Any) -> list[Any]:
    """Lane-wise sums of x * o for each input and output row; one loop over the row."""
    count = len(x_rows) * len(o_rows)
    entry, loop = builder.block, builder.append_basic_block("products")
    after = builder.append_basic_block("products.end")
    builder.branch(loop)
    builder.position_at_end(loop)
    d = builder.phi(I64)
    d.add_incoming(I64(0), entry)
    sums = [builder.phi(VEC) for _ in range(count)]
    xs = [load(builder, builder.gep(row, [d])) for row in x_rows]
    os = [load(builder, builder.gep(row, [d])) for row in o_rows]
    pairs = [(x, o) for x in xs for o in os]
    new = [fma(builder, x, o, total) for (x, o), total in zip(pairs, sums, strict=True)]
    for phi, value in zip(sums, new, strict=True):
        phi.add_incoming(constant(0.0), entry)
        phi.add_incoming(value, loop)
    step = builder.add(d, I64(LANES))
    d.add_incoming(step, loop)
    builder.cbranch(builder.icmp_signed("<", step, width), loop, after)
    builder.position_at_end(after)
    return new


# --- update: both sides of the window move by the gradient at their old values ---


def _update_tile(size: int) -> Any:
    """Intrinsic: add steps * outputs to every input, steps * old inputs to `size` outputs."""

    @intrinsic
    def tile(
        typing: Any,
        old: Any,
        local: Any,
        slots: Any,
        n_in: Any,
        table: Any,
        rows: Any,
        first: Any,
        steps: Any,
    ) -> Any:
        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            kinds = signature.args
            old, x = (Rows(context, builder, kinds[k], values[k]) for k in range(2))
            slot = Items(context, builder, kinds[2], values[2])
            n_in, first = values[3], values[6]
            table = Rows(context, builder, kinds[4], values[4])
            row = Items(context, builder, kinds[5], values[5])
            step = Items(context, builder, kinds[7], values[7])
            o_rows = [table.at(row.load(builder.add(first, I64(o)))) for o in range(size)]
            start = builder.mul(first, even(builder, n_in))
            with cgutils.for_range_slice(builder, I64(0), x.width, I64(LANES)) as (d, _):
                outs = [load(builder, builder.gep(pointer, [d])) for pointer in o_rows]
                sums = [cgutils.alloca_once_value(builder, value) for value in outs]
                with cgutils.for_range(builder, n_in) as loop:
                    at = slot.load(loop.index)
                    to = builder.gep(x.at(at), [d])
                    value = load(builder, builder.gep(old.at(at), [d]))
                    moved = load(builder, to)
                    base = builder.add(start, builder.mul(loop.index, I64(size)))
                    for o in range(size):
                        by = splat(builder, step.load(builder.add(base, I64(o))))
                        moved = fma(builder, by, outs[o], moved)
                        builder.store(fma(builder, by, value, builder.load(sums[o])), sums[o])
                    store(builder, moved, to)
                for pointer, total in zip(o_rows, sums, strict=True):
                    store(builder, builder.load(total), builder.gep(pointer, [d]))
            return context.get_dummy_value()

        return types.void(old, local, slots, n_in, table, rows, first, steps), build

    return tile


# --- the sigmoid, and a hint to the cache ---


@intrinsic
def _vector_steps(typing: Any, scores: Any, count: Any, rate: Any) -> Any:
    """Intrinsic: scores[k] becomes -rate * sigmoid(scores[k]), rounded up to whole vectors."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        score = Items(context, builder, signature.args[0], values[0])
        scale = splat(builder, builder.fmul(values[2], F32(-0.5)))
        with cgutils.for_range_slice(builder, I64(0), values[1], I64(LANES)) as (k, _):
            y = builder.fmul(load(builder, score.at(k)), constant(0.5))
            for end, sign in ((TANH_END, ">"), (-TANH_END, "<")):
                beyond = builder.fcmp_ordered(sign, y, constant(end))
                y = builder.select(beyond, constant(end), y)
            square = builder.fmul(y, y)
            p, q = (polynomial(builder, terms, square) for terms in (TANH_P, TANH_Q))
            tanh = builder.fdiv(builder.fmul(y, p), q, flags=("arcp",))
            store(builder, fma(builder, scale, tanh, scale), score.at(k))
        return context.get_dummy_value()

    return types.void(scores, count, rate), build


@intrinsic
def _vector_prefetch(typing: Any, table: Any, row: Any) -> Any:
    """Intrinsic: ask for every cache line of `row`, to be written soon."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = Rows(context, builder, signature.args[0], values[0])
        byte, i32 = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, i32, i32, i32])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        start = table.at(values[1])
        with cgutils.for_range_slice(builder, I64(0), table.width, I64(16)) as (d, _):
            pointer = builder.bitcast(builder.gep(start, [d]), byte)
            builder.call(prefetch, [pointer, i32(0), i32(3), i32(1)])
        return context.get_dummy_value()

    return types.void(table, row), build


# --- the same as plain loops: reference and fallback ---


@njit(**OPTIONS)
def plain_scores(
    local: Floats,
    slots: Ints,
    n_in: int,
    table: Floats,
    rows: Ints,
    first: int,
    size: int,
    scores: Floats,
) -> None:
    """The scores of `size` outputs from `first` against every input."""
    start = first * (n_in + (n_in & 1))
    for i in range(n_in):
        for o in range(size):
            total = local[0, 0] * 0
            for d in range(local.shape[1]):
                total += local[slots[i], d] * table[rows[first + o], d]
            scores[start + i * size + o] = total


@njit(**OPTIONS)
def plain_update(
    old: Floats,
    local: Floats,
    slots: Ints,
    n_in: int,
    table: Floats,
    rows: Ints,
    first: int,
    size: int,
    steps: Floats,
) -> None:
    """The update of every input and of `size` outputs from `first`."""
    start = first * (n_in + (n_in & 1))
    sums = np.empty(size, np.float32)
    for d in range(local.shape[1]):
        for o in range(size):
            sums[o] = table[rows[first + o], d]
        for i in range(n_in):
            value, moved = old[slots[i], d], local[slots[i], d]
            for o in range(size):
                by = steps[start + i * size + o]
                moved += by * table[rows[first + o], d]
                sums[o] += by * value
            local[slots[i], d] = moved
        for o in range(size):
            table[rows[first + o], d] = sums[o]


@njit(**OPTIONS)
def plain_steps(scores: Floats, count: int, rate: np.float32) -> None:
    """scores[k] becomes -rate * sigmoid(scores[k]), with the same rational tanh."""
    half, end = np.float32(0.5), np.float32(TANH_END)
    for k in range(count):
        y = scores[k] * half
        if y > end:
            y = end
        if y < -end:
            y = -end
        x = y * y
        p = y * (_P[0] + x * (_P[1] + x * (_P[2] + x * _P[3])))
        q = _Q[0] + x * (_Q[1] + x * (_Q[2] + x * _Q[3]))
        scores[k] = -rate * half * (p / q + np.float32(1.0))


@njit(**OPTIONS)
def plain_prefetch(table: Floats, row: int) -> None:
    """Nothing: a hint has no result."""


# --- what the training kernel calls ---


def _tiles(make: Callable[[int], Any]) -> list[Any]:
    """One generated tile for each number of outputs, 1 to TILE; none where they are not used."""
    return [make(size) if VECTORS else None for size in range(1, TILE + 1)]


_scores_1, _scores_2, _scores_3, _scores_4, _scores_5, _scores_6 = _tiles(_scores_tile)
_update_1, _update_2, _update_3, _update_4, _update_5, _update_6 = _tiles(_update_tile)


@njit(**OPTIONS)
def _vector_scores(
    local: Floats,
    slots: Ints,
    n_in: int,
    table: Floats,
    rows: Ints,
    first: int,
    size: int,
    scores: Floats,
) -> None:
    if size == 6:
        _scores_6(local, slots, n_in, table, rows, first, scores)
    elif size == 5:
        _scores_5(local, slots, n_in, table, rows, first, scores)
    elif size == 4:
        _scores_4(local, slots, n_in, table, rows, first, scores)
    elif size == 3:
        _scores_3(local, slots, n_in, table, rows, first, scores)
    elif size == 2:
        _scores_2(local, slots, n_in, table, rows, first, scores)
    else:
        _scores_1(local, slots, n_in, table, rows, first, scores)


@njit(**OPTIONS)
def _vector_update(
    old: Floats,
    local: Floats,
    slots: Ints,
    n_in: int,
    table: Floats,
    rows: Ints,
    first: int,
    size: int,
    steps: Floats,
) -> None:
    if size == 6:
        _update_6(old, local, slots, n_in, table, rows, first, steps)
    elif size == 5:
        _update_5(old, local, slots, n_in, table, rows, first, steps)
    elif size == 4:
        _update_4(old, local, slots, n_in, table, rows, first, steps)
    elif size == 3:
        _update_3(old, local, slots, n_in, table, rows, first, steps)
    elif size == 2:
        _update_2(old, local, slots, n_in, table, rows, first, steps)
    else:
        _update_1(old, local, slots, n_in, table, rows, first, steps)


@njit(**OPTIONS)
def _call_vector_steps(scores: Floats, count: int, rate: np.float32) -> None:
    _vector_steps(scores, count, rate)


@njit(**OPTIONS)
def _call_vector_prefetch(table: Floats, row: int) -> None:
    _vector_prefetch(table, row)


tile_scores = _vector_scores if VECTORS else plain_scores
tile_update = _vector_update if VECTORS else plain_update
steps_from_scores = _call_vector_steps if VECTORS else plain_steps
prefetch = _call_vector_prefetch if VECTORS else plain_prefetch
