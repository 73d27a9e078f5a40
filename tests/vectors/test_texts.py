"""Vectors of texts: against a slow twin, and the common component against its definition."""

from __future__ import annotations

import numpy as np
import pytest
import reference_text
from numpy.typing import NDArray

from w2v.errors import UsageError, W2VError
from w2v.vectors import texts as texts_module
from w2v.vectors.texts import Component, TextEmbedder, common_component, embed, remove_component
from w2v.vectors.word_vectors import WordVectors
from w2v.words.subwords import SubwordRows, Subwords

Floats = NDArray[np.float32]

WORDS = ["the", "king", "queen", "café", "don't", "日本", "a", "of"]
COUNTS = np.array([1000, 50, 40, 30, 20, 10, 500, 300])
TEXTS = [
    "The king of the café.",
    "",
    "unknown words only",
    "Queen, queen; QUEEN!\nthe next line\r\nthe last",
    "don't 日本 a",
    "the a of a the of",
    "  \t ",
    "king",
    "lone surrogate \ud800 king",
]


@pytest.fixture
def vectors() -> WordVectors:
    matrix = np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32)
    return WordVectors(WORDS, matrix, COUNTS)


def slow_means(
    vectors: WordVectors, texts: list[str], weight: float | None, tokenizer: str = "words"
) -> NDArray[np.float64]:
    """One text and one word at a time, in float64."""
    total = float(COUNTS.sum())
    means = np.zeros((len(texts), vectors.vector_size))
    for i, text in enumerate(texts):
        clean = text.encode("utf-8", "replace").decode().replace("\n", " ").replace("\r", " ")
        tokens = reference_text.words(clean) if tokenizer == "words" else clean.split()
        known = [word for word in tokens if word in vectors]
        for word in known:
            row = vectors[word].astype(np.float64)
            share = float(COUNTS[vectors.index(word)]) / total
            means[i] += row * (1 if weight is None else weight / (weight + share)) / len(known)
    return means


@pytest.mark.parametrize("block_texts", [4096, 1, 2])
@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
def test_means_equal_the_slow_twins(
    vectors: WordVectors, tokenizer: str, block_texts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts_module, "_BLOCK_TEXTS", block_texts)
    found = embed(vectors, TEXTS, tokenizer=tokenizer)
    wanted = slow_means(vectors, TEXTS, None, tokenizer)
    assert (found.dtype, found.shape) == (np.float32, (len(TEXTS), 5))
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert not found[1].any()
    assert np.array_equal(vectors.embed(TEXTS, tokenizer=tokenizer), found)


@pytest.mark.parametrize("in_memory", [64 << 20, 1])
@pytest.mark.parametrize("weight", [1e-3, 1e-4, 5.0])
def test_sif_equals_the_slow_twin(
    vectors: WordVectors, weight: float, in_memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts_module, "_IN_MEMORY", in_memory)  # 1: the means wait in a file
    monkeypatch.setattr(texts_module, "_BLOCK_TEXTS", 2)
    means = slow_means(vectors, TEXTS, weight)
    direction = np.linalg.svd(means, full_matrices=False)[2][0]
    wanted = means - np.outer(means @ direction, direction)
    found = embed(vectors, TEXTS, "sif", sif_weight=weight)
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    component = common_component(vectors, iter(TEXTS), sif_weight=weight)
    assert np.abs(component @ direction) == pytest.approx(1, abs=1e-6)
    assert np.abs(found @ component).max() < 1e-6
    some = vectors.embed(TEXTS[:1], "sif", component=component * 7, sif_weight=weight)
    np.testing.assert_allclose(some, wanted[:1], atol=1e-6)


def test_a_text_alone_is_one_vector(vectors: WordVectors) -> None:
    assert vectors.embed("the king").shape == (5,)
    assert np.array_equal(vectors.embed("the king"), vectors.embed(["the king"])[0])
    component = vectors.common_component(TEXTS)
    alone = vectors.embed("the king", "sif", component=component)
    np.testing.assert_allclose(alone @ component, 0, atol=1e-6)
    assert vectors.embed([]).shape == (0, 5)


