"""Questions about words that a model with subwords has not seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from reference_subwords import bucket_of, compose, ngrams

from w2v.formats import files
from w2v.formats.table import from_arrays
from w2v.vectors import questions
from w2v.vectors.embedding import UnknownWordError
from w2v.vectors.word_vectors import WordVectors
from w2v.words.subwords import SubwordRows, Subwords
from w2v.words.word_list import WordList

WORDS = ["king", "queen", "kings", "queens", "man", "woman"]
OWN = np.random.default_rng(1).normal(size=(len(WORDS), 8)).astype(np.float32)
SHARED = np.random.default_rng(2).normal(size=(40, 8)).astype(np.float32)
ROWS = SubwordRows(Subwords(3, 4, 40), lambda: OWN.view(np.uint8), lambda: SHARED.view(np.uint8))


@pytest.fixture
def vectors() -> WordVectors:
    matrix = np.concatenate(list(ROWS.blocks(WordList.from_strings(WORDS))))
    return WordVectors(WORDS, matrix, subwords=ROWS)


def slow(word: str) -> np.ndarray:
    """The vector of an unseen word, composed one n-gram after another."""
    rows = [SHARED[bucket_of(ngram, 40)] for ngram in ngrams(word, 3, 4)]
    return compose(rows, 8)


def unit(row: np.ndarray) -> np.ndarray:
    return row / np.linalg.norm(row)


def test_rows_by_word(vectors: WordVectors) -> None:
    found = vectors[["king", "kingly", "queen"]]
    np.testing.assert_allclose(found[1], slow("kingly"), rtol=1e-4, atol=1e-6)
    assert np.array_equal(found[[0, 2]], vectors.matrix[:2])
    assert vectors[[["kingly"], ["king"]]].shape == (2, 1, 8)
    np.testing.assert_array_equal(vectors["kingly"], found[1])
    np.testing.assert_array_equal(vectors.get("kingly"), found[1])
    rows, _ = vectors.look_up(["man", "manly"])
    assert rows.tolist() == [4, -1]


def test_a_composed_word_is_not_in_the_vocabulary(vectors: WordVectors) -> None:
    assert "kingly" not in vectors
    assert vectors.composed(["king", "kingly", "kingly", "manly"]) == ["kingly", "manly"]
    with pytest.raises(UnknownWordError):
        vectors.index("kingly")


def test_neighbors_of_an_unseen_word(vectors: WordVectors) -> None:
    found = vectors.neighbors("kingly", top=6)
    cosines = {word: float(unit(slow("kingly")) @ unit(vectors[word])) for word in WORDS}
    assert [word for word, _ in found] == sorted(WORDS, key=lambda word: -cosines[word])
    assert dict(found) == pytest.approx(cosines, abs=1e-5)


def test_analogies_with_unseen_words(vectors: WordVectors) -> None:
    for method in ("3cosadd", "3cosmul"):
        found = vectors.analogy("kingly", "man", "woman", top=6, method=method)  # type: ignore[arg-type]
        assert {word for word, _ in found} == set(WORDS) - {"man", "woman"}


def test_comparisons_with_unseen_words(vectors: WordVectors) -> None:
    wanted = float(unit(slow("kingly")) @ unit(slow("queenly")))
    assert vectors.similarity("kingly", "queenly") == pytest.approx(wanted, abs=1e-5)
    closeness = questions.closeness(vectors, ["king", "kingly", "man"])
    assert [word for word, _ in closeness] == ["king", "kingly", "man"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("", "it has no n-grams of 3 to 4 characters to compose a vector from"),
        ("</s>", "it has no n-grams of 3 to 4 characters to compose a vector from"),
        ("a\nb", "it contains a line break"),
        ("\ud800", "it is not valid Unicode"),
    ],
)
def test_a_word_that_cannot_be_composed(vectors: WordVectors, word: str, reason: str) -> None:
    with pytest.raises(UnknownWordError) as caught:
        vectors[["kingly", word]]
    assert str(caught.value).startswith(f"{word!r} is not among the 6 words, and {reason}")
    assert vectors.get(word) is None


def test_without_subwords_unseen_words_are_unknown(vectors: WordVectors) -> None:
    vectors.subwords = None
    with pytest.raises(UnknownWordError, match=r"'kingly' is not among the 6 words; near spell"):
        vectors.neighbors("kingly")
    assert vectors.get("kingly", 5) == 5
    assert vectors.composed(["kingly"]) == []


def test_subwords_survive_a_file(tmp_path: Path, vectors: WordVectors) -> None:
    for name in ("v.ftbin", "v.ftbin.gz"):
        vectors.save(tmp_path / name)
        again = WordVectors.load(tmp_path / name)
        assert np.array_equal(again.matrix, vectors.matrix)
        assert np.array_equal(again["kingly"], vectors["kingly"])
    table = from_arrays(vectors.words, vectors.matrix)
    files.write(table, tmp_path / "plain.ftbin")
    with pytest.raises(UnknownWordError):
        WordVectors.load(tmp_path / "plain.ftbin")["kingly"]
