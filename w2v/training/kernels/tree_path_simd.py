"""Paths of the tree, copied by explicit LLVM vectors, and fetched ahead; see `tree_path`."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.arrays import Ids
from w2v.training.kernel_arguments import Outputs, Table, Tree
from w2v.training.kernels import tree_path
from w2v.training.kernels.llvm import (
    I64,
    LANES,
    VEC,
    VECTORS,
    Items,
    constant,
    members,
    splat,
    store,
)
from w2v.training.kernels.ring_simd import prefetch, prefetch_item
from w2v.training.kernels.tile import OPTIONS

NEAR_ROOT = 256  # nodes that are used so often that they need no prefetch

_INT32S = ir.VectorType(ir.IntType(32), LANES)
_INT64S = ir.VectorType(I64, LANES)
_LANE = ir.Constant(_INT32S, list(range(LANES)))


@intrinsic
def _vector_copy_path(typing: Any, turns: Any, first: Any, n_out: Any, outputs: Any) -> Any:
    """Intrinsic: `plain_copy_path`. Of the arrays' spare entries, some change, too."""
    kinds = (turns, first, n_out, outputs)

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        turns = Items(context, builder, kinds[0], values[0])
        first, n_out = values[1:3]
        rows, labels, weights, _ = (
            Items(context, builder, *each) for each in members(builder, kinds[3], values[3])
        )
        one, zero = (ir.Constant(_INT32S, [each] * LANES) for each in (1, 0))
        count = splat(builder, builder.trunc(n_out, ir.IntType(32)))
        with cgutils.for_range_slice(builder, I64(0), n_out, I64(LANES)) as (k, _):
            at = turns.at(builder.add(first, k))
            turn = builder.load(builder.bitcast(at, _INT32S.as_pointer()), align=4)
            number = builder.add(splat(builder, builder.trunc(k, ir.IntType(32))), _LANE)
            is_path = builder.icmp_signed("<", number, count)
            row = builder.select(is_path, builder.ashr(turn, one), zero)
            to = builder.bitcast(rows.at(k), _INT64S.as_pointer())
            builder.store(builder.sext(row, _INT64S), to, align=8)
            label = builder.sub(one, builder.and_(turn, one))
            store(builder, builder.sitofp(label, VEC), labels.at(k))
            weight = builder.select(is_path, constant(1.0), constant(0.0))
            store(builder, weight, weights.at(k))
        return context.get_dummy_value()

    return types.void(*kinds), build


copy_path = _vector_copy_path if VECTORS else tree_path.plain_copy_path


@njit(inline="always", **OPTIONS)  # see choose_noise
def choose_path(tree: Tree, word: int, outputs: Outputs) -> int:
    """Fill in the nodes of a word's path and their labels; returns their number."""
    first = tree.first[word]
    n_out = tree.first[word + 1] - first
    copy_path(tree.turns, first, n_out, outputs)
    return n_out


@njit(inline="always", **OPTIONS)  # see choose_noise
def prefetch_path(table: Table, tree: Tree, word: int) -> None:
    """Prefetch the rows that choose_path will fill in, except those near the root.

    Their numbers rise along a path. From its end, only the nodes to fetch are visited.
    """
    k, first = tree.first[word + 1] - 1, tree.first[word]
    while k >= first:
        node = np.int64(tree.turns[k]) >> 1
        if node < NEAR_ROOT:
            break
        prefetch(table, node)
        k -= 1


@njit(**OPTIONS)
def prefetch_turns(tree: Tree, words: Ids, count: int) -> None:
    """Prefetch the turns of the paths of words[:count]. Their waits for memory overlap."""
    for k in range(count):
        word = words[k]
        prefetch_item(tree.turns, tree.first[word])
        prefetch_item(tree.turns, tree.first[word + 1] - 1)  # a path may take two lines
