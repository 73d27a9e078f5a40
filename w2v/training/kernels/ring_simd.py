"""Rows in and out of the ring as explicit LLVM vectors, behind plain names; see `ring`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.training.kernels import ring
from w2v.training.kernels.llvm import (
    I64,
    LANES,
    VECTORS,
    Items,
    Rows,
    TableRows,
    add_to,
    fetch_line,
    fma,
    load,
    members,
    splat,
    store,
)
from w2v.training.layout import ROW_FLOATS


@contextmanager
def _columns(builder: Any, width: Any) -> Iterator[list[Any]]:
    """Code for each vector of a row; yields the index of its first float."""
    with cgutils.for_range_slice(builder, I64(0), width, I64(LANES)) as (d, _):
        yield [d]


@intrinsic
def _vector_enter(typing: Any, table: Any, row: Any, ring: Any, slot: Any) -> Any:
    """Intrinsic: `plain_enter`."""
    kinds = (table, row, ring, slot)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = TableRows(context, builder, kinds[0], values[0])
        row = table.at(values[1])
        ring = [Rows(context, builder, *part) for part in members(builder, kinds[2], values[2])]
        slots = [part.at(values[3]) for part in ring]
        with _columns(builder, table.width) as d:
            value = load(builder, builder.gep(row, d))
            for part in slots:
                store(builder, value, builder.gep(part, d))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_leave(typing: Any, table: Any, row: Any, ring: Any, slot: Any) -> Any:
    """Intrinsic: `plain_leave`."""
    kinds = (table, row, ring, slot)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = TableRows(context, builder, kinds[0], values[0])
        row = table.at(values[1])
        slots = [
            Rows(context, builder, *part).at(values[3])
            for part in members(builder, kinds[2], values[2])
        ]
        with _columns(builder, table.width) as d:
            now, before = (load(builder, builder.gep(part, d)) for part in slots)
            add_to(builder, builder.fsub(now, before), builder.gep(row, d))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_add_rows(
    typing: Any, table: Any, rows: Any, first: Any, last: Any, share: Any, sums: Any, slot: Any
) -> Any:
    """Intrinsic: `plain_add_rows`, two rows at a time."""
    kinds = (table, rows, first, last, share, sums, slot)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = TableRows(context, builder, kinds[0], values[0])
        rows = Items(context, builder, kinds[1], values[1])
        first, last, share = values[2], values[3], splat(builder, values[4])
        total = Rows(context, builder, kinds[5], values[5]).at(values[6])

        def add(*places: Any) -> None:
            some = [table.at(rows.load(k)) for k in places]
            with _columns(builder, table.width) as d:
                sum_ = load(builder, builder.gep(some[0], d))
                for row in some[1:]:
                    sum_ = builder.fadd(sum_, load(builder, builder.gep(row, d)))
                to = builder.gep(total, d)
                store(builder, fma(builder, share, sum_, load(builder, to)), to)

        is_odd = builder.and_(builder.sub(last, first), I64(1))
        with builder.if_then(builder.trunc(is_odd, ir.IntType(1))):
            add(first)
        start = builder.add(first, is_odd)
        with cgutils.for_range_slice(builder, start, last, I64(2)) as (k, _):
            add(k, builder.add(k, I64(1)))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_add_to_rows(
    typing: Any, table: Any, rows: Any, first: Any, last: Any, gains: Any, slot: Any
) -> Any:
    """Intrinsic: `plain_add_to_rows`."""
    kinds = (table, rows, first, last, gains, slot)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = TableRows(context, builder, kinds[0], values[0])
        rows = Items(context, builder, kinds[1], values[1])
        gains = Rows(context, builder, kinds[4], values[4]).at(values[5])
        with cgutils.for_range_slice(builder, values[2], values[3], I64(1)) as (k, _):
            row = table.at(rows.load(k))
            with _columns(builder, table.width) as d:
                add_to(builder, load(builder, builder.gep(gains, d)), builder.gep(row, d))
        return context.get_dummy_value()

    return types.void(*kinds), build


@intrinsic
def _vector_prefetch(typing: Any, table: Any, row: Any) -> Any:
    """Intrinsic: prefetch every cache line of a row for writing."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = TableRows(context, builder, signature.args[0], values[0])
        start = table.at(values[1])
        with cgutils.for_range_slice(builder, I64(0), table.width, I64(ROW_FLOATS)) as (d, _):
            fetch_line(builder, builder.gep(start, [d]))
        return context.get_dummy_value()

    return types.void(table, row), build


@intrinsic
def _vector_prefetch_item(typing: Any, items: Any, index: Any) -> Any:
    """Intrinsic: prefetch the cache line of an item, which is only read."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        items = Items(context, builder, signature.args[0], values[0])
        fetch_line(builder, items.at(values[1]), writes=0)
        return context.get_dummy_value()

    return types.void(items, index), build


# --- what the training kernel calls ---

enter_ring = _vector_enter if VECTORS else ring.plain_enter
leave_ring = _vector_leave if VECTORS else ring.plain_leave
add_rows = _vector_add_rows if VECTORS else ring.plain_add_rows
add_to_rows = _vector_add_to_rows if VECTORS else ring.plain_add_to_rows
prefetch = _vector_prefetch if VECTORS else ring.plain_prefetch
prefetch_item = _vector_prefetch_item if VECTORS else ring.plain_prefetch_item
