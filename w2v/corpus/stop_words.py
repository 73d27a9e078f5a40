"""Stop words: words that a user wants to leave out of a text."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from w2v.config import TrainConfig
from w2v.corpus.word_table import Merged, WordTable
from w2v.errors import W2VError
from w2v.messages import printable
from w2v.text.pieces import TextReader
from w2v.text.sources import find_sources
from w2v.words.vocabulary import Vocabulary
from w2v.words.word_list import WordList


def without_stop_words(words: Merged, config: TrainConfig) -> tuple[Merged, int]:
    """The words, with a count of 0 for stop words, and how many words of the text are stop words.

    Raises W2VError if the file of stop words cannot be read, contains no words, or contains all
    words of the text.
    """
    if config.stop_words is None:
        return words, 0
    ids = words.table.find_or_add(read_words(config.stop_words, config))
    ids = ids[ids < len(words.counts)]
    counts = words.counts.copy()
    counts[ids] = 0
    if not counts.any():
        raise W2VError(f"{printable(config.stop_words)}: every word of the text is a stop word")
    return dataclasses.replace(words, counts=counts), int(words.counts[ids].sum())


def remove_stop_words(vocabulary: Vocabulary, config: TrainConfig) -> Vocabulary:
    """A vocabulary without the stop words. Raises W2VError as `without_stop_words` does."""
    if config.stop_words is None:
        return vocabulary
    found = vocabulary.words.find_many(read_words(config.stop_words, config))
    kept = np.setdiff1d(np.arange(len(vocabulary)), found)
    return Vocabulary(vocabulary.words.select(kept), vocabulary.counts[kept])


def read_words(path: str, config: TrainConfig, kind: str = "stop words") -> WordList:
    """The words in a file, which is tokenized as the text is but always read as UTF-8.

    Raises W2VError if there are none; `kind` is what they are called.
    """
    if not Path(path).is_file():
        raise W2VError(f"{printable(path)}: there is no such file of {kind}")
    reader = TextReader(find_sources([path]), "utf-8", config.tokenizer, keep_case=config.keep_case)
    table = WordTable(config.tokenizer, config.keep_case)
    for piece in reader.pieces():
        table.scan(piece.text, piece.place)
    if not len(table):
        raise W2VError(f"{printable(path)}: there are no words in it")
    return table.words(np.arange(len(table)))
