"""A small model with subwords, for the tests of the folders that hold such models."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from reference_subwords import bucket_of, compose, ngrams

from w2v.formats import model_folder
from w2v.words.subwords import Subwords
from w2v.words.word_list import WordList

WORDS = ["king", "queen", "日本語", "a", "</s>", "kingdom", "ß" * 30, ""]
COUNTS = np.array([900, 99, 70, 7, 6, 5, 2, 1], np.int64)
D, BUCKETS = 6, 500
UNSEEN = ["kings", "日本", "quee", "👩‍👩‍👧‍👧", "x" * 40]
CONFIG = {"window": 7, "epochs": 3, "min_count": 2, "negative": 9, "sample": 0.01, "loss": "ns"}
ABOUT = {"config": {**CONFIG, "architecture": "cbow"}, "corpus": {"n_words": 5000}}
RUNS = Subwords(2, 4, BUCKETS)

# As in training: rows wider than the vectors, and only for n-grams that words have, in any order.
USED = np.random.default_rng(3).permutation(
    sorted({bucket_of(ngram, BUCKETS) for word in WORDS for ngram in ngrams(word, 2, 4)})
)
_ROWS = np.random.default_rng(1).normal(size=(len(WORDS) + len(USED), 16)).astype(np.float32)
INPUTS = _ROWS[:, :D]
OWN, SHARED = INPUTS[: len(WORDS)], np.zeros((BUCKETS, D), np.float32)
SHARED[USED] = INPUTS[len(WORDS) :]
OUTPUTS = np.random.default_rng(2).normal(size=(len(WORDS), D)).astype(np.float32)


def of_ngrams(word: str) -> list[np.ndarray]:
    """The rows of a word's n-grams."""
    return [SHARED[bucket_of(ngram, BUCKETS)] for ngram in ngrams(word, 2, 4)]


SEEN = np.array([compose([own, *of_ngrams(word)], D) for own, word in zip(OWN, WORDS, strict=True)])
COMPOSED = np.array([compose(of_ngrams(word), D) for word in UNSEEN])
TABLES = {
    "input": SEEN,
    "sum": SEEN + OUTPUTS,
    "mix": SEEN + np.float32(0.25) * OUTPUTS,
}


def write_model(path: Path, **options: Any) -> Path:
    """A model folder of the words above."""
    given: dict[str, Any] = {"outputs": OUTPUTS, "about": ABOUT, **options}
    words = WordList.from_strings(WORDS)
    model_folder.write_model(
        path, words, COUNTS, INPUTS, given.pop("outputs"), subwords=RUNS, buckets=USED, **given
    )
    return path


def as_dense(path: Path) -> Path:
    """A copy that holds the rows of all buckets, as folders without bucket_numbers.npy do."""
    dense = Path(shutil.copytree(path, path.parent / "dense.w2v"))
    np.save(dense / "buckets.npy", SHARED)
    (dense / "bucket_numbers.npy").unlink()
    return dense


def near(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)
