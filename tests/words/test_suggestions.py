"""Near spellings and other case for words that a vocabulary does not hold."""

from __future__ import annotations

import random

import pytest

from w2v.messages import shown
from w2v.words import suggestions as suggest_module
from w2v.words.suggestions import near_spellings, other_case, suggest
from w2v.words.word_list import WordList

WORDS = WordList.from_strings(
    [
        "the",
        "king",
        "queen",
        "ring",
        "kings",
        "Paris",
        "paris",
        "PARIS",
        "New York",
        "naïve",
        "café",
        "王",
        "東京都",
    ]
)


def edits(first: str, second: str) -> int:
    """Insertions, removals, changes and swaps of neighbours, each letter in one of them."""
    if not first or not second:
        return len(first) + len(second)
    costs = [
        edits(first[1:], second) + 1,
        edits(first, second[1:]) + 1,
        edits(first[1:], second[1:]) + (first[0] != second[0]),
    ]
    if len(first) > 1 and len(second) > 1 and first[:2] == second[1::-1]:
        costs.append(edits(first[2:], second[2:]) + 1)
    return min(costs)


@pytest.mark.parametrize(
    ("word", "ending"),
    [
        ("kingg", "; near spellings: 'king', 'kings', 'ring'"),
        ("kign", "; near spellings: 'king'"),
        ("King", "; other case: 'king'; near spellings: 'ring', 'kings'"),
        ("pARIS", "; other case: 'paris', 'Paris', 'PARIS'"),
        ("new york", "; other case: 'New York'"),
        ("new yrok", "; near spellings: 'New York'"),
        ("naive", "; near spellings: 'naïve'"),
        ("cafe", "; near spellings: 'café'"),
        ("東京堵", "; near spellings: '東京都'"),
        ("NAÏVE", "; other case: 'naïve'"),
        ("琴", "; near spellings: '王'"),
        ("zebra", ""),
        ("", ""),
        ("\ud800", ""),
        ("line\nbreak", ""),
        ("x" * 1000, ""),
    ],
)
def test_what_is_offered_for_a_word(word: str, ending: str) -> None:
    assert suggest(word, WORDS) == ending


def test_near_spellings_are_all_words_within_the_edits_nearest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suggest_module, "_CLOSEST", 10**6)  # all are compared by characters
    source = random.Random(0)
    words = list(
        dict.fromkeys("".join(source.choices("abcé", k=source.randint(1, 7))) for _ in range(400))
    )
    table = WordList.from_strings(words)
    for word in ["abcab", "bca", "éabc", "cccccc", "ab"]:
        most = 1 if len(word) <= 4 else 2
        near = [(edits(word, other), row) for row, other in enumerate(words)]
        wanted = [words[row] for cost, row in sorted(near) if cost <= most]
        assert near_spellings(word, table) == wanted[: 2 * suggest_module.LISTED]
        assert wanted


def test_the_most_frequent_words_come_first_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = WordList.from_strings([f"word{letter}" for letter in "abcdefgh"])
    monkeypatch.setattr(suggest_module, "MOST_CELLS", 3 * 5 * 5)  # three words of five letters
    assert near_spellings("wordx", table) == ["worda", "wordb", "wordc"]


def test_other_case_offers_what_the_list_holds() -> None:
    assert other_case("paris", WORDS) == ["Paris", "PARIS"]
    assert other_case("KING", WORDS) == ["king"]
    assert other_case("none", WORDS) == []


def test_swapped_letters_are_one_edit() -> None:
    assert near_spellings("kign", WordList.from_strings(["king", "gink"])) == ["king"]


def test_an_empty_list_offers_nothing() -> None:
    assert suggest("king", WordList.from_strings([])) == ""


def test_a_long_word_is_cut_in_messages() -> None:
    assert shown("king") == "'king'"
    assert shown("x" * 61) == "'" + "x" * 59 + "…'"
    assert shown("a\nb") == r"'a\nb'"
