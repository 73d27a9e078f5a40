"""A few processor instructions that numba does not expose, wrapped in plain functions.

Each intrinsic is followed by a plain function that does the same. It is the reference, and it
runs instead under NUMBA_DISABLE_JIT and NUMBA_BOUNDSCHECK, where indices are checked.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from w2v.arrays import Bytes, Ids, Words32
from w2v.kernels.compiler import Apart, Helper, Kernel

EXPLICIT = not (config.DISABLE_JIT or config.BOUNDSCHECK)
# References to arrays are not counted, which takes less time, also to compile. In return a kernel
# cannot create arrays.
KERNEL: dict[str, Any] = {
    **{"nogil": True, "no_cfunc_wrapper": True, "_nrt": not EXPLICIT},
    "pipeline_class": Kernel,
}
HELPER: dict[str, Any] = {**KERNEL, "no_cpython_wrapper": True, "pipeline_class": Helper}
# For the steps of `scan`: copied into one function, they take 3 % longer.
APART: dict[str, Any] = {**HELPER, "pipeline_class": Apart}

CHUNK = 64  # bytes examined at once
# Rows of `runs`, uint8[13, 2]: the first byte of a run, and how many follow it. From _SINGLES on, a
# row is one byte. Where nothing joins words, the row of numbers may hold letters.
_LETTERS, _NUMBERS, _UPPER, _WIDE = (0, 1), (2,), 3, (4,)
_SINGLES = 5
_NEWLINES, _MID_LETTER, _MID_NUMBERS, _MID_EITHER, _UNDERSCORE = (
    (5, 6),
    (7,),
    (8, 9),
    (10, 11),
    (12,),
)
# The results of `mark`, each with the rows that it is made of.
MARKS = (
    *(_LETTERS, _NUMBERS, _NEWLINES, _WIDE),
    *(_MID_LETTER + _MID_EITHER, _MID_NUMBERS + _MID_EITHER, _UNDERSCORE),
)

_I64 = ir.IntType(64)
_BYTES = ir.VectorType(ir.IntType(8), CHUNK)
_0, _1 = np.uint64(0), np.uint64(1)
_BITS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
PLACES = np.argsort(_BITS == 0, axis=1, kind="stable").astype(np.uint8)
"""uint8[256, 8]: for each byte, the places of its bits, the lowest first."""
_IS_OF_MARK = np.array([[row in rows for rows in MARKS] for row in range(13)])


def _splat(builder: Any, value: Any, kind: Any = _BYTES) -> Any:
    """A vector, CHUNK bytes by default, of copies of one value."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
    return builder.shuffle_vector(one, one, zeros)


@intrinsic
def _mark_at_once(typing: Any, text: Any, at: Any, runs: Any, clean: Any, top: Any) -> Any:
    """Intrinsic: `plain_mark` with all bytes in one vector."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def data(place: int) -> Any:
            return context.make_array(signature.args[place])(context, builder, values[place]).data

        def address(place: int, index: Any) -> Any:
            return builder.bitcast(builder.gep(data(place), [index]), _BYTES.as_pointer())

        def entry(row: int, column: int) -> Any:
            return _splat(builder, builder.load(builder.gep(data(2), [_I64(2 * row + column)])))

        @functools.cache
        def in_row(row: int) -> Any:
            if row >= _SINGLES:
                return builder.icmp_unsigned("==", chunk, entry(row, 0))
            return builder.icmp_unsigned("<=", builder.sub(chunk, entry(row, 0)), entry(row, 1))

        chunk = builder.load(address(0, values[1]), align=1)
        found = [functools.reduce(builder.or_, map(in_row, rows)) for rows in MARKS]
        lowered = builder.add(chunk, ir.Constant(_BYTES, [32] * CHUNK))
        lower = builder.select(in_row(_UPPER), lowered, chunk)
        builder.store(lower, address(3, values[4]), align=1)
        marks = [builder.bitcast(bits, _I64) for bits in found]
        return context.make_tuple(builder, signature.return_type, marks)

    marks = types.UniTuple(types.uint64, len(MARKS))
    return marks(text, at, runs, clean, top), generate


@njit(**{**HELPER, "_nrt": True})  # it creates an array
def plain_mark(text: Bytes, at: int, runs: Bytes, clean: Bytes, top: int) -> Any:
    """Mark the CHUNK bytes at text[at], 64 bits each time: letters, numbers, line ends, wide, and
    those that join letters, numbers, or both and themselves.

    The bytes are written to clean[top:], lower-cased.
    """
    marks = np.zeros(len(MARKS), np.uint64)
    for i in range(CHUNK):
        byte = np.int64(text[at + i])
        clean[top + i] = byte
        for row in range(len(runs)):
            if not 0 <= byte - np.int64(runs[row, 0]) <= runs[row, 1]:
                continue
            if row == _UPPER:
                clean[top + i] = byte + 32
            for mark in range(len(MARKS)):
                if _IS_OF_MARK[row, mark]:
                    marks[mark] |= _1 << np.uint64(i)
    return marks[0], marks[1], marks[2], marks[3], marks[4], marks[5], marks[6]


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
def _ones_at_once(typing: Any, bits: Any) -> Any:
    """Intrinsic: `plain_ones` in one instruction."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.ctpop(values[0])

    return types.uint64(types.uint64), generate


@njit(**HELPER)
def plain_ones(bits: Any) -> Any:
    """The number of bits that are 1."""
    n = _0
    while bits != _0:
        bits &= bits - _1
        n += _1
    return n


@intrinsic
def _write_places_at_once(
    typing: Any, array: Any, at: Any, byte: Any, base: Any, places: Any
) -> Any:
    """Intrinsic: `plain_write_places` with all places in one vector."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def address(place: int, index: Any, kind: Any) -> Any:
            data = context.make_array(signature.args[place])(context, builder, values[place]).data
            return builder.bitcast(builder.gep(data, [index]), kind.as_pointer())

        eight = ir.VectorType(ir.IntType(32), 8)
        row = address(4, builder.mul(values[2], _I64(8)), ir.VectorType(ir.IntType(8), 8))
        shifts = _splat(builder, builder.trunc(values[3], ir.IntType(32)), eight)
        found = builder.add(shifts, builder.zext(builder.load(row, align=1), eight))
        builder.store(found, address(0, values[1], eight), align=4)
        return context.get_dummy_value()

    return types.void(array, types.uint64, types.uint64, types.uint64, places), generate


@njit(**HELPER)
def plain_write_places(array: Ids, at: Any, byte: Any, base: Any, places: Bytes) -> None:
    """Write base + the place of each bit of a byte to array[at:]; garbage follows, up to 8."""
    for i in range(8):
        array[at + np.uint64(i)] = base + np.uint64(places[byte, i])


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
ones = _ones_at_once if EXPLICIT else plain_ones
zeros = _zeros_at_once if EXPLICIT else plain_zeros
write_places = _write_places_at_once if EXPLICIT else plain_write_places
prefetch = _prefetch_at_once if EXPLICIT else plain_prefetch
