"""Compressed data, recognised by its first bytes: gzip, bzip2, xz and zstd, in one member or more.

Data is unpacked in small steps, so a file that is tiny on disk and huge when unpacked takes no
more memory than any other.
"""

from __future__ import annotations

import bz2
import functools
import lzma
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol, cast

from w2v.errors import W2VError
from w2v.system.chunks import ChunkStream

MAGIC_BYTES = 512  # enough to recognise any kind
_STEP = 1 << 16
_XZ_MEMORY = 144 << 20  # enough for a dictionary of 128 MB; `xz -9` uses 64


class Readable(Protocol):
    """A source of compressed bytes that knows its position."""

    name: str

    @property
    def position(self) -> int:
        """How many bytes have been read from the disk."""

    def read(self, size: int = -1, /) -> bytes | None:
        """At most `size` bytes; none at the end."""


class _Decoder(Protocol):
    """A decoder of one member, with the interface of bz2 and lzma."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether it needs more data to unpack more."""

    @property
    def unused_data(self) -> bytes:
        """Data that was passed in beyond the end of the member."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Unpack `data` into at most `max_length` bytes."""


class _Gzip:
    """zlib's decoder with the interface of bz2's."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=31)
        self.eof, self.needs_input = False, True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """See _Decoder."""
        out = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self.eof, self.unused_data = self._decoder.eof, self._decoder.unused_data
        self.needs_input = not self._decoder.unconsumed_tail and len(out) < max_length
        return out


class _Zstd:
    """zstandard's decoder with the interface of bz2's, fed in small bites."""

    _BITE = 1024  # the worst bite unpacks to 32 MB

    def __init__(self, zstandard: Any) -> None:
        self._decoder = zstandard.ZstdDecompressor().decompressobj()
        self._input = b""
        self.eof, self.needs_input = False, True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """See _Decoder; the result may be longer than max_length."""
        self._input += data
        bite, self._input = self._input[: self._BITE], self._input[self._BITE :]
        out: bytes = self._decoder.decompress(bite)
        self.eof = self._decoder.eof
        if self.eof:
            self.unused_data = self._decoder.unused_data + self._input
        self.needs_input = not self._input
        return out


def _import_zstandard(name: str | Path) -> Any:
    """The package for zstd. Raises W2VError, naming the file, if it is missing."""
    try:
        import zstandard
    except ImportError:
        raise W2VError(
            f"{name}: zstd needs the package zstandard; pip install 'w2v[zstd]'"
        ) from None
    return zstandard


def _errors() -> tuple[type[Exception], ...]:
    """The exceptions that the decoders raise on damaged data."""
    zstandard = sys.modules.get("zstandard")
    more = (zstandard.ZstdError,) if zstandard else ()
    return (zlib.error, lzma.LZMAError, OSError, ValueError, *more)


def _xz_decoder() -> _Decoder:
    return lzma.LZMADecompressor(memlimit=_XZ_MEMORY)


def compression(head: bytes) -> str | None:
    """The kind of compression that a file's first bytes indicate, or None."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh") and head[3:4] in b"123456789" and len(head) > 3:
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    return None


class Decompressed(ChunkStream):
    """The unpacked bytes of `raw`; `kind` is what `compression` returned.

    Raises W2VError with the file and the approximate position when the data is damaged or
    truncated.
    """

    def __init__(self, raw: Readable, kind: str) -> None:
        super().__init__(raw.name)
        self._raw, self._kind = raw, kind
        makers: dict[str, Callable[[], _Decoder]] = {
            "gzip": _Gzip,
            "bzip2": bz2.BZ2Decompressor,
            "xz": _xz_decoder,
        }
        if kind == "zstd":
            makers[kind] = functools.partial(_Zstd, _import_zstandard(raw.name))
        self._make = makers[kind]
        self._decoder: _Decoder | None = self._make()
        self._packed = b""  # read but not yet unpacked

    @property
    def position(self) -> int:
        """How many bytes have been read from the disk."""
        return self._raw.position

    def next_chunk(self) -> bytes | None:
        """The result of one step of unpacking."""
        return None if self._decoder is None else self._step(self._decoder)

    def _step(self, decoder: _Decoder) -> bytes:
        """Unpack a little more. At the end of a member the decoder is replaced, or set to None."""
        data = b""
        if decoder.needs_input:
            data, self._packed = self._packed or self._raw.read(_STEP) or b"", b""
            if not data:
                raise self._damaged("it is cut short")
        try:
            out = decoder.decompress(data, _STEP)
        except _errors() as error:
            if self._kind == "xz" and "limit" in str(error):
                raise W2VError(
                    f"{self.name}: unpacking it takes more than {_XZ_MEMORY >> 20} MB of memory; "
                    "compress it with xz -9 or less"
                ) from None
            raise self._damaged(str(error)) from None
        if decoder.eof:
            self._packed = self._after_padding(decoder.unused_data)
            self._decoder = self._make() if self._packed else None
        return out

    def _after_padding(self, rest: bytes) -> bytes:
        """The data after a member, without the zeros that may pad it; empty at the end."""
        while not (rest := rest.lstrip(b"\0")):
            rest = self._raw.read(_STEP) or b""
            if not rest:
                break
        return rest

    def _damaged(self, reason: str) -> W2VError:
        where = f"{self._raw.name}: damaged {self._kind} data near byte {self._raw.position:,}"
        return W2VError(f"{where}: {reason}")


def compressor(ending: str, file: BinaryIO, path: Path) -> Any:
    """A file object that compresses what is written to it into `file`."""
    if ending == ".gz":
        import gzip

        return gzip.GzipFile("", "wb", 6, file, mtime=0)
    if ending == ".bz2":
        return bz2.BZ2File(file, "wb")
    if ending == ".xz":
        return lzma.LZMAFile(cast(IO[bytes], file), "wb", preset=3)
    zstandard = _import_zstandard(path)
    return zstandard.ZstdCompressor(threads=-1).stream_writer(file, closefd=False)
