"""Encodings: finding out which one a text is in, and converting the text to UTF-8."""

from __future__ import annotations

import codecs
import io
import threading
from typing import Any, Protocol

from w2v.errors import UsageError, W2VError
from w2v.text.converted_stream import STEP, ConvertedStream

UTF8 = ("utf-8", "utf-8-sig")
# Longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_PRINTABLE = bytes({*range(32, 127), *b"\t\r\n"} - {*b"\\"})  # except one that may begin an escape


class Counted(Protocol):
    """Counters that are updated while a stream is read."""

    bytes: int  # how many were read from the disk
    replaced_bytes: int  # how many could not be decoded
    encoding: str  # the one used to read the text


def check_encodings(names: str) -> tuple[str, ...]:
    """Python's names for the encodings in `names`, which commas separate. Raises UsageError."""
    return tuple(_checked(name.strip()) for name in names.split(","))


def _checked(name: str) -> str:
    try:
        b"a".decode(name, "replace")
        codecs.getincrementaldecoder(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError, TypeError):
        raise UsageError(
            f"encoding: unknown {name!r}; use utf-8, utf-16, latin-1, cp1252 or any other "
            "text encoding that Python supports"
        ) from None


def marked_encoding(head: bytes, encodings: tuple[str, ...]) -> str | None:
    """UTF-16 or UTF-32 if a text begins with their byte order mark; None if not.

    Also None if one of `encodings` belongs to that family: the user's choice takes precedence.
    """
    if any(name.startswith(("utf-16", "utf-32")) for name in encodings):
        return None
    return next((name for mark, name in _MARKS.items() if head.startswith(mark)), None)


def first_valid(text: io.RawIOBase, encodings: tuple[str, ...]) -> str:
    """The first encoding in which all of `text` is valid; the last one if it is valid in none."""
    candidates = [(name, codecs.getincrementaldecoder(name)()) for name in encodings[:-1]]
    data = b"-"
    while data and candidates:
        data = text.read(STEP) or b""
        candidates = [(name, decoder) for name, decoder in candidates if _takes(decoder, data)]
    return candidates[0][0] if candidates else encodings[-1]


def _takes(decoder: codecs.IncrementalDecoder, data: bytes) -> bool:
    """Whether the decoder accepts `data`, which is empty at the end of the text."""
    try:
        decoder.decode(data, final=not data)
    except UnicodeError:
        return False
    return True


def extends_ascii(encoding: str) -> bool:
    """Whether an encoding represents ASCII characters as ASCII does."""
    return _PRINTABLE.decode(encoding, "replace") == _PRINTABLE.decode("ascii")


class Transcoded(ConvertedStream):
    """Text in another encoding as UTF-8. Bytes that cannot be decoded are replaced and counted."""

    def __init__(self, raw: Any, encoding: str, counted: Counted) -> None:
        super().__init__(raw)
        self._counted = counted
        self._decoder = codecs.getincrementaldecoder(encoding)(_REPLACE)
        self._encoding = encoding

    @property
    def position(self) -> int:
        """Bytes that the underlying stream has read from the disk."""
        position: int = self._raw.position
        return position

    def convert(self, data: bytes) -> bytes:
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
