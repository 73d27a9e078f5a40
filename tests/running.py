"""What the tests of whole runs share: texts, and w2v in this process or in one of its own."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import io
import multiprocessing
import os
import random
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from uncompiled import environment

from w2v.cli.main import run as run_cli

Train = Callable[..., tuple[int, str]]
FORK: Any = multiprocessing.get_context("fork") if sys.platform != "win32" else None
PYTHON = [sys.executable, "-W", "error", "-m", "w2v"]
SMALL = ["--vector-size", "16", "--min-count", "1", "--threads", "1", "--checkpoint-every", "0"]


def some_text(words: int = 3000, seed: int = 1, distinct: int = 200, line: int = 12) -> str:
    """Lines of words, the early ones of the vocabulary more frequent."""
    rng = random.Random(seed)
    numbers = [int(distinct * rng.random() ** 2) for _ in range(words)]
    lines = [numbers[i : i + line] for i in range(0, words, line)]
    return "\n".join(" ".join(f"word{n}" for n in numbers) for numbers in lines) + "\n"


def digests(model: Path) -> list[str]:
    """The digests of a model's two tables."""
    names = ("vectors.npy", "context.npy")
    return [hashlib.sha256((model / name).read_bytes()).hexdigest() for name in names]


def start(*arguments: str | Path, **how: Any) -> subprocess.Popen[str]:
    """The real w2v in a process of its own, its stderr a pipe."""
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE}
    how = {"text": True, "env": environment(), **pipes, **how}
    return subprocess.Popen([*PYTHON, *map(os.fspath, arguments)], **how)


def call(*arguments: str | Path, **how: Any) -> subprocess.CompletedProcess[str]:
    """The real w2v, to its end."""
    how = {"capture_output": True, "text": True, "timeout": 600, "env": environment(), **how}
    return subprocess.run([*PYTHON, *map(os.fspath, arguments)], **how)


def copied(
    prepare: Callable[[], object], *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """w2v in a copy of this process, which `prepare` limits first: limits end with the copy.

    A copy has imported numba and loaded the kernels already, which takes a process that is started
    anew a second. What it writes is caught in memory, so a limit on files leaves it alone.
    """
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # of threads; those of pytest-xdist wait
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_run_copy, args=(theirs, prepare, arguments))
        process.start()
    theirs.close()
    code, out, err = ours.recv()
    process.join()
    return subprocess.CompletedProcess(arguments, code, out, err)


def _run_copy(result: Any, prepare: Callable[[], object], arguments: Sequence[str | Path]) -> None:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        prepare()
        code = run_cli([os.fspath(argument) for argument in arguments])
    result.send((code, *(stream.buffer.getvalue().decode() for stream in (out, err))))


def obey_permissions() -> None:
    """Make root obey permissions as other users do; it still owns its files.

    On Linux, root's right to ignore permissions is a capability, which a process can lay down.
    """
    if os.geteuid() != 0:
        return
    system, version_3 = ctypes.CDLL(None, use_errno=True), 0x20080522
    header = (ctypes.c_uint32 * 2)(version_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, twice 32 of each
    assert system.capget(header, sets) == 0
    passes_permissions_over = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    for i in (0, 1):
        sets[i] &= ~passes_permissions_over
    if system.capset(header, sets):
        raise OSError(ctypes.get_errno(), "root stays root")


def peak_memory(*arguments: str | Path) -> tuple[int, str, float]:
    """The real w2v to its end: the exit code, what it said, its peak memory in megabytes.

    Linux counts the parent's memory at the time of the fork as the child's too, and a process that
    runs many tests uses a lot, so a small process in between starts the command and measures it.
    """
    ask = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        "print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", ask, *PYTHON, *map(os.fspath, arguments)]
    how: dict[str, Any] = {"capture_output": True, "text": True, "env": environment()}
    out = subprocess.run(command, timeout=300, **how)
    code, peak = out.stdout.split()
    return int(code), out.stderr, int(peak) * (1 if sys.platform == "darwin" else 1024) / 1e6


def on_a_terminal(*arguments: str, **variables: str) -> str:
    """What the real w2v shows on a terminal; it writes nothing to standard output."""
    shown, out = command_on_a_terminal([*PYTHON, *arguments], **variables)
    assert out == ""
    return shown


def command_on_a_terminal(command: Sequence[str], **variables: str) -> tuple[str, str]:
    """What a command, which succeeds, shows on a terminal, and what it writes to its output."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    process = subprocess.Popen(
        command,
        stderr=theirs,
        stdin=theirs,
        stdout=subprocess.PIPE,
        env={**environment(), "TERM": "xterm", **variables},
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return shown.decode(), out.decode()


def wait_for(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait until a condition holds; fail if it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail("it never came")
        time.sleep(0.002)


def in_process(capsys: pytest.CaptureFixture[str]) -> Train:
    """A function that runs a command line in this process: its exit code and what it said."""

    def train(*arguments: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        code = run_cli([os.fspath(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert out == "", "training writes nothing to stdout"
        return code, err

    return train


def one_line(code: int, err: str, wanted: int, message: str) -> None:
    """An error is one line of these words, with this exit code."""
    assert (code, err) == (wanted, f"w2v: {message}\n")


def last_line(err: str) -> str:
    """What was said last."""
    return err.splitlines()[-1]
