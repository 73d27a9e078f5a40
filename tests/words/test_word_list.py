"""WordList: looking words up in the bytes and by hash, compared with a dict."""

from __future__ import annotations

import random

import pytest

from w2v.errors import W2VError
from w2v.words import word_list as words_module
from w2v.words.word_list import WordList

NASTY = [
    "",
    " ",
    "a",
    "b a",
    "\t",
    "10 5",
    "é",
    "e\u0301",
    "王" * 40,
    "x" * 300,
    "\x00",
    "a\x00",
    "</s>",
]


@pytest.fixture(params=["bytes", "hashes"])
def by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Look-ups search the bytes every time, or use hashes from the first one on."""
    most = 10**9 if request.param == "bytes" else 0
    monkeypatch.setattr(words_module, "SEARCHES_BEFORE_INDEX", most)
    return str(request.param)


def test_look_ups_return_the_first_index(by: str) -> None:
    source = random.Random(1)
    known = ["".join(source.choices("ab王", k=source.randint(0, 20))) for _ in range(2000)] + NASTY
    table = WordList.from_strings(known)
    first: dict[str, int] = {}
    for row, word in enumerate(known):
        first.setdefault(word, row)
    asked = [*known, "none", "a\nb", "\ud800", "b", "10", "</s", "x" * 299]
    assert table.find_many(asked).tolist() == [first.get(word, -1) for word in asked]
    assert [table.find(word) for word in asked[-60:]] == [first.get(w, -1) for w in asked[-60:]]
    assert ("a" in table, "none" in table, 3 in table) == (True, False, False)


def test_words_that_share_a_hash_are_distinguished(by: str) -> None:
    # Equal length, first 8 and last 8 bytes.
    known = [f"{'a' * 8}{i:04}{'z' * 8}" for i in range(200)]
    table = WordList.from_strings(known)
    assert table.find_many(known[::-1]).tolist() == list(range(199, -1, -1))
    assert table.find(f"{'a' * 8}9999{'z' * 8}") == -1


def test_hashes_are_built_after_a_few_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_module, "SEARCHES_BEFORE_INDEX", 3)
    table = WordList.from_strings(["a", "b"])
    for _ in range(3):
        assert table.find("b") == 1
    assert table._index is None
    assert table.find("b") == 1
    assert table._index is not None


def test_an_empty_list_holds_no_word(by: str) -> None:
    table = WordList.from_strings([])
    assert len(table) == 0
    assert table.find("") == -1
    assert table.find_many(["a", ""]).tolist() == [-1, -1]
    assert table.find_many([]).tolist() == []
    assert table.starting_with("a", 5) == []


def test_a_word_list_reads_like_a_list() -> None:
    table = WordList.from_strings(NASTY)
    assert table[:] == NASTY == list(table)
    assert table[-1] == NASTY[-1]
    assert table == NASTY
    assert table != NASTY[1:]
    with pytest.raises(IndexError):
        table[len(NASTY)]


def test_slices_encoded_words_and_heads_are_those_of_a_list() -> None:
    table = WordList.from_strings(NASTY)
    for part in (slice(2, 5), slice(-3, None), slice(5, 2), slice(0, 99), slice(None, None, -2)):
        assert table[part] == NASTY[part]
    assert table.encoded(3, 7) == [word.encode() for word in NASTY[3:7]]
    assert table.encoded(4, 4) == []
    for size in (0, 1, len(NASTY), 99):
        assert table.head(size) == NASTY[:size]


def test_blocks_hold_all_words_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_module, "_BLOCK", 5)
    found = dict(WordList.from_strings(NASTY).blocks())
    assert list(found) == [0, 5, 10]
    assert [word for block in found.values() for word in block] == [w.encode() for w in NASTY]
    assert list(WordList.from_strings([]).blocks()) == []


def test_words_that_start_with_a_prefix() -> None:
    table = WordList.from_strings(["king", "queen", "kings", "aking", "ki", "王子", "王"])
    assert table.starting_with("ki", 10) == ["king", "kings", "ki"]
    assert table.starting_with("ki", 2) == ["king", "kings"]
    assert table.starting_with("王", 10) == ["王子", "王"]
    assert table.starting_with("", 3) == ["king", "queen", "kings"]
    assert table.starting_with("\ud800", 3) == []
    assert table.starting_with("x\n", 3) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a\nb"], r"the word 'a\nb' holds a line break"),
        (["\ud800"], r"the word '\ud800' cannot be written as UTF-8"),
    ],
)
def test_a_word_that_no_list_can_hold_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(W2VError) as error:
        WordList.from_strings(words)
    assert str(error.value) == message


def test_invalid_utf8_is_reported_with_its_row() -> None:
    with pytest.raises(W2VError) as error:
        WordList.from_bytes(b"a\nb\n\xff\n")
    assert str(error.value) == "word 2 (from 0) is not valid UTF-8"
    with pytest.raises(W2VError) as error:
        WordList.from_bytes(b"a\nb")
    assert str(error.value) == "a list of words must end with a line break"
