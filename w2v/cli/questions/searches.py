"""The neighbors and analogy tasks: searches in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from w2v.cli.output import note, note_composed, print_table, printable
from w2v.messages import cut

if TYPE_CHECKING:
    from w2v.cli.questions.task import Options
    from w2v.vectors.nearest import Query
    from w2v.vectors.word_vectors import WordVectors


@dataclass(frozen=True)
class Asked:
    """A query and the text it was read from."""

    text: str
    query: Query
    composed: list[str]  # words that are not in the vocabulary


@dataclass(frozen=True)
class Listing:
    """Words and their scores, best first."""

    is_table = True

    text: str
    score: str  # the name of the score
    answers: list[tuple[str, float]]
    floor: float | None = None  # --min-similarity
    composed: list[str] = field(default_factory=list)

    def show(self, *, alone: bool) -> None:
        """The query and a table of answers."""
        title = cut(self.text)
        print_table([title, self.score], [(word, f"{s:.4f}") for word, s in self.answers])
        if not self.answers:
            reason = (
                "no other word to list"
                if self.floor is None
                else f"no word reaches --min-similarity {self.floor:g}"
            )
            note(f"{printable(title)}: {reason}")

    def as_json(self) -> Any:
        """The query and its answers."""
        answers = [{"word": word, "score": score} for word, score in self.answers]
        composed = {"composed": self.composed} if self.composed else {}
        return {"query": self.text, **composed, "answers": answers}


class _Search:
    """What neighbors and analogy share."""

    def __init__(self, table: WordVectors, options: Options) -> None:
        self.table, self.options = table, options

    def answer(self, queries: Sequence[Asked]) -> list[Listing]:
        """The words nearest to each query."""
        from w2v.vectors.questions import search

        options = self.options
        found = search(
            self.table,
            [asked.query for asked in queries],
            top=options.top,
            method=options.method,
            restrict_vocab=options.restrict_vocab,
            min_similarity=options.min_similarity,
        )
        score = "cosine" if options.method == "3cosadd" else "3cosmul"
        return [
            Listing(asked.text, score, answers, options.min_similarity, asked.composed)
            for asked, answers in zip(queries, found, strict=True)
        ]

    def _asked(self, text: str, query: Any) -> Asked:
        """A query that has been checked against the table; its unknown words are reported."""
        from w2v.vectors.expression import Expression
        from w2v.vectors.questions import prepare

        prepared = prepare(self.table, query, self.options.method)
        words = [query] if isinstance(query, str) else []
        if isinstance(query, Expression):
            words = query.positive + query.negative
        composed = self.table.composed(words)
        note_composed(composed)
        return Asked(text, prepared, composed)


class Neighbors(_Search):
    """The words nearest to a word, a sum of words, or a vector given as numbers."""

    def takes(self, words: int) -> bool:
        """Any number of words; each is a query."""
        return words >= 1

    def from_words(self, words: Sequence[str]) -> list[Asked]:
        """Each word is a query."""
        return [self.from_line(word) for word in words]

    def from_line(self, line: str) -> Asked:
        """A word of the table, otherwise numbers, otherwise a sum of words."""
        from w2v.vectors.expression import parse_expression

        if line in self.table:
            return self._asked(line, line)
        numbers = parse_numbers(line)
        if numbers is not None:
            return self._asked(line, numbers)
        query = parse_expression(line)
        return self._asked(str(query), query)


class Analogy(_Search):
    """The words nearest to a sum of words."""

    def takes(self, words: int) -> bool:
        """Three words: a b c means a - b + c."""
        return words == 3

    def from_words(self, words: Sequence[str]) -> list[Asked]:
        """All words together are one query."""
        from w2v.vectors.expression import parse_terms

        query = parse_terms(words)
        return [self._asked(str(query), query)]

    def from_line(self, line: str) -> Asked:
        """As on the command line."""
        return self.from_words([line])[0]


def parse_numbers(text: str) -> list[float] | None:
    """A vector written as numbers, separated by spaces or commas, perhaps in brackets.

    None for anything else, and for a single number without brackets, which may be a word.

    "0.5, -1 2e-3" -> [0.5, -1.0, 0.002]
    """
    bare = text.strip()
    bracketed = bare.startswith("[") and bare.endswith("]")
    parts = (bare[1:-1] if bracketed else bare).replace(",", " ").split()
    if len(parts) < (1 if bracketed else 2):
        return None
    try:
        return [float(part) for part in parts]
    except ValueError:
        return None
