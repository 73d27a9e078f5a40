"""Alignment: known rotations are found, and no other rotation does better."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v.errors import UsageError, W2VError
from w2v.vectors.alignment import align, moves
from w2v.vectors.embedding import UnknownWordError
from w2v.vectors.word_vectors import WordVectors

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def random_rotation(size: int, seed: int = 0) -> Doubles:
    """A random orthogonal matrix, float64[size, size]."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0]


def random_vectors(words: list[str], size: int = 6, seed: int = 0) -> WordVectors:
    """Vectors of normal numbers, of very different lengths."""
    random = np.random.default_rng(seed)
    scale = 10.0 ** random.uniform(-2, 2, (len(words), 1))
    return WordVectors(words, (random.normal(size=(len(words), size)) * scale).astype(np.float32))


def named(count: int) -> list[str]:
    """Words w0, w1, ..."""
    return [f"w{i}" for i in range(count)]


def units(vectors: WordVectors, words: list[str]) -> Doubles:
    """The words' rows at length 1, in float64."""
    rows = vectors[words].astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("block_bytes", [4 << 20, 1])
def test_a_rotation_is_found_again(block_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2v.arrays.BLOCK_BYTES", block_bytes)  # 1: blocks of one row
    old = random_vectors(named(40))
    rotation = random_rotation(6)
    order = np.random.default_rng(1).permutation(40)
    new = WordVectors([f"w{i}" for i in order], (old.matrix @ rotation).astype(np.float32)[order])
    found = align(old, new)
    np.testing.assert_allclose(found.rotation, rotation, atol=1e-5)
    np.testing.assert_allclose(found.rotate(old.matrix), old.matrix @ rotation, rtol=1e-3)
    assert found.source_rows.tolist() == list(range(40))
    assert [new.words[row] for row in found.target_rows] == named(40)
    assert found.cosines == pytest.approx(np.ones(40), abs=1e-6)


def test_the_words_that_moved_have_low_cosines() -> None:
    old = random_vectors(named(60))
    matrix = (old.matrix @ random_rotation(6)).astype(np.float32)
    matrix[[3, 4]] = -matrix[[3, 4]]
    cosines = align(old, WordVectors(named(60), matrix)).cosines
    assert sorted(np.argsort(cosines)[:2].tolist()) == [3, 4]
    assert cosines[[3, 4]].max() < 0 < np.delete(cosines, [3, 4]).min()


def test_the_rotation_is_scipys() -> None:
    linalg = pytest.importorskip("scipy.linalg", reason="compares with SciPy")
    old, new = random_vectors(named(50)), random_vectors(named(50), seed=1)
    wanted, _ = linalg.orthogonal_procrustes(units(old, named(50)), units(new, named(50)))
    np.testing.assert_allclose(align(old, new).rotation, wanted, atol=1e-5)


def test_no_other_rotation_is_closer() -> None:
    old, new = random_vectors(named(50)), random_vectors(named(50), seed=1)
    ours, theirs = units(old, named(50)), units(new, named(50))
    found = align(old, new)
    best = np.linalg.norm(ours @ found.rotation - theirs)
    assert np.mean(found.cosines) == pytest.approx(1 - best**2 / 100, abs=1e-6)
    for seed in range(20):
        # Rotations far away, and one step aside.
        other = random_rotation(6, seed)
        small = np.linalg.qr(np.eye(6) + 0.01 * np.random.default_rng(seed).normal(size=(6, 6)))[0]
        small *= np.sign(np.diag(small))
        for rotation in (other, found.rotation @ small):
            assert np.linalg.norm(ours @ rotation - theirs) > best


def test_only_shared_words_with_a_direction_count() -> None:
    old = random_vectors([*named(30), "only old", "zero", "nan"])
    rotation = random_rotation(6)
    matrix = (old.matrix @ rotation).astype(np.float32)
    matrix[30], matrix[31], matrix[32, 2] = 7, 0, np.nan
    new = WordVectors([*named(30), "only new", "zero", "nan"], matrix)
    found = align(old, new)
    np.testing.assert_allclose(found.rotation, rotation, atol=1e-5)
    assert found.source_rows.tolist() == [*range(30), 31, 32]
    assert np.isnan(found.cosines[-2:]).all()
    assert np.isfinite(found.cosines[:-2]).all()


def test_only_the_first_words_count() -> None:
    old = random_vectors(named(30))
    matrix = (old.matrix @ random_rotation(6)).astype(np.float32)
    matrix[10:] = random_vectors(named(20), seed=2).matrix
    found = align(old, WordVectors(named(30), matrix), restrict_vocab=10)
    assert found.source_rows.tolist() == list(range(10))
    assert found.cosines == pytest.approx(np.ones(10), abs=1e-6)
    turned = WordVectors(named(30)[::-1], matrix[::-1].copy())
    with pytest.raises(W2VError, match="the models share no word"):
        align(old, turned, restrict_vocab=10)


def test_a_word_that_is_there_twice_counts_once() -> None:
    old = random_vectors(["w3", *named(20)])
    new = random_vectors(named(20), seed=1)
    assert align(old, new).source_rows.tolist() == [0, 1, 2, 3, *range(5, 21)]


def test_moves_are_listed_from_the_lowest_cosine() -> None:
    old = random_vectors([*named(40), "zero", "only old"])
    matrix = (old.matrix @ random_rotation(6)).astype(np.float32)
    matrix[[3, 4]] = -matrix[[3, 4]]
    matrix[40] = 0
    counts = np.arange(41)
    new = WordVectors([*named(40), "zero"], matrix[:41], counts)
    found = align(old, new)
    listed = moves(old, new, found)
    assert {listed[0].word, listed[1].word} == {"w3", "w4"}
    cosines = [move.cosine for move in listed]
    assert cosines == sorted(cosines)
    assert len(listed) == 40
    assert moves(old, new, found, top=2) == listed[:2]
    assert found.mean_cosine == pytest.approx(np.mean(cosines))
    [ninth, _] = moves(old, new, found, ["w9", "w3"])
    assert ninth in listed
    assert (ninth.word, ninth.old_count, ninth.new_count) == ("w9", None, 9)
    assert [move.word for move in moves(old, new, found, ["w9", "w3"], top=1)] == ["w9", "w3"]
    for word, error, message in [
        ("only old", UnknownWordError, "'only old' is not among the words that are compared"),
        ("w99", UnknownWordError, "'w99' is not among the 42 words"),
        ("zero", W2VError, "the vector of 'zero' has no direction in one of the models"),
    ]:
        with pytest.raises(error) as caught:
            moves(old, new, found, [word])
        assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("words", "size", "message"),
    [
        (
            named(20),
            5,
            "vectors of 6 and 5 dimensions cannot be aligned; "
            "train both with the same number of dimensions",
        ),
        (["a", "b"], 6, "the models share no word; aligning 6 dimensions takes at least 6 words"),
        (["a", "w1"], 6, "the models share only 1 word; aligning 6 dimensions takes at least 6"),
        (
            named(5),
            6,
            "the models share only 5 words; aligning 6 dimensions takes at least 6 words",
        ),
        ([], 6, "the models share no word; aligning 6 dimensions takes at least 6 words"),
    ],
)
def test_models_that_cannot_be_aligned_are_reported(
    words: list[str], size: int, message: str
) -> None:
    with pytest.raises(W2VError) as error:
        align(random_vectors(named(20)), random_vectors(words, size))
    assert str(error.value).startswith(message)


def test_a_wrong_limit_is_reported() -> None:
    vectors = random_vectors(named(20))
    with pytest.raises(UsageError, match=r"^restrict_vocab must be at least 0, not -1$"):
        align(vectors, vectors, restrict_vocab=-1)
    assert len(align(vectors, vectors, restrict_vocab=0).cosines) == 20
