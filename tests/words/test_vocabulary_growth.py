"""A finished model is trained further on new text, whose new words are added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import SMALL, digests

import w2v
from w2v.cli.main import run
from w2v.words.vocabulary import Vocabulary
from w2v.words.vocabulary_growth import grow, noise_counts
from w2v.words.word_list import WordList

DATA = Path(__file__).parents[2] / "data" / "corpus.txt"
OLD_TEXT = "the cat sat on the mat\nthe dog sat\nan owl flew\n" * 30
NEW_TEXT = "the cow sat on the cat\na cow and the dog\nrare\n" * 20


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a model, its text, and a new text."""
    monkeypatch.chdir(tmp_path)
    Path("old.txt").write_text(OLD_TEXT)
    Path("new.txt").write_text(NEW_TEXT + "once\n")
    assert run(["train", "old.txt", "-o", "old.w2v", "-q", *SMALL]) == 0
    return tmp_path


def counts(model: str) -> dict[str, int]:
    """Word -> count, in the model's order."""
    lines = (Path(model) / "vocab.tsv").read_text().splitlines()
    return {word: int(count) for word, count in (line.split("\t") for line in lines)}


def rows(model: str, table: str, words: list[str]) -> np.ndarray:
    """The rows of words in one of a model's tables."""
    return w2v.load(model, table=table)[words]


@pytest.mark.parametrize("freeze", [False, True])
@pytest.mark.parametrize("threads", ["1", "3"])
def test_words_are_added_and_untouched_words_stay(
    here: Path, capsys: pytest.CaptureFixture[str], freeze: bool, threads: str
) -> None:
    train = ["train", "new.txt", "-o", "new.w2v", "--continue", "old.w2v", *SMALL]
    train += ["--min-count", "2", "--threads", threads, "--sample", "0"]
    assert run([*train, *["--freeze-old"] * freeze]) == 0
    assert "old.w2v: its 9 words stay, 4 words were added\n" in capsys.readouterr().err
    assert counts("new.w2v") == {
        "the": 90 + 60,
        "sat": 60 + 20,
        "cat": 30 + 20,
        "on": 30 + 20,
        "dog": 30 + 20,
        "cow": 40,
        "mat": 30,
        "an": 30,
        "owl": 30,
        "flew": 30,
        "a": 20,
        "and": 20,
        "rare": 20,
    }
    untouched, touched = ["mat", "an", "owl", "flew"], ["the", "sat", "cat", "on", "dog"]
    for table in ("input", "output"):
        same = rows("new.w2v", table, untouched) == rows("old.w2v", table, untouched)
        assert same.all()
        moved = rows("new.w2v", table, touched) != rows("old.w2v", table, touched)
        assert moved.any(axis=1).all() != freeze
        assert moved.any() != freeze
    assert np.abs(rows("new.w2v", "output", ["cow", "a", "and"])).min() > 0


def test_a_new_word_lands_near_its_synonyms(tmp_path: Path) -> None:
    lines = DATA.read_text().splitlines()
    without = [line.split() for line in lines if "queen" not in line.lower()]
    options: Any = {"threads": 1}
    old = tmp_path / "old.w2v"
    w2v.train((" ".join(words) for words in without), old, **options)
    assert "queen" not in w2v.load(old)
    for freeze in (False, True):
        grown = w2v.train(
            (line for line in lines if "queen" in line.lower()),
            continue_from=old,
            freeze_old=freeze,
            **options,
        )
        near = [word for word, _ in grown.neighbors("queen", top=6)]
        assert len({"king", "princess", "duchess", "empress", "woman"} & set(near)) >= 3, near


def test_continuing_from_python_twice(here: Path) -> None:
    options = {"vector_size": 16, "min_count": 1, "threads": 1}
    first = w2v.train("new.txt", "a.w2v", continue_from="old.w2v", **options)
    again = w2v.train("new.txt", continue_from="a.w2v", **options)
    assert again.counts is not None
    assert dict(zip(again.words, again.counts.tolist(), strict=True))["cow"] == 80
    assert set(again.words) == set(first.words)


def test_a_stopped_run_continues_to_the_same_bytes(here: Path) -> None:
    train = ["train", "new.txt", "--continue", "old.w2v", "--freeze-old", *SMALL]
    train = [*train, "--checkpoint-every", "1e-9"]
    assert run([*train, "-o", "whole.w2v"]) == 0
    calls = iter(range(10**9))
    with pytest.raises(w2v.W2VError, match="stopped after"):
        w2v.train(
            "new.txt", "part.w2v", continue_from="old.w2v", freeze_old=True, vector_size=16,
            min_count=1, threads=1, checkpoint_every=1e-9, stop=lambda: next(calls) > 5,
        )  # fmt: skip
    assert run([*train, "-o", "part.w2v", "--resume"]) == 0
    assert digests(Path("part.w2v")) == digests(Path("whole.w2v"))


