"""A stream of text that is converted as it is read, in small steps."""

from __future__ import annotations

import io
from typing import Any

STEP = 1 << 16  # bytes converted at a time


class Converted(io.RawIOBase):
    """What `convert` makes of a stream; a subclass says what that is."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self.name: str = raw.name
        self._raw = raw
        self._text = memoryview(b"")
        self._ended = False

    def convert(self, data: bytes) -> bytes:
        """The text that `data` adds. The data is empty at the end, when `_ended` is set."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer with converted text; 0 at the end."""
        while not self._text and not self._ended:
            data = self._raw.read(STEP) or b""
            self._ended = not data
            self._text = memoryview(self.convert(data))
        size = min(len(buffer), len(self._text))
        buffer[:size] = self._text[:size]
        self._text = self._text[size:]
        return size
