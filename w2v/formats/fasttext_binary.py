"""fastText .bin: words, the options of their training, and their vectors with all subwords.

A word's vector is the mean of its own row and those of its character n-grams; words outside the
vocabulary have only n-grams. Both tables of rows stay in the file and are mapped. Quantized and
supervised models are refused; pruned ones are read, without the n-grams that were pruned.

A table without subwords is written as a model without any. If the vectors are a mix of the means
and of output vectors, the words' own rows are written so that the means are the mixed vectors. The
output rows are those of the table if it has them, otherwise zeros, as before training. An unknown
count is written as 1.

    magic, version, 12 options, t │ size, words, labels, tokens, pruned │ word NUL count type ...
    bucket row ... │ quantized, rows, D, float32[rows, D] │ quantized, rows, D, float32[rows, D]
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from w2v.arrays import Bytes, Floats, Integers, ranges
from w2v.errors import W2VError
from w2v.formats.shared.binary_rows import MarkedRows
from w2v.formats.shared.fasttext_options import FASTTEXT, OPTIONS, options_of, tokens_of
from w2v.formats.shared.output import output_file
from w2v.formats.shared.subword_options import LONGEST_RUN, check_runs
from w2v.formats.shared.word_checks import check_distinct, check_words
from w2v.formats.shared.word_reading import decode_words
from w2v.formats.signatures import FASTTEXT as MAGIC
from w2v.formats.table import Table, check_size, from_file
from w2v.words.subwords import Stored, SubwordRows, Subwords
from w2v.words.word_list import WordList

VERSION = 12
READ_VERSIONS = (11, 12)

_MAGIC = int.from_bytes(MAGIC, "little")
_HEADER = struct.Struct("<14id")
_DICTIONARY = struct.Struct("<3i2q")
_ENTRY = struct.Struct("<qb")
_MATRIX = struct.Struct("<?2q")
_ENTRIES = MarkedRows(b"\0", _ENTRY.size)
_SUPERVISED = 3
_MOST_DIMENSIONS = 1_000_000
_LONGEST_WORD = 1 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class _Dictionary:
    """The words of a model; counts int64[V], or None when they are not known.

    tokens: how many words the training text had. kept: int32[n, 2], the remaining buckets of a
    pruned model and their rows.
    """

    words: WordList
    counts: Integers | None
    tokens: int
    kept: npt.NDArray[np.int32] | None


def read(path: Path) -> Table:
    """Open a model. Raises W2VError when it is damaged, quantized or supervised."""
    with open(path, "rb") as file:
        options = _read_header(file, path)
        subwords = Subwords(options["minn"], options["maxn"], options["bucket"])
        dictionary = _read_dictionary(file, path)
        words, size = dictionary.words, options["dim"]
        n_ngrams = subwords.bucket if dictionary.kept is None else len(dictionary.kept)
        offset = _read_matrix_header(file, path, len(words) + n_ngrams, size)
    stored = _stored(path, dictionary.kept, subwords)
    end = offset + 4 * size * (len(words) + n_ngrams)
    outputs = _outputs(path, end, words, size)
    about = {FASTTEXT: {**options, "tokens": dictionary.tokens}}
    if not subwords:
        table = from_file(path, words, size, offset, counts=dictionary.counts)
        return replace(table, outputs=outputs, about=about)
    check_runs(path, words, subwords)

    def rows(first: int, last: int) -> Bytes:
        return _map_matrix(path, offset, len(words) + n_ngrams, size)[first:last]

    n_words = len(words)
    composed = SubwordRows(
        subwords, lambda: rows(0, n_words), lambda: rows(n_words, n_words + n_ngrams), stored
    )
    return Table(
        words,
        size,
        lambda: composed.blocks(words),
        dictionary.counts,
        outputs=outputs,
        subwords=composed,
        about=about,
    )


def write(table: Table, path: Path, *, overwrite: bool = False) -> None:
    """Write a model with the subwords, output rows and options that the table has.

    Raises W2VError for a word that contains a NUL or occurs twice.
    """
    check_words(path, table.words, b"\0", empty=True)
    check_distinct(path, table.words)
    n_words, size, subwords = len(table), table.vector_size, table.subwords
    # At least 1: gensim drops words whose count is 0.
    counts = np.maximum(1 if table.counts is None else table.counts, np.ones(n_words, np.int64))
    pruned = subwords.stored if subwords is not None and subwords.pruned else None
    with output_file(path, overwrite=overwrite) as file:
        file.write(_header(table))
        tokens = max(tokens_of(table.about), int(counts.sum()))
        n_kept = -1 if pruned is None else len(pruned.buckets)
        file.write(_DICTIONARY.pack(n_words, n_words, 0, tokens, n_kept))
        _write_entries(file, table.words, counts)
        if pruned is not None:
            file.write(np.stack([pruned.buckets, pruned.places], axis=1).astype("<i4").tobytes())
        if subwords is None:
            file.write(_MATRIX.pack(False, n_words, size))
            _write_blocks(file, table.blocks())
        else:
            n_ngrams = subwords.subwords.bucket if pruned is None else n_kept
            file.write(_MATRIX.pack(False, n_words + n_ngrams, size))
            if subwords.mixed:
                _write_blocks(file, subwords.own_rows(table.words, table.blocks()))
            else:
                _write_bytes(file, subwords.own())
            _write_ngrams(file, subwords)
        file.write(_MATRIX.pack(False, n_words, size))
        if table.outputs is None:
            _write_zeros(file, 4 * n_words * size)
        else:
            _write_blocks(file, table.outputs().blocks())


def _header(table: Table) -> bytes:
    """The magic number, the version and the options."""
    return _HEADER.pack(_MAGIC, VERSION, *options_of(table).values())


def _read_header(file: BinaryIO, path: Path) -> dict[str, Any]:
    """The options, by fastText's names."""
    data = file.read(_HEADER.size)
    if len(data) < _HEADER.size:
        raise W2VError(f"{path}: cut short in its header (byte {len(data):,})")
    magic, version, *values = _HEADER.unpack(data)
    options = dict(zip(OPTIONS, values, strict=True))
    if magic != _MAGIC:
        raise W2VError(f"{path}: not a fastText .bin file")
    if version not in READ_VERSIONS:
        raise W2VError(f"{path}: version {version} of fastText's format is not known")
    if options["model"] == _SUPERVISED:
        raise W2VError(
            f"{path}: a supervised fastText model (a classifier); only word vectors can be read"
        )
    if not 1 <= options["dim"] <= _MOST_DIMENSIONS:
        raise W2VError(
            f"{path}: damaged: its header promises vectors of {options['dim']:,} dimensions"
        )
    if options["maxn"] > LONGEST_RUN or options["bucket"] < 0:
        raise W2VError(
            f"{path}: damaged: its header promises n-grams of up to {options['maxn']:,} letters "
            f"in {options['bucket']:,} rows"
        )
    return options


