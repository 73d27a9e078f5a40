"""The inner loops of a training window as explicit LLVM vectors, behind plain names.

They do what the loops of `w2v.training.kernels.tile` do, which tells how the arrays are laid out;
the vectoriser picks the wrong loop for some of them, so all are written out here, 2 input rows by 6
output rows, which fit the vector registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.training.kernels import tile
from w2v.training.kernels.llvm import (
    I64,
    LANES,
    VEC,
    Items,
    Rows,
    constant,
    fma,
    lane_sums,
    load,
    polynomial,
    splat,
    store,
)
from w2v.training.kernels.tile import TANH_END, TANH_P, TANH_Q
from w2v.training.layout import COLUMNS, SIZES, TILE

VECTORS = not (config.DISABLE_JIT or config.BOUNDSCHECK)


class _Table:
    """A table's rows, those of the first words from the thread's own copies."""

    def __init__(self, context: Any, builder: Any, types_: Any, table: Any, own: Any) -> None:
        self.builder = builder
        self.shared = Rows(context, builder, types_[0], table)
        self.own = Rows(context, builder, types_[1], own)
        self.width = self.shared.width

    def at(self, word: Any) -> Any:
        """Pointer to the first float of a word's row."""
        is_own = self.builder.icmp_signed("<", word, self.own.height)
        return self.builder.select(is_own, self.own.at(word), self.shared.at(word))


class _Inputs(Rows):
    """The local rows of a window's inputs."""

    def __init__(self, context: Any, builder: Any, type_: Any, values: Any) -> None:
        super().__init__(context, builder, type_, values[0])
        self.low, self.position = values[1], values[2]
        self.mask = builder.sub(self.height, I64(1))

    def input(self, i: Any) -> Any:
        """Pointer to the row of input i: the one at position low + i, or after p the next."""
        at = self.builder.add(self.low, i)
        beyond = self.builder.icmp_signed(">=", at, self.position)
        at = self.builder.add(at, self.builder.zext(beyond, I64))
        return self.at(self.builder.and_(at, self.mask))


def _outputs(builder: Any, table: _Table, rows: Items, first: Any, size: int) -> list[Any]:
    """Pointers to the rows of a tile's outputs."""
    return [table.at(rows.load(builder.add(first, I64(o)))) for o in range(size)]


# --- scores and steps: every input row times every output row ---


@intrinsic
def _vector_steps(
    typing: Any,
    local: Any,
    low: Any,
    position: Any,
    n_in: Any,
    table: Any,
    own: Any,
    rows: Any,
    first: Any,
    size: Any,
    rate: Any,
    weights: Any,
    scores: Any,
    steps: Any,
) -> Any:
    """Intrinsic: `plain_steps`, two inputs at a time."""
    kinds = (
        local,
        low,
        position,
        n_in,
        table,
        own,
        rows,
        first,
        size,
        rate,
        weights,
        scores,
        steps,
    )

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = _Inputs(context, builder, kinds[0], values[:3])
        table = _Table(context, builder, kinds[4:6], *values[4:6])
        rows = Items(context, builder, kinds[6], values[6])
        n_in, first, rate = values[3], values[7], splat(builder, values[9])
        is_first = builder.icmp_signed("==", first, I64(0))
        weights, scores, steps = (Rows(context, builder, kinds[k], values[k]) for k in (10, 11, 12))
        weight_row = weights.at(builder.sdiv(first, I64(TILE)))
        for size in _each_size(builder, values[8]):
            outputs = _outputs(builder, table, rows, first, size)
            labels = [1.0 if k in (0, size) else 0.0 for k in range(COLUMNS)]
            with cgutils.for_range_slice(builder, I64(0), n_in, I64(2)) as (i, _):
                pair = [inputs.input(builder.add(i, I64(k))) for k in range(2)]
                sums = _products(builder, pair, outputs, table.width)
                sums += [constant(0.0)] * (COLUMNS - len(sums))
                row = builder.lshr(i, I64(1))
                for k, score in enumerate(lane_sums(builder, sums)):
                    at = [I64(k * LANES)]
                    ones = constant(*labels[k * LANES : (k + 1) * LANES])
                    label = builder.select(is_first, ones, constant(0.0))
                    error = builder.fsub(label, _sigmoid(builder, score))
                    weight = load(builder, builder.gep(weight_row, at))
                    step = builder.fmul(builder.fmul(rate, error), weight)
                    store(builder, score, builder.gep(scores.at(row), at))
                    store(builder, step, builder.gep(steps.at(row), at))
        return context.get_dummy_value()

    return types.void(*kinds), build


def _each_size(builder: Any, size: Any) -> Iterator[int]:
    """The sizes of a tile; the code made for each runs when `size` is that."""
    for each in SIZES:
        with builder.if_then(builder.icmp_signed("==", size, I64(each))):
            yield each


def _products(builder: Any, inputs: list[Any], outputs: list[Any], width: Any) -> list[Any]:
    """Lane-wise sums of x * o for each input and output row; one loop over the row."""
    count = len(inputs) * len(outputs)
    entry, loop = builder.block, builder.append_basic_block("products")
    after = builder.append_basic_block("products.end")
    builder.branch(loop)
    builder.position_at_end(loop)
    d = builder.phi(I64)
    d.add_incoming(I64(0), entry)
    sums = [builder.phi(VEC) for _ in range(count)]
    xs = [load(builder, builder.gep(row, [d])) for row in inputs]
    os = [load(builder, builder.gep(row, [d])) for row in outputs]
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


