"""What the fuzz tests share: small valid files of every format, and readers that must not break.

tests/fuzz/test_fuzz.py mutates them a little in every run of the tests, tests/fuzz/fuzz_readers.py
for as long as it is left running.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from vector_files import write

from w2v.errors import W2VError
from w2v.formats import model_folder, registry
from w2v.formats.files import open_table
from w2v.vectors.word_vectors import WordVectors
from w2v.words.subwords import Subwords
from w2v.words.vocabulary import Vocabulary
from w2v.words.word_list import WordList

WORDS = ["the", "été", "日本語", "</s>", "x" * 60, "12", "-1.5"]
MATRIX = np.random.default_rng(1).normal(size=(len(WORDS), 4)).astype(np.float32)
MATRIX[1] = [0, -0.0, 1e-38, 3e38]
COUNTS = np.array([900, 40, 7, 7, 3, 1, 1], np.int64)
VECTORS = WordVectors(WORDS, MATRIX, COUNTS)

MOST_MEMORY = 64 << 20
"""Bytes that a reader may take for a file of some kilobytes."""


_OF_SUBWORDS = ("words.npy", "buckets.npy", "bucket_numbers.npy")


@dataclass(frozen=True)
class Sample:
    """A valid file: its format, the files that belong together, and which of them is mutated."""

    format: str
    files: tuple[tuple[str, bytes], ...]
    mutated: str
    opened: str  # "" is the folder that the files are in

    def lay(self, folder: Path, data: bytes) -> Path:
        """Write the files with `data` in place of the mutated one; the path to open."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in self.files:
            (folder / name).write_bytes(data if name == self.mutated else content)
        return folder / self.opened if self.opened else folder

    def data(self) -> bytes:
        """What the mutated file holds before it is mutated."""
        return dict(self.files)[self.mutated]

    def __str__(self) -> str:
        return f"{self.format}-{self.mutated}"


def make_samples(folder: Path) -> list[Sample]:
    """Samples of every format, of compressed files, and of fastText's subwords."""
    samples = []
    for name, known in registry.FORMATS.items():
        path = folder / name / f"o{known.endings[0]}"
        path.parent.mkdir(parents=True)
        try:
            write(VECTORS, path, format=name)
        except W2VError as error:  # a package that is an extra is not installed
            if "pip install" not in str(error):
                raise
            continue
        inside = path if path.is_dir() else path.parent
        files = tuple((file.name, file.read_bytes()) for file in sorted(inside.iterdir()))
        opened = "" if path.is_dir() else path.name
        samples += [Sample(name, files, mutated, opened) for mutated, _ in files]
    by_format = {sample.format: sample for sample in samples if sample.mutated == sample.opened}
    text = by_format["word2vec"].data()
    for ending, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        file = f"o.txt.{ending}"
        samples.append(Sample("word2vec", ((file, pack(text)),), file, file))
    grams = _with_subwords(by_format["fasttext-bin"].data())
    samples.append(Sample("fasttext-bin", (("subwords.ftbin", grams),), *["subwords.ftbin"] * 2))
    return samples + _folder_with_subwords(folder / "subwords.w2v")


def _folder_with_subwords(path: Path) -> list[Sample]:
    """Samples of a model folder of the same words, with 3 of 5 rows for their n-grams."""
    inputs = np.concatenate([MATRIX, MATRIX[:3]])
    buckets, words = np.array([4, 0, 1]), WordList.from_strings(WORDS)
    model_folder.write_model(
        path, words, COUNTS, inputs, MATRIX, {}, subwords=Subwords(2, 3, 5), buckets=buckets
    )
    files = tuple((file.name, file.read_bytes()) for file in sorted(path.iterdir()))
    return [Sample("w2v", files, mutated, "") for mutated in ("model.json", *_OF_SUBWORDS)]


def _with_subwords(data: bytes) -> bytes:
    """A fastText model of the same words that has 5 rows for n-grams of 2 to 3 characters."""
    numbers = np.frombuffer(data[:56], "<i4").copy()
    numbers[10:13] = 5, 2, 3  # bucket, minn, maxn
    rows, size = len(WORDS) + 5, MATRIX.shape[1]
    outputs = 17 + MATRIX.nbytes
    shape = b"\0" + rows.to_bytes(8, "little") + size.to_bytes(8, "little")
    values = np.arange(rows * size, dtype="<f4")
    head = numbers.tobytes() + data[56 : -2 * outputs]
    return head + shape + values.tobytes() + data[-outputs:]


def check_readers(path: Path, format: str) -> None:
    """Read a file as its format says and as it looks: a table, or a W2VError naming the file.

    It must not take much memory. Any other error is the fault that is looked for.
    """
    for how in (format, None):
        with bounded_memory():
            try:
                go_through(path, how)
            except W2VError as error:
                check_message(path, error)


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Fail when the block allocates more than MOST_MEMORY.

    Each start of tracemalloc leaks some kilobytes, so a caller that needs this a million times
    should start it once itself.
    """
    ours = not tracemalloc.is_tracing()
    if ours:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    try:
        yield
        taken = tracemalloc.get_traced_memory()[1] - before
    finally:
        if ours:
            tracemalloc.stop()
    assert taken < MOST_MEMORY, f"{taken:,} bytes were allocated"


def check_message(path: Path, error: W2VError) -> None:
    """An error names the file."""
    assert path.name in str(error), f"the file is not named: {error}"


def go_through(path: Path, format: str | None) -> None:
    """Everything that a query does with a file."""
    table = open_table(path, format)
    rows = sum(len(block) for block in table.blocks())
    assert rows == len(table)
    vectors = WordVectors.from_table(table)
    assert vectors.matrix.shape == (rows, table.vector_size)
    assert vectors.counts is None or len(vectors.counts) == rows
    assert len(list(vectors.words)) == rows
    assert len(WordVectors.from_table(table.limit(2))) == min(2, rows)
    if rows:
        assert 0 <= vectors.words.find(vectors.words[rows - 1]) < rows
        vectors.norms()
        vectors.unit_rows(slice(0, rows))
    vectors.get("unseen")


def check_vocabulary(path: Path) -> None:
    """Read a vocabulary file: words by falling count, or a W2VError naming the file."""
    try:
        vocabulary = Vocabulary.load(path)
    except W2VError as error:
        check_message(path, error)
        return
    assert len(set(vocabulary.words)) == len(vocabulary.counts) > 0
    assert (np.diff(vocabulary.counts) <= 0).all()


def interesting_numbers() -> Iterator[bytes]:
    """Numbers to try as sizes and counts: zero, one, too large, negative."""
    for size in (1, 4, 8):
        for number in (0, 1, 255, 2**31 - 1, 2**31, 2**32 - 1, 10**12, 2**62, 2**63 - 1, 2**64 - 1):
            yield (number & (256**size - 1)).to_bytes(size, "little")
    yield from (b"-1", b"0", b"999999999999", b"1e999", b"nan", b"inf", b"1" * 400, b" ", b"\n")