def _read_dictionary(file: BinaryIO, path: Path) -> _Dictionary:
    """The dictionary. Counts that are all 1, which is how `write` writes unknown ones, are None."""
    data = file.read(_DICTIONARY.size)
    if len(data) < _DICTIONARY.size:
        raise W2VError(f"{path}: cut short in its header (byte {file.tell():,})")
    n_entries, n_words, n_labels, tokens, n_kept = _DICTIONARY.unpack(data)
    if n_labels or n_words != n_entries or n_words < 0:
        raise W2VError(
            f"{path}: {n_words:,} words and {n_labels:,} labels of {n_entries:,} entries; "
            "only word vectors can be read"
        )
    check_size(path, file.tell() + n_words * (1 + _ENTRY.size) + max(n_kept, 0) * 8)
    blobs, counts, left = [], [], n_words
    while left:
        blob, some = _read_entries(file, path, left, n_words - left)
        blobs.append(blob)
        counts.append(some)
        left -= len(some)
    words, _ = decode_words(path, blobs, n_words)
    known = np.concatenate([np.empty(0, np.int64), *counts])
    kept = None if n_kept < 0 else np.frombuffer(file.read(8 * n_kept), "<i4").reshape(-1, 2)
    return _Dictionary(words, None if (known == 1).all() else known, tokens, kept)


