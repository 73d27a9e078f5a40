"""`w2v export` in this process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from w2v.cli.main import run as run_cli


class Export:
    """`w2v export` in this process, in a folder with a model of 16 words."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, arguments: str) -> str:
        """Run it. It succeeds and writes only to stderr, which is returned."""
        code, err = self.run(arguments)
        assert code == 0, err
        return err

    def run(self, arguments: str) -> tuple[int, str]:
        """Run it: the exit code and stderr."""
        code = run_cli(["export", *arguments.split()])
        out, err = self.capsys.readouterr()
        assert out == ""
        return code, err

    def stream(self, arguments: str) -> bytes:
        """Run it in a process of its own: what it writes to standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "w2v", "export", *arguments.split()],
            check=True,
            capture_output=True,
        )
        assert b" to standard output (" in done.stderr
        return done.stdout

    def fails(self, arguments: str, code: int, message: str) -> None:
        """It fails with this message and leaves the folder as it was."""
        before = sorted(os.listdir())
        assert self.run(arguments) == (code, f"w2v: {message}\n")
        assert sorted(os.listdir()) == before
