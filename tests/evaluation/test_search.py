"""The search for an analogy's answer, against its slow twin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import reference_evaluate as reference
from numpy.typing import NDArray

from w2v.evaluation import search
from w2v.evaluation.search import best_answers, question_scores

Floats = NDArray[np.float32]


def random_matrix(rows: int, dimensions: int, seed: int = 0) -> Floats:
    """float32[rows, dimensions], rows of normal numbers, of very different lengths."""
    random = np.random.default_rng(seed)
    scale = random.uniform(0.1, 10, (rows, 1))
    return (random.normal(size=(rows, dimensions)) * scale).astype(np.float32)


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("cosine_bytes", [128 << 20, 1])
def test_the_search_equals_its_slow_twin(
    method: Any, cosine_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COSINE_BYTES", cosine_bytes)  # 1: blocks of 256 rows
    monkeypatch.setattr(search, "MOST_QUESTIONS", 50)
    monkeypatch.setattr(search, "MOST_ROWS", 3)
    matrix = random_matrix(600, 8)
    matrix[[17, 300]] = 0
    matrix[18, 3] = np.inf
    matrix[19, 0] = np.nan
    random = np.random.default_rng(1)
    questions = random.integers(0, 40, (120, 3))
    spellings = {3: [41, 299], 5: [300, 301, 302], 39: [599]}
    best, scores = best_answers(matrix, questions, spellings, method=method, threads=3)
    for question, row, score in zip(questions.tolist(), best, scores, strict=True):
        barred = {further for word in question for further in spellings.get(word, ())}
        wanted, wanted_score = reference.answer(matrix, tuple(question), barred, method)
        assert row == wanted
        assert score == pytest.approx(wanted_score, rel=1e-5, abs=3e-6)
        if row >= 0:
            one = question_scores(matrix, np.array(question), np.array([row]), method)
            assert one[0] == pytest.approx(wanted_score, rel=1e-5, abs=3e-6)


def test_without_a_row_left_there_is_no_answer() -> None:
    best, scores = best_answers(random_matrix(4, 3), np.array([[0, 1, 2]]), {1: [3]})
    assert best.tolist() == [-1]
    assert scores.tolist() == [-math.inf]


def test_the_lower_row_wins_a_tie() -> None:
    matrix = np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 1, 2, 1]]
    best, _ = best_answers(matrix, np.array([[3, 1, 0], [3, 0, 0]]), {})
    assert best.tolist() == [4, 1]
