"""What words a format can hold: the others are refused by name, never written broken."""

from __future__ import annotations

import os

import numpy as np

from w2v.errors import W2VError
from w2v.words import WordList

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
