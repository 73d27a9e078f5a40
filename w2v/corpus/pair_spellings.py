"""Pairs of words that are spelled like a word, or like another pair, are counted together.

gensim and word2phrase identify a pair by its spelling: the pair `new york` and the word `new_york`
are the same, and so are `new_york city` and `new york_city`. Only words that contain the delimiter,
here called *compounds*, can cause that, so only they and their pairs are examined.

    pair      new_york city   ─┐
    pair      new york_city    ├─▶ one spelling, new_york_city: the sum of their counts
    compound  new_york_city   ─┘
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Ids, Integers, Words64
from w2v.corpus.id_stream import IdStream
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.pair_counts import PairCounts, Pairs, WordFacts, hash_list
from w2v.words.word_list import WordList

_MODULUS = 1 << 64


@dataclass(frozen=True)
class Spelled:
    """Pairs and words with the counts of their spellings.

    pairs : pairs whose spelling occurs often enough
    counts : int64[W], of each word
    n_spellings : different spellings of words (connectors left out) and pairs
    """

    pairs: Pairs
    counts: Integers
    n_spellings: int


def find_compounds(words: WordList, delimiter: str) -> Integers:
    """Which words contain the delimiter: ascending indices, int64[n]."""
    blob, wanted = words.blob, delimiter.encode()
    found, at = [], blob.find(wanted)
    while at >= 0:
        found.append(at)
        at = blob.find(wanted, at + 1)
    rows = np.searchsorted(words.offsets, np.array(found, np.int64), side="right") - 1
    return np.unique(rows).astype(np.int64)


def count_spellings(
    pairs: PairCounts,
    stream: IdStream,
    facts: WordFacts,
    words: WordList,
    delimiter: str,
    least: int,
) -> Spelled:
    """The pairs whose spelling occurs at least `least` times.

    Parameters
    ----------
    pairs
        Of `stream`, counted with `facts`.
    words
        Of the stream's table.
    least
        All pairs with a compound are taken, and others if their own count reaches it.
    """
    is_word = (stream.counts > 0) & (facts.kinds & kernels.CONNECTOR == 0)
    counts, plain = stream.counts.copy(), pairs.select(least)
    compounds = np.flatnonzero(is_word & (facts.kinds & kernels.COMPOUND > 0))
    n_spellings = int(np.count_nonzero(is_word)) + len(pairs)
    if not len(compounds):
        return Spelled(plain, counts, n_spellings)
    hashes, powers = _spelling_hashes(words, compounds, facts.hashes, delimiter)
    compound_pairs = pairs.with_compounds()
    folded = _fold(stream.mapped(), compound_pairs.places, facts.kinds, hashes, powers)
    spellings, which = np.unique(np.concatenate([folded, hashes[compounds]]), return_inverse=True)
    same = pairs.look_up(spellings)
    totals = same.counts.copy()
    np.add.at(totals, which, np.concatenate([compound_pairs.counts, counts[compounds]]))
    counts[compounds] = totals[which[len(folded) :]]
    shared = np.flatnonzero(same.counts)
    others = ~np.isin(plain.keys, spellings[shared])
    chosen = Pairs(
        np.concatenate([plain.keys[others], compound_pairs.keys, spellings[shared]]),
        np.concatenate([plain.counts[others], totals[which[: len(folded)]], totals[shared]]),
        np.concatenate([plain.places[others], compound_pairs.places, same.places[shared]]),
    )
    n_spellings -= len(which) - len(spellings) + len(shared)
    return Spelled(chosen, counts, n_spellings)


def _spelling_hashes(
    words: WordList, compounds: Integers, hashes: Words64, delimiter: str
) -> tuple[Words64, Words64]:
    """The hash of each word's spelling and its power, uint64[W] each: see `fold`."""
    spelled, powers = hashes.copy(), np.full(len(hashes), kernels.FACTOR)
    parts = [words[i].split(delimiter) for i in compounds.tolist()]
    distinct = list(dict.fromkeys(part for split in parts for part in split))
    known = dict(zip(distinct, hash_list(WordList.from_strings(distinct)).tolist(), strict=True))
    factor = int(kernels.FACTOR)
    for row, split in zip(compounds.tolist(), parts, strict=True):
        value = 0
        for part in split:
            value = (value * factor + known[part]) % _MODULUS
        spelled[row], powers[row] = value, pow(factor, len(split), _MODULUS)
    return spelled, powers


def _fold(
    ids: Ids, places: Integers, kinds: NDArray[np.uint8], hashes: Words64, powers: Words64
) -> Words64:
    """The hash of each pair's spelling, uint64[n]."""
    begins, folded = np.empty(len(places), np.int64), np.empty(len(places), np.uint64)
    with np.errstate(over="ignore"):
        kernels.find_pairs(ids, places, kinds, begins)
        kernels.fold(ids, begins, places, hashes, powers, folded)
    return folded
