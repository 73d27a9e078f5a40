"""Paragraphs: a stream of text in which each paragraph has become one line."""

from __future__ import annotations

import re
from typing import Any

from w2v.text.converted_stream import ConvertedStream

_BLANKS = b" \t\v\f\r\n"
_BLANK_LINES = re.compile(rb"[ \t\v\f]*\n(?:[ \t\v\f]*\n)+")
_RUN = re.compile(rb"[ \t\v\f]+")


def one_per_line(text: bytes) -> bytes:
    """Text in which each paragraph has become one line; the last one is not ended."""
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b"\n".join(part.replace(b"\n", b" ") for part in _BLANK_LINES.split(text))


class Paragraphs(ConvertedStream):
    """Text whose paragraphs are separated by blank lines; each of them becomes one line.

    A blank line contains only spaces and tabs. A line end within a paragraph becomes a space. Lines
    may end in a line feed, a carriage return or both.

    "a\\nb\\n\\nc\\n" -> "a b\\nc "
    """

    def __init__(self, raw: Any) -> None:
        super().__init__(raw)
        self._held = b""  # white space whose meaning depends on what follows

    def convert(self, data: bytes) -> bytes:
        """The text that is complete after `data`; white space at its end is held back."""
        data = self._held + data
        end = len(data.rstrip(_BLANKS))
        # There may be many blanks, but it only matters whether there are any.
        self._held = b"" if self._ended else _RUN.sub(b" ", _shortened(data[end:]))
        return one_per_line(data[:end])


def _shortened(blanks: bytes) -> bytes:
    """Shorter white space that separates paragraphs if `blanks` does."""
    lines = blanks.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    return b"\n\n" if lines > 1 else blanks
