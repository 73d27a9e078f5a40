"""Numba's cache of compiled kernels on disk, made safe.

Numba compiles a kernel's helpers into the kernel, even those from other files, but notices a change
only in the kernel's own file. It does compare the values of a kernel's closure, so a cached kernel
has the `code_digest` of the other files as a closure variable.

If numba cannot read its cache, it raises an error. This happens when a file is damaged, and after
an upgrade: the cache refers to classes of w2v by name, and a class may be gone. A `cached` kernel
is then compiled again.

Before numba looks into its cache it loads what it needs to compile, and with that scipy's linear
algebra: most of the time that a short run takes. A `cached` kernel that is found needs none of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from copy import copy
from pathlib import Path
from types import ModuleType
from typing import Any


def cached(decorator: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Turn a decorator that `njit(...)` returned into one whose kernels are cached on disk."""

    def compiled(function: Any) -> Any:
        kernel = decorator(function)
        if kernel is function:  # NUMBA_DISABLE_JIT
            return kernel
        try:
            kernel.enable_caching()
        except RuntimeError:  # no folder can be written: every run compiles for itself
            return kernel
        cache = kernel._cache
        cache.load_overload = _or_else(None, _only_loading(cache))
        cache._cache_file._load_index = _or_else({}, cache._cache_file._load_index)
        return kernel

    return compiled


def _only_loading(cache: Any) -> Callable[..., Any]:
    """The cache's `load_overload` without what only compiling needs."""

    def load_overload(signature: Any, context: Any) -> Any:
        from w2v.kernels.runtime import start  # numba is imported by now

        start(context)
        return cache._load_overload(signature, context)

    return load_overload


def _or_else(nothing: Any, load: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which returns a copy of `nothing` where it would fail."""

    def loaded(*arguments: Any) -> Any:
        try:
            return load(*arguments)
        except Exception:  # whatever is wrong with the cache, the kernel can be compiled
            return copy(nothing)

    return loaded


def code_digest(*modules: ModuleType) -> str:
    """A digest of the modules' source code, which changes with it.

    Line ends are ignored. A module without source (in a frozen program) is represented by its name.
    """
    digest = hashlib.sha256()
    for module in modules:
        digest.update(module.__name__.encode() + b"\0")
        source = Path(getattr(module, "__file__", None) or "")
        if source.is_file():
            digest.update(source.read_bytes().replace(b"\r", b"") + b"\0")
    return digest.hexdigest()[:16]
