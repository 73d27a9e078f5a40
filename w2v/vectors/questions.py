"""Questions to word vectors: nearest words, analogies, similarity, the odd one out.

    neighbors(vectors, ["king", "queen"])
    neighbors(vectors, [parse_expression("king - man + woman")])
    most_similar(vectors, ["king", "woman"], ["man"])      the same sum from two lists

Analogies follow gensim: each word contributes its vector scaled to length 1, the words of the
question are never answers, and "3cosadd" and "3cosmul" are the two objectives of Levy and Goldberg
(2014).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers, unit_rows
from w2v.errors import UsageError, W2VError
from w2v.messages import kind_of, shown
from w2v.vectors.analogy_objectives import METHODS, Method
from w2v.vectors.argument_types import elements, list_of_words, row_limit, whole_number
from w2v.vectors.embedding import Embedding, UnknownWordError
from w2v.vectors.expression import Expression
from w2v.vectors.nearest import Query, nearest

Answers = list[tuple[str, float]]
"""Words and their scores, best first."""

Term = str | npt.NDArray[np.floating]
"""A word, or a vector of vector_size numbers."""

_ROUNDING = 1e-6  # a sum of n unit vectors that is shorter than n times this is zero


def neighbors(
    vectors: Embedding,
    queries: Iterable[str | Expression | npt.ArrayLike],
    *,
    top: int = 10,
    method: Method = "3cosadd",
    restrict_vocab: int | None = None,
    min_similarity: float | None = None,
) -> list[Answers]:
    """The words nearest to each query, nearest first.

    Parameters
    ----------
    queries
        Each a word, an Expression, or a vector of vector_size numbers.
    top
        At most this many words per query.
    method
        "3cosadd": the cosine with the sum. "3cosmul": the product of (1 + cosine) / 2 over the
        words added, divided by the product over the words subtracted.
    restrict_vocab
        Only the first (most frequent) words can be answers; None or 0 means all.
    min_similarity
        Only words that score at least this much.

    Returns
    -------
    (word, score) pairs for each query. A query's own words are never answers, nor are words whose
    vectors have no direction. The scores equal those of gensim's most_similar and
    most_similar_cosmul.

    Raises
    ------
    UnknownWordError; W2VError for a query without a direction, such as king - king.
    """
    listed = elements(queries, "a word, a vector, or a list of words")
    prepared = [prepare(vectors, query, method) for query in listed]
    return search(
        vectors,
        prepared,
        top=top,
        method=method,
        restrict_vocab=restrict_vocab,
        min_similarity=min_similarity,
    )


def search(
    vectors: Embedding,
    queries: Sequence[Query],
    *,
    top: int = 10,
    method: Method = "3cosadd",
    restrict_vocab: int | None = None,
    min_similarity: float | None = None,
) -> list[Answers]:
    """Like `neighbors`, for queries that `prepare` made with the same method."""
    top = whole_number("top", top)
    limit = row_limit(restrict_vocab)
    if top < 1:
        raise UsageError(f"top must be at least 1, not {top}")
    if min_similarity is not None and math.isnan(min_similarity):
        raise UsageError("min_similarity must be a number, not NaN")
    found = nearest(vectors, queries, top, method=method, limit=limit, floor=min_similarity)
    words = vectors.words
    return [
        [
            (words[row], _clipped(score) if method == "3cosadd" else score)
            for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        ]
        for rows, scores in found
    ]


def prepare(
    vectors: Embedding, query: str | Expression | npt.ArrayLike, method: Method = "3cosadd"
) -> Query:
    """Look up a query for `search`: its terms' rows at length 1, and the rows it must not return.

    Raises the same errors as `neighbors`.
    """
    if isinstance(query, str):
        query = Expression(((1, query),))
    if isinstance(query, Expression):
        return _query(vectors, query.positive, query.negative, method, str(query))
    return _query(vectors, [query], [], method, "the query")


def most_similar(
    vectors: Embedding,
    positive: Term | Sequence[Term],
    negative: Term | Sequence[Term] = (),
    *,
    top: int = 10,
    method: Method = "3cosadd",
    restrict_vocab: int | None = None,
    min_similarity: float | None = None,
) -> Answers:
    """The words nearest to the sum of `positive` minus the sum of `negative`.

    Each is a word, a vector, or a list of both. Parameters are those of `neighbors`.
    """
    query = _query(vectors, _listed(positive), _listed(negative), method, "the query")
    return search(
        vectors,
        [query],
        top=top,
        method=method,
        restrict_vocab=restrict_vocab,
        min_similarity=min_similarity,
    )[0]


def similarity(vectors: Embedding, first: str, second: str) -> float:
    """The cosine of two words' vectors.

    Raises UnknownWordError; W2VError if a vector has no direction.
    """
    return similarities(vectors, [(first, second)])[0]


def similarities(vectors: Embedding, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The cosine of each pair of words; see `similarity`."""
    words = list(dict.fromkeys(list_of_words(word for pair in pairs for word in pair)))
    units = _units(words, vectors.look_up(words)[1])
    place = {word: i for i, word in enumerate(words)}
    return [_clipped(float(units[place[a]] @ units[place[b]])) for a, b in pairs]


