"""Progress: what a line shows at every width, and that a bar survives a resize."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import some_text
from uncompiled import environment

from w2v.cli import progress
from w2v.cli.progress import Bar, Progress, clock, line

TRAINING = Progress("training", "words", 430, 1000, 40.0, ("epoch 2/5", "loss 2.2762"))


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (200, f"training 43% [{17 * '#'}{23 * '.'}] epoch 2/5, loss 2.2762, 40 words/s, 0:14 left"),
        (80, "training 43% [#######...........] epoch 2/5, loss 2.2762, 40 words/s, 0:14 left"),
        (65, "training 43%, epoch 2/5, loss 2.2762, 40 words/s, 0:14 left"),
        (58, "training 43%, epoch 2/5, 40 words/s, 0:14 left"),
        (40, "training 43%, epoch 2/5, 0:14 left"),
        (30, "training 43%, 0:14 left"),
        (15, "training 43%"),
        (5, "train"),
    ],
)  # fmt: skip
def test_what_is_least_important_is_dropped_first(width: int, shown: str) -> None:
    assert line(TRAINING, width) == shown


def test_no_width_is_exceeded() -> None:
    for width in range(1, 200):
        assert len(line(TRAINING, width)) <= width


def test_a_pipe_has_no_share() -> None:
    reading = Progress("reading", "B", 12_300_000, None, 6_150_000.0)
    assert line(reading, 80) == "reading 12.3 MB, 6.15 MB/s"
    assert line(Progress("reading", "B", 0, None, 0.0), 80) == "reading 0 bytes"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0:00"), (80, "1:20"), (3599.7, "1:00:00"), (3700, "1:01:40")]
)
def test_durations(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


class Clock:
    """A clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_without_a_terminal_there_is_a_line_a_minute(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, bar = Clock(monkeypatch), Bar("training", "words")
    for done in range(0, 1300, 10):  # a second each
        bar.move(done, 1300, "epoch 1/1")
        clock.now += 1.0
    bar.close()
    assert capsys.readouterr().err == (
        "training 46%, epoch 1/1, 10 words/s, 1:10 left\n"
        "training 92%, epoch 1/1, 10 words/s, 0:10 left\n"
    )


def test_a_bar_whose_reader_has_gone_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    bar = Bar("training", "words")
    for done in range(3):
        bar.move(done, 3)
    bar.close()


def tmux(*arguments: str) -> str:
    """A command of tmux on a server of its own, away from the user's."""
    command = ["tmux", "-L", f"w2v-test-{os.getpid()}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux to resize")
def test_a_bar_survives_a_resize_in_both_directions(tmp_path: Path) -> None:
    (tmp_path / "text").write_text(some_text(100_000))
    command = [sys.executable, "-m", "w2v", "train", str(tmp_path / "text"), "-o"]
    command += [str(tmp_path / "m"), "--min-count", "1", "--threads", "1", "--epochs", "100000"]
    variables = [f"-e{name}={value}" for name, value in environment().items() if "NUMBA" in name]
    tmux("-f", os.devnull, "new-session", "-d", "-x", "110", "-y", "12", *variables, *command)
    try:
        wait_for_bar(110)
        for width in (60, 100):
            tmux("resize-window", "-x", str(width), "-y", "12")
            wait_for_bar(width)
    finally:
        tmux("kill-server")


def wait_for_bar(width: int) -> None:
    """Wait until the bar has this width and is all that is shown, but for notes above it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        screen = tmux("capture-pane", "-p")
        bars = [row for row in screen.splitlines() if "epoch" in row or "left" in row]
        if len(bars) == 1 and bars[0].startswith("training ") and "epoch " in bars[0]:
            full = ("[" in bars[0]) == (width >= 100)
            if full and len(bars[0]) <= width and screen.rstrip().endswith(bars[0].rstrip()):
                return
        time.sleep(0.1)
    pytest.fail(f"no bar of {width} columns:\n{screen}")
