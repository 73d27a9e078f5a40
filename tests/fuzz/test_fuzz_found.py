"""What fuzzing has found: each once broke a reader or a command, and is now one clear line."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from mutants import bounded_memory
from vector_files import read, write

from w2v.cli.input import read_lines
from w2v.errors import W2VError
from w2v.evaluation.sets import read_set
from w2v.formats.files import open_table
from w2v.vectors import questions
from w2v.vectors.word_vectors import WordVectors

WORDS = ["a", "b", "c"]
MATRIX = np.arange(12, dtype=np.float32).reshape(3, 4) / 8
VECTORS = WordVectors(WORDS, MATRIX, np.array([3, 2, 1]))


def one_line(path: Path, message: str) -> None:
    """Reading is refused in a line that begins with the file and holds these words."""
    with pytest.raises(W2VError) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("member", ["vectors.npy", "words.npy"])
def test_an_npz_whose_packed_bytes_are_damaged(tmp_path: Path, member: str) -> None:
    path = tmp_path / "v.npz"
    np.savez_compressed(path, vectors=MATRIX, words=np.array(WORDS))
    with zipfile.ZipFile(path) as archive:
        found = archive.getinfo(member)
    data = bytearray(path.read_bytes())
    start = found.header_offset + 30 + len(member)
    start += int.from_bytes(data[found.header_offset + 28 : found.header_offset + 30], "little")
    data[start] = 0xFF
    path.write_bytes(data)
    one_line(path, "damaged: Error -3 while decompressing data: invalid block type")


def test_an_npz_that_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    write(VECTORS, path)
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    path.write_bytes(data)
    one_line(path, "is encrypted, password required")


def test_an_npz_of_lzma_takes_no_memory(tmp_path: Path) -> None:
    """Its packed data say how much: here 1 GB, in a file of some hundred bytes."""
    path = tmp_path / "v.npz"
    plain = tmp_path / "plain.npz"
    write(VECTORS, plain)
    with (
        zipfile.ZipFile(plain) as archive,
        zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as packed,
    ):
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))
        start = packed.getinfo("vectors.npy").header_offset + 30 + len("vectors.npy")
    data = bytearray(path.read_bytes())
    data[start + 5 : start + 9] = (1 << 30).to_bytes(4, "little")  # the size of its dictionary
    path.write_bytes(data)
    with bounded_memory():
        one_line(path, "(vectors.npy): compressed by method 14; only what numpy.savez and ")


def test_a_parquet_column_whose_name_is_no_text(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    path = tmp_path / "v.parquet"
    write(VECTORS, path)
    data = path.read_bytes()
    assert data.count(b"element") >= 1
    path.write_bytes(data.replace(b"element", b"ele\xffent"))
    one_line(path, "damaged: 'utf-8' codec can't decode byte 0xff")


@pytest.mark.parametrize("name", ["a\0b", "\udd00"])
def test_a_file_of_an_impossible_name(name: str) -> None:
    for function in (read_set, lambda path: list(read_lines(path))):
        with pytest.raises(W2VError) as caught:
            function(name)
        assert str(caught.value).startswith(f"{name}: ")


@pytest.mark.parametrize(("floor", "found"), [(1e308, 0), (-1e308, 2), (np.inf, 0), (-np.inf, 2)])
def test_a_least_similarity_beyond_float32(floor: float, found: int) -> None:
    answers = questions.neighbors(VECTORS, ["a"], min_similarity=floor)
    assert [len(answer) for answer in answers] == [found]


def test_a_compressed_file_is_named_as_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "v.txt.gz"
    path.write_bytes(gzip.compress(b"2 2\na 1 2\nb 1 x\n"))
    one_line(path, "v.txt.gz: row 2 (byte 10): value 2 is 'x', which is not a number")
    np.save(tmp_path / "v.npy", MATRIX)
    packed = tmp_path / "v.npy.gz"
    packed.write_bytes(gzip.compress((tmp_path / "v.npy").read_bytes()))
    one_line(packed, "v.npy.gz holds no words; they are expected beside it in v.npy.vocab.tsv")


def test_a_parquet_file_of_fewer_words_than_vectors(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    path = tmp_path / "v.parquet"
    write(VECTORS, path)
    table = open_table(path)
    write(WordVectors(WORDS[:2], MATRIX[:2]), path, overwrite=True)
    with pytest.raises(W2VError) as caught:  # it had three words when it was opened
        WordVectors.from_table(table)
    assert str(caught.value) == f"{path}: damaged: it does not hold one vector per word"
