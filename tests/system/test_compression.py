"""Unpacking in small steps: whole, damaged, padded, endless."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tracemalloc
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.system.compression import Decompressed, compression

PACKERS: dict[str, Any] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}


class Raw(io.BytesIO):
    """Bytes that count what was taken of them."""

    name = "x.packed"

    @property
    def position(self) -> int:
        return self.tell()


def unpack(data: bytes, kind: str, step: int = 1 << 16) -> bytes:
    """All of it, so many bytes at a time."""
    stream = Decompressed(Raw(data), kind)
    parts = []
    while part := stream.read(step):
        parts.append(part)
    assert stream.position == len(data)
    assert stream.name == "x.packed"
    return b"".join(parts)


@pytest.mark.parametrize("kind", PACKERS)
def test_the_first_bytes_decide_the_kind(kind: str) -> None:
    assert compression(PACKERS[kind](b"text")) == kind
    for head in (b"", b"B", b"BZ", b"BZh", b"BZhello", b"plain text", b"\x1f", b"\xfd7zXY"):
        assert compression(head) is None


@pytest.mark.parametrize("kind", PACKERS)
@given(parts=st.lists(st.binary(max_size=3000), min_size=1, max_size=4), step=st.integers(1, 5000))
@settings(max_examples=30, deadline=None)
def test_members_come_back_whole(kind: str, parts: list[bytes], step: int) -> None:
    data = b"".join(PACKERS[kind](part) for part in parts)
    assert unpack(data, kind, step) == b"".join(parts)


@pytest.mark.parametrize("kind", PACKERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_damage_is_a_one_line_error_or_another_text(kind: str, data: st.DataObject) -> None:
    packed = bytearray(PACKERS[kind](b"some words of a text\n" * 200))
    place = data.draw(st.integers(4, len(packed) - 1))
    if data.draw(st.booleans()):
        del packed[place:]
    else:
        packed[place] ^= data.draw(st.integers(1, 255))
    message = ""
    try:
        unpack(bytes(packed), kind)  # whose assertions say that it did not stop in silence
    except W2VError as error:
        message = str(error)
    assert not message or message.startswith(f"x.packed: damaged {kind} data near byte ")


@pytest.mark.parametrize("kind", PACKERS)
def test_what_follows_is_no_text_in_silence(kind: str) -> None:
    packed = PACKERS[kind](b"text")
    with pytest.raises(W2VError, match=f"damaged {kind} data near byte"):
        unpack(packed + b"more", kind)
    assert unpack(packed + bytes(100_000), kind) == b"text"


@pytest.mark.parametrize("kind", PACKERS)
def test_a_bomb_is_unpacked_in_bounded_memory(kind: str) -> None:
    size = {"zstd": 256 << 20, "gzip": 64 << 20}.get(kind, 16 << 20)
    data, limit = PACKERS[kind](bytes(size)), 80e6 if kind == "zstd" else 12e6
    stream = Decompressed(Raw(data), kind)
    tracemalloc.start()
    total = 0
    while part := stream.read(1 << 16):
        total += len(part)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == size
    assert peak < limit, kind


def test_an_xz_that_asks_for_much_memory_is_refused() -> None:
    def pack(megabytes: int) -> bytes:
        chain = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": megabytes << 20}]
        return lzma.compress(b"text", filters=chain)

    assert unpack(pack(128), "xz") == b"text"
    with pytest.raises(W2VError) as caught:
        unpack(pack(192), "xz")
    assert str(caught.value) == (
        "x.packed: unpacking it takes more than 144 MB of memory; compress it with xz -9 or less"
    )


def test_zstd_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(W2VError) as caught:
        Decompressed(Raw(zstandard.compress(b"text")), "zstd")
    assert str(caught.value) == (
        "x.packed: zstd needs the package zstandard; pip install 'w2v[zstd]'"
    )
