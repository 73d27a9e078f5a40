"""`--deterministic`: the number of threads shapes the result, and a run of it can be repeated."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

import pytest
from running import Train, call, digests, in_process, last_line, some_text, start, wait_for

from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.run import capacity
from w2v.run.capacity import check_memory, memory_needed, table_bytes

OPTIONS = ["--min-count", "1", "--vector-size", "36", "--deterministic"]


@pytest.fixture
def train(capsys: pytest.CaptureFixture[str]) -> Train:
    return in_process(capsys)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(6000))
    return path


def write_long(path: Path) -> Path:
    path.write_text(some_text(300_000, distinct=3000))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_command_that_is_stopped_and_resumed_ends_in_the_same_bytes(tmp_path: Path) -> None:
    text, options = write_long(tmp_path / "text"), [*OPTIONS, "--threads", "3", "--epochs", "4"]
    out = call("train", text, "-o", tmp_path / "whole", *options)
    assert out.returncode == 0, out.stderr
    half, log = tmp_path / "half", tmp_path / "half.run" / "train.jsonl"
    process = start("train", text, "-o", half, *options)
    wait_for(lambda: log.exists() and log.stat().st_size > 0)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert last_line(err).endswith("the same command with --resume continues from here")
    out = call("train", text, "-o", half, *options, "--resume")
    assert out.returncode == 0, out.stderr
    assert "resuming after" in out.stderr
    assert digests(half) == digests(tmp_path / "whole")
    records = [
        json.loads((tmp_path / name / "model.json").read_text()) for name in ("half", "whole")
    ]
    assert records[0] == records[1]


def test_another_number_of_threads_is_another_run(tmp_path: Path, text: Path, train: Train) -> None:
    command = ["train", text, "-o", tmp_path / "m", *OPTIONS, "--epochs", "1"]
    assert train(*command, "--threads", "2")[0] == 0
    assert json.loads((tmp_path / "m" / "model.json").read_text())["config"]["threads"] == 2
    code, err = train(*command, "--threads", "2", "--resume")
    assert code == 0
    assert "is finished: there is nothing left to do" in err
    code, err = train(*command, "--threads", "3", "--resume")
    assert code == 1
    assert "exists, trained with threads 2 (now 3); give --overwrite" in last_line(err)


def test_all_cores_are_a_number_of_threads(tmp_path: Path, text: Path, train: Train) -> None:
    """What --threads is when it is not given belongs to the record of the run."""
    command = ["train", text, "-o", tmp_path / "m", *OPTIONS, "--epochs", "1"]
    assert train(*command)[0] == 0
    threads = json.loads((tmp_path / "m" / "model.json").read_text())["config"]["threads"]
    assert isinstance(threads, int)
    assert train(*command, "--threads", str(threads), "--resume")[0] == 0


def test_the_memory_of_the_replicas_is_reported_and_needed(
    tmp_path: Path, text: Path, train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, tables = TrainConfig(deterministic=True), table_bytes(100_000, 100)
    alone, four = (memory_needed(100_000, config, threads) for threads in (1, 4))
    assert alone + 4 * tables < four < alone + 4.2 * tables
    plain = memory_needed(100_000, TrainConfig(), 4)
    assert four - plain == 4 * (tables + 24 * 100_000)
    monkeypatch.setattr(capacity, "available_memory", lambda: four - 1)
    check_memory(100_000, config, 3)
    with pytest.raises(W2VError) as caught:
        check_memory(100_000, config, 4)
    assert str(caught.value).endswith(
        "are available; fewer --threads, a smaller --vector-size or no --deterministic needs less"
    )


def test_subwords_have_no_replicas(tmp_path: Path, text: Path, train: Train) -> None:
    command = ["train", text, "-o", tmp_path / "m", *OPTIONS, "--subwords"]
    code, err = train(*command, "--threads", "2")
    assert code == 2
    assert last_line(err) == ("w2v: --subwords and --deterministic together need --threads 1")
