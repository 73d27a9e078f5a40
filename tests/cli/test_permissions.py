"""Folders and files that may not be written or read: one line each, found before the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from asking import write_toy
from running import SMALL, copied, digests, obey_permissions, some_text

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or (sys.platform != "linux" and os.geteuid() == 0),
    reason="POSIX permissions, and a root that can be made to obey them",
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in with a text, a model, and the folder `locked`, which none may write."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("W2V_MODEL", str(write_toy(tmp_path / "toy.w2v")))
    (tmp_path / "text").write_text(some_text(500))
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked").chmod(0o555)
    yield tmp_path
    for folder, names, _ in os.walk(tmp_path):  # so that pytest can remove it
        for name in names:
            os.chmod(os.path.join(folder, name), 0o755)


def w2v(arguments: str) -> CompletedProcess[str]:
    """w2v in a process that is bound by permissions."""
    return copied(obey_permissions, *arguments.split())


def fails(arguments: str, message: str) -> None:
    """This command line fails in these words, the only ones, and leaves nothing behind."""
    before = sorted(os.listdir())
    out = w2v(arguments)
    assert (out.returncode, out.stderr) == (1, f"w2v: {message}\n")
    assert sorted(os.listdir()) == before
    assert os.listdir("locked") == []


@pytest.mark.parametrize(
    "command",
    [
        "train missing.txt -o locked/m.w2v",
        "train missing.txt -o locked/m.w2v --resume",
        "train missing.txt -o locked/m.w2v --overwrite",
        "vocab missing.txt --save locked/words.txt",
        "clusters -k 3 -o locked/classes.txt",
        "plot king queen man -o locked/map.svg",
        *(
            f"export locked/o{ending}"
            for ending in ".w2v .txt .bin .vec .ftbin .glove .fifu .npy .npz .safetensors".split()
        ),
        "export locked/o.projector",
    ],
)
def test_a_folder_that_may_not_be_written(here: Path, command: str) -> None:
    target = next(word for word in command.split() if word.startswith("locked/"))
    fails(command, f"cannot write {target}: Permission denied")


def test_a_cache_folder_that_may_not_be_written(here: Path) -> None:
    out = w2v("train text --cache-dir locked")
    assert out.returncode == 1
    assert out.stderr.startswith("w2v: locked/model.w2v-")
    assert out.stderr.endswith(": Permission denied (--cache-dir puts it elsewhere)\n")
    assert out.stderr.count("\n") == 1
    assert sorted(os.listdir()) == ["locked", "text", "toy.w2v"]


def test_a_working_folder_that_may_not_be_written(here: Path) -> None:
    """As when a run was started by root, and then by its user."""
    (here / "m.w2v.run").mkdir()
    (here / "m.w2v.run").chmod(0o555)
    fails("train text -o m.w2v", "cannot write m.w2v.run: Permission denied")
    (here / "m.w2v.run").chmod(0o755)
    assert w2v(f"train text -o m.w2v {' '.join(SMALL)}").returncode == 0
    assert sorted(os.listdir()) == ["locked", "m.w2v", "text", "toy.w2v"]


def test_a_model_that_may_not_be_written_is_kept(here: Path) -> None:
    """Its name could go to another folder, but what is in it could not be removed."""
    assert w2v(f"train text -o m.w2v {' '.join(SMALL)}").returncode == 0
    before = digests(here / "m.w2v")
    (here / "m.w2v").chmod(0o555)
    fails("train text -o m.w2v --overwrite", "cannot write m.w2v: Permission denied")
    assert digests(here / "m.w2v") == before


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("train secret", "secret"),
        ("train text secret", "secret"),
        ("train folder", "folder/secret"),
        ("train closed", "closed"),
        ("vocab secret", "secret"),
        ("train text --vocab secret", "secret"),
        ("train text --config secret", "secret"),
        ("info -m secret", "secret"),
        ("neighbors king -m secret", "secret"),
        ("neighbors king -m closed", "closed"),
        ("export new.txt -m secret", "secret"),
        ("evaluate secret", "secret"),
        ("similarity --pairs secret", "secret"),
    ],
)
def test_what_may_not_be_read_is_named(here: Path, command: str, name: str) -> None:
    (here / "folder").mkdir()
    for path in (here / "secret", here / "folder" / "secret"):
        path.write_text("some words here\n")
        path.chmod(0)
    (here / "closed").mkdir()
    (here / "closed").chmod(0)
    fails(command, f"{name}: Permission denied")
