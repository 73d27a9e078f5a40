"""Expression: a sum of words such as king - man + woman, and how to parse one from text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from w2v.errors import UsageError
from w2v.messages import shown

_SIGNS = {"+": 1, "-": -1}
_WORD = re.compile(r'"([^"]+)"(?=\s|$)|(\S+)')


@dataclass(frozen=True)
class Expression:
    """A sum of words: ((1, "king"), (-1, "man"), (1, "woman")) is king - man + woman."""

    terms: tuple[tuple[int, str], ...]

    @property
    def positive(self) -> list[str]:
        """The words with a plus sign."""
        return [word for sign, word in self.terms if sign > 0]

    @property
    def negative(self) -> list[str]:
        """The words with a minus sign."""
        return [word for sign, word in self.terms if sign < 0]

    def __str__(self) -> str:
        """The text from which `parse_expression` makes this expression."""
        signs = "".join(f" {'+' if sign > 0 else '-'} {word}" for sign, word in self.terms)
        return signs.removeprefix(" + ").lstrip()


def split_words(text: str) -> list[str]:
    """Split text at white space, but not within double quotes.

    '"new york" france' -> ["new york", "france"]
    """
    return [quoted or bare for quoted, bare in _WORD.findall(text)]


def parse_expression(text: str) -> Expression:
    """Parse a sum of words such as "paris - france + italy".

    A sign needs a space on either side, so "well-known" is a word. Everything between two signs is
    one word, which may contain spaces.

    Raises UsageError if a word is missing.
    """
    terms: list[tuple[int, str]] = []
    sign, words = 1, list[str]()
    tokens = split_words(text)
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
    """Parse an analogy from the words of a command line.

    Three words a b c mean a - b + c. Anything with a separate + or - is a sum of words, whether it
    comes in one argument or in several.

    ("king", "man", "woman"), ("king - man + woman",) and ("king", "-", "man", "+", "woman") mean
    the same. Raises UsageError for anything else.
    """
    if any(part in _SIGNS for term in terms for part in term.split()):
        return parse_expression(" ".join(terms))
    words = split_words(terms[0]) if len(terms) == 1 else list(terms)
    if len(words) != 3:
        given = f"{' '.join(words)!r}: " if words else ""
        raise UsageError(
            f"{given}an analogy takes three words, as in 'king man woman', or a sum "
            "with spaces in it, as in 'king - man + woman'"
        )
    first, second, third = words
    return Expression(((1, first), (-1, second), (1, third)))
