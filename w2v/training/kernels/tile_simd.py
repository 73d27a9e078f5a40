"""The inner loops of a training window as explicit LLVM vectors, behind plain names.

They do what the loops of `w2v.training.kernels.tile` do; that module describes the arrays. The
vectoriser picks the wrong loop for some of them, so all are written out here, for 2 input rows by 6
output rows, which fit the vector registers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.training.kernels import tile
from w2v.training.kernels.llvm import (
    F32,
    I64,
    LANES,
    VEC,
    VECTORS,
    Inputs,
    Items,
    Rows,
    TableRows,
    constant,
    fetch_line,
    fma,
    in_turn,
    lane_sums,
    load,
    members,
    polynomial,
    repeated,
    splat,
    store,
)
from w2v.training.kernels.tile import TANH_END, TANH_P, TANH_Q
from w2v.training.layout import ROW_FLOATS, SIZES


@intrinsic
def _vector_find_outputs(typing: Any, table: Any, outputs: Any, n_out: Any) -> Any:
    """Intrinsic: fill in the addresses of the first n_out rows, and of some after them.

    Scores and update need each several times, as eight instructions (skip-gram -0.5 %, CBOW -1 to
    -3 %).
    """
    kinds = (table, outputs, n_out)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        shared, own, _ = (
            Rows(context, builder, *each) for each in members(builder, kinds[0], values[0])
        )
        rows, *_, places = (
            Items(context, builder, *each) for each in members(builder, kinds[1], values[1])
        )
        starts = [splat(builder, builder.ptrtoint(each.data, I64)) for each in (own, shared)]
        sizes = [splat(builder, builder.shl(each.stride, I64(2))) for each in (own, shared)]
        n_own, kind = splat(builder, own.height), ir.VectorType(I64, LANES).as_pointer()
        with cgutils.for_range_slice(builder, I64(0), values[2], I64(LANES)) as (k, _):
            row = builder.load(builder.bitcast(rows.at(k), kind), align=8)
            is_own = builder.icmp_signed("<", row, n_own)
            start, size = (builder.select(is_own, *each) for each in (starts, sizes))
            place = builder.add(start, builder.mul(row, size))
            builder.store(place, builder.bitcast(places.at(k), kind), align=8)
        return context.get_dummy_value()

    return types.void(*kinds), build


def row_at(builder: Any, places: Items, output: Any) -> Any:
    """Pointer to the row of an output, whose place is known."""
    return builder.inttoptr(places.load(output), F32.as_pointer())


def _outputs(builder: Any, places: Items, first: Any, size: int) -> list[Any]:
    """Pointers to the rows of a tile's outputs."""
    return [row_at(builder, places, builder.add(first, I64(o))) for o in range(size)]


# --- scores and steps: every input row times every output row ---


@intrinsic
def _vector_steps(
    typing: Any,
    local: Any,
    inputs: Any,
    n_in: Any,
    table: Any,
    outputs: Any,
    first: Any,
    size: Any,
    bias: Any,
    rate: Any,
    work: Any,
) -> Any:
    """Intrinsic: `plain_steps`, two inputs at a time."""
    kinds = (local, inputs, n_in, table, outputs, first, size, bias, rate, work)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = Inputs(context, builder, kinds[:2], values[:2])
        _, labels, weights, places = (
            Items(context, builder, *each) for each in members(builder, kinds[4], values[4])
        )
        n_in, first = values[2], values[5]
        bias, rate = (splat(builder, values[k]) for k in (7, 8))
        _, of_inputs, *of_tile = members(builder, kinds[9], values[9])
        counts = Items(context, builder, *of_inputs)  # how much each input counts
        scores, steps = (Rows(context, builder, *each) for each in of_tile)

        paired = builder.and_(n_in, I64(-2))
        pairs_of_inputs = builder.lshr(builder.add(n_in, I64(1)), I64(1))
        for size in _each_size(builder, values[6]):
            outputs = _outputs(builder, places, first, size)

            def score(i: Any, count: int, column: Any, outputs: list[Any] = outputs) -> None:
                """The scores of `count` inputs from i on, put in their row from a column on."""
                some = [inputs.input(builder.add(i, I64(k))) for k in range(count)]
                sums = dot_products(builder, some, outputs, inputs.width)
                sums += [constant(0.0)] * (-len(sums) % LANES)
                row = builder.gep(scores.at(builder.lshr(i, I64(1))), [column])
                for k, product in enumerate(lane_sums(builder, sums)):
                    to = builder.gep(row, [I64(k * LANES)])
                    store(builder, builder.fadd(product, bias), to)

            with cgutils.for_range_slice(builder, I64(0), paired, I64(2)) as (i, _):
                score(i, 2, I64(0))
            with cgutils.for_range_slice(builder, paired, n_in, I64(1)) as (i, _):
                score(i, 1, builder.mul(builder.and_(i, I64(1)), I64(size)))
            # One loop for all sigmoids: after each pair of inputs they would wait for its sums.
            parts = [[I64(k)] for k in range(0, 2 * size, LANES)]
            label, weight = (
                repeated(builder, load(builder, each.at(first)), size, len(parts))
                for each in (labels, weights)
            )
            weight = [builder.fmul(rate, each) for each in weight]
            with cgutils.for_range(builder, pairs_of_inputs) as loop:
                two = builder.shl(loop.index, I64(1))
                pair = [builder.load(counts.at(builder.add(two, I64(k)))) for k in (0, 1)]
                for k, at in enumerate(parts):
                    z = load(builder, builder.gep(scores.at(loop.index), at))
                    error = builder.fsub(label[k], sigmoid(builder, z))
                    count = in_turn(builder, pair, size, k)
                    step = builder.fmul(builder.fmul(weight[k], count), error)
                    store(builder, step, builder.gep(steps.at(loop.index), at))
        return context.get_dummy_value()

    return types.void(*kinds), build


