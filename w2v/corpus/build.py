"""One pass over the text counts its words and turns it into a Corpus.

    sources ─▶ pieces ─▶ (threads) ids of each thread's own table ─▶ spool on disk
    tables ─▶ merged, cut to the vocabulary ─▶ spool rewritten in place ─▶ Corpus

The text is read once, to count and to encode: each thread numbers words as it meets them, and once
everything is counted, the ids on disk are replaced by those of the vocabulary. Memory grows with
the number of distinct words, never with the length of the text. Words, counts, ids and sentences
do not depend on the number of threads: of two words with equal counts, the one that appears first
in the text comes first.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Integers
from w2v.config import TrainConfig
from w2v.corpus.corpus import FACTS, IDS, OFFSET, SENTENCES, Corpus, CorpusSummary
from w2v.corpus.sentences import SentenceCutter
from w2v.errors import W2VError
from w2v.text.pieces import PIECE_BYTES, TextReader
from w2v.text.sources import Source
from w2v.text.spacing import ADVICE, lacks_spaces
from w2v.words.vocabulary import Vocabulary
from w2v.words.vocabulary_growth import grow

if TYPE_CHECKING:
    from w2v.corpus.first_pass import Reading
    from w2v.corpus.python_text import PythonText
    from w2v.corpus.word_table import Merged


def prepare_corpus(
    sources: Sequence[Source] | PythonText,
    config: TrainConfig,
    folder: Path,
    *,
    vocabulary: Vocabulary | None = None,
    old: Vocabulary | None = None,
    join: Callable[[BinaryIO, Reading], Reading] | None = None,
    threads: int,
    progress: Callable[[int, int | None], None] | None = None,
    piece_bytes: int = PIECE_BYTES,
) -> tuple[Vocabulary, Corpus]:
    """Read the text once; return its vocabulary and its ids, which are stored in `folder`.

    Parameters
    ----------
    sources
        The result of `find_sources`, or text from Python.
    config
        Only the options of the text and its vocabulary are used.
    folder
        Created if necessary; files of an earlier corpus in it are replaced.
    vocabulary
        Use its words (cut by min_count and max_vocab) and counts instead of the text's own.
    old
        Keep all its words, add those of the text that reach min_count, and sum the counts.
    join
        Called with the ids on disk and the reading of the text; joins phrases in both.
    threads
        How many threads scan the text; the result does not depend on it.
    progress
        Called with the bytes read so far and the total (None if unknown).
    piece_bytes
        The size of the pieces; the result does not depend on it.

    Raises
    ------
    W2VError
        If the text cannot be read, fewer than two words reach min_count, no word of the given
        vocabulary occurs in the text, or the disk is full. No corpus is left in the folder then.
    """
    from w2v.corpus.first_pass import read_text
    from w2v.corpus.python_text import PythonText

    if isinstance(sources, PythonText):
        read = functools.partial(sources.read, config)
    else:
        reader = TextReader.from_config(sources, config, piece_bytes)
        read = functools.partial(read_text, reader)
    with empty_folder(folder):
        with (folder / IDS).open("w+b") as spool:
            reading = read(threads, spool, progress)
            if join is not None:
                reading = join(spool, reading)
            chosen = choose(reading.words, config, vocabulary, old)
            corpus = encode(reading, chosen, config, folder, spool, threads)
        corpus.save()
    return chosen.vocabulary, corpus


@contextmanager
def empty_folder(folder: Path) -> Iterator[None]:
    """A folder without an earlier corpus, in which an error leaves none either."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (FACTS, IDS, SENTENCES):
            (folder / name).unlink(missing_ok=True)
        yield
    except BaseException as error:
        for name in (FACTS, IDS, SENTENCES):
            (folder / name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise W2VError(f"{folder}: {error.strerror} (--cache-dir puts it elsewhere)") from None
        raise


@dataclass(frozen=True)
class Chosen:
    """The vocabulary, and the index in it of each word id of the reading (-1: left out).

    n_stopped : how many words of the text are stop words
    """

    vocabulary: Vocabulary
    final: NDArray[np.int32]
    n_stopped: int


def choose(
    words: Merged, config: TrainConfig, given: Vocabulary | None, old: Vocabulary | None
) -> Chosen:
    """The vocabulary of the text, or the given one, or the old one with the text's new words."""
    from w2v.corpus.stop_words import remove_stop_words, without_stop_words

    everything = words
    words, n_stopped = without_stop_words(words, config)
    if old is not None:
        order, totals = _grown(words, config, old)
        vocabulary = Vocabulary(words.table.words(order), totals)
    elif given is None:
        order = words.by_falling_count(config.min_count, config.max_vocab)
        _check_enough(order, words, config.min_count)
        vocabulary = Vocabulary(words.table.words(order), words.counts[order])
    else:
        given = given if given.has_counts else _counted(given, words)
        given = remove_stop_words(given, config)
        vocabulary = given.cut(config.min_count, config.max_vocab)
        order = words.table.find_or_add(vocabulary.words)
        known = order[order < len(words.counts)]
        if not words.counts[known].any():
            raise W2VError("no word of the vocabulary occurs in the text; is it the right one?")
    final = np.full(len(words.table), -1, np.int32)
    final[order[::-1]] = np.arange(len(order) - 1, -1, -1, dtype=np.int32)
    final[: len(everything.counts)][everything.counts > words.counts] = -1  # stop words
    return Chosen(vocabulary, final, n_stopped)


def _grown(words: Merged, config: TrainConfig, old: Vocabulary) -> tuple[Integers, Integers]:
    """The ids and counts of an old vocabulary's words, and of those that the text adds."""
    old_ids = words.table.find_or_add(old.words)
    missing = len(words.table) - len(words.counts)  # old words that do not occur
    counts = np.concatenate([words.counts, np.zeros(missing, np.int64)])
    first = np.concatenate([words.first, np.zeros(missing, np.int64)])
    return grow(old_ids, old, counts, first, config.min_count, config.max_vocab)


def _counted(listed: Vocabulary, words: Merged) -> Vocabulary:
    """A list of words with their counts in the text, by descending count."""
    rows = words.table.find_or_add(listed.words)
    counts = np.zeros(len(rows), np.int64)
    known = rows < len(words.counts)
    counts[known] = words.counts[rows[known]]
    order = np.argsort(-counts, kind="stable")
    return Vocabulary(listed.words.select(order), counts[order])


def encode(
    reading: Reading,
    chosen: Chosen,
    config: TrainConfig,
    folder: Path,
    spool: BinaryIO,
    threads: int,
    sizes: list[int] | None = None,
) -> Corpus:
    """Replace the spool's provisional ids by final ones, in place; write the sentences.

    `sizes` gets the number of final ids of each piece.
    """
    from w2v.corpus.spool import joined_checksum, read_spool, renumber
    from w2v.system.parallel import in_order, worker_threads

    tables = [chosen.final[ids] for ids in reading.words.ids]
    cutter = SentenceCutter(config.max_sentence)
    digest = hashlib.sha256(chosen.vocabulary.words.blob)
    digest.update(chosen.vocabulary.counts.astype(OFFSET).data)
    checksum = end = 0
    with (folder / SENTENCES).open("wb") as sentences, worker_threads(threads) as pool:
        sentences.write(bytes(OFFSET.itemsize))
        given = read_spool(spool, reading.spool, tables)
        for piece in in_order(pool, renumber, given):
            spool.seek(end)
            spool.write(piece.ids.data)
            end += piece.ids.nbytes
            if sizes is not None:
                sizes.append(len(piece.ids))
            ends = cutter.add(piece.lengths).astype(OFFSET, copy=False).data
            sentences.write(ends)
            digest.update(ends)
            checksum = joined_checksum(checksum, piece)
    digest.update(f"{checksum} {cutter.n_tokens}".encode())
    spool.truncate(end)
    summary = _summary(reading, chosen, cutter)
    return Corpus(folder, cutter.n_tokens, cutter.n_sentences, summary, digest.hexdigest())


def _summary(reading: Reading, chosen: Chosen, cutter: SentenceCutter) -> CorpusSummary:
    return CorpusSummary(
        n_words=int(reading.words.counts.sum()),
        n_retained=cutter.n_tokens,
        n_distinct=reading.words.n_distinct,
        n_vocabulary=len(chosen.vocabulary),
        n_lines=reading.n_lines,
        n_sentences=cutter.n_sentences,
        n_cut_sentences=cutter.n_cut,
        n_replaced_bytes=reading.n_replaced_bytes,
        n_stopped=chosen.n_stopped,
        lacks_spaces=lacks_spaces(reading.words.sample()),
        sources=[dataclasses.asdict(source) for source in reading.sources],
    )


def _check_enough(order: NDArray[np.int64], words: Merged, min_count: int) -> None:
    """Raise W2VError unless at least two words are left, which training needs."""
    if len(order) >= 2:
        return
    most = int(np.lexsort((words.first, -words.counts))[0])
    word, count = words.table.words(np.array([most]))[0], int(words.counts[most])
    times = "once" if count == 1 else f"{count:,} times"
    if lacks_spaces(words.sample()):
        raise W2VError(ADVICE)
    if not len(order):
        raise W2VError(
            f"no word reaches --min-count {min_count}; the most frequent, '{word}', "
            f"occurs {times}; lower --min-count"
        )
    raise W2VError(
        f"only one word, '{word}' ({times}), is in the vocabulary; training needs two or more: "
        "give more text, lower --min-count or raise --max-vocab"
    )
