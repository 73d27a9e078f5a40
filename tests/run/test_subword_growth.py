"""Training goes on with a model that has subwords: --continue, --freeze-old and --init."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from running import SMALL, digests

import w2v
from w2v.cli.main import run

OLD_TEXT = "the kings sat on the mats\nthe dog sat\nan owlish owl flew\n" * 30
NEW_TEXT = "the kingship sat on the dogs\na kingship and the dog\n" * 20
RUNS = ["--subwords", "--min-n", "3", "--max-n", "4", "--buckets", "5000", *SMALL]
UNTOUCHED = ["mats", "an", "owlish", "owl", "flew"]  # by the new text


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a model that has subwords and a new text."""
    monkeypatch.chdir(tmp_path)
    Path("old.txt").write_text(OLD_TEXT)
    Path("new.txt").write_text(NEW_TEXT)
    assert run(["train", "old.txt", "-o", "old.w2v", "-q", *RUNS]) == 0
    return tmp_path


def rows(model: str, words: list[str], table: str = "input") -> np.ndarray:
    return w2v.load(model, table=table)[words]


def moved(words: list[str], table: str = "input") -> np.ndarray:
    """How far words moved from old.w2v to new.w2v."""
    return np.abs(rows("new.w2v", words, table) - rows("old.w2v", words, table)).max(axis=1)


@pytest.mark.parametrize("source", ["old.w2v", "old.ftbin"])
def test_new_words_start_from_their_ngrams(
    here: Path, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    w2v.load("old.w2v", table="input").save("old.ftbin")
    train = ["train", "new.txt", "-o", "new.w2v", "--continue", source, *RUNS]
    assert run([*train, "--alpha", "1e-9", "--min-alpha", "0"]) == 0  # it all but stays
    assert f"{source}: its 10 words stay, 4 words were added\n" in capsys.readouterr().err
    old, new = (w2v.load(name, table="input") for name in ("old.w2v", "new.w2v"))
    np.testing.assert_allclose(new[list(old.words)], old.matrix, atol=1e-7)
    for word in ("kingship", "dogs"):
        assert word in new
        assert word not in old
        np.testing.assert_allclose(new[word], old[word], atol=1e-7)
    np.testing.assert_allclose(new["owls"], old["owls"], atol=1e-7)  # unseen by both


def test_untouched_words_keep_their_own_rows(here: Path) -> None:
    assert run(["train", "new.txt", "-o", "new.w2v", "--continue", "old.w2v", *RUNS]) == 0
    assert moved(["the", "sat", "dog"]).min() > 0
    assert not moved(UNTOUCHED, "output").any()
    new = list(w2v.load("new.w2v").words)
    own = [np.load(Path(model) / "words.npy") for model in ("old.w2v", "new.w2v")]
    for word in UNTOUCHED:
        place = list(w2v.load("old.w2v").words).index(word)
        assert np.array_equal(own[0][place], own[1][new.index(word)])


@pytest.mark.parametrize("threads", ["1", "3"])
def test_frozen_words_keep_their_vectors(here: Path, threads: str) -> None:
    train = ["train", "new.txt", "-o", "new.w2v", "--continue", "old.w2v", "--freeze-old"]
    assert run([*train, *RUNS, "--threads", threads]) == 0
    for table in ("input", "output", "published"):
        assert not moved(list(w2v.load("old.w2v").words), table).any()
    assert moved(["kingship", "dogs"]).min() > 0


def test_a_stopped_run_continues_to_the_same_bytes(here: Path) -> None:
    train = ["train", "new.txt", "--continue", "old.w2v", *RUNS, "--checkpoint-every", "1e-9"]
    assert run([*train, "-o", "whole.w2v"]) == 0
    calls = iter(range(10**9))
    options = {"vector_size": 16, "min_count": 1, "threads": 1, "min_n": 3, "max_n": 4}
    with pytest.raises(w2v.Stopped):
        w2v.train(
            "new.txt", "part.w2v", continue_from="old.w2v", checkpoint_every=1e-9,
            stop=lambda: next(calls) > 5, subwords=True, buckets=5000, **options,
        )  # fmt: skip
    assert run([*train, "-o", "part.w2v", "--resume"]) == 0
    assert digests(Path("part.w2v")) == digests(Path("whole.w2v"))
    for name in ("words.npy", "buckets.npy", "bucket_numbers.npy"):
        assert Path("part.w2v", name).read_bytes() == Path("whole.w2v", name).read_bytes()


def test_init_takes_words_and_ngrams(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    still = ["--alpha", "1e-9", "--min-alpha", "0"]
    assert run(["train", "new.txt", "-o", "new.w2v", "--init", "old.w2v", *RUNS, *still]) == 0
    assert "4 of 8 words start from old.w2v\n" in capsys.readouterr().err
    old, new = (w2v.load(name, table="input") for name in ("old.w2v", "new.w2v"))
    np.testing.assert_allclose(new[["the", "dog"]], old[["the", "dog"]], atol=1e-7)
    w2v.load("old.w2v", table="input").save("old.txt.vec")
    assert run(["train", "new.txt", "-o", "v.w2v", "--init", "old.txt.vec", *RUNS, *still]) == 0
    vectors = w2v.load("v.w2v", table="input")
    np.testing.assert_allclose(vectors[["the", "dog"]], old[["the", "dog"]], atol=1e-7)
    assert run(["train", "new.txt", "-o", "p.w2v", "--init", "old.w2v", *SMALL, *still]) == 0
    plain = w2v.load("p.w2v", table="input")
    np.testing.assert_allclose(plain[["the", "dog"]], old[["the", "dog"]], atol=1e-7)


@pytest.mark.parametrize("how", ["--init", "--continue"])
def test_other_ngrams_are_refused_before_any_text_is_read(
    here: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    capsys.readouterr()
    given = [*RUNS, "--max-n", "5"]
    assert run(["train", "new.txt", "-o", "x.w2v", how, "old.w2v", *given]) == 1
    assert capsys.readouterr().err == (
        "w2v: old.w2v has n-grams of 3 to 4 characters in 5,000 buckets; "
        "give --subwords --min-n 3 --max-n 4 --buckets 5000\n"
    )
    assert not Path("x.w2v.run").exists()


def test_a_model_with_subwords_does_not_lose_them_unasked(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", "new.txt", "-o", "x.w2v", "--continue", "old.w2v", *SMALL]) == 1
    assert capsys.readouterr().err.endswith("--buckets 5000, or --init instead of --continue\n")


def test_vectors_from_python_compose_unseen_words(here: Path) -> None:
    vectors = w2v.train(
        ["the kings sat", "a king sat on the mat"] * 40,
        vector_size=20, min_count=1, threads=1, subwords=True, buckets=5000,
    )  # fmt: skip
    assert "kingship" not in vectors
    assert vectors["kingship"].any()
    assert vectors.composed(["kings", "kingship"]) == ["kingship"]
    vectors.save("v.ftbin")
    loaded = w2v.load("v.ftbin")
    np.testing.assert_allclose(
        loaded[["kings", "kingship"]], vectors[["kings", "kingship"]], atol=1e-6
    )
    vectors.save("v.w2v")
    assert np.array_equal(w2v.load("v.w2v")["kingship"], vectors["kingship"])