def _each_size(builder: Any, size: Any) -> Iterator[int]:
    """The sizes of a tile; the code generated for each runs when `size` has that value."""
    for each in SIZES:
        with builder.if_then(builder.icmp_signed("==", size, I64(each))):
            yield each


def dot_products(builder: Any, inputs: list[Any], outputs: list[Any], width: Any) -> list[Any]:
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
    new = list(sums)
    for k, row in enumerate(outputs):  # one output at a time: 16 registers hold no more
        o = load(builder, builder.gep(row, [d]))
        for i, x in enumerate(xs):
            at = i * len(outputs) + k
            new[at] = fma(builder, x, o, new[at])
    for phi, value in zip(sums, new, strict=True):
        phi.add_incoming(constant(0.0), entry)
        phi.add_incoming(value, loop)
    step = builder.add(d, I64(LANES))
    d.add_incoming(step, loop)
    builder.cbranch(builder.icmp_signed("<", step, width), loop, after)
    builder.position_at_end(after)
    return new


def sigmoid(builder: Any, z: Any) -> Any:
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
    inputs: Any,
    n_in: Any,
    table: Any,
    outputs: Any,
    first: Any,
    size: Any,
    steps: Any,
    soon: Any,
) -> Any:
    """Intrinsic: `plain_update`, some columns of all rows at a time.

    The rows that are needed soon are prefetched column by column: all at once they would keep this
    window's own rows waiting.
    """
    kinds = (local, inputs, n_in, table, outputs, first, size, steps, soon)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        inputs = Inputs(context, builder, kinds[:2], values[:2])
        places = Items(context, builder, *members(builder, kinds[4], values[4])[-1])
        steps = Rows(context, builder, kinds[7], values[7])
        later = soon_rows(context, builder, kinds[8], values[8])
        is_first = builder.icmp_signed("==", values[5], I64(0))
        for size in _each_size(builder, values[6]):
            outputs = _outputs(builder, places, values[5], size)
            with cgutils.for_range_slice(builder, I64(0), inputs.width, I64(LANES)) as (d, _):
                with builder.if_then(is_first):
                    fetch_lines(builder, later, [d])
                _move(builder, inputs, values[2], outputs, steps, d)
        return context.get_dummy_value()

    return types.void(*kinds), build


def _move(
    builder: Any, inputs: Inputs, n_in: Any, outputs: list[Any], steps: Rows, column: Any
) -> None:
    """Move one vector of each input and each output. Those of the outputs stay in registers."""
    size = len(outputs)
    at = [builder.gep(row, [column]) for row in outputs]
    old = [load(builder, each) for each in at]
    new = [cgutils.alloca_once_value(builder, each) for each in old]
    with cgutils.for_range(builder, n_in) as loop:
        i = loop.index
        of_input = builder.mul(builder.and_(i, I64(1)), I64(size))
        by = builder.gep(steps.at(builder.lshr(i, I64(1))), [of_input])
        to = builder.gep(inputs.input(i), [column])
        x = moved = load(builder, to)
        for o in range(size):
            step = splat(builder, builder.load(builder.gep(by, [I64(o)])))
            moved = fma(builder, step, old[o], moved)
            builder.store(fma(builder, step, x, builder.load(new[o])), new[o])
        store(builder, moved, to)
    for o in reversed(range(size)):  # if a row is there twice, the earlier place is kept
        store(builder, builder.load(new[o]), at[o])


def soon_rows(context: Any, builder: Any, type_: Any, value: Any) -> list[Any]:
    """Pointers to the rows that are needed soon."""
    in_table, out_table, *rows = members(builder, type_, value)
    inputs, outputs = (TableRows(context, builder, *each) for each in (in_table, out_table))
    return [table.at(row) for table, (_, row) in zip((inputs, outputs, outputs), rows, strict=True)]


def fetch_lines(builder: Any, rows: list[Any], columns: list[Any]) -> None:
    """Prefetch the cache lines of some rows that begin at some columns."""
    for d in columns:
        begins = builder.icmp_signed("==", builder.and_(d, I64(ROW_FLOATS - 1)), I64(0))
        with builder.if_then(begins):
            for row in rows:
                fetch_line(builder, builder.gep(row, [d]))


# --- what the training kernel calls ---

find_outputs = _vector_find_outputs if VECTORS else tile.plain_find_outputs
tile_steps = _vector_steps if VECTORS else tile.plain_steps
tile_update = _vector_update if VECTORS else tile.plain_update
