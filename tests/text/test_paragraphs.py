"""Paragraphs become lines, however the text is cut while it is read."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from w2v.text.paragraphs import Paragraphs


class Cut(io.RawIOBase):
    """A stream that returns at most `step` bytes at a time."""

    name = "text"

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__()
        self._data, self._step = data, step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = min(len(buffer), self._step)
        part, self._data = self._data[:size], self._data[size:]
        buffer[: len(part)] = part
        return len(part)


def paragraphs(data: bytes, step: int = 1 << 20) -> list[list[bytes]]:
    """The words of each paragraph that has any."""
    text = Paragraphs(Cut(data, step)).readall() or b""
    return [words for line in text.split(b"\n") if (words := line.split())]


def slowly(data: bytes) -> list[list[bytes]]:
    """The same from the definition: runs of lines that are not blank."""
    lines = re.split(rb"\r\n|\r|\n", data)
    found: list[list[bytes]] = [[]]
    for line in lines:
        if line.strip(b" \t\v\f"):
            found[-1] += line.split()
        else:
            found.append([])
    return [words for words in found if words]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"a\nb\n\nc\n", ["a b", "c"]),
        (b"a\r\nb\r\n\r\nc", ["a b", "c"]),
        (b"a\rb\r\rc\r", ["a b", "c"]),
        (b"\n\n a\n \t \n\n\nb", ["a", "b"]),
        (b"a\n-\nb\n", ["a - b"]),
        (b"", []),
        (b" \n\n \n", []),
    ],
)
def test_blank_lines_separate_paragraphs(text: bytes, wanted: list[str]) -> None:
    assert paragraphs(text) == [line.encode().split() for line in wanted]


@given(
    st.lists(st.sampled_from([b"a", b"b", b" ", b"\t", b"\n", b"\r", b"\r\n"])), st.integers(1, 9)
)
@example([b"a", b"\r", b"\n", b"b"], 2)
@example([b"a", b"\r", b" ", b"\n", b"b"], 1)
def test_the_size_of_reads_does_not_matter(parts: list[bytes], step: int) -> None:
    data = b"".join(parts)
    assert paragraphs(data, step) == slowly(data)


def test_white_space_without_end_is_not_kept_in_memory() -> None:
    stream = Paragraphs(Cut(b"a" + b" \n" * 3_000_000 + b"b", 1 << 20))
    held = 0
    while stream.read(1 << 16):
        held = max(held, len(stream._held))
    assert held < 10
