"""What the tests of raw text share: bytes that train, and bytes that are refused."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from running import (
    SMALL,
    Train,
    one_line,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX names, links and pipes")
"""For tests of names, links and pipes."""


def facts(model: Path) -> dict[str, Any]:
    """What model.json says about the text."""
    found: dict[str, Any] = json.loads((model / "model.json").read_text())["corpus"]
    return found


def trains(train: Train, data: bytes, tmp_path: Path, *options: str) -> dict[str, Any]:
    """Check that these bytes train. Returns what the model says about them."""
    (tmp_path / "text").write_bytes(data)
    model = tmp_path / "m.w2v"
    code, err = train("train", tmp_path / "text", "-o", model, *SMALL, "--overwrite", *options)
    assert code == 0, err
    assert sorted(os.listdir(tmp_path)) == ["m.w2v", "text"]
    return facts(model)


def refused(train: Train, data: bytes, tmp_path: Path, message: str, *options: str) -> None:
    """Check that these bytes are refused with this message and nothing is left behind."""
    (tmp_path / "text").write_bytes(data)
    code, err = train("train", tmp_path / "text", "-o", tmp_path / "m.w2v", *SMALL, *options)
    one_line(code, err, 1, message.replace("TEXT", str(tmp_path / "text")))
    assert os.listdir(tmp_path) == ["text"]
