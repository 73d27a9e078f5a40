"""The code blocks of README.md and docs/*.md: what they are, and how they are run.

    ```console    lines that begin with "$ " are commands; the lines below each are what it prints
    ```sh         commands, whose output the page does not show
    ```python     a program

A comment directly above a block changes that:

    <!-- not run: why -->             the block is left alone
    <!-- quickstart --> and the like  a block that .ci/run runs, word for word
    <!-- setup: COMMAND -->           run before the next block (anywhere on the page)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*?) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$"
    r"|^<!-- setup: (?P<setup>[^\n]*) -->$",
    re.MULTILINE | re.DOTALL,
)
RUN = ("console", "sh", "python")


@dataclass(frozen=True)
class Step:
    """A command or a program, and the lines that a page shows of its output (None: not shown)."""

    kind: str  # "sh" or "python"
    text: str
    shown: list[str] | None
    line: int


def steps(page: str) -> Iterator[Step]:
    """What to run from a page, in order."""
    for block in BLOCK.finditer(page):
        line = page[: block.start()].count("\n") + 1
        kind, text, mark = block["kind"], block["text"], block["mark"] or ""
        if block["setup"]:
            yield Step("sh", block["setup"], None, line)
        elif (mark and not mark.startswith("setup: ")) or kind not in RUN:
            assert mark != "not run:", f"line {line}: say why it is not run"
        elif kind == "console":
            yield from _commands(text, line)
        else:
            if mark.startswith("setup: "):
                yield Step("sh", mark.removeprefix("setup: "), None, line)
            yield Step(kind, text, None, line)


def _commands(text: str, line: int) -> Iterator[Step]:
    """The commands of a console block, each with the lines below it."""
    command, shown = "", list[str]()
    for row in text.splitlines():
        if row.startswith("$ "):
            if command:
                yield Step("sh", command, shown, line)
            command, shown = row[2:], []
        elif command.endswith("\\"):
            command += "\n" + row
        else:
            shown.append(row)
    yield Step("sh", command, shown, line)


def run(step: Step, folder: Path) -> list[str]:
    """Run a step in a folder; the lines that it prints, to both streams as a terminal has them.

    Asserts that it exits with 0, or that what the page shows of it is an error's one line.
    """
    bin_folder = os.path.dirname(sys.executable)
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("W2V_MODEL", None)
    command = ["bash", "-euo", "pipefail", "-c", step.text]
    if step.kind == "python":
        (folder / "example.py").write_text(step.text, encoding="utf-8")
        command = [sys.executable, "example.py"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
    )
    error_is_shown = any(line.startswith("w2v: ") for line in step.shown or [])
    assert (done.returncode == 0) != error_is_shown, (
        f"line {step.line}: {step.text}\nexit code {done.returncode}\n{done.stdout}"
    )
    return done.stdout.splitlines()


def shape(line: str) -> str:
    """A line with words as `a` and numbers as `0`, whatever the spaces between them."""
    line = re.sub(r"[-+]?\d+(?:[.,:]\d+)*(?:e-?\d+)?", "0", line)
    line = re.sub(r"[^\W\d_](?:[\w'-]*\w)?", "a", line)
    return " ".join(line.split())


def same_shape(shown: list[str], printed: list[str]) -> bool:
    """Whether output has the shape of what a page shows; a line `...` stands for any lines."""
    wanted, found = _shapes(shown), _shapes(printed)
    if "..." in wanted:
        at = wanted.index("...")
        head, tail = wanted[:at], wanted[at + 1 :]
        ends = found[len(found) - len(tail) :] if tail else []
        return found[:at] == head and ends == tail and len(found) >= len(head) + len(tail)
    return found == wanted


def _shapes(lines: list[str]) -> list[str]:
    """The lines' shapes, empty ones at the end left out."""
    return "\n".join(map(shape, lines)).rstrip("\n").split("\n")
