"""What fastText's .bin, finalfusion and the projector's folder have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sample_vectors import COUNTS, MATRIX, peak_memory
from vector_files import read, write

from w2v.errors import W2VError
from w2v.formats.files import open_table
from w2v.formats.table import Table
from w2v.vectors.word_vectors import WordVectors
from w2v.words.word_list import WordList


@pytest.mark.parametrize("ending", ["ftbin", "fifu"])
def test_a_file_cut_anywhere_is_reported_in_one_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"o.{ending}"
    write(WordVectors(["a", "été", "c"], MATRIX[:3, :2], COUNTS[:3]), path)
    whole = path.read_bytes()
    read_whole = {"ftbin": len(whole) - 17 - 24, "fifu": len(whole)}[ending]  # not the outputs
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        if size >= read_whole:
            assert len(read(path)) == 3
            continue
        with pytest.raises(W2VError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ["ftbin", "fifu"])
def test_a_word_that_occurs_twice_is_named(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"o.{ending}"
    with pytest.raises(W2VError) as caught:
        write(WordVectors(["a", "b", "c", "b"], MATRIX[:4]), path)
    assert str(caught.value) == (
        f"{path}: the word 'b' is in rows 2 and 4, and this format holds a word once; "
        ".npy and .npz hold any words"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_nul_is_refused_where_it_ends_a_word(tmp_path: Path) -> None:
    vectors = WordVectors(["a", "b\0c"], MATRIX[:2])
    with pytest.raises(W2VError, match=r"the word 'b\\x00c' \(row 2\) contains a NUL"):
        write(vectors, tmp_path / "o.ftbin")
    write(vectors, tmp_path / "o.fifu")
    assert list(read(tmp_path / "o.fifu").words) == ["a", "b\0c"]


@pytest.mark.parametrize("name", ["fasttext-bin", "finalfusion", "projector"])
def test_no_words_at_all(tmp_path: Path, name: str) -> None:
    path = tmp_path / "o"
    write(WordVectors([], np.empty((0, 4), np.float32)), path, format=name)
    if name == "projector":  # whose files then say nothing of the dimensions
        assert len(read(path)) == 0
    else:
        assert read(path).matrix.shape == (0, 4)


@pytest.mark.parametrize(
    ("ending", "rows", "size", "most"),
    [("ftbin", 50_000, 300, 24), ("fifu", 50_000, 300, 40), ("projector", 20_000, 40, 16)],
)
def test_a_block_at_a_time(tmp_path: Path, ending: str, rows: int, size: int, most: int) -> None:
    """In `most` MB: binaries of 60 MB, and text whose parts take 40 MB once it is split."""
    block = np.random.default_rng(1).normal(size=(1000, size)).astype(np.float32)
    words = WordList.from_strings(str(i) for i in range(rows))
    table = Table(words, size, lambda: (block for _ in range(0, rows, 1000)))
    path = tmp_path / f"o.{ending}"
    assert peak_memory(lambda: write(table, path)) < most << 20

    def go_through() -> None:
        assert sum(map(len, open_table(path).blocks())) == rows

    assert peak_memory(go_through) < most << 20
