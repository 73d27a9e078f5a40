"""The product of small matrices, added to a third: `add_products`.

A matrix library would bring threads of its own, which get in the way of ours, and its results vary
with their number.
"""

from __future__ import annotations

from typing import Any

from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.arrays import Floats
from w2v.training.kernels.llvm import I64, LANES, VEC, VECTORS, Rows, fma, load, splat, store
from w2v.training.kernels.tile import PLAIN
from w2v.training.layout import ROW_FLOATS

ROWS = 4  # of the sums computed at a time; with ROW_FLOATS columns they fill half the registers
TALL = ROWS * ROW_FLOATS // LANES  # rows computed at a time where LANES columns are left


@njit(**PLAIN)
def plain_products(weights: Floats, rows: Floats, sums: Floats) -> None:
    """sums += weights @ rows: float32[m, S] += float32[m, k] @ float32[k, S].

    The floats of each row lie together; m is a multiple of TALL, S one of LANES.
    """
    for i in range(sums.shape[0]):
        for j in range(rows.shape[0]):
            for d in range(sums.shape[1]):
                sums[i, d] += weights[i, j] * rows[j, d]


@intrinsic
def _vector_products(typing: Any, weights: Any, rows: Any, sums: Any) -> Any:
    """Intrinsic: `plain_products`, a block of rows and columns at a time."""
    kinds = (weights, rows, sums)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        tables = [Rows(context, builder, *each) for each in zip(kinds, values, strict=True)]
        width, height = tables[2].width, tables[2].height
        rest = builder.and_(width, I64(ROW_FLOATS - 1))
        end = builder.sub(width, rest)
        with (
            cgutils.for_range_slice(builder, I64(0), end, I64(ROW_FLOATS)) as (d, _),
            cgutils.for_range_slice(builder, I64(0), height, I64(ROWS)) as (i, _),
        ):
            _add_block(builder, (ROWS, ROW_FLOATS), *tables, i, d)
        with (
            cgutils.for_range_slice(builder, end, width, I64(LANES)) as (d, _),
            cgutils.for_range_slice(builder, I64(0), height, I64(TALL)) as (i, _),
        ):
            _add_block(builder, (TALL, LANES), *tables, i, d)
        return context.get_dummy_value()

    return types.void(*kinds), build


def _add_block(
    builder: Any, shape: tuple[int, int], weights: Rows, rows: Rows, sums: Rows, i: Any, d: Any
) -> None:
    """Add to a block of the sums, which stay in registers, from row i and column d on."""
    n_rows, n_columns = shape

    def vectors(row: Any) -> list[Any]:
        """Pointers to the vectors of a row's columns from d on."""
        return [builder.gep(row, [builder.add(d, I64(k))]) for k in range(0, n_columns, LANES)]

    places = [each for k in range(n_rows) for each in vectors(sums.at(builder.add(i, I64(k))))]
    factors = [weights.at(builder.add(i, I64(k))) for k in range(n_rows)]
    old = [load(builder, place) for place in places]
    entry, loop = builder.block, builder.append_basic_block("products")
    after = builder.append_basic_block("products.end")
    builder.branch(loop)
    builder.position_at_end(loop)
    j = builder.phi(I64)
    totals = [builder.phi(VEC) for _ in places]
    parts = [load(builder, place) for place in vectors(rows.at(j))]
    by = [splat(builder, builder.load(builder.gep(factor, [j]))) for factor in factors]
    pairs = [(factor, part) for factor in by for part in parts]
    new = [fma(builder, *pair, total) for pair, total in zip(pairs, totals, strict=True)]
    following = builder.add(j, I64(1))
    j.add_incoming(I64(0), entry)
    j.add_incoming(following, loop)
    for total, before, value in zip(totals, old, new, strict=True):
        total.add_incoming(before, entry)
        total.add_incoming(value, loop)
    builder.cbranch(builder.icmp_signed("<", following, rows.height), loop, after)
    builder.position_at_end(after)
    for place, value in zip(places, new, strict=True):
        store(builder, value, place)


add_products = _vector_products if VECTORS else plain_products
