"""Which words a format can hold. The others are refused, by name, instead of being garbled."""

from __future__ import annotations

import os

import numpy as np

from w2v.arrays import Integers
from w2v.errors import W2VError
from w2v.messages import shown
from w2v.words.word_list import WordList

WHITE_SPACE = b" \t\v\f\r"
"""The white space of ASCII except for the newline, which no word contains."""

REMEDY = (
    "--space-as _ writes white space and empty words as _, "
    "and .npy, .npz and .safetensors hold any word"
)
"""What a message advises about a word that a format cannot hold."""

_NAMES = {ord(" "): "a space", ord("\t"): "a tab", 0: "a NUL"}


def check_words(
    path: str | os.PathLike[str], words: WordList, forbidden: bytes, *, empty: bool = False
) -> None:
    """Raise W2VError, naming the first such word, if a word contains a `forbidden` byte.

    An empty word is refused too, unless `empty` is true.
    """
    places = [place for byte in forbidden if (place := words.blob.find(byte)) >= 0]
    if places:
        place = min(places)
        row = int(np.searchsorted(words.offsets, place, "right")) - 1
        what = _NAMES.get(words.blob[place], "white space")
        raise refusal(path, words, row, f"contains {what}, which this format cannot hold")
    if not empty:
        rows = np.flatnonzero(np.diff(words.offsets) == 1)
        if len(rows):
            raise refusal(path, words, int(rows[0]), "is empty, which this format cannot hold")


def refusal(path: str | os.PathLike[str], words: WordList, row: int, why: str) -> W2VError:
    """The error about a word that a format cannot hold."""
    remedy = REMEDY if "NUL" not in why else ".npy and .safetensors hold any word"
    return W2VError(
        f"{os.fspath(path)}: the word {shown(words[row])} (row {row + 1:,}) {why}; {remedy}"
    )


def is_blank(word: str) -> bool:
    """Whether a word is empty or shows nothing: only white space and byte order marks."""
    return not word.replace("\ufeff", " ").strip()


def long_words(words: WordList, most: int) -> tuple[int, str]:
    """How many words have more than `most` bytes, and the first of them ("" for none)."""
    rows = np.flatnonzero(np.diff(words.offsets) - 1 > most)
    return len(rows), words[int(rows[0])] if len(rows) else ""


def check_distinct(path: str | os.PathLike[str], words: WordList) -> None:
    """Raise W2VError, naming the word, when one occurs twice."""
    hashes = _hashes(words)
    order = np.argsort(hashes, kind="stable")
    ranked = hashes[order]
    equal = np.flatnonzero(ranked[1:] == ranked[:-1])
    seen: dict[str, int] = {}
    for row in sorted({*order[equal].tolist(), *order[equal + 1].tolist()}):
        first = seen.setdefault(words[row], row)
        if first != row:
            raise W2VError(
                f"{os.fspath(path)}: the word {shown(words[row])} is in rows {first + 1:,} and "
                f"{row + 1:,}, and this format holds a word once; .npy and .npz hold any words"
            )


def _hashes(words: WordList) -> Integers:
    """A hash of each word, int64[V]."""
    hashes = np.empty(len(words), np.int64)
    for first, block in words.blocks():
        hashes[first : first + len(block)] = np.fromiter(map(hash, block), np.int64, len(block))
    return hashes
