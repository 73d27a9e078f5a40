"""Directions of rows of any length: exact, and the same wherever they are used."""

from __future__ import annotations

import numpy as np
import pytest
import reference_evaluate as reference
from numpy.typing import NDArray

from w2v.arrays import row_lengths, unit_rows
from w2v.evaluation.scores import evaluate_analogies, evaluate_pairs
from w2v.evaluation.search import best_answers
from w2v.evaluation.sets import AnalogySet, PairSet, parse_set
from w2v.maps.layout import layout
from w2v.vectors.clusters import cluster
from w2v.vectors.expression import parse_expression
from w2v.vectors.nearest import nearest
from w2v.vectors.questions import neighbors, prepare, similarity
from w2v.vectors.word_vectors import WordVectors

Floats = NDArray[np.float32]

LENGTHS = [1e-44, 1e-38, 1e-30, 1e-25, 1e-23, 1, 1e19, 1e20, 1e37, 8e37]
"""Rows of the first hold subnormal numbers; the lengths of the last do not fit float32."""
WORDS = ["man", "woman", "king", "queen", "prince", "princess"]
ROWS = np.array([[3, 0, 1], [-3, 0, 1], [3, 4, 1], [-3, 4, 1], [2, 4, 2], [-2, 4, 2]], np.float32)


def scaled(length: float) -> Floats:
    """ROWS with every other row `length` times as long, rounded to float32."""
    rows = ROWS.astype(np.float64)
    rows[1::2] *= length
    return rows.astype(np.float32)


@pytest.mark.parametrize("length", LENGTHS)
def test_unit_rows_are_those_of_the_slow_twin(length: float) -> None:
    rows = scaled(length)
    units, directionless = unit_rows(rows)
    wanted = np.array([reference.unit(row) for row in rows])
    assert np.abs(units - wanted).max() < 1e-7
    assert not directionless.any()
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    lengths[lengths > np.finfo(np.float32).max] = np.inf
    np.testing.assert_allclose(row_lengths(rows), lengths, rtol=3e-7, atol=1e-45)


def test_rows_whose_lengths_overflow_have_a_direction() -> None:
    rows = np.array([[3e38, 3e38], [3, 4], [-2e38, 3e38]], np.float32)
    units, directionless = unit_rows(rows)
    assert not directionless.any()
    np.testing.assert_allclose(np.linalg.norm(units, axis=1), 1, rtol=1e-6)
    assert units[0].tolist() == pytest.approx([0.5**0.5, 0.5**0.5])
    assert row_lengths(rows).tolist() == [np.inf, 5, np.inf]


def test_zeros_and_values_that_are_not_finite_have_no_direction() -> None:
    rows = np.array([[3, 4], [0, 0], [np.inf, 1], [1, np.nan], [-np.inf, np.inf]], np.float32)
    units, directionless = unit_rows(rows)
    assert directionless.tolist() == [False, True, True, True, True]
    assert units[0].tolist() == pytest.approx([0.6, 0.8])
    assert not units[1:].any()
    assert [shape.shape for shape in unit_rows(rows[:0])] == [(0, 2), (0,)]


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("length", LENGTHS)
def test_lengths_change_no_answer(length: float, method: str) -> None:
    """`neighbors`, `evaluate`, `clusters` and `plot` agree with rows of ordinary length."""
    plain, other = WordVectors(WORDS, ROWS), WordVectors(WORDS, scaled(length))
    rounding = 0.1 if length < 1e-40 else 1e-6  # subnormal values have few digits themselves

    queries = [*WORDS, parse_expression("king - man + woman")]
    for ours, theirs in zip(
        neighbors(other, queries, method=method),  # type: ignore[arg-type]
        neighbors(plain, queries, method=method),  # type: ignore[arg-type]
        strict=True,
    ):
        assert len(ours) == len(theirs)
        assert dict(ours) == pytest.approx(dict(theirs), abs=rounding)
    assert neighbors(other, queries)[-1][0][0] == "queen"

    questions = np.array([[0, 2, 1]])
    best, score = best_answers(other.matrix, questions, {}, method=method)  # type: ignore[arg-type]
    wanted, wanted_score = reference.answer(other.matrix, (0, 2, 1), set(), method)
    assert (best.tolist(), score.tolist()) == ([wanted], [pytest.approx(wanted_score, abs=1e-5)])
    [(rows, _)] = nearest(
        other, [prepare(other, parse_expression("king - man + woman"), method)], 1, method=method
    )
    assert rows.tolist() == best.tolist()

    assert cluster(other.matrix, 2).labels.tolist() == cluster(ROWS, 2).labels.tolist()
    assert cluster(other.matrix, 2).directionless == 0
    assert layout(other.matrix) == pytest.approx(layout(ROWS), abs=rounding)


@pytest.mark.parametrize("length", LENGTHS)
def test_scores_of_sets_agree_with_the_answers(length: float) -> None:
    vectors = WordVectors(WORDS, scaled(length))
    analogies = parse_set(b"man king woman queen\nqueen king woman man\n", "q")
    assert isinstance(analogies, AnalogySet)
    for answer in evaluate_analogies(vectors, analogies).total.answers:
        a, b, c, _ = answer.question
        [[(best, _)]] = neighbors(vectors, [parse_expression(f"{b} - {a} + {c}")], top=1)
        assert answer.answer == best
    pairs = parse_set(b"man woman 1\nking queen 2\nman queen 0\n", "p")
    assert isinstance(pairs, PairSet)
    score = evaluate_pairs(vectors, pairs)
    wanted = [similarity(vectors, pair.first, pair.second) for pair in score.pairs]
    assert score.similarities == pytest.approx(wanted, abs=1e-6)


def test_a_signalling_nan_is_no_warning() -> None:
    rows = np.array([[0x7FA00000, 0], [0x3F800000, 0]], np.uint32).view(np.float32)
    units, directionless = unit_rows(rows)
    assert directionless.tolist() == [True, False]
    assert units.tolist() == [[0, 0], [1, 0]]
    assert np.isnan(row_lengths(rows)[0])
