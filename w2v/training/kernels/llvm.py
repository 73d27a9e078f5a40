"""Building blocks of generated LLVM code: rows of tables, vectors, and sums across lanes."""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import config
from numba.core import cgutils


def _has(feature: str) -> bool:
    """Whether compiled code may use a feature of the processor; numba's settings come first."""
    if config.CPU_FEATURES is not None:
        return f"+{feature}" in config.CPU_FEATURES.split(",")
    return bool(llvm.get_host_cpu_features().get(feature, False))


LANES = 16 if _has("avx512f") else 8  # LLVM splits these into narrower ones

VECTORS = not (config.DISABLE_JIT or config.BOUNDSCHECK)
"""Whether vectors are used at all: plain loops can be checked for indices out of range."""

F32 = ir.FloatType()
I64 = ir.IntType(64)
VEC = ir.VectorType(F32, LANES)


class Items:
    """A C-contiguous array of one dimension as the generated code sees it."""

    def __init__(self, context: Any, builder: Any, type_: Any, value: Any) -> None:
        array = context.make_array(type_)(context, builder, value)
        self.builder, self.data = builder, array.data
        self.length = builder.extract_value(array.shape, 0)

    def at(self, index: Any) -> Any:
        """Pointer to item `index`."""
        return self.builder.gep(self.data, [index])

    def load(self, index: Any) -> Any:
        """Item `index`, an integer, as 64 bits."""
        return self.builder.sext(self.builder.load(self.at(index)), I64)


class Rows:
    """A table float32[rows, S] as the generated code sees it; the floats of a row lie together."""

    def __init__(self, context: Any, builder: Any, type_: Any, value: Any) -> None:
        array = context.make_array(type_)(context, builder, value)
        self.builder, self.data = builder, array.data
        self.height = builder.extract_value(array.shape, 0)
        self.width = builder.extract_value(array.shape, 1)
        self.stride = builder.ashr(builder.extract_value(array.strides, 0), I64(2))  # in floats

    def at(self, row: Any) -> Any:
        """Pointer to the first float of `row`."""
        return self.builder.gep(self.data, [self.builder.mul(row, self.stride)])


class TableRows:
    """A table's rows, the first ones from the thread's own copies."""

    def __init__(self, context: Any, builder: Any, type_: Any, value: Any) -> None:
        self.builder = builder
        shared, own, _ = members(builder, type_, value)
        self.shared = Rows(context, builder, *shared)
        self.own = Rows(context, builder, *own)
        self.width = self.shared.width

    def at(self, row: Any) -> Any:
        """Pointer to the first float of a row."""
        is_own = self.builder.icmp_signed("<", row, self.own.height)
        return self.builder.select(is_own, self.own.at(row), self.shared.at(row))


class Inputs(Rows):
    """The local rows of a window's inputs, whose places are known: see `find_inputs`.

    types, values: of the local rows and of the places
    """

    def __init__(self, context: Any, builder: Any, types: Any, values: Any) -> None:
        super().__init__(context, builder, types[0], values[0])
        self.places = Items(context, builder, types[1], values[1])

    def input(self, i: Any) -> Any:
        """Pointer to the row of input i."""
        return self.builder.gep(self.data, [self.places.load(i)])


class NearbyRows(Rows):
    """The local rows of a window's inputs, found by their positions."""

    def __init__(self, context: Any, builder: Any, type_: Any, values: Any) -> None:
        super().__init__(context, builder, type_, values[0])
        self.low, self.position = values[1], values[2]
        self.mask = builder.sub(self.height, I64(1))

    def input(self, i: Any) -> Any:
        """Pointer to the row of input i: at position low + i, or one further from `position` on."""
        at = self.builder.add(self.low, i)
        beyond = self.builder.icmp_signed(">=", at, self.position)
        at = self.builder.add(at, self.builder.zext(beyond, I64))
        return self.at(self.builder.and_(at, self.mask))


def members(builder: Any, type_: Any, value: Any) -> list[tuple[Any, Any]]:
    """Type and value of each member of a tuple."""
    return list(zip(type_.types, cgutils.unpack_tuple(builder, value), strict=True))


def load(builder: Any, pointer: Any) -> Any:
    """The vector at `pointer`, which lies on a multiple of 4 bytes."""
    return builder.load(builder.bitcast(pointer, VEC.as_pointer()), align=4)


