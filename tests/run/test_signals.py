"""The real w2v, stopped by Ctrl-C, SIGTERM and SIGKILL at any time, and resumed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from running import call, digests, last_line, some_text, start, wait_for
from uncompiled import environment

from w2v.run.checkpoint import UNFINISHED, find_checkpoints

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and pipes")

# A run of some seconds, with checkpoints of a few megabytes that take a while to write. An epoch
# takes much longer than the interval between checkpoints, which is what a killed run may lose.
LONG = ["--min-count", "1", "--threads", "1", "--vector-size", "96", "--window", "10", "--sample=0"]
EVERY = 0.2  # seconds
SLACK = 1.0  # for writing one, on a machine that does other things besides
SAVING = [*LONG, "--epochs", "2", "--checkpoint-every", str(EVERY / 60)]
ENDLESS = [*LONG, "--epochs", "100000"]
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "text"
    path.write_text(some_text(400_000, distinct=8000))
    return path


@pytest.fixture(scope="module")
def whole(text: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The digests of a run that nothing interrupts."""
    output = tmp_path_factory.mktemp("whole") / "m"
    out = call("train", text, "-o", output, *LONG, "--epochs", "2", "--checkpoint-every", "0")
    assert out.returncode == 0, out.stderr
    return digests(output)


def stop(
    process: subprocess.Popen[str], number: int, seconds: float = 1.0
) -> tuple[int, str, float]:
    """Send a signal: the exit code, what was said, and how long that took."""
    began = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    return process.returncode, err, time.monotonic() - began


def once_within(limit: float, attempt: Callable[[], float]) -> None:
    """One of a few attempts takes no longer; a machine that does other things may delay some."""
    times: list[float] = []
    while not times or (times[-1] >= limit and len(times) < 4):
        times.append(attempt())
    assert times[-1] < limit, times


def has_trained(log: Path) -> Callable[[], bool]:
    """Whether a run has reported."""
    return lambda: log.exists() and log.stat().st_size > 0


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_training_stops_within_a_second_and_resumes(
    tmp_path: Path, text: Path, number: int, code: int
) -> None:
    log, words = tmp_path / "m.run" / "train.jsonl", ["0"]

    def attempt() -> float:
        process = start("train", text, "-o", tmp_path / "m", *ENDLESS, "--resume")
        before = log.stat().st_size if log.exists() else 0
        wait_for(lambda: log.exists() and log.stat().st_size > before + 100)
        found, err, seconds = stop(process, number)
        assert found == code
        assert (f"resuming after {words[-1]} words\n" in err) == (len(words) > 1)
        words.append(last_line(err).split()[3])
        assert last_line(err) == (
            f"w2v: stopped after {words[-1]} words; "
            "the same command with --resume continues from here"
        )
        return seconds

    attempt()
    once_within(1.0, attempt)
    assert os.listdir(tmp_path) == ["m.run"]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_waiting_for_a_pipe_stops_within_a_second(tmp_path: Path, number: int, code: int) -> None:
    os.mkfifo(tmp_path / "pipe")

    def attempt() -> float:
        process = start("train", tmp_path / "pipe", "-o", tmp_path / "m")
        with open(tmp_path / "pipe", "w") as pipe:
            pipe.write("some words and then none for a long time\n")
            pipe.flush()
            time.sleep(0.3)
            found, err, seconds = stop(process, number)
        assert (found, err) == (code, "w2v: stopped; nothing is kept\n")
        assert os.listdir(tmp_path) == ["pipe"]
        return seconds

    once_within(1.0, attempt)


def test_standard_input_that_never_ends_stops_too(tmp_path: Path) -> None:
    process = start("train", "-", "-o", tmp_path / "m", stdin=subprocess.PIPE)
    time.sleep(0.8)
    assert stop(process, signal.SIGTERM)[:2] == (143, "w2v: stopped; nothing is kept\n")
    assert os.listdir(tmp_path) == []


def test_a_second_signal_stops_at_once_and_keeps_the_last_checkpoint(
    tmp_path: Path, text: Path, whole: list[str]
) -> None:
    output = tmp_path / "m"
    process = start("train", text, "-o", output, *SAVING)
    wait_for(lambda: find_checkpoints(tmp_path / "m.run"))
    process.send_signal(signal.SIGINT)
    found, err, _ = stop(process, signal.SIGINT)
    assert found == 130
    assert "--resume continues from" in last_line(err)
    out = call("train", text, "-o", output, *SAVING, "--resume")
    assert out.returncode == 0, out.stderr
    assert digests(output) == whole


