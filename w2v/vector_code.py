"""Building blocks of generated LLVM code for simd.py: rows, vectors, and sums across lanes."""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils

LANES = 16 if "avx512f" in llvm.get_host_cpu_features() else 8

F32 = ir.FloatType()
I64 = ir.IntType(64)
VEC = ir.VectorType(F32, LANES)


class Items:
    """A C-contiguous array of one dimension as the generated code sees it."""

    def __init__(self, context: Any, builder: Any, type_: Any, value: Any) -> None:
        self.builder = builder
        self.data = context.make_array(type_)(context, builder, value).data

    def at(self, index: Any) -> Any:
        """Pointer to item `index`."""
        return self.builder.gep(self.data, [index])

    def load(self, index: Any) -> Any:
        """Item `index`."""
        return self.builder.load(self.at(index))


class Rows:
    """A C-contiguous table float32[rows, S] as the generated code sees it."""

    def __init__(self, context: Any, builder: Any, type_: Any, value: Any) -> None:
        array = context.make_array(type_)(context, builder, value)
        self.builder, self.data = builder, array.data
        self.width = builder.extract_value(array.shape, 1)

    def at(self, row: Any) -> Any:
        """Pointer to the first float of `row`."""
        return self.builder.gep(self.data, [self.builder.mul(row, self.width)])


def even(builder: Any, number: Any) -> Any:
    """`number` rounded up to an even one."""
    return builder.and_(builder.add(number, I64(1)), I64(-2))


def load(builder: Any, pointer: Any) -> Any:
    return builder.load(builder.bitcast(pointer, VEC.as_pointer()), align=4)


def store(builder: Any, value: Any, pointer: Any) -> None:
    builder.store(value, builder.bitcast(pointer, VEC.as_pointer()), align=4)


def splat(builder: Any, scalar: Any) -> Any:
    first = builder.insert_element(ir.Constant(VEC, ir.Undefined), scalar, I64(0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, first, mask)


def constant(value: float) -> Any:
    return ir.Constant(VEC, [value] * LANES)


def fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c, rounded once."""
    kind = ir.FunctionType(VEC, [VEC] * 3)
    fma = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
    return builder.call(fma, [a, b, c])


def _shuffle(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order)
    return builder.shuffle_vector(a, b, mask)


def _halve(builder: Any, value: Any, lanes: int) -> Any:
    """The sum of the upper and the lower half of a vector."""
    half = lanes // 2
    low = _shuffle(builder, value, value, list(range(half)))
    return builder.fadd(low, _shuffle(builder, value, value, list(range(half, lanes))))


def sums_of_four(builder: Any, vectors: list[Any]) -> Any:
    """The sums of four vectors as one vector of 4 floats: fold to 8 lanes, transpose, add."""
    lanes = LANES
    while lanes > 8:
        vectors = [_halve(builder, vector, lanes) for vector in vectors]
        lanes //= 2
    even, odd = [0, 8, 2, 10, 4, 12, 6, 14], [1, 9, 3, 11, 5, 13, 7, 15]
    pairs = [
        builder.fadd(_shuffle(builder, a, b, even), _shuffle(builder, a, b, odd))
        for a, b in (vectors[:2], vectors[2:])
    ]
    low, high = [0, 1, 8, 9, 4, 5, 12, 13], [2, 3, 10, 11, 6, 7, 14, 15]
    quads = builder.fadd(_shuffle(builder, *pairs, low), _shuffle(builder, *pairs, high))
    return _halve(builder, quads, 8)


def polynomial(builder: Any, terms: tuple[float, ...], x: Any) -> Any:
    """Horner's rule, the lowest power first in `terms`."""
    value = constant(terms[-1])
    for term in reversed(terms[:-1]):
        value = fma(builder, value, x, constant(term))
    return value
