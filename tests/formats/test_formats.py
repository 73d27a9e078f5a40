"""Every format: a round trip through each and from each to each, nasty words, the registry."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vector_files import (
    NASTY,
    any_floats,
    can_be_tried,
    each,
    path_for,
    read,
    same_bits,
    some_vectors,
    write,
)

from w2v.errors import UsageError, W2VError
from w2v.formats import registry
from w2v.formats.files import open_table, sniff
from w2v.vectors.word_vectors import WordVectors

NAMES = registry.names()
EXACT = [name for name in NAMES if name != "finalfusion"]  # which stores rows at length 1
FOLDERS = [name for name, known in registry.FORMATS.items() if known.is_folder]
FILES = [name for name in NAMES if name not in FOLDERS]
KEEP_COUNTS = ["w2v", "npy", "npz", "safetensors", "pytorch", "parquet", "arrow", "fasttext-bin"]

pytestmark = pytest.mark.filterwarnings("error")


def check_same(read: WordVectors, wanted: WordVectors, name: str) -> None:
    assert list(read.words) == list(wanted.words)
    if name in EXACT:
        assert same_bits(np.asarray(read.matrix), wanted.matrix)
    else:
        np.testing.assert_allclose(read.matrix, wanted.matrix, rtol=3e-7, atol=1e-37)


def test_every_format_has_a_reader_and_a_writer() -> None:
    for name in NAMES:
        module = registry.module_of(name)
        assert callable(module.read)
        assert callable(module.write)


def test_no_two_formats_have_an_ending_in_common() -> None:
    endings = [ending for known in registry.FORMATS.values() for ending in known.endings]
    assert len(set(endings)) == len(endings)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.txt", "word2vec"),
        ("a.glove.txt", "glove"),
        ("dir.bin/a.vec.gz", "fasttext"),
        ("a.fasttext.bin", "fasttext-bin"),
        ("A.BIN", "word2vec-bin"),
        ("model.w2v/", "w2v"),
        ("a.pt.zst", "pytorch"),
        ("a", None),
        ("txt", None),
        ("a.gz", None),
    ],
)
def test_endings(path: str, name: str | None) -> None:
    assert registry.by_ending(path) == name


@pytest.mark.parametrize("name", each(NAMES))
def test_a_round_trip(tmp_path: Path, name: str) -> None:
    wanted = some_vectors()
    path = path_for(tmp_path, name)
    write(wanted, path)
    assert sniff(path) == ("word2vec" if name == "fasttext" else name)
    found = read(path)
    check_same(found, wanted, name)
    assert (found.counts is not None) == (name in [*KEEP_COUNTS, "projector"])
    if found.counts is not None:
        assert found.counts.tolist() == wanted.counts.tolist()  # type: ignore[union-attr]
    check_same(read(path, format=name), wanted, name)
    some = read(path, limit=3)
    check_same(some, WordVectors(NASTY[:3], wanted.matrix[:3]), name)


@pytest.mark.parametrize("name", each(NAMES))
def test_a_format_is_recognised_by_content_under_any_name(tmp_path: Path, name: str) -> None:
    wanted = some_vectors()
    write(wanted, tmp_path / "v.data", format=name)
    check_same(read(tmp_path / "v.data"), wanted, name)


@pytest.mark.parametrize("name", each(NAMES))
def test_a_table_without_words_or_of_one(tmp_path: Path, name: str) -> None:
    for n_words in (0, 1):
        wanted = some_vectors(NASTY[:n_words], 3, counts=False)
        path = path_for(tmp_path, name, f"v{n_words}")
        write(wanted, path)
        if n_words == 0 and name in ("glove", "projector"):
            continue  # which say nothing of D
        check_same(read(path, format=name), wanted, name)


@pytest.mark.parametrize("name", each(NAMES))
def test_no_rows_of_some(tmp_path: Path, name: str) -> None:
    write(some_vectors(), tmp_path / "all.npz")
    write(open_table(tmp_path / "all.npz", limit=0), path_for(tmp_path, name))
    if name != "glove":  # of which nothing is left
        assert len(read(path_for(tmp_path, name), format=name)) == 0


@pytest.mark.parametrize("source", each(NAMES))
def test_from_each_format_to_each(tmp_path: Path, source: str) -> None:
    wanted = some_vectors(NASTY, 3, counts=False)
    write(wanted, path_for(tmp_path, source, "a"))
    for target in filter(can_be_tried, NAMES):
        path = path_for(tmp_path, target, "b")
        write(open_table(path_for(tmp_path, source, "a")), path)
        found = read(path)
        check_same(found, wanted, "finalfusion" if "finalfusion" in (source, target) else target)


@pytest.mark.parametrize("ending", each(registry.COMPRESSED))
@pytest.mark.parametrize("name", each(FILES))
def test_compressed(tmp_path: Path, name: str, ending: str) -> None:
    wanted = some_vectors()
    path = tmp_path / (path_for(tmp_path, name).name + ending)
    write(wanted, path)
    assert sniff(path) == ("word2vec" if name == "fasttext" else name)
    check_same(read(path), wanted, name)
    assert path.read_bytes()[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7", b"\x28\xb5")
    with pytest.raises(W2VError, match="exists; give --overwrite"):
        write(wanted, path)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_is_not_compressed(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"the format {name} is a folder, which cannot be com"):
        write(some_vectors(), tmp_path / "v.gz", format=name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", each(NAMES))
def test_many_blocks(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from w2v.formats.shared import text_rows

    monkeypatch.setattr("w2v.arrays.BLOCK_BYTES", 1000)
    monkeypatch.setattr("w2v.formats.word2vec_binary._READ_BYTES", 500)
    monkeypatch.setattr("w2v.formats.word2vec_binary.LONGEST_WORD", 50)
    monkeypatch.setattr("w2v.formats.fasttext_binary._PIECE", 500)
    monkeypatch.setattr(text_rows, "PIECE_BYTES", 1000)
    wanted = some_vectors([f"word{i}" for i in range(500)], 7)
    path = path_for(tmp_path, name)
    write(wanted, path)
    check_same(read(path), wanted, name)
    check_same(WordVectors.from_table(open_table(path)), wanted, name)
    check_same(
        read(path, limit=333),
        WordVectors(list(wanted.words)[:333], wanted.matrix[:333]),
        name,
    )


@pytest.mark.parametrize("name", ["word2vec", "fasttext", "glove", "word2vec-bin"])
def test_what_follows_a_limit_is_not_read(tmp_path: Path, name: str) -> None:
    path = path_for(tmp_path, name)
    wanted = some_vectors([f"w{i}" for i in range(140)], 6)
    write(wanted, path)
    data = path.read_bytes()
    start = data.index(b"w130 ")
    for rest in (b"", b"w130 \xff", b"w130 x x x x x x\n" * 9, b"\n\n\n1 2 3\n\n"):
        path.write_bytes(data[:start] + rest)
        for limit in (0, 1, 130):
            some = WordVectors(list(wanted.words)[:limit], wanted.matrix[:limit])
            check_same(read(path, format=name, limit=limit), some, name)
            check_same(WordVectors.from_table(open_table(path, name, limit=limit)), some, name)
        if rest or name != "glove":
            for more in (140, 199):
                with pytest.raises(W2VError):
                    read(path, format=name, limit=more)


@pytest.mark.parametrize("name", ["word2vec", "word2vec-bin"])
def test_a_limit_beyond_the_rows_leaves_all_checks(tmp_path: Path, name: str) -> None:
    path = path_for(tmp_path, name)
    write(some_vectors(["a", "b"], 6), path)
    path.write_bytes(path.read_bytes() + b"more 1 2 3 4 5 6 and yet more of it here\n")
    assert len(read(path, limit=1)) == 1
    assert len(read(path, limit=2)) == 2
    with pytest.raises(W2VError):
        read(path, limit=3)


@pytest.mark.parametrize("name", each(EXACT))
def test_values_of_every_size(tmp_path: Path, name: str) -> None:
    matrix = any_floats((200, 50))
    matrix[0, :4] = 0.0, -0.0, 1.0, -1.0
    matrix[1, :3] = np.finfo(np.float32).max, np.finfo(np.float32).smallest_subnormal, 16777216
    matrix[2, :3] = np.nan, np.inf, -np.inf
    wanted = WordVectors([f"w{i}" for i in range(200)], matrix)
    write(wanted, path_for(tmp_path, name))
    found = np.asarray(read(path_for(tmp_path, name)).matrix)
    assert np.isnan(found[2, 0])
    found = found.copy()
    found[2, 0] = matrix[2, 0]  # nans have many forms, text has one
    assert same_bits(found, matrix)


words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=20
) | st.sampled_from(
    ["", " ", "5 5", "2 3", "1.0", "a b", "\t", "\r", "\ufeff", "\ufeffa", "a" * 99]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(words, min_size=1, max_size=12),
    st.integers(2, 4),
    st.integers(0, 2**32),
    st.sampled_from(list(filter(can_be_tried, NAMES))),
    st.sampled_from(list(filter(can_be_tried, NAMES))),
)
def test_words_are_kept_or_refused_by_name(
    vocabulary: list[str], size: int, seed: int, first: str, second: str
) -> None:
    matrix = np.random.default_rng(seed).normal(size=(len(vocabulary), size)).astype(np.float32)
    wanted = WordVectors(vocabulary, matrix)
    with tempfile.TemporaryDirectory() as folder:
        one, other = path_for(Path(folder), first, "a"), path_for(Path(folder), second, "b")
        try:
            write(wanted, one)
        except W2VError as error:
            assert_names_a_word(error, vocabulary)
            assert not list(Path(folder).iterdir())
            return
        check_same(read(one), wanted, first)
        try:
            write(open_table(one), other)
        except W2VError as error:
            assert_names_a_word(error, vocabulary)
            return
        inexact = "finalfusion" in (first, second)
        check_same(read(other), wanted, "finalfusion" if inexact else second)


def assert_names_a_word(error: W2VError, vocabulary: list[str]) -> None:
    message = str(error)
    assert any(repr(word[:59])[1:-1] in message for word in vocabulary)
    assert "the word " in message or "the first word " in message


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("a b", "v.txt: the word 'a b' (row 2) contains a space, which this format cannot hold"),
        ("a\tb", "v.txt: the word 'a\\tb' (row 2) contains a tab, which this format cannot hold"),
        ("", "v.txt: the word '' (row 2) is empty, which this format cannot hold"),
    ],
)
def test_a_word_that_text_cannot_hold(tmp_path: Path, word: str, message: str) -> None:
    with pytest.raises(W2VError) as error:
        write(WordVectors(["x", word], np.ones((2, 2), np.float32)), tmp_path / "v.txt")
    assert message in str(error.value)
    assert not list(tmp_path.iterdir())


def test_unknown_formats_and_options(tmp_path: Path) -> None:
    vectors = some_vectors()
    with pytest.raises(UsageError, match="the ending implies no format; give --format"):
        write(vectors, tmp_path / "v")
    with pytest.raises(UsageError, match="unknown format 'x'; known are w2v, npy"):
        write(vectors, tmp_path / "v", format="x")
    with pytest.raises(UsageError, match="the format npy takes no --precision"):
        write(vectors, tmp_path / "v.npy", precision=3)
    with pytest.raises(UsageError, match="the format npy takes no --vector-size"):
        open_table(written(vectors, tmp_path / "v.npy"), vector_size=3)
    with pytest.raises(W2VError, match=r"v\.npy holds a single table; leave out --vectors sum"):
        open_table(tmp_path / "v.npy", table="sum")


def written(vectors: WordVectors, path: Path) -> Path:
    write(vectors, path)
    return path


def test_a_missing_file_an_empty_one_and_one_of_no_format(tmp_path: Path) -> None:
    with pytest.raises(W2VError, match=r"v\.npy: no such model; train one with 'w2v train"):
        read(tmp_path / "v.npy")
    (tmp_path / "empty").touch()
    with pytest.raises(W2VError, match="empty: the file is empty; known are w2v, npy, npz"):
        read(tmp_path / "empty")
    (tmp_path / "other").write_text("Once upon a time\nthere was a king\n")
    with pytest.raises(W2VError, match="other: not a known format; known are w2v, npy, npz"):
        read(tmp_path / "other")
    with pytest.raises(W2VError, match="a folder, but not a model; known are"):
        read(tmp_path)


@pytest.mark.parametrize("name", each(["npy", "safetensors", "pytorch"]))
def test_the_words_of_a_file_of_numbers(tmp_path: Path, name: str) -> None:
    path = written(some_vectors(), path_for(tmp_path, name))
    words = tmp_path / f"{path.name}.vocab.tsv"
    lines = words.read_bytes().splitlines()
    words.write_bytes(b"\n".join(lines[:-1]) + b"\n")
    with pytest.raises(W2VError, match=rf"\.vocab\.tsv holds {len(NASTY) - 1} words, but "):
        read(path)
    words.unlink()
    with pytest.raises(W2VError, match=rf"holds no words; .* beside it in {path.name}\.v"):
        read(path)
