"""What fuzzing has found: each once broke a reader or a command, and is now one clear line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from w2v import analogy
from w2v.cli.common import read_lines
from w2v.embedding import WordVectors
from w2v.errors import W2VError
from w2v.evaluation_sets import read_set
from w2v.formats import read, write

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
    answers = analogy.neighbors(VECTORS, ["a"], min_similarity=floor)
    assert [len(answer) for answer in answers] == [found]
