"""Training with subwords, from the command line to vectors of words outside the vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference_subwords import bucket_of, compose, ngrams
from running import Train, call, in_process, last_line, some_text

import w2v

OPTIONS = ["--subwords", "--buckets=300", "--max-n=4", "--vector-size=20", "--min-count=1"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(4000, distinct=60).replace("word1", "naïve👩‍👧"), "utf-8")
    return path


@pytest.fixture
def train(capsys: pytest.CaptureFixture[str]) -> Train:
    return in_process(capsys)


@pytest.mark.parametrize("publish", ["input", "mix"])
def test_the_published_vectors_are_means_of_the_trained_rows(
    tmp_path: Path, text: Path, train: Train, publish: str
) -> None:
    path = tmp_path / "m"
    code, err = train("train", text, "-o", path, *OPTIONS, f"--publish={publish}", "--threads=2")
    assert code == 0, err
    about = json.loads((path / "model.json").read_text("utf-8"))
    assert about["subwords"] == {"min_n": 3, "max_n": 4, "buckets": 300}
    own, stored = np.load(path / "words.npy"), np.load(path / "buckets.npy")
    numbers, shared = np.load(path / "bucket_numbers.npy"), np.zeros((300, 20), np.float32)
    shared[numbers] = stored
    assert (len(own), len(stored)) == (60, len(numbers))
    vectors, used = w2v.load(path, table="input"), set()
    for row, word in enumerate(vectors.words):
        buckets = [bucket_of(ngram, 300) for ngram in ngrams(word, 3, 4)]
        used.update(buckets)
        wanted = compose([own[row], *shared[buckets]], 20)
        np.testing.assert_allclose(vectors[word], wanted, atol=1e-6)
    assert numbers.tolist() == sorted(used)
    assert stored.any(axis=1).all()
    published = np.load(path / "vectors.npy")
    mixed = vectors.matrix + 0.25 * np.load(path / "context.npy")
    wanted = vectors.matrix if publish == "input" else mixed
    np.testing.assert_allclose(published, wanted, atol=1e-6)


def test_an_unseen_word_is_near_words_with_its_ngrams(tmp_path: Path) -> None:
    animals, numbers = ["catlike", "doglike", "horselike"], ["sixtyfold", "tenfold", "manifold"]
    random = np.random.default_rng(1)
    lines = (" ".join(random.choice((animals, numbers)[k % 2], 8)) for k in range(400))
    (tmp_path / "text").write_text("\n".join(lines))
    options = ["--subwords", "--vector-size=8", "--buckets=5000", "--publish=input", "--sample=0"]
    done = call("train", tmp_path / "text", "-o", tmp_path / "m", *options)
    assert done.returncode == 0, done.stderr
    asked = call("neighbors", "twofold", "-m", tmp_path / "m", "--top", "3")
    assert asked.returncode == 0, asked.stderr
    assert {line.split()[0] for line in asked.stdout.splitlines()[1:]} == set(numbers)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--min-n=2"], 2, "w2v: min-n has a meaning only with subwords; give subwords too, or "),
        (["--subwords", "--min-n=7"], 2, "w2v: min-n 7 is above max-n 6; lower min-n"),
        (["--subwords", "--buckets=0"], 2, "w2v: buckets must be from 1 to 1073741824, not 0"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, text: Path, train: Train, options: list[str], code: int, message: str
) -> None:
    found, err = train("train", text, "-o", tmp_path / "m", *options)
    assert found == code
    assert last_line(err).startswith(message)
    assert not (tmp_path / "m").exists()


def test_python_and_toml_have_the_same_options(tmp_path: Path, text: Path) -> None:
    (tmp_path / "a.toml").write_text(
        "subwords = true\nmin-n = 2\nmax_n = 3\nbuckets = 50\nvector-size = 4\nmin-count = 1\n"
    )
    w2v.train(text, tmp_path / "a", config=tmp_path / "a.toml", threads=1, epochs=1)
    given = {"subwords": True, "min_n": 2, "max_n": 3, "buckets": 50, "vector_size": 4}
    w2v.train(text, tmp_path / "b", min_count=1, threads=1, epochs=1, **given)
    for name in ("vectors.npy", "words.npy", "buckets.npy", "bucket_numbers.npy", "context.npy"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_training_goes_on_from_a_model_with_the_same_ngrams(tmp_path: Path, text: Path) -> None:
    given: dict[str, Any] = {"subwords": True, "buckets": 300, "vector_size": 8, "threads": 1}
    given.update(min_count=1, publish="input")
    old = w2v.train(text, tmp_path / "old", epochs=20, **given)
    (tmp_path / "new").write_text("word5 word7 wordless word5\n" * 20)
    hardly = {**given, "epochs": 1, "alpha": 1e-9, "min_alpha": 0.0}
    for start in ("continue_from", "init"):
        grown = w2v.train(tmp_path / "new", tmp_path / start, **{start: tmp_path / "old"}, **hardly)
        for word in ("word7", "wordless"):  # known, and composed
            np.testing.assert_allclose(grown[word], old[word], atol=1e-5)
    with pytest.raises(w2v.W2VError, match="give subwords min_n 3 max_n 6 buckets 300"):
        w2v.train(text, tmp_path / "other", init=tmp_path / "old", **{**given, "buckets": 200})
