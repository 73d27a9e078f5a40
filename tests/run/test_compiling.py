"""The kernels of a run: a first run compiles two at a time, later ones load them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import PYTHON, SMALL, command_on_a_terminal, some_text
from uncompiled import environment

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled"
)

# A run that says whether it started another process, and whether numba was imported by then; and
# whether the kernels are in the cache.
SCRIPT = """
import json, subprocess, sys
from w2v.cli.main import run
from w2v.run import compiling
from w2v.system import resources
resources.available_threads = lambda: 2
started, popen = [], subprocess.Popen
def start(command, **how):
    started.append([*command[1:3], "numba" in sys.modules])
    return popen(command, **how)
subprocess.Popen = start
code = run(sys.argv[1:])
from w2v.text.kernels.scan import scan
from w2v.training.kernels.training_loop import training_kernel
model = training_kernel("cbow" if "cbow" in sys.argv else "skipgram", "ns", False, False)
stats = [kernel.stats for kernel in (scan, model)]
print(json.dumps([code, started, [len(s.cache_hits) for s in stats]]))
"""
OTHER = ["-m", "w2v.run.compiling"]


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


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    """A folder with a text, a model and a cache, and what the first run there reported."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "text").write_text(some_text(500))
    return folder, train(folder)


def test_a_first_run_compiles_the_training_kernel_in_another_process(
    first_run: tuple[Path, list[object]],
) -> None:
    folder, reported = first_run
    assert reported == [0, [[*OTHER, False]], [0, 1]], "it starts before numba is imported"
    assert train(folder, "--overwrite") == [0, [], [1, 1]], "the second run compiles nothing"
    assert train(folder, "-o", "other", "--dry-run") == [0, [], [1, 0]]


def test_a_first_run_of_another_model_says_that_it_compiles(
    first_run: tuple[Path, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = first_run
    monkeypatch.chdir(folder)
    command = [sys.executable, "-c", SCRIPT, "train", "text", *SMALL, "-o", "other", "--overwrite"]
    command += ["--architecture", "cbow"]
    for is_first in (True, False):
        shown, printed = command_on_a_terminal(command, NUMBA_CACHE_DIR=str(folder / "cache"))
        assert ("compiling (first run only)" in shown) == is_first
        started = [[*OTHER, True]] if is_first else []  # numba looks the kernel up in its cache
        assert json.loads(printed) == [0, started, [1, 1]]


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no ps to list processes")
def test_the_other_process_ends_with_the_run(
    tmp_path: Path, first_run: tuple[Path, list[object]]
) -> None:
    folder, _ = first_run
    (tmp_path / "text").write_text("one\n")  # which is refused, at once
    done = subprocess.run(
        [*PYTHON, "train", "text", "--subwords", "--seed", "987654321"],
        cwd=tmp_path,
        env={**environment(), "NUMBA_CACHE_DIR": str(folder / "cache")},
        stderr=subprocess.PIPE,
        text=True,
        timeout=600,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("w2v: no word reaches --min-count 5")
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert not [row for row in running.splitlines() if "987654321" in row]
