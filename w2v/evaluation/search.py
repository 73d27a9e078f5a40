"""The best answers to thousands of analogy questions at once.

The score of a word v for `a is to b as c is to v` depends only on cosines with single words:

    3CosAdd: cos(v, b) - cos(v, a) + cos(v, c)
    3CosMul: p(v, b) / (p(v, a) + 0.000001) * p(v, c)   with p = (1 + cos) / 2

(For 3CosAdd gensim also divides by the length of b - a + c, which does not change the ranking.) So
each distinct word of all questions is multiplied with the vocabulary once, all questions that start
with the same a and b share that part of the score, and a question costs one addition (or product)
and one argmax over a row of cosines. On Google's 19,544 questions this is several times faster than
a matrix product with one row per question.

Legend: N questions, Q distinct words in them, B vocabulary words in a block, D dimensions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from w2v.arrays import Floats, Integers, unit_rows
from w2v.system.resources import available_threads
from w2v.vectors.analogy_objectives import EPSILON, Method

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor


COSINE_BYTES = 128 << 20  # for one block of cosines, float32[Q, B]
MOST_QUESTIONS = 32_768  # in one search; bounds Q, so that blocks stay wide enough
MOST_ROWS = 64  # questions that a thread scores at a time, float32[rows, B]


def best_answers(
    matrix: Floats,
    questions: Integers,
    spellings: Mapping[int, Sequence[int]],
    *,
    method: Method = "3cosadd",
    threads: int | None = None,
    answers: int | None = None,
) -> tuple[Integers, Floats]:
    """The best-scoring row for each question, and its score.

    Parameters
    ----------
    matrix
        float32[V, D], not normalised; only its rows can be answers.
    questions
        int64[N, 3], row numbers of a, b and c.
    spellings
        For some rows, other rows that must not answer a question with that row.
    threads
        Threads of the search; None for all available cores.
    answers
        Only the first rows can be answers; None for all.

    Returns
    -------
    best
        int64[N], the answers; -1 if no row is left. The lower row wins a tie. Directionless rows
        (all zeros, or a value that is not finite) never answer.
    scores
        float32[N], their scores; -inf if no row is left.
    """
    from concurrent.futures import ThreadPoolExecutor

    threads = threads or available_threads()
    best = np.full(len(questions), -1, np.int64)
    scores = np.full(len(questions), -np.inf, np.float32)
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(questions), MOST_QUESTIONS):
            part = slice(first, first + MOST_QUESTIONS)
            search = _Search(matrix, questions[part], spellings, method, best[part], scores[part])
            search.run(pool, threads, len(matrix) if answers is None else answers)
    return best, scores


def question_scores(matrix: Floats, question: Integers, rows: Integers, method: Method) -> Floats:
    """Scores, float32[n], of a few `rows` for one question, int64[3]."""
    units, _ = unit_rows(matrix[np.concatenate((question, rows))])
    cosines = _terms(units[:3] @ units[3:].T, method)
    return _joined(_shared(cosines[0], cosines[1], method), cosines[2], method)


@dataclass
class _Block:
    """What a search knows about B words of the vocabulary."""

    terms: Floats  # [Q, B], cosines, or p for 3CosMul
    first: int  # the vocabulary row of column 0
    barred: Integers  # [Q, M], columns that must not answer questions with word q, padded with B
    directionless: Integers  # columns that are never answers


class _Search:
    """Answers at most MOST_QUESTIONS questions into `best` and `scores`, block by block."""

    def __init__(
        self,
        matrix: Floats,
        questions: Integers,
        spellings: Mapping[int, Sequence[int]],
        method: Method,
        best: Integers,
        scores: Floats,
    ) -> None:
        self.matrix, self.method = matrix, method
        self.best, self.scores = best, scores
        self.words, self.questions = _number(questions)
        self.units, self.directionless = unit_rows(matrix[self.words])
        self.barred = _padded([(word, *spellings.get(word, ())) for word in self.words.tolist()])
        self.groups = _groups(self.questions)

    def run(self, pool: ThreadPoolExecutor, threads: int, n_rows: int) -> None:
        """Search the first `n_rows` rows."""
        width = max(256, COSINE_BYTES // (4 * max(1, len(self.words))))
        share = -(-len(self.groups) // threads) or 1
        parts = [self.groups[i : i + share] for i in range(0, len(self.groups), share)]
        for first in range(0, n_rows, width):
            block = self._block(first, min(first + width, n_rows))
            for done in [pool.submit(self._search, block, part) for part in parts]:
                done.result()
        self.best[self.directionless[self.questions].any(axis=1)] = -1
        self.scores[self.best < 0] = -np.inf

    def _block(self, first: int, last: int) -> _Block:
        """Cosines of all question words with the rows first to last - 1."""
        units, directionless = unit_rows(np.asarray(self.matrix[first:last]))
        terms = _terms(self.units @ units.T, self.method)
        inside = (self.barred >= first) & (self.barred < last)
        barred = np.where(inside, self.barred - first, last - first)
        return _Block(terms, first, barred, np.flatnonzero(directionless))

    def _search(self, block: _Block, groups: list[Integers]) -> None:
        """Update `best` and `scores` of the questions in `groups` with the words of the block."""
        width = block.terms.shape[1]
        # One extra column, for the padding of `barred`.
        scores = np.empty((MOST_ROWS, width + 1), np.float32)
        for group in groups:
            a, b = self.questions[group[0], :2]
            shared = _shared(block.terms[a], block.terms[b], self.method)
            rows = scores[: len(group)]
            ends = self.questions[group, 2]
            for row, c in zip(rows, ends.tolist(), strict=True):
                _joined(shared, block.terms[c], self.method, out=row[:width])
            rows[:, width] = -np.inf
            rows[:, block.barred[a]] = -np.inf
            rows[:, block.barred[b]] = -np.inf
            rows[:, block.directionless] = -np.inf
            rows[np.arange(len(group))[:, None], block.barred[ends]] = -np.inf
            columns = rows.argmax(axis=1)
            values = rows[np.arange(len(group)), columns]
            better = values > self.scores[group]
            self.best[group[better]] = columns[better] + block.first
            self.scores[group[better]] = values[better]


def _terms(cosines: Floats, method: Method) -> Floats:
    """The terms of a score: cosines, or p for 3CosMul; computed in place."""
    if method == "3cosmul":
        cosines += np.float32(1)
        cosines *= np.float32(0.5)
    return cosines


def _shared(a: Floats, b: Floats, method: Method) -> Floats:
    """The part of the scores that depends only on a and b."""
    return b - a if method == "3cosadd" else b / (a + EPSILON)


def _joined(shared: Floats, c: Floats, method: Method, out: Floats | None = None) -> Floats:
    """Scores from the part of a and b and the term of c."""
    join = np.add if method == "3cosadd" else np.multiply
    scores: Floats = join(shared, c, out=out)
    return scores


def _number(questions: Integers) -> tuple[Integers, Integers]:
    """The distinct words, int64[Q], and the questions with words replaced by their numbers.

    Words are numbered in order of appearance: neighbouring questions share words, so rows of
    cosines that are used together lie close together.

    [[7, 3, 9], [3, 7, 5]] -> [7, 3, 9, 5], [[0, 1, 2], [1, 0, 3]]
    """
    words, first, inverse = np.unique(questions, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty(len(words), np.int64)
    number[order] = np.arange(len(words))
    return words[order], number[inverse].reshape(questions.shape)


def _groups(questions: Integers) -> list[Integers]:
    """Question numbers grouped by their a and b, at most MOST_ROWS in a group."""
    if not len(questions):
        return []
    order = np.lexsort((questions[:, 1], questions[:, 0]))
    heads = questions[order, :2]
    starts = np.flatnonzero((heads[1:] != heads[:-1]).any(axis=1)) + 1
    return [
        group[i : i + MOST_ROWS]
        for group in np.split(order, starts)
        for i in range(0, len(group), MOST_ROWS)
    ]


def _padded(lists: Sequence[Sequence[int]]) -> Integers:
    """Lists as one array, padded with -1: [[5], [2, 3]] -> [[5, -1], [2, 3]]."""
    longest = max(map(len, lists), default=1)
    return np.array([[*row, *[-1] * (longest - len(row))] for row in lists], np.int64).reshape(
        len(lists), longest
    )
