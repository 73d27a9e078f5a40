"""finalfusion: opened by its own package, its files opened by us, and damaged files."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from sample_vectors import MATRIX, VECTORS, WORDS, tool
from vector_files import read, write

from w2v.errors import W2VError
from w2v.formats.files import open_table, sniff
from w2v.vectors.word_vectors import WordVectors


def test_finalfusion_opens_ours(tmp_path: Path) -> None:
    theirs = tool("finalfusion")
    write(VECTORS, tmp_path / "o.fifu")
    for mapped in (False, True):
        found = theirs.load_finalfusion(str(tmp_path / "o.fifu"), mmap=mapped)
        assert found.vocab.words == WORDS
        assert np.allclose(np.linalg.norm(found.storage, axis=1), 1)
        for word, row in zip(WORDS, MATRIX, strict=True):
            unit, norm = found.embedding_with_norm(word)
            assert np.allclose(unit * norm, row, rtol=3e-7, atol=0)
        near = found.word_similarity("été", k=4)
        wanted = VECTORS.neighbors("été", 4)
        assert [result.word for result in near] == [word for word, _ in wanted]
        assert [result.similarity for result in near] == pytest.approx([x for _, x in wanted])
        del found


@pytest.mark.parametrize("norms", [True, False])
@pytest.mark.parametrize("metadata", [True, False])
def test_we_open_finalfusions(tmp_path: Path, norms: bool, metadata: bool) -> None:
    theirs = tool("finalfusion")
    lengths = np.linalg.norm(MATRIX, axis=1)
    rows = MATRIX / lengths[:, None] if norms else MATRIX
    theirs.Embeddings(
        theirs.storage.NdArray(rows),
        theirs.vocab.SimpleVocab(WORDS),
        norms=theirs.norms.Norms(lengths) if norms else None,
        metadata=theirs.metadata.Metadata({"by": "a test"}) if metadata else None,
    ).write(str(tmp_path / "t.fifu"))
    assert sniff(tmp_path / "t.fifu") == "finalfusion"
    table = open_table(tmp_path / "t.fifu")
    assert (table.matrix is None) == norms
    assert list(table.words) == WORDS
    assert np.allclose(WordVectors.from_table(table).matrix, MATRIX, rtol=3e-7, atol=0)


def test_finalfusions_subwords_are_refused(tmp_path: Path) -> None:
    theirs = tool("finalfusion")
    path = tmp_path / "t.fifu"
    indexer = theirs.subword.FinalfusionHashIndexer(4, 3, 6)
    vocabulary = theirs.vocab.FinalfusionBucketVocab(WORDS, indexer)
    rows = np.ones((len(WORDS) + indexer.upper_bound, 2), np.float32)
    theirs.Embeddings(theirs.storage.NdArray(rows), vocabulary).write(str(path))
    with pytest.raises(W2VError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: it holds a vocabulary with subwords, which are not read; only whole words are"
    )


def test_lengths_that_float32_cannot_hold(tmp_path: Path) -> None:
    most = np.finfo(np.float32).max
    rows = np.array(
        [[0, -0.0], [most, most], [1e-40, 0], [np.inf, 1], [np.nan, 2], [1e-20, 1e-20]], np.float32
    )
    write(WordVectors(list("abcdef"), rows), tmp_path / "o.fifu")
    found = read(tmp_path / "o.fifu").matrix
    assert np.allclose(found, rows, rtol=3e-7, atol=0, equal_nan=True)
    assert np.array_equal(np.signbit(found[:3]), np.signbit(rows[:3]))


def test_a_false_finalfusion_header(tmp_path: Path) -> None:
    path = tmp_path / "o.fifu"
    write(WordVectors(["a", "b"], np.ones((2, 3), np.float32)), path)
    whole = path.read_bytes()
    words = 24
    array = whole.index(struct.pack("<I", 2), words + 12 + 8 + 10)
    for place, fmt, value, message in (
        (4, "<I", 1, "version 1 of finalfusion's format is not known"),
        (8, "<I", 2**32 - 1, "its header promises 4,294,967,295 chunks"),
        (8, "<I", 0, "it has no words"),
        (words, "<I", 2, "numbers of type 353; only float32 is read"),
        (words + 4, "<Q", 2**60, r"chunk 1 \(byte 24\) promises 1,152,921,504,606,846,976 bytes"),
        (words + 12, "<Q", 10**12, "1,000,000,000,000 words in a chunk of 18 bytes"),
        (words + 20, "<I", 2**32 - 1, r"row 1 \(byte 48\): the word does not end within its"),
        (words + 24, "<c", b"\n", "a word contains a line break"),
        (words + 24, "<c", b"\xff", r"row 1: the word '\\xff' is not UTF-8"),
        (array, "<I", 9, "it has no vectors"),
        (array, "<I", 4, "it holds quantised vectors, which are not read"),
        (array, "<I", 1, "two chunks of kind 1"),
        (array + 12, "<Q", 10**12, "3,000,000,000,000 values do not fit into a chunk"),
        (array + 20, "<I", 1, "damaged|do not fit|2 words"),
        (array + 24, "<I", 11, "numbers of type 11; only float32 is read"),
    ):
        data = bytearray(whole)
        struct.pack_into(fmt, data, place, value)
        path.write_bytes(data)
        if place == array + 20:
            assert read(path).matrix.shape == (2, 1)  # a chunk may be larger than its values
            continue
        with pytest.raises(W2VError, match=message):
            read(path)
