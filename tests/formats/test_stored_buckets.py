"""The rows of n-grams in a model folder: only those in use, or all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from subword_folders import BUCKETS, OUTPUTS, TABLES, UNSEEN, USED, D, as_dense, write_model

from w2v.errors import W2VError
from w2v.formats import files, model_folder
from w2v.formats.files import open_table
from w2v.vectors.embedding import UnknownWordError
from w2v.vectors.word_vectors import WordVectors
from w2v.words.subwords import Subwords
from w2v.words.word_list import WordList

pytestmark = pytest.mark.usefixtures("small_blocks")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_model(tmp_path / "m.w2v", mix_weight=0.25)


def test_a_folder_of_all_rows_is_the_same_model(path: Path) -> None:
    dense = as_dense(path)
    for table in (*TABLES, "published"):
        one, other = (WordVectors.load(folder, table=table) for folder in (path, dense))
        assert one.matrix.tobytes() == other.matrix.tobytes()
        assert one[UNSEEN].tobytes() == other[UNSEEN].tobytes()
        for name, vectors in (("one", one), ("other", other)):
            files.write(vectors.table().limit(7), path.parent / f"{table}-{name}.ftbin")
        written = [path.parent / f"{table}-{name}.ftbin" for name in ("one", "other")]
        assert written[0].read_bytes() == written[1].read_bytes()
    for folder in (path, dense):
        files.write(open_table(folder), path.parent / "copy.w2v", overwrite=True)
        for name in ("words.npy", "buckets.npy", "bucket_numbers.npy", "vectors.npy"):
            found = [part / name for part in (folder, path.parent / "copy.w2v")]
            assert found[0].exists() == found[1].exists()
            if found[0].exists():
                assert found[0].read_bytes() == found[1].read_bytes()


def test_only_the_rows_in_use_take_space(path: Path) -> None:
    values = len(USED) * (4 * D + 4)
    sizes = [(path / name).stat().st_size for name in ("buckets.npy", "bucket_numbers.npy")]
    assert values < sum(sizes) <= values + 2 * 128


def test_a_vocabulary_without_ngrams_stores_none(tmp_path: Path) -> None:
    runs, none = Subwords(30, 31, BUCKETS), np.zeros(0, np.int64)
    words, rows = WordList.from_strings(["a", "b"]), OUTPUTS[:2]
    path = tmp_path / "m.w2v"
    model_folder.write_model(path, words, None, rows, None, {}, subwords=runs, buckets=none)
    assert np.load(path / "buckets.npy").shape == (0, D)
    vectors = WordVectors.load(path)
    assert np.array_equal(vectors.matrix, rows)
    with pytest.raises(UnknownWordError, match="none of its n-grams is known"):
        vectors["x" * 40]
    files.write(open_table(path), tmp_path / "m.ftbin")
    assert np.array_equal(WordVectors.load(tmp_path / "m.ftbin").matrix, rows)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (np.arange(4)[::-1].astype(np.int32), "damaged: its numbers do not rise from 0 to 499$"),
        (np.array([0, 1, 1, 2], np.int32), "damaged: its numbers do not rise from 0 to 499$"),
        (np.array([-1, 2, 4, 5], np.int32), "damaged: its numbers do not rise from 0 to 499$"),
        (np.array([1, 2, 4, 500], np.int32), "damaged: its numbers do not rise from 0 to 499$"),
        (np.arange(4), r"damaged: it is <i8\[4\], not <i4\[n\]$"),
        (np.zeros((2, 2), np.int32), r"damaged: it is <i4\[2, 2\], not <i4\[n\]$"),
    ],
)
def test_bucket_numbers_that_are_damaged(path: Path, numbers: np.ndarray, message: str) -> None:
    np.save(path / "buckets.npy", np.zeros((len(numbers), D), np.float32))
    np.save(path / "bucket_numbers.npy", numbers)
    with pytest.raises(W2VError, match=r"bucket_numbers\.npy: " + message):
        open_table(path)


def test_bucket_numbers_that_are_cut_short_or_do_not_fit(path: Path) -> None:
    name, data = path / "bucket_numbers.npy", (path / "bucket_numbers.npy").read_bytes()
    for size in (-1, 100, 5):
        name.write_bytes(data[:size])
        with pytest.raises(W2VError, match=r"bucket_numbers\.npy: (cut short|not an \.npy file)"):
            open_table(path)
    np.save(name, np.sort(USED)[:-1].astype(np.int32))
    with pytest.raises(W2VError, match=r"buckets\.npy: damaged: it is float32\["):
        open_table(path)
    name.unlink()
    with pytest.raises(W2VError, match=r"buckets\.npy: damaged: it is .* not float32\[500, 6\]$"):
        open_table(path)
    name.mkdir()
    with pytest.raises(W2VError, match=r"bucket_numbers\.npy: Is a directory$"):
        open_table(path)