def store(builder: Any, value: Any, pointer: Any) -> None:
    """Write a vector at `pointer`."""
    builder.store(value, builder.bitcast(pointer, VEC.as_pointer()), align=4)


def add_to(builder: Any, value: Any, pointer: Any) -> None:
    """Add a vector to the one at `pointer`."""
    store(builder, builder.fadd(load(builder, pointer), value), pointer)


def fetch_line(builder: Any, pointer: Any, writes: int = 1) -> None:
    """Prefetch the cache line at `pointer` into the nearest cache, to be written or only read."""
    byte, i32 = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, i32, i32, i32])
    prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    builder.call(prefetch, [builder.bitcast(pointer, byte), i32(writes), i32(3), i32(1)])


def splat(builder: Any, scalar: Any) -> Any:
    """A vector with the same value in all lanes."""
    nothing = ir.Constant(ir.VectorType(scalar.type, LANES), ir.Undefined)
    first = builder.insert_element(nothing, scalar, I64(0))
    return _shuffle(builder, first, first, [0] * LANES)


def constant(*values: float) -> Any:
    """A vector of the given lanes; a single value fills all lanes."""
    return ir.Constant(VEC, list(values) * (LANES // len(values)))


def repeated(builder: Any, vector: Any, size: int, count: int) -> list[Any]:
    """`count` vectors whose lanes are the first `size` of a vector, again and again."""
    return [
        _shuffle(builder, vector, vector, [(k * LANES + lane) % size for lane in range(LANES)])
        for k in range(count)
    ]


def in_turn(builder: Any, scalars: list[Any], size: int, part: int) -> Any:
    """Vector number `part` of the sequence `size` times one scalar, `size` times the next."""
    first, second = (splat(builder, each) for each in scalars)
    lanes = range(part * LANES, (part + 1) * LANES)
    return _shuffle(builder, first, second, [k % LANES + LANES * (k >= size) for k in lanes])


def fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c, rounded once where the processor can."""
    kind = ir.FunctionType(VEC, [VEC] * 3)
    fma = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{LANES}f32")
    return builder.call(fma, [a, b, c])


def polynomial(builder: Any, terms: tuple[float, ...], x: Any) -> Any:
    """Horner's rule, the lowest power first in `terms`."""
    value = constant(terms[-1])
    for term in reversed(terms[:-1]):
        value = fma(builder, value, x, constant(term))
    return value


def lane_sums(builder: Any, vectors: list[Any]) -> list[Any]:
    """The sum of each of 8 or 16 vectors, LANES or twice as many, in order, in one or two vectors.

    A tree: two vectors become one whose parts hold sums of both, until each part is one lane.
    The first two steps work inside blocks of 4 lanes, the others put blocks side by side.
    """
    wanted = len(vectors) // LANES
    pairs = (
        [0, 4, 1, 5],
        [2, 6, 3, 7],
    )  # of the blocks of two vectors: lanes 0-3 and 4-7
    twos = ([0, 1, 4, 5], [2, 3, 6, 7])
    vectors = _joined(builder, vectors, [_in_blocks(order) for order in pairs])
    vectors = _joined(builder, vectors, [_in_blocks(order) for order in twos])
    blocks = LANES // 4
    while len(vectors) > wanted:
        order = list(range(2 * blocks))
        vectors = _joined(builder, vectors, [_of_blocks(order[k::2]) for k in (0, 1)])
    return vectors


def _joined(builder: Any, vectors: list[Any], orders: list[list[int]]) -> list[Any]:
    """Each pair of neighbours, shuffled in two orders and added."""
    return [
        builder.fadd(*(_shuffle(builder, a, b, order) for order in orders))
        for a, b in zip(vectors[::2], vectors[1::2], strict=True)
    ]


def _in_blocks(order: list[int]) -> list[int]:
    """A shuffle within each block of 4 lanes; 4 to 7 are the second vector's lanes."""
    return [
        block + (lane if lane < 4 else LANES + lane - 4)
        for block in range(0, LANES, 4)
        for lane in order
    ]


def _of_blocks(order: list[int]) -> list[int]:
    """A shuffle of whole blocks of 4 lanes."""
    return [4 * block + lane for block in order for lane in range(4)]


def _shuffle(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order)
    return builder.shuffle_vector(a, b, mask)