def similarity_matrix(
    vectors: Embedding, words: Sequence[str], others: Sequence[str] | None = None
) -> Floats:
    """The cosine of each of `words` with each of `others` (default: `words`), float32[n, m].

    Raises UnknownWordError; W2VError if a vector has no direction.
    """
    words = list_of_words(words)
    units = _units(words, vectors.look_up(words)[1])
    theirs = units if others is None else _units(others, vectors.look_up(others)[1])
    return np.asarray(np.clip(units @ theirs.T, -1, 1))


def odd_one_out(vectors: Embedding, words: Sequence[str]) -> str:
    """The word whose vector is farthest from the mean of all; gensim calls it doesnt_match.

    Raises UsageError for fewer than three words, UnknownWordError, and W2VError if a vector has no
    direction.
    """
    return min(closeness(vectors, words), key=lambda pair: pair[1])[0]


def closeness(vectors: Embedding, words: Sequence[str]) -> Answers:
    """Each word with the cosine between its vector and the mean of all; see `odd_one_out`."""
    words = list_of_words(words)
    if len(words) < 3:
        raise UsageError(f"the odd one out needs at least three words, not {len(words)}")
    units = _units(words, vectors.look_up(words)[1])
    mean = units.mean(axis=0)
    length = float(np.linalg.norm(mean))
    if length == 0:
        raise W2VError("the vectors of these words add up to zero, so none is the odd one out")
    scores = (units @ (mean / length)).tolist()
    return [(word, _clipped(score)) for word, score in zip(words, scores, strict=True)]


def _listed(terms: Term | Sequence[Term]) -> list[Term]:
    """One term as a list of one."""
    alone = isinstance(terms, str) or (isinstance(terms, np.ndarray) and terms.ndim == 1)
    return [terms] if alone else list(terms)  # type: ignore[list-item]


def _query(
    vectors: Embedding,
    positive: Sequence[Term | npt.ArrayLike],
    negative: Sequence[Term | npt.ArrayLike],
    method: Method,
    text: str,
) -> Query:
    """The query for the sum of `positive` minus the sum of `negative`; `text` is for messages."""
    if method not in METHODS:
        raise UsageError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    terms = [*positive, *negative]
    if not terms:
        raise UsageError("no words given")
    if method == "3cosmul" and not len(positive):
        raise W2VError(f"{text}: 3cosmul needs at least one word with a plus sign")
    words = [term for term in terms if isinstance(term, str)]
    rows, of_words = _look_up(vectors, words)
    next_unit = iter(_units(words, of_words))
    units = np.array(
        [next(next_unit) if isinstance(term, str) else _unit(vectors, term) for term in terms]
    )
    plus, minus = units[: len(positive)], units[len(positive) :]
    total = plus.sum(axis=0) - minus.sum(axis=0)
    if method == "3cosadd" and np.linalg.norm(total) <= _ROUNDING * len(terms):
        raise W2VError(f"{text} adds up to zero, which has no direction, so it has no neighbours")
    return Query(plus, minus, rows[rows >= 0])


def _unit(vectors: Embedding, vector: npt.ArrayLike) -> Floats:
    """A vector that the caller supplies, scaled to length 1. Raises W2VError if it has none."""
    try:
        with np.errstate(over="ignore"):  # a number beyond float32 becomes infinite: an error below
            row = np.asarray(vector, np.float32)
    except (TypeError, ValueError):
        found = kind_of(vector)
        raise TypeError(f"a query is a word or a vector of numbers, not {found}") from None
    if row.shape != (vectors.vector_size,):
        raise W2VError(
            f"the vector of a query must have {vectors.vector_size} numbers, not {_size(row.shape)}"
        )
    units, directionless = unit_rows(row[None])
    if directionless[0]:
        raise W2VError("the vector of a query must be finite and not all zeros")
    return np.asarray(units[0])


def _size(shape: tuple[int, ...]) -> str:
    """A shape for a message: "5" for five numbers, "2 x 5" for two rows of five."""
    return " x ".join(map(str, shape)) or "a single number"


def _look_up(vectors: Embedding, words: Sequence[str]) -> tuple[Integers, Floats]:
    """`vectors.look_up` for a query's words: its UnknownWordError has a hint about spaces."""
    try:
        return vectors.look_up(words)
    except UnknownWordError as error:
        for word in words:
            hint = _spacing_hint(vectors, word)
            if hint and word not in vectors:
                raise UnknownWordError(f"{error}; {hint}") from None
        raise


def _spacing_hint(vectors: Embedding, term: str) -> str:
    """Advice if a term looks like several known words joined by signs or by spaces."""
    parts = term.replace("+", " ").replace("-", " ").split()
    if not 1 < len(parts) < 10 or any(part not in vectors for part in parts):
        return ""
    if len(term.split()) == len(parts):
        return "put + or - between words"
    return "put spaces around + and -, as in 'king - man + woman'"


def _units(words: Sequence[str], vectors: Floats) -> Floats:
    """Words' vectors scaled to length 1. Raises W2VError for a word without a direction."""
    units, directionless = unit_rows(vectors)
    if directionless.any():
        word = words[int(np.argmax(directionless))]
        raise W2VError(
            f"the vector of {shown(word)} has no direction: it is all zeros or not finite"
        )
    return units


def _clipped(cosine: float) -> float:
    """A cosine without the rounding error that may carry it beyond 1 or -1."""
    return min(1.0, max(-1.0, cosine))
