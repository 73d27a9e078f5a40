"""One reading of the text: every word counted and, where wanted, its provisional id on disk.

The main thread reads pieces and takes their results in order; the other threads scan, each
with a table of its own. Provisional ids are those of the table that scanned the piece. It is
part of the training path and imports numba.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from w2v.corpus.spool import Spooled
from w2v.corpus.word_table import Merged, Scanned, WordTable, merge
from w2v.errors import W2VError
from w2v.system.parallel import in_order, worker_threads
from w2v.text.kernels import scan as kernels
from w2v.text.pieces import Piece, SourceSize, TextReader
from w2v.text.streams import count_invalid

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Reading:
    """What one reading found.

    words : the distinct words of all tables, with counts
    spool : the pieces' ids in the order of the text (empty when nothing is spooled)
    sources : what was read of each source
    n_lines : lines with at least one word
    """

    words: Merged
    spool: list[Spooled]
    sources: list[SourceSize]
    n_lines: int

    @property
    def n_replaced_bytes(self) -> int:
        """Bytes of all sources that could not be decoded."""
        return sum(source.replaced_bytes for source in self.sources)


def read_text(
    reader: TextReader, threads: int, spool: BinaryIO | None, progress: Progress | None
) -> Reading:
    """Read all text once. Raises W2VError when it cannot be read or has no words.

    Parameters
    ----------
    reader
        What to read.
    threads
        How many threads scan.
    spool
        Where the ids go, int32, END_OF_LINE between lines; None counts only.
    progress
        Called with the bytes read so far and in all (None when that is not known).
    """
    tables = _Tables(reader.tokenizer)
    total = reader.bytes_total()
    done: list[Spooled] = []
    lines = _Lines()
    with worker_threads(threads) as pool:
        for piece, (table, scanned) in in_order(pool, tables.scan, reader.pieces()):
            lines.add(scanned)
            if scanned.replaced_bytes:
                _charge(piece, scanned.replaced_bytes, reader.sizes)
            if spool is not None:
                spool.write(scanned.ids.data)
                done.append(Spooled(table, len(scanned.ids), scanned.n_line_ends))
            if progress is not None:
                progress(reader.bytes_done, total)
    words = merge(tables.tables)
    if not len(words.counts):
        raise W2VError(_no_words(reader.sizes))
    return Reading(words, done, reader.sizes, lines.number)


class _Tables:
    """As many tables as threads scan at once, each of which meets its pieces in their order.

    For a table remembers where it first met a word, which must be where the word first stands.
    A thread that was held up may come with a piece after its successor has been scanned; then it
    gets a table that the successor was not scanned with.
    """

    def __init__(self, tokenizer: str) -> None:
        self.tables = [WordTable(tokenizer)]
        self._tokenizer = tokenizer
        self._reached = [0]  # the place of the last piece of each table
        self._free = [0]
        self._lock = threading.Lock()

    def scan(self, piece: Piece) -> tuple[int, Scanned]:
        """Scan a piece with a table that no other thread uses now: its number, and the ids."""
        with self._lock:
            number = self._take(piece.place)
        scanned = self.tables[number].scan(piece.text, piece.place)
        with self._lock:
            self._free.append(number)
        return number, scanned

    def _take(self, place: int) -> int:
        """A free table that has met nothing behind `place`, or a new one."""
        for number in reversed(self._free):
            if self._reached[number] <= place:
                self._free.remove(number)
                self._reached[number] = place
                return number
        self.tables.append(WordTable(self._tokenizer))
        self._reached.append(place)
        return len(self.tables) - 1


class _Lines:
    """Counts lines that have words, over the pieces."""

    def __init__(self) -> None:
        self.number = 0
        self._open = False

    def add(self, scanned: Scanned) -> None:
        """Count the lines that end in one more piece."""
        if not len(scanned.ids):
            return
        first_ends = scanned.ids[0] == kernels.END_OF_LINE
        self.number += scanned.n_line_ends - int(first_ends and not self._open)
        self._open = scanned.ids[-1] != kernels.END_OF_LINE


def _charge(piece: Piece, replaced: int, sizes: Sequence[SourceSize]) -> None:
    """Note whose bytes were replaced; where a piece has several sources, look again."""
    if len(piece.sources) == 1:
        sizes[piece.sources[0]].replaced_bytes += replaced
        return
    ends = [*piece.starts[1:], len(piece.text)]
    for number, begin, end in zip(piece.sources, piece.starts, ends, strict=True):
        sizes[number].replaced_bytes += count_invalid(piece.text[begin:end].tobytes())


def _no_words(sizes: Sequence[SourceSize]) -> str:
    """Why there is nothing to count."""
    n_bytes = sum(size.bytes for size in sizes)
    if len(sizes) == 1:
        name = sizes[0].name
        return f"{name}: it is empty" if not n_bytes else f"{name}: there are no words in it"
    files = f"{len(sizes):,} files ({sizes[0].name} and more)"
    return f"{files}: all are empty" if not n_bytes else f"{files}: there are no words in them"
