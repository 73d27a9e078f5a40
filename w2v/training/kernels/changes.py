"""Steps of the combination: sums of replicas' changes, their scaling along axes, and their adding.

Each is a plain loop, and the same in explicit vectors: in short loops over rows that lie apart a
compiler does not find the vectors itself.

Legend: R replicas, n rows, A axes, S floats per padded row; A is a multiple of LANES, S
one of ROW_FLOATS.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.arrays import Floats, Integers
from w2v.training.kernels.llvm import (
    I64,
    LANES,
    VECTORS,
    Items,
    Rows,
    add_to,
    constant,
    fetch_line,
    fma,
    load,
    splat,
    store,
)
from w2v.training.kernels.tile import PLAIN
from w2v.training.layout import ROW_FLOATS

SHARE = 1 / 1024  # exp(-x) is computed as (1 - x / 1024) ** 1024: ten squarings
SQUARINGS = 10
LEAST_BASE = 0.9  # of that power; 0.9 ** 1024 is 0 in float32
_SOON = 2  # rows ahead in the table, fetched early because rows that lie apart are no stream
LEAST_SHRUNK = 1e-3  # an axis along which all 1 - q sum to less keeps the sum of the changes


# --- as plain loops ---


@njit(**PLAIN)
def plain_sums(replicas: Floats, table: Floats, first: int, slots: Integers, sums: Floats) -> None:
    """Sum in order what replicas gained in n rows from `first` on.

    A row without a slot takes its sum; those of others are put in their slots of `sums`.

    replicas: float32[R, rows, S]; table: float32[rows, S], what they started from
    slots: int64[n], -1 for none; sums: float32[slots, S]
    """
    for i in range(len(slots)):
        for k in range(table.shape[1]):
            total = np.float32(0)
            for r in range(len(replicas)):
                total += replicas[r, first + i, k] - table[first + i, k]
            if slots[i] < 0:
                table[first + i, k] += total
            else:
                sums[slots[i], k] = total


@njit(**PLAIN)
def plain_excess(
    along: Floats, row: int, n_axes: int, exponents: Floats, replicas: int, curvature: Floats
) -> None:
    """Scale along[row, :n_axes] by (1 - product of q) / (sum of 1 - q) - 1; the rest become zeros.

    exponents: float32[R], of which the first `replicas` count; q is exp(-exponent * curvature)
    curvature: float32[S]
    """
    for a in range(n_axes):
        left, shrunk = np.float32(1), np.float32(0)
        for r in range(replicas):
            power = np.float32(1) - np.float32(SHARE) * exponents[r] * curvature[a]
            power = max(power, np.float32(LEAST_BASE))
            for _ in range(SQUARINGS):
                power *= power
            left *= power
            shrunk += np.float32(1) - power
        enough = shrunk > np.float32(LEAST_SHRUNK)
        along[row, a] *= (np.float32(1) - left) / shrunk - np.float32(1) if enough else 0
    along[row, n_axes:] = np.float32(0)


@njit(**PLAIN)
def plain_adding(rows: Floats, table: Floats, places: Integers, first: int) -> None:
    """table[first + places] += rows[:n]: float32[.., S] each, places: int64[n]."""
    for i in range(len(places)):
        for k in range(table.shape[1]):
            table[first + places[i], k] += rows[i, k]


# --- in explicit vectors ---


@contextmanager
def _columns(builder: Any, end: Any) -> Iterator[Any]:
    """A loop over the first of each LANES columns."""
    with cgutils.for_range_slice(builder, I64(0), end, I64(LANES)) as (column, _):
        yield column


@intrinsic
def _vector_sums(typing: Any, replicas: Any, table: Any, first: Any, slots: Any, sums: Any) -> Any:
    """Intrinsic: `plain_sums`."""
    kinds = (replicas, table, first, slots, sums)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        cube, places = (context.make_array(kinds[k])(context, builder, values[k]) for k in (0, 3))
        table, sums = (Rows(context, builder, kinds[k], values[k]) for k in (1, 4))
        count, height = (builder.extract_value(cube.shape, k) for k in (0, 1))
        n_rows = builder.extract_value(places.shape, 0)
        replica = builder.mul(height, table.width)  # in floats
        with cgutils.for_range(builder, n_rows) as rows:
            place = builder.add(values[2], rows.index)
            soon = table.at(builder.add(place, I64(_SOON)))
            base, one = table.at(place), builder.gep(cube.data, [builder.mul(place, table.width)])
            slot = builder.load(builder.gep(places.data, [rows.index]))
            is_done = builder.icmp_signed("<", slot, I64(0))
            target = builder.select(is_done, base, sums.at(slot))
            with cgutils.for_range_slice(builder, I64(0), table.width, I64(ROW_FLOATS)) as (
                column,
                _,
            ):
                fetch_line(builder, builder.gep(soon, [column]))
                parts = [builder.add(column, I64(k)) for k in range(0, ROW_FLOATS, LANES)]
                before = [load(builder, builder.gep(base, [part])) for part in parts]
                totals = [cgutils.alloca_once_value(builder, constant(0.0)) for _ in parts]
                with cgutils.for_range(builder, count) as each:
                    row = builder.gep(one, [builder.mul(each.index, replica)])
                    for part, old, total in zip(parts, before, totals, strict=True):
                        gain = builder.fsub(load(builder, builder.gep(row, [part])), old)
                        builder.store(builder.fadd(builder.load(total), gain), total)
                for part, old, total in zip(parts, before, totals, strict=True):
                    start = builder.select(is_done, old, constant(0.0))
                    result = builder.fadd(start, builder.load(total))
                    store(builder, result, builder.gep(target, [part]))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_excess(
    typing: Any,
    along: Any,
    row: Any,
    n_axes: Any,
    exponents: Any,
    replicas: Any,
    curvature: Any,
) -> Any:
    """Intrinsic: `plain_excess`."""
    kinds = (along, row, n_axes, exponents, replicas, curvature)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        along = Rows(context, builder, kinds[0], values[0])
        exponents, curvature = (Items(context, builder, kinds[k], values[k]) for k in (3, 5))
        target, one = along.at(values[1]), constant(1.0)
        with _columns(builder, values[2]) as column:
            place = builder.gep(target, [column])
            per_window = builder.fmul(load(builder, curvature.at(column)), constant(-SHARE))
            left = cgutils.alloca_once_value(builder, one)
            shrunk = cgutils.alloca_once_value(builder, constant(0.0))
            with cgutils.for_range(builder, values[4]) as each:
                exponent = splat(builder, builder.load(exponents.at(each.index)))
                power = fma(builder, exponent, per_window, one)
                power = _largest(builder, power, constant(LEAST_BASE))
                for _ in range(SQUARINGS):
                    power = builder.fmul(power, power)
                builder.store(builder.fmul(builder.load(left), power), left)
                gone = builder.fsub(one, power)
                builder.store(builder.fadd(builder.load(shrunk), gone), shrunk)
            total = builder.load(shrunk)
            scale = builder.fdiv(builder.fsub(one, builder.load(left)), total)
            enough = builder.fcmp_ordered(">", total, constant(LEAST_SHRUNK))
            excess = builder.select(enough, builder.fsub(scale, one), constant(0.0))
            store(builder, builder.fmul(load(builder, place), excess), place)
        rest = builder.sub(along.width, values[2])
        with _columns(builder, rest) as column:
            place = builder.gep(target, [builder.add(values[2], column)])
            store(builder, constant(0.0), place)
        return context.get_dummy_value()

    return types.void(*kinds), build


def _largest(builder: Any, a: Any, b: Any) -> Any:
    """The larger one of each pair of lanes."""
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


@intrinsic
def _vector_adding(typing: Any, rows: Any, table: Any, places: Any, first: Any) -> Any:
    """Intrinsic: `plain_adding`."""
    kinds = (rows, table, places, first)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        rows, table = (Rows(context, builder, kinds[k], values[k]) for k in (0, 1))
        places = context.make_array(kinds[2])(context, builder, values[2])
        with cgutils.for_range(builder, builder.extract_value(places.shape, 0)) as each:
            place = builder.load(builder.gep(places.data, [each.index]))
            source, target = rows.at(each.index), table.at(builder.add(values[3], place))
            with _columns(builder, table.width) as column:
                gain = load(builder, builder.gep(source, [column]))
                add_to(builder, gain, builder.gep(target, [column]))
        return context.get_dummy_value()

    return types.void(*kinds), build


sum_changes = _vector_sums if VECTORS else plain_sums
excess_along = _vector_excess if VECTORS else plain_excess
add_rows = _vector_adding if VECTORS else plain_adding
