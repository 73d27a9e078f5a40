"""w2v plot: the files it writes, and what it refuses."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from asking import ROWS, Command, Said

N = len(ROWS)
STARTS = {
    "svg": b"<?xml",
    "png": b"\x89PNG\r\n\x1a\n",
    "html": b"<!doctype html>",
    "pdf": b"%PDF-",
}


def test_a_picture_is_not_written_to_standard_output(ask: Command) -> None:
    assert ask("plot", "king", "-o", "-") == Said(
        "", "w2v: a picture cannot be written to standard output; give a file name\n", 2
    )


@pytest.mark.parametrize("kind", list(STARTS))
def test_a_map_is_written(kind: str, ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures are Matplotlib's")
    path = tmp_path / f"map.{kind}"
    pairs = ["--pair", "man", "woman", "--pair", "king", "queen"]
    assert ask("plot", "paris", *pairs, "-o", str(path)) == Said("", f"wrote {path}: 5 words\n", 0)
    content = path.read_bytes()
    assert content.startswith(STARTS[kind])
    if kind in ("svg", "html"):
        for word in "paris", "man", "woman", "king", "queen":
            assert content.decode().count(f">{word}</text>") == 1
    again = ask("plot", "paris", "-o", str(path))
    assert again == Said(
        "", f"w2v: {path} exists; give --overwrite to replace it, or another output\n", 1
    )
    assert ask("plot", "paris", *pairs, "-o", str(path), "--overwrite").code == 0
    assert path.read_bytes() == content, "the same words give the same bytes"


def test_words_without_a_direction_are_reported(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures are Matplotlib's")
    path = tmp_path / "map.svg"
    assert ask("plot", "king", "zero", "man", "-o", str(path)) == Said(
        "",
        f"without a direction (zeros or not finite), drawn as zeros: zero\nwrote {path}: 3 words\n",
        0,
    )


def test_letters_that_the_font_lacks_are_reported(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pictures are Matplotlib's")
    arguments = ["plot", "王", "king", "esc\x1b[31m", "-o"]
    assert ask(*arguments, str(tmp_path / "map.png")) == Said(
        "",
        "the font lacks letters of 王, esc\\x1b[31m; an .svg or .html shows them\n"
        f"wrote {tmp_path / 'map.png'}: 3 words\n",
        0,
    )
    path = tmp_path / "map.svg"
    assert ask(*arguments, str(path)) == Said("", f"wrote {path}: 3 words\n", 0)


def drawn(path: Path) -> list[str]:
    """The words of an SVG in the order of the drawing."""
    return sorted(re.findall(r">([^<>]+)</text>", path.read_text()))


def test_words_come_from_a_file_or_standard_input(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    path = tmp_path / "map.svg"
    (tmp_path / "words").write_text("king\n\nnew york\nking\n")
    wanted = ["king", "new york", "paris"]
    again = ["-o", str(path), "--overwrite"]
    assert ask("plot", "paris", "--words", str(tmp_path / "words"), *again).code == 0
    assert drawn(path) == wanted
    assert ask("plot", "paris", "--words", "-", *again, stdin="king\nnew york\n").code == 0
    assert drawn(path) == wanted
    assert ask("plot", "-", *again, stdin="paris\nking\nnew york\n").code == 0
    assert drawn(path) == wanted
    said = ask("plot", "-", *again)
    assert said == Said("", "w2v: standard input: there are no words in it\n", 1)


def test_top_adds_neighbours_or_the_most_frequent_words(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    path = tmp_path / "map.svg"
    wrote = f"wrote {path}: 5 words\n"
    assert ask("plot", "--top", "5", "-o", str(path)) == Said("", wrote, 0)
    assert drawn(path) == sorted(list(ROWS)[:5])
    assert ask("plot", "king", "--top", "2", "-o", str(path), "--overwrite").code == 0
    answers = ask("neighbors", "king", "--top", "2", "--json").out
    assert len(drawn(path)) == 3
    assert all(f'"{word}"' in answers for word in drawn(path))


def test_dots_without_a_label_are_reported(ask: Command, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    path = tmp_path / "map.svg"
    said = ask("plot", "--top", "10", "--size", "1", "1", "-o", str(path))
    head, _, words = said.err.splitlines()[0].rpartition(": ")
    assert head == "dots without a label, for lack of room (a larger --size has more)"
    assert sorted([*words.split(", "), *drawn(path)]) == sorted(list(ROWS)[:10])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["king", "-o", "x.gif"], 2, "x.gif: a picture's name ends in .svg, .png, .html, .pdf"),
        (
            ["-o", "x.svg"],
            2,
            "no word to draw; give words, --words FILE, --top N or --pair WORD WORD",
        ),
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


def test_a_missing_matplotlib_is_reported(
    ask: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    path = tmp_path / "map.svg"
    assert ask("plot", "king", "-o", str(path)) == Said(
        "", "w2v: drawing needs Matplotlib: pip install 'w2v[plot]'\n", 1
    )
    assert not path.exists()
