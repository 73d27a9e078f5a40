"""What words a format can hold: the others are refused by name, never written broken."""

from __future__ import annotations

import os

import numpy as np

from w2v.errors import W2VError
from w2v.words.word_list import WordList

WHITE_SPACE = b" \t\v\f\r"
_NAMES = {ord(" "): "a space", ord("\t"): "a tab", 0: "a NUL"}


def check_words(
    path: str | os.PathLike[str], words: WordList, forbidden: bytes, *, empty: bool = False
) -> None:
    """Raise W2VError, naming the first word, for one with a `forbidden` byte.

    An empty word is refused unless `empty`.
    """
    letters = np.frombuffer(words.blob, np.uint8)
    places = [place for byte in forbidden if (place := words.blob.find(byte)) >= 0]
    if places:
        place = min(places)
        row = int(np.searchsorted(words.offsets, place, "right")) - 1
        what = _NAMES.get(int(letters[place]), "white space")
        raise _refusal(path, words, row, f"holds {what}")
    if not empty:
        rows = np.flatnonzero(np.diff(words.offsets) == 1)
        if len(rows):
            raise _refusal(path, words, int(rows[0]), "is empty")


def long_words(words: WordList, most: int) -> tuple[int, str]:
    """How many words have more than `most` bytes, and the first of them."""
    rows = np.flatnonzero(np.diff(words.offsets) - 1 > most)
    return len(rows), words[int(rows[0])] if len(rows) else ""


def _refusal(path: str | os.PathLike[str], words: WordList, row: int, why: str) -> W2VError:
    shown = repr(words[row] if len(words[row]) <= 60 else words[row][:60] + "…")
    return W2VError(
        f"{os.fspath(path)}: the word {shown} (row {row + 1:,}) {why}, which this format cannot "
        "hold; --space-as _ writes white space as _, and .npy, .npz and .safetensors hold any word"
    )


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
