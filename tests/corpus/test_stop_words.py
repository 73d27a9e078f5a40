"""Stop words are left out of the text, whatever their case in the file."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from running import SMALL, Train, one_line

import w2v
from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.corpus.counts import count_words
from w2v.text.sources import find_sources

SMALLEST: dict[str, Any] = {"min_count": 1, "vector_size": 4}
TEXT = "The cat and the dog.\nDon't the cats sleep, and the dogs?\n" * 3


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "text").write_text(TEXT, "utf-8")
    (tmp_path / "stop").write_text("THE and\nDon't\nunknown\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "text"


def config(**options: Any) -> TrainConfig:
    return TrainConfig(min_count=1, **options)


def test_stop_words_are_left_out_of_the_sentences(text: Path, tmp_path: Path) -> None:
    vocabulary, corpus = prepare_corpus(
        find_sources([text]), config(stop_words="stop"), tmp_path / "ids", threads=1
    )
    assert list(vocabulary.words) == ["cat", "dog", "cats", "sleep", "dogs"]
    ids, offsets = corpus.read(0, 2)
    sentences = [ids[a:b] for a, b in pairwise(offsets)]
    assert [[vocabulary.words[i] for i in line] for line in sentences] == [
        ["cat", "dog"],
        ["cats", "sleep", "dogs"],
    ]
    assert (corpus.summary.n_words, corpus.summary.n_stopped) == (36, 21)


def test_case_matters_if_it_is_kept(text: Path) -> None:
    (text.parent / "stop").write_text("the", "utf-8")
    counted = count_words(
        [*find_sources([text])], config(stop_words="stop", keep_case=True), threads=1
    )
    assert "The" in counted.vocabulary.words
    assert "the" not in counted.vocabulary.words
    assert counted.n_stopped == 9
    assert counted.kept[0].tokens == 27


def test_a_given_vocabulary_loses_its_stop_words(text: Path, train: Train) -> None:
    Path("vocab").write_text("the 9\ncat 3\nand 2\ndog 1\n")
    code, err = train("train", text, "-o", "m", *SMALL, "--vocab", "vocab", "--stop-words", "stop")
    assert code == 0, err
    assert "21 stop words were left out\n" in err
    assert list(w2v.load("m").words) == ["cat", "dog"]


def test_impossible_files_of_stop_words(text: Path, train: Train) -> None:
    for content, message in [
        (None, "stop: there is no such file of stop words"),
        ("--- ...", "stop: there are no words in it"),
        (TEXT, "stop: every word of the text is a stop word"),
    ]:
        Path("stop").unlink(missing_ok=True)
        if content is not None:
            Path("stop").write_text(content)
        code, err = train("train", text, "-o", "m", *SMALL, "--stop-words", "stop")
        one_line(code, err, 1, message)


def test_the_options_of_text_come_from_toml_and_python_too(text: Path, train: Train) -> None:
    Path("mine.toml").write_text('keep-case = true\nsentence = "paragraph"\nstop-words = "stop"\n')
    code, err = train("train", text, "-o", "m", *SMALL, "--config", "mine.toml")
    assert code == 0, err
    about = json.loads(Path("m/model.json").read_text())
    wanted = {"keep_case": True, "sentence": "paragraph", "stop_words": "stop"}
    assert {name: about["config"][name] for name in wanted} == wanted
    assert about["corpus"]["n_sentences"] == 1
    vectors = w2v.train(
        text, keep_case=True, sentence="paragraph", stop_words="stop", min_count=1, vector_size=4
    )
    assert list(vectors.words) == list(w2v.load("m").words)
    with pytest.raises(w2v.UsageError, match="keep_case must be true or false, not 1"):
        w2v.train(text, keep_case=1)  # type: ignore[arg-type]


def test_other_stop_words_are_another_text_for_resume(text: Path, train: Train) -> None:
    how = ["train", text, "-o", "m", *SMALL, "--stop-words", "stop"]
    assert train(*how)[0] == 0
    code, err = train(*how, "--resume")
    assert code == 0
    assert "finished" in err
    Path("stop").write_text("the")
    code, err = train(*how, "--resume")
    one_line(
        code,
        err.splitlines()[-1] + "\n",
        1,
        "m exists, trained on another text; give --overwrite to replace it, or another -o",
    )


def test_strings_from_python_are_read_with_the_same_options(text: Path) -> None:
    strings = ["The cat\nsaw.\n\nThe dog\r\nbarked.", "Cats sleep."]
    vectors = w2v.train(
        iter(strings), keep_case=True, sentence="paragraph", stop_words="stop", **SMALLEST
    )
    assert sorted(vectors.words) == ["Cats", "The", "barked", "cat", "dog", "saw", "sleep"]
    tokens = [["the", "cat", "saw"], ["the", "dog"]]
    assert sorted(w2v.train(tokens, stop_words="stop", **SMALLEST).words) == ["cat", "dog", "saw"]
