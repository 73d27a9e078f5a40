"""The best-scoring rows for many queries at once: exact, and in bounded memory.

The table is read in blocks. One matrix product, in BLAS on all cores, scores a block against all
queries. It works on the rows in place, so a table mapped from a file larger than memory is fine.
Each query keeps its k best rows so far, and only scores above the worst of those are looked at in
later blocks.

Legend: Q queries, T terms in all of them, B rows in a block, D dimensions, k rows per query.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers, odd_lengths, unit_rows
from w2v.vectors.analogy_objectives import EPSILON, Method
from w2v.vectors.embedding import Embedding

SCORE_BYTES = 32 << 20  # for the scores of one block
MOST_ROWS = 65_536  # in one block
MOST_QUERIES = 1024  # in one search
MOST_RESULTS = 1 << 22  # kept by one search


class Query(NamedTuple):
    """What to search for: the terms' rows at length 1, and the rows that must not be answers."""

    positive: Floats  # [p, D]
    negative: Floats  # [n, D]
    barred: Integers


class Found(NamedTuple):
    """The answers to a query, best first; ties in row order."""

    rows: Integers
    scores: Floats


def nearest(
    vectors: Embedding,
    queries: Sequence[Query],
    k: int,
    *,
    method: Method = "3cosadd",
    limit: int | None = None,
    floor: float | None = None,
) -> list[Found]:
    """The k best rows for each query.

    Parameters
    ----------
    method
        "3cosadd": the cosine with the sum of the positive terms minus the sum of the negative
        ones; the difference must not be zero. "3cosmul": with p = (1 + cosine) / 2, the product of
        p over the positive terms divided by the product over the negative ones.
    limit
        Search only the first rows of the table.
    floor
        Return only rows that score at least this much.

    A directionless row (all zeros, or a value that is not finite) is never an answer.
    """
    rows = len(vectors) if limit is None else min(limit, len(vectors))
    k = min(k, rows)
    if not k or not vectors.vector_size:
        return [Found(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]
    share = max(1, min(MOST_QUERIES, MOST_RESULTS // k))
    found: list[Found] = []
    for first in range(0, len(queries), share):
        part = queries[first : first + share]
        best = _Best(len(part), k, floor)
        _search(vectors, part, rows, method, best)
        found += best.results()
    return found


def _search(
    vectors: Embedding, queries: Sequence[Query], rows: int, method: Method, best: _Best
) -> None:
    """Score the first `rows` rows block by block and offer the scores to `best`."""
    scorer = _Sums(queries) if method == "3cosadd" else _Products(queries)
    width = max(1, min(MOST_ROWS, SCORE_BYTES // (4 * scorer.floats_per_row)))
    norms = vectors.norms(rows)
    for first in range(0, rows, width):
        last = min(first + width, rows)
        scores = _block_scores(scorer, vectors.matrix[first:last], norms[first:last])
        for row, query in zip(scores, queries, strict=True):
            row[query.barred[(query.barred >= first) & (query.barred < last)] - first] = -np.inf
        best.improve(scores, first)


def _block_scores(scorer: _Sums | _Products, block: Floats, norms: Floats) -> Floats:
    """float32[Q, B] for float32[B, D] of lengths `norms`; -inf for directionless rows."""
    block = np.asarray(block)
    with np.errstate(all="ignore"):  # directionless and very long rows, scored again below
        scores = scorer.scores(block, norms)
    odd = odd_lengths(norms)
    if len(odd):
        units, directionless = unit_rows(block[odd])
        scores[:, odd] = scorer.scores(units, np.ones(len(odd), np.float32))
        scores[:, odd[directionless]] = -np.inf
    return scores


class _Sums:
    """Scores rows by their cosine with a query's sum."""

    def __init__(self, queries: Sequence[Query]) -> None:
        sums = np.stack([q.positive.sum(axis=0) - q.negative.sum(axis=0) for q in queries])
        self.targets = sums / np.linalg.norm(sums, axis=1, keepdims=True)  # [Q, D]
        self.floats_per_row = len(queries)

    def scores(self, block: Floats, norms: Floats) -> Floats:
        """float32[Q, B] for a block, float32[B, D], of lengths `norms`."""
        scores: Floats = self.targets @ block.T
        scores /= norms
        return scores


class _Products:
    """Scores rows by a quotient of products; see Levy and Goldberg (2014), equation 4."""

    def __init__(self, queries: Sequence[Query]) -> None:
        self.terms = np.concatenate([part for q in queries for part in (q.positive, q.negative)])
        self.counts = [(len(q.positive), len(q.negative)) for q in queries]
        self.floats_per_row = len(self.terms) + len(queries)

    def scores(self, block: Floats, norms: Floats) -> Floats:
        """float32[Q, B] for a block, float32[B, D], of lengths `norms`."""
        shares = self.terms @ block.T  # [T, B]
        shares /= norms
        shares += np.float32(1)
        shares *= np.float32(0.5)
        scores = np.empty((len(self.counts), len(block)), np.float32)
        start = 0
        for score, (positive, negative) in zip(scores, self.counts, strict=True):
            middle, end = start + positive, start + positive + negative
            np.prod(shares[start:middle], axis=0, out=score)
            score /= np.prod(shares[middle:end], axis=0) + EPSILON
            start = end
        return scores


class _Best:
    """The k best rows so far for each of Q queries."""

    def __init__(self, queries: int, k: int, floor: float | None) -> None:
        self.k = k
        self.rows = np.full((queries, k), -1, np.int64)
        self.scores = np.full((queries, k), -np.inf, np.float32)  # descending
        # A score must be above `worst` to enter.
        lowest = np.float32(-np.inf)
        with np.errstate(over="ignore"):  # a floor beyond float32 becomes infinite
            worst = lowest if floor is None else np.nextafter(np.float32(floor), lowest)
        self.worst = np.full(queries, worst, np.float32)

    def improve(self, scores: Floats, first: int) -> None:
        """Consider float32[Q, B], the scores of the rows from `first` on."""
        better = scores > self.worst[:, None]
        if np.count_nonzero(better) > 4 * self.rows.size + 1024:
            # At first nearly every score is better: narrow each query down to its k best.
            places = [
                _k_best(row, self.k, worst) for row, worst in zip(scores, self.worst, strict=True)
            ]
            query = np.repeat(np.arange(len(scores)), [len(place) for place in places])
            column = np.concatenate(places)
        else:
            query, column = np.divmod(np.flatnonzero(better), scores.shape[1])
        if len(query):
            self._merge(query, column + first, scores[query, column])

    def _merge(self, query: Integers, rows: Integers, scores: Floats) -> None:
        """Merge new candidates in; `query` is sorted."""
        touched, inverse = np.unique(query, return_inverse=True)
        query = np.concatenate([np.repeat(np.arange(len(touched)), self.k), inverse])
        rows = np.concatenate([self.rows[touched].ravel(), rows])
        scores = np.concatenate([self.scores[touched].ravel(), scores])
        order = np.lexsort((rows, -scores, query))
        starts = np.searchsorted(query[order], np.arange(len(touched)))
        order = order[starts[:, None] + np.arange(self.k)]
        self.rows[touched], self.scores[touched] = rows[order], scores[order]
        self.worst[touched] = np.maximum(self.worst[touched], self.scores[touched, -1])

    def results(self) -> list[Found]:
        """The answers to each query."""
        return [
            Found(rows[rows >= 0], scores[rows >= 0])
            for rows, scores in zip(self.rows, self.scores, strict=True)
        ]


def _k_best(scores: Floats, k: int, worst: np.float32) -> npt.NDArray[np.intp]:
    """The columns of the k best scores of float32[B] above `worst`; the first of equal ones."""
    if k < len(scores):
        edge = np.partition(scores, len(scores) - k)[len(scores) - k]
        if edge > worst:
            above = np.flatnonzero(scores > edge)
            equal = np.flatnonzero(scores == edge)[: k - len(above)]
            return np.concatenate([above, equal])
    return np.flatnonzero(scores > worst)
