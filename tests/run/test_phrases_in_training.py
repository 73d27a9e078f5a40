"""Training with phrases: the same as training on the text with its phrases joined."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import SMALL, digests

import w2v
from w2v.cli.main import run

WORDS = "new york is big and new york is old while the bank of america is in new york too"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a corpus."""
    monkeypatch.chdir(tmp_path)
    words = WORDS.split()
    parts = [" ".join(words[i % 11 : 3 + i % 7 + i % 11]) for i in range(300)]
    lines = [
        f"{part} x{i % 150} y{i % 90}" + " blue moon" * (i % 10 == 0)
        for i, part in enumerate(parts)
    ]
    Path("corpus.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def vocabulary(model: str) -> list[str]:
    """The words and counts of a model."""
    return (Path(model) / "vocab.tsv").read_text().splitlines()


@pytest.mark.parametrize("threads", ["1", "3"])
def test_phrases_of_a_list_are_joined_while_the_text_is_read(
    here: Path, capsys: pytest.CaptureFixture[str], threads: str
) -> None:
    find = ["phrases", "corpus.txt", "--connectors", "english", "--threshold", "2"]
    assert run([*find, "--passes", "2"]) == 0
    assert run(["phrases", "corpus.txt", "--apply", "phrases.tsv", "-o", "phrased.txt"]) == 0
    capsys.readouterr()
    common = ["--phrases", "phrases.tsv", "--max-sentence", "4", *SMALL, "--threads", threads]
    assert run(["train", "corpus.txt", "-o", "a.w2v", *common]) == 0
    notes = capsys.readouterr().err
    assert " phrases: 2,457 words became " in notes
    plain = ["--tokenizer", "whitespace", "--max-sentence", "4", *SMALL, "--threads", threads]
    assert run(["train", "phrased.txt", "-o", "b.w2v", *plain]) == 0
    assert vocabulary("a.w2v") == vocabulary("b.w2v")
    assert "new_york" in w2v.load("a.w2v")
    assert Path("a.w2v/phrases.tsv").read_text() == Path("phrases.tsv").read_text()
    assert not Path("b.w2v/phrases.tsv").exists()
    if threads == "1":
        assert digests(Path("a.w2v")) == digests(Path("b.w2v"))


def test_phrases_are_found_in_the_text_and_kept_with_the_model(here: Path) -> None:
    assert run(["train", "corpus.txt", "-o", "a.w2v", "--phrases", "auto", *SMALL]) == 0
    assert run(["phrases", "corpus.txt"]) == 0
    assert Path("a.w2v/phrases.tsv").read_text() == Path("phrases.tsv").read_text()
    assert (
        run(["train", "corpus.txt", "-o", "b.w2v", "--phrases", "a.w2v/phrases.tsv", *SMALL]) == 0
    )
    assert digests(Path("a.w2v")) == digests(Path("b.w2v"))


def test_a_quoted_phrase_is_found(here: Path) -> None:
    (here / "list").write_text("new\tyork\n")
    model = w2v.train("corpus.txt", phrases="list", vector_size=8, min_count=1)
    assert model.index("new york") == model.index("new_york")
    assert (model["new york"] == model["new_york"]).all()


def test_other_phrases_are_another_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "list").write_text("new\tyork\n")
    train = ["train", "corpus.txt", "-o", "a.w2v", *SMALL]
    assert run([*train, "--phrases", "list"]) == 0
    capsys.readouterr()
    assert run([*train, "--resume"]) == 1
    assert "trained with phrases list (now None)" in capsys.readouterr().err
    assert run([*train, "--resume", "--phrases", "list"]) == 0
    assert "there is nothing left to do" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "w2v: list: no such file\n"),
        ("new york\n", "w2v: list:1: expected 'first word, second word, count, score' with tabs"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_before_the_text(
    here: Path, capsys: pytest.CaptureFixture[str], text: str | None, message: str
) -> None:
    if text:
        (here / "list").write_text(text)
    assert run(["train", "corpus.txt", "--phrases", "list", *SMALL]) == 1
    assert capsys.readouterr().err.startswith(message)
    assert not (here / "model.w2v").exists()


def test_phrases_that_do_not_occur_are_reported(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "list").write_text("New\tYork\n")
    assert run(["train", "corpus.txt", "--phrases", "list", *SMALL]) == 0
    assert "no phrase of --phrases occurs in the text; is the --tokenizer the same?" in (
        capsys.readouterr().err
    )
