"""Which words of a question set take part, which rows they have, and their cosines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from w2v.errors import UsageError
from w2v.vectors.embedding import Embedding
from w2v.vectors.unknown_words import compose

Case = Literal["fold", "exact"]


def count_words(vectors: Embedding, restrict_vocab: int | None) -> int:
    """How many of the first words take part."""
    if restrict_vocab is not None and restrict_vocab < 1:
        raise UsageError(f"restrict_vocab must be at least 1, not {restrict_vocab}")
    return len(vectors) if restrict_vocab is None else min(restrict_vocab, len(vectors))


def folding(case: Case) -> Callable[[str], str]:
    """The function applied to words before they are compared."""
    return str.upper if case == "fold" else str


def find_rows(
    vectors: Embedding, limit: int, needed: set[str], fold: Callable[[str], str]
) -> dict[str, list[int]]:
    """The rows of all spellings of the `needed` words among the first `limit` rows, in row order.

    words "the", "The", "a": {"THE", "b"} -> {"THE": [0, 1]}
    """
    folded: dict[str, list[int]] = {fold(word): [] for word in needed}
    for row, word in enumerate(islice(vectors.words, limit)):
        rows = folded.get(fold(word))
        if rows is not None:
            rows.append(row)
    return {word: rows for word in needed if (rows := folded[fold(word)])}


def compose_rows(
    vectors: Embedding, limit: int, words: set[str], subwords: bool
) -> tuple[NDArray[np.float32], dict[str, int]]:
    """The first `limit` rows followed by composed ones, and the row numbers of the composed words.

    With `subwords`, the `words` that are not in the vocabulary are composed.
    """
    matrix = vectors.matrix[:limit]
    unknown = vectors.composed(sorted(words)) if subwords else []
    if vectors.subwords is None or not unknown:
        return matrix, {}
    rows, problems = compose(vectors.subwords, unknown)
    composed = {word: limit + i for i, word in enumerate(unknown) if word not in problems}
    return np.concatenate([matrix, rows]), composed


def not_finite(matrix: NDArray[np.float32], found: dict[str, list[int]]) -> set[str]:
    """The found words whose vectors hold a value that is not finite."""
    return {word for word, rows in found.items() if not np.isfinite(matrix[rows[0]]).all()}


def cosines(matrix: NDArray[np.float32], pairs: list[tuple[int, int]]) -> NDArray[np.float32]:
    """The cosine of each pair of rows, float32[n].

    It rounds as gensim's `similarity` does, so that ties stay ties: rows are scaled to length 1 in
    float64, rounded to float32, and multiplied in float32.
    """
    units: dict[int, NDArray[np.float32]] = {}
    for row in {row for pair in pairs for row in pair}:
        vector = np.array(matrix[row], np.float64)
        norm = float(np.sqrt(vector @ vector))
        units[row] = (vector * (1 / norm) if norm > 0 else vector).astype(np.float32)
    return np.array([units[first] @ units[second] for first, second in pairs], np.float32)