def test_phrases_of_the_old_model_are_joined_again(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "list").write_text("the\tcat\n")
    assert run(["train", "old.txt", "-o", "p.w2v", "--phrases", "list", "-q", *SMALL]) == 0
    assert run(["train", "new.txt", "-o", "q.w2v", "--continue", "p.w2v", *SMALL]) == 0
    assert "joining the phrases of p.w2v/phrases.tsv, as p.w2v did" in capsys.readouterr().err
    assert counts("q.w2v")["the_cat"] == 50
    assert (here / "q.w2v" / "phrases.tsv").exists()


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (
            "--freeze-old",
            2,
            "--freeze-old needs --continue, the model whose words stay",
        ),
        (
            "--continue old.w2v --init old.w2v",
            2,
            "--continue takes the model's words and",
        ),
        ("--continue old.w2v --loss hs", 2, "--continue needs --loss ns: a tree over other counts"),
        ("--continue none.w2v", 1, "none.w2v: no such file"),
        ("--continue old.w2v --vector-size 8", 1, "old.w2v holds vectors of 16 dimensions; give "),
        ("--init old.w2v --vector-size 8", 1, "old.w2v holds vectors of 16 dimensions; give "),
        (
            "--continue old.w2v --freeze-old --min-count 1000",
            1,
            "the text adds no words to those of old.w2v, and --freeze-old trains only new ones; ",
        ),
    ],
)
def test_errors(
    here: Path, capsys: pytest.CaptureFixture[str], line: str, code: int, message: str
) -> None:
    assert run(["train", "new.txt", "-o", "x.w2v", "-q", *SMALL, *line.split()]) == code
    assert capsys.readouterr().err.startswith(f"w2v: {message}")
    assert not (here / "x.w2v").exists()


def test_a_model_with_a_tree_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "old.txt", "-o", "hs.w2v", "-q", "--loss", "hs", *SMALL]) == 0
    assert run(["train", "new.txt", "-o", "x.w2v", "--continue", "hs.w2v", "-q", *SMALL]) == 1
    assert capsys.readouterr().err.startswith("w2v: hs.w2v was trained with --loss hs: a tree over")
    assert not (here / "x.w2v").exists()


def test_old_words_come_first_among_equals_and_new_ones_fill_up() -> None:
    old = Vocabulary(WordList.from_strings(["x", "y"]), np.array([5, 1], np.int64))
    given = np.array([3, 1]), old, np.array([4, 0, 2, 0, 9, 5]), np.array([0, 9, 2, 9, 1, 3])
    ids, totals = grow(*given, min_count=4, max_vocab=None)
    assert (ids.tolist(), totals.tolist()) == ([4, 3, 5, 0, 1], [9, 5, 5, 4, 1])
    ids, totals = grow(*given, min_count=4, max_vocab=3)
    assert (ids.tolist(), totals.tolist()) == ([4, 3, 1], [9, 5, 1])
    ids, _ = grow(*given, min_count=4, max_vocab=1)
    assert ids.tolist() == [3, 1]
    with pytest.raises(w2v.W2VError, match="the old model holds the word 'y' twice"):
        grow(np.array([3, 3]), *given[1:], min_count=4, max_vocab=None)


def test_noise_is_drawn_as_in_the_text_in_which_a_word_is_more_frequent() -> None:
    totals, in_text = np.array([60, 20, 10, 10]), np.array([6, 1, 0, 3])
    assert noise_counts(totals, in_text).tolist() == [60, 20, 10, 30]


@pytest.mark.parametrize("option", ["--init", "--continue"])
def test_vectors_of_another_size_are_refused_before_the_text_is_read(
    here: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    line = ["train", "new.txt", "-o", "x.w2v", *SMALL, "--vector-size", "8", option, "old.w2v"]
    assert run(line) == 1
    assert capsys.readouterr().err.count("\n") == 1, "no line about the text"


def test_a_model_that_is_continued_otherwise_than_it_was_trained_is_reported(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["train", "new.txt", "-o", "x.w2v", "--continue", "old.w2v", "--dry-run", *SMALL]
    assert run([*line, "--architecture", "cbow", "--tokenizer", "whitespace"]) == 0
    assert capsys.readouterr().err.startswith(
        "old.w2v was trained with architecture skipgram (now cbow), "
        "tokenizer words (now whitespace)\n"
    )
    assert run(line) == 0
    assert "was trained with" not in capsys.readouterr().err