def _read_entries(file: BinaryIO, path: Path, most: int, row: int) -> tuple[bytes, Integers]:
    """Some entries, read from the file's position: words with a newline after each, and counts."""
    offset = file.tell()
    data = file.read(_PIECE)
    while (first := data.find(b"\0")) < 0 or first + 1 + _ENTRY.size > len(data):
        more = file.read(_PIECE)
        if not more or len(data) > _LONGEST_WORD:
            what = "cut short" if not more else "damaged: a word without an end"
            raise W2VError(f"{path}: {what} in row {row + 1:,} (byte {offset:,})")
        data += more
    words, ends = _ENTRIES.find(data)
    words, ends = words[:most], ends[:most]
    file.seek(offset + _ENTRIES.size(ends))
    letters = np.frombuffer(data, np.uint8)
    counts = letters[ends[:, None] + np.arange(1, 9)].view("<i8").ravel().astype(np.int64)
    odd = np.flatnonzero((letters[ends + 9] != 0) | (counts < 0))
    if len(odd):
        bad = int(odd[0])
        byte = offset + int(ends[bad]) - len(words[bad])
        raise W2VError(
            f"{path}: row {row + 1 + bad:,} (byte {byte:,}) is not a word; the file is damaged"
        )
    return b"\n".join([*words, b""]), counts


def _read_matrix_header(file: BinaryIO, path: Path, rows: int, size: int) -> int:
    """Where the input table of `rows` rows begins."""
    data = file.read(_MATRIX.size)
    if len(data) < _MATRIX.size:
        raise W2VError(f"{path}: cut short at byte {file.tell():,}, before its vectors")
    if data[0]:
        raise W2VError(f"{path}: a quantized fastText model; only full models can be read")
    found = _MATRIX.unpack(data)[1:]
    if found != (rows, size):
        raise W2VError(
            f"{path}: damaged: its table is {found[0]:,} x {found[1]:,}, "
            f"but its header says {rows:,} x {size:,}"
        )
    check_size(path, file.tell() + 4 * rows * size)
    return file.tell()


def _outputs(path: Path, place: int, words: WordList, size: int) -> Callable[[], Table] | None:
    """A function that opens the output rows, whose header is at `place`; None if there are none."""
    with open(path, "rb") as file:
        file.seek(place)
        data = file.read(_MATRIX.size)
    if data != _MATRIX.pack(False, len(words), size):
        return None
    return lambda: from_file(path, words, size, place + _MATRIX.size)


def _stored(path: Path, pairs: npt.NDArray[np.int32] | None, subwords: Subwords) -> Stored | None:
    """The buckets and rows of a pruned model; pairs: int32[n, 2], in any order.

    Raises W2VError when they are out of range or a bucket is listed twice.
    """
    if pairs is None:
        return None
    buckets, rows = pairs[np.argsort(pairs[:, 0], kind="stable")].T.astype(np.int64)
    in_range = (buckets >= 0) & (buckets < subwords.bucket) & (rows >= 0) & (rows < len(rows))
    if not in_range.all() or (np.diff(buckets) == 0).any():
        raise W2VError(f"{path}: damaged: its pruned n-grams are out of range")
    return Stored(buckets, rows, pruned=True)


def _map_matrix(path: Path, offset: int, rows: int, size: int) -> npt.NDArray[np.uint8]:
    """The bytes of float32[rows, D] as uint8[rows, 4 * D], mapped even if they are not aligned."""
    with open(path, "rb") as file:
        check_size(path, offset + 4 * rows * size)
        view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(view, np.uint8, 4 * rows * size, offset).reshape(rows, 4 * size)


def _write_entries(file: BinaryIO, words: WordList, counts: Integers) -> None:
    for first, block in words.blocks():
        numbers = counts[first : first + len(block)].tolist()
        file.write(
            b"".join(
                b"%b\0%b" % (word, _ENTRY.pack(count, 0))
                for word, count in zip(block, numbers, strict=True)
            )
        )


def _write_ngrams(file: BinaryIO, rows: SubwordRows) -> None:
    """Write the rows of all buckets, or those of a pruned model."""
    if rows.stored is None or rows.pruned:
        _write_bytes(file, rows.ngrams())
    else:
        blocks = ranges(rows.subwords.bucket, rows.own().shape[1], 1)
        _write_blocks(file, (rows.ngram_rows(np.arange(*block)) for block in blocks))


def _write_bytes(file: BinaryIO, rows: Bytes) -> None:
    """Write rows a few at a time, since they may be mapped from a file."""
    for first, last in ranges(len(rows), rows.shape[1], 1):
        file.write(np.ascontiguousarray(rows[first:last]).data.cast("B"))


def _write_blocks(file: BinaryIO, blocks: Iterable[Floats]) -> None:
    for block in blocks:
        file.write(np.ascontiguousarray(block, "<f4").data.cast("B"))


def _write_zeros(file: BinaryIO, size: int) -> None:
    while size > 0:
        size -= file.write(bytes(min(size, _PIECE)))
