"""Start training from vectors that exist: words that both know take their rows."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.embedding import WordList, WordVectors
from w2v.errors import W2VError
from w2v.trainer import TrainingState


def start_from(
    path: str | os.PathLike[str], words: WordList, state: TrainingState, vector_size: int
) -> int:
    """Copy into `state` the rows of the words that the vectors at `path` hold.

    A model folder of ours gives its output vectors too; other formats hold input vectors alone.
    Returns how many words were found. Raises W2VError when the sizes differ or no word is shared.
    """
    from w2v import formats
    from w2v.formats import folder

    tables = [(state.inputs, formats.read(path))]
    if (Path(path) / folder.OUTPUTS).is_file():
        tables.append((state.outputs, formats.read(path, table="output")))
    found = 0
    for table, vectors in tables:
        if vectors.vector_size != vector_size:
            raise W2VError(
                f"{path} holds vectors of {vectors.vector_size} dimensions; "
                f"give --vector-size {vectors.vector_size} to start from them"
            )
        found = _copy_rows(table, words, vectors)
    if not found:
        raise W2VError(f"{path} shares no word with the corpus's vocabulary")
    return found


def _copy_rows(table: npt.NDArray[np.float32], words: WordList, vectors: WordVectors) -> int:
    """table: float32[V, S]; the rows of shared words are overwritten. Returns their number."""
    rows = np.asarray(vectors.words.find_many(words))
    shared = np.flatnonzero(rows >= 0)
    for first in range(0, len(shared), 4096):
        block = shared[first : first + 4096]
        table[block, : vectors.vector_size] = vectors.matrix[rows[block]]
    return len(shared)
