"""Sums of words and analogies, as they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from w2v.errors import UsageError
from w2v.vectors.expression import parse_expression, parse_terms, split_words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("king", ((1, "king"),)),
        ("king - man + woman", ((1, "king"), (-1, "man"), (1, "woman"))),
        ("  paris-like   -  x ", ((1, "paris-like"), (-1, "x"))),
        ("- a + new york", ((-1, "a"), (1, "new york"))),
        ("+ help", ((1, "help"),)),
        ("c++ + x", ((1, "c++"), (1, "x"))),
    ],
)
def test_a_sum_is_parsed(text: str, terms: Any) -> None:
    expression = parse_expression(text)
    assert expression.terms == terms
    assert parse_expression(str(expression)) == expression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no words given"),
        ("  ", "no words given"),
        ("a +", "'a +': a word is missing at the end"),
        ("a - + b", "'a - + b': a word is missing before '+'"),
        ("-", "'-': a word is missing at the end"),
    ],
)
def test_a_missing_word_in_a_sum_is_reported(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_expression(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "terms",
    [
        ["king", "man", "woman"],
        ["king man woman"],
        ["king - man + woman"],
        ["king", "-", "man", "+", "woman"],
        ["king - man", "+ woman"],
    ],
)
def test_an_analogy_can_be_written_in_several_ways(terms: list[str]) -> None:
    assert str(parse_terms(terms)) == "king - man + woman"


@pytest.mark.parametrize("terms", [["a"], ["a", "b"], ["a", "b", "c", "d"], ["a-b+c"], []])
def test_other_terms_are_reported(terms: list[str]) -> None:
    with pytest.raises(UsageError, match="an analogy takes three words, as in 'king man woman'"):
        parse_terms(terms)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("king  man", ["king", "man"]),
        ('"new york" france "a"', ["new york", "france", "a"]),
        ('5" "half "quoted"x', ['5"', '"half', '"quoted"x']),
        ('""', ['""']),
        ("", []),
    ],
)
def test_words_in_quotes_are_one(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_quoted_words_in_expressions_and_analogies() -> None:
    assert parse_expression('"new york" - usa').terms == ((1, "new york"), (-1, "usa"))
    assert parse_terms(['"new york" usa france']).terms == (
        (1, "new york"),
        (-1, "usa"),
        (1, "france"),
    )
