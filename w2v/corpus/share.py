"""A share of the text as a Corpus, with the vocabulary of all of it.

    units ─▶ (this process) ids and counts of its share ─▶ first process: counts of all, vocabulary
    vocabulary ─▶ every process: ids of its share, rewritten as those of the vocabulary ─▶ Corpus

The vocabulary is that of one process which reads everything, word for word: counts are summed, and
of two words with equal counts, the one that appears first in the text comes first.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.corpus.build import Chosen, choose, empty_folder, encode
from w2v.corpus.corpus import IDS, Corpus, CorpusSummary
from w2v.corpus.epoch_rest import EpochRest, done_in_units
from w2v.corpus.first_pass import Reading, read_text
from w2v.corpus.stop_words import without_stop_words
from w2v.corpus.word_table import Merged
from w2v.errors import W2VError
from w2v.text.shares import ShareReader, assign_units, owners, units_of
from w2v.text.sources import Source
from w2v.text.spacing import lacks_spaces
from w2v.words.vocabulary import Vocabulary
from w2v.words.word_list import WordList

_SUMMED = ("n_words", "n_retained", "n_lines", "n_sentences", "n_cut_sentences", "n_replaced_bytes")
_SUMMED_OF_SOURCE = ("bytes", "text_bytes", "replaced_bytes")
_NEVER = np.iinfo(np.int64).max


def prepare_share(
    sources: Sequence[Source],
    config: TrainConfig,
    folder: Path,
    group: Group,
    *,
    vocabulary: Vocabulary | None = None,
    old: Vocabulary | None = None,
    join: Callable[[BinaryIO, Reading], Reading] | None = None,
    threads: int,
    progress: Callable[[int, int | None], None] | None = None,
) -> tuple[Vocabulary, Corpus]:
    """Read this process's share of the text; all processes of the group must call it.

    The parameters are those of `prepare_corpus`; `vocabulary` and `old` are used on the first
    process. The ids of the corpus are those of the share; its summary and its fingerprint are those
    of the whole text. Raises W2VError as `prepare_corpus` does, and if there are more processes
    than units of text.
    """
    shares = assign_units(sources, config, group.size)
    if not all(shares):
        n_units = sum(map(len, shares))
        raise W2VError(
            f"the text can be divided among {n_units} processes, not {group.size}: compressed "
            "files are not cut, others every 131,072 bytes; start fewer"
        )
    reader = ShareReader(sources, config, shares[group.rank])
    with empty_folder(folder):
        with (folder / IDS).open("w+b") as spool:
            reading = read_text(reader, threads, spool, progress)
            if join is not None:
                reading = _placed(join(spool, reading), reader)
            group.agree()
            merged = _merged(group, reading.words)
            chosen = choose(merged, config, vocabulary, old) if group.rank == 0 else None
            group.agree()
            words = _shared_vocabulary(group, chosen)
            if chosen is None:
                chosen = Chosen(words, _final_ids(reading.words, words, config), 0)
            sizes: list[int] = []
            own = encode(reading, chosen, config, folder, spool, threads, sizes)
        group.agree()
        own = dataclasses.replace(own, unit_tokens=_by_unit(sizes, reader.n_pieces))
        corpus = _described(group, own, merged)
        corpus.save()
    return words, corpus


def rest_of_epoch(
    sources: Sequence[Source],
    config: TrainConfig,
    group: Group,
    own: Corpus,
    epoch: int,
    trained: Sequence[Sequence[int]],
) -> EpochRest:
    """What is left for this process of an epoch that other numbers of processes began.

    All processes of the group must call it. `own` is the corpus of this one, and `trained` says how
    many words each of the others has trained: see `done_in_units`. Raises W2VError as that does.
    """
    units = list(units_of(sources, config))
    dealt = owners(units, group.size)
    n_tokens = np.zeros(len(units), np.int64)
    group.agree()
    every = group.gather(np.array(own.unit_tokens, "<i8").tobytes())
    for rank, data in enumerate(every):
        n_tokens[dealt == rank] = np.frombuffer(data, "<i8")
    done = done_in_units(n_tokens, [(owners(units, len(words)), words) for words in trained])
    mine = dealt == group.rank
    return EpochRest(epoch, n_tokens[mine], done[mine])


def _placed(joined: Reading, reader: ShareReader) -> Reading:
    """A reading with phrases joined, and words at their first place in the whole text.

    Joining counts places in the ids of the share. A unit has fewer words than bytes, so its words
    stay before those of the next.
    """
    words, sizes = joined.words, [piece.n_ids for piece in joined.spool]
    ends = np.cumsum(_by_unit(sizes, reader.n_pieces))
    shifts = np.array(reader.places, np.int64) - np.append(0, ends[:-1])
    first, occurs = words.first.copy(), words.counts > 0
    first[occurs] += shifts[np.searchsorted(ends, first[occurs], "right")]
    return dataclasses.replace(joined, words=dataclasses.replace(words, first=first))


def _by_unit(sizes: list[int], n_pieces: list[int]) -> list[int]:
    """The ids in each unit, from those in each piece."""
    before = np.cumsum([0, *sizes])
    of_units: list[int] = np.diff(before[np.cumsum([0, *n_pieces])]).tolist()
    return of_units


def _merged(group: Group, words: Merged) -> Merged:
    """The words of all shares, on the first process; on the others those of their own.

    The table of the first process gets the words of the others.
    """
    counts, first = words.counts, words.first
    for data in group.give(_packed(words)):
        theirs, their_counts, their_first = _unpacked(data)
        found = words.table.find_or_add(theirs)
        more = len(words.table) - len(counts)
        counts = np.concatenate([counts, np.zeros(more, np.int64)])
        first = np.concatenate([first, np.full(more, _NEVER)])
        counts[found] += their_counts
        first[found] = np.minimum(first[found], their_first)
    return dataclasses.replace(words, counts=counts, first=first)


def _packed(words: Merged) -> bytes:
    """Words, counts and first places as bytes."""
    listed = words.table.words(np.arange(len(words.counts)))
    numbers = np.concatenate([[len(listed)], listed.offsets, words.counts, words.first])
    return numbers.astype("<i8").tobytes() + listed.blob


def _unpacked(data: bytes) -> tuple[WordList, NDArray[np.int64], NDArray[np.int64]]:
    """What `_packed` packed."""
    (size,) = np.frombuffer(data, "<i8", 1)
    numbers = np.frombuffer(data, "<i8", 3 * size + 1, offset=8).astype(np.int64)
    words = WordList(data[8 * (3 * size + 2) :], numbers[: size + 1])
    return words, numbers[size + 1 : 2 * size + 1], numbers[2 * size + 1 :]


def _shared_vocabulary(group: Group, chosen: Chosen | None) -> Vocabulary:
    """The vocabulary that the first process chose."""
    data = b""
    if chosen is not None:
        words, counts = chosen.vocabulary.words, chosen.vocabulary.counts
        numbers = np.concatenate([[len(words)], words.offsets, counts, counts])
        data = numbers.astype("<i8").tobytes() + words.blob
    words, counts, _ = _unpacked(group.share(data))
    return Vocabulary(words, counts)


def _final_ids(words: Merged, vocabulary: Vocabulary, config: TrainConfig) -> NDArray[np.int32]:
    """The index in the vocabulary of each word of a share; -1 for those that it lacks."""
    left, _ = without_stop_words(words, config)
    order = words.table.find_or_add(vocabulary.words)
    final = np.full(len(words.table), -1, np.int32)
    final[order] = np.arange(len(order), dtype=np.int32)
    final[: len(words.counts)][words.counts > left.counts] = -1
    return final


def _described(group: Group, own: Corpus, merged: Merged) -> Corpus:
    """This share's corpus with a summary and a fingerprint of the whole text."""
    facts = {"summary": dataclasses.asdict(own.summary), "fingerprint": own.fingerprint}
    gathered = [json.loads(each) for each in group.gather(json.dumps(facts).encode())]
    summary = _sum([each["summary"] for each in gathered])
    if group.rank == 0:
        summary["n_distinct"] = merged.n_distinct
        summary["lacks_spaces"] = lacks_spaces(merged.sample())
    shared = CorpusSummary(**json.loads(group.share(json.dumps(summary).encode())))
    digest = hashlib.sha256(" ".join(each["fingerprint"] for each in gathered).encode())
    return dataclasses.replace(own, summary=shared, fingerprint=digest.hexdigest())


def _sum(summaries: list[dict[str, object]]) -> dict[str, object]:
    """The summaries of all shares as one; what is not summed is the first one's."""
    whole = dict(summaries[0])
    for name in _SUMMED:
        whole[name] = sum(each[name] for each in summaries)  # type: ignore[misc]
    sources = []
    for parts in zip(*(each["sources"] for each in summaries), strict=True):
        source = {name: next((part[name] for part in parts if part[name]), "") for name in parts[0]}
        source |= {name: sum(part[name] for part in parts) for name in _SUMMED_OF_SOURCE}
        sources.append(source)
    return {**whole, "sources": sources}
