"""IdStream: the whole text as word ids in one file, numbered by one table, and rewritten in place.

One reading of the text leaves ids of several tables, one per thread (see `w2v.corpus.first_pass`);
to count and join neighbouring words, they must be ids of a single table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from w2v.arrays import Ids, Integers
from w2v.corpus.first_pass import Reading
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.spool import Spooled, read_spool
from w2v.corpus.word_table import Merged, WordTable

_NEVER = np.iinfo(np.int64).max


class IdStream:
    """Word ids in a file: int32, with END_OF_LINE where lines end.

    Parameters
    ----------
    file
        Open for reading and writing.
    reading
        What one reading of the text wrote there.

    Attributes
    ----------
    table : the words
    counts : int64[W], how often each word occurs in the stream; may be 0
    first : int64[W], which increases with the place where each word first appears
    """

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._file, self._reading, self._pieces = file, reading, reading.spool
        self.table: WordTable = reading.words.table
        self.counts: Integers = reading.words.counts
        self.first: Integers = reading.words.first
        if len(reading.words.ids) > 1:
            tables = [np.append(ids, -1).astype(np.int32) for ids in reading.words.ids]
            given = read_spool(file, self._pieces, tables)
            self._rewrite((piece.final[piece.ids] for piece in given), self._count_line_ends)

    def __len__(self) -> int:
        """The number of ids, line ends included."""
        return sum(piece.n_ids for piece in self._pieces)

    def blocks(self) -> Iterator[Ids]:
        """The ids, piece by piece."""
        for piece in read_spool(self._file, self._pieces, [np.zeros(0, np.int32)]):
            yield piece.ids

    def mapped(self) -> Ids:
        """All ids as one array, mapped from the file."""
        self._file.flush()
        if not len(self):
            return np.zeros(0, np.int32)
        return np.asarray(np.memmap(self._file, np.int32, "r+", shape=(len(self),)))

    def replace(self, blocks: Iterable[Ids]) -> None:
        """Replace the ids with `blocks`, made from them and never longer, and count again."""
        self.counts = np.zeros(len(self.table), np.int64)
        self.first = np.full(len(self.table), _NEVER)
        place = 0

        def tally(ids: Ids) -> int:
            nonlocal place
            n_ends = int(kernels.tally(ids, place, self.counts, self.first))
            place += len(ids)
            return n_ends

        self._rewrite(blocks, tally)

    def reading(self) -> Reading:
        """The stream as a reading by a single thread."""
        everything = np.arange(len(self.table), dtype=np.int64)
        words = Merged(self.table, self.counts, self.first, [everything])
        return replace(self._reading, words=words, spool=self._pieces)

    @staticmethod
    def _count_line_ends(ids: Ids) -> int:
        return int(np.count_nonzero(ids == kernels.END_OF_LINE))

    def _rewrite(self, blocks: Iterable[Ids], line_ends: Callable[[Ids], int]) -> None:
        """Write blocks over the stream from its beginning; `line_ends` is called with each."""
        pieces, end = [], 0
        for ids in blocks:
            self._file.seek(end)
            self._file.write(np.ascontiguousarray(ids).data)
            pieces.append(Spooled(0, len(ids), line_ends(ids)))
            end += ids.nbytes
        self._pieces = pieces
