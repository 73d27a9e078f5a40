"""The model folder: a round trip, and damage reported in one line."""

from __future__ import annotations

import json
import mmap
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vector_files import read, write

from w2v.errors import W2VError
from w2v.formats import model_folder
from w2v.vectors.word_vectors import WordVectors
from w2v.words.word_list import WordList

WORDS = ["the", "été", "日本", "a'b", "x" * 500]
COUNTS = np.array([1_000_000_000_000, 99, 7, 7, 1], np.int64)
INPUTS = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
OUTPUTS = np.random.default_rng(2).normal(size=(5, 3)).astype(np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "m.w2v"
    about = {"config": {"seed": 1}}
    model_folder.write_model(target, WordList.from_strings(WORDS), COUNTS, INPUTS, OUTPUTS, about)
    return target


def test_a_round_trip(path: Path) -> None:
    for table, want in (("input", INPUTS), ("output", OUTPUTS), ("sum", INPUTS + OUTPUTS)):
        vectors = read(path, table=table)
        assert vectors.words == WORDS
        assert np.array_equal(vectors.matrix, want)
        assert vectors.counts is not None
        assert vectors.counts.tolist() == COUNTS.tolist()
    assert model_folder.read_metadata(path)["config"] == {"seed": 1}
    assert np.array_equal(np.load(path / "vectors.npy"), INPUTS)
    assert (path / "vocab.tsv").read_text(encoding="utf-8").splitlines()[1] == "été\t99"


def test_a_mix_is_published_and_the_trained_tables_are_kept(tmp_path: Path) -> None:
    path, words = tmp_path / "m.w2v", WordList.from_strings(WORDS)
    model_folder.write_model(path, words, COUNTS, INPUTS, OUTPUTS, {}, mix_weight=0.25)
    mix = INPUTS + np.float32(0.25) * OUTPUTS
    tables = {
        "published": mix,
        "input": INPUTS,
        "output": OUTPUTS,
        "sum": INPUTS + OUTPUTS,
        "mix": mix,
    }
    for table, want in tables.items():
        vectors = read(path, table=table)
        assert np.array_equal(vectors.matrix, want)
        assert vectors.counts is not None
    assert np.array_equal(read(path).matrix, mix)
    heavy = read(path, table="mix", mix_weight=2.0)
    assert np.array_equal(heavy.matrix, INPUTS + 2 * OUTPUTS)
    assert np.array_equal(np.load(path / "words.npy"), INPUTS)
    assert model_folder.read_metadata(path)["published"] == "mix"
    (path / "words.npy").unlink()
    with pytest.raises(W2VError, match=r"words\.npy: No such file"):
        read(path, table="input")


def test_a_folder_of_version_1_publishes_its_input_vectors(path: Path) -> None:
    about = json.loads((path / "model.json").read_text())
    assert "published" not in about
    about["format_version"] = 1
    (path / "model.json").write_text(json.dumps(about))
    for table in ("published", "input"):
        assert np.array_equal(read(path, table=table).matrix, INPUTS)
    assert np.array_equal(read(path, table="sum").matrix, INPUTS + OUTPUTS)


def test_vectors_are_mapped_not_read(path: Path) -> None:
    matrix = read(path).matrix
    base: Any = matrix
    while isinstance(base, np.ndarray):
        base = base.base
    assert isinstance(base.obj if isinstance(base, memoryview) else base, mmap.mmap)
    assert not matrix.flags.writeable


def test_a_limit_takes_the_first_words(path: Path) -> None:
    vectors = read(path, limit=2)
    assert vectors.words == WORDS[:2]
    assert np.array_equal(vectors.matrix, INPUTS[:2])


def test_words_without_counts_and_one_table(tmp_path: Path) -> None:
    target = tmp_path / "m.w2v"
    write(WordVectors(WORDS, INPUTS), target)
    assert read(target).words == WORDS
    assert read(target).counts is None
    with pytest.raises(W2VError, match="leave out --vectors sum"):
        read(target, table="sum")


@pytest.mark.parametrize("counts", [None, COUNTS])
def test_a_tab_in_a_word_is_kept(tmp_path: Path, counts: Any) -> None:
    words = ["a", "b\tc", "\t", "", "x\t7"]
    model_folder.write_model(
        tmp_path / "m.w2v", WordList.from_strings(words), counts, INPUTS, None, {}
    )
    vectors = read(tmp_path / "m.w2v")
    assert list(vectors.words) == words
    assert (vectors.counts is None) == (counts is None)


@pytest.mark.parametrize("digits", [1, 8, 9, 16, 17, 18])
def test_counts_of_many_digits(path: Path, digits: int) -> None:
    count = int("987654321987654321"[:digits])
    lines = [f"a\t{count}", "b\t0", f"c\t{count}", "d\t00000000000000012", "e\t7"]
    (path / "vocab.tsv").write_text("\n".join(lines) + "\n")
    counts = read(path).counts
    assert counts is not None
    assert counts.tolist() == [count, 0, count, 12, 7]


@pytest.mark.parametrize(
    "count", ["x", "-1", "1.0", " 1", "1" * 19, "1" * 17 + "x", "x" + "1" * 17]
)
def test_counts_that_are_not_numbers(path: Path, count: str) -> None:
    (path / "vocab.tsv").write_text(f"a\t1\nb\t1\nc\t{count}\nd\t1\ne\t1\n")
    with pytest.raises(W2VError, match=rf"line 3: the count '{re.escape(count)}' is not a whole"):
        read(path)


def test_words_alone_are_read_too(path: Path) -> None:
    (path / "vocab.tsv").write_text("a\nb\nc\nd\n\n", encoding="utf-8")
    assert list(read(path).words) == ["a", "b", "c", "d", ""]


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
        ({"format_version": 4}, "format version 4 is not 1, 2 or 3"),
        ({"format_version": 3}, "'min_n' of 'subwords' must be a whole number up to 100"),
        ({"published": "both"}, "'published' must be input or mix"),
        ({"format": "other"}, "not a w2v model"),
    ],
)
def test_a_false_model_json(path: Path, changes: dict[str, Any], message: str) -> None:
    damage_json(path, **changes)
    with pytest.raises(W2VError, match=message):
        read(path)


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        ("model.json", b"{", "model.json: damaged"),
        ("model.json", b"[" * 100_000, "model.json: damaged"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"b\tx\n", "line 5: the count 'x' is not a whole number"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"b\t\n", "line 5: the count '' is not a whole number"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"b\n", "a word, a tab and a count"),
        ("vocab.tsv", b"a\t1\t2\n" + b"a\t1\n" * 3 + b"b\n", "a word, a tab and a count"),
        ("vocab.tsv", b"a\t1\n" * 4 + b"\xff\t1\n", "row 5: the word '\\\\xff' is not UTF-8"),
        ("vectors.npy", b"\x93NUMPY\x01\x00", "vectors.npy: not an .npy file"),
        ("vectors.npy", b"", "vectors.npy: not an .npy file"),
    ],
)
def test_a_damaged_file_is_named(path: Path, file: str, data: bytes, message: str) -> None:
    (path / file).write_bytes(data)
    with pytest.raises(W2VError, match=message):
        read(path)


def test_a_truncated_table_is_named(path: Path) -> None:
    data = (path / "vectors.npy").read_bytes()
    (path / "vectors.npy").write_bytes(data[:-1])
    with pytest.raises(W2VError, match="promises 188 bytes but it ends at byte 187"):
        read(path)


def test_a_pickle_is_never_loaded(path: Path) -> None:
    np.save(path / "vectors.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(W2VError, match="holds Python objects, which are never read"):
        read(path)


def test_a_missing_model_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(W2VError, match=r"train one with 'w2v train corpus\.txt'"):
        read(tmp_path / "model.w2v")
