"""A few processor instructions that numba does not expose, wrapped in plain functions.

Each intrinsic is followed by a plain function that does the same. It is the reference, and it
runs instead under NUMBA_DISABLE_JIT and NUMBA_BOUNDSCHECK, where indices are checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.arrays import Bytes, Words32, Words64

HELPER: dict[str, Any] = {
    "nogil": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
EXPLICIT = not (config.DISABLE_JIT or config.BOUNDSCHECK)

CHUNK = 64  # bytes examined at once
# Rows of `ranges`, uint8[12, 2]: first and last byte of a run; empty if first > last.
WORD_ROWS, UPPER_ROW, NEWLINE_ROWS = (0, 1, 2), 3, (4, 5)
JOINER_ROWS, WIDE_ROW = (6, 7, 8, 9, 10), 11
IN_WORD, ENDS, JOINERS, WIDES = range(4)  # indices into `marks`, uint64[4]
_MARK_OF_ROW = (*[IN_WORD] * 3, -1, *[ENDS] * 2, *[JOINERS] * 5, WIDES)

_I64 = ir.IntType(64)
_BYTES = ir.VectorType(ir.IntType(8), CHUNK)
_0, _1 = np.uint64(0), np.uint64(1)


def _splat(builder: Any, byte: Any) -> Any:
    """A vector of CHUNK copies of one byte."""
    one = builder.insert_element(ir.Constant(_BYTES, ir.Undefined), byte, ir.IntType(32)(0))
    return builder.shuffle_vector(
        one, one, ir.Constant(ir.VectorType(ir.IntType(32), CHUNK), [0] * CHUNK)
    )


@intrinsic
def _mark_at_once(
    typing: Any, text: Any, at: Any, ranges: Any, clean: Any, top: Any, marks: Any
) -> Any:
    """Intrinsic: `plain_mark` with all bytes in one vector."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def data(place: int) -> Any:
            return context.make_array(signature.args[place])(context, builder, values[place]).data

        def address(place: int, index: Any, kind: Any) -> Any:
            return builder.bitcast(builder.gep(data(place), [index]), kind.as_pointer())

        def among(*rows: int) -> Any:
            found = ir.Constant(ir.VectorType(ir.IntType(1), CHUNK), [0] * CHUNK)
            for row in rows:
                first, last = (
                    _splat(builder, builder.load(builder.gep(data(2), [_I64(2 * row + column)])))
                    for column in (0, 1)
                )
                above = builder.icmp_unsigned(">=", chunk, first)
                below = builder.icmp_unsigned("<=", chunk, last)
                found = builder.or_(found, builder.and_(above, below))
            return found

        chunk = builder.load(address(0, values[1], _BYTES), align=1)
        lowered = builder.add(chunk, ir.Constant(_BYTES, [32] * CHUNK))
        lower = builder.select(among(UPPER_ROW), lowered, chunk)
        kinds = [among(*WORD_ROWS), among(*NEWLINE_ROWS), among(*JOINER_ROWS), among(WIDE_ROW)]
        builder.store(lower, address(3, values[4], _BYTES), align=1)
        for place, kind in enumerate(kinds):
            builder.store(builder.bitcast(kind, _I64), builder.gep(data(5), [_I64(place)]))
        return context.get_dummy_value()

    return types.void(text, at, ranges, clean, top, marks), generate


@njit(**HELPER)
def plain_mark(
    text: Bytes,
    at: int,
    ranges: Bytes,
    clean: Bytes,
    top: int,
    marks: Words64,
) -> None:
    """Classify the CHUNK bytes at text[at]: in a word, line ends, joiners, wide; 64 bits each.

    The bytes are written to clean[top:], lower-cased.
    """
    for i in range(4):
        marks[i] = _0
    for i in range(CHUNK):
        byte = text[at + i]
        upper = ranges[UPPER_ROW, 0] <= byte <= ranges[UPPER_ROW, 1]
        clean[top + i] = byte + np.uint8(32) if upper else byte
        bit = _1 << np.uint64(i)
        for row in range(WIDE_ROW + 1):
            if row != UPPER_ROW and ranges[row, 0] <= byte <= ranges[row, 1]:
                marks[_MARK_OF_ROW[row]] |= bit


@intrinsic
def _load_at_once(typing: Any, array: Any, at: Any) -> Any:
    """Intrinsic: `plain_load` in one instruction."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        address = builder.bitcast(builder.gep(data, [values[1]]), _I64.as_pointer())
        return builder.load(address, align=1)

    return types.uint64(array, at), generate


@njit(**HELPER)
def plain_load(array: Bytes, at: int) -> Any:
    """The 8 bytes at array[at], in little-endian order."""
    value = _0
    for i in range(8):
        value |= np.uint64(array[at + i]) << np.uint64(8 * i)
    return value


@intrinsic
def _store_at_once(typing: Any, array: Any, at: Any, value: Any) -> Any:
    """Intrinsic: `plain_store` in one instruction."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        int32 = ir.IntType(32)
        address = builder.bitcast(builder.gep(data, [values[1]]), int32.as_pointer())
        builder.store(builder.trunc(values[2], int32), address, align=1)
        return context.get_dummy_value()

    return types.void(array, at, types.int64), generate


@njit(**HELPER)
def plain_store(array: Bytes, at: int, value: int) -> None:
    """Write the 4 lowest bytes of `value` to array[at:], in little-endian order."""
    for i in range(4):
        array[at + i] = (value >> (8 * i)) & 255


@intrinsic
def _zeros_at_once(typing: Any, bits: Any) -> Any:
    """Intrinsic: `plain_zeros` in one instruction."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.IntType(1)(0))

    return types.int64(types.uint64), generate


@njit(**HELPER)
def plain_zeros(bits: Any) -> int:
    """The number of trailing zero bits; 64 for 0."""
    n = 0
    while n < 64 and (bits >> np.uint64(n)) & _1 == _0:
        n += 1
    return n


@intrinsic
def _prefetch_at_once(typing: Any, array: Any, index: Any) -> Any:
    """Intrinsic: prefetch the cache line of array[index]."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        byte, int32 = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, int32, int32, int32])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [values[1]]), byte)
        builder.call(prefetch, [address, int32(0), int32(3), int32(1)])  # read, keep, data
        return context.get_dummy_value()

    return types.void(array, index), generate


@njit(**HELPER)
def plain_prefetch(array: Words32, index: int) -> None:
    """Do nothing: a prefetch is only a hint."""


mark = _mark_at_once if EXPLICIT else plain_mark
load = _load_at_once if EXPLICIT else plain_load
store = _store_at_once if EXPLICIT else plain_store
zeros = _zeros_at_once if EXPLICIT else plain_zeros
prefetch = _prefetch_at_once if EXPLICIT else plain_prefetch
