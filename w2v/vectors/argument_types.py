"""What callers pass from Python: the wrong type gets a TypeError that says what to pass."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any

from w2v.messages import kind_of


def list_of_words(words: Iterable[str]) -> list[str]:
    """`words` as a list. Raises TypeError for a single string and for words of another type."""
    return list(_strings(words, "word"))


def strings_of_texts(texts: Iterable[str]) -> Iterator[str]:
    """Each of `texts`. Raises TypeError where it finds something else than a string."""
    return _strings(texts, "text")


def _strings(values: Iterable[str], what: str) -> Iterator[str]:
    if isinstance(values, str | bytes):
        raise TypeError(f"pass a list of {what}s, not the single {what} {values!r}")
    for value in elements(values, f"a list of {what}s"):
        if not isinstance(value, str):
            raise TypeError(f"a {what} must be a string, not {_named(value)}")
        yield value


def elements(values: Iterable[Any], wanted: str) -> Iterator[Any]:
    """Iterate over `values`. Raises TypeError, which asks for `wanted`, if that is impossible."""
    try:
        return iter(values)
    except TypeError:
        raise TypeError(f"pass {wanted}, not {_named(values)}") from None


def whole_number(name: str, value: Any) -> int:
    """`value` as an int; NumPy's integers are fine. Raises TypeError for anything else."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {_named(value)}") from None


def row_limit(restrict_vocab: int | None) -> int | None:
    """How many of the first rows to use; None, also for 0: all. Raises TypeError."""
    if restrict_vocab is None:
        return None
    return whole_number("restrict_vocab", restrict_vocab) or None


def _named(value: object) -> str:
    """A value for a message: 2.5, '5', or the name of its type."""
    if value is None or isinstance(value, str | float):
        return repr(value)
    return kind_of(value)
