"""Questions to vectors: against a brute-force twin in float64, and against gensim."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import reference_evaluate as reference
from numpy.typing import NDArray

from w2v.errors import UsageError, W2VError
from w2v.vectors import nearest as nearest_module
from w2v.vectors.embedding import UnknownWordError
from w2v.vectors.expression import Expression, parse_expression
from w2v.vectors.questions import (
    closeness,
    most_similar,
    neighbors,
    odd_one_out,
    prepare,
    search,
    similarities,
    similarity,
)
from w2v.vectors.word_vectors import WordVectors

Floats = NDArray[np.float32]

TERMS: list[tuple[list[str], list[str]]] = [
    (["w0"], []),
    (["w3", "w4"], ["w5"]),
    (["w1", "w2", "w7", "w7"], ["w8", "w9"]),
    (["w6"], ["w11"]),
]
EXPRESSIONS = [
    Expression(tuple([(1, word) for word in plus] + [(-1, word) for word in minus]))
    for plus, minus in TERMS
]


def random_vectors(rows: int = 400, dimensions: int = 12, seed: int = 0) -> WordVectors:
    """Words w0, w1, ... with rows of normal numbers, of very different lengths."""
    random = np.random.default_rng(seed)
    scale = 10.0 ** random.uniform(-3, 3, (rows, 1))
    matrix = (random.normal(size=(rows, dimensions)) * scale).astype(np.float32)
    return WordVectors([f"w{i}" for i in range(rows)], matrix)


@pytest.fixture
def vectors() -> WordVectors:
    return random_vectors()


@pytest.fixture
def toy() -> WordVectors:
    """king - man + woman is queen exactly."""
    rows = {"man": [1, 0, 1], "woman": [-1, 0, 1], "king": [1, 2, 1], "queen": [-1, 2, 1]}
    return WordVectors([*rows, "zero"], np.array([*rows.values(), [0, 0, 0]], np.float32))


def twin_scores(vectors: WordVectors, expression: Expression, method: str) -> list[float]:
    """The score of each row, one at a time, in float64; -inf for rows that cannot answer."""
    terms = [
        (sign, reference.unit(vectors.matrix[vectors.index(word)]))
        for sign, word in expression.terms
    ]
    total: Any = sum(sign * unit for sign, unit in terms if unit is not None)
    own = {word for _, word in expression.terms}
    scores = []
    for row, word in enumerate(vectors.words):
        direction = reference.unit(vectors.matrix[row])
        if direction is None or word in own:
            scores.append(-math.inf)
        elif method == "3cosadd":
            scores.append(float(direction @ total) / math.sqrt(float(total @ total)))
        else:
            shares = [(sign, (1 + float(direction @ unit)) / 2) for sign, unit in terms]
            above = math.prod(share for sign, share in shares if sign > 0)
            scores.append(above / (math.prod(s for sign, s in shares if sign < 0) + 1e-6))
    return scores


# --- neighbours ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("score_bytes", [32 << 20, 1])
def test_neighbors_equal_the_brute_force_twin(
    method: Any, score_bytes: int, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest_module, "SCORE_BYTES", score_bytes)  # 1: blocks of one row
    monkeypatch.setattr(nearest_module, "MOST_QUERIES", 3)
    vectors.matrix[[20, 21]] = 0
    vectors.matrix[22, 3] = np.inf
    vectors.matrix[23, 0] = np.nan
    found = neighbors(vectors, EXPRESSIONS, top=15, method=method)
    for expression, answers in zip(EXPRESSIONS, found, strict=True):
        scores = twin_scores(vectors, expression, method)
        order = sorted(range(len(scores)), key=lambda row: -scores[row])[:15]
        assert [word for word, _ in answers] == [vectors.words[row] for row in order]
        wanted = [scores[row] for row in order]
        assert [score for _, score in answers] == pytest.approx(wanted, rel=2e-6, abs=1e-6)


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`:DeprecationWarning")
@pytest.mark.parametrize(
    ("method", "restrict_vocab"),
    # gensim 4.4's most_similar_cosmul ignores its restrict_vocab.
    [("3cosadd", None), ("3cosadd", 50), ("3cosmul", None)],
)
def test_neighbors_equal_gensims(
    method: Any, restrict_vocab: int | None, vectors: WordVectors
) -> None:
    models = pytest.importorskip("gensim.models", reason="compares with gensim")
    table = models.KeyedVectors(vectors.vector_size)
    table.add_vectors(list(vectors.words), vectors.matrix)
    ours = neighbors(vectors, EXPRESSIONS, top=12, method=method, restrict_vocab=restrict_vocab)
    ask = table.most_similar if method == "3cosadd" else table.most_similar_cosmul
    for (plus, minus), answers in zip(TERMS, ours, strict=True):
        theirs = ask(positive=plus, negative=minus, topn=12, restrict_vocab=restrict_vocab)
        assert [word for word, _ in answers] == [word for word, _ in theirs]
        wanted = [score for _, score in theirs]
        assert [score for _, score in answers] == pytest.approx(wanted, rel=1e-5, abs=2e-6)


def test_a_vector_of_numbers_is_a_query_that_any_word_may_answer(vectors: WordVectors) -> None:
    [answers] = neighbors(vectors, [vectors["w7"] * 1000], top=3)
    assert answers[0] == ("w7", 1.0)
    [others] = neighbors(vectors, ["w7"], top=2)
    assert [word for word, _ in answers[1:]] == [word for word, _ in others]


def test_only_words_above_the_floor_are_listed(vectors: WordVectors) -> None:
    [all_] = neighbors(vectors, ["w0"], top=len(vectors))
    assert len(all_) == len(vectors) - 1
    floor = all_[10][1]
    [some] = neighbors(vectors, ["w0"], top=len(vectors), min_similarity=floor)
    assert some == all_[:11]
    assert neighbors(vectors, ["w0"], min_similarity=2) == [[]]


def test_ties_come_in_row_order() -> None:
    matrix = np.array([[1, 0], [2, 1], [4, 2], [2, 1], [1, 0.5], [0, 1]], np.float32)
    table = WordVectors(list("abcdef"), matrix)
    for top in 1, 2, 3, 4:
        assert [w for w, _ in neighbors(table, ["a"], top=top)[0]] == list("bcde")[:top]


def test_the_first_of_many_equal_rows_come_first() -> None:
    matrix = np.ones((5000, 2), np.float32)
    matrix[4000] = [1, 1.01]
    table = WordVectors([f"w{i}" for i in range(5000)], matrix)
    [answers] = neighbors(table, [[1, 1.01]], top=4)
    assert [word for word, _ in answers] == ["w4000", "w0", "w1", "w2"]


def test_no_cosine_is_above_one(vectors: WordVectors) -> None:
    found = neighbors(vectors, [*vectors.matrix, *-vectors.matrix], top=len(vectors))
    scores = [score for answers in found for _, score in answers]
    assert max(scores) == 1.0
    assert min(scores) == -1.0


def test_a_row_whose_length_overflows_is_an_answer() -> None:
    matrix = np.array([[1, 0], [3e38, 3e38], [0, 1]], np.float32)
    [answers] = neighbors(WordVectors(["a", "b", "c"], matrix), ["a"])
    assert answers == [("b", pytest.approx(math.sqrt(0.5), abs=1e-7)), ("c", 0.0)]


def test_a_small_table_gives_all_it_has(toy: WordVectors) -> None:
    [answers] = neighbors(toy, ["king"], top=1000)
    assert [word for word, _ in answers] == ["queen", "man", "woman"]
    assert neighbors(toy, ["king"], restrict_vocab=1)[0][0][0] == "man"
    assert neighbors(toy, []) == []


def test_an_analogy(toy: WordVectors) -> None:
    [(word, score)] = most_similar(toy, ["king", "woman"], ["man"], top=1)
    assert word == "queen"
    # king/|king| - man/|man| + woman/|woman| against queen, by hand.
    a, b = 1 / math.sqrt(6), 1 / math.sqrt(2)
    x, y, z = a - 2 * b, 2 * a, a
    cosine = (-x + 2 * y + z) * a / math.sqrt(x * x + y * y + z * z)
    assert score == pytest.approx(cosine, abs=1e-6)
    assert toy.analogy("king", "man", "woman", top=1) == [(word, score)]
    assert toy.analogy("king - man + woman", top=1) == [(word, score)]


def test_most_similar_takes_lists_words_and_vectors_as_gensims_does(vectors: WordVectors) -> None:
    models = pytest.importorskip("gensim.models", reason="compares with gensim")
    table = models.KeyedVectors(vectors.vector_size)
    table.add_vectors(list(vectors.words), vectors.matrix)
    row = vectors.unit_rows(slice(5, 6))[0]  # gensim scales words to length 1, but no vectors
    calls: list[dict[str, Any]] = [
        {"positive": ["w3", "w4"], "negative": ["w5"]},
        {"positive": "w3"},
        {"positive": row},
        {"positive": ["w3", row], "negative": "w7"},
        {"negative": ["w3"], "topn": 3},
        {"positive": ["w1"], "restrict_vocab": 50},
    ]
    for options in calls:
        ours, theirs = vectors.most_similar(**options), table.most_similar(**options)
        assert [word for word, _ in ours] == [word for word, _ in theirs]
        wanted = [score for _, score in theirs]
        assert [score for _, score in ours] == pytest.approx(wanted, abs=2e-6)
    with pytest.raises(UsageError, match=r"^no words given$"):
        vectors.most_similar()
    with pytest.raises(W2VError, match="the query adds up to zero, which has no direction"):
        vectors.most_similar("w1", "w1")


def test_neighbors_of_a_word_a_list_of_words_and_a_vector(vectors: WordVectors) -> None:
    alone = vectors.neighbors("w7", 3)
    both = vectors.neighbors(["w7", "w8"], 3)
    assert [dict(answers) for answers in both] == [
        pytest.approx(dict(answers), abs=1e-6) for answers in (alone, vectors.neighbors("w8", 3))
    ]
    by_vector = vectors.neighbors(vectors["w7"], 4)
    assert dict(by_vector) == pytest.approx({"w7": 1, **dict(alone)}, abs=1e-6)
    assert vectors.neighbors("w7", min_similarity=2) == []


@pytest.mark.parametrize(
    ("query", "options", "error", "message"),
    [
        (
            "zero",
            {},
            W2VError,
            "the vector of 'zero' has no direction: it is all zeros or not finite",
        ),
        (
            parse_expression("king - king"),
            {},
            W2VError,
            "king - king adds up to zero, which has no direction, so it has no neighbours",
        ),
        (
            parse_expression("- king"),
            {"method": "3cosmul"},
            W2VError,
            "- king: 3cosmul needs at least one word with a plus sign",
        ),
        ([1, 2], {}, W2VError, "the vector of a query must have 3 numbers, not 2"),
        ([[1, 2, 3]], {}, W2VError, "the vector of a query must have 3 numbers, not 1 x 3"),
        ([0, 0, 0], {}, W2VError, "the vector of a query must be finite and not all zeros"),
        ([1, 2, 1e300], {}, W2VError, "the vector of a query must be finite and not all zeros"),
        ("king", {"top": 0}, UsageError, "top must be at least 1, not 0"),
        ("king", {"min_similarity": math.nan}, UsageError, "min_similarity must be a number, not"),
        ("king", {"method": "x"}, UsageError, "method must be one of 3cosadd, 3cosmul, not 'x'"),
        (
            "King",
            {},
            UnknownWordError,
            "'King' is not among the 5 words; other case: 'king'",
        ),
        (
            parse_expression("king-man + woman"),
            {},
            UnknownWordError,
            "'king-man' is not among the 5 words; "
            "put spaces around + and -, as in 'king - man + woman'",
        ),
        (
            parse_expression("king man + woman"),
            {},
            UnknownWordError,
            "'king man' is not among the 5 words; put + or - between words",
        ),
    ],
)
def test_queries_without_an_answer_are_reported(
    query: Any, options: Any, error: type[W2VError], message: str, toy: WordVectors
) -> None:
    with pytest.raises(error) as caught:
        neighbors(toy, [query], **options)
    assert str(caught.value).startswith(message)


def test_a_prepared_query_can_be_searched_again(toy: WordVectors) -> None:
    query = prepare(toy, "king")
    assert search(toy, [query, query], top=1) == [neighbors(toy, ["king"], top=1)[0]] * 2


# --- similarity and the odd one out -------------------------------------------------------------


def test_similarity(toy: WordVectors) -> None:
    assert similarity(toy, "king", "man") == pytest.approx(2 / math.sqrt(12), abs=1e-7)
    assert similarity(toy, "king", "king") == pytest.approx(1, abs=1e-7)
    assert toy.similarity("king", "man") == similarity(toy, "king", "man")
    assert similarities(toy, [("king", "man"), ("man", "woman"), ("king", "man")]) == [
        pytest.approx(2 / math.sqrt(12), abs=1e-7),
        0.0,
        pytest.approx(2 / math.sqrt(12), abs=1e-7),
    ]
    assert similarities(toy, []) == []
    with pytest.raises(W2VError, match="the vector of 'zero' has no direction"):
        similarity(toy, "king", "zero")
    with pytest.raises(UnknownWordError, match="'kong' is not among the 5 words"):
        similarity(toy, "king", "kong")


def test_similarity_of_very_long_and_short_vectors() -> None:
    matrix = np.array([[2e38, 2e38], [1e-38, 1e-38], [1e-45, 0]], np.float32)
    table = WordVectors(["long", "short", "tiny"], matrix)
    assert similarity(table, "long", "short") == pytest.approx(1, abs=1e-6)
    assert similarity(table, "long", "tiny") == pytest.approx(math.sqrt(0.5), abs=1e-6)


def test_the_odd_one_out_equals_gensims(vectors: WordVectors) -> None:
    models = pytest.importorskip("gensim.models", reason="compares with gensim")
    table = models.KeyedVectors(vectors.vector_size)
    table.add_vectors(list(vectors.words), vectors.matrix)
    random = np.random.default_rng(0)
    for size in (3, 4, 4, 5, 8):
        words = [str(word) for word in random.choice(vectors.words[:], size, replace=False)]
        assert odd_one_out(vectors, words) == table.doesnt_match(words)
        assert vectors.odd_one_out(words) == odd_one_out(vectors, words)


def test_closeness_is_the_cosine_with_the_mean() -> None:
    table = WordVectors(["a", "b", "c"], np.array([[2, 0], [0, 5], [1, 1]], np.float32))
    assert closeness(table, ["a", "b", "c"]) == [
        ("a", pytest.approx(math.sqrt(0.5))),
        ("b", pytest.approx(math.sqrt(0.5))),
        ("c", pytest.approx(1)),
    ]


def test_too_few_words_or_words_that_cancel_have_no_odd_one_out() -> None:
    table = WordVectors(["a", "b", "c", "d"], np.array([[1], [-1], [1], [-1]], np.float32))
    with pytest.raises(UsageError) as usage:
        odd_one_out(table, ["a", "b"])
    assert str(usage.value) == "the odd one out needs at least three words, not 2"
    with pytest.raises(W2VError) as error:
        odd_one_out(table, ["a", "b", "c", "d"])
    assert (
        str(error.value) == "the vectors of these words add up to zero, so none is the odd one out"
    )
