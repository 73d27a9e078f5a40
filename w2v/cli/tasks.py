"""What the query commands do with words: read them, answer, and show the answer.

A task serves its command three ways: words of the command line (`from_words`), a line of a file
or of standard input (`from_line`), and a line at the prompt. All of them give queries, which
`answer` takes many of at once, since a search through the table costs little more for many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from w2v.cli.common import echo, note, print_table, printable
from w2v.errors import UsageError, W2VError

if TYPE_CHECKING:
    from w2v.analogy_search import Method
    from w2v.embedding import WordVectors
    from w2v.nearest import Query

_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Options:
    """What the options of a query command say."""

    top: int = 10
    method: Method = "3cosadd"
    restrict_vocab: int = 0
    min_similarity: float | None = None
    by_index: bool = False


class Answer(Protocol):
    """An answer that can be shown as text and as JSON."""

    is_table: bool  # whether an empty line parts it from the answer before

    def show(self, *, alone: bool) -> None:
        """Print it; `alone` when it is the only one."""

    def as_json(self) -> Any:
        """It as what JSON holds."""


class Task(Protocol):
    """A query command at work on a table."""

    many: bool  # whether the words of the command line are a query each

    def takes(self, words: int) -> bool:
        """Whether so many words make a question to it, at the prompt."""

    def from_words(self, words: Sequence[str]) -> list[Any]:
        """Queries of the command line's words. Raises W2VError."""

    def from_line(self, line: str) -> Any:
        """The query that a line of text is. Raises W2VError."""

    def answer(self, queries: Sequence[Any]) -> Sequence[Answer]:
        """The answer to each query. Raises W2VError."""


def show(answers: Iterable[Answer], *, alone: bool) -> None:
    """Print answers one after another; `alone` when there is but one."""
    for i, answer in enumerate(answers):
        if i and answer.is_table:
            echo("")
        answer.show(alone=alone)


def make_tasks(table: WordVectors, options: Options) -> dict[str, Task]:
    """All tasks, by the names of their commands."""
    return {
        "analogy": Analogy(table, options),
        "neighbors": Neighbors(table, options),
        "similarity": Similarity(table),
        "odd-one-out": OddOneOut(table),
        "vector": Vector(table, options.by_index),
    }


# --- searches: neighbors and analogy ------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A query, and the text it was read from."""

    text: str
    query: Query


@dataclass(frozen=True)
class Listing:
    """Words and their scores, best first."""

    is_table = True

    text: str
    score: str  # what the scores are
    answers: list[tuple[str, float]]

    def show(self, *, alone: bool) -> None:
        """A table under the query."""
        text = self.text
        title = text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1] + "…"
        print_table([title, self.score], [(word, f"{s:.4f}") for word, s in self.answers])
        if not self.answers:
            note(f"{printable(title)}: no word scores as much as --min-similarity asks for")

    def as_json(self) -> Any:
        """The query and its answers."""
        answers = [{"word": word, "score": score} for word, score in self.answers]
        return {"query": self.text, "answers": answers}


class _Search:
    """What neighbors and analogy share: the search, and how its answers look."""

    def __init__(self, table: WordVectors, options: Options) -> None:
        self.table, self.options = table, options

    def answer(self, queries: Sequence[Asked]) -> list[Listing]:
        """The words nearest to each query."""
        from w2v.analogy import search

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
            Listing(asked.text, score, answers)
            for asked, answers in zip(queries, found, strict=True)
        ]

    def _asked(self, text: str, query: Any) -> Asked:
        from w2v.analogy import prepare

        return Asked(text, prepare(self.table, query, self.options.method))


class Neighbors(_Search):
    """The nearest words to a word, a sum of words, or a vector in numbers."""

    many = True

    def takes(self, words: int) -> bool:
        """Any number of words, each a query."""
        return words >= 1

    def from_words(self, words: Sequence[str]) -> list[Asked]:
        """Each is a query."""
        return [self.from_line(word) for word in words]

    def from_line(self, line: str) -> Asked:
        """A word as it stands, else numbers, else a sum of words."""
        from w2v.analogy import parse_expression

        if line in self.table:
            return self._asked(line, line)
        numbers = parse_numbers(line)
        if numbers is not None:
            return self._asked(line, numbers)
        query = parse_expression(line)
        return self._asked(str(query), query)


class Analogy(_Search):
    """The words nearest to a sum of words."""

    many = False

    def takes(self, words: int) -> bool:
        """Three words: a b c for a - b + c."""
        return words == 3

    def from_words(self, words: Sequence[str]) -> list[Asked]:
        """All together are one query."""
        from w2v.analogy import parse_terms

        query = parse_terms(words)
        return [self._asked(str(query), query)]

    def from_line(self, line: str) -> Asked:
        """As on the command line."""
        return self.from_words([line])[0]


