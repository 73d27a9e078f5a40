"""Analogy and word-pair scores: against slow twins, against gensim, and the command's output."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference_evaluate as reference
from numpy.typing import NDArray

from w2v import analogy_search
from w2v.analogy_search import best_answers, question_scores, unit_rows
from w2v.correlation import incomplete_beta, pearson, ranks, spearman
from w2v.errors import W2VError
from w2v.evaluation_sets import AnalogySet, PairSet, parse_set, read_set

Floats = NDArray[np.float32]


def random_matrix(rows: int, dimensions: int, seed: int = 0) -> Floats:
    """float32[rows, dimensions] of normal numbers, of very unequal lengths."""
    random = np.random.default_rng(seed)
    scale = random.uniform(0.1, 10, (rows, 1))
    return (random.normal(size=(rows, dimensions)) * scale).astype(np.float32)


# --- the sets -----------------------------------------------------------------------------------


def test_an_analogy_set_is_read_by_section() -> None:
    text = b": family\nboy girl he she\n# a comment\n\nboy girl\n: gram1-x\r\na b c d\r\n"
    questions = parse_set(text, "q.txt")
    assert isinstance(questions, AnalogySet)
    assert [section.name for section in questions.sections] == ["family", "gram1-x"]
    assert [section.is_syntactic for section in questions.sections] == [False, True]
    assert questions.sections[0].questions == [("boy", "girl", "he", "she")]
    assert questions.sections[1].questions == [("a", "b", "c", "d")]
    assert questions.skipped == [(5, "boy girl", "2 words, not 4")]


def test_questions_need_no_section_line_and_may_hold_hash_tags() -> None:
    questions = parse_set(b"#cat #cats #dog #dogs\n# a b c\n", "q.txt")
    assert isinstance(questions, AnalogySet)
    assert [section.name for section in questions.sections] == ["(unnamed)"]
    assert questions.sections[0].questions == [("#cat", "#cats", "#dog", "#dogs")]
    assert questions.skipped == []


@pytest.mark.parametrize(
    "text",
    [
        "tiger\tcat\t7.35\n",
        "tiger,cat,7.35\n",
        "tiger, cat, 7.35, 8\n",
        "tiger;cat;7.35",
        "tiger cat 7.35\r",
    ],
)
def test_pairs_are_parted_by_tab_comma_semicolon_or_space(text: str) -> None:
    pairs = parse_set(text.encode(), "p.tsv")
    assert isinstance(pairs, PairSet)
    assert pairs.pairs == [(1, "tiger", "cat", 7.35)]


def test_headers_comments_and_bad_lines_of_a_pair_set_are_no_pairs() -> None:
    text = "\ufeffWord 1\tWord 2\tMean\n# comment\na\tb\t1\n\nc\td\tx\ne\tf\tnan\n"
    pairs = parse_set(text.encode(), "p.tsv")
    assert isinstance(pairs, PairSet)
    assert pairs.pairs == [(3, "a", "b", 1.0)]
    assert pairs.skipped == [
        (1, "Word 1\tWord 2\tMean", "a header, not two words and a score"),
        (5, "c\td\tx", "not two words and a score"),
        (6, "e\tf\tnan", "the score is not a finite number"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            "q.txt: neither an analogy set (four words a line under ': section' lines) "
            "nor a word-pair set (two words and a score a line)",
        ),
        (b": a\n: b\n", "q.txt: an analogy set without a question (four words a line)"),
        (b": a\na b c \xff\n", "q.txt:2: byte 10 is not UTF-8; convert the file to UTF-8"),
    ],
)
def test_what_is_no_set_is_told_in_a_line(content: bytes, message: str) -> None:
    with pytest.raises(W2VError) as error:
        parse_set(content, "q.txt")
    assert str(error.value) == message


def test_a_missing_set_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(W2VError) as error:
        read_set(tmp_path / "none.txt")
    assert str(error.value) == f"{tmp_path / 'none.txt'}: No such file or directory"


# --- the search ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("cosine_bytes", [128 << 20, 1])
def test_the_search_equals_its_slow_twin(
    method: Any, cosine_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analogy_search, "COSINE_BYTES", cosine_bytes)  # 1: blocks of 256 rows
    monkeypatch.setattr(analogy_search, "MOST_QUESTIONS", 50)
    monkeypatch.setattr(analogy_search, "MOST_ROWS", 3)
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


def test_no_row_left_is_no_answer() -> None:
    best, scores = best_answers(random_matrix(4, 3), np.array([[0, 1, 2]]), {1: [3]})
    assert best.tolist() == [-1]
    assert scores.tolist() == [-math.inf]


def test_equal_scores_go_to_the_lower_row() -> None:
    matrix = np.eye(4, dtype=np.float32)[[0, 1, 2, 3, 1, 2, 1]]
    best, _ = best_answers(matrix, np.array([[3, 1, 0], [3, 0, 0]]), {})
    assert best.tolist() == [4, 1]


def test_unit_rows_knows_rows_without_direction() -> None:
    rows = np.array([[3, 4], [0, 0], [np.inf, 1], [1, np.nan], [3e38, 3e38]], np.float32)
    units, dead = unit_rows(rows)
    assert dead.tolist() == [False, True, True, True, True]
    assert units[0].tolist() == pytest.approx([0.6, 0.8])
    assert not units[1:].any()


# --- correlation --------------------------------------------------------------------------------


def test_correlation_on_figures_worked_by_hand() -> None:
    # Deviations -2 -1 0 1 2 and -1 -2 1 0 2: products sum to 8, squares to 10 and 10.
    r, p = pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    assert r == pytest.approx(0.8, abs=1e-15)
    # Three degrees of freedom have a closed form: t = 0.8 * sqrt(3) / 0.6.
    t = 0.8 * math.sqrt(3) / 0.6
    x = t / math.sqrt(3)
    assert p == pytest.approx(1 - 2 / math.pi * (x / (1 + x * x) + math.atan(x)), rel=1e-12)
    assert spearman([1, 2, 3, 4, 5], [20, 10, 400, 30, 5000])[0] == pytest.approx(0.8, abs=1e-15)
    assert ranks(np.array([3.0, 1.0, 3.0])).tolist() == [2.5, 1.0, 2.5]


@pytest.mark.parametrize("correlation", [pearson, spearman])
def test_correlation_that_is_not_defined_is_nan(correlation: Any) -> None:
    for x, y in ([], []), ([1.0], [2.0]), ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]):
        assert all(math.isnan(figure) for figure in correlation(x, y))
    assert correlation([1, 2, 3], [2, 4, 6]) == (1.0, 0.0)
    assert correlation([1, 2, 3], [6, 4, 2]) == (-1.0, 0.0)


@pytest.mark.parametrize("n", [3, 4, 5, 10, 65, 353, 999, 5000])
@pytest.mark.parametrize("weight", [0.0, 0.2, 0.9])
def test_correlation_equals_scipys(n: int, weight: float) -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy is what p-values are checked against")
    random = np.random.default_rng(n)
    x = random.normal(size=n).round(1)
    y = weight * x + (1 - weight) * random.normal(size=n)
    for ours, theirs in (
        (pearson(x, y), stats.pearsonr(x, y)),
        (spearman(x, y), stats.spearmanr(x, y)),
    ):
        assert ours.coefficient == pytest.approx(theirs[0], abs=1e-14)
        assert ours.p_value == pytest.approx(theirs[1], rel=1e-9, abs=1e-14)


def test_the_incomplete_beta_function_equals_scipys() -> None:
    special = pytest.importorskip("scipy.special", reason="scipy is what it is checked against")
    for a in np.geomspace(0.5, 1e5, 30):
        for x in (0.0, 1e-12, 1e-3, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9, 1.0):
            wanted = special.betainc(a, 0.5, x)
            assert incomplete_beta(a, 0.5, x) == pytest.approx(wanted, rel=2e-9, abs=1e-300)
