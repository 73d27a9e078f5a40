"""Which texts a path stands for: files, folders, globs, and what is skipped."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from w2v.errors import W2VError
from w2v.messages import printable
from w2v.text.sources import find_sources

FILES = ["b.txt", "a.txt", "sub/z.txt", "sub/deep/y", ".hidden", ".git/config", "m.w2v/vocab.tsv"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [*FILES, "m.w2v.run/train.jsonl", "out/model.json"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str, exclude: list[Path] | None = None) -> list[str]:
    """The names of the sources found."""
    return [source.name.replace(os.sep, "/") for source in find_sources(paths, exclude or [])]


def test_a_folder_means_its_texts_in_order(here: Path) -> None:
    found = names(".", exclude=[here / "out"])
    assert found == ["./a.txt", "./b.txt", "./sub/deep/y", "./sub/z.txt"]
    assert names("sub", "a.txt", "sub") == [
        "sub/deep/y",
        "sub/z.txt",
        "a.txt",
        "sub/deep/y",
        "sub/z.txt",
    ]


def test_a_file_that_is_named_is_read_even_if_a_folder_would_skip_it(here: Path) -> None:
    assert names(".hidden", "m.w2v/vocab.tsv") == [".hidden", "m.w2v/vocab.tsv"]


def test_globs(here: Path) -> None:
    assert names("*.txt") == ["a.txt", "b.txt"]
    assert names("**/*.txt") == ["a.txt", "b.txt", "sub/z.txt"]
    assert names("[ab].txt", "s?b") == ["a.txt", "b.txt", "sub/deep/y", "sub/z.txt"]
    (here / "[1].txt").write_text("")
    assert names("[1].txt") == ["[1].txt"], "such a file takes precedence over the pattern"


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "no text to read: name files, folders, or '-' for standard input"),
        (["nothing"], "nothing: No such file or directory"),
        (["x*"], "x*: no file matches this pattern"),
        ([""], ": No such file or directory"),
        (["a\0b"], "a\0b: embedded null byte"),
        (["-", "a.txt", "-"], "'-' is named twice, but standard input can be read only once"),
        ([".git"], ".git: "),
    ],
)
def test_what_does_not_exist_is_reported(here: Path, paths: list[str], message: str) -> None:
    if paths == [".git"]:
        assert names(".git") == [".git/config"]
        return
    with pytest.raises(W2VError) as caught:
        find_sources(paths)
    assert str(caught.value) == message


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_to_files_and_folders_are_followed_once(here: Path) -> None:
    (here / "links").mkdir()
    (here / "links" / "file").symlink_to(here / "a.txt")
    (here / "links" / "folder").symlink_to(here / "sub")
    (here / "links" / "again").symlink_to(here / "sub")
    (here / "links" / "up").symlink_to(here / "links")
    (here / "links" / "model").symlink_to(here / "out")
    assert names("links", exclude=[here / "out"]) == [
        "links/again/deep/y",
        "links/again/z.txt",
        "links/file",
    ]


def test_a_very_deep_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk is not recursive."""
    monkeypatch.chdir(tmp_path)
    path = Path(*["d"] * 120)
    path.mkdir(parents=True)
    (path / "text").write_text("words")
    assert len(names("d")) == 1


def test_names_can_be_printed() -> None:
    assert printable("naïve") == "naïve"
    assert printable(os.fsdecode(b"\xff\xfe")) == "\\xff\\xfe"
