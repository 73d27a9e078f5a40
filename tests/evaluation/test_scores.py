"""Analogy and word-pair scores: by hand, and against gensim."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference_evaluate as reference
from numpy.typing import NDArray

from w2v.errors import UsageError
from w2v.evaluation.scores import (
    AnalogyScore,
    PairScore,
    evaluate,
    evaluate_analogies,
    evaluate_pairs,
)
from w2v.evaluation.sets import AnalogySet, PairSet, parse_set
from w2v.vectors.word_vectors import WordVectors

Floats = NDArray[np.float32]


def analogies(*lines: str) -> AnalogySet:
    """An analogy set of these lines."""
    questions = parse_set("\n".join(lines).encode(), "q.txt")
    assert isinstance(questions, AnalogySet)
    return questions


def pairs_of(*lines: str) -> PairSet:
    """A word-pair set of these lines."""
    pairs = parse_set("\n".join(lines).encode(), "p.tsv")
    assert isinstance(pairs, PairSet)
    return pairs


# Two features, gender and rank or place and kind: king - man + woman is queen exactly.
TOY = {
    "man": [1, 0, 0, 1],
    "woman": [-1, 0, 0, 1],
    "king": [1, 2, 0, 1],
    "queen": [-1, 2, 0, 1],
    "walk": [0, 0, 2, 1],
    "walks": [0, 0, 2, -1],
    "Talk": [0, 1, 2, 1],
    "talks": [0, 1, 2, -1],
}


@pytest.fixture
def toy() -> WordVectors:
    return WordVectors(list(TOY), np.array(list(TOY.values()), np.float32))


def test_sections_and_their_sums(toy: WordVectors) -> None:
    questions = analogies(
        ": royals",
        "man king woman queen",
        "king man queen woman",
        "man king woman emperor",
        ": gram1-verbs",
        "walk walks TALK talks",
        "walk walks talk king",
        ": empty",
    )
    score = evaluate_analogies(toy, questions)
    figures = [(s.name, s.correct, s.covered, s.total, s.accuracy) for s in score.sections]
    assert figures == [
        ("royals", 2, 2, 3, 1.0),
        ("gram1-verbs", 1, 2, 2, 0.5),
        ("empty", 0, 0, 0, None),
    ]
    sums = [score.semantic, score.syntactic, score.total]
    figures = [(s.name, s.correct, s.covered, s.total, s.accuracy) for s in sums]
    assert figures == [
        ("semantic", 2, 2, 3, 1.0),
        ("syntactic", 1, 2, 2, 0.5),
        ("total", 3, 4, 5, 0.75),
    ]
    wrong = (("walk", "walks", "talk", "king"), "talks", False)
    assert score.sections[1].answers[1][:3] == wrong


def test_exact_case_covers_less(toy: WordVectors) -> None:
    questions = analogies("walk walks talk talks", "walk walks Talk talks")
    score = evaluate_analogies(toy, questions, case="exact")
    assert (score.total.correct, score.total.covered, score.total.total) == (1, 1, 2)


def test_only_the_first_words_take_part(toy: WordVectors) -> None:
    questions = analogies("man king woman queen", "walk walks Talk talks")
    score = evaluate_analogies(toy, questions, restrict_vocab=4)
    assert (score.total.correct, score.total.covered) == (1, 1)
    with pytest.raises(UsageError, match="restrict_vocab must be at least 1, not 0"):
        evaluate_analogies(toy, questions, restrict_vocab=0)


def test_no_spelling_of_the_questions_words_is_an_answer() -> None:
    words = ["a", "b", "c", "B", "d", "C"]
    matrix = np.eye(3, dtype=np.float32)[[0, 1, 2, 1, 1, 2]]
    matrix[4] = [0, 1, 1]
    score = evaluate_analogies(WordVectors(words, matrix), analogies("a b c d"))
    assert [answer[:3] for answer in score.total.answers] == [(("a", "b", "c", "d"), "d", True)]
    exact = evaluate_analogies(WordVectors(words, matrix), analogies("b a C D"), case="exact")
    assert exact.total.covered == 0


def test_pairs_are_scored_or_left_out_with_a_reason(toy: WordVectors) -> None:
    score = evaluate_pairs(toy, pairs_of("man\tKING\t3", "man\twoman\t1", "x\ty\t2", "man\tman\t9"))
    assert (score.covered, score.total) == (3, 4)
    assert score.similarities == pytest.approx([2 / math.sqrt(12), 0, 1], abs=1e-7)
    assert score.unknown == [(3, "x y", "not among the first 8 words: x, y")]
    assert score.spearman == (1.0, 0.0)


def test_pairs_with_rows_that_are_not_finite_are_left_out() -> None:
    matrix = np.array([[1, 0], [np.nan, 0], [1, np.inf], [1, 1], [0, 1]], np.float32)
    vectors = WordVectors(["a", "b", "c", "d", "e"], matrix)
    score = evaluate_pairs(vectors, pairs_of("a b 1", "a d 2", "b c 3", "a e 1", "a a 3"))
    assert [pair.line for pair in score.pairs] == [2, 4, 5]
    assert score.unknown == [
        (1, "a b", "vector not finite: b"),
        (3, "b c", "vector not finite: b, c"),
    ]
    assert score.spearman == (1.0, 0.0)


def test_without_a_covered_pair_there_is_no_correlation(toy: WordVectors) -> None:
    score = evaluate_pairs(toy, pairs_of("x\ty\t2"))
    assert (score.covered, score.total) == (0, 1)
    assert math.isnan(score.pearson.coefficient)
    assert math.isnan(score.spearman.p_value)


# --- gensim -------------------------------------------------------------------------------------


def keyed_vectors(words: list[str], matrix: Floats) -> Any:
    """The same words and rows in gensim."""
    models = pytest.importorskip("gensim.models", reason="compares with gensim")
    table = models.KeyedVectors(matrix.shape[1])
    table.add_vectors(words, matrix)
    return table


def spelled_words(count: int, random: np.random.Generator) -> list[str]:
    """Words in many spellings: abc, ABC, Abc, aBc, ..."""
    letters = "abcdefgh"
    words: dict[str, None] = {}
    while len(words) < count:
        word = "".join(random.choice(list(letters), 2))
        words["".join(letter.upper() if random.random() < 0.3 else letter for letter in word)] = (
            None
        )
    return list(words)


@pytest.fixture(params=[2, 20])
def spelled(request: pytest.FixtureRequest) -> tuple[list[str], Floats]:
    """200 words in 2 or 20 dimensions; spellings of the same word have nearly equal rows."""
    random = np.random.default_rng(request.param)
    words = spelled_words(200, random)
    heads = {word.upper(): random.normal(size=request.param) for word in words}
    matrix = np.array([heads[word.upper()] for word in words])
    matrix += random.normal(size=matrix.shape) * 0.05
    matrix *= random.uniform(0.1, 10, (len(words), 1))
    return words, matrix.astype(np.float32)


def random_questions(words: list[str], matrix: Floats, method: str, count: int) -> str:
    """A set of three sections with known and unknown words; about half of the answers are right.

    Some answers are spellings of the question's own words, and some lines are too short.
    """
    random = np.random.default_rng(0)
    rows: dict[str, int] = {}
    for row, word in enumerate(words):
        rows.setdefault(word.upper(), row)
    lines = []
    for i in range(count):
        if i % (count // 3 + 1) == 0:
            lines.append(f": section {i}")
        question = [str(word) for word in random.choice([*words, "unknown"], 4)]
        keys = [word.upper() for word in question[:3]]
        kind = random.random()
        if kind < 0.5 and rows.keys() >= set(keys):
            barred = {row for row, word in enumerate(words) if word.upper() in keys}
            a, b, c = (rows[key] for key in keys)
            question[3] = words[reference.answer(matrix, (a, b, c), barred, method)[0]].swapcase()
        elif kind < 0.6:
            question[3] = question[int(random.integers(3))].swapcase()
        lines.append(" ".join(question[: 3 if random.random() < 0.02 else 4]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", ["fold", "exact"])
@pytest.mark.parametrize("restrict_vocab", [150, 300_000])
def test_analogies_equal_gensims(
    case: Any, restrict_vocab: int, spelled: tuple[list[str], Floats], tmp_path: Path
) -> None:
    words, matrix = spelled
    path = tmp_path / "questions.txt"
    path.write_text(random_questions(words, matrix, "3cosadd", 300))
    accuracy, sections = keyed_vectors(words, matrix).evaluate_word_analogies(
        path, restrict_vocab=restrict_vocab, case_insensitive=case == "fold"
    )
    score = evaluate(WordVectors(words, matrix), path, restrict_vocab=restrict_vocab, case=case)
    assert isinstance(score, AnalogyScore)
    assert score.total.accuracy == accuracy
    fold = str.upper if case == "fold" else str
    for ours, theirs in zip([*score.sections, score.total], sections, strict=True):
        for key, right in ("correct", True), ("incorrect", False):
            listed = [tuple(map(fold, a.question)) for a in ours.answers if a.correct == right]
            assert listed == theirs[key]
    if case == "fold" and restrict_vocab > 150:
        assert 0 < score.total.correct < score.total.covered - 20


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`:DeprecationWarning")
def test_3cosmul_equals_gensims_question_by_question(spelled: tuple[list[str], Floats]) -> None:
    words, matrix = spelled
    table = keyed_vectors(words, matrix)
    quads = [tuple(random_row) for random_row in np.random.default_rng(1).choice(words, (200, 4))]
    questions = analogies(*(" ".join(quad) for quad in quads))
    score = evaluate_analogies(
        WordVectors(words, matrix), questions, method="3cosmul", case="exact"
    )
    assert score.total.covered == 200
    for (a, b, c, _), given in zip(quads, score.total.answers, strict=True):
        [(word, _)] = table.most_similar_cosmul(positive=[b, c], negative=[a], topn=1)
        assert given.answer == word


@pytest.mark.parametrize("case", ["fold", "exact"])
@pytest.mark.parametrize("restrict_vocab", [100, 300_000])
def test_word_pairs_equal_gensims(
    case: Any, restrict_vocab: int, spelled: tuple[list[str], Floats], tmp_path: Path
) -> None:
    words, matrix = spelled
    matrix[30] = 0
    random = np.random.default_rng(2)
    lines = ["# comment", "first\tsecond\tscore", f"{words[30]}\t{words[31]}\t3"]
    for first, second in random.choice([*words, *words[:50], "unknown"], (300, 2)):
        lines.append(f"{first.swapcase()}\t{second}\t{random.integers(0, 20) / 2}")
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join(lines) + "\n")
    pearson_, spearman_, unknown_share = keyed_vectors(words, matrix).evaluate_word_pairs(
        path, restrict_vocab=restrict_vocab, case_insensitive=case == "fold"
    )
    score = evaluate(WordVectors(words, matrix), path, restrict_vocab=restrict_vocab, case=case)
    assert isinstance(score, PairScore)
    assert tuple(score.pearson) == pytest.approx(tuple(pearson_), rel=1e-11, abs=1e-14)
    assert tuple(score.spearman) == pytest.approx(tuple(spearman_), rel=1e-11, abs=1e-14)
    assert 100 * (1 - score.covered / score.total) == pytest.approx(unknown_share, abs=1e-9)
