"""The mean of a window's inputs as explicit LLVM vectors, behind plain names; see `mean`.

It is trained against all outputs at once, as in word2vec.c, each output's step from the mean as the
window found it. So there is no tile whose end the next would wait for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.training.kernels import mean as plain
from w2v.training.kernels.llvm import (
    F32,
    I64,
    LANES,
    VECTORS,
    Items,
    NearbyRows,
    Rows,
    add_to,
    constant,
    fma,
    lane_sums,
    load,
    members,
    splat,
    store,
)
from w2v.training.kernels.tile_simd import dot_products, fetch_lines, row_at, sigmoid, soon_rows
from w2v.training.layout import GROUP

BLOCKS = (13, 6, 1)  # vectors of a row at a time: as many as the registers hold, half of them, one


def _blocks(builder: Any, width: Any) -> Iterator[list[Any]]:
    """The vectors of a row, so many at a time: the indices of their first floats.

    The code generated for each of BLOCKS is run for all vectors that it covers.
    """
    first = I64(0)
    for count in BLOCKS:
        size = I64(count * LANES)
        end = builder.add(first, builder.mul(builder.sdiv(builder.sub(width, first), size), size))
        with cgutils.for_range_slice(builder, first, end, size) as (d, _):
            yield [builder.add(d, I64(k * LANES)) for k in range(count)]
        first = end


@intrinsic
def _vector_average(typing: Any, local: Any, low: Any, position: Any, n_in: Any, mean: Any) -> Any:
    """Intrinsic: `plain_average`."""
    kinds = (local, low, position, n_in, mean)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = NearbyRows(context, builder, kinds[0], values[:3])
        mean = Items(context, builder, kinds[4], values[4])
        count = builder.sitofp(values[3], F32)
        share = splat(builder, builder.fdiv(ir.Constant(F32, 1.0), count))
        for block in _blocks(builder, inputs.width):
            totals = _zeros(builder, block)
            with cgutils.for_range(builder, values[3]) as loop:
                row = inputs.input(loop.index)
                for d, total in zip(block, totals, strict=True):
                    more = load(builder, builder.gep(row, [d]))
                    builder.store(builder.fadd(builder.load(total), more), total)
            for d, total in zip(block, totals, strict=True):
                store(builder, builder.fmul(builder.load(total), share), mean.at(d))
        return context.get_dummy_value()

    return types.void(*kinds), build


def _zeros(builder: Any, block: list[Any]) -> list[Any]:
    """A variable for each vector of a block."""
    return [cgutils.alloca_once_value(builder, constant(0.0)) for _ in block]


@intrinsic
def _vector_steps(
    typing: Any, mean: Any, table: Any, outputs: Any, n_out: Any, bias: Any, rate: Any, work: Any
) -> Any:
    """Intrinsic: `plain_mean_steps`, GROUP outputs at a time."""
    kinds = (mean, table, outputs, n_out, bias, rate, work)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x = Items(context, builder, kinds[0], values[0])
        _, labels, weights, places = (
            Items(context, builder, *each) for each in members(builder, kinds[2], values[2])
        )
        bias, rate = (splat(builder, values[k]) for k in (4, 5))
        of_mean = members(builder, kinds[6], values[6])[2:]
        scores, steps = (Rows(context, builder, *each) for each in of_mean)
        with cgutils.for_range_slice(builder, I64(0), values[3], I64(GROUP)) as (first, _):
            group = [row_at(builder, places, builder.add(first, I64(o))) for o in range(GROUP)]
            sums = dot_products(builder, [x.at(I64(0))], group, x.length)
            sums += [constant(0.0)] * (-GROUP % LANES)
            (score,) = lane_sums(builder, sums)
            score = builder.fadd(score, bias)
            error = builder.fsub(load(builder, labels.at(first)), sigmoid(builder, score))
            weight = builder.fmul(rate, load(builder, weights.at(first)))
            row = builder.sdiv(first, I64(GROUP))
            store(builder, score, scores.at(row))
            store(builder, builder.fmul(weight, error), steps.at(row))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_update(
    typing: Any,
    local: Any,
    low: Any,
    position: Any,
    n_in: Any,
    share: Any,
    mean: Any,
    table: Any,
    outputs: Any,
    n_out: Any,
    steps: Any,
    soon: Any,
) -> Any:
    """Intrinsic: `plain_mean_update`, a block of each row at a time."""
    kinds = (local, low, position, n_in, share, mean, table, outputs, n_out, steps, soon)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = NearbyRows(context, builder, kinds[0], values[:3])
        share = splat(builder, values[4])
        mean = Items(context, builder, kinds[5], values[5])
        places = Items(context, builder, *members(builder, kinds[7], values[7])[-1])
        steps = Rows(context, builder, kinds[9], values[9])
        later = soon_rows(context, builder, kinds[10], values[10])
        for block in _blocks(builder, inputs.width):
            fetch_lines(builder, later, block)
            gains = _zeros(builder, block)
            with cgutils.for_range(builder, values[8]) as loop:
                row = row_at(builder, places, loop.index)
                group, place = (
                    each(loop.index, I64(GROUP)) for each in (builder.sdiv, builder.srem)
                )
                by = splat(builder, builder.load(builder.gep(steps.at(group), [place])))
                for d, gain in zip(block, gains, strict=True):
                    to = builder.gep(row, [d])
                    old = load(builder, to)
                    builder.store(fma(builder, by, old, builder.load(gain)), gain)
                    store(builder, fma(builder, by, load(builder, mean.at(d)), old), to)
            shares = [builder.fmul(builder.load(gain), share) for gain in gains]
            with cgutils.for_range(builder, values[3]) as loop:
                row = inputs.input(loop.index)
                for d, gain in zip(block, shares, strict=True):
                    add_to(builder, gain, builder.gep(row, [d]))
        return context.get_dummy_value()

    return types.void(*kinds), build


# --- what the training kernel calls ---

average = _vector_average if VECTORS else plain.plain_average
mean_steps = _vector_steps if VECTORS else plain.plain_mean_steps
mean_update = _vector_update if VECTORS else plain.plain_mean_update
