"""Files and folders appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from w2v import atomic
from w2v.errors import W2VError


def model(path: Path, text: str) -> None:
    path.mkdir()
    (path / atomic.MODEL_FILE).write_text(text)


def test_a_file_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with atomic.atomic_file(target) as unfinished:
        unfinished.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail() -> None:
        with atomic.atomic_file(target, overwrite=True) as unfinished:
            unfinished.write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_replaces_a_model_whole(
    tmp_path: Path, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    target = tmp_path / "m.w2v"
    model(target, "old")
    (target / "extra").write_text("of the old one")
    with atomic.atomic_folder(target, overwrite=True) as unfinished:
        (unfinished / atomic.MODEL_FILE).write_text("new")
        assert (target / atomic.MODEL_FILE).read_text() == "old"
    assert (target / atomic.MODEL_FILE).read_text() == "new"
    assert [p.name for p in target.iterdir()] == [atomic.MODEL_FILE]
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_rename_brings_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    target = tmp_path / "m.w2v"
    model(target, "old")

    def replace_with_nothing() -> None:
        with atomic.atomic_folder(target, overwrite=True) as unfinished:
            monkeypatch.setattr(atomic, "sync_folder", lambda path: unfinished.rmdir())

    with pytest.raises(OSError, match="No such file"):
        replace_with_nothing()
    assert (target / atomic.MODEL_FILE).read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_what_is_there_is_kept_without_overwrite(tmp_path: Path) -> None:
    model(tmp_path / "m.w2v", "old")
    with pytest.raises(W2VError, match=r"m\.w2v exists; give --overwrite to replace it"):
        atomic.check_writable(tmp_path / "m.w2v", overwrite=False)


def test_a_folder_that_is_no_model_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter-1").write_text("years of work")
    with pytest.raises(W2VError, match="is a folder but not a model"):
        atomic.check_writable(tmp_path / "thesis", overwrite=True)


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    with pytest.raises(W2VError, match="no such folder; make it"):
        atomic.check_writable(tmp_path / "no" / "m.w2v", overwrite=False)
