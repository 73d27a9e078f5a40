"""Corpus: the text as word ids on disk, made in one reading, read back slice by slice.

    sources ─▶ pieces ─▶ (threads) ids of each thread's own table ─▶ spool on disk
    tables ─▶ merged, cut to the vocabulary ─▶ spool rewritten in place ─▶ Corpus

One reading both counts and encodes: each thread numbers words as they come, and when all are
counted the ids on disk are replaced by those of the vocabulary. Memory grows with the distinct
words, never with the text. Words, counts, ids and sentences are the same whatever the number
of threads: ties in count are broken by which word comes first in the text.

The folder holds

    ids.i32        int32[n_tokens], little-endian: the words in the vocabulary, back to back
    sentences.i64  int64[n_sentences + 1], little-endian: where each sentence begins
    corpus.json    sizes, summary and fingerprint; written last

A sentence is a line's words in the vocabulary, cut after each `max_sentence` of them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.sentences import SentenceCutter
from w2v.tokenizer import PIECE_BYTES, Source, TextReader

if TYPE_CHECKING:
    from w2v.counting import Merged
    from w2v.reading import Reading
    from w2v.vocabulary import Vocabulary

IDS, SENTENCES, FACTS = "ids.i32", "sentences.i64", "corpus.json"
MIN_COUNTS = (1, 2, 5, 10, 20, 50, 100)  # what `count_words` tells about
_FORMAT = 1
ID = np.dtype("<i4")
OFFSET = np.dtype("<i8")


@dataclass(frozen=True)
class CorpusSummary:
    """What was read and what is left of it."""

    n_words: int  # words in the text
    n_retained: int  # of them, words that are in the vocabulary
    n_distinct: int  # different words in the text
    n_vocabulary: int
    n_lines: int  # lines with at least one word
    n_sentences: int
    n_cut_sentences: int  # lines longer than max_sentence, which became several sentences
    n_replaced_bytes: int  # that were not valid in the encoding
    sources: list[dict[str, Any]] = field(default_factory=list)  # name, bytes, text_bytes, ...


@dataclass(frozen=True)
class Corpus:
    """Word ids on disk. Made by `prepare_corpus`, found again by `Corpus.open`.

    Attributes
    ----------
    folder : where the files lie
    n_tokens : ids in all
    n_sentences : sentences in all
    summary : what was read
    fingerprint : a digest of the vocabulary and the sentences, and a checksum of the ids
    """

    folder: Path
    n_tokens: int
    n_sentences: int
    summary: CorpusSummary
    fingerprint: str

    @classmethod
    def open(cls, folder: Path) -> Corpus:
        """The corpus in `folder`. Raises W2VError when there is none, or not all of it."""
        path = folder / FACTS
        try:
            facts = json.loads(path.read_text("utf-8"))
            summary = CorpusSummary(**facts["summary"])
            tokens, sentences = int(facts["n_tokens"]), int(facts["n_sentences"])
            corpus = cls(folder, tokens, sentences, summary, str(facts["fingerprint"]))
            whole = facts["format"] == _FORMAT
        except OSError as error:
            raise W2VError(f"{path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise W2VError(f"{path}: damaged; remove {folder} and run again") from None
        if not whole:
            raise W2VError(f"{path}: of another version of w2v; remove {folder} and run again")
        _check_size(folder / IDS, tokens * ID.itemsize)
        _check_size(folder / SENTENCES, (sentences + 1) * OFFSET.itemsize)
        return corpus

    def save(self) -> None:
        """Write corpus.json, which makes the folder a corpus."""
        facts = {
            "format": _FORMAT,
            "n_tokens": self.n_tokens,
            "n_sentences": self.n_sentences,
            "fingerprint": self.fingerprint,
            "summary": dataclasses.asdict(self.summary),
        }
        beside = self.folder / (FACTS + ".new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(facts, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / FACTS)

    def read(self, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Sentences first to last - 1: int32[n] ids and int64[last - first + 1] offsets into them.

        Raises W2VError when a file is shorter than it was.
        """
        if not 0 <= first <= last <= self.n_sentences:
            raise IndexError(f"sentences {first} to {last} of {self.n_sentences}")
        offsets = _read(self.folder / SENTENCES, OFFSET, first, last + 1 - first)
        begin, end = int(offsets[0]), int(offsets[-1])
        if not 0 <= begin <= end <= self.n_tokens:
            raise W2VError(f"{self.folder / SENTENCES}: damaged; run again without --resume")
        ids = _read(self.folder / IDS, ID, begin, end - begin)
        return ids.astype(np.int32, copy=False), (offsets - begin).astype(np.int64, copy=False)

    def tokens_before(self, sentence: int) -> int:
        """How many ids come before a sentence."""
        return int(_read(self.folder / SENTENCES, OFFSET, sentence, 1)[0])

    def longest_sentence(self) -> int:
        """Ids of the longest sentence."""
        longest, step = 0, 1 << 20
        for first in range(0, self.n_sentences, step):
            size = min(step, self.n_sentences - first)
            ends = _read(self.folder / SENTENCES, OFFSET, first, size + 1)
            longest = max(longest, int(np.diff(ends).max()))
        return longest

    def slices(self, tokens: int) -> NDArray[np.int64]:
        """Cut the sentences into runs of about `tokens` ids: int64[n + 1] sentence boundaries."""
        bounds = [0]
        step = 1 << 20
        goal = tokens
        for first in range(0, self.n_sentences, step):
            size = min(step, self.n_sentences - first)
            ends = _read(self.folder / SENTENCES, OFFSET, first + 1, size)
            while (found := int(np.searchsorted(ends, goal))) < size:
                bounds.append(first + found + 1)
                goal = int(ends[found]) + tokens
        if bounds[-1] < self.n_sentences:
            bounds.append(self.n_sentences)
        return np.array(bounds, np.int64)


