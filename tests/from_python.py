"""Compiled helpers as functions that Python can call."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from numba import jit


class FromPython:
    """A module's content; its helpers, which only compiled code can call, are compiled again."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        if hasattr(found, "py_func"):
            found = jit(**{**found.targetoptions, "no_cpython_wrapper": False})(found.py_func)
        setattr(self, name, found)
        return found
