"""Tables of words: growth, merging, ties, and words looked up again."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from w2v.corpus import word_table
from w2v.corpus.word_table import WordTable, merge
from w2v.errors import W2VError
from w2v.text.kernels.scan import END_OF_LINE
from w2v.text.kernels.split import BLOCK
from w2v.words.word_list import WordList


def bytes_of(text: str) -> np.ndarray:
    """A text as the compiled functions take it."""
    return np.frombuffer(bytearray(text.encode()), np.uint8)


def all_words(table: WordTable) -> list[str]:
    """The words of a table by id."""
    return list(table.words(np.arange(len(table))))


def some_words(n: int, seed: int = 1) -> list[str]:
    """Words of a Zipf-like text, some longer than the keys of a table hold."""
    numbers = np.random.default_rng(seed).zipf(1.2, n) % (n // 2)
    return [f"{'antidisestablishment' if i % 7 == 0 else 'w'}{i}" for i in numbers.tolist()]


def test_ids_follow_the_first_appearance_and_counts_are_exact() -> None:
    table = WordTable("words")
    scanned = table.scan(bytes_of("the cat the dog\n\nThe cat."), 0)
    assert all_words(table) == ["the", "cat", "dog"]
    assert table.counts.tolist() == [3, 2, 1]
    assert scanned.ids.tolist() == [0, 1, 0, 2, END_OF_LINE, 0, 1]
    assert scanned.n_line_ends == 1
    assert (np.diff(table.first) > 0).all()


def test_a_table_grows_and_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_table, "_FEW_SLOTS", 4 * BLOCK)
    words = [f"word{i}" for i in range(2 * BLOCK)]
    table = WordTable("whitespace")
    for place, first in enumerate(range(0, len(words), BLOCK // 2)):
        text = " ".join(words[first : first + BLOCK // 2] + words[:100])
        table.scan(bytes_of(text), place << 20)
    assert all_words(table) == words
    assert table.counts[:100].tolist() == [5] * 100
    assert set(table.counts[100:].tolist()) == {1}
    assert table.find_or_add(WordList.from_strings(words[::-1])).tolist() == list(
        range(len(words) - 1, -1, -1)
    )


@pytest.mark.parametrize("n_tables", [1, 2, 5])
def test_merged_tables_are_one_table(n_tables: int) -> None:
    words = some_words(2_000)
    tables = [WordTable("whitespace") for _ in range(n_tables)]
    for k, first in enumerate(range(0, len(words), 100)):
        text = " ".join(words[first : first + 100]) + "\n"
        tables[-k % n_tables].scan(bytes_of(text), k << 20)
    separate = [all_words(table) for table in tables]
    merged = merge(tables)
    together = list(merged.table.words(np.arange(len(merged.counts))))
    assert dict(zip(together, merged.counts.tolist(), strict=True)) == Counter(words)
    for ids, own in zip(merged.ids, separate, strict=True):
        assert [together[i] for i in ids] == own
    by_first = [together[i] for i in np.argsort(merged.first)]
    assert by_first == list(dict.fromkeys(words))


def test_ties_go_to_the_word_that_came_first_in_the_text() -> None:
    late, early = WordTable("words"), WordTable("words")
    late.scan(bytes_of("dog cat emu emu "), 1000)
    early.scan(bytes_of("fox cat dog emu "), 0)
    merged = merge([late, early])
    order = merged.by_falling_count(1, None)
    assert list(merged.table.words(order)) == ["emu", "cat", "dog", "fox"]
    assert list(merged.table.words(merged.by_falling_count(2, 2))) == ["emu", "cat"]


def test_words_of_any_bytes_are_found_or_added() -> None:
    table = WordTable("words")
    table.scan(bytes_of("new york"), 0)
    given = ["york", "New", "a b\u00a0c", "l'été", "\x1c\x85", "x" * 40, "new", "x" * 40]
    assert table.find_or_add(WordList.from_strings(given)).tolist() == [1, 2, 3, 4, 5, 6, 0, 6]
    assert all_words(table)[2:] == given[1:6]


def test_an_empty_word_is_refused() -> None:
    with pytest.raises(W2VError, match=r"^word 1 \(from 0\) is empty$"):
        WordTable("words").find_or_add(WordList.from_strings(["a", "", "b"]))


def test_too_many_words_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_table, "_MOST_WORDS", 4 * BLOCK)
    monkeypatch.setattr(word_table, "_FEW_SLOTS", 8 * BLOCK)
    table = WordTable("whitespace")
    with pytest.raises(W2VError, match=r"^the text has more than [\d,]+ distinct words; split it$"):
        table._more_slots(16 * BLOCK)


def test_invalid_bytes_are_counted_over_pieces() -> None:
    table = WordTable("words")
    first = table.scan(np.frombuffer(bytearray(b"caf\xe9 \xf0\x9f\x98 ok"), np.uint8), 0)
    second = table.scan(np.frombuffer(bytearray(b"\xff\xfe"), np.uint8), 100)
    assert (first.replaced_bytes, second.replaced_bytes) == (4, 2)
    assert all_words(table) == ["caf", "ok"]
