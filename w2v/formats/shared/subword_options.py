"""What a file says of a model's n-grams, and whether it can be true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from w2v.errors import W2VError
from w2v.words.subwords import Subwords
from w2v.words.word_list import WordList

LONGEST_RUN = 100  # characters of an n-gram; 6 is usual
_NAMES = ("min_n", "max_n", "buckets")  # in model.json
_MOST_BUCKETS = 2**31 - 1
_MOST_RUNS = 1 << 23  # n-grams of a word, so that hashing them takes little memory


def check_runs(path: Path, words: WordList, subwords: Subwords) -> None:
    """Raise W2VError for n-grams that no model has: hashing them would take much memory."""
    longest = int(np.diff(words.offsets).max(initial=0))
    if subwords.bucket <= 0 or longest * subwords.maxn > _MOST_RUNS:
        raise W2VError(
            f"{path}: damaged: n-grams of up to {subwords.maxn:,} letters in "
            f"{subwords.bucket:,} rows, and a word of {longest:,} bytes"
        )


def to_json(subwords: Subwords) -> dict[str, int]:
    """What model.json says of subwords."""
    return dict(zip(_NAMES, (subwords.minn, subwords.maxn, subwords.bucket), strict=True))


def from_json(path: Path, entry: Any) -> Subwords:
    """The subwords that `to_json` described. Raises W2VError for anything else."""
    values: list[Any] = [entry.get(name) if isinstance(entry, dict) else None for name in _NAMES]
    for name, value in zip(_NAMES, values, strict=True):
        most = _MOST_BUCKETS if name == "buckets" else LONGEST_RUN
        if type(value) is not int or not 0 <= value <= most:
            raise W2VError(f"{path}: '{name}' of 'subwords' must be a whole number up to {most:,}")
    return Subwords(*values)
