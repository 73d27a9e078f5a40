"""fastText's subwords, slowly: one n-gram after another, one addition after another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def ngrams(word: str, minn: int, maxn: int) -> list[str]:
    """The n-grams of a word, in fastText's order: by where they begin, then by length."""
    if word == "</s>":
        return []
    marked = f"<{word}>"
    found = []
    for start in range(len(marked)):
        for length in range(max(minn, 1), maxn + 1):
            run = marked[start : start + length]
            is_mark = length == 1 and start in (0, len(marked) - 1)
            if len(run) == length and not is_mark:
                found.append(run)
    return found


def bucket_of(ngram: str, buckets: int) -> int:
    """The bucket of an n-gram: 32-bit FNV-1a, whose bytes keep their sign."""
    value = 2166136261
    for byte in ngram.encode():
        signed = byte - 256 if byte >= 128 else byte
        value = ((value ^ (signed & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return value % buckets


def compose(rows: list[npt.NDArray[np.float32]], size: int) -> npt.NDArray[np.float32]:
    """The mean of rows; zeros for none."""
    total = np.zeros(size, np.float64)
    for row in rows:
        total += row
    return (total / max(1, len(rows))).astype(np.float32)
