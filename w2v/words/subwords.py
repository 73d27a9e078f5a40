"""Which rows of a fastText model make up a word's vector: its own row and those of its n-grams.

A word is written between < and >. Every run of `minn` to `maxn` of its characters is hashed (32-bit
FNV-1a over signed bytes) to one of `bucket` rows after those of the words. The runs "<" and ">" are
left out, and so are all runs of </s>. All words of a block are hashed together: one step extends
every run by one character.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, Integers, ranges
from w2v.words.word_list import WordList

Bytes = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint32]

END_OF_SENTENCE = b"</s>"

_FIRST_HASH = np.uint32(2166136261)
_PRIME = np.uint32(16777619)
_LETTERS_AT_ONCE = 65_536
_LONG = 256  # rows; words with more are summed one by one


@dataclass(frozen=True)
class Subwords:
    """The shortest and longest n-gram, in characters, and the number of rows they share."""

    minn: int
    maxn: int
    bucket: int

    def __bool__(self) -> bool:
        """Whether words have any n-grams."""
        return 0 < max(self.minn, 1) <= self.maxn


def mean_blocks(matrix: Bytes, words: WordList, subwords: Subwords) -> Iterator[Floats]:
    """The words' vectors in float32[n, D] blocks: the mean of each word's rows.

    matrix: the bytes of float32[V + bucket, D] as uint8[V + bucket, 4 * D], at any address; only
    the rows that are needed are read.
    """
    for first, last in _word_ranges(words, matrix.shape[1] // 4):
        rows, starts = find_rows(words, first, last, subwords)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            sums = _sum_rows(matrix, rows, starts)
            sums *= (1.0 / np.diff(starts)).astype(np.float32)[:, None]
        yield sums


def find_rows(
    words: WordList, first: int, last: int, subwords: Subwords
) -> tuple[Integers, Integers]:
    """The rows of words `first` to `last` - 1, word by word, and where each word's rows begin.

    Returns int64[n] and int64[last - first + 1].
    """
    offsets = words.offsets[first : last + 1] - words.offsets[first]
    blob = words.blob[words.offsets[first] : words.offsets[last]]
    letters = np.frombuffer(b"<" + blob[:-1].replace(b"\n", b"><") + b">", np.uint8)
    starts = np.flatnonzero((letters & 0xC0) != 0x80)  # where each character begins
    ends = offsets[1:] + np.arange(1, last - first + 1)  # each newline became the two marks ><
    word_ends = np.searchsorted(starts, ends)
    hashes, found = _hash_runs(letters, np.append(starts, len(letters)), word_ends, subwords)
    word_starts = np.append(0, word_ends[:-1])
    for word in _end_of_sentence(blob, offsets):
        found[word_starts[word] : word_ends[word]] = False
    counts = np.add.reduceat(found.sum(axis=1), word_starts)
    begins = np.concatenate([[0], np.cumsum(counts)])
    runs = len(words) + (hashes[found] % np.uint32(subwords.bucket)).astype(np.int64)
    rows = np.insert(runs, begins[:-1], np.arange(first, last))
    return rows, begins + np.arange(last - first + 1)


def _hash_runs(
    letters: Bytes, starts: Integers, word_ends: Integers, subwords: Subwords
) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """The hash of each run, and which runs exist: uint32 and bool [characters, lengths].

    starts: int64[characters + 1], in letters. word_ends: int64[words], in characters.
    """
    size = len(starts) - 1
    minn = max(subwords.minn, 1)
    signed = letters.view(np.int8).astype(np.int32).view(np.uint32)
    word_starts = np.append(0, word_ends[:-1])
    ends = np.repeat(word_ends, word_ends - word_starts)  # the end of each character's word
    hashes = np.zeros((size, subwords.maxn - minn + 1), np.uint32)
    found = np.zeros(hashes.shape, bool)
    hash_ = np.full(size, _FIRST_HASH)
    widths = np.diff(starts)
    alive = np.arange(size)
    for length in range(1, subwords.maxn + 1):
        alive = alive[alive + length <= ends[alive]]
        if not len(alive):
            break
        added = alive + length - 1
        for letter in range(int(widths.max())):
            longer = widths[added] > letter
            runs = alive[longer]
            hash_[runs] = (hash_[runs] ^ signed[starts[added[longer]] + letter]) * _PRIME
        if length >= minn:
            hashes[alive, length - minn] = hash_[alive]
            found[alive, length - minn] = True
    if minn == 1:
        found[word_starts, 0] = found[word_ends - 1, 0] = False
    return hashes, found


def _end_of_sentence(blob: bytes, offsets: Integers) -> list[int]:
    """The indices of the words that are </s>."""
    if END_OF_SENTENCE + b"\n" not in blob:
        return []
    sized = np.flatnonzero(np.diff(offsets) == len(END_OF_SENTENCE) + 1).tolist()
    return [row for row in sized if blob.startswith(END_OF_SENTENCE, offsets[row])]


def _word_ranges(words: WordList, vector_size: int) -> Iterator[tuple[int, int]]:
    """Blocks of words, each small enough that its rows and letters take little memory."""
    for first, last in ranges(len(words), vector_size):
        while first < last:
            most = words.offsets[first] + _LETTERS_AT_ONCE
            cut = int(np.searchsorted(words.offsets[: last + 1], most, "right")) - 1
            cut = min(max(cut, first + 1), last)
            yield first, cut
            first = cut


def _sum_rows(matrix: Bytes, rows: Integers, starts: Integers) -> Floats:
    """The sum of each word's rows, float32[n, D], added in fastText's order to match its sums.

    The first rows of all words are taken together, then the second rows, and so on; words with
    very many rows are finished one by one.
    """
    counts = np.diff(starts)
    order = np.argsort(-counts, kind="stable")  # words with more rows come first
    begins = starts[order]
    sums = _take(matrix, rows[begins])
    for place in range(1, min(int(counts.max()), _LONG)):
        longer = np.count_nonzero(counts > place)
        sums[:longer] += _take(matrix, rows[begins[:longer] + place])
    for word in range(np.count_nonzero(counts > _LONG)):
        end = begins[word] + counts[order[word]]
        for first in range(begins[word] + _LONG, end, _LONG):
            more = _take(matrix, rows[first : min(first + _LONG, end)])
            sums[word] = np.add.reduce(np.vstack([sums[word], more]), axis=0)
    unsorted = np.empty_like(sums)
    unsorted[order] = sums
    return unsorted


def _take(matrix: Bytes, rows: Integers) -> Floats:
    """Rows as float32, copied as bytes: NumPy is slow to gather floats at odd addresses."""
    return np.take(matrix, rows, axis=0).view("<f4").astype(np.float32, copy=False)
