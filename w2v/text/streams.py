"""One source as a stream of UTF-8: opened, decompressed, decoded, and refused if it is not text.

    file ─▶ _File ─▶ Decompressed ─▶ Transcoded ─▶ Paragraphs ─▶ UTF-8 without its byte order mark

UTF-8 is passed on unchanged. Its invalid bytes are replaced later, where words are found.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from w2v.errors import W2VError
from w2v.system.chunks import ChunkStream
from w2v.system.compression import MAGIC_BYTES, Decompressed, compression
from w2v.text import records
from w2v.text.encodings import (
    UTF8,
    Counted,
    Transcoded,
    count_invalid,
    extends_ascii,
    first_valid,
    marked_encoding,
)
from w2v.text.paragraphs import Paragraphs
from w2v.text.sources import Source

_HEAD = 1 << 16  # bytes at the beginning of a text that are examined to detect binary files
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_FEW_CONTROLS = 8
_ARCHIVES = {b"PK\x03\x04": "a zip archive", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "an archive"}


class NotText(W2VError):
    """A file that is not text; `reason` says what it is."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason = reason


@contextlib.contextmanager
def open_text(
    source: Source, encodings: tuple[str, ...], counted: Counted, *, paragraphs: bool = False
) -> Iterator[io.RawIOBase]:
    """The source's text as UTF-8.

    Parameters
    ----------
    source
        What to read. Compression is detected from the content.
    encodings
        As returned by `check_encodings`; see `_encoding_of`.
    counted
        Updated while the stream is read.
    paragraphs
        Make one line of each paragraph.

    Raises
    ------
    NotText if it is not text, W2VError if it cannot be read.
    """
    if source.field is not None and records.kind_of(source.name, source.path) == "parquet":
        texts = records.ParquetText(source, counted)
        yield Paragraphs(texts) if paragraphs else texts
        return
    with _File(source, counted) as file:
        text = _decompressed(file)
        head = text.peek(_HEAD)
        encoding = counted.encoding = _encoding_of(source, head, encodings)
        if extends_ascii(encoding):
            _refuse_binary(head, source.name)
        if encoding not in UTF8:
            text = _Peekable(Transcoded(text, encoding, counted))
        if not extends_ascii(encoding):
            _refuse_binary(text.peek(_HEAD), source.name)
        if text.peek(3) == codecs.BOM_UTF8:
            text.read(3)
        found: Any = text
        if source.field is not None:
            kind = records.kind_of(source.name, source.path)
            found = records.FieldText(text, kind, source.field)
        yield Paragraphs(found) if paragraphs else found
        file.check_unchanged()


def is_plain_utf8(source: Source, encodings: tuple[str, ...]) -> bool:
    """Whether a file holds UTF-8 as it is, so that reading may begin at any line.

    Raises NotText if it is not text, W2VError if it cannot be read.
    """
    with _File(source, _Uncounted()) as file:
        head = _Peekable(file).peek(_HEAD)
    if compression(head[:MAGIC_BYTES]) is not None or marked_encoding(head, encodings):
        return False
    if len(encodings) > 1 or encodings[0] not in UTF8:
        return False
    _refuse_binary(head, source.name)
    return True


def _decompressed(file: _File) -> _Peekable:
    """A file's content, decompressed if need be."""
    text = _Peekable(file)
    kind = compression(text.peek(MAGIC_BYTES))
    return text if kind is None else _Peekable(Decompressed(text, kind))


def _encoding_of(source: Source, head: bytes, encodings: tuple[str, ...]) -> str:
    """The encoding to read a source in, which begins with `head`.

    It is the one that its byte order mark shows, otherwise the first in which all of it is valid,
    otherwise the last. Raises W2VError if a pipe would have to be read twice for that.
    """
    if marked := marked_encoding(head, encodings):
        return marked
    if len(encodings) == 1:
        return encodings[0]
    if source.path is None or not source.path.is_file():
        raise W2VError(
            f"{source.name}: to choose among several encodings, w2v has to read a text twice; "
            "give one --encoding, or save the text in a file"
        )
    with _File(source, _Uncounted()) as file:
        return first_valid(_decompressed(file), encodings)


