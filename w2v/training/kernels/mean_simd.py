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
    TableRows,
    add_to,
    constant,
    lane_sums,
    load,
    members,
    splat,
    store,
)
from w2v.training.kernels.tile_simd import dot_products, fetch_lines, move, sigmoid, soon_rows
from w2v.training.layout import GROUP

BLOCKS = (12, 4, 1)  # vectors of a row at a time, as many as the registers hold


def _blocks(builder: Any, width: Any) -> Iterator[list[list[Any]]]:
    """The vectors of a row, BLOCK at a time and then one by one: the indices of their first floats.

    The code generated for each of the two is run for all vectors that it covers.
    """
    first = I64(0)
    for count in BLOCKS:
        size = I64(count * LANES)
        end = builder.add(first, builder.mul(builder.sdiv(builder.sub(width, first), size), size))
        with cgutils.for_range_slice(builder, first, end, size) as (d, _):
            yield [[builder.add(d, I64(k * LANES))] for k in range(count)]
        first = end


@intrinsic
def _vector_average(typing: Any, local: Any, low: Any, position: Any, n_in: Any, mean: Any) -> Any:
    """Intrinsic: `plain_average`."""
    kinds = (local, low, position, n_in, mean)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = NearbyRows(context, builder, kinds[0], values[:3])
        parts = [Rows(context, builder, *part) for part in members(builder, kinds[4], values[4])]
        count = builder.sitofp(values[3], F32)
        share = splat(builder, builder.fdiv(ir.Constant(F32, 1.0), count))
        for block in _blocks(builder, inputs.width):
            totals = [cgutils.alloca_once_value(builder, constant(0.0)) for _ in block]
            with cgutils.for_range(builder, values[3]) as loop:
                row = inputs.input(loop.index)
                for d, total in zip(block, totals, strict=True):
                    more = load(builder, builder.gep(row, d))
                    builder.store(builder.fadd(builder.load(total), more), total)
            for d, total in zip(block, totals, strict=True):
                value = builder.fmul(builder.load(total), share)
                for part in parts:
                    store(builder, value, builder.gep(part.at(I64(0)), d))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_spread(
    typing: Any, local: Any, low: Any, position: Any, n_in: Any, mean: Any, share: Any
) -> Any:
    """Intrinsic: `plain_spread`."""
    kinds = (local, low, position, n_in, mean, share)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = NearbyRows(context, builder, kinds[0], values[:3])
        parts = [Rows(context, builder, *part) for part in members(builder, kinds[4], values[4])]
        share = splat(builder, values[5])
        for block in _blocks(builder, inputs.width):
            gains = []
            for d in block:
                now, before = (load(builder, builder.gep(part.at(I64(0)), d)) for part in parts)
                gains.append(builder.fmul(builder.fsub(now, before), share))
            with cgutils.for_range(builder, values[3]) as loop:
                row = inputs.input(loop.index)
                for d, gain in zip(block, gains, strict=True):
                    add_to(builder, gain, builder.gep(row, d))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_steps(
    typing: Any, mean: Any, table: Any, outputs: Any, n_out: Any, bias: Any, rate: Any, work: Any
) -> Any:
    """Intrinsic: `plain_mean_steps`, GROUP outputs at a time."""
    kinds = (mean, table, outputs, n_out, bias, rate, work)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x = Rows(context, builder, *members(builder, kinds[0], values[0])[0]).at(I64(0))
        table = TableRows(context, builder, kinds[1], values[1])
        rows, labels, weights = (
            Items(context, builder, *each) for each in members(builder, kinds[2], values[2])
        )
        n_out, last = values[3], builder.sub(values[3], I64(1))
        bias, rate = (splat(builder, values[k]) for k in (4, 5))
        _, *of_mean = members(builder, kinds[6], values[6])
        scores, steps = (Rows(context, builder, *each) for each in of_mean)
        with cgutils.for_range_slice(builder, I64(0), n_out, I64(GROUP)) as (first, _):
            places = [builder.add(first, I64(o)) for o in range(GROUP)]
            places = [builder.select(builder.icmp_signed("<", o, last), o, last) for o in places]
            group = [table.at(rows.load(o)) for o in places]
            sums = dot_products(builder, [x], group, table.width)
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
    typing: Any, mean: Any, table: Any, rows: Any, n_out: Any, steps: Any, soon: Any
) -> Any:
    """Intrinsic: `plain_mean_update`, BLOCK vectors of each row at a time."""
    kinds = (mean, table, rows, n_out, steps, soon)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x = Rows(context, builder, *members(builder, kinds[0], values[0])[0]).at(I64(0))
        table = TableRows(context, builder, kinds[1], values[1])
        rows = Items(context, builder, kinds[2], values[2])
        steps = Rows(context, builder, kinds[4], values[4])
        later = soon_rows(context, builder, kinds[5], values[5])

        def output(o: Any) -> tuple[Any, Any]:
            group, place = builder.sdiv(o, I64(GROUP)), builder.srem(o, I64(GROUP))
            return table.at(rows.load(o)), builder.gep(steps.at(group), [place])

        for block in _blocks(builder, table.width):
            fetch_lines(builder, later, block)
            move(builder, [x], block, values[3], output)
        return context.get_dummy_value()

    return types.void(*kinds), build


# --- what the training kernel calls ---

average = _vector_average if VECTORS else plain.plain_average
spread = _vector_spread if VECTORS else plain.plain_spread
mean_steps = _vector_steps if VECTORS else plain.plain_mean_steps
mean_update = _vector_update if VECTORS else plain.plain_mean_update