def test_the_component_is_found_block_by_block() -> None:
    matrix = np.random.default_rng(1).normal(size=(100, 7)).astype(np.float32) + 0.3
    found = Component(7)
    for first in range(0, 100, 13):
        found.add(matrix[first : first + 13])
    direction = np.linalg.svd(matrix)[2][0]
    assert np.abs(found.direction() @ direction) == pytest.approx(1, abs=1e-6)
    assert found.direction().max() == np.abs(found.direction()).max()
    left = remove_component(matrix, found.direction())
    np.testing.assert_allclose(np.linalg.norm(left, 2), np.linalg.svd(matrix)[1][1], rtol=1e-5)


def test_texts_without_known_words_are_counted(vectors: WordVectors) -> None:
    embedder = TextEmbedder(vectors)
    assert [len(block) for block in embedder.embed(TEXTS)] == [len(TEXTS)]
    assert (embedder.n_texts, embedder.n_empty, embedder.replaced_bytes) == (9, 3, 0)
    list(embedder.embed([b"king \xff\xfe"]))
    assert embedder.replaced_bytes == 2


def test_unknown_words_are_composed_of_ngrams(vectors: WordVectors) -> None:
    random = np.random.default_rng(2)
    own, shared = random.normal(size=(8, 5)), random.normal(size=(40, 5))
    rows = [part.astype(np.float32).view(np.uint8) for part in (own, shared)]
    subwords = SubwordRows(Subwords(4, 5, 40), lambda: rows[0], lambda: rows[1])
    vectors = WordVectors(WORDS, vectors.matrix, COUNTS, subwords=subwords)
    texts = ["kings and queens", "the of", "é"]
    embedder = TextEmbedder(vectors)
    [found] = embedder.embed(texts)
    wanted = [vectors.look_up(text.split())[1].mean(axis=0) for text in texts[:2]]
    np.testing.assert_allclose(found, [*wanted, np.zeros(5)], atol=1e-6)
    assert (embedder.n_composed, embedder.n_empty) == (3, 1)
    weighted = next(TextEmbedder(vectors, "sif").means(["kings the"]))
    share = 1e-3 / (1e-3 + 1000 / COUNTS.sum())
    kings, the = vectors.look_up(["kings", "the"])[1]
    np.testing.assert_allclose(weighted, [(kings + share * the) / 2], atol=1e-6)


def test_long_texts_and_many_distinct_words(vectors: WordVectors) -> None:
    long = " ".join(f"w{i} king" for i in range(100_000))
    np.testing.assert_allclose(vectors.embed(long), vectors["king"], rtol=1e-4)
    many = vectors.embed(["king"] * 20_000)
    assert (many == many[0]).all()
    assert len(many) == 20_000


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "idf"}, UsageError, "method must be one of mean, sif, not 'idf'"),
        ({"sif_weight": 0}, UsageError, "sif_weight must be a number above 0, not 0"),
        (
            {"method": "sif", "component": np.ones(4)},
            W2VError,
            "a component must have 5 numbers, as the vectors do, not an array of shape (4,)",
        ),
        (
            {"method": "sif", "component": np.zeros(5)},
            W2VError,
            "a component must be finite and not all zeros",
        ),
    ],
)
def test_wrong_options_are_reported(
    vectors: WordVectors, options: dict[str, object], error: type[W2VError], message: str
) -> None:
    with pytest.raises(error) as caught:
        embed(vectors, TEXTS, **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_sif_needs_counts_and_two_texts(vectors: WordVectors) -> None:
    with pytest.raises(W2VError, match="SIF needs the words' counts, which this file does not"):
        embed(WordVectors(WORDS, vectors.matrix), TEXTS, "sif")
    with pytest.raises(W2VError, match="takes at least two texts with known words; give a comp"):
        embed(vectors, ["the king", "", "unknown"], "sif")
