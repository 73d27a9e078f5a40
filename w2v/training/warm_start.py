"""Start training from existing vectors: words in both vocabularies take their rows.

With subwords a word's vector is the mean of several rows. What is taken depends on the old vectors:

- A model with the same n-grams: its own rows and n-grams go on. A word that it has not seen gets as
  its own row the mean of its n-grams, so that it starts from the vector that the model composes.
- Vectors without n-grams: the new n-grams start as in any run, and each word's own row is such that
  it starts from exactly its old vector.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from w2v.arrays import numbered, ranges
from w2v.errors import W2VError
from w2v.training.state import Diverged, TrainingState, check_finite
from w2v.words.subwords import trained_rows

if TYPE_CHECKING:
    from w2v.arrays import Floats, Integers
    from w2v.config import TrainConfig
    from w2v.formats.table import Table
    from w2v.words.subwords import SubwordRows, Subwords
    from w2v.words.vocabulary import Vocabulary
    from w2v.words.word_list import WordList


def check_model(path: str | os.PathLike[str], vector_size: int, *, continues: bool = False) -> None:
    """Raise W2VError if a model folder at `path` has vectors of another size.

    One that is to be continued must also be able to grow.
    """
    from w2v.formats import files, model_folder

    if files.sniff(path) != "w2v":
        return
    table = files.open_table(path, table="input")
    check_size(path, table, vector_size)
    if continues and model_folder.holds_nodes(table.about):
        raise W2VError(
            f"{path} was trained with --loss hs: a tree over other counts has other nodes, so it "
            "cannot grow; --init instead of --continue starts from its vectors"
        )


def check_size(path: str | os.PathLike[str], table: Table, vector_size: int) -> None:
    """Raise W2VError unless vectors have `vector_size` dimensions."""
    if table.vector_size != vector_size:
        raise W2VError(
            f"{path} holds vectors of {table.vector_size} dimensions; "
            f"give --vector-size {table.vector_size} to start from them"
        )


def check_subwords(
    path: str | os.PathLike[str], new: Subwords | None, *, continues: bool = False
) -> None:
    """Raise W2VError if the n-grams of the vectors at `path` do not fit those of a new run.

    A run that `continues` a model may not leave out its n-grams.
    """
    from w2v.formats import files
    from w2v.formats.registry import FORMATS

    name = files.sniff(path)
    if name is None or not FORMATS[name].holds_subwords:
        return
    old = files.open_table(path, table="input").subwords
    if old is None or (new is None and not continues):
        return
    if old.pruned:
        raise W2VError(f"{path} is pruned: it lacks n-grams of its words, so it cannot be trained")
    theirs, ours = _numbers(old.subwords), new and _numbers(new)
    if theirs != ours:
        wanted = "--subwords --min-n {} --max-n {} --buckets {}".format(*theirs)
        raise W2VError(
            f"{path} has n-grams of {theirs[0]} to {theirs[1]} characters in {theirs[2]:,} "
            f"buckets; give {wanted}" + (", or --init instead of --continue" if not new else "")
        )


def _numbers(subwords: Subwords) -> tuple[int, int, int]:
    """The lengths of n-grams, where 0 is the same as 1, and the number of buckets."""
    return max(subwords.minn, 1), subwords.maxn, subwords.bucket


def start_from(
    path: str | os.PathLike[str],
    vocabulary: Vocabulary,
    state: TrainingState,
    config: TrainConfig,
    subwords: Subwords | None = None,
    buckets: Integers | None = None,
) -> int:
    """Copy into `state` the rows of the words that the vectors at `path` hold.

    With `subwords`, `buckets`, int64[U], are those of the input rows after the words' own; the
    n-grams of a model at `path` are the same ones (see `check_subwords`).

    A model folder also provides its output vectors if both it and this run use negative sampling.
    With hierarchical softmax it provides the nodes if its vocabulary and counts are those of this
    run, because then the trees are the same. Otherwise the outputs stay as they are. Returns how
    many words were found. Raises W2VError when the sizes differ, no word is shared or a row is not
    finite.
    """
    from w2v.formats import files

    words, vector_size = vocabulary.words, config.vector_size
    table = files.open_table(path, table="input")
    check_size(path, table, vector_size)
    rows = table.words.find_many(words)
    found = int(np.count_nonzero(rows >= 0))
    if not found:
        raise W2VError(f"{path} shares no word with the corpus's vocabulary")
    inputs = state.inputs[:, :vector_size]
    if subwords is None or buckets is None:
        _copy_rows(inputs, table, rows)
    elif table.subwords is None:
        parts = trained_rows(inputs, len(words), subwords, buckets)
        _copy_vectors(inputs, table, rows, words, parts)
    else:
        _copy_parts(inputs, table.subwords, rows, words, buckets)
    if table.outputs is not None and config.loss == "ns":
        _copy_rows(state.outputs[:, :vector_size], table.outputs(), rows)
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


def _copy_rows(to: Floats, table: Table, rows: Integers) -> None:
    """Overwrite to, float32[V, D], with a table's rows: int64[V], -1 where it has none."""
    order = _in_order(rows)
    for first, block in numbered(_taken(table, rows[order])):
        to[order[first : first + len(block)]] = block


def _copy_vectors(
    to: Floats, table: Table, rows: Integers, words: WordList, parts: SubwordRows
) -> None:
    """Overwrite words' own rows so that their means with n-grams are a table's rows.

    to: float32[V + U, D]; rows: int64[V], the table's rows, -1 where it has none; parts: of `to`
    """
    order = _in_order(rows)
    own = parts.select(order).own_rows(words.select(order), _taken(table, rows[order]))
    for first, block in numbered(own):
        to[order[first : first + len(block)]] = block


def _copy_parts(
    to: Floats, old: SubwordRows, rows: Integers, words: WordList, buckets: Integers
) -> None:
    """Overwrite own rows and n-grams with those of an old model.

    to: float32[V + U, D]; rows: int64[V], the old model's rows, -1 where it has none; buckets:
    int64[U]
    """
    own, size = old.own().view("<f4"), to.shape[1]
    for first, last in ranges(len(buckets), size):
        to[len(words) + first : len(words) + last] = old.ngram_rows(buckets[first:last])
    order = _in_order(rows)
    for first, last in ranges(len(order), size):
        to[order[first:last]] = own[rows[order[first:last]]]
    new = np.flatnonzero(rows < 0)
    for first, last in ranges(len(new), size):
        vectors, _ = old.compose(list(words.select(new[first:last])))
        is_known = vectors.any(axis=1)  # the others keep their random rows
        to[new[first:last][is_known]] = vectors[is_known]


def _in_order(rows: Integers) -> Integers:
    """The indices of the rows that are not -1, by rising row, int64[n]."""
    order = np.argsort(rows, kind="stable")
    return order[np.searchsorted(rows[order], 0) :]


def _taken(table: Table, rows: Integers) -> Iterator[Floats]:
    """Rows of a table in ascending order, in blocks; the table may be far larger than they are."""
    for first, block in numbered(table.blocks()):
        low, high = np.searchsorted(rows, [first, first + len(block)])
        if low < high:
            yield block[rows[low:high] - first]
