"""Find the phrases of a text: pairs of words that occur together more often than by chance.

The scores are those of gensim's Phrases and of word2phrase. For words a and b, with or without
connector words between them:

    default      (count(ab) - min_count) / (count(a) * count(b)) * distinct words and pairs
    npmi         log(p(ab) / (p(a) * p(b))) / -log(p(ab)), from -1 to 1; p: the share of all words
    word2phrase  (count(ab) - min_count) / count(a) / count(b) * words, in float32; pairs are
                 counted across line ends, and both words must reach min_count

A pair that scores above the threshold is a phrase. Mikolov et al. 2013, "Distributed
Representations of Words and Phrases and their Compositionality", section 4; for npmi Bouma 2009.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from w2v.arrays import Doubles, Ids, Integers
from w2v.corpus.first_pass import Reading
from w2v.corpus.id_stream import IdStream
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.pair_counts import WordFacts, count_pairs, hash_list
from w2v.corpus.pair_spellings import Spelled, count_spellings, find_compounds
from w2v.corpus.phrase_joining import join_phrases
from w2v.corpus.phrase_list import Phrase, passes_of
from w2v.corpus.phrase_options import PhraseOptions
from w2v.system.parallel import worker_threads
from w2v.words.word_list import WordList


@dataclass(frozen=True)
class FoundPhrases:
    """What was found in a text.

    phrases : by descending score
    n_pairs : distinct pairs that were counted, in all passes
    n_dropped, dropped_count : see `w2v.corpus.pair_counts.PairCounts`; of all passes
    """

    phrases: list[Phrase]
    n_pairs: int
    n_dropped: int
    dropped_count: int


def find_phrases(
    file: BinaryIO, reading: Reading, options: PhraseOptions, threads: int, *, join: bool
) -> tuple[FoundPhrases, Reading]:
    """Find the phrases of a text that has been read.

    Parameters
    ----------
    file
        Where `read_text` wrote the ids; they are rewritten in place.
    reading
        What `read_text` returned.
    threads
        The result does not depend on it.
    join
        Whether the phrases of the last pass are joined too.

    Returns
    -------
    The phrases, and the reading of the text in which they are joined.
    """
    stream = IdStream(file, reading)
    found: list[FoundPhrases] = []
    with worker_threads(threads) as pool:
        for number in range(1, options.passes + 1):
            found.append(_one_pass(stream, options, number, pool))
            if not found[-1].phrases:
                break
            if join or number < options.passes:
                join_phrases(stream, found[-1].phrases, pool)
    phrases = [phrase for one in found for phrase in one.phrases]
    phrases.sort(key=lambda phrase: -phrase.score)  # keeps the order of equal scores
    summed = FoundPhrases(
        phrases,
        sum(one.n_pairs for one in found),
        sum(one.n_dropped for one in found),
        max(one.dropped_count for one in found),
    )
    return summed, stream.reading()


def join_all(
    file: BinaryIO, reading: Reading, phrases: Sequence[Phrase], threads: int
) -> tuple[int, Reading]:
    """Join the phrases of all passes in a text that has been read; see `find_phrases`.

    Returns how many words fewer the text has afterwards, and its reading.
    """
    stream = IdStream(file, reading)
    with worker_threads(threads) as pool:
        fewer = sum(join_phrases(stream, some, pool) for some in passes_of(phrases))
    return fewer, stream.reading()


def _one_pass(
    stream: IdStream, options: PhraseOptions, number: int, pool: ThreadPoolExecutor
) -> FoundPhrases:
    """The phrases of the stream as it is; at equal scores, in the order of the text."""
    words = stream.table.words(np.arange(len(stream.table)))
    facts = _facts(words, options)
    across_lines = options.scoring == "word2phrase"
    pairs = count_pairs(stream, facts, options.max_pairs, pool, across_lines=across_lines)
    spelled = count_spellings(pairs, stream, facts, words, options.delimiter, options.least_count)
    ids, places = stream.mapped(), spelled.pairs.places
    begins = np.empty(len(places), np.int64)
    kernels.find_pairs(ids, places, facts.kinds, begins)
    scores = _SCORES[options.scoring](
        _Counted(spelled, ids[begins], ids[places], int(stream.counts.sum())), options.min_count
    )
    chosen = np.flatnonzero(scores > options.least_score)
    chosen = chosen[np.lexsort((places[chosen], -scores[chosen]))]
    counts, values = spelled.pairs.counts[chosen].tolist(), scores[chosen].tolist()
    rows = _rows(ids, begins[chosen], places[chosen])
    names = list(words.select(np.concatenate([np.zeros(0, np.int64), *rows])))
    phrases, at = [], 0
    for row, count, score in zip(rows, counts, values, strict=True):
        some = tuple(names[at : at + len(row)])
        phrases.append(Phrase(some, count, score, options.delimiter.join(some), number))
        at += len(row)
    return FoundPhrases(phrases, len(pairs), pairs.n_dropped, pairs.dropped_count)


def _facts(words: WordList, options: PhraseOptions) -> WordFacts:
    """What the counting needs to know about each word."""
    kinds = np.zeros(len(words), np.uint8)
    kinds[find_compounds(words, options.delimiter)] = kernels.COMPOUND
    connectors = words.find_many(options.connectors)
    kinds[connectors[connectors >= 0]] |= kernels.CONNECTOR
    return WordFacts(hash_list(words), kinds)


def _rows(ids: Ids, begins: Integers, places: Integers) -> list[Integers]:
    """The ids of each pair's words, without line ends."""
    rows = []
    for begin, place in zip(begins.tolist(), places.tolist(), strict=True):
        row = ids[begin : place + 1]
        rows.append(row[row != kernels.END_OF_LINE].astype(np.int64))
    return rows


class _Counted:
    """The counts that scores are computed from, float64[n] or numbers."""

    def __init__(self, spelled: Spelled, first: Ids, last: Ids, n_words: int) -> None:
        self.both = spelled.pairs.counts
        self.first, self.last = spelled.counts[first], spelled.counts[last]
        self.n_spellings, self.n_words = spelled.n_spellings, n_words


def _default_score(counted: _Counted, min_count: int) -> Doubles:
    """gensim's default, with its order of operations: the results are the same to the last bit."""
    product = (counted.first.astype(np.longdouble) * counted.last).astype(np.float64)
    scores: Doubles = (counted.both - min_count) / product * counted.n_spellings
    return scores


def _npmi_score(counted: _Counted, min_count: int) -> Doubles:
    """gensim's npmi, with Python's own logarithm: NumPy's may differ in the last bit."""
    total = float(counted.n_words)
    scores = np.full(len(counted.both), -np.inf)
    for i in np.flatnonzero(counted.both >= min_count).tolist():
        pa, pb = int(counted.first[i]) / total, int(counted.last[i]) / total
        pab = int(counted.both[i]) / total
        scores[i] = math.log(pab / (pa * pb)) / -math.log(pab)
    return scores


def _word2phrase_score(counted: _Counted, min_count: int) -> Doubles:
    """word2phrase's score, in float32 as there."""
    f = np.float32
    scores = (counted.both - min_count).astype(f) / counted.first.astype(f)
    scores = scores / counted.last.astype(f) * f(counted.n_words)
    scores[(counted.first < min_count) | (counted.last < min_count)] = 0
    scores[counted.both < min_count] = 0
    return scores.astype(np.float64)


_SCORES: dict[str, Callable[[_Counted, int], Doubles]] = {
    "default": _default_score,
    "npmi": _npmi_score,
    "word2phrase": _word2phrase_score,
}
