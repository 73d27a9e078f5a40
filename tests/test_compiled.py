"""Numba's cache of compiled code, where an older version of w2v or a crash left something else."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
from numba import njit
from w2v.compiled import usable

def make():
    @njit(cache=True)
    def twice(x):
        return 2 * x
    return usable(twice)

print(make()(21))
"""
OTHERS = {
    "of an older version": b"cw2v.compiled\nTypeThatHasGone\n.",
    "of a module that has gone": b"cw2v.no_such_module\nType\n.",
    "cut short": b"\x80\x04",
    "empty": b"",
}


@pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="without compiling there is no cache"
)
@pytest.mark.parametrize("kind", OTHERS)
def test_a_cache_that_cannot_be_read_is_replaced(tmp_path: Path, kind: str) -> None:
    (tmp_path / "use.py").write_text(CODE)
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def run() -> str:
        command = [sys.executable, str(tmp_path / "use.py")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run()
    (index,) = (tmp_path / "cache").rglob("*.nbi")
    with index.open("rb") as file:
        version = pickle.load(file)
    index.write_bytes(pickle.dumps(version) + OTHERS[kind])
    assert run() == "42\n"
    assert index.stat().st_size > 100
