"""Vectors composed of n-grams, as fastText composes them.

A word is written between < and >. Every run of `minn` to `maxn` of its characters is hashed (32-bit
FNV-1a over signed bytes) to one of `bucket` numbers; each is the number of a row that n-grams
share. The runs "<" and ">" are left out, and so are all runs of </s>. A word's vector is the mean
of its own row and its n-grams' rows; a word without a row of its own has the mean of its n-grams'
rows.

All words of a block are hashed together: one step extends every run by one character.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from w2v.arrays import Bytes, Floats, Integers, numbered
from w2v.system.parallel import map_ahead
from w2v.words.word_list import WordList

Hashes = npt.NDArray[np.uint32]

END_OF_SENTENCE = b"</s>"

_FIRST_HASH = np.uint32(2166136261)
_PRIME = np.uint32(16777619)
_LETTERS_AT_ONCE = 65_536
_BYTES_AT_ONCE = 1 << 20  # of the words' rows, which then stay in a processor's cache
_LONG = 256  # n-grams; the rows of words with more are summed word by word


@dataclass(frozen=True)
class Subwords:
    """The shortest and longest n-gram, in characters, and the number of buckets they share."""

    minn: int
    maxn: int
    bucket: int

    def __bool__(self) -> bool:
        """Whether words have any n-grams."""
        return 0 < max(self.minn, 1) <= self.maxn


@dataclass(frozen=True)
class Stored:
    """Which buckets have a row, in a model that does not store the rows of all.

    Parameters
    ----------
    buckets, places
        int64[n] each: the buckets, in ascending order, and the places of their rows.
    pruned
        Whether the n-grams of other buckets do not count; otherwise their rows are zeros.
    """

    buckets: Integers
    places: Integers
    pruned: bool = False

    def find(self, buckets: Integers) -> Integers:
        """The places of the rows of `buckets`, int64[n]; -1 where none is stored."""
        if not len(self.buckets):
            return np.full(len(buckets), -1)
        nearest = np.minimum(np.searchsorted(self.buckets, buckets), len(self.buckets) - 1)
        return np.where(self.buckets[nearest] == buckets, self.places[nearest], -1)


@dataclass(frozen=True)
class SubwordRows:
    """The trained rows of a model with subwords, from which its vectors are composed.

    Rows are bytes, uint8[n, 4 * D] for float32[n, D], so that they can be mapped from a file at any
    address. Only those that are needed are read.

    Parameters
    ----------
    subwords
        What the n-grams are.
    own
        Opens the words' own rows, uint8[V, 4 * D].
    ngrams
        Opens the n-grams' rows, uint8[n, 4 * D].
    stored
        Which buckets these are the rows of; None: row i is that of bucket i.
    mixed
        Whether the words' vectors are not these means but mixes of them with output vectors.
    """

    subwords: Subwords
    own: Callable[[], Bytes]
    ngrams: Callable[[], Bytes]
    stored: Stored | None = None
    mixed: bool = False

    @property
    def pruned(self) -> bool:
        """Whether n-grams of its words are missing."""
        return self.stored is not None and self.stored.pruned

    def select(self, rows: slice | Integers) -> SubwordRows:
        """The own rows of some words."""
        own = self.own
        return replace(self, own=lambda: own()[rows])

    def in_memory(self) -> SubwordRows:
        """The same rows, independent of the file that they are mapped from."""
        return replace(self, own=_Held(self.own()), ngrams=_Held(self.ngrams()))

    def blocks(self, words: WordList) -> Iterator[Floats]:
        """The means of the V words in blocks, float32[n, D] each, in order."""
        own, ngrams = self.own(), self.ngrams()

        def means(word_range: tuple[int, int]) -> Floats:
            first, last = word_range
            ids, starts, n_ngrams = self.find(words, first, last)
            return _means(_floats(own[first:last]), n_ngrams + 1, ngrams, ids, starts)

        return map_ahead(means, _word_ranges(words, own.shape[1], 0, len(words)))

    def own_rows(self, words: WordList, vectors: Iterable[Floats]) -> Iterator[Floats]:
        """The own rows that make `vectors` the means of the V words, in blocks as those are."""
        own, ngrams = self.own(), self.ngrams()
        for first, block in numbered(vectors):
            rows = _floats(own[first : first + len(block)])
            for low, high in _word_ranges(words, own.shape[1], first, first + len(block)):
                ids, starts, n_ngrams = self.find(words, low, high)
                here, n_rows = slice(low - first, high - first), n_ngrams + 1
                means = _means(rows[here], n_rows, ngrams, ids, starts)
                rows[here] += n_rows.astype(np.float32)[:, None] * (block[here] - means)
            yield rows

    def compose(self, words: Sequence[str]) -> tuple[Floats, Integers]:
        """Vectors of words that have no row of their own, float32[n, D].

        Also returns how many n-grams each is the mean of, int64[n]; without any it is zeros.
        Raises W2VError for a word that contains a line break or is not valid Unicode.
        """
        listed = WordList.from_strings(words)
        ngrams = self.ngrams()
        vectors = np.zeros((len(listed), ngrams.shape[1] // 4), np.float32)
        counts = np.zeros(len(listed), np.int64)
        for first, last in _word_ranges(listed, ngrams.shape[1], 0, len(listed)):
            ids, starts, n_ngrams = self.find(listed, first, last)
            counts[first:last] = n_ngrams
            vectors[first:last] = _means(vectors[first:last], n_ngrams, ngrams, ids, starts)
        return vectors, counts

    def ngram_rows(self, buckets: Integers) -> Floats:
        """The rows of some buckets, float32[n, D]; zeros where none is stored."""
        ngrams = self.ngrams()
        places = buckets if self.stored is None else self.stored.find(buckets)
        has_row = places >= 0
        rows = np.zeros((len(buckets), ngrams.shape[1] // 4), np.float32)
        rows[has_row] = ngrams[places[has_row]].view("<f4")
        return rows

    def find(self, words: WordList, first: int, last: int) -> tuple[Integers, Integers, Integers]:
        """The places of the stored n-gram rows of words `first` to `last` - 1, word by word.

        Returns int64[n], where each word's begin, int64[last - first + 1], and how many n-grams
        each has, int64[last - first]; those whose rows are zeros are among them.
        """
        buckets, starts = find_buckets(words, first, last, self.subwords)
        if self.stored is None:
            return buckets, starts, np.diff(starts)
        places = self.stored.find(buckets)
        has_row = places >= 0
        stored_starts = np.append(0, np.cumsum(has_row))[starts]
        n_ngrams = np.diff(stored_starts if self.stored.pruned else starts)
        return places[has_row], stored_starts, n_ngrams


def trained_rows(
    inputs: Floats, n_words: int, subwords: Subwords, buckets: Integers
) -> SubwordRows:
    """The rows of a table in memory, float32[V + U, D], none of them copied.

    The first V rows are the words' own; row V + i is that of bucket number buckets[i], int64[U],
    in any order. The rows of other buckets are zeros.
    """
    own, ngrams = inputs[:n_words].view(np.uint8), inputs[n_words:].view(np.uint8)
    order = np.argsort(buckets, kind="stable")
    return SubwordRows(subwords, lambda: own, lambda: ngrams, Stored(buckets[order], order))


class _Held:
    """Rows in memory, which are open already; unlike a lambda it can be pickled."""

    def __init__(self, rows: Bytes) -> None:
        self._rows = np.array(rows)

    def __call__(self) -> Bytes:
        return self._rows


def find_buckets(
    words: WordList, first: int, last: int, subwords: Subwords
) -> tuple[Integers, Integers]:
    """The buckets of the n-grams of words `first` to `last` - 1, word by word.

    Returns int64[n] and where each word's begin, int64[last - first + 1].
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
    buckets = (hashes[found] % np.uint32(subwords.bucket)).astype(np.int64)
    return buckets, np.concatenate([[0], np.cumsum(counts)])


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


