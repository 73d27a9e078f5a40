"""Whether the n-grams that a file describes are ones that a model can have."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from w2v.errors import W2VError
from w2v.words.subwords import Subwords
from w2v.words.word_list import WordList

LONGEST_RUN = 100  # characters of an n-gram; 6 is usual
_MOST_RUNS = 1 << 23  # n-grams of a word, so that hashing them takes little memory


def check_runs(path: Path, words: WordList, subwords: Subwords) -> None:
    """Raise W2VError for n-grams that no model has: hashing them would take much memory."""
    longest = int(np.diff(words.offsets).max(initial=0))
    if subwords.bucket <= 0 or longest * subwords.maxn > _MOST_RUNS:
        raise W2VError(
            f"{path}: damaged: n-grams of up to {subwords.maxn:,} letters in "
            f"{subwords.bucket:,} rows, and a word of {longest:,} bytes"
        )
