"""Words that stand twice: the tools of some formats know each word once, and fail on such files."""

from __future__ import annotations

import os

import numpy as np

from w2v.errors import W2VError
from w2v.words import WordList

_WORDS_AT_ONCE = 65_536


def check_distinct(path: str | os.PathLike[str], words: WordList) -> None:
    """Raise W2VError, naming the word, when one stands twice."""
    hashes = np.concatenate([np.empty(0, np.int64), *_hashes(words)])
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    equal = np.flatnonzero(ranked[1:] == ranked[:-1])
    seen: dict[str, int] = {}
    for row in sorted({*order[equal].tolist(), *order[equal + 1].tolist()}):
        first = seen.setdefault(words[row], row)
        if first != row:
            raise W2VError(
                f"{os.fspath(path)}: the word {words[row][:60]!r} stands in rows {first + 1:,} and "
                f"{row + 1:,}, and this format holds a word once; .npy and .npz hold any words"
            )


def _hashes(words: WordList) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """A hash of each word, int64, in blocks."""
    offsets = words.offsets
    blocks = []
    for first in range(0, len(words), _WORDS_AT_ONCE):
        last = min(first + _WORDS_AT_ONCE, len(words))
        some = words.blob[offsets[first] : offsets[last]].split(b"\n")[:-1]
        blocks.append(np.fromiter(map(hash, some), np.int64, len(some)))
    return blocks
