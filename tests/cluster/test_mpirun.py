"""Whole runs under an MPI launcher: `mpirun -n 2 w2v train ...`, with the MPI that is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import PYTHON, call, digests, wait_for
from uncompiled import environment

pytest.importorskip("mpi4py", reason="needs the extra w2v[mpi]")
BESIDE = Path(sys.executable).with_name("mpirun")
MPIRUN = str(BESIDE) if BESIDE.exists() else shutil.which("mpirun")
if MPIRUN is None and not os.environ.get("CI"):
    pytest.skip("needs an MPI: `pip install mpich`", allow_module_level=True)

CORPUS = Path(__file__).parents[2] / "data" / "corpus.txt"
OPTIONS = ["--threads", "1", "--vector-size", "16", "--epochs", "1", "--exchange-growth", "0.2"]


def command(size: int, *arguments: str | Path) -> list[str]:
    """The command line of a run in several processes."""
    assert MPIRUN is not None
    return [MPIRUN, "-n", str(size), *PYTHON, *map(os.fspath, arguments)]


def finished(command: list[str]) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    how: dict[str, Any] = {"capture_output": True, "text": True, "env": environment()}
    return subprocess.run(command, timeout=120, **how)


def mpirun(size: int, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A run in several processes, to its end."""
    return finished(command(size, *arguments))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The beginning of the sample corpus: enough for three processes."""
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_bytes(CORPUS.read_bytes()[:800_000])
    return path


def words(model: Path) -> str:
    return (model / "vocab.tsv").read_text(encoding="utf-8")


def train(text: Path, output: Path, *more: str | Path) -> list[str | Path]:
    """The arguments of a short run."""
    return ["train", text, "-o", output, *OPTIONS, *more]


@pytest.fixture(scope="module")
def whole(text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained in two processes."""
    model = tmp_path_factory.mktemp("whole") / "two.w2v"
    done = mpirun(2, *train(text, model))
    assert done.returncode == 0, done.stderr
    assert "2 processes of 1 thread on this machine" in done.stderr
    assert done.stderr.count("wrote ") == 1
    assert not model.with_name("two.w2v.run").exists()
    return model


def test_the_vocabulary_is_that_of_one_process(whole: Path, text: Path, tmp_path: Path) -> None:
    alone, three = tmp_path / "one.w2v", tmp_path / "three.w2v"
    assert call(*train(text, alone)).returncode == 0
    assert mpirun(3, *train(text, three)).returncode == 0
    assert words(whole) == words(alone) == words(three)
    assert digests(whole) != digests(three)


def test_two_runs_give_the_same_bytes(whole: Path, text: Path, tmp_path: Path) -> None:
    again, ids = tmp_path / "again.w2v", tmp_path / "ids"
    ids.mkdir()
    assert mpirun(2, *train(text, again, "--cache-dir", ids)).returncode == 0
    assert not list(ids.iterdir())
    assert digests(again) == digests(whole)


def test_the_log_has_every_exchange(whole: Path) -> None:
    lines = [json.loads(line) for line in (whole / "train.jsonl").read_text().splitlines()]
    exchanges = [line for line in lines if line["event"] == "exchange"]
    assert len(exchanges) > 5
    assert all(line["bytes"] > 0 and line["seconds"] > 0 for line in exchanges)
    growing = [line["words"] for line in exchanges]
    assert growing == sorted(growing)
    about = json.loads((whole / "model.json").read_text())
    assert growing[-1] == about["corpus"]["n_retained"]


def test_half_the_bytes_give_almost_the_same_vectors(
    whole: Path, text: Path, tmp_path: Path
) -> None:
    half = tmp_path / "half.w2v"
    assert mpirun(2, *train(text, half, "--exchange-dtype", "bfloat16")).returncode == 0
    one, other = (np.load(model / "vectors.npy") for model in (whole, half))
    cosines = (one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert np.median(cosines) > 0.9
    assert digests(half) != digests(whole)


def test_an_error_in_another_process_is_one_line(text: Path, tmp_path: Path) -> None:
    first = command(1, *train(text, tmp_path / "m"))
    second = command(1, *train(text, tmp_path / "m", "--cache-dir", tmp_path / "nowhere"))[1:]
    done = finished([*first, ":", *second])
    assert done.returncode == 1
    assert done.stderr == f"w2v: rank 1: --cache-dir {tmp_path}/nowhere: no such folder\n"
    assert not (tmp_path / "m.run").exists()


def test_an_error_while_it_trains_ends_all_processes(text: Path, tmp_path: Path) -> None:
    log = tmp_path / "m.w2v.run" / "train.jsonl"
    process = subprocess.Popen(
        command(2, *train(text, tmp_path / "m.w2v", "--epochs", "1000")),
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    wait_for(lambda: log.exists() and "exchange" in log.read_text())
    ids = log.parent / "rank-001" / "ids.i32"
    os.truncate(ids, 0)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    (line,) = (line for line in said.splitlines() if line.startswith("w2v: "))
    assert line == f"w2v: rank 1: {ids}: shorter than when it was written; run again"


def test_other_options_in_another_process_are_refused(text: Path, tmp_path: Path) -> None:
    first = command(1, *train(text, tmp_path / "m"))
    second = command(1, *train(text, tmp_path / "m", "--window", "4"))[1:]
    done = finished([*first, ":", *second])
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "w2v: rank 1: window is 4 here and 5 on rank 0; start all processes with the same command"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--window", "0"], "window must be from 1 to 10000, not 0"),
        (["--phrases", "none.tsv"], "none.tsv: no such file"),
        (["--subwords"], "--subwords trains in one process; start w2v without mpirun"),
        (["--min-count", "999999"], "no word reaches --min-count 999999"),
    ],
    ids=["option", "phrases", "subwords", "text"],
)
def test_an_error_of_all_is_one_line(
    text: Path, tmp_path: Path, more: list[str], message: str
) -> None:
    done = mpirun(2, *train(text, tmp_path / "m", *more))
    assert done.returncode in (1, 2)
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("w2v: "))
    assert line.startswith(f"w2v: {message}")