def parse_numbers(text: str) -> list[float] | None:
    """A vector written in numbers, with spaces or commas between and perhaps brackets around.

    None for what is none, and for a lone number without brackets, which may be a word.

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


# --- similarity ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cosine:
    """How alike two words are."""

    is_table = False

    first: str
    second: str
    cosine: float

    def show(self, *, alone: bool) -> None:
        """The figure; with its words before it, and tabs between, when it is not alone."""
        figure = f"{self.cosine:.4f}"
        echo(
            figure if alone else "\t".join((printable(self.first), printable(self.second), figure))
        )

    def as_json(self) -> Any:
        """The words and the figure."""
        return {"first": self.first, "second": self.second, "similarity": self.cosine}


class Similarity:
    """The cosine of two words."""

    many = False

    def __init__(self, table: WordVectors) -> None:
        self.table = table

    def takes(self, words: int) -> bool:
        """Two words."""
        return words == 2

    def from_words(self, words: Sequence[str]) -> list[tuple[str, str]]:
        """Two words are one query."""
        given = words[0].split() if len(words) == 1 else words
        if len(given) != 2:
            raise UsageError(
                f"similarity takes two words, not {len(given)}; --pairs FILE reads many pairs"
            )
        return [(given[0], given[1])]

    def from_line(self, line: str) -> tuple[str, str]:
        """Two words with a tab, a comma or spaces between; what follows them is passed over."""
        mark = next((mark for mark in "\t," if mark in line), None)
        fields = [field.strip() for field in line.split(mark)]
        if len(fields) < 2 or not all(fields[:2]):
            raise W2VError(f"{line!r}: two words are expected, with a tab or a space between")
        return fields[0], fields[1]

    def answer(self, queries: Sequence[tuple[str, str]]) -> list[Cosine]:
        """The cosine of each pair."""
        from w2v.analogy import similarities

        cosines = similarities(self.table, queries)
        return [Cosine(*pair, cosine) for pair, cosine in zip(queries, cosines, strict=True)]


# --- odd one out --------------------------------------------------------------------------------


@dataclass(frozen=True)
class OddWord:
    """The word that does not fit, and each word's cosine with the mean of all."""

    is_table = False

    closeness: list[tuple[str, float]]

    @property
    def word(self) -> str:
        """The one that is farthest from the mean."""
        return min(self.closeness, key=lambda pair: pair[1])[0]

    def show(self, *, alone: bool) -> None:
        """The word."""
        echo(printable(self.word))

    def as_json(self) -> Any:
        """The word, and what it was told by."""
        words = [{"word": word, "similarity": cosine} for word, cosine in self.closeness]
        return {"odd_one_out": self.word, "words": words}


class OddOneOut:
    """The word that is farthest from the mean of all."""

    many = False

    def __init__(self, table: WordVectors) -> None:
        self.table = table

    def takes(self, words: int) -> bool:
        """Three words or more."""
        return words >= 3

    def from_words(self, words: Sequence[str]) -> list[list[str]]:
        """All together are one query."""
        given = words[0].split() if len(words) == 1 else list(words)
        if len(given) < 3:
            raise UsageError(f"the odd one out takes three words or more, not {len(given)}")
        return [given]

    def from_line(self, line: str) -> list[str]:
        """Words with tabs between, or spaces where there is no tab."""
        return [word.strip() for word in line.split("\t" if "\t" in line else None)]

    def answer(self, queries: Sequence[list[str]]) -> list[OddWord]:
        """The odd word of each query."""
        from w2v.analogy import closeness

        return [OddWord(closeness(self.table, words)) for words in queries]


# --- vector -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    is_table = False

    index: int
    word: str
    values: str  # with spaces between; the fewest digits that give the same float32 back

    def show(self, *, alone: bool) -> None:
        """The word and the values, as a line of word2vec's text format."""
        echo(f"{printable(self.word)} {self.values}")

    def as_json(self) -> Any:
        """The row; null for a value that is not finite, which JSON cannot hold."""
        numbers = [float(value) for value in self.values.split()]
        vector = [number if number - number == 0 else None for number in numbers]
        return {"index": self.index, "word": self.word, "vector": vector}


class Vector:
    """The vectors of words, or of row numbers."""

    many = True

    def __init__(self, table: WordVectors, by_index: bool) -> None:
        self.table, self.by_index = table, by_index

    def takes(self, words: int) -> bool:
        """Any number of words, each a query."""
        return words >= 1

    def from_words(self, words: Sequence[str]) -> list[int]:
        """Each is a row."""
        return [self.from_line(word) for word in words]

    def from_line(self, line: str) -> int:
        """The number of a row, from 0."""
        if not self.by_index:
            return self.table.index(line)
        try:
            index = int(line)
        except ValueError:
            raise UsageError(f"{line!r} is no row number; --index takes whole numbers") from None
        if not 0 <= index < len(self.table):
            raise W2VError(
                f"index {index} is out of range: the table has rows 0 to {len(self.table) - 1}"
            )
        return index

    def answer(self, queries: Sequence[int]) -> list[Row]:
        """The rows."""
        from w2v.formats.decimal_writing import rows_to_text

        words = self.table.words
        texts = rows_to_text(self.table[list(queries)], None, " ")
        return [
            Row(index, words[index], text.decode())
            for index, text in zip(queries, texts, strict=True)
        ]
