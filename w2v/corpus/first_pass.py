"""One reading of the text: it counts every word and, on request, writes provisional ids to disk.

The main thread reads pieces and collects the results in order; the other threads scan, each with a
word table of its own. The provisional ids of a piece are those of the table that scanned it. Part
of the training path; imports numba.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

from w2v.corpus.spool import Spooled
from w2v.corpus.word_table import Merged, Scanned, WordTable, merge
from w2v.errors import W2VError
from w2v.system.parallel import in_order, worker_threads
from w2v.text.encodings import count_invalid
from w2v.text.kernels import scan as kernels
from w2v.text.pieces import Piece, SourceSize

Progress = Callable[[int, int | None], None]
Table = TypeVar("Table")


@dataclass(frozen=True)
class Reading:
    """The result of one reading.

    words : the distinct words of all tables, with counts
    spool : the pieces' ids in the order of the text (empty if there is no spool)
    sources : what was read of each source
    n_lines : lines with at least one word
    """

    words: Merged
    spool: list[Spooled]
    sources: list[SourceSize]
    n_lines: int

    @property
    def n_replaced_bytes(self) -> int:
        """The number of bytes in all sources that could not be decoded."""
        return sum(source.replaced_bytes for source in self.sources)


class Reader(Protocol):
    """What `read_text` reads: a `w2v.text.pieces.TextReader`, or text from elsewhere."""

    sizes: list[SourceSize]
    tokenizer: str
    keep_case: bool

    @property
    def bytes_done(self) -> int:
        """Bytes read so far."""

    def bytes_total(self) -> int | None:
        """Bytes in all; None if unknown."""

    def pieces(self) -> Iterator[Piece]:
        """The text, piece by piece."""


def read_text(
    reader: Reader, threads: int, spool: BinaryIO | None, progress: Progress | None
) -> Reading:
    """Read the whole text once. Raises W2VError if it cannot be read or has no words.

    Parameters
    ----------
    reader
        What to read.
    threads
        How many threads scan.
    spool
        Where the ids go, as int32 with END_OF_LINE between lines; None: only count.
    progress
        Called with the bytes read so far and the total (None if unknown).
    """
    tables = _Tables(reader.tokenizer, reader.keep_case)
    done: list[Spooled] = []
    lines = _Lines()
    with worker_threads(threads) as pool:
        for table, scanned in scan_pieces(reader, tables.scan, pool, progress):
            lines.add(scanned)
            if spool is not None:
                spool.write(scanned.ids.data)
                done.append(Spooled(table, len(scanned.ids), scanned.n_line_ends))
    words = merge(tables.tables)
    if not len(words.counts):
        raise W2VError(no_words(reader.sizes))
    return Reading(words, done, reader.sizes, lines.number)


def scan_pieces(
    reader: Reader,
    scan: Callable[[Piece], tuple[Table, Scanned]],
    pool: ThreadPoolExecutor,
    progress: Progress | None,
) -> Iterator[tuple[Table, Scanned]]:
    """What `scan`, called in the pool's threads, makes of each piece of the text, in order.

    The bytes that were replaced are charged to `reader.sizes`.
    """
    total = reader.bytes_total()

    def scanned_piece(piece: Piece) -> tuple[Piece, tuple[Table, Scanned]]:
        return piece, scan(piece)

    for piece, (table, scanned) in in_order(pool, scanned_piece, reader.pieces()):
        if scanned.replaced_bytes:
            _charge(piece, scanned.replaced_bytes, reader.sizes)
        if progress is not None:
            progress(reader.bytes_done, total)
        yield table, scanned


class _Tables:
    """One word table per thread that scans; each table sees its pieces in the order of the text.

    A table remembers where it first met a word, which must be the first place in the text. So when
    a thread is delayed and a later piece is scanned first, the delayed piece goes to a table that
    has not seen the later one.
    """

    def __init__(self, tokenizer: str, keep_case: bool = False) -> None:
        self._tokenizer, self._keep_case = tokenizer, keep_case
        self.tables = [WordTable(tokenizer, keep_case)]
        self._reached = [0]  # the place of the last piece that each table has seen
        self._free = [0]
        self._lock = threading.Lock()

    def scan(self, piece: Piece) -> tuple[int, Scanned]:
        """Scan a piece with a table that no other thread uses; the table's number, and the ids."""
        with self._lock:
            number = self._take(piece.place)
        scanned = self.tables[number].scan(piece.text, piece.place)
        with self._lock:
            self._free.append(number)
        return number, scanned

    def _take(self, place: int) -> int:
        """A free table that has seen nothing after `place`, or a new one."""
        for number in reversed(self._free):
            if self._reached[number] <= place:
                self._free.remove(number)
                self._reached[number] = place
                return number
        self.tables.append(WordTable(self._tokenizer, self._keep_case))
        self._reached.append(place)
        return len(self.tables) - 1


class _Lines:
    """Counts the lines that have words, across pieces."""

    def __init__(self) -> None:
        self.number = 0
        self._open = False

    def add(self, scanned: Scanned) -> None:
        """Count the lines that end in the next piece."""
        if not len(scanned.ids):
            return
        first_ends = scanned.ids[0] == kernels.END_OF_LINE
        self.number += scanned.n_line_ends - int(first_ends and not self._open)
        self._open = scanned.ids[-1] != kernels.END_OF_LINE


def _charge(piece: Piece, replaced: int, sizes: Sequence[SourceSize]) -> None:
    """Add replaced bytes to their source; to tell several sources apart, decode the piece again."""
    if len(piece.sources) == 1:
        sizes[piece.sources[0]].replaced_bytes += replaced
        return
    ends = [*piece.starts[1:], len(piece.text)]
    for number, begin, end in zip(piece.sources, piece.starts, ends, strict=True):
        sizes[number].replaced_bytes += count_invalid(piece.text[begin:end].tobytes())


def no_words(sizes: Sequence[SourceSize]) -> str:
    """The message for a text without words."""
    if all(size.skipped for size in sizes):
        return f"{sizes[0].name}: {sizes[0].skipped}" + _others(len(sizes) - 1)
    n_bytes = sum(size.bytes for size in sizes)
    if len(sizes) == 1:
        name = sizes[0].name
        return f"{name}: it is empty" if not n_bytes else f"{name}: there are no words in it"
    files = f"{len(sizes):,} files ({sizes[0].name} and more)"
    return f"{files}: all are empty" if not n_bytes else f"{files}: there are no words in them"


def _others(n_files: int) -> str:
    """The end of the message, which mentions other files that are not text."""
    if n_files < 2:
        return "; the other file is not text either" if n_files else ""
    return f"; the {n_files:,} other files are not text either"
