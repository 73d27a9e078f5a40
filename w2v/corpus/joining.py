"""Join phrases in a stream of ids: one id takes the place of the words of a phrase.

Phrases are joined from left to right, and a word is part of one phrase at most, as in gensim and
word2phrase. The text is cut only where that makes no difference, so the result does not depend on
the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Ids, Integers, Words64
from w2v.corpus.id_stream import IdStream
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.pairs import WordFacts, hash_list
from w2v.corpus.phrase_list import Phrase
from w2v.corpus.word_table import WordTable
from w2v.system.parallel import in_order
from w2v.words.word_list import WordList


def join_phrases(stream: IdStream, phrases: Sequence[Phrase], pool: ThreadPoolExecutor) -> int:
    """Join the phrases of one pass in a stream; return how many fewer words it has afterwards."""
    joiner = Joiner(stream.table, phrases)
    before = stream.counts.sum()
    stream.replace(in_order(pool, joiner.join, joiner.cut(stream.blocks())))
    return int(before - stream.counts.sum())


class Joiner:
    """The phrases of one pass, ready to be found among the ids of a table.

    The words of the phrases, and what they become, are added to the table.
    """

    def __init__(self, table: WordTable, phrases: Sequence[Phrase]) -> None:
        sizes = np.array([len(phrase.words) for phrase in phrases], np.int64)
        words = [word for phrase in phrases for word in phrase.words]
        ids = _find_or_add(table, words)
        joined = _find_or_add(table, [phrase.word for phrase in phrases]).astype(np.int32)
        ends = np.cumsum(sizes)
        self._facts = _facts(table, ids, ends - sizes, ends - 1)
        self._table = self._enter(ids.astype(np.int32), ends - sizes, ends - 1, joined)

    def _enter(
        self, ids: Ids, firsts: Integers, lasts: Integers, joined: Ids
    ) -> tuple[Words64, Ids]:
        """The table of `find_phrase`, at most half full."""
        hashes = self._facts.hashes
        keys = np.empty(len(firsts), np.uint64)
        slots = 1 << max(4, int(2 * len(keys)).bit_length())
        table_keys, table_words = np.zeros(slots, np.uint64), np.empty(slots, np.int32)
        with np.errstate(over="ignore"):
            powers = np.full(len(hashes), kernels.FACTOR)
            kernels.fold(ids, firsts, lasts, hashes, powers, keys)
            kernels.enter_phrases(keys, joined, table_keys, table_words)
        return table_keys, table_words

    def cut(self, blocks: Iterator[Ids]) -> Iterator[Ids]:
        """The ids in blocks that can be joined one by one."""
        rest = np.zeros(0, np.int32)
        for block in blocks:
            ids = np.concatenate([rest, block])
            with np.errstate(over="ignore"):
                at = kernels.safe_cut(ids, *self._facts, *self._table)
            rest = ids[at:].copy()
            yield ids[:at]
        yield rest

    def join(self, ids: Ids) -> Ids:
        """Ids with phrases joined; `ids` is overwritten."""
        with np.errstate(over="ignore"):
            return ids[: kernels.join(ids, *self._facts, *self._table)]


def _find_or_add(table: WordTable, words: Sequence[str]) -> Integers:
    """The id of each word in a table: int64[n]."""
    distinct = list(dict.fromkeys(words))
    ids = table.find_or_add(WordList.from_strings(distinct)).tolist()
    known = dict(zip(distinct, ids, strict=True))
    return np.array([known[word] for word in words], np.int64)


def _facts(table: WordTable, ids: Integers, firsts: Integers, lasts: Integers) -> WordFacts:
    """What `join` needs to know about each word of the table."""
    kinds: NDArray[np.uint8] = np.zeros(len(table), np.uint8)
    between = np.ones(len(ids), bool)
    between[firsts] = between[lasts] = False
    kinds[ids[between]] = kernels.CONNECTOR
    kinds[ids[firsts]] |= kernels.FIRST
    kinds[ids[lasts]] |= kernels.LAST
    return WordFacts(hash_list(table.words(np.arange(len(table)))), kinds)
