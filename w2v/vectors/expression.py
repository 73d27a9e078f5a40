"""Expression: a sum of words such as king - man + woman, and how it is read from text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from w2v.errors import UsageError
from w2v.messages import shown

_SIGNS = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Expression:
    """A sum of words: ((1, "king"), (-1, "man"), (1, "woman")) is king - man + woman."""

    terms: tuple[tuple[int, str], ...]

    @property
    def positive(self) -> list[str]:
        """The words that are added."""
        return [word for sign, word in self.terms if sign > 0]

    @property
    def negative(self) -> list[str]:
        """The words that are taken away."""
        return [word for sign, word in self.terms if sign < 0]

    def __str__(self) -> str:
        """As `parse_expression` reads it."""
        signs = "".join(f" {'+' if sign > 0 else '-'} {word}" for sign, word in self.terms)
        return signs.removeprefix(" + ").lstrip()


def parse_expression(text: str) -> Expression:
    """Read a sum of words such as "paris - france + italy".

    + and - stand between spaces, so that "well-known" is a word. All that stands between two of
    them is one word, spaces in it included.

    Raises UsageError when a word is missing.
    """
    terms: list[tuple[int, str]] = []
    sign, words = 1, list[str]()
    tokens = text.split()
    for i, token in enumerate([*tokens, "+"]):
        if token not in _SIGNS:
            words.append(token)
            continue
        if words:
            terms.append((sign, " ".join(words)))
        elif i > 0:
            place = "at the end" if i == len(tokens) else f"before '{token}'"
            raise UsageError(f"{shown(text)}: a word is missing {place}")
        sign, words = _SIGNS[token], []
    if not terms:
        raise UsageError("no words given")
    return Expression(tuple(terms))


def parse_terms(terms: Sequence[str]) -> Expression:
    """Read an analogy as a command line gives it.

    Three words a b c stand for a - b + c. Anything with + or - between spaces is a sum of words,
    in one part or in several.

    ("king", "man", "woman"), ("king - man + woman",) and ("king", "-", "man", "+", "woman") are
    the same. Raises UsageError for what is neither.
    """
    if any(part in _SIGNS for term in terms for part in term.split()):
        return parse_expression(" ".join(terms))
    words = terms[0].split() if len(terms) == 1 else list(terms)
    if len(words) != 3:
        raise UsageError(
            f"{' '.join(words)!r}: an analogy takes three words, as in 'king man woman', or a sum "
            "with spaces in it, as in 'king - man + woman'"
        )
    first, second, third = words
    return Expression(((1, first), (-1, second), (1, third)))
