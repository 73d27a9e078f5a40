"""The similarity and odd-one-out tasks: words compared with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from w2v.cli.output import echo, note_composed, printable
from w2v.errors import UsageError, W2VError
from w2v.vectors.expression import split_words

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors


@dataclass(frozen=True)
class Cosine:
    """The similarity of two words."""

    is_table = False

    first: str
    second: str
    cosine: float
    composed: list[str] = field(default_factory=list)  # words that are not in the vocabulary

    def show(self, *, alone: bool) -> None:
        """The cosine; if not alone, after its words, separated by tabs."""
        figure = f"{self.cosine:.4f}"
        echo(
            figure if alone else "\t".join((printable(self.first), printable(self.second), figure))
        )

    def as_json(self) -> Any:
        """The words and the cosine."""
        composed = {"composed": self.composed} if self.composed else {}
        return {"first": self.first, "second": self.second, **composed, "similarity": self.cosine}


class Similarity:
    """The cosine of two words."""

    def __init__(self, table: WordVectors) -> None:
        self.table = table

    def takes(self, words: int) -> bool:
        """Two words."""
        return words == 2

    def from_words(self, words: Sequence[str]) -> list[tuple[str, str]]:
        """Two words are one query."""
        given = split_words(words[0]) if len(words) == 1 else words
        if len(given) != 2:
            raise UsageError(
                f"similarity takes two words, not {len(given)}; --pairs FILE reads many pairs"
            )
        return [(given[0], given[1])]

    def from_line(self, line: str) -> tuple[str, str]:
        """Two words separated by a tab, a comma, a semicolon or spaces; the rest is ignored.

        "king, queen" -> king and queen; ", queen" -> , and queen
        """
        from w2v.messages import shown

        for mark in ("\t", ",", ";", None):
            parts = line.split(mark) if mark else split_words(line)
            fields = [part.strip() for part in parts]
            if len(fields) >= 2 and all(fields[:2]):
                return fields[0], fields[1]
        raise W2VError(f"{shown(line)}: expected two words, separated by a tab or a space")

    def answer(self, queries: Sequence[tuple[str, str]]) -> list[Cosine]:
        """The cosine of each pair."""
        from w2v.vectors.questions import similarities

        cosines = similarities(self.table, queries)
        note_composed(self.table.composed(word for pair in queries for word in pair))
        return [
            Cosine(*pair, cosine, self.table.composed(pair))
            for pair, cosine in zip(queries, cosines, strict=True)
        ]


@dataclass(frozen=True)
class OddWord:
    """The word that does not fit, and the cosine of each word with the mean of all."""

    is_table = False

    closeness: list[tuple[str, float]]
    composed: list[str] = field(default_factory=list)  # words that are not in the vocabulary

    @property
    def word(self) -> str:
        """The word that is farthest from the mean."""
        return min(self.closeness, key=lambda pair: pair[1])[0]

    def show(self, *, alone: bool) -> None:
        """The word."""
        echo(printable(self.word))

    def as_json(self) -> Any:
        """The word, and the cosines that decided it."""
        words = [{"word": word, "similarity": cosine} for word, cosine in self.closeness]
        composed = {"composed": self.composed} if self.composed else {}
        return {"odd_one_out": self.word, **composed, "words": words}


class OddOneOut:
    """The word that is farthest from the mean of all."""

    def __init__(self, table: WordVectors) -> None:
        self.table = table

    def takes(self, words: int) -> bool:
        """Three words or more."""
        return words >= 3

    def from_words(self, words: Sequence[str]) -> list[list[str]]:
        """All words together are one query."""
        given = split_words(words[0]) if len(words) == 1 else list(words)
        if len(given) < 3:
            raise UsageError(f"the odd one out needs at least three words, not {len(given)}")
        return [given]

    def from_line(self, line: str) -> list[str]:
        """Words separated by tabs, or by spaces if there is no tab."""
        return [word.strip() for word in (line.split("\t") if "\t" in line else split_words(line))]

    def answer(self, queries: Sequence[list[str]]) -> list[OddWord]:
        """The odd word of each query."""
        from w2v.vectors.questions import closeness

        answers = [
            OddWord(closeness(self.table, words), self.table.composed(words)) for words in queries
        ]
        note_composed(list(dict.fromkeys(word for odd in answers for word in odd.composed)))
        return answers
