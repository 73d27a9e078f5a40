"""The lesser and the greater of two numbers.

Numba compiles `min` and `max` as functions of their own, again for each pair of types: a twentieth
of the time for a kernel.
"""

from __future__ import annotations

from typing import Any

from numba import config, types
from numba.extending import intrinsic


def _one_of_two(sign: str) -> Any:
    """An intrinsic: the first of two numbers if it compares so with the second, or the second."""

    @intrinsic
    def chosen(typing: Any, a: Any, b: Any) -> Any:
        kind = typing.unify_types(types.unliteral(a), types.unliteral(b))

        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            compare = builder.fcmp_ordered if isinstance(kind, types.Float) else builder.icmp_signed
            return builder.select(compare(sign, *values), *values)

        return kind(kind, kind), build

    return chosen


lesser: Any = min if config.DISABLE_JIT else _one_of_two("<")
greater: Any = max if config.DISABLE_JIT else _one_of_two(">")
