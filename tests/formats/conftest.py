"""Fixtures of the tests of formats."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import write_toy
from exporting import Export
from subword_folders import D


@pytest.fixture
def export(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Export:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("W2V_MODEL", raising=False)
    write_toy(tmp_path / "model.w2v")
    return Export(capsys)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose a few words at a time, as in a model of some size."""
    monkeypatch.setattr("w2v.words.subwords._BYTES_AT_ONCE", 3 * 4 * D)