def _word_ranges(
    words: WordList, row_bytes: int, first: int, last: int
) -> Iterator[tuple[int, int]]:
    """The words `first` to `last` - 1 in blocks, whose rows and letters take little memory."""
    step = max(1, _BYTES_AT_ONCE // max(1, row_bytes))
    while first < last:
        most = words.offsets[first] + _LETTERS_AT_ONCE
        end = min(first + step, last)
        cut = int(np.searchsorted(words.offsets[: end + 1], most, "right")) - 1
        end = min(max(cut, first + 1), end)
        yield first, end
        first = end


def _means(
    sums: Floats, n_rows: Integers, matrix: Bytes, rows: Integers, starts: Integers
) -> Floats:
    """The means of words' rows: `sums`, float32[n, D], and each word's rows of `matrix`, divided
    by `n_rows`, int64[n].

    They are added in fastText's order to match its sums: the first rows of all words together,
    then the second rows, and so on. Words with very many rows are finished one by one. Rows that
    are zeros may be left out: a sum of floats stays the same to the last bit.
    """
    counts = np.diff(starts)
    order = np.argsort(-counts, kind="stable")  # words with more rows come first
    counts, begins, sums = counts[order], starts[order], sums[order]
    taken = np.empty((len(sums), matrix.shape[1]), np.uint8)
    places = np.arange(min(int(counts.max(initial=0)), _LONG))
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for place, n in enumerate(np.searchsorted(-counts, -places).tolist()):
            sums[:n] += _take(matrix, rows[begins[:n] + place], taken[:n])
        for word in range(np.count_nonzero(counts > _LONG)):
            end = begins[word] + counts[word]
            for first in range(begins[word] + _LONG, end, _LONG):
                ids = rows[first : min(first + _LONG, end)]
                more = _take(matrix, ids, np.empty((len(ids), matrix.shape[1]), np.uint8))
                sums[word] = np.add.reduce(np.vstack([sums[word], more]), axis=0)
        sums *= (1.0 / np.maximum(n_rows[order], 1)).astype(np.float32)[:, None]
    means = np.empty_like(sums)
    means[order] = sums
    return means


def _take(matrix: Bytes, rows: Integers, out: Bytes) -> Floats:
    """Rows of a matrix as floats, copied into `out`, uint8[n, 4 * D].

    They are copied as bytes, because NumPy is slow to gather floats at odd addresses.
    """
    if matrix.flags.c_contiguous:
        np.take(matrix, rows, axis=0, out=out, mode="clip")  # "raise" would copy `out` twice
    else:  # np.take would copy the whole matrix
        out[:] = matrix[rows]
    return out.view("<f4").astype(np.float32, copy=False)


def _floats(rows: Bytes) -> Floats:
    """A copy of rows as floats."""
    return rows.copy().view("<f4").astype(np.float32, copy=False)
