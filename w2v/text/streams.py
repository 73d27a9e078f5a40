"""One source as a stream of UTF-8: opened, decompressed, decoded, and refused if it is not text.

    file ─▶ _File ─▶ Decompressed ─▶ _Transcoded ─▶ UTF-8 without its byte order mark

UTF-8 is passed on unchanged. Its invalid bytes are replaced later, where words are found.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol, cast

from w2v.errors import UsageError, W2VError
from w2v.system.compression import MAGIC_BYTES, Decompressed, compression
from w2v.text.sources import Source

_HEAD = 1 << 16  # bytes at the beginning of a text that are examined to detect binary files
_UTF8 = ("utf-8", "utf-8-sig")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1b")
_FEW_CONTROLS = 8
_ARCHIVES = {b"PK\x03\x04": "a zip archive", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "an archive"}


class Counted(Protocol):
    """Counters that are updated while a stream is read."""

    bytes: int  # read from the disk
    replaced_bytes: int  # that could not be decoded


def check_encoding(encoding: str) -> str:
    """Python's name for a text encoding. Raises UsageError if it is unknown."""
    try:
        b"a".decode(encoding, "replace")
        codecs.getincrementaldecoder(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError, TypeError):
        raise UsageError(
            f"encoding: unknown {encoding!r}; use utf-8, utf-16, latin-1, cp1252 or any other "
            "text encoding that Python supports"
        ) from None


@contextlib.contextmanager
def open_text(source: Source, encoding: str, counted: Counted) -> Iterator[io.RawIOBase]:
    """The source's text as UTF-8. Raises W2VError if it cannot be read or is not text.

    Parameters
    ----------
    source
        What to read. Compression is detected from the content.
    encoding
        As returned by `check_encoding`.
    counted
        Updated while the stream is read.
    """
    with _File(source, counted) as file:
        text = _Peekable(file)
        kind = compression(text.peek(MAGIC_BYTES))
        if kind is not None:
            text = _Peekable(Decompressed(text, kind))
        if encoding in _UTF8:
            _refuse_binary(text.peek(_HEAD), source.name)
        else:
            text = _Peekable(_Transcoded(text, encoding, counted))
        if text.peek(3) == codecs.BOM_UTF8:
            text.read(3)
        yield text
        file.check_unchanged()


class _File(io.RawIOBase):
    """A source's bytes as stored on disk, which are counted as they are read."""

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


class _Peekable(io.RawIOBase):
    """A stream whose beginning can be examined before it is read."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self.name: str = raw.name
        self._raw = raw
        self._head = memoryview(b"")

    @property
    def position(self) -> int:
        """Bytes that the underlying stream has read from the disk."""
        position: int = self._raw.position
        return position

    def readable(self) -> bool:
        """Always true."""
        return True

    def peek(self, size: int) -> bytes:
        """The next `size` bytes; fewer only at the end of the stream."""
        head = bytes(self._head)
        while len(head) < size and (more := self._raw.read(size - len(head))):
            head += more
        self._head = memoryview(head)
        return head[:size]

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer with what one read returns; 0 at the end."""
        if not self._head:
            read: int = self._raw.readinto(buffer)
            return read
        size = min(len(buffer), len(self._head))
        buffer[:size] = self._head[:size]
        self._head = self._head[size:]
        return size


class _Transcoded(io.RawIOBase):
    """Text in another encoding as UTF-8. Bytes that cannot be decoded are replaced and counted."""

    def __init__(self, raw: _Peekable, encoding: str, counted: Counted) -> None:
        super().__init__()
        self.name, self._raw, self._counted = raw.name, raw, counted
        self._decoder = codecs.getincrementaldecoder(encoding)(_REPLACE)
        self._encoding = encoding
        self._text = memoryview(b"")
        self._ended = False

    @property
    def position(self) -> int:
        """Bytes that the underlying stream has read from the disk."""
        return self._raw.position

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer with decoded text; 0 at the end."""
        while not self._text and not self._ended:
            data = self._raw.read(_HEAD) or b""
            self._ended = not data
            self._text = memoryview(self._decode(data))
        size = min(len(buffer), len(self._text))
        buffer[:size] = self._text[:size]
        self._text = self._text[size:]
        return size

    def _decode(self, data: bytes) -> bytes:
        """The text of `data` in UTF-8."""
        _replaced.bytes = 0
        try:
            text = self._decoder.decode(data, final=self._ended)
        except UnicodeError as error:
            raise W2VError(f"{self.name}: cannot be read as {self._encoding}: {error}") from None
        self._counted.replaced_bytes += _replaced.bytes
        return text.encode("utf-8", "surrogatepass")


class _Replaced(threading.local):
    """How many bytes the error handler below has replaced in this thread."""

    bytes = 0


_replaced = _Replaced()
_REPLACE = "w2v-replace"


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """The codecs' error handler "replace", which also counts the bytes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _replaced.bytes += error.end - error.start
    return "\ufffd", error.end


codecs.register_error(_REPLACE, _replace)


def count_invalid(data: bytes) -> int:
    """How many bytes of `data` are not valid UTF-8."""
    _replaced.bytes = 0
    data.decode("utf-8", _REPLACE)
    return _replaced.bytes


def _refuse_binary(head: bytes, name: str) -> None:
    """Raise W2VError if the beginning of a text is not plausible as UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise W2VError(f"{name}: the text is UTF-16; give --encoding utf-16")
    for magic, what in _ARCHIVES.items():
        if head.startswith(magic):
            raise W2VError(f"{name}: {what}, not text; unpack it first")
    if head[257:262] == b"ustar":
        raise W2VError(f"{name}: a tar archive, not text; unpack it first")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    mostly = controls > max(_FEW_CONTROLS, len(head) // 10)
    packed = controls > max(_FEW_CONTROLS, len(head) // 50) and count_invalid(head) > len(head) // 5
    if mostly or packed:
        raise W2VError(
            f"{name}: a binary file, not text (or text in an encoding such as UTF-16: "
            "name it with --encoding)"
        )
