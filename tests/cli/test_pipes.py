"""The reader of a command's output may go away, and the disk that it goes to may fill up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from asking import Command
from running import PYTHON

from w2v.cli.main import COMMANDS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")

# A line of each command that prints, and what standard input holds. Others only write files.
PRINTING = {
    "vocab": "vocab TEXT --min-count 1",
    "info": "info",
    "analogy": "analogy king man woman",
    "neighbors": "neighbors -",
    "similarity": "similarity king queen",
    "odd-one-out": "odd-one-out king queen paris",
    "vector": "vector --index 1 2",
    "shell": "shell",
    "evaluate": "evaluate QUESTIONS",
    "clusters": "clusters -k 3",
    "matrix": "matrix king queen",
    "compare": "compare MODEL MODEL",
    "configs": "configs",
}
WRITING = {"train", "phrases", "embed", "plot", "explore", "align", "export"}
QUERIES = "king\nqueen\n"


def test_every_command_prints_or_writes() -> None:
    assert PRINTING.keys() | WRITING == COMMANDS.keys()


def call(tmp_path: Path, command: str, stdout: int) -> tuple[int, str]:
    """Run a command line with this standard output: the exit code, and what it said."""
    (tmp_path / "text").write_text("the cat sat on the mat\n" * 20)
    (tmp_path / "questions").write_text("man king woman queen\n")
    places = {
        "TEXT": str(tmp_path / "text"),
        "QUESTIONS": str(tmp_path / "questions"),
        "MODEL": os.environ["W2V_MODEL"],
    }
    arguments = [places.get(word, word) for word in PRINTING[command].split()]
    done = subprocess.run(
        [*PYTHON, *arguments],
        input=QUERIES,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", PRINTING)
def test_nobody_reads_and_it_is_silent(ask: Command, tmp_path: Path, command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    assert call(tmp_path, command, writing) == (0, "")
    os.close(writing)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is full")
@pytest.mark.parametrize("command", PRINTING)
def test_a_full_disk_under_the_output_is_a_line(ask: Command, tmp_path: Path, command: str) -> None:
    with open("/dev/full", "wb") as full:
        assert call(tmp_path, command, full.fileno()) == (1, "w2v: No space left on device\n")


@pytest.mark.parametrize(
    ("command", "query"),
    [("neighbors -", "king"), ("vector -", "king"), ("similarity -", "king queen"), ("shell", "-")],
)
def test_the_reader_goes_after_a_line(
    ask: Command, tmp_path: Path, command: str, query: str
) -> None:
    """As with `| head -1`, while there is far more to print than a pipe holds."""
    (tmp_path / "queries").write_text(f"{query}\n" * 20_000)
    with open(tmp_path / "queries", "rb") as lines, open(tmp_path / "err", "wb") as err:
        process = subprocess.Popen(
            [*PYTHON, *command.split()], stdin=lines, stdout=subprocess.PIPE, stderr=err
        )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert (tmp_path / "err").read_bytes() == b""
