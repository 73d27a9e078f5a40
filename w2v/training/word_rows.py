"""Which input rows each word is composed of, worked out once before training.

The table of inputs holds the V words' own rows, then one for each n-gram bucket that they use, the
most used ones first. Other buckets have no row: of two million, most are used by no word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from w2v.arrays import Ids, Integers, ranges
from w2v.training.kernel_arguments import WordRows
from w2v.training.sampling import keep_probabilities
from w2v.words.subwords import Subwords, find_buckets

if TYPE_CHECKING:
    from w2v.config import TrainConfig
    from w2v.words.word_list import WordList

HOT_ROWS = 1024  # of the most used n-grams
_LETTERS = 16  # of a typical word with its marks: what a block of words is estimated by


def subwords_of(config: TrainConfig) -> Subwords | None:
    """The options of a model's n-grams; None without subwords."""
    if config.min_n is None or config.max_n is None or config.buckets is None:
        return None
    return Subwords(config.min_n, config.max_n, config.buckets)


def word_rows(
    words: WordList, counts: npt.NDArray[np.int64], config: TrainConfig
) -> WordRows | None:
    """The rows of each word, and the buckets that have rows; None without subwords.

    counts: int64[V]; with subsampling they say how often an n-gram is used. A bucket that a word
    uses several times is listed as often.
    """
    subwords = subwords_of(config)
    if subwords is None:
        return None
    blocks = list(_buckets(words, subwords))
    weights = np.maximum(counts, 1) * keep_probabilities(counts, config.sample)
    uses = np.zeros(subwords.bucket)
    first = 0
    for buckets, n_ngrams in blocks:
        last = first + len(n_ngrams)
        np.add.at(uses, buckets, np.repeat(weights[first:last], n_ngrams))
        first = last
    used = np.flatnonzero(uses)
    used = used[np.argsort(-uses[used], kind="stable")]
    number_of = np.zeros(subwords.bucket, np.int32)
    number_of[used] = np.arange(len(used), dtype=np.int32)
    return _in_order([(number_of[buckets], n_ngrams) for buckets, n_ngrams in blocks], used)


def composed_of(rows: WordRows, words: Integers) -> Integers:
    """The rows of the input table, in ascending order, that `words` are composed of.

    words: int64[n], in ascending order
    """
    n_words = len(rows.hot)
    is_wanted = np.zeros(n_words, bool)
    is_wanted[words] = True
    word_of = np.repeat(np.arange(n_words), np.diff(rows.starts))
    places = np.flatnonzero(is_wanted[word_of])
    is_hot = places >= rows.hot[word_of[places]]
    return np.unique(rows.ids[places] + np.where(is_hot, n_words, 0))


def _buckets(words: WordList, subwords: Subwords) -> Iterator[tuple[Ids, Integers]]:
    """For each block of words: the buckets of their n-grams, and how many each word has."""
    for first, last in ranges(len(words), _LETTERS * subwords.maxn):
        buckets, starts = find_buckets(words, first, last, subwords)
        yield buckets.astype(np.int32), np.diff(starts)


def _in_order(blocks: list[tuple[Ids, Integers]], used: Integers) -> WordRows:
    """The rows of each word: its own, then those of its rarer n-grams, then those of hot ones.

    blocks: the n-grams of consecutive words, numbered from the most used one, and how many
    each word has
    """
    n_words = sum(len(n_ngrams) for _, n_ngrams in blocks)
    rows, counts, hot_counts = [], [], []
    first = 0
    for ngrams, n_ngrams in blocks:
        own = np.arange(first, first + len(n_ngrams), dtype=np.int32)
        first += len(n_ngrams)
        word, is_hot = np.repeat(own, n_ngrams), ngrams < HOT_ROWS
        order = np.lexsort(
            (np.append(np.zeros(len(own)), 1 + is_hot), np.append(own, word)),
        )
        of_ngrams = np.where(is_hot, ngrams, ngrams + np.int32(n_words))
        rows.append(np.append(own, of_ngrams)[order])
        counts.append(1 + n_ngrams)
        hot_counts.append(np.bincount(word[is_hot] - own[0], minlength=len(own)))
    starts = np.append(0, np.cumsum(np.concatenate(counts)))
    return WordRows(np.concatenate(rows), starts, starts[1:] - np.concatenate(hot_counts), used)
