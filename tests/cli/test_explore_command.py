"""w2v explore: the page that it writes, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from asking import ROWS, Command, Said, model_in

from w2v.formats.model_folder import write_model
from w2v.words.word_list import WordList


def test_a_page_is_written(ask: Command, tmp_path: Path) -> None:
    path = tmp_path / "walk.html"
    said = ask("explore", "-o", str(path), "--title", "A <toy>")
    count = len(ROWS) - 1
    assert said.out == ""
    first, second = said.err.splitlines()
    assert first == "1 word is not on the page: its vector is all zeros or not finite"
    assert re.fullmatch(
        rf"wrote {re.escape(str(path))}: {count} words, [\d.]+ kB; open it in a browser", second
    )
    model = model_in(path.read_bytes())
    assert model["words"] == [word for word in ROWS if word != "zero"]
    assert model["title"] == "A <toy>"
    assert model["versions"][0]["name"] == "toy"
    assert "<title>A &lt;toy&gt;</title>" in path.read_text("utf-8")


def test_some_words_are_written(ask: Command, tmp_path: Path) -> None:
    path = tmp_path / "walk.html"
    words = "queen\nking\nkign\nman\nwoman\nking\nparis\n"
    said = ask("explore", "-o", str(path), "--words", "-", "--layout", "pca", stdin=words)
    assert said.err.startswith("1 of 6 words is not in the model: kign\nwrote ")
    assert model_in(path.read_bytes())["words"] == ["man", "woman", "king", "queen", "paris"]
    said = ask("explore", "-o", str(path), "--limit", "5", "--overwrite")
    assert said.code == 0
    assert model_in(path.read_bytes())["words"] == ["man", "woman", "king", "queen", "france"]


def test_two_models_are_written(ask: Command, tmp_path: Path) -> None:
    words, rows = list(ROWS), np.array(list(ROWS.values()), np.float32)
    newer = [*words[1:-1], "fresh"]
    write_model(
        tmp_path / "newer.w2v",
        WordList.from_strings(newer),
        np.arange(len(newer), 0, -1),
        np.concatenate([rows[1:-1, ::-1], rows[:1]]),
        None,
        {},
    )
    path = tmp_path / "walk.html"
    said = ask("explore", "-o", str(path), "--with", str(tmp_path / "newer.w2v"))
    assert said.err.startswith(
        "2 words are not on the page: the newer model does not have them among its first 10,000\n"
    )
    model = model_in(path.read_bytes())
    assert model["words"] == words[1:-1]
    assert [version["name"] for version in model["versions"]] == ["toy", "newer"]
    assert model["title"] == "toy → newer"


def test_models_of_one_name_are_shown_by_their_paths(ask: Command, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "toy.w2v").symlink_to(ask.model)
    other = str(tmp_path / "b" / "toy.w2v")
    path = tmp_path / "walk.html"
    assert ask("explore", "-o", str(path), "--with", other).code == 0
    names = [version["name"] for version in model_in(path.read_bytes())["versions"]]
    assert names == [str(ask.model), other]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "x.svg"], 2, "x.svg: the page's name must end in .html or .htm"),
        (
            ["-m", "none"],
            1,
            "none: no such model; train one with 'w2v train corpus.txt', or name one with -m",
        ),
        (["--words", "none.txt"], 1, "none.txt: No such file or directory"),
        (["--words", "words.txt"], 1, "none of the given words is among the model's 16"),
        (["--words", "few.txt"], 2, "a page needs 4 words or more, not 1"),
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
    Path("words.txt").write_text("kign\n")
    Path("few.txt").write_text("king\n")
    said = ask("explore", *arguments)
    assert said == Said("", f"w2v: {message}\n", code)
    assert not list(tmp_path.glob("*.html"))


def test_an_existing_page_is_kept(ask: Command, tmp_path: Path) -> None:
    path = tmp_path / "walk.html"
    path.write_text("mine")
    said = ask("explore", "-o", str(path))
    assert said.code == 1
    assert "exists; give --overwrite" in said.err
    assert path.read_text() == "mine"
