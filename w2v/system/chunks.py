"""A stream of bytes that are made chunk by chunk: unpacked, decoded, or taken out of records."""

from __future__ import annotations

import io
from typing import Any


class ChunkStream(io.RawIOBase):
    """A raw stream; a subclass makes its chunks."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._chunk = memoryview(b"")  # what is left of the last chunk

    def next_chunk(self) -> bytes | None:
        """The next bytes of the stream, possibly none yet; None at its end."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer from one chunk; 0 at the end."""
        while not self._chunk:
            chunk = self.next_chunk()
            if chunk is None:
                return 0
            self._chunk = memoryview(chunk)
        size = min(len(buffer), len(self._chunk))
        buffer[:size] = self._chunk[:size]
        self._chunk = self._chunk[size:]
        return size
