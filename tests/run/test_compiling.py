"""The kernels of a run: a first run compiles two at a time, later ones load them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import PYTHON, SMALL, some_text
from uncompiled import environment

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled"
)

# A run that says whether it started another process, and whether the kernels are in the cache.
SCRIPT = """
import json, subprocess, sys
from w2v.cli.main import run
from w2v.run import compiling
from w2v.system import resources
resources.available_threads = lambda: 2
started, popen = [], subprocess.Popen
def start(command, **how):
    started.append(command[1:4])
    return popen(command, **how)
subprocess.Popen = start
code = run(sys.argv[1:])
from w2v.text.kernels.scan import scan
from w2v.training.kernels.training_loop import training_kernel
model = training_kernel("cbow" if "cbow" in sys.argv else "skipgram", "ns", False)
stats = [kernel.stats for kernel in (scan, model)]
print(json.dumps([code, started, [len(s.cache_hits) for s in stats]]))
"""


def train(folder: Path, *arguments: str) -> list[object]:
    """Train in a process with a numba cache of its own: the exit code, processes, cache hits."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "train", "text", *SMALL, "-q", *arguments],
        cwd=folder,
        env={**environment(), "NUMBA_CACHE_DIR": str(folder / "cache")},
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        check=True,
    )
    result: list[object] = json.loads(done.stdout)
    return result


def test_a_first_run_compiles_the_training_kernel_in_another_process(tmp_path: Path) -> None:
    (tmp_path / "text").write_text(some_text(500))
    other = [["-m", "w2v.run.compiling"]]
    code, started, hits = train(tmp_path)
    assert (code, [command[:2] for command in started], hits) == (0, other, [0, 1])  # type: ignore[attr-defined]
    assert train(tmp_path, "--overwrite") == [0, [], [1, 1]], "the second run compiles nothing"
    assert train(tmp_path, "-o", "other", "--dry-run") == [0, [], [1, 0]]
    code, started, hits = train(tmp_path, "-o", "other", "--architecture", "cbow")
    assert (code, [command[:2] for command in started], hits) == (0, other, [1, 1])  # type: ignore[attr-defined]


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no ps to list processes")
def test_the_other_process_ends_with_the_run(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("one\n")  # which is refused, at once
    done = subprocess.run(
        [*PYTHON, "train", "text", "--seed", "987654321"],
        cwd=tmp_path,
        env={**environment(), "NUMBA_CACHE_DIR": str(tmp_path / "cache")},
        stderr=subprocess.PIPE,
        text=True,
        timeout=600,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("w2v: no word reaches --min-count 5")
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert not [row for row in running.splitlines() if "987654321" in row]
