"""Fixtures that several files use."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Command, write_toy


@pytest.fixture
def ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """The w2v command in this process, on a small model whose answers are known."""
    return Command(capsys, monkeypatch, write_toy(tmp_path / "toy.w2v"))
