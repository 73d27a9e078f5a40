"""Texts on disk or standard input become pieces of UTF-8, ready to be scanned for words.

    Source ─▶ stream of UTF-8 (`w2v.text.streams`) ─▶ Piece, Piece, ...

Pieces are never cut inside a word: they are cut after the end of a line if there is one, otherwise
after white space, otherwise after any character that cannot be part of a word. So a line may be
larger than memory; only a single word (at most LONGEST_WORD bytes) has to fit.
`w2v.text.characters` defines what a word is. `w2v.text.kernels.split` finds the words, and replaces
invalid UTF-8.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v.arrays import Bytes
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.text.encodings import check_encodings
from w2v.text.notes import PATTERN
from w2v.text.sources import Source, find_sources
from w2v.text.streams import NotText, open_text

__all__ = ["LONGEST_WORD", "PIECE_BYTES", "Piece", "Source", "TextReader", "find_sources"]

PIECE_BYTES = 1 << 21  # about 10 ms of work
LONGEST_WORD = 1 << 24
_WINDOW = 1 << 16
_CONTINUATIONS = bytes(range(0x80, 0xC0))
_LINE_END = ord("\n")


@dataclass
class SourceSize:
    """How much of a source was read."""

    name: str
    bytes: int = 0  # as stored on disk
    text_bytes: int = 0  # decompressed, in UTF-8
    replaced_bytes: int = 0  # those that could not be decoded
    encoding: str = ""  # the one used to read it
    skipped: str = ""  # the reason, if it was not read


@dataclass(frozen=True)
class Piece:
    """A run of text in UTF-8 that neither begins nor ends inside a word.

    text : uint8[n]
    place : its offset in the whole text, in bytes
    sources : the numbers of the sources that it comes from
    starts : where the part from each of them begins in `text`
    """

    text: Bytes
    place: int
    sources: range
    starts: list[int]


class TextReader:
    """Reads each source once, in order, and cuts the text into pieces.

    Parameters
    ----------
    sources
        As returned by `find_sources`.
    encoding
        The texts' encoding, or several separated by commas. Raises UsageError if one is unknown.
    tokenizer
        "words" or "whitespace"; decides where a piece may be cut.
    piece_bytes
        The usual size of a piece.
    keep_case
        Not used here; passed on to the scanner of the pieces.
    paragraphs
        Make one line of each paragraph.

    Attributes
    ----------
    sizes : how much of each source has been read so far
    tokenizer, keep_case : as given
    """

    def __init__(
        self,
        sources: Sequence[Source],
        encoding: str = "utf-8",
        tokenizer: str = "words",
        piece_bytes: int = PIECE_BYTES,
        *,
        keep_case: bool = False,
        paragraphs: bool = False,
    ) -> None:
        self.sizes: list[SourceSize] = []
        self._sources, self._piece_bytes = sources, piece_bytes
        self._encodings, self._paragraphs = check_encodings(encoding), paragraphs
        self.tokenizer, self.keep_case = tokenizer, keep_case
        self._bytes_before = 0

    @classmethod
    def from_config(
        cls, sources: Sequence[Source], config: TrainConfig, piece_bytes: int = PIECE_BYTES
    ) -> TextReader:
        """A reader of `sources` with the options of a configuration."""
        return cls(
            sources,
            config.encoding,
            config.tokenizer,
            piece_bytes,
            keep_case=config.keep_case,
            paragraphs=config.sentence == "paragraph",
        )

    @property
    def bytes_done(self) -> int:
        """Bytes read so far, as stored on disk."""
        return self._bytes_before + (self.sizes[-1].bytes if self.sizes else 0)

    def bytes_total(self) -> int | None:
        """Bytes on disk of all sources, or None if one of them is a pipe."""
        total = 0
        for source in self._sources:
            if source.path is None or not source.path.is_file():
                return None
            total += source.path.stat().st_size
        return total

    def pieces(self) -> Iterator[Piece]:
        """The text, piece by piece, with a line feed after each source.

        A file found in a folder is skipped if it is not text: see `sizes`.
        Raises W2VError for a source that cannot be read, is not text or is damaged, and for a
        word of more than LONGEST_WORD bytes.
        """
        buffer = np.empty(self._piece_bytes, np.uint8)
        filled, place, first, starts = 0, 0, 0, []
        for number, source in enumerate(self._sources):
            starts.append(filled)
            size = SourceSize(source.name)
            self._bytes_before = self.bytes_done
            self.sizes.append(size)
            with contextlib.ExitStack() as stack:
                opened = open_text(source, self._encodings, size, paragraphs=self._paragraphs)
                text = unless_binary(opened, source, size, stack, len(self._sources))
                while text is not None:
                    read = _fill(text, buffer.data[filled:])
                    filled += read
                    size.text_bytes += read
                    if filled < len(buffer):
                        break
                    cut = self._cut(buffer, source.name)
                    if cut:
                        yield Piece(buffer[:cut], place, range(first, number + 1), starts)
                        place, first, starts = place + cut, number, [0]
                    buffer, filled = self._next_buffer(buffer, cut)
            if text is not None:
                buffer[filled] = _LINE_END
                filled += 1
        yield Piece(buffer[:filled], place, range(first, len(self._sources)), starts)

    def _next_buffer(self, buffer: Bytes, cut: int) -> tuple[Bytes, int]:
        """A new buffer that starts with the bytes after the cut, and how many there are."""
        rest = len(buffer) - cut
        following = np.empty(max(self._piece_bytes, 2 * rest), np.uint8)
        following[:rest] = buffer[cut:]
        return following, rest

    def _cut(self, buffer: Bytes, name: str) -> int:
        """Where to cut a full buffer; 0 if it is all one word."""
        cut = last_cut(buffer, self.tokenizer)
        if not cut and len(buffer) > LONGEST_WORD:
            raise W2VError(
                f"{name}: a word of more than {LONGEST_WORD:,} bytes; is this text, "
                f"and is '{self.tokenizer}' the right --tokenizer for it?"
            )
        return cut


def unless_binary(
    opened: contextlib.AbstractContextManager[io.RawIOBase],
    source: Source,
    size: SourceSize,
    stack: contextlib.ExitStack,
    n_sources: int,
) -> io.RawIOBase | None:
    """The text that `opened` opens, until the stack ends; None for a file that is not text.

    `size` then says why it is skipped. Raises W2VError for such a file if it was named, not found
    in a folder.
    """
    try:
        return stack.enter_context(opened)
    except NotText as error:
        if source.is_named or source.path is None:
            advice = f"; {PATTERN}" if n_sources > 1 else ""
            raise W2VError(f"{error}{advice}") from None
        size.skipped = error.reason
        size.bytes = source.path.stat().st_size
        return None


def _fill(text: Any, buffer: memoryview) -> int:
    """Read until the buffer is full or the text ends. Returns the number of bytes read."""
    filled = 0
    while filled < len(buffer) and (read := text.readinto(buffer[filled:])):
        filled += read
    return filled


def last_cut(buffer: Bytes, tokenizer: str) -> int:
    """The last position in the buffer where text may be cut; 0 if it is all one word."""
    return _after_white_space(buffer) or _after_separator(buffer, tokenizer)


def _windows(buffer: Bytes) -> Iterator[tuple[int, bytes]]:
    """The buffer in windows from its end to its beginning, each with its position."""
    for end in range(len(buffer), 0, -_WINDOW):
        begin = max(0, end - _WINDOW)
        yield begin, buffer[begin:end].tobytes()


def _after_white_space(buffer: Bytes) -> int:
    """The position after the last line end or blank in the buffer; 0 if there is none."""
    for begin, window in _windows(buffer):
        found = window.rfind(b"\n")
        if found < 0:
            found = max(window.rfind(blank) for blank in (b" ", b"\t", b"\r"))
        if found >= 0:
            return begin + found + 1
    return 0


def _after_separator(buffer: Bytes, tokenizer: str) -> int:
    """The position after the last character that cannot be in a word; 0 if there is none.

    For text without blanks, such as Chinese. Invalid bytes are treated as in the search for words:
    `words` treats them as separators.
    """
    from w2v.text.characters import is_separator

    candidate = re.compile(r"\s" if tokenizer == "whitespace" else r"\W")
    for begin, window in _windows(buffer):
        skipped = len(window) - len(window.lstrip(_CONTINUATIONS)) if begin else 0
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        text = decoder.decode(window[skipped:])
        for match in reversed(list(candidate.finditer(text))):
            if is_separator(match.group(), tokenizer):
                before = text[: match.end()].encode("utf-8", "surrogateescape")
                return begin + skipped + len(before)
    return 0
