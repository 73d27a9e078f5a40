"""Scores of word vectors: how many analogies they solve, and how well they agree with people.

With the same vectors and options the figures equal those of gensim's `evaluate_word_analogies` and
`evaluate_word_pairs`; tests/evaluation/test_scores.py checks this. Its rules are followed on
purpose:

- Only the first `restrict_vocab` words take part, in questions and as answers. A question or pair
  with any other word is left out and counted as not covered.
- case "fold" compares upper-cased words. Of several spellings, the first in the vocabulary (the
  most frequent) provides the vector; no spelling of a question's own words may be the answer.
- It looks at five candidates per question, so five other spellings of the question's own words
  ahead of the right answer make the answer wrong.

It differs in this: a question with a directionless row (all zeros, or a value that is not finite)
counts as answered wrongly, and such a row is never an answer. A pair with a row that is not finite
is left out, whereas gensim's figures would be NaN; a pair with a row of zeros has cosine 0, as in
gensim.
gensim's `evaluate_word_analogies` has no 3CosMul (4.4 ignores `similarity_function`); here the
scores are those of its `most_similar_cosmul`.

3CosAdd: Mikolov, Yih and Zweig 2013, section 4. 3CosMul: Levy and Goldberg 2014, equation 4.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v.evaluation.correlation import Correlation, pearson, spearman
from w2v.evaluation.question_words import (
    Case,
    compose_rows,
    cosines,
    count_words,
    find_rows,
    folding,
    not_finite,
)
from w2v.evaluation.search import best_answers, question_scores
from w2v.evaluation.sets import AnalogySet, Pair, PairSet, Quad, Skip, read_set
from w2v.messages import counted
from w2v.vectors.analogy_objectives import Method
from w2v.vectors.embedding import Embedding, check_vectors

RESTRICT_VOCAB = 300_000
"""How many words take part by default, as in gensim."""

CANDIDATES = 5
"""How many candidates gensim looks at before it gives up on a question."""


class Answer(NamedTuple):
    """A covered question and the vectors' answer, None if no word was left to answer."""

    question: Quad
    answer: str | None
    correct: bool
    composed: bool = False  # whether a word of the question got its vector from n-grams


@dataclass(frozen=True)
class SectionScore:
    """The score of one section, or of several together."""

    name: str
    answers: list[Answer]
    total: int

    @property
    def covered(self) -> int:
        """Questions whose four words all take part."""
        return len(self.answers)

    @property
    def composed(self) -> int:
        """Covered questions with a word whose vector is composed of n-grams."""
        return sum(answer.composed for answer in self.answers)

    @property
    def correct(self) -> int:
        """Questions answered correctly."""
        return sum(answer.correct for answer in self.answers)

    @property
    def accuracy(self) -> float | None:
        """Share of the covered questions answered correctly, 0 to 1; None if none is covered."""
        return self.correct / self.covered if self.answers else None


@dataclass(frozen=True)
class AnalogyScore:
    """The score of an analogy set, section by section, and the lines without a question."""

    name: str
    sections: list[SectionScore]
    semantic: SectionScore
    syntactic: SectionScore
    total: SectionScore
    skipped: list[Skip]


@dataclass(frozen=True)
class PairScore:
    """The score of a word-pair set.

    `similarities`, float32[n], are the cosines of the n covered `pairs`. `skipped` are the lines
    without a pair; `unknown` are the pairs with a word that does not take part, or whose vector is
    not finite.
    """

    name: str
    pairs: list[Pair]
    similarities: NDArray[np.float32]
    pearson: Correlation
    spearman: Correlation
    total: int
    unknown: list[Skip]
    skipped: list[Skip]
    composed: int = 0

    @property
    def covered(self) -> int:
        """Pairs whose words both take part."""
        return len(self.pairs)


