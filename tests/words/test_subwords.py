"""Subwords: n-grams, their buckets and the vectors composed of them, beside a slow twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_subwords import bucket_of, compose, ngrams

from w2v.errors import W2VError
from w2v.words.subwords import Stored, SubwordRows, Subwords, find_buckets
from w2v.words.word_list import WordList

WORDS = [
    "the",
    "été",
    "日本語",
    "a",
    "",
    "</s>",
    "<",
    "👩‍👩‍👧",
    "e\u0301",
    "مرحبا",
    "x" * 1000,
    "½",
    "\0",
]
RANDOM = np.random.default_rng(1)
SIZE = 5


def make_rows(
    words: list[str],
    subwords: Subwords,
    kept: list[tuple[int, int]] | None = None,
    *,
    pruned: bool = False,
) -> tuple[SubwordRows, np.ndarray, np.ndarray]:
    """Rows of random values; also the words' own and the n-grams' as float32."""
    own = RANDOM.normal(size=(len(words), SIZE)).astype(np.float32)
    n_ngrams = subwords.bucket if kept is None else len(kept)
    shared = RANDOM.normal(size=(n_ngrams, SIZE)).astype(np.float32)
    stored = None
    if kept is not None:
        stored = Stored(*np.array(sorted(kept), np.int64).reshape(-1, 2).T, pruned=pruned)
    rows = SubwordRows(subwords, lambda: own.view(np.uint8), lambda: shared.view(np.uint8), stored)
    return rows, own, shared


@pytest.mark.parametrize(("minn", "maxn"), [(3, 6), (1, 3), (2, 2), (0, 4), (5, 5)])
def test_the_buckets_of_nasty_words(minn: int, maxn: int) -> None:
    words = WordList.from_strings(WORDS)
    buckets, starts = find_buckets(words, 0, len(words), Subwords(minn, maxn, 2_000_000))
    for row, word in enumerate(WORDS):
        wanted = [bucket_of(ngram, 2_000_000) for ngram in ngrams(word, minn, maxn)]
        assert buckets[starts[row] : starts[row + 1]].tolist() == wanted, word


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"))),
    st.integers(0, 3),
    st.integers(3, 5),
)
def test_the_buckets_of_any_words(words: list[str], minn: int, maxn: int) -> None:
    listed = WordList.from_strings(words)
    if not words:
        return
    buckets, starts = find_buckets(listed, 0, len(listed), Subwords(minn, maxn, 1000))
    wanted = [bucket_of(ngram, 1000) for word in words for ngram in ngrams(word, minn, maxn)]
    assert buckets.tolist() == wanted
    assert starts[-1] == len(wanted)


KEPT = [(bucket, row) for row, bucket in enumerate(range(49, 0, -3))]


@pytest.mark.parametrize("kept", [None, KEPT, []])
def test_vectors_are_the_means_of_their_rows(kept: list[tuple[int, int]] | None) -> None:
    subwords = Subwords(3, 5, 50)
    rows, own, shared = make_rows(WORDS, subwords, kept, pruned=True)
    row_of = dict(kept) if kept is not None else {i: i for i in range(50)}
    composed, counts = rows.compose(WORDS)
    found = np.concatenate(list(rows.blocks(WordList.from_strings(WORDS))))
    for i, word in enumerate(WORDS):
        buckets = [bucket_of(ngram, 50) for ngram in ngrams(word, 3, 5)]
        parts = [shared[row_of[bucket]] for bucket in buckets if bucket in row_of]
        np.testing.assert_allclose(composed[i], compose(parts, SIZE), rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(found[i], compose([own[i], *parts], SIZE), rtol=1e-4, atol=1e-6)
        assert counts[i] == len(parts)


@pytest.mark.parametrize("kept", [KEPT, []])
def test_rows_that_are_not_stored_are_zeros_to_the_last_bit(kept: list[tuple[int, int]]) -> None:
    rows, own, shared = make_rows(WORDS, Subwords(3, 5, 50), kept)
    dense = np.zeros((50, SIZE), np.float32)
    for bucket, row in kept:
        dense[bucket] = shared[row]
    whole = SubwordRows(rows.subwords, rows.own, lambda: dense.view(np.uint8))
    words = WordList.from_strings(WORDS)
    unseen = ["unseen", "x" * 2000, "</s>", ""]
    for found, wanted in (
        (rows.compose(unseen), whole.compose(unseen)),
        (list(rows.blocks(words)), list(whole.blocks(words))),
        (list(rows.own_rows(words, [own * 2])), list(whole.own_rows(words, [own * 2]))),
        ([rows.ngram_rows(np.arange(50))], [dense]),
    ):
        assert [part.tobytes() for part in found] == [part.tobytes() for part in wanted]


def test_words_without_ngrams_are_zeros() -> None:
    rows, _, _ = make_rows(["a"], Subwords(4, 6, 10))
    vectors, counts = rows.compose(["a", "</s>", "abc"])
    assert counts.tolist() == [0, 0, 3]
    assert not vectors[:2].any()
    assert vectors[2].any()
    assert rows.compose([])[0].shape == (0, SIZE)


def test_some_of_the_words() -> None:
    rows, _, _ = make_rows(WORDS, Subwords(3, 6, 30))
    whole = np.concatenate(list(rows.blocks(WordList.from_strings(WORDS))))
    some = np.array([1, 2, 6])
    chosen = WordList.from_strings([WORDS[i] for i in some])
    assert np.array_equal(np.concatenate(list(rows.select(some).blocks(chosen))), whole[some])


def test_what_cannot_be_a_word_is_refused() -> None:
    rows, _, _ = make_rows(["a"], Subwords(3, 6, 10))
    for word, message in (("a\nb", "line break"), ("\ud800", "UTF-8")):
        with pytest.raises(W2VError, match=message):
            rows.compose([word])
