"""The trained rows of a model folder with subwords: words.npy, buckets.npy, bucket_numbers.npy.

words.npy holds the words' own rows and buckets.npy those of n-grams. Most of the many buckets are
used by no word of a vocabulary, so only the rows in use are stored, by rising number of the bucket,
and bucket_numbers.npy holds these numbers: int32[U]. The rows of other buckets are zeros. Without
bucket_numbers.npy, buckets.npy holds the rows of all buckets, as a fastText model does.

Opening the folder maps the rows and reads the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from w2v.arrays import Bytes, Floats, Integers, ranges
from w2v.errors import W2VError
from w2v.formats.shared import npy_layout
from w2v.formats.table import map_rows
from w2v.words.subwords import Stored, SubwordRows, Subwords

WORDS, BUCKETS, NUMBERS = "words.npy", "buckets.npy", "bucket_numbers.npy"


def read(folder: Path, subwords: Subwords, n_words: int, vector_size: int) -> SubwordRows:
    """The rows of a model folder. Raises W2VError when a file is missing or damaged."""
    stored = _read_numbers(folder / NUMBERS, subwords.bucket)
    n_ngrams = subwords.bucket if stored is None else len(stored.buckets)
    own = _opener(folder / WORDS, (n_words, vector_size))
    return SubwordRows(subwords, own, _opener(folder / BUCKETS, (n_ngrams, vector_size)), stored)


def write(folder: Path, rows: SubwordRows) -> None:
    """Write the rows of a model that is not pruned; only the stored ones of its n-grams."""
    own = rows.own().view("<f4")
    with open(folder / WORDS, "wb") as file:
        npy_layout.write_rows(file, own)
    with open(folder / BUCKETS, "wb") as file:
        if rows.stored is None:
            npy_layout.write_rows(file, rows.ngrams().view("<f4"))
        else:
            shape = len(rows.stored.buckets), own.shape[1]
            npy_layout.write_blocks(file, shape, _stored_rows(rows, rows.stored.buckets))
    if rows.stored is not None:
        with open(folder / NUMBERS, "wb") as file:
            npy_layout.write_integers(file, rows.stored.buckets.astype(np.int32))


def _stored_rows(rows: SubwordRows, buckets: Integers) -> Iterator[Floats]:
    """The rows of `buckets` in blocks."""
    for first, last in ranges(len(buckets), rows.own().shape[1], 1):
        yield rows.ngram_rows(buckets[first:last])


def _opener(path: Path, shape: tuple[int, int]) -> Callable[[], Bytes]:
    """Maps a file of float32 rows in this shape as bytes."""
    offset = npy_layout.float32_offset(path, shape)
    return lambda: map_rows(path, offset, *shape).view(np.uint8)


def _read_numbers(path: Path, n_buckets: int) -> Stored | None:
    """The numbers of the stored buckets; None without such a file, where all are stored."""
    if not path.exists():
        return None
    numbers = npy_layout.read_integers(path).astype(np.int64)
    rising = (np.diff(numbers, prepend=-1) > 0).all() and not (numbers >= n_buckets).any()
    if not rising:
        raise W2VError(f"{path}: damaged: its numbers do not rise from 0 to {n_buckets - 1:,}")
    return Stored(numbers, np.arange(len(numbers)))
