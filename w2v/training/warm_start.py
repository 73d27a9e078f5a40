"""Start training from vectors that exist: words that both know take their rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from w2v.arrays import numbered
from w2v.errors import W2VError
from w2v.training.state import Diverged, TrainingState, check_finite
from w2v.words.word_list import WordList

if TYPE_CHECKING:
    from w2v.arrays import Floats
    from w2v.formats.table import Table


def start_from(
    path: str | os.PathLike[str], words: WordList, state: TrainingState, vector_size: int
) -> int:
    """Copy into `state` the rows of the words that the vectors at `path` hold.

    A model folder of ours gives its output vectors too; other formats hold input vectors alone.
    Returns how many words were found. Raises W2VError when the sizes differ, no word is shared or
    a row is not finite.
    """
    from w2v.formats import files, model_folder

    tables = [(state.inputs, files.open_table(path, table="input"))]
    if (Path(path) / model_folder.OUTPUTS).is_file():
        tables.append((state.outputs, files.open_table(path, table="output")))
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
    try:
        check_finite(state)
    except Diverged:
        raise W2VError(
            f"{path} holds numbers that are not finite; nothing can start there"
        ) from None
    return found


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
