"""Training on Python iterables: the same as on files, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import w2v
from w2v.corpus.python_text import PythonText, find_text

SENTENCES = [["the", "king", "sat"], [], ["the", "old", "king"], ["a", "b c", "\t", "the"]]
OPTIONS: dict[str, Any] = {"vector_size": 8, "min_count": 1, "threads": 1, "epochs": 2}


def generated(repeats: int) -> Iterator[list[str]]:
    """Sentences, one at a time."""
    for _ in range(repeats):
        yield from SENTENCES


def test_token_lists_train_as_the_same_text_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("the king sat\n\nthe old king\n" * 50)
    lists = SENTENCES[:3] * 50
    file = w2v.train(tmp_path / "text", tokenizer="whitespace", **OPTIONS)
    for texts in (lists, iter(lists), (tuple(words) for words in lists), np.array(lists, object)):
        model = w2v.train(texts, **OPTIONS)
        assert list(model.words) == list(file.words) == ["the", "king", "sat", "old"]
        assert model.counts is not None
        assert model.counts.tolist() == [100, 100, 50, 50]
        assert (model.matrix == file.matrix).all()


def test_tokens_are_taken_as_they_are(tmp_path: Path) -> None:
    model = w2v.train(generated(20), tmp_path / "m.w2v", **OPTIONS)
    assert list(model.words) == ["the", "king", "sat", "old", "a", "b c", "\t"]
    assert list(w2v.load(tmp_path / "m.w2v").words) == list(model.words)


def test_strings_train_as_the_same_text_in_a_file(tmp_path: Path) -> None:
    texts = ["The King sat.", "", "He, the old\nking; naïve!"] * 60
    (tmp_path / "text").write_text("\n".join(texts))
    file = w2v.train(tmp_path / "text", **OPTIONS)
    for given in (texts, iter(texts), tuple(texts)):
        model = w2v.train(given, **OPTIONS)
        assert list(model.words) == list(file.words)
        assert (model.matrix == file.matrix).all()


def test_many_pieces_and_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2v.corpus.python_text._BLOCK", 5)
    monkeypatch.setattr("w2v.corpus.python_text.PIECE_BYTES", 20)
    lists = w2v.train(generated(9), **OPTIONS)
    assert lists.counts is not None
    assert dict(zip(lists.words, lists.counts.tolist(), strict=True))["the"] == 27
    strings = w2v.train((" ".join(words[:3]) for words in generated(9)), **OPTIONS)
    assert strings.counts is not None
    assert dict(zip(strings.words, strings.counts.tolist(), strict=True))["the"] == 18


def test_a_pandas_series() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    texts = ["the king sat", "the old king"] * 30
    wanted = w2v.train(iter(texts), **OPTIONS)
    series = w2v.train(pandas.Series(texts), **OPTIONS)
    assert (series.matrix == wanted.matrix).all()
    missing = r"^element 1 .* is (nan|None) \(a missing value\), not a string$"
    with pytest.raises(TypeError, match=missing):
        w2v.train(pandas.Series(["a b", None, math.nan]), **OPTIONS)


def test_a_data_frame_is_refused() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ["the king sat"], "other": ["the queen sat"]})
    with pytest.raises(TypeError, match=r"train on a DataFrame; pass one of its columns: data\['t"):
        w2v.train(frame, **OPTIONS)


def test_whatever_can_be_iterated_is_text() -> None:
    class Numbered:
        """Can be iterated because it has numbered items, as many datasets have."""

        def __getitem__(self, number: int) -> list[str]:
            return [["the", "king"], ["the", "queen"]][number]

    corpus: Any = Numbered()
    assert sorted(w2v.train(corpus, **OPTIONS).words) == ["king", "queen", "the"]


def test_a_column_of_a_dataset() -> None:
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    texts = ["the king sat", "the old king"] * 30
    wanted = w2v.train(iter(texts), **OPTIONS)
    column = datasets.Dataset.from_dict({"text": texts})["text"]
    assert (w2v.train(column, **OPTIONS).matrix == wanted.matrix).all()


def test_phrases_are_joined_in_token_lists(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("old\tking\n")
    model = w2v.train(generated(9), phrases=tmp_path / "list", **OPTIONS)
    assert "old_king" in model
    assert "old" not in model


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        (7, "cannot train on an int; pass a path, a list of paths, or an iterable of strings"),
        ({"a": 1}, "cannot train on a dict; pass"),
        (b"text", "cannot train on bytes; pass"),
        (None, "cannot train on None (a missing value); pass"),
        ("the king sat on the throne", "a string names a file, and 'the king sat on the throne' l"),
        ([[1, 2], [3]], "the first word is an int, not a string; pass"),
        ([1, 2], "element 0 (from 0) is an int, not a list of words; pass"),
        ([["a", "b"], 3], "element 1 (from 0) is an int, not a list of words; pass"),
        ([["a", "b"], "c d"], "element 1 (from 0) is a str, not a list of words; pass"),
        ([["a", "b"], ["c", 3]], "sentence 1 (from 0): a token is an int, not a string"),
        ([["a", "b"], ["c", None]], "sentence 1 (from 0): a token is None (a missing value)"),
        ([["a"], [["b"]]], "sentence 1 (from 0): a token is not a string but of type 'list'"),
        ([{"text": "a b"}], "element 0 (from 0) is a dict, not a list of words; pass one field of"),
        (iter(["a b", ["c"]]), "element 1 of the strings is a list, not a string"),
    ],
)
def test_a_plain_mistake_gets_a_type_error(corpus: Any, message: str) -> None:
    with pytest.raises(TypeError) as error:
        w2v.train(corpus, **OPTIONS)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        ([["a", ""]], "sentence 0 (from 0): a token is empty; no model can hold it"),
        ([["a"], ["b\nc"]], r"sentence 1 (from 0): a token 'b\nc' holds a line break; no model"),
        ([["\ud800"]], r"the word '\ud800' cannot be written as UTF-8"),
        ([[], []], "there are no words in the lists of words"),
        (iter([]), "there are no words in the lists of words"),
        (iter(["", "..."]), "the strings: there are no words in it"),
        (["corpus.txt"], "corpus.txt: No such file or directory"),
        (["a folder/corpus.txt"], "a folder/corpus.txt: No such file or directory"),
    ],
)
def test_what_no_model_can_hold_is_refused(corpus: Any, message: str) -> None:
    with pytest.raises(w2v.W2VError) as error:
        w2v.train(corpus, **OPTIONS)
    assert str(error.value).startswith(message)


def test_lists_of_strings_are_paths_unless_they_are_text(tmp_path: Path) -> None:
    (tmp_path / "the king.txt").write_text("a")
    path = str(tmp_path / "the king.txt")
    assert find_text([path]) == [path]
    assert find_text([tmp_path]) == [tmp_path]
    assert find_text([str(tmp_path / "the *.txt")]) == [str(tmp_path / "the *.txt")]
    assert find_text("-") == ["-"]
    assert isinstance(find_text(["The king sat."]), PythonText)
    assert isinstance(find_text(["king", "the king"]), PythonText)