def _check_size(path: Path, wanted: int) -> None:
    """Raise W2VError when the file is not of the size that corpus.json tells."""
    size = path.stat().st_size if path.is_file() else None
    if size != wanted:
        found = "is missing" if size is None else f"has {size:,} bytes"
        raise W2VError(f"{path}: {found}, expected {wanted:,}; remove the folder and run again")


def _read(path: Path, dtype: np.dtype[Any], first: int, size: int) -> NDArray[Any]:
    """Entries first to first + size - 1 of a file. Raises W2VError when it is too short."""
    array = np.empty(size, dtype)
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(first * dtype.itemsize)
            left = array.view(np.uint8).data
            while len(left) and (read := file.readinto(left)):
                left = left[read:]
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None
    if len(left):
        raise W2VError(f"{path}: shorter than when it was written; run again")
    return array


def prepare_corpus(
    sources: Sequence[Source],
    config: TrainConfig,
    folder: Path,
    *,
    vocabulary: Vocabulary | None = None,
    threads: int,
    progress: Callable[[int, int | None], None] | None = None,
    piece_bytes: int = PIECE_BYTES,
) -> tuple[Vocabulary, Corpus]:
    """Read the text once: its vocabulary, and its ids on disk in `folder`.

    Parameters
    ----------
    sources
        What `find_sources` gave.
    config
        tokenizer, encoding, min_count, max_vocab and max_sentence count here.
    folder
        Made if need be; files of an earlier corpus in it are replaced.
    vocabulary
        Take its words (cut by min_count and max_vocab) and counts instead of the text's own.
    threads
        How many threads scan; the result does not depend on it.
    progress
        Called with the bytes read so far and in all (None when that is not known).
    piece_bytes
        The size of the pieces; the result does not depend on it.

    Raises
    ------
    W2VError
        When the text cannot be read, no two words reach min_count, no word of a given
        vocabulary occurs, or the disk is full. The folder holds no corpus then.
    """
    from w2v.reading import read_text

    reader = TextReader(sources, config.encoding, config.tokenizer, piece_bytes)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (FACTS, IDS, SENTENCES):
            (folder / name).unlink(missing_ok=True)
        with (folder / IDS).open("w+b") as spool:
            reading = read_text(reader, threads, spool, progress)
            chosen = _choose(reading.words, config, vocabulary)
            corpus = _encode(reading, chosen, config, folder, spool, threads)
        corpus.save()
    except BaseException as error:
        for name in (FACTS, IDS, SENTENCES):
            (folder / name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise W2VError(f"{folder}: {error.strerror} (--cache-dir puts it elsewhere)") from None
        raise
    return chosen.vocabulary, corpus


@dataclass(frozen=True)
class Kept:
    """What a --min-count keeps of a text."""

    min_count: int
    words: int  # different ones
    tokens: int


@dataclass(frozen=True)
class WordCount:
    """What counting alone finds.

    vocabulary : the words that reach min_count, at most max_vocab; may have none
    kept : what each of MIN_COUNTS, and min_count itself, would keep
    n_words, n_distinct, n_lines, sources : as in CorpusSummary
    """

    vocabulary: Vocabulary
    min_count: int
    kept: list[Kept]
    n_words: int
    n_distinct: int
    n_lines: int
    n_replaced_bytes: int
    sources: list[dict[str, Any]]


def count_words(
    sources: Sequence[Source],
    config: TrainConfig,
    *,
    threads: int,
    progress: Callable[[int, int | None], None] | None = None,
) -> WordCount:
    """Count the words of a text without keeping its ids. See `prepare_corpus`."""
    from w2v.reading import read_text
    from w2v.vocabulary import Vocabulary

    reader = TextReader(sources, config.encoding, config.tokenizer)
    reading = read_text(reader, threads, None, progress)
    counts = reading.words.counts
    order = reading.words.by_falling_count(config.min_count, config.max_vocab)
    kept = []
    for least in sorted({*MIN_COUNTS, config.min_count}):
        some = counts[counts >= least]
        kept.append(Kept(least, len(some), int(some.sum())))
    return WordCount(
        vocabulary=Vocabulary(reading.words.table.words(order), counts[order]),
        min_count=config.min_count,
        kept=kept,
        n_words=int(counts.sum()),
        n_distinct=len(counts),
        n_lines=reading.n_lines,
        n_replaced_bytes=reading.n_replaced_bytes,
        sources=[dataclasses.asdict(source) for source in reading.sources],
    )


@dataclass(frozen=True)
class _Chosen:
    """The vocabulary, and for each word id of the reading its index in it (-1: left out)."""

    vocabulary: Vocabulary
    final: NDArray[np.int32]


def _choose(words: Merged, config: TrainConfig, given: Vocabulary | None) -> _Chosen:
    """The vocabulary of a text, or a given one with its words found in the text."""
    from w2v.vocabulary import Vocabulary

    if given is None:
        order = words.by_falling_count(config.min_count, config.max_vocab)
        check_enough(order, words, config.min_count)
        vocabulary = Vocabulary(words.table.words(order), words.counts[order])
    else:
        vocabulary = given.cut(config.min_count, config.max_vocab)
        order = words.table.find_or_add(vocabulary.words)
        occur = order < len(words.counts)
        if not occur.any():
            raise W2VError("no word of the vocabulary occurs in the text; is it the right one?")
    final = np.full(len(words.table), -1, np.int32)
    final[order[::-1]] = np.arange(len(order) - 1, -1, -1, dtype=np.int32)
    return _Chosen(vocabulary, final)


def _encode(
    reading: Reading,
    chosen: _Chosen,
    config: TrainConfig,
    folder: Path,
    spool: BinaryIO,
    threads: int,
) -> Corpus:
    """Replace the spool's provisional ids by final ones, in place, and write the sentences."""
    from w2v.reading import in_order, joined_checksum, read_spool, renumber, worker_threads

    tables = [chosen.final[ids] for ids in reading.words.ids]
    cutter = SentenceCutter(config.max_sentence)
    digest = hashlib.sha256(chosen.vocabulary.words.blob)
    digest.update(chosen.vocabulary.counts.astype(OFFSET).data)
    checksum = end = 0
    with (folder / SENTENCES).open("wb") as sentences, worker_threads(threads) as pool:
        sentences.write(bytes(OFFSET.itemsize))
        given = read_spool(spool, reading.spool, tables)
        for _, piece in in_order(pool, renumber, given):
            spool.seek(end)
            spool.write(piece.ids.data)
            end += piece.ids.nbytes
            ends = cutter.add(piece.lengths).astype(OFFSET, copy=False).data
            sentences.write(ends)
            digest.update(ends)
            checksum = joined_checksum(checksum, piece)
    digest.update(f"{checksum} {cutter.n_tokens}".encode())
    spool.truncate(end)
    summary = _summary(reading, chosen, cutter)
    return Corpus(folder, cutter.n_tokens, cutter.n_sentences, summary, digest.hexdigest())


def _summary(reading: Reading, chosen: _Chosen, cutter: SentenceCutter) -> CorpusSummary:
    return CorpusSummary(
        n_words=int(reading.words.counts.sum()),
        n_retained=cutter.n_tokens,
        n_distinct=len(reading.words.counts),
        n_vocabulary=len(chosen.vocabulary),
        n_lines=reading.n_lines,
        n_sentences=cutter.n_sentences,
        n_cut_sentences=cutter.n_cut,
        n_replaced_bytes=reading.n_replaced_bytes,
        sources=[dataclasses.asdict(source) for source in reading.sources],
    )


def check_enough(order: NDArray[np.int64], words: Merged, min_count: int) -> None:
    """Raise W2VError when fewer than the two words that training needs are left."""
    if len(order) >= 2:
        return
    most = int(np.lexsort((words.first, -words.counts))[0])
    word, count = words.table.words(np.array([most]))[0], int(words.counts[most])
    times = "once" if count == 1 else f"{count:,} times"
    if not len(order):
        raise W2VError(
            f"no word reaches --min-count {min_count}; the most frequent, '{word}', "
            f"occurs {times}; lower --min-count"
        )
    raise W2VError(
        f"only one word, '{word}' ({times}), is in the vocabulary; training needs two or more: "
        "give more text, lower --min-count or raise --max-vocab"
    )
