"""The phrases of a text on disk: they are found, or they are joined and the text is written again.

sources ─▶ ids in a temporary file ─▶ phrases
sources ─▶ (threads, piece by piece) ids ─▶ phrases joined ─▶ words with spaces between them
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

import numpy as np

from w2v.arrays import Ids
from w2v.config import TrainConfig
from w2v.corpus.first_pass import Reading, no_words, read_text, scan_pieces
from w2v.corpus.kernels import text as kernels
from w2v.corpus.kernels.phrases import END_OF_LINE
from w2v.corpus.phrase_joining import Joiner
from w2v.corpus.phrase_list import Phrase, passes_of
from w2v.corpus.phrase_options import PhraseOptions
from w2v.corpus.phrases import FoundPhrases, find_phrases
from w2v.corpus.word_table import Scanned, Spellings, WordTable
from w2v.errors import W2VError
from w2v.system.parallel import in_order, worker_threads
from w2v.text.pieces import Piece, SourceSize, TextReader
from w2v.text.sources import Source

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class TextIn:
    """The text to read, and how.

    sources : the result of `find_sources`
    config : only tokenizer and encoding are used
    threads : how many threads work; results do not depend on it
    folder : where the ids are kept in the meantime; None: the system's temporary folder
    progress : called with the bytes read so far and the total (None if unknown)
    """

    sources: Sequence[Source]
    config: TrainConfig
    threads: int
    folder: Path | None = None
    progress: Progress | None = None


def find_in_text(text: TextIn, options: PhraseOptions) -> tuple[FoundPhrases, Reading]:
    """The phrases of a text, and the reading of it. Raises W2VError as `read_text` does."""
    with tempfile.TemporaryFile(dir=text.folder) as spool, _explained(text.folder):
        reading = _read(text, spool)
        found, _ = find_phrases(spool, reading, options, text.threads, join=False)
        return found, reading


def _read(text: TextIn, spool: BinaryIO) -> Reading:
    """The text as ids in `spool`."""
    reader = TextReader.from_config(text.sources, text.config)
    return read_text(reader, text.threads, spool, text.progress)


@contextlib.contextmanager
def _explained(folder: Path | None) -> Iterator[None]:
    """Raise a W2VError that names the folder when the disk is full."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        where = folder or tempfile.gettempdir()
        raise W2VError(f"{where}: {error.strerror} (--cache-dir puts the ids elsewhere)") from None


@dataclass(frozen=True)
class Written:
    """What was written.

    n_words : words in the text
    n_joined : how many fewer there are with phrases joined
    sources : what was read of each source
    """

    n_words: int
    n_joined: int
    sources: list[SourceSize]


def write_phrased(text: TextIn, phrases: Sequence[Phrase], target: IO[bytes]) -> Written:
    """Write a text with its phrases joined: lines of words with one space between two.

    The text is written while it is read; lines without words are left out. Raises W2VError as
    `read_text` does.
    """
    reader = TextReader.from_config(text.sources, text.config)
    tables = _Tables(text.config, phrases)
    n_words = n_left = 0

    def scanned(pool: ThreadPoolExecutor) -> Iterator[tuple[Ids, Spellings]]:
        nonlocal n_words
        for spellings, piece in scan_pieces(reader, tables.scan, pool, text.progress):
            n_words += len(piece.ids) - piece.n_line_ends
            yield piece.ids, spellings

    with worker_threads(text.threads) as pool:
        blocks = scanned(pool)
        for joiner in tables.joiners:
            blocks = in_order(pool, joiner.join, joiner.cut(blocks))
        last = b""  # held back: the next block decides whether it is a space or a newline
        for block in in_order(pool, _as_text, blocks):
            n_left += block.n_words
            if block.ends_line and last:
                last = b"\n"
            if len(block.text):
                target.write(last)
                target.write(block.text[:-1])
                last = bytes(block.text[-1:])
        if last:
            target.write(b"\n")
    if not n_words:
        raise W2VError(no_words(reader.sizes))
    return Written(n_words, n_words - n_left, reader.sizes)


class _Tables:
    """One word table per thread; the words of the phrases have the same ids in all of them.

    Phrases are made of no other words, so they are joined without knowing the table, and what is
    left of one table's ids at a cut can go before those of another.
    """

    def __init__(self, config: TrainConfig, phrases: Sequence[Phrase]) -> None:
        self._config = config
        first = WordTable(config.tokenizer, config.keep_case)
        self.joiners = [Joiner(first, some) for some in passes_of(phrases)]
        self._words = first.words(np.arange(len(first)))
        self._own = threading.local()

    def scan(self, piece: Piece) -> tuple[Spellings, Scanned]:
        """Scan a piece with this thread's table."""
        table = getattr(self._own, "table", None)
        if table is None:
            table = self._own.table = WordTable(self._config.tokenizer, self._config.keep_case)
            table.find_or_add(self._words)
        scanned = table.scan(piece.text, piece.place)
        return table.spellings, scanned


class _Text(NamedTuple):
    """A block as text, with a blank or newline after each word, and its number of words.

    ends_line : whether a line ends before the first word
    """

    text: memoryview
    n_words: int
    ends_line: bool


def _as_text(block: tuple[Ids, Spellings]) -> _Text:
    """A block's words with spaces between them."""
    ids, spellings = block
    text = np.empty(kernels.text_size(ids, spellings.offsets), np.uint8)
    size = kernels.write_text(ids, *spellings, text)
    ends = ids == END_OF_LINE
    return _Text(text[:size].data, len(ids) - int(ends.sum()), bool(ends[:1].any()))
