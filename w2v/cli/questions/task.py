"""What the query commands do with words: read them, answer, and show the answer.

A task serves its command three ways: words of the command line (`from_words`), a line of a file
or of standard input (`from_line`), and a line at the prompt. All of them give queries, which
`answer` takes many of at once, since a search through the table costs little more for many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from w2v.cli.output import echo

if TYPE_CHECKING:
    from w2v.vectors.objectives import Method


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
