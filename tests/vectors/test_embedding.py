"""The lookup table: indices or words in, rows out."""

from __future__ import annotations

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.vectors.embedding import UnknownWordError
from w2v.vectors.word_vectors import WordVectors
from w2v.words.word_list import WordList

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "été", "日本"]
MATRIX = np.arange(50, dtype=np.float32).reshape(10, 5)


@pytest.fixture
def vectors() -> WordVectors:
    return WordVectors(WORDS, MATRIX)


def test_a_table_of_10_words_and_5_dimensions(vectors: WordVectors) -> None:
    rows = vectors[[1, 2, 3]]
    assert rows.shape == (3, 5)
    assert rows.dtype == np.float32
    assert np.array_equal(rows, MATRIX[1:4])
    assert (len(vectors), vectors.vector_size) == (10, 5)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 1, 3), (0,), (2, 0)])
def test_any_shape_of_indices_gives_that_shape_and_a_row(
    vectors: WordVectors, shape: tuple[int, ...]
) -> None:
    indices = np.random.default_rng(1).integers(0, 10, shape)
    assert np.array_equal(vectors(indices), MATRIX[indices])
    assert vectors(indices.astype(np.uint8)).shape == (*shape, 5)


def test_words_are_keys_too(vectors: WordVectors) -> None:
    assert np.array_equal(vectors["two"], MATRIX[2])
    assert np.array_equal(vectors[[["été", "one"], ["日本", "one"]]], MATRIX[[[8, 1], [9, 1]]])
    assert "été" in vectors
    assert "ete" not in vectors


@pytest.mark.parametrize("index", [10, -1, [3, 10], 2**40])
def test_an_index_out_of_range_is_named(vectors: WordVectors, index: object) -> None:
    with pytest.raises(W2VError, match=r"is out of range: the table has rows 0 to 9$"):
        vectors[index]


@pytest.mark.parametrize(
    "key", [slice(None), slice(2, 5), slice(-2, None), slice(None, None, 3), slice(8, 99)]
)
def test_a_slice_is_a_view_of_its_rows(vectors: WordVectors, key: slice) -> None:
    assert np.array_equal(vectors[key], MATRIX[key])
    assert np.shares_memory(vectors[key], vectors.matrix)


def test_get_has_a_default(vectors: WordVectors) -> None:
    assert np.array_equal(vectors.get("two"), MATRIX[2])
    assert vectors.get("eleven") is None
    assert vectors.get("eleven", 7) == 7


def test_as_an_array_it_is_the_matrix(vectors: WordVectors) -> None:
    assert np.shares_memory(np.asarray(vectors), vectors.matrix)
    assert not np.shares_memory(np.array(vectors), vectors.matrix)
    assert np.array_equal(np.array(vectors), MATRIX)
    wide = np.asarray(vectors, np.float64)
    assert (wide.dtype, wide.shape) == (np.float64, (10, 5))
    assert np.allclose(np.mean(vectors, axis=0), MATRIX.mean(axis=0))
    assert np.shares_memory(vectors.__array__(copy=False), vectors.matrix)
    with pytest.raises(ValueError, match="float32 and cannot become float64 without a copy"):
        vectors.__array__(np.float64, copy=False)


def test_unknown_words_and_rows_are_pythons_errors_too(vectors: WordVectors) -> None:
    with pytest.raises(KeyError) as unknown:
        vectors["eleven"]
    assert str(unknown.value) == "'eleven' is not among the 10 words; near spellings: 'seven'"
    with pytest.raises(IndexError) as outside:
        vectors[10]
    assert str(outside.value) == "index 10 is out of range: the table has rows 0 to 9"


@pytest.mark.parametrize("key", [1.5, [True, False], None, [1.0]])
def test_other_keys_are_refused(vectors: WordVectors, key: object) -> None:
    with pytest.raises(W2VError, match="must consist of words or integers"):
        vectors[key]


def test_an_unknown_word_is_named(vectors: WordVectors) -> None:
    with pytest.raises(UnknownWordError, match="'eleven' is not among the 10 words"):
        vectors["eleven"]


def test_sizes_must_match() -> None:
    with pytest.raises(W2VError, match="2 words do not match"):
        WordVectors(["a", "b"], MATRIX)
    with pytest.raises(W2VError, match="3 counts do not match"):
        WordVectors(WORDS, MATRIX, np.ones(3, np.int64))


def test_norms_and_unit_rows() -> None:
    vectors = WordVectors(["nought", "a"], np.array([[0, 0], [3, 4]], np.float32))
    assert vectors.norms().tolist() == [0, 5]
    np.testing.assert_allclose(vectors.unit_rows(slice(None)), [[0, 0], [0.6, 0.8]], rtol=1e-6)


def test_a_word_list_is_a_sequence() -> None:
    words = WordList.from_strings(WORDS)
    assert list(words) == WORDS
    assert words == WORDS
    assert (words[9], words[-1], words[2:4]) == ("日本", "日本", ["two", "three"])
    assert words.select(np.array([9, 0])) == ["日本", "zero"]
    with pytest.raises(IndexError):
        words[10]
    assert list(WordList.from_strings([])) == []


@pytest.mark.parametrize("lookups", [1, 1000])
def test_words_are_found_by_search_and_by_index(lookups: int) -> None:
    words = WordList.from_strings(["king", "kingdom", "", "ing", "a b", "king", "été"])
    for _ in range(lookups):
        assert words.find("king") == 0
    assert [words.find(w) for w in ("kingdom", "", "ing", "a b", "été")] == [1, 2, 3, 4, 6]
    assert [words.find(w) for w in ("in", "king\n", "kingdo", "\ud800", "a")] == [-1] * 5
    assert words.find_many(["ing", "no", "king"] * 200).tolist() == [3, -1, 0] * 200


def test_words_that_cannot_be_held_are_refused() -> None:
    with pytest.raises(W2VError, match="line break"):
        WordList.from_strings(["a", "b\nc"])
    with pytest.raises(W2VError, match="UTF-8"):
        WordList.from_strings(["a", "\udc80"])
    with pytest.raises(W2VError, match="word 1 "):
        WordList.from_bytes(b"a\nb\xff\n")