def evaluate(
    vectors: Embedding,
    path: str | os.PathLike[str],
    *,
    method: Method = "3cosadd",
    restrict_vocab: int | None = RESTRICT_VOCAB,
    case: Case = "fold",
    threads: int | None = None,
    subwords: bool = False,
) -> AnalogyScore | PairScore:
    """Score `vectors` on the analogy or word-pair set in the file `path` (`-`: standard input).

    Parameters are those of `evaluate_analogies`; `method` and `threads` matter only to analogies.
    Raises W2VError for a file that cannot be read or holds neither.
    """
    check_vectors(vectors)
    questions = read_set(path)
    if isinstance(questions, PairSet):
        return evaluate_pairs(
            vectors, questions, restrict_vocab=restrict_vocab, case=case, subwords=subwords
        )
    return evaluate_analogies(
        vectors,
        questions,
        method=method,
        restrict_vocab=restrict_vocab,
        case=case,
        threads=threads,
        subwords=subwords,
    )


def evaluate_analogies(
    vectors: Embedding,
    questions: AnalogySet,
    *,
    method: Method = "3cosadd",
    restrict_vocab: int | None = RESTRICT_VOCAB,
    case: Case = "fold",
    threads: int | None = None,
    subwords: bool = False,
) -> AnalogyScore:
    """Answer each covered question `a b c d` with the word nearest to b - a + c.

    Parameters
    ----------
    method
        How answers are scored; see `w2v.evaluation.search`.
    restrict_vocab
        Only the first words take part; None for all.
    case
        "fold" ignores case, "exact" does not.
    threads
        Threads of the search; None for all available cores.
    subwords
        Compose vectors of words that are not in the vocabulary, where the model has subwords. Such
        words are never answers.

    Raises UsageError if restrict_vocab is below 1.
    """
    limit = count_words(vectors, restrict_vocab)
    quads = [quad for section in questions.sections for quad in section.questions]
    right = [(quad[3], *questions.also.get(quad[2:], ())) for quad in quads]
    needed = {word for words in (*quads, *right) for word in words}
    found = find_rows(vectors, limit, needed, folding(case))
    row_of = {word: rows[0] for word, rows in found.items()}
    matrix, composed = compose_rows(vectors, limit, needed - found.keys(), subwords)
    known = [[row_of[word] for word in words if word in row_of] or [-1] for words in right]
    rows = np.array(
        [
            (*(row_of.get(word, composed.get(word, -1)) for word in quad[:3]), rows[0])
            for quad, rows in zip(quads, known, strict=True)
        ],
        np.int64,
    ).reshape(-1, 4)
    covered = np.flatnonzero((rows >= 0).all(axis=1))
    spellings = {group[0]: group[1:] for group in found.values() if len(group) > 1}
    best = _answers(matrix, limit, rows[covered, :3], spellings, method, threads)
    # For each row, the first row of the same word in any spelling; the last means no answer.
    first = np.append(np.arange(limit), -1)
    for row, others in spellings.items():
        first[others] = row
    words = {row: vectors.words[row] if row >= 0 else None for row in set(best.tolist())}
    correct = [row in known[i] for i, row in zip(covered, first[best].tolist(), strict=True)]
    answers = {
        i: Answer(quads[i], words[row], right, not composed.keys().isdisjoint(quads[i][:3]))
        for i, row, right in zip(covered.tolist(), best.tolist(), correct, strict=True)
    }
    return _analogy_score(questions, answers)


