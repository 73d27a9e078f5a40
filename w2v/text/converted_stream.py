"""A stream of text that is converted as it is read, in small steps."""

from __future__ import annotations

from typing import Any

from w2v.system.chunks import ChunkStream

STEP = 1 << 16  # bytes converted at a time


class ConvertedStream(ChunkStream):
    """What `convert` makes of a stream; a subclass says what that is."""

    def __init__(self, raw: Any) -> None:
        super().__init__(raw.name)
        self._raw = raw
        self._ended = False

    def convert(self, data: bytes) -> bytes:
        """The text that `data` adds. The data is empty at the end, when `_ended` is set."""
        raise NotImplementedError

    def next_chunk(self) -> bytes | None:
        """The text of the next step."""
        if self._ended:
            return None
        data = self._raw.read(STEP) or b""
        self._ended = not data
        return self.convert(data)
