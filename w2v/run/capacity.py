"""Memory and disk space: what a run needs, and what the machine has."""

from __future__ import annotations

import shutil
from pathlib import Path

from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.formats.whitening import whitening_memory
from w2v.messages import size
from w2v.system.resources import available_memory
from w2v.training.layout import padded, ring_slots
from w2v.training.schedule import has_replicas
from w2v.training.thread_memory import COMPOSED, OWN_ROWS
from w2v.training.word_rows import HOT_ROWS

BASE_MEMORY = 200 * 2**20  # Python, numpy, numba and the compiled code
BYTES_PER_WORD = 120  # of the vocabulary: its text, counts, samplers and index
TREE_BYTES_PER_WORD = 400  # while the tree of hierarchical softmax is built; it keeps 100
EXCHANGE_MEMORY = 200 * 2**20  # what processes send and receive at a time
NGRAM_BYTES_PER_WORD = 400  # while its rows are found; they keep about 100
BYTES_PER_BUCKET = 16  # meanwhile
BYTES_PER_WORD_OF_A_REPLICA = 24  # how often it was read and trained
CHECKPOINTS = 3  # two kept and one being written
IDS_PER_TEXT_BYTE = 0.7  # bytes of ids per byte of English prose; 0.4 to 1.3 in other text
LEAST_IDS_PER_TEXT_BYTE = 0.2


def table_bytes(n_words: int, vector_size: int) -> int:
    """Bytes of the two tables with padded rows."""
    return 2 * n_words * _row_bytes(vector_size)


def _row_bytes(vector_size: int) -> int:
    return 4 * padded(vector_size)


def memory_needed(
    n_words: int, config: TrainConfig, threads: int, copied: int = 0, n_ngrams: int = 0
) -> int:
    """Bytes of memory that training needs: tables, samplers and the buffers of each thread.

    `copied` is how many of the two tables are copied, because their rows stay as they are;
    `n_ngrams`, with subwords, how many n-grams have a row.
    """
    slots = ring_slots(config.window)
    rows = 3 * slots + 4 * OWN_ROWS
    if config.subwords:
        rows += 2 * HOT_ROWS + 2 * max(min(COMPOSED, n_words), config.max_sentence)
    thread = rows * _row_bytes(config.vector_size) + 4 * slots * (1 + (config.negative or 0))
    thread += 4 * config.max_sentence
    tables = table_bytes(n_words, config.vector_size) * (2 + copied) // 2
    if has_replicas(config, threads):
        replica = table_bytes(n_words, config.vector_size) + BYTES_PER_WORD_OF_A_REPLICA * n_words
        tables += threads * replica
    tables += n_ngrams * _row_bytes(config.vector_size) * max(1, copied)
    word = BYTES_PER_WORD + (TREE_BYTES_PER_WORD if config.loss == "hs" else 0)
    if config.subwords:
        word += NGRAM_BYTES_PER_WORD
    words = word * n_words + BYTES_PER_BUCKET * (config.buckets or 0)
    whitening = whitening_memory(config.vector_size) if config.whiten else 0
    return BASE_MEMORY + tables + words + whitening + threads * thread


def check_memory(
    n_words: int,
    config: TrainConfig,
    threads: int,
    copied: int = 0,
    n_ngrams: int = 0,
    *,
    sharing: int | None = None,
) -> int:
    """What `memory_needed` returns. Raises W2VError if that is not available.

    sharing : how many of the run's processes share this machine, if it has several; each of them
        keeps a copy of the tables, as they were after the last exchange
    """
    needed, free = memory_needed(n_words, config, threads, copied, n_ngrams), available_memory()
    if sharing is not None:
        needed += table_bytes(n_words, config.vector_size) + EXCHANGE_MEMORY
    if free is None or needed * (sharing or 1) <= free:
        return needed
    alone = memory_needed(n_words, config, 0, copied, n_ngrams)
    larger = "a larger --min-count, fewer --buckets" if config.subwords else "a larger --min-count"
    if has_replicas(config, threads):
        advice = "fewer --threads, a smaller --vector-size or no --deterministic needs less"
    elif config.whiten and 2 * whitening_memory(config.vector_size) > needed:
        advice = "--whiten 0 or a smaller --vector-size needs less"
    elif needed - alone < alone:
        advice = f"a smaller --max-vocab, {larger} or a smaller --vector-size needs less"
    else:
        advice = "fewer --threads, a smaller --window or fewer --negative need less"
    each = "" if sharing is None else f" in each of {sharing} processes on this machine"
    ngrams = f" and {n_ngrams:,} n-grams" if n_ngrams else ""
    raise W2VError(
        f"training {n_words:,} words{ngrams} by {config.vector_size} on {threads} threads needs "
        f"about {size(needed)} of memory{each} and {size(free)} are available; {advice}"
    )


def check_disk(
    folder: Path, n_words: int, config: TrainConfig, kept: int | None, n_ngrams: int = 0
) -> int:
    """The bytes of disk space that the model and its checkpoints need beside the output.

    `kept` is the number of checkpoints that exist already; None if none will be written. Raises
    W2VError if there is not enough space.
    """
    tables, row = table_bytes(n_words, config.vector_size), _row_bytes(config.vector_size)
    model = tables + n_ngrams * row
    if config.publish == "mix" or config.subwords:  # a third table
        model += tables // 2
    checkpoint = tables + n_ngrams * row
    needed = model + (0 if kept is None else max(0, CHECKPOINTS - kept) * checkpoint)
    free = shutil.disk_usage(folder).free
    if needed > free:
        fewer = "fewer --buckets, " if config.subwords else ""
        raise W2VError(
            f"{folder}: the model and its checkpoints need about {size(needed)} and {size(free)} "
            f"are free; {fewer}a smaller --vector-size or --max-vocab, --checkpoint-every 0 or an "
            "-o on another disk helps"
        )
    return needed


def check_disk_for_ids(folder: Path, text_bytes: int) -> str | None:
    """A warning if the ids of this much text may not fit in `folder`, otherwise None.

    Raises W2VError if they cannot fit. Their number is known only after the text is read: each
    word is an id of four bytes, so the longer the words, the fewer ids.
    """
    free = shutil.disk_usage(folder).free
    likely, least = int(IDS_PER_TEXT_BYTE * text_bytes), int(LEAST_IDS_PER_TEXT_BYTE * text_bytes)
    if likely <= free:
        return None
    message = (
        f"{folder}: the ids of {size(text_bytes)} of text take about {size(likely)} and "
        f"{size(free)} are free; --cache-dir puts them on another disk"
    )
    if least > free:
        raise W2VError(message)
    return message
