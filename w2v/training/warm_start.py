"""Start training from existing vectors: words in both vocabularies take their rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from w2v.arrays import numbered
from w2v.errors import W2VError
from w2v.training.state import Diverged, TrainingState, check_finite

if TYPE_CHECKING:
    from w2v.arrays import Floats
    from w2v.config import TrainConfig
    from w2v.formats.table import Table
    from w2v.words.vocabulary import Vocabulary
    from w2v.words.word_list import WordList


def start_from(
    path: str | os.PathLike[str],
    vocabulary: Vocabulary,
    state: TrainingState,
    config: TrainConfig,
) -> int:
    """Copy into `state` the rows of the words that the vectors at `path` hold.

    A model folder also provides its output vectors if both it and this run use negative sampling.
    With hierarchical softmax it provides the nodes if its vocabulary and counts are those of this
    run, because then the trees are the same. Otherwise the outputs stay as they are. Returns how
    many words were found. Raises W2VError when the sizes differ, no word is shared or a row is not
    finite.
    """
    from w2v.formats import files

    words, vector_size = vocabulary.words, config.vector_size
    table = files.open_table(path, table="input")
    tables = [(state.inputs, table)]
    if table.outputs is not None and config.loss == "ns":
        tables.append((state.outputs, table.outputs()))
    found = 0
    for rows, table in tables:
        if table.vector_size != vector_size:
            raise W2VError(
                f"{path} holds vectors of {table.vector_size} dimensions; "
                f"give --vector-size {table.vector_size} to start from them"
            )
        found = _copy_rows(rows, words, table)
    if not found:
        raise W2VError(f"{path} shares no word with the corpus's vocabulary")
    if config.loss == "hs" and _has_tree_of(table, vocabulary):
        _copy_nodes(Path(path), state.outputs, vector_size)
    try:
        check_finite(state)
    except Diverged:
        raise W2VError(
            f"{path} holds numbers that are not finite; training cannot start from them"
        ) from None
    return found


def _has_tree_of(table: Table, vocabulary: Vocabulary) -> bool:
    """Whether words and counts are the same, so that their Huffman trees are too."""
    return (
        table.counts is not None
        and np.array_equal(table.counts, vocabulary.counts)
        and np.array_equal(table.words.find_many(vocabulary.words), np.arange(len(vocabulary)))
    )


def _copy_nodes(path: Path, rows: Floats, vector_size: int) -> None:
    """rows: float32[V - 1, S] are overwritten with those of a model folder that has them."""
    from w2v.formats import files, model_folder

    if files.sniff(path) == "w2v" and (nodes := model_folder.read_nodes(path)) is not None:
        rows[:, :vector_size] = nodes


def _copy_rows(rows: Floats, words: WordList, table: Table) -> int:
    """rows: float32[V, S]; those of shared words are overwritten. Returns their number.

    The table is read block by block, so it may be far larger than the vocabulary.
    """
    found = table.words.find_many(words)  # int64[V]: the table's row of each word, or -1
    order = np.argsort(found, kind="stable")
    order = order[np.searchsorted(found[order], 0) :]
    theirs = found[order]
    for first, block in numbered(table.blocks()):
        low, high = np.searchsorted(theirs, [first, first + len(block)])
        rows[order[low:high], : table.vector_size] = block[theirs[low:high] - first]
    return len(order)
