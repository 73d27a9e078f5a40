"""Join phrases in a stream of ids: one id takes the place of the words of a phrase.

Phrases are joined from left to right, and a word is part of one phrase at most, as in gensim and
word2phrase. The text is cut only where that makes no difference, so the result does not depend on
the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Ids, Integers, Words64
from w2v.corpus.id_stream import IdStream
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.pair_counts import WordFacts, hash_list
from w2v.corpus.phrase_list import Phrase
from w2v.corpus.word_table import WordTable
from w2v.system.collector import without_collector
from w2v.system.parallel import in_order
from w2v.words.word_list import WordList

Extra = TypeVar("Extra")


def join_phrases(stream: IdStream, phrases: Sequence[Phrase], pool: ThreadPoolExecutor) -> int:
    """Join the phrases of one pass in a stream; return how many fewer words it has afterwards."""
    joiner = Joiner(stream.table, phrases)
    before = stream.counts.sum()
    blocks = ((ids, None) for ids in stream.blocks())
    stream.replace(ids for ids, _ in in_order(pool, joiner.join, joiner.cut(blocks)))
    return int(before - stream.counts.sum())


class Joiner:
    """The phrases of one pass, ready to be found among the ids of a table.

    The words of the phrases, and what they become, are added to the table. A block of ids may come
    with anything else, which stays with it.
    """

    @without_collector()
    def __init__(self, table: WordTable, phrases: Sequence[Phrase]) -> None:
        words = WordList.from_strings([word for phrase in phrases for word in phrase.words])
        ids = table.find_or_add(words)
        becomes = table.find_or_add(WordList.from_strings([phrase.word for phrase in phrases]))
        ends = np.cumsum([len(phrase.words) for phrase in phrases])
        firsts, lasts = ends - [len(phrase.words) for phrase in phrases], ends - 1
        self._facts = _facts(words, ids, firsts, lasts)
        self._table = self._enter(ids.astype(np.int32), firsts, lasts, becomes.astype(np.int32))

    def _enter(
        self, ids: Ids, firsts: Integers, lasts: Integers, becomes: Ids
    ) -> tuple[Words64, Ids]:
        """The table of `kernels.join`, at most half full."""
        hashes = self._facts.hashes
        keys = np.empty(len(firsts), np.uint64)
        table_keys = np.zeros(2 * len(keys) + 1, np.uint64)
        table_words = np.empty(len(table_keys), np.int32)
        with np.errstate(over="ignore"):
            powers = np.full(len(hashes), kernels.FACTOR)
            kernels.fold(ids, firsts, lasts, hashes, powers, keys)
            kernels.enter_phrases(keys, becomes, table_keys, table_words)
        return table_keys, table_words

    def cut(self, blocks: Iterable[tuple[Ids, Extra]]) -> Iterator[tuple[Ids, Extra]]:
        """The ids in blocks that can be joined one by one.

        What is left of a block goes to the next: only ids of words that the phrases hold.
        """
        rest: tuple[Ids, Extra] | None = None
        for block, extra in blocks:
            ids = block if rest is None else np.concatenate([rest[0], block])
            with np.errstate(over="ignore"):
                at = kernels.safe_cut(ids, *self._facts, *self._table)
            rest = ids[at:].copy(), extra
            yield ids[:at], extra
        if rest is not None:
            yield rest

    def join(self, block: tuple[Ids, Extra]) -> tuple[Ids, Extra]:
        """Ids with phrases joined; the given ones are overwritten."""
        ids, extra = block
        with np.errstate(over="ignore"):
            return ids[: kernels.join(ids, *self._facts, *self._table)], extra


def _facts(words: WordList, ids: Integers, firsts: Integers, lasts: Integers) -> WordFacts:
    """What `kernels.join` needs to know about each word, up to the last of the phrases' words."""
    kinds: NDArray[np.uint8] = np.zeros(ids.max() + 1, np.uint8)
    hashes = np.zeros(len(kinds), np.uint64)
    hashes[ids] = hash_list(words)
    between = np.ones(len(ids), bool)
    between[firsts] = between[lasts] = False
    kinds[ids[between]] = kernels.CONNECTOR
    kinds[ids[firsts]] |= kernels.FIRST
    kinds[ids[lasts]] |= kernels.LAST
    return WordFacts(hashes, kinds)
