"""Phrases of a text on disk: found in it, or joined in it and written as text again.

sources ─▶ ids in a temporary file ─▶ phrases
sources ─▶ ids in a temporary file, with phrases joined ─▶ words with spaces between them
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np

from w2v.config import TrainConfig
from w2v.corpus.first_pass import Reading, read_text
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.phrase_list import Phrase
from w2v.corpus.phrase_options import PhraseOptions
from w2v.corpus.phrases import FoundPhrases, find_phrases, join_all
from w2v.corpus.spool import read_spool
from w2v.errors import W2VError
from w2v.system.parallel import in_order, worker_threads
from w2v.text.pieces import TextReader
from w2v.text.sources import Source

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class TextIn:
    """The text to read, and how.

    sources : the result of `find_sources`
    config : only tokenizer and encoding are used
    threads : how many threads work; results do not depend on it
    folder : where the ids are kept meanwhile; None: the system's temporary folder
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


def write_phrased(text: TextIn, phrases: Sequence[Phrase], target: IO[bytes]) -> tuple[int, int]:
    """Write a text with its phrases joined: lines of words with one space between two.

    Lines without words are left out. Returns the number of words in the text, and how many fewer
    there are with phrases joined. Raises W2VError as `read_text` does.
    """
    with tempfile.TemporaryFile(dir=text.folder) as spool:
        with _explained(text.folder):
            reading = _read(text, spool)
            n_words = int(reading.words.counts.sum())
            fewer, joined = join_all(spool, reading, phrases, text.threads)
        for block in _as_text(joined, spool, text.threads):
            target.write(block)
    return n_words, fewer


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


def _as_text(reading: Reading, spool: BinaryIO, threads: int) -> Iterator[memoryview]:
    """The text of a reading whose ids belong to one table, in blocks."""
    words = reading.words.table.words(np.arange(len(reading.words.table)))
    blob = np.frombuffer(bytearray(words.blob), np.uint8)
    sizes = np.append(np.diff(words.offsets), 1)  # of each word and its newline; the last of a line

    def write(ids: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[bool, memoryview]:
        text = np.empty(int(sizes[ids].sum()), np.uint8)
        size = kernels.write_text(ids, blob, words.offsets, text)
        return len(ids) > 0 and ids[0] == kernels.END_OF_LINE, text[:size].data

    nothing = np.zeros(0, np.int32)
    pieces = (piece.ids for piece in read_spool(spool, reading.spool, [nothing]))
    last = b""  # held back: the next block decides whether it is a space or a newline
    with worker_threads(threads) as pool:
        for starts_with_end, text in in_order(pool, write, pieces):
            if starts_with_end and last:
                last = b"\n"
            if len(text):
                yield memoryview(last)
                yield text[:-1]
                last = bytes(text[-1:])
    yield memoryview(b"\n" if last else b"")
