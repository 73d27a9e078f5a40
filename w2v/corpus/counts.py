"""Count the words of a text without storing its ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from w2v.config import TrainConfig
from w2v.text.pieces import TextReader
from w2v.text.sources import Source
from w2v.text.spacing import lacks_spaces
from w2v.words.vocabulary import Vocabulary

MIN_COUNTS = (1, 2, 5, 10, 20, 50, 100)  # what `count_words` reports on


@dataclass(frozen=True)
class Kept:
    """What a --min-count keeps of a text."""

    min_count: int
    words: int  # distinct ones
    tokens: int


@dataclass(frozen=True)
class WordCount:
    """The result of counting.

    vocabulary : the words that reach min_count, at most max_vocab; may be empty
    kept : what each of MIN_COUNTS, and min_count itself, would keep
    n_words, n_distinct, n_lines, n_stopped, lacks_spaces, sources : as in CorpusSummary
    """

    vocabulary: Vocabulary
    min_count: int
    kept: list[Kept]
    n_words: int
    n_distinct: int
    n_lines: int
    n_replaced_bytes: int
    n_stopped: int
    lacks_spaces: bool
    sources: list[dict[str, Any]]


def count_words(
    sources: Sequence[Source],
    config: TrainConfig,
    *,
    threads: int,
    progress: Callable[[int, int | None], None] | None = None,
) -> WordCount:
    """Count the words of a text without storing its ids. See `prepare_corpus`."""
    from w2v.corpus.first_pass import read_text
    from w2v.corpus.stop_words import without_stop_words

    reader = TextReader.from_config(sources, config)
    reading = read_text(reader, threads, None, progress)
    words, n_stopped = without_stop_words(reading.words, config)
    counts = words.counts
    order = words.by_falling_count(config.min_count, config.max_vocab)
    kept = []
    for least in sorted({*MIN_COUNTS, config.min_count}):
        some = counts[counts >= least]
        kept.append(Kept(least, len(some), int(some.sum())))
    return WordCount(
        vocabulary=Vocabulary(words.table.words(order), counts[order]),
        min_count=config.min_count,
        kept=kept,
        n_words=int(reading.words.counts.sum()),
        n_distinct=reading.words.n_distinct,
        n_lines=reading.n_lines,
        n_replaced_bytes=reading.n_replaced_bytes,
        n_stopped=n_stopped,
        lacks_spaces=lacks_spaces(reading.words.sample()),
        sources=[dataclasses.asdict(source) for source in reading.sources],
    )
