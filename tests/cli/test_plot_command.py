"""w2v plot: the files it writes, and what it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from asking import ROWS, Command, Said

N = len(ROWS)
STARTS = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "html": b"<!doctype html>"}


def test_a_picture_is_not_written_to_standard_output(ask: Command) -> None:
    assert ask("plot", "king", "-o", "-") == Said(
        "", "w2v: a picture cannot be written to standard output; give a file name\n", 2
    )


@pytest.mark.parametrize("kind", list(STARTS))
def test_a_map_is_written(kind: str, ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures are Matplotlib's")
    path = tmp_path / f"map.{kind}"
    pairs = ["--pair", "man", "woman", "--pair", "king", "queen"]
    assert ask("plot", "paris", *pairs, "-o", str(path)) == Said("", "", 0)
    content = path.read_bytes()
    assert content.startswith(STARTS[kind])
    if kind != "png":
        for word in "paris", "man", "woman", "king", "queen":
            assert content.decode().count(f">{word}</text>") == 1
    again = ask("plot", "paris", "-o", str(path))
    assert again == Said(
        "", f"w2v: {path} exists; give --overwrite to replace it, or another output\n", 1
    )
    assert ask("plot", "paris", *pairs, "-o", str(path), "--overwrite").code == 0
    assert path.read_bytes() == content, "the same words give the same bytes"


def test_words_without_a_direction_are_told(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures are Matplotlib's")
    said = ask("plot", "king", "zero", "man", "-o", str(tmp_path / "map.svg"))
    assert said == Said("", "without a direction (zeros or not finite), drawn as zeros: zero\n", 0)


def test_letters_that_the_font_lacks_are_told(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures are Matplotlib's")
    arguments = ["plot", "王", "king", "esc\x1b[31m", "-o"]
    assert ask(*arguments, str(tmp_path / "map.png")) == Said(
        "",
        "the font lacks letters of 王, esc\\x1b[31m; an .svg or .html shows them\n",
        0,
    )
    assert ask(*arguments, str(tmp_path / "map.svg")) == Said("", "", 0)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["king", "-o", "x.gif"], 2, "x.gif: a picture's name ends in .svg, .png or .html"),
        (["-o", "x.svg"], 2, "no word to draw; give words, or --pair WORD WORD"),
        (
            ["king", "-o", "x.svg", "--size", "8", "nan"],
            2,
            "--size takes two numbers from 1 to 100, not NaN",
        ),
        (["king"], 2, "Missing option '-o' / '--output'. See 'w2v plot --help'."),
        (
            ["kingg", "-o", "x.svg"],
            1,
            f"'kingg' is not among the {N} words; near spellings: 'king'",
        ),
        (
            ["king", "queen", "--layout", "tsne", "-o", "x.svg"],
            2,
            "t-SNE needs at least 4 words, not 2; PCA takes any number",
        ),
    ],
)
def test_what_is_refused(
    arguments: list[str],
    code: int,
    message: str,
    ask: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask("plot", *arguments) == Said("", f"w2v: {message}\n", code)
    assert not Path("x.svg").exists()


def test_a_missing_matplotlib_is_told(
    ask: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    path = tmp_path / "map.svg"
    assert ask("plot", "king", "-o", str(path)) == Said(
        "", "w2v: drawing needs Matplotlib: pip install 'w2v[plot]'\n", 1
    )
    assert not path.exists()
