"""What the tests of query commands share: the command, on a small model of known answers."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from w2v.cli.main import run as run_cli
from w2v.formats.model_folder import write_model
from w2v.words.word_list import WordList

# Gender, rank, country, capital and what all share: king - man + woman is nearest to queen.
ROWS: dict[str, list[float]] = {
    "man": [1, 0, 0, 0, 1],
    "woman": [-1, 0, 0, 0, 1],
    "king": [1, 2, 0, 0, 1],
    "queen": [-1, 2, 0, 0, 1],
    "france": [0, 0, 1, 0, 1],
    "paris": [0, 0, 1, 2, 1],
    "italy": [0, 0, -1, 0, 1],
    "Rome": [0, 0, -1, 2, 1],
    "new york": [0, 0, 3, 3, 1],
    "naïve": [1, -1, 1, 0, 0],
    "王": [1, 2, 0.1, 0, 1],
    "esc\x1b[31m": [-3, -1, 0, 0, 0],
    "help": [0, 0, 0, 0, 3],
    "1984": [0, 0, -1, -1, 0],
    "-": [0, -3, 0, 0, 1],
    "zero": [0, 0, 0, 0, 0],
}
ABOUT: dict[str, Any] = {
    "config": {"vector_size": 5, "window": 5, "alpha": 0.025, "max_vocab": None},
    "corpus": {"n_words": 1234, "sources": [{"name": "corpus.txt", "bytes": 6789}]},
    "epoch_losses": [2.5, 2.25],
    "final_loss": 2.25,
}


class Said(NamedTuple):
    """What a command wrote, and its exit code."""

    out: str
    err: str
    code: int

    def json(self) -> Any:
        """Its output as JSON, which must hold no NaN; it went well and said nothing else."""
        assert (self.err, self.code) == ("", 0)
        return json.loads(self.out, parse_constant=pytest.fail)


def vector_lines(text: str) -> list[tuple[str, list[float]]]:
    """The words and numbers of lines as `w2v vector` prints them."""
    fields = [line.split(" ") for line in text.splitlines()]
    return [(" ".join(part[:-5]), [float(number) for number in part[-5:]]) for part in fields]


def write_toy(path: Path) -> Path:
    """A model folder of ROWS; the output table is the input's reversed."""
    matrix = np.array(list(ROWS.values()), np.float32)
    counts = np.arange(len(ROWS), 0, -1) * 10
    write_model(
        path, WordList.from_strings(list(ROWS)), counts, matrix, matrix[:, ::-1].copy(), ABOUT
    )
    return path


def model_in(page: bytes) -> Any:
    """The model that a page of `w2v explore` holds."""
    found = re.search(r'<script type="application/json" id="model">(.*?)</script>', page.decode())
    assert found
    return json.loads(found[1])


class Command:
    """w2v in this process, on a model."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, model: Path
    ) -> None:
        self.capsys, self.monkeypatch, self.model = capsys, monkeypatch, model
        monkeypatch.setenv("W2V_MODEL", str(model))

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Said:
        """Run a command line; `stdin` is what standard input, no terminal, holds."""
        content = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        self.capsys.readouterr()
        code = run_cli(list(arguments))
        out, err = self.capsys.readouterr()
        return Said(out, err, code)
