"""The cache of compiled code: what is wrong with it never stops a run."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numba
import pytest
import uncompiled
from numba.core import caching

pytestmark = pytest.mark.skipif(
    uncompiled.mode() == "NUMBA_DISABLE_JIT", reason="nothing is compiled, so nothing is cached"
)

SOURCE = """
from typing import NamedTuple
from numba import njit
from w2v.kernels.disk_cache import cached

class {pair}(NamedTuple):
    left: int
    right: int

@cached(njit(nogil=True))
def total(pair):
    return pair.left + pair.right

def answer():
    return total({pair}(40, 2))
"""


def loaded(folder: Path, patch: pytest.MonkeyPatch, pair: str = "Pair") -> ModuleType:
    """The module of SOURCE, whose tuple has the given name, as a new process would load it."""
    path, text = folder / "sums.py", SOURCE.format(pair=pair)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    spec = importlib.util.spec_from_file_location("sums", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    patch.setitem(sys.modules, "sums", module)
    spec.loader.exec_module(module)
    assert module.answer() == 42
    return module


def hits(module: ModuleType) -> int:
    """How often the kernel was found in the cache."""
    return sum(module.total.stats.cache_hits.values())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the module lies and its kernel, which was compiled once, is cached."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    assert not hits(loaded(tmp_path, monkeypatch))
    assert hits(loaded(tmp_path, monkeypatch)) == 1
    return tmp_path


FOUND = """
import sys
import numpy as np
from numba import njit
from w2v.kernels.disk_cache import cached

@cached(njit(nogil=True))
def doubled(values):
    if len(values) == 0:
        raise ValueError("nothing to double")
    result = np.empty(len(values), values.dtype)
    for i in range(len(values)):
        result[i] = 2 * values[i]
    return result, len(values)

result, n = doubled(np.arange(3.0))
assert (result.tolist(), n) == ([0, 2, 4], 3)
try:
    doubled(np.zeros(0))
except ValueError as error:
    assert str(error) == "nothing to double"
print(len(doubled.stats.cache_hits), "numba.np.linalg" in sys.modules)
print(njit(lambda x: np.cumsum(x)[-1])(np.arange(3)))
"""


def test_a_kernel_that_is_found_loads_nothing_that_compiling_needs(tmp_path: Path) -> None:
    """It creates arrays and raises errors nevertheless, and other code can still be compiled."""
    (tmp_path / "found.py").write_text(FOUND)
    for wanted in ("0 True", "1 False"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "found.py"],
            cwd=tmp_path,
            env=uncompiled.environment(),
            capture_output=True,
            text=True,
        )
        assert (done.stdout, done.stderr) == (f"{wanted}\n3\n", "")


def test_a_class_that_is_gone_does_no_harm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an upgrade: the cache names a class of the older version."""
    assert not hits(loaded(folder, monkeypatch, "Sums"))
    assert hits(loaded(folder, monkeypatch, "Sums")) == 1


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("left", [b"", b"\x80", pickle.dumps(numba.__version__) + b"rubbish"])
def test_a_damaged_cache_does_no_harm(
    ending: str, left: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (damaged,) = (folder / "__pycache__").glob(f"*.{ending}")
    damaged.write_bytes(left)
    assert not hits(loaded(folder, monkeypatch))
    assert hits(loaded(folder, monkeypatch)) == 1


def test_a_kernel_works_where_no_cache_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])  # numba finds no folder
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(lambda: 1)
    assert not hits(loaded(tmp_path, monkeypatch))