def test_standard_input_is_refused(tmp_path: Path) -> None:
    done = mpirun(2, "train", "-", "-o", tmp_path / "m")
    assert done.returncode == 1
    assert "w2v: standard input: only one process can read it" in done.stderr


@pytest.fixture(scope="module")
def three_epochs(text: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The digests of a longer run in two processes, which nothing stops."""
    model = tmp_path_factory.mktemp("longer") / "two.w2v"
    assert mpirun(2, *train(text, model, "--epochs", "3")).returncode == 0
    return digests(model)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_a_run_that_is_stopped_continues_to_the_same_bytes(
    text: Path, tmp_path: Path, three_epochs: list[str], number: signal.Signals
) -> None:
    output, log = tmp_path / "m.w2v", tmp_path / "m.w2v.run" / "train.jsonl"
    more = ["--epochs", "3", "--resume"]
    process = subprocess.Popen(
        command(2, *train(text, output, *more)),
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    wait_for(lambda: log.exists() and "exchange" in log.read_text())
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert "the same command with --resume continues from here" in said, said
    assert process.returncode == 128 + number
    assert (log.parent / "rank-001" / "ids.i32").exists()
    done = mpirun(2, *train(text, output, *more))
    assert done.returncode == 0, done.stderr
    assert "resuming after" in done.stderr
    assert digests(output) == three_epochs
    assert not log.parent.exists()


def stopped_in_an_epoch(command: list[str], log: Path) -> int:
    """Stop a run after a few more exchanges; the words that are saved."""
    before = log.read_text().count("exchange") if log.exists() else 0
    how: dict[str, Any] = {"stderr": subprocess.PIPE, "text": True, "env": environment()}
    process = subprocess.Popen(command, **how)
    wait_for(lambda: log.exists() and log.read_text().count("exchange") > before + 2)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    stopped = re.search(r"stopped after ([\d,]+) words; the same command with --resume", said)
    assert stopped, said
    return int(stopped[1].replace(",", ""))


def test_another_number_of_processes_continues_within_an_epoch(text: Path, tmp_path: Path) -> None:
    output, log = tmp_path / "m.w2v", tmp_path / "m.w2v.run" / "train.jsonl"
    options = train(text, output, "--epochs", "2", "--exchange-growth", "0.01", "--resume")
    first = stopped_in_an_epoch(command(2, *options), log)
    second = stopped_in_an_epoch(command(3, *options), log)
    done = call(*options)
    assert done.returncode == 0, done.stderr
    assert "3 processes began this run; its text is now divided among 1\n" in done.stderr
    assert f"resuming after {second:,} words" in done.stderr
    about = json.loads((output / "model.json").read_text())
    assert 0 < first < second < about["corpus"]["n_retained"]
    assert len(about["epoch_losses"]) == 2
    assert about["epoch_losses"][0] > about["epoch_losses"][1]
    assert not log.parent.exists()


def test_a_process_that_is_killed_ends_the_others(text: Path, tmp_path: Path) -> None:
    log = tmp_path / "m.w2v.run" / "train.jsonl"
    process = subprocess.Popen(
        command(2, *train(text, tmp_path / "m.w2v", "--epochs", "1000")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    wait_for(lambda: log.exists() and "exchange" in log.read_text())
    seen = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    (second,) = (pid for pid in seen if is_second(pid, tmp_path))
    os.kill(second, signal.SIGKILL)
    assert process.wait(timeout=30) != 0


def is_second(pid: int, folder: Path) -> bool:
    """Whether a process is the second one of a run that writes into a folder."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    ranks = {b"PMI_RANK=1", b"OMPI_COMM_WORLD_RANK=1"}
    return os.fsencode(folder) in line and bool(ranks & set(variables))