def test_a_signal_while_saving_waits_for_the_checkpoint(
    tmp_path: Path, text: Path, whole: list[str]
) -> None:
    output, run = tmp_path / "m", tmp_path / "m.run"
    process = start("train", text, "-o", output, *SAVING)
    wait_for(lambda: (run / UNFINISHED).exists())
    found, err, _ = stop(process, signal.SIGTERM)
    assert found == 143
    assert "the same command with --resume continues from here" in last_line(err)
    assert not (run / UNFINISHED).exists()
    assert call("train", text, "-o", output, *SAVING, "--resume").returncode == 0
    assert digests(output) == whole


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_an_export_that_is_stopped_leaves_nothing(tmp_path: Path, number: int, code: int) -> None:
    np.save(tmp_path / "v.npy", np.random.default_rng(1).normal(size=(60_000, 100)).astype("f4"))
    words = "".join(f"w{n}\n" for n in range(60_000))
    (tmp_path / "v.npy.vocab.tsv").write_text(words)
    before = sorted(os.listdir(tmp_path))
    # As users run it: with -W error an interrupted import tells of its open file.
    command = [sys.executable, "-m", "w2v", "export", "-m", tmp_path / "v.npy", tmp_path / "v.txt"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    wait_for(lambda: len(os.listdir(tmp_path)) > len(before))  # the hidden file that grows
    found, err, _ = stop(process, number)
    assert (found, err.strip()) == (code, "w2v: interrupted")
    assert sorted(os.listdir(tmp_path)) == before


def test_who_is_interrupted_while_numpy_is_imported_can_still_say_what_is_kept() -> None:
    script = "import sys, w2v.run.work_folder; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


INTERRUPTED_COMPILER = """
import os, signal, sys
from w2v.cli.main import run
from w2v.run.compiling import Kernels

class Callback:
    def __del__(self):  # Python drops what is raised here, as in a callback from C
        os.kill(os.getpid(), signal.SIGTERM)

def for_reading(kernels):
    Callback()
    raise {error}("whatever compiled code made of it")

Kernels.for_reading = for_reading
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("error", ["RuntimeError", "ImportError", "AttributeError", "SystemError"])
def test_a_signal_that_compiled_code_turns_into_an_error_stops_the_run(
    tmp_path: Path, error: str
) -> None:
    """numba's compiler makes a RuntimeError of it, a module that is being imported the others."""
    (tmp_path / "text").write_text(some_text(100))
    script = INTERRUPTED_COMPILER.format(error=error)
    line = [sys.executable, "-c", script, "train", "text", "-o", "m"]
    done = subprocess.run(line, cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (143, "w2v: stopped; nothing is kept\n")
    assert os.listdir(tmp_path) == ["text"]


def test_an_ignored_signal_stays_ignored(tmp_path: Path, text: Path) -> None:
    """As under nohup, and for what a shell script starts in the background."""
    process = start(
        "train",
        text,
        "-o",
        tmp_path / "m",
        *ENDLESS,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    wait_for(has_trained(tmp_path / "m.run" / "train.jsonl"))
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    assert stop(process, signal.SIGTERM)[0] == 143


def test_signals_at_random_moments_end_in_the_same_bytes(
    tmp_path: Path, text: Path, whole: list[str]
) -> None:
    """From the start of the process on: one line, the right exit code, nothing left behind."""
    output, rng = tmp_path / "m", random.Random(5)
    for delay in sorted(rng.uniform(0.15, 2.5) for _ in range(8)):
        number, code = rng.choice(SIGNALS)
        # As users run it: with -W error an interrupted import tells of its open file.
        command = [sys.executable, "-m", "w2v", "train", text, "-o", output, *SAVING, "--resume"]
        how = {"stderr": subprocess.PIPE, "text": True, "env": environment()}
        process: subprocess.Popen[str] = subprocess.Popen(command, **how)
        time.sleep(delay)
        found, err, _ = stop(process, number)
        if found == 0:
            break
        if found == -number:  # before Python had its handlers, or after it gave them back
            assert err == "" or output.exists() or "w2v/" not in err.replace("\\", "/")
            continue
        if found == 130 and not err:  # while the command itself was imported
            continue
        assert found == code, err
        assert "Traceback" not in err
        assert last_line(err).startswith(("w2v: stopped", "w2v: interrupted")), err
        if "nothing is kept" in err:
            assert os.listdir(tmp_path) == []
    out = call("train", text, "-o", output, *SAVING, "--resume")
    assert out.returncode == 0, out.stderr
    assert digests(output) == whole
    assert os.listdir(tmp_path) == ["m"]


def kill_and_resume(tmp_path: Path, text: Path, kills: int, seed: int) -> list[str]:
    """Kill a run so many times, by turns while it saves, trains, or begins; its last digests."""
    output, run, rng = tmp_path / "m", tmp_path / "m.run", random.Random(seed)
    lost: list[float] = []  # seconds of training, where it had come to train
    for number in range(kills):
        began = time.time()
        process = start("train", text, "-o", output, *SAVING, "--resume")
        wait_to_kill(process, run, ("saves", "trains", "saves", "begins")[number % 4], began, rng)
        process.send_signal(signal.SIGKILL)
        killed = time.time()
        err = process.communicate()[1]
        if process.returncode == 0:  # it was finished before the signal came: once more
            shutil.rmtree(output)
            continue
        assert process.returncode == -signal.SIGKILL, err
        if training_since(run) > began:
            lost.append(killed - max(training_since(run), last_saved(run)))
    print(f"{len(lost)} of {kills} killed while training; lost at most {max(lost):.2f} s")
    assert max(lost) < EVERY + SLACK
    assert len(lost) > kills / 3
    out = call("train", text, "-o", output, *SAVING, "--resume")
    assert out.returncode == 0, out.stderr
    assert os.listdir(tmp_path) == ["m"]
    return digests(output)


def wait_to_kill(
    process: subprocess.Popen[str], run: Path, what: str, began: float, rng: random.Random
) -> None:
    """Wait until the process that began then saves or trains, and some moments more."""
    moments = {"saves": 0.03, "trains": 0.6, "begins": 1.5}[what]
    while process.poll() is None and what != "begins":
        if what == "trains" and training_since(run) > began:
            break
        if what == "saves" and changed_at(run / UNFINISHED) > began:
            break
        time.sleep(0.002)
    time.sleep(rng.uniform(0, moments))


def training_since(run: Path) -> float:
    """When the last process that came to train did so; 0 for none."""
    with contextlib.suppress(OSError, ValueError):
        lines = [json.loads(line) for line in (run / "train.jsonl").read_text().splitlines()]
        return max([0.0, *(line["time"] for line in lines if line["event"] == "started")])
    return 0.0


def last_saved(run: Path) -> float:
    """When the newest checkpoint was written; 0 for none."""
    return max([0.0, *map(changed_at, find_checkpoints(run)[:1])])


def changed_at(path: Path) -> float:
    """When a file or folder was changed; 0 where there is none."""
    with contextlib.suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def test_killed_runs_end_in_the_same_bytes(tmp_path: Path, text: Path, whole: list[str]) -> None:
    assert kill_and_resume(tmp_path, text, 10, seed=1) == whole


@pytest.mark.slow
def test_runs_killed_a_hundred_times_end_in_the_same_bytes(
    tmp_path: Path, text: Path, whole: list[str]
) -> None:
    assert kill_and_resume(tmp_path, text, 100, seed=2) == whole


def test_runs_killed_while_they_end(tmp_path: Path, text: Path) -> None:
    """With one epoch, the only checkpoint is written after it, and then the model."""
    line, rng = [text, *LONG, "--epochs", "1"], random.Random(3)
    assert call("train", *line, "-o", tmp_path / "whole").returncode == 0
    output, run, killed = tmp_path / "m", tmp_path / "m.run", 0
    for number in range(8):
        process = start("train", *line, "-o", output)
        begun = run / (UNFINISHED if number % 2 else "model")
        wait_for(lambda begun=begun: begun.exists() or output.exists())
        time.sleep(rng.uniform(0, 0.1))
        process.kill()
        process.communicate()
        killed += process.returncode != 0
        if number % 2 == 0:  # a checkpoint was there before the model was begun
            assert output.exists() or find_checkpoints(run)
        out = call("train", *line, "-o", output, "--resume")
        assert out.returncode == 0, out.stderr
        assert digests(output) == digests(tmp_path / "whole")
        shutil.rmtree(output)
    assert killed > 2
