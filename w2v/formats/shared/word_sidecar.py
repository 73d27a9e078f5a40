"""The words of a format that holds only numbers: `word TAB count` lines in a file beside it.

The words of vectors.npy are in vectors.npy.vocab.tsv; that name follows from the file's own and is
never read from inside it. Line i belongs to row i. See vocab_tsv for the lines.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.errors import W2VError
from w2v.formats.shared import vocab_tsv
from w2v.words.word_list import WordList

ENDING = ".vocab.tsv"


def sidecar(path: Path) -> Path:
    """Where the words of the vectors at `path` are."""
    return path.with_name(path.name + ENDING)


def read_words(path: Path, n_rows: int) -> tuple[WordList, npt.NDArray[np.int64] | None]:
    """The words and counts that belong to `path`. Raises W2VError unless they are n_rows."""
    words_path = sidecar(path)
    if not words_path.is_file():
        raise W2VError(
            f"{path} holds no words; they are expected beside it in {words_path.name}, one word "
            "(or a word, a tab and its count) per line"
        )
    words, counts = vocab_tsv.read(words_path)
    if len(words) != n_rows:
        raise W2VError(f"{words_path} holds {len(words):,} words, but {path} {n_rows:,} rows")
    return words, counts
