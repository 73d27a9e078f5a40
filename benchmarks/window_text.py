"""The texts on which `window` trains, in memory and with the corpus's interface.

Made-up text has Zipf's distribution of words. Its words, where their letters matter, have letters
as frequent as in English text, three to twelve of them. Of a real text, stretches from all parts
of it are taken, one sentence after another as they stand.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.text.sources import find_sources
from w2v.words.word_list import WordList

SENTENCE = 60  # words, of made-up text
STRETCHES = 200  # of a real one
LETTERS = "eeeeeeettttaaaaooooiiinnnssshhhrrrddllcuumwfgypbvk"  # about as frequent as in English


class Text:
    """Sentences as word ids.

    Attributes
    ----------
    ids, offsets : int32[n_tokens] and int64[n_sentences + 1], where each sentence begins
    counts : int64[V]
    slice_tokens : the length of its slices
    """

    def __init__(self, ids: Any, offsets: Any, counts: Any, words: WordList | None = None) -> None:
        self.ids, self.offsets, self.counts, self._words = ids, offsets, counts, words
        self.n_tokens, self.n_sentences = int(offsets[-1]), len(offsets) - 1
        self.slice_tokens = self.n_tokens

    @classmethod
    def of(cls, path: Path | None, n_tokens: int, words: int) -> Text:
        """Stretches of the text in a file, with at most `words` words; made-up text without one."""
        return (
            cls.made_up(n_tokens, words) if path is None else cls.read_from(path, n_tokens, words)
        )

    @classmethod
    def made_up(cls, n_tokens: int, words: int) -> Text:
        """Words drawn from Zipf's distribution."""
        weights = 1 / (np.arange(words) + 2.7)
        ids = np.random.default_rng(1).choice(words, n_tokens, p=weights / weights.sum())
        counts = np.bincount(ids, minlength=words) + 1
        return cls(ids.astype(np.int32), np.arange(0, n_tokens + 1, SENTENCE), counts)

    @classmethod
    def read_from(cls, path: Path, n_tokens: int, words: int) -> Text:
        """Whole sentences from STRETCHES places of a file."""
        config = TrainConfig(min_count=1, max_vocab=words, tokenizer="whitespace")
        with tempfile.TemporaryDirectory() as folder:
            vocabulary, corpus = prepare_corpus(
                find_sources([str(path)]), config, Path(folder), threads=2
            )
            bounds = corpus.slices(max(1, n_tokens // STRETCHES))
            some = np.linspace(0, len(bounds) - 2, STRETCHES).astype(int)
            read = [corpus.read(bounds[k], bounds[k + 1]) for k in np.unique(some)]
        lengths = np.concatenate([np.diff(offsets) for _, offsets in read])
        ids = np.concatenate([ids for ids, _ in read])
        return cls(ids, np.append(0, lengths.cumsum()), vocabulary.counts, vocabulary.words)

    def words(self) -> WordList:
        """Its words, in the order of their ids."""
        return made_up_words(len(self.counts)) if self._words is None else self._words

    def slices(self, tokens: int) -> Any:
        """Boundaries of runs of about `slice_tokens` ids, whatever `tokens` asks for."""
        wanted = np.arange(0, self.n_tokens, self.slice_tokens)
        return np.append(np.searchsorted(self.offsets, wanted), self.n_sentences)

    def tokens_before(self, sentence: int) -> int:
        """How many ids come before a sentence."""
        return int(self.offsets[sentence])

    def read(self, first: int, last: int) -> tuple[Any, Any]:
        """The ids of some sentences and offsets into them."""
        offsets = self.offsets[first : last + 1]
        return self.ids[offsets[0] : offsets[-1]], offsets - offsets[0]


def made_up_words(count: int) -> WordList:
    """Words whose letters are as frequent as in English text."""
    random = np.random.default_rng(2)
    rows = random.choice(list(LETTERS), (count, 12))
    lengths = random.integers(3, 13, count)
    return WordList.from_strings(
        "".join(row)[:length] for row, length in zip(rows, lengths, strict=True)
    )
