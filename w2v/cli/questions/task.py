"""A task: how a query command reads queries and answers them.

Queries come from the words of the command line (`from_words`), from the lines of a file or of
standard input (`from_line`), and from the prompt. `answer` takes many queries at once, because
searching the table for many costs little more than for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from w2v.cli.output import echo

if TYPE_CHECKING:
    from w2v.vectors.analogy_objectives import Method


@dataclass(frozen=True)
class Options:
    """The options of the query commands."""

    top: int = 10
    method: Method = "3cosadd"
    restrict_vocab: int = 0
    min_similarity: float | None = None
    by_index: bool = False


class Answer(Protocol):
    """An answer that can be shown as text and as JSON."""

    is_table: bool  # whether an empty line separates it from the previous answer

    def show(self, *, alone: bool) -> None:
        """Print it; `alone` if it is the only one."""

    def as_json(self) -> Any:
        """The answer as a JSON object."""


class Task(Protocol):
    """What a query command does with a table."""

    def takes(self, words: int) -> bool:
        """Whether this number of words is a question for it, at the prompt."""

    def from_words(self, words: Sequence[str]) -> list[Any]:
        """The queries in the words of the command line. Raises W2VError."""

    def from_line(self, line: str) -> Any:
        """The query in a line of text. Raises W2VError."""

    def answer(self, queries: Sequence[Any]) -> Sequence[Answer]:
        """The answer to each query. Raises W2VError."""


def show(answers: Iterable[Answer], *, alone: bool) -> None:
    """Print answers one after another; `alone` if there is only one."""
    for i, answer in enumerate(answers):
        if i and answer.is_table:
            echo("")
        answer.show(alone=alone)