def _sigmoid(builder: Any, z: Any) -> Any:
    """1 / (1 + e^-z) = (1 + tanh(z / 2)) / 2, with the rational tanh; NaN stays NaN."""
    half = constant(0.5)
    y = builder.fmul(z, half)
    for end, sign in ((TANH_END, ">"), (-TANH_END, "<")):
        y = builder.select(builder.fcmp_ordered(sign, y, constant(end)), constant(end), y)
    square = builder.fmul(y, y)
    p, q = (polynomial(builder, terms, square) for terms in (TANH_P, TANH_Q))
    tanh = builder.fdiv(builder.fmul(y, p), q, flags=("arcp",))
    return fma(builder, half, tanh, half)


# --- update: both sides of the tile move by the gradient at their old values ---


@intrinsic
def _vector_update(
    typing: Any,
    local: Any,
    low: Any,
    position: Any,
    n_in: Any,
    table: Any,
    own: Any,
    rows: Any,
    first: Any,
    size: Any,
    steps: Any,
) -> Any:
    """Intrinsic: `plain_update`, some columns of all rows at a time."""
    kinds = (local, low, position, n_in, table, own, rows, first, size, steps)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = _Inputs(context, builder, kinds[0], values[:3])
        table = _Table(context, builder, kinds[4:6], *values[4:6])
        rows = Items(context, builder, kinds[6], values[6])
        steps = Rows(context, builder, kinds[9], values[9])
        for size in _each_size(builder, values[8]):
            outputs = _outputs(builder, table, rows, values[7], size)
            with cgutils.for_range_slice(builder, I64(0), table.width, I64(LANES)) as (d, _):
                old = [load(builder, builder.gep(row, [d])) for row in outputs]
                new = [cgutils.alloca_once_value(builder, value) for value in old]
                with cgutils.for_range(builder, values[3]) as loop:
                    to = builder.gep(inputs.input(loop.index), [d])
                    x = moved = load(builder, to)
                    column = builder.mul(builder.and_(loop.index, I64(1)), I64(size))
                    step = builder.gep(steps.at(builder.lshr(loop.index, I64(1))), [column])
                    for o in range(size):
                        by = splat(builder, builder.load(builder.gep(step, [I64(o)])))
                        moved = fma(builder, by, old[o], moved)
                        builder.store(fma(builder, by, x, builder.load(new[o])), new[o])
                    store(builder, moved, to)
                # The last first: of a row that stands twice, the earlier place is what stays.
                for row, value in reversed(list(zip(outputs, new, strict=True))):
                    store(builder, builder.load(value), builder.gep(row, [d]))
        return context.get_dummy_value()

    return types.void(*kinds), build


# --- rows into the ring and back, and a hint to the cache ---


@intrinsic
def _vector_enter(
    typing: Any, table: Any, own: Any, word: Any, local: Any, entered: Any, slot: Any
) -> Any:
    """Intrinsic: `plain_enter`."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = _Table(context, builder, signature.args[:2], *values[:2])
        local, entered = (Rows(context, builder, signature.args[k], values[k]) for k in (3, 4))
        source, to = table.at(values[2]), [local.at(values[5]), entered.at(values[5])]
        with cgutils.for_range_slice(builder, I64(0), table.width, I64(LANES)) as (
            d,
            _,
        ):
            value = load(builder, builder.gep(source, [d]))
            for row in to:
                store(builder, value, builder.gep(row, [d]))
        return context.get_dummy_value()

    return types.void(table, own, word, local, entered, slot), build


@intrinsic
def _vector_leave(
    typing: Any, table: Any, own: Any, word: Any, local: Any, entered: Any, slot: Any
) -> Any:
    """Intrinsic: `plain_leave`."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = _Table(context, builder, signature.args[:2], *values[:2])
        local, entered = (Rows(context, builder, signature.args[k], values[k]) for k in (3, 4))
        pointers = table.at(values[2]), local.at(values[5]), entered.at(values[5])
        with cgutils.for_range_slice(builder, I64(0), table.width, I64(LANES)) as (
            d,
            _,
        ):
            to, now, before = (builder.gep(row, [d]) for row in pointers)
            gain = builder.fsub(load(builder, now), load(builder, before))
            store(builder, builder.fadd(load(builder, to), gain), to)
        return context.get_dummy_value()

    return types.void(table, own, word, local, entered, slot), build


@intrinsic
def _vector_prefetch(typing: Any, table: Any, own: Any, word: Any) -> Any:
    """Intrinsic: ask for every cache line of a word's row, to be written soon."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        table = _Table(context, builder, signature.args[:2], *values[:2])
        byte, i32 = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, i32, i32, i32])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        start = table.at(values[2])
        with cgutils.for_range_slice(builder, I64(0), table.width, I64(16)) as (d, _):
            pointer = builder.bitcast(builder.gep(start, [d]), byte)
            builder.call(prefetch, [pointer, i32(1), i32(3), i32(1)])
        return context.get_dummy_value()

    return types.void(table, own, word), build


# --- what the training kernel calls ---

tile_steps = _vector_steps if VECTORS else tile.plain_steps
tile_update = _vector_update if VECTORS else tile.plain_update
enter_ring = _vector_enter if VECTORS else tile.plain_enter
leave_ring = _vector_leave if VECTORS else tile.plain_leave
prefetch = _vector_prefetch if VECTORS else tile.plain_prefetch
