"""Vectors for words that a model lacks, composed of their n-grams."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from w2v.arrays import Floats
from w2v.words.subwords import SubwordRows


def compose(rows: SubwordRows, words: Sequence[str]) -> tuple[Floats, dict[str, str]]:
    """Vectors of words without rows of their own, float32[n, D], and what is wrong with some.

    The problems are keyed by word; the vector of such a word is zeros.
    """
    problems = {word: problem for word in words if (problem := _problem(word))}
    vectors, counts = rows.compose(["" if word in problems else word for word in words])
    for row in np.flatnonzero(~vectors.any(axis=1)).tolist():
        lacking = f"it has no n-grams {_lengths(rows)} to compose a vector from"
        problem = "none of its n-grams is known" if counts[row] else lacking
        problems.setdefault(words[row], problem)
    return vectors, problems


def _problem(word: str) -> str:
    """Why a word cannot have n-grams; "" when it can."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return "it is not valid Unicode"
    return "it contains a line break" if "\n" in word else ""


def _lengths(rows: SubwordRows) -> str:
    """The lengths of n-grams: "of 3 to 6 characters"."""
    shortest, longest = max(rows.subwords.minn, 1), rows.subwords.maxn
    return f"of {shortest}{f' to {longest}' if longest > shortest else ''} characters"
