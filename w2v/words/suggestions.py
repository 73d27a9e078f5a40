"""Similar spellings of a word that is not in a vocabulary, in the same or another case.

All words of about the same length are compared at once: the table of edit distances is filled cell
by cell, and each cell is one NumPy operation over tens of thousands of words. This compares bytes;
the few best candidates are then compared by characters.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from w2v.arrays import Integers
from w2v.words.word_list import WordList

LONGEST_WORD = 64  # bytes; longer unknown words get no suggestions
MOST_CELLS = 150_000_000  # in the tables of all words together; frequent words take precedence
LISTED = 4
_CLOSEST = 64  # words compared by characters
_PART = 32_768  # words compared at a time

_FAR = np.uint8(128)
_THREE_BYTES = 0xE0  # the first byte of a character of three or more bytes
_LOWER = np.arange(256, dtype=np.uint8)
_LOWER[ord("A") : ord("Z") + 1] += 32


def suggest(word: str, words: WordList) -> str:
    """The end of a message about an unknown word: similar words that the list contains.

    "; other case: 'king'; near spellings: 'ring', 'kin'", or "" when nothing is near.
    """
    near = near_spellings(word, words)
    cased = other_case(word, words)
    cased += [w for w in near if w.casefold() == word.casefold() and w not in cased]
    near = [w for w in near if w not in cased][:LISTED]
    ends = [("; other case: ", cased), ("; near spellings: ", near)]
    return "".join(start + ", ".join(map(repr, found)) for start, found in ends if found)


def other_case(word: str, words: WordList) -> list[str]:
    """The common variants of `word` in lower and upper case that `words` contains."""
    variants = (word.lower(), word.capitalize(), word.title(), word.upper(), word.casefold())
    distinct = [variant for variant in dict.fromkeys(variants) if variant != word]
    return [distinct[i] for i in np.flatnonzero(words.find_many(distinct) >= 0)]


def near_spellings(word: str, words: WordList) -> list[str]:
    """At most 2 * LISTED words within a few edits of `word`, nearest first, then most frequent.

    An edit inserts, removes or changes a character or swaps two neighbours; case is ignored. Words
    of up to 4 characters may differ by one edit, longer ones by two. All words are compared unless
    that takes more than MOST_CELLS cells; then only the most frequent are.
    """
    folded = _bytes(word)
    if not 0 < len(folded) <= LONGEST_WORD:
        return []
    most = 1 if len(word) <= 4 else 2
    found = [
        (_edits(word.lower(), words[row].lower()), row) for row in _closest(folded, words, most)
    ]
    near = dict.fromkeys(words[row] for edits, row in sorted(found) if edits <= most)
    return list(near)[: 2 * LISTED]


def _closest(folded: npt.NDArray[np.uint8], words: WordList, most: int) -> list[int]:
    """The rows of the words with the fewest byte edits, at most _CLOSEST."""
    wide = most * _bytes_a_character(folded, words)
    rows: list[Integers] = []
    distances: list[npt.NDArray[np.uint8]] = []
    for part, spellings in _parts(len(folded), words, wide):
        distance = _byte_edits(folded, spellings)
        kept = distance <= wide
        rows.append(part[kept])
        distances.append(distance[kept])
    if not rows:
        return []
    row, distance = np.concatenate(rows), np.concatenate(distances)
    return [int(i) for i in row[np.lexsort((row, distance))[:_CLOSEST]]]


def _bytes_a_character(folded: npt.NDArray[np.uint8], words: WordList) -> int:
    """The most byte edits that one character edit can take.

    An ASCII letter usually replaces a letter of two bytes ("cafe" for "café"); longer characters
    are considered only if the word itself has some.
    """
    if folded.max() >= _THREE_BYTES:
        return 3
    return 1 if folded.max() < 128 and words.blob.isascii() else 2


def _parts(
    length: int, words: WordList, wide: int
) -> Iterator[tuple[Integers, npt.NDArray[np.uint8]]]:
    """Words of `length` bytes, plus or minus `wide`: rows int64[n] and bytes uint8[n, l]."""
    lengths = np.diff(words.offsets) - 1
    buffer = np.frombuffer(words.blob, np.uint8)
    cells = MOST_CELLS
    near_lengths = range(max(1, length - wide), length + wide + 1)
    for long in sorted(near_lengths, key=lambda other: abs(other - length)):
        rows = np.flatnonzero(lengths == long)[: max(0, cells // (length * long))]
        cells -= len(rows) * length * long
        for first in range(0, len(rows), _PART):
            part = rows[first : first + _PART]
            yield part, _LOWER[buffer[words.offsets[part][:, None] + np.arange(long)]]


def _byte_edits(
    word: npt.NDArray[np.uint8], spellings: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """The byte edits between `word`, uint8[m], and each row of uint8[n, l]: uint8[n].

    Fills the table of the optimal string alignment distance, one row per letter of `word`; each
    cell is uint8[n].
    """
    n, columns = len(spellings), np.ascontiguousarray(spellings.T)
    above2: list[npt.NDArray[np.uint8]] = []
    above = [np.full(n, j, np.uint8) for j in range(len(columns) + 1)]
    for i, letter in enumerate(word):
        row = [np.full(n, i + 1, np.uint8)]
        for j, column in enumerate(columns):
            cell = np.minimum(above[j + 1], row[j])
            cell += np.uint8(1)
            np.minimum(cell, above[j] + (column != letter), out=cell)
            if i and j:
                swapped = (column == word[i - 1]) & (columns[j - 1] == letter)
                np.minimum(cell, above2[j - 1] + ~swapped * _FAR + np.uint8(1), out=cell)
            row.append(cell)
        above2, above = above, row
    return above[-1]


def _edits(first: str, second: str) -> int:
    """The character edits between two words; see `_byte_edits`."""
    above2: list[int] = []
    above = list(range(len(second) + 1))
    for i, letter in enumerate(first):
        row = [i + 1]
        for j, other in enumerate(second):
            row.append(min(above[j + 1] + 1, row[j] + 1, above[j] + (other != letter)))
            if i and j and other == first[i - 1] and second[j - 1] == letter:
                row[-1] = min(row[-1], above2[j - 1] + 1)
        above2, above = above, row
    return above[-1]


def _bytes(word: str) -> npt.NDArray[np.uint8]:
    """The word's bytes with A to Z in lower case; empty if UTF-8 cannot represent it."""
    try:
        return _LOWER[np.frombuffer(word.lower().encode(), np.uint8)]
    except UnicodeEncodeError:
        return np.empty(0, np.uint8)