class _Uncounted:
    """Counters that are never read."""

    bytes = 0
    replaced_bytes = 0
    encoding = ""


class _File(io.RawIOBase):
    """A source's bytes as stored on disk, counted as they are read."""

    def __init__(self, source: Source, counted: Counted) -> None:
        super().__init__()
        self.name, self._counted = source.name, counted
        self._before: tuple[int, int] | None = None  # size and modification time of a file on disk
        self._path = source.path
        self._ended = False
        self._read: Callable[[Any], int | None]
        self._file: BinaryIO | io.FileIO = self._open()

    def _open(self) -> BinaryIO | io.FileIO:
        if self._path is None:
            if sys.stdin is None:
                raise W2VError("standard input is closed")
            self._read = cast(io.BufferedReader, sys.stdin.buffer).readinto1
            return sys.stdin.buffer
        try:
            file = io.FileIO(self._path)
            self._read = file.readinto
        except OSError as error:
            raise W2VError(f"{self.name}: {error.strerror}") from None
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            self._before = status.st_size, status.st_mtime_ns
        return file

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._counted.bytes

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer with what one read returns; 0 at the end.

        A terminal can be read again after its end. Nobody should have to press Ctrl-D twice, so
        the first end is final.
        """
        if self._ended:
            return 0
        try:
            size: int = self._read(buffer) or 0
        except OSError as error:
            raise W2VError(f"{self.name}: {error.strerror} at byte {self.position:,}") from None
        self._counted.bytes += size
        self._ended = not size and len(buffer) > 0
        return size

    def check_unchanged(self) -> None:
        """Raise W2VError if the file on disk has changed or was not read to its end."""
        if self._before is None:
            return
        status = os.fstat(self._file.fileno())
        size, time = self._before
        now = status.st_size
        if (now, status.st_mtime_ns) != (size, time) or (now and self.position != now):
            sizes = f", from {size:,} bytes to {now:,}" if now != size else ""
            raise W2VError(
                f"{self.name}: changed while it was being read{sizes}; "
                "run again when no other program is writing to it"
            )

    def close(self) -> None:
        """Close the file. Standard input stays open: it was not opened here."""
        if not self.closed and self._path is not None:
            self._file.close()
        super().close()


class _Peekable(ChunkStream):
    """A stream whose beginning can be examined before it is read."""

    def __init__(self, raw: Any) -> None:
        super().__init__(raw.name)
        self._raw = raw

    @property
    def position(self) -> int:
        """Bytes that the underlying stream has read from the disk."""
        position: int = self._raw.position
        return position

    def peek(self, size: int) -> bytes:
        """The next `size` bytes; fewer only at the end of the stream."""
        head = bytes(self._chunk)
        while len(head) < size and (more := self._raw.read(size - len(head))):
            head += more
        self._chunk = memoryview(head)
        return head[:size]

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer with what was examined, or with what one read returns; 0 at the end."""
        if self._chunk:
            return super().readinto(buffer)
        read: int = self._raw.readinto(buffer)
        return read


def _refuse_binary(head: bytes, name: str) -> None:
    """Raise NotText if the beginning of a text does not look like text."""
    for magic, what in _ARCHIVES.items():
        if head.startswith(magic):
            raise NotText(name, f"{what}, not text; unpack it first")
    if head.startswith(b"%PDF-"):
        raise NotText(name, "a PDF file, not text; extract its text first")
    if head[257:262] == b"ustar":
        raise NotText(name, "a tar archive, not text; unpack it first")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    mostly = controls > max(_FEW_CONTROLS, len(head) // 10)
    packed = controls > max(_FEW_CONTROLS, len(head) // 50) and count_invalid(head) > len(head) // 5
    if mostly or packed:
        raise NotText(
            name,
            "a binary file, not text (or text in an encoding such as UTF-16: "
            "name it with --encoding)",
        )