def evaluate_pairs(
    vectors: Embedding,
    pairs: PairSet,
    *,
    restrict_vocab: int | None = RESTRICT_VOCAB,
    case: Case = "fold",
    subwords: bool = False,
) -> PairScore:
    """Correlate the cosines of the covered pairs with people's scores.

    Parameters are those of `evaluate_analogies`. Raises UsageError if restrict_vocab is below 1.
    """
    limit = count_words(vectors, restrict_vocab)
    needed = {word for pair in pairs.pairs for word in (pair.first, pair.second)}
    found = find_rows(vectors, limit, needed, folding(case))
    matrix, composed = compose_rows(vectors, limit, needed - found.keys(), subwords)
    found |= {word: [row] for word, row in composed.items()}
    covered: list[Pair] = []
    unknown: list[Skip] = []
    bad_words = not_finite(matrix, found)
    for pair in pairs.pairs:
        both = (pair.first, pair.second)
        if missing := [word for word in both if word not in found]:
            reason = f"not among the first {counted(limit, 'word')}: {', '.join(missing)}"
        elif bad := [word for word in both if word in bad_words]:
            reason = f"vector not finite: {', '.join(bad)}"
        else:
            covered.append(pair)
            continue
        unknown.append(Skip(pair.line, " ".join(both), reason))
    rows = [(found[pair.first][0], found[pair.second][0]) for pair in covered]
    similarities = cosines(matrix, rows)
    scores = [pair.score for pair in covered]
    return PairScore(
        name=pairs.name,
        pairs=covered,
        similarities=similarities,
        pearson=pearson(scores, similarities),
        spearman=spearman(scores, similarities),
        total=len(pairs.pairs),
        unknown=unknown,
        skipped=pairs.skipped,
        composed=sum(pair.first in composed or pair.second in composed for pair in covered),
    )


def _answers(
    matrix: NDArray[np.float32],
    limit: int,
    questions: NDArray[np.int64],
    spellings: dict[int, list[int]],
    method: Method,
    threads: int | None,
) -> NDArray[np.int64]:
    """Which of the first `limit` rows answers each question, int64[N, 3] -> int64[N]; -1: none."""
    best, scores = best_answers(
        matrix, questions, spellings, method=method, threads=threads, answers=limit
    )
    further = np.zeros(len(matrix), np.int64)
    for row, others in spellings.items():
        further[row] = len(others)
    doubtful = (further[questions].sum(axis=1) >= CANDIDATES) | (best < 0)
    for i in np.flatnonzero(doubtful):
        best[i] = _fifth_candidate(matrix, questions[i], spellings, method, best[i], scores[i])
    return best


def _fifth_candidate(
    matrix: NDArray[np.float32],
    question: NDArray[np.int64],
    spellings: dict[int, list[int]],
    method: Method,
    best: int,
    score: float,
) -> int:
    """The fifth candidate if all five are spellings of the question's words, otherwise `best`."""
    own = set(question.tolist())
    rows = np.array(sorted({row for word in own for row in spellings.get(word, ())}), np.int64)
    if not len(rows):
        return best
    scores = question_scores(matrix, question, rows, method)
    candidates = np.argsort(-scores, kind="stable")[:CANDIDATES]
    ahead = int((scores > score).sum())
    return int(rows[candidates[-1]]) if best < 0 or ahead >= CANDIDATES else best


def _analogy_score(questions: AnalogySet, answers: dict[int, Answer]) -> AnalogyScore:
    """Sort answers, given by question number, into sections, and add the sections up."""
    sections: list[SectionScore] = []
    kinds: list[bool] = []
    first = 0
    for section in questions.sections:
        last = first + len(section.questions)
        given = [answers[i] for i in range(first, last) if i in answers]
        sections.append(SectionScore(section.name, given, last - first))
        kinds.append(section.is_syntactic)
        first = last
    both = list(zip(sections, kinds, strict=True))
    return AnalogyScore(
        name=questions.name,
        sections=sections,
        semantic=_sum("semantic", [section for section, syntactic in both if not syntactic]),
        syntactic=_sum("syntactic", [section for section, syntactic in both if syntactic]),
        total=_sum("total", sections),
        skipped=questions.skipped,
    )


def _sum(name: str, sections: Sequence[SectionScore]) -> SectionScore:
    """Several sections combined into one."""
    answers = [answer for section in sections for answer in section.answers]
    return SectionScore(name, answers, sum(section.total for section in sections))
