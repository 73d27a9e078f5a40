"""The model folder: a round trip, and damage told in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v.embedding import WordList
from w2v.errors import W2VError
from w2v.formats import folder, read

WORDS = ["the", "été", "日本", "a'b", "x" * 500]
COUNTS = np.array([1_000_000_000_000, 99, 7, 7, 1], np.int64)
INPUTS = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
OUTPUTS = np.random.default_rng(2).normal(size=(5, 3)).astype(np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "m.w2v"
    about = {"config": {"seed": 1}}
    folder.write_model(target, WordList.from_strings(WORDS), COUNTS, INPUTS, OUTPUTS, about)
    return target


def test_a_round_trip(path: Path) -> None:
    for table, want in (("input", INPUTS), ("output", OUTPUTS), ("sum", INPUTS + OUTPUTS)):
        vectors = read(path, table=table)
        assert vectors.words == WORDS
        assert np.array_equal(vectors.matrix, want)
        assert vectors.counts is not None
        assert vectors.counts.tolist() == COUNTS.tolist()
    assert folder.read_metadata(path)["config"] == {"seed": 1}
    assert np.array_equal(np.load(path / "vectors.npy"), INPUTS)
    assert (path / "vocab.tsv").read_text(encoding="utf-8").splitlines()[1] == "été\t99"


def test_vectors_are_mapped_not_read(path: Path) -> None:
    assert isinstance(read(path).matrix, np.memmap)


def test_a_limit_takes_the_first_words(path: Path) -> None:
    vectors = read(path, limit=2)
    assert vectors.words == WORDS[:2]
    assert np.array_equal(vectors.matrix, INPUTS[:2])


def test_words_without_counts_and_one_table(tmp_path: Path) -> None:
    target = tmp_path / "m.w2v"
    folder.write(read_back := folder.WordVectors(WORDS, INPUTS), target)
    assert read(target).words == read_back.words
    assert read(target).counts is None
    with pytest.raises(W2VError, match="leave out --vectors sum"):
        read(target, table="sum")


def test_a_tab_in_a_word_is_refused(tmp_path: Path) -> None:
    words = WordList.from_strings(["a", "b\tc"])
    with pytest.raises(W2VError, match=r"'b\\tc' holds a tab"):
        folder.write_model(tmp_path / "m.w2v", words, None, INPUTS[:2], None, {})


def damage_json(path: Path, **changes: Any) -> None:
    about = json.loads((path / "model.json").read_text())
    (path / "model.json").write_text(json.dumps({**about, **changes}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"words": 10**12}, "vocab.tsv: damaged: it holds 5 lines"),
        ({"words": -1}, "'words' must be a whole number"),
        ({"vector_size": "3"}, "'vector_size' must be a whole number"),
        ({"vector_size": 10**9}, r"vectors.npy: damaged: it is float32\[5, 3\]"),
        ({"format_version": 2}, "format version 2 is not 1"),
        ({"format": "other"}, "not a w2v model"),
    ],
)
def test_a_lying_model_json(path: Path, changes: dict[str, Any], message: str) -> None:
    damage_json(path, **changes)
    with pytest.raises(W2VError, match=message):
        read(path)


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        ("model.json", b"{", "model.json: damaged"),
        ("model.json", b"[" * 100_000, "model.json: damaged"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"b\tx\n", "a count must be a whole number"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"b\t\n", "a count must be a whole number"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"b\n", "a word, a tab and a count"),
        ("vocab.tsv", b"a\t1\t2\n" + b"a\t1\n" * 3 + b"b\n", "a word, a tab and a count"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"\xff\t1\n", "not valid UTF-8"),
        ("vectors.npy", b"\x93NUMPY\x01\x00", "vectors.npy: damaged"),
        ("vectors.npy", b"", "vectors.npy: damaged"),
    ],
)
def test_a_damaged_file_is_named(path: Path, file: str, data: bytes, message: str) -> None:
    (path / file).write_bytes(data)
    with pytest.raises(W2VError, match=message):
        read(path)


def test_a_truncated_table_is_named(path: Path) -> None:
    data = (path / "vectors.npy").read_bytes()
    (path / "vectors.npy").write_bytes(data[:-1])
    with pytest.raises(W2VError, match="holds 59 bytes of vectors, not 60"):
        read(path)


def test_a_pickle_is_never_loaded(path: Path) -> None:
    np.save(path / "vectors.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(W2VError, match="damaged"):
        read(path)


def test_a_missing_model_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(W2VError, match=r"train one with 'w2v train corpus\.txt'"):
        read(tmp_path / "model.w2v")
