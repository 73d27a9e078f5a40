"""The projector's folder: opened by TensorBoard, replaced, and damaged."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_vectors import COUNTS, MATRIX, VECTORS, WORDS, tool
from vector_files import read, write

from w2v.errors import W2VError
from w2v.formats.files import sniff
from w2v.vectors.word_vectors import WordVectors


@pytest.mark.parametrize("counts", [COUNTS, None])
def test_tensorboard_opens_ours(tmp_path: Path, counts: Any) -> None:
    tool("tensorboard")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.plugins.base_plugin import TBContext
        from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
        from werkzeug.test import Client

    write(WordVectors(WORDS, MATRIX, counts), tmp_path / "o.projector")
    pages = ProjectorPlugin(TBContext(logdir=str(tmp_path / "o.projector"))).get_plugin_apps()

    def get(page: str) -> Any:
        question = {"run": ".", "name": "word vectors"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Client(pages[page]).get(page, query_string=question)

    assert get("/info").get_json()["embeddings"][0]["tensorShape"] == list(MATRIX.shape)
    assert np.array_equal(np.frombuffer(get("/tensor").data, "<f4"), MATRIX.ravel())
    lines = get("/metadata").data.decode().splitlines()
    assert lines == (
        WORDS
        if counts is None
        else ["word\tcount", *(f"{w}\t{n}" for w, n in zip(WORDS, counts, strict=True))]
    )


@pytest.mark.parametrize("counts", [COUNTS, None])
def test_a_projector_folder_comes_back(tmp_path: Path, counts: Any) -> None:
    path = tmp_path / "o.projector"
    write(WordVectors(WORDS, MATRIX, counts), path)
    assert sorted(file.name for file in path.iterdir()) == [
        "metadata.tsv",
        "projector_config.pbtxt",
        "vectors.tsv",
    ]
    assert sniff(path) == sniff(path / "vectors.tsv") == "projector"
    for name in (path, path / "vectors.tsv"):
        vectors = read(name)
        assert list(vectors.words) == WORDS
        assert np.array_equal(vectors.matrix, MATRIX)
        assert (vectors.counts is None) == (counts is None)
        assert counts is None or vectors.counts.tolist() == counts.tolist()


def test_a_projector_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "logs"
    write(VECTORS, path, format="projector")
    (path / "notes.txt").write_text("mine")
    with pytest.raises(W2VError, match="exists; give --overwrite"):
        write(VECTORS, path, format="projector")
    smaller = WordVectors(["a"], MATRIX[:1])
    write(smaller, path, format="projector", overwrite=True, precision=3)
    assert (path / "notes.txt").read_text() == "mine"
    assert (path / "vectors.tsv").read_text().count(".") == 7
    assert np.allclose(read(path).matrix, MATRIX[:1], rtol=1e-2)


def test_a_refused_projector_folder_leaves_nothing(tmp_path: Path) -> None:
    for word in ("a\tb", "a\rb", "", " \u3000", "\ufeff"):
        with pytest.raises(W2VError):
            write(WordVectors(["ok", word], MATRIX[:2]), tmp_path / "o.projector")
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(W2VError, match="stop"):
        write(VECTORS.table().map_blocks(stop), tmp_path / "o.projector")
    assert list(tmp_path.iterdir()) == []


def stop(block: Any) -> Any:
    raise W2VError("stop")


@pytest.mark.parametrize(
    ("vectors", "metadata", "message"),
    [
        ("1\t2\n3\t4\n", "a\nb\nc\n", "vectors.tsv: too short for the 3 words of metadata.tsv"),
        ("1\t2\n3\t4\n5\t6\n", "a\nb\n", "vectors.tsv: more rows for the 2 words of metadata.tsv"),
        ("1\t2\n3\t4\n", "a\nb\nc", "vectors.tsv: too short for the 3 words"),
        ("1.00000\t2\n3\t4\n", "a\nb\nc", "vectors.tsv: 2 rows for the 3 words of metadata.tsv"),
        ("1\t2.0\n3\n", "a\nb\n", "vectors.tsv: row 2 has 1 values, but the first has 2"),
        ("1\t2\n3\tx\n", "a\nb\n", "vectors.tsv: row 2: value 2 is 'x', which is not a number"),
        ("1\t2\n3\t\n", "a\nb\n", "vectors.tsv: row 2: value 2 is '', which is not a number"),
        ("1\t2\n3\t4\n", "w\tcount\na\t1\nb\n", "metadata.tsv, line 3: 1 fields, but the header"),
        ("1\t2\n", "\udcff\n", r"metadata.tsv: row 1: the word '\\xff' is not UTF-8"),
    ],
)
def test_a_damaged_projector_folder(
    tmp_path: Path, vectors: str, metadata: str, message: str
) -> None:
    (tmp_path / "vectors.tsv").write_bytes(vectors.encode())
    (tmp_path / "metadata.tsv").write_bytes(metadata.encode("utf-8", "surrogateescape"))
    with pytest.raises(W2VError, match=message):
        read(tmp_path)


def test_a_projector_folder_of_another_program(tmp_path: Path) -> None:
    (tmp_path / "vectors.tsv").write_bytes(b"1\t2\r\n3\t-4e-3")
    (tmp_path / "metadata.tsv").write_bytes(b"Id\tWord\tCount\r\n1\tcaf\xc3\xa9\t5\r\n2\tb\t4\r\n")
    vectors = read(tmp_path)
    assert list(vectors.words) == ["café", "b"]
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [5, 4]
    assert np.array_equal(vectors.matrix, np.array([[1, 2], [3, -0.004]], np.float32))
