"""From texts on disk or on standard input to pieces of UTF-8, ready to be scanned for words.

    Source ─▶ stream of UTF-8 (`w2v.text.streams`) ─▶ Piece, Piece, ...

The pieces are cut where no word can be: after a line's end where there is one, else after
white space, else after anything that is no part of a word. So one line may be larger than
memory; only a single word (at most LONGEST_WORD bytes) must fit. What a word is stands in
`w2v.text.characters`; the bytes become words in `w2v.text.kernels.split`, which also replaces what
is not valid UTF-8.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.errors import W2VError
from w2v.text.sources import Source, find_sources
from w2v.text.streams import check_encoding, open_text

__all__ = ["LONGEST_WORD", "PIECE_BYTES", "Piece", "Source", "TextReader", "find_sources"]

PIECE_BYTES = 1 << 21  # some 10 ms of work; also the grain of the corpus's fingerprint
LONGEST_WORD = 1 << 24
_WINDOW = 1 << 16
_CONTINUATIONS = bytes(range(0x80, 0xC0))
_LINE_END = ord("\n")


@dataclass
class SourceSize:
    """What was read of one source."""

    name: str
    bytes: int = 0  # as they lie on disk
    text_bytes: int = 0  # unpacked, in UTF-8
    replaced_bytes: int = 0  # that could not be decoded


@dataclass(frozen=True)
class Piece:
    """A run of text in UTF-8 that neither begins nor ends inside a word.

    text : uint8[n]
    place : where it begins in all the text together, in bytes
    sources : the texts that it was taken from, by number
    starts : where in `text` the part of each of them begins
    """

    text: NDArray[np.uint8]
    place: int
    sources: range
    starts: list[int]


class TextReader:
    """Reads sources one after another, once, and cuts their text into pieces.

    Parameters
    ----------
    sources
        What `find_sources` gave.
    encoding
        Python's name of the texts' encoding; UsageError when there is none such.
    tokenizer
        "words" or "whitespace"; says where a piece may be cut.
    piece_bytes
        The usual size of a piece.

    Attributes
    ----------
    sizes : what was read of each source so far
    tokenizer : as given
    """

    def __init__(
        self,
        sources: Sequence[Source],
        encoding: str = "utf-8",
        tokenizer: str = "words",
        piece_bytes: int = PIECE_BYTES,
    ) -> None:
        self.sizes: list[SourceSize] = []
        self._sources, self._piece_bytes = sources, piece_bytes
        self._encoding = check_encoding(encoding)
        self.tokenizer = tokenizer
        self._bytes_before = 0

    @property
    def bytes_done(self) -> int:
        """Bytes read so far, as they lie on disk."""
        return self._bytes_before + (self.sizes[-1].bytes if self.sizes else 0)

    def bytes_total(self) -> int | None:
        """Bytes on disk of all sources, or None when there is a pipe among them."""
        total = 0
        for source in self._sources:
            if source.path is None or not source.path.is_file():
                return None
            total += source.path.stat().st_size
        return total

    def pieces(self) -> Iterator[Piece]:
        """The text, piece by piece; each source's last line is ended.

        Raises W2VError for what cannot be read, is no text or is damaged, and for a word of
        more than LONGEST_WORD bytes.
        """
        buffer = np.empty(self._piece_bytes, np.uint8)
        filled, place, first, starts = 0, 0, 0, []
        for number, source in enumerate(self._sources):
            starts.append(filled)
            size = SourceSize(source.name)
            self._bytes_before = self.bytes_done
            self.sizes.append(size)
            with open_text(source, self._encoding, size) as text:
                while True:
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
            buffer[filled] = _LINE_END
            filled += 1
        yield Piece(buffer[:filled], place, range(first, len(self._sources)), starts)

    def _next_buffer(self, buffer: NDArray[np.uint8], cut: int) -> tuple[NDArray[np.uint8], int]:
        """A buffer that begins with what is left after the cut, with room behind it."""
        rest = len(buffer) - cut
        following = np.empty(max(self._piece_bytes, 2 * rest), np.uint8)
        following[:rest] = buffer[cut:]
        return following, rest

    def _cut(self, buffer: NDArray[np.uint8], name: str) -> int:
        """Where to cut a full buffer; 0 when it is all one word."""
        cut = _after_white_space(buffer) or _after_separator(buffer, self.tokenizer)
        if not cut and len(buffer) > LONGEST_WORD:
            raise W2VError(
                f"{name}: a word of more than {LONGEST_WORD:,} bytes; is this text, "
                f"and is '{self.tokenizer}' the right --tokenizer for it?"
            )
        return cut


def _fill(text: Any, buffer: memoryview) -> int:
    """Read until the buffer is full or the text ends; the bytes read."""
    filled = 0
    while filled < len(buffer) and (read := text.readinto(buffer[filled:])):
        filled += read
    return filled


def _windows(buffer: NDArray[np.uint8]) -> Iterator[tuple[int, bytes]]:
    """The buffer in windows from its end to its beginning, with the place of each."""
    for end in range(len(buffer), 0, -_WINDOW):
        begin = max(0, end - _WINDOW)
        yield begin, buffer[begin:end].tobytes()


def _after_white_space(buffer: NDArray[np.uint8]) -> int:
    """The place after a line's end or blank as late in the buffer as can be; 0: there is none."""
    for begin, window in _windows(buffer):
        found = window.rfind(b"\n")
        if found < 0:
            found = max(window.rfind(blank) for blank in (b" ", b"\t", b"\r"))
        if found >= 0:
            return begin + found + 1
    return 0


def _after_separator(buffer: NDArray[np.uint8], tokenizer: str) -> int:
    """The place after any character that is no part of a word; 0 when there is none.

    For text without blanks, as Chinese is written. Invalid bytes count as they do where words
    are found: `words` takes them for separators.
    """
    from w2v.text.characters import is_separator

    candidate = re.compile(r"\s" if tokenizer == "whitespace" else r"[^\w'’]")
    for begin, window in _windows(buffer):
        skipped = len(window) - len(window.lstrip(_CONTINUATIONS)) if begin else 0
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        text = decoder.decode(window[skipped:])
        for match in reversed(list(candidate.finditer(text))):
            if is_separator(match.group(), tokenizer):
                before = text[: match.end()].encode("utf-8", "surrogateescape")
                return begin + skipped + len(before)
    return 0
