"""How kernels and their helpers are compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import uncompiled
from numba import njit
from numba.core import codegen

from w2v.kernels.compiler import Helper, Kernel

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
