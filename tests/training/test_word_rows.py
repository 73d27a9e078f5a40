"""The rows that words are composed of, beside fastText's n-grams from the slow twin."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from reference_subwords import bucket_of, ngrams

from w2v.config import TrainConfig
from w2v.training import word_rows as word_rows_module
from w2v.training.word_rows import word_rows
from w2v.words.word_list import WordList

WORDS = [
    "the",
    "thething",
    "a",
    "日本語",
    "e\u0301te\u0301",
    "مرحبا",
    "👩‍👩‍👧",
    "",
    "</s>",
    "x" * 1000,
]
COUNTS = np.arange(1000, 0, -100)


@pytest.mark.parametrize(("min_n", "max_n", "buckets"), [(3, 6, 2_000_000), (1, 2, 7)])
@pytest.mark.parametrize("hot", [0, 5, 10_000])
def test_each_word_has_its_own_row_and_those_of_its_ngrams(
    min_n: int, max_n: int, buckets: int, hot: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_rows_module, "HOT_ROWS", hot)
    monkeypatch.setattr(word_rows_module, "ranges", lambda *_: [(0, 4), (4, 10)])
    config = TrainConfig(subwords=True, min_n=min_n, max_n=max_n, buckets=buckets, sample=0)
    rows = word_rows(WordList.from_strings(WORDS), COUNTS, config)
    assert rows is not None
    uses: Counter[int] = Counter()
    for number, word in enumerate(WORDS):
        wanted = [bucket_of(ngram, buckets) for ngram in ngrams(word, min_n, max_n)]
        uses.update({bucket: int(COUNTS[number]) * k for bucket, k in Counter(wanted).items()})
        first, middle, last = rows.starts[number], rows.hot[number], rows.starts[number + 1]
        assert rows.ids[first] == number
        of_ngrams = [*(rows.ids[first + 1 : middle] - len(WORDS)), *rows.ids[middle:last]]
        assert sorted(rows.buckets[of_ngrams].tolist()) == sorted(wanted), word
        assert all(row >= hot for row in rows.ids[first + 1 : middle] - len(WORDS))
        assert all(row < hot for row in rows.ids[middle:last])
    assert sorted(rows.buckets.tolist()) == sorted(uses)
    found = [uses[bucket] for bucket in rows.buckets.tolist()]
    assert found == sorted(found, reverse=True)


def test_without_subwords_there_are_none() -> None:
    assert word_rows(WordList.from_strings(WORDS), COUNTS, TrainConfig()) is None
