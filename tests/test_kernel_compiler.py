"""How kernels and their helpers are compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import uncompiled
from numba import njit
from numba.core import codegen

from w2v.kernels.compiler import Apart, Helper, Kernel
from w2v.kernels.extremes import greater, lesser

pytestmark = pytest.mark.skipif(
    uncompiled.mode() == "NUMBA_DISABLE_JIT", reason="nothing is compiled"
)


def test_a_helper_becomes_part_of_its_callers_without_machine_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[str] = []
    compile_ = codegen.JITCPUCodegen._add_module

    def recorded(self: Any, module: Any) -> Any:
        compiled.append(module.name)
        return compile_(self, module)

    monkeypatch.setattr(codegen.JITCPUCodegen, "_add_module", recorded)

    @njit(pipeline_class=Helper, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    def square(x: Any) -> Any:
        return x * x

    @njit(pipeline_class=Helper, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    def fourth_power(x: Any) -> Any:
        return square(square(x))

    @njit(pipeline_class=Kernel)
    def total(values: Any) -> Any:
        sum_ = square(values[0]) - square(values[0])
        for value in values:
            sum_ += fourth_power(value)
        return sum_

    assert total(np.array([1, 2, 3])) == 98
    assert total(np.array([0.5, 2.0])) == 16.0625
    assert len(square.overloads) == len(fourth_power.overloads) == 2
    names = [name.split(".")[-1] for name in compiled]
    assert [name for name in names if name != "nrt"] == ["total", "total"]


def test_an_error_in_a_helper_reaches_python() -> None:
    @njit(pipeline_class=Helper, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    def checked(x: int) -> int:
        if x < 0:
            raise ValueError("below zero")
        return x

    @njit(pipeline_class=Kernel)
    def doubled(x: int) -> int:
        return 2 * checked(x)

    assert doubled(4) == 8
    with pytest.raises(ValueError, match="below zero"):
        doubled(-4)


def test_the_code_of_a_helper_that_stays_apart_is_there_once() -> None:
    @njit(pipeline_class=Apart, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    def cube(x: float) -> float:
        return x * x * x

    @njit(pipeline_class=Kernel)
    def sum_of_cubes(x: float, y: float) -> float:
        return cube(x) + cube(y)

    assert sum_of_cubes(2.0, 3.0) == 35.0
    code = sum_of_cubes.inspect_llvm(sum_of_cubes.signatures[0])
    assert code.count("fmul") == 2


def test_what_unpacks_arguments_is_not_optimised() -> None:
    @njit(pipeline_class=Kernel)
    def first(values: Any) -> Any:
        return values[0]

    assert first(np.array([4, 5])) == 4
    definitions = [
        line
        for line in first.inspect_llvm(first.signatures[0]).splitlines()
        if line.startswith("define") and "cpython" in line
    ]
    assert len(definitions) == 1
    code = first.inspect_llvm(first.signatures[0])
    group = definitions[0].split("#")[1].split()[0]
    assert "optnone" in code.split(f"attributes #{group} = ")[1].splitlines()[0]


def test_the_lesser_and_the_greater_of_two_numbers() -> None:
    @njit(pipeline_class=Kernel)
    def both(a: Any, b: Any) -> Any:
        return lesser(a, b), greater(a, b)

    for a, b in ((3, 4), (4, 3), (-1, -1), (-2, 1.5), (1.5, -2), (0.25, 0.5)):
        assert both(a, b) == (min(a, b), max(a, b))
