"""A source is the same stream of UTF-8 whatever the size of the reads."""

from __future__ import annotations

import codecs
import encodings.aliases
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
import reference_text as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import UsageError, W2VError
from w2v.text.encodings import check_encodings, count_invalid
from w2v.text.pieces import SourceSize, TextReader
from w2v.text.sources import Source, find_sources
from w2v.text.streams import open_text

ALL_ENCODINGS = sorted({*encodings.aliases.aliases.values(), "undefined", "unicode_escape"})


def read(path: Path, encoding: str = "utf-8", step: int = -1) -> tuple[bytes, SourceSize]:
    """All of a file's text, read `step` bytes at a time."""
    size = SourceSize("x")
    with open_text(Source("x", path), check_encodings(encoding), size) as text:
        parts = []
        while part := text.read(step if step > 0 else 1 << 16):
            parts.append(part)
    return b"".join(parts), size


@pytest.mark.parametrize("step", [1, 7, 4096])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "gb18030"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_size_of_reads_does_not_matter(
    tmp_path: Path, pack: Any, encoding: str, step: int
) -> None:
    text = "grün und größer\n" * 300
    data = pack(text.encode(encoding))
    (tmp_path / "x").write_bytes(data)
    found, size = read(tmp_path / "x", encoding, step)
    assert found.decode() == text
    assert (size.bytes, size.replaced_bytes) == (len(data), 0)


def test_only_the_byte_order_mark_at_the_beginning_is_removed(tmp_path: Path) -> None:
    for data, encoding in [
        (codecs.BOM_UTF8 + "a\ufeffb".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "a\ufeffb".encode(), "utf-8-sig"),
        ("a\ufeffb".encode("utf-16"), "utf-16"),
        ("\ufeffa\ufeffb".encode("utf-16-le"), "utf-16-le"),
        ("\ufeffa\ufeffb".encode("utf-32-be"), "utf-32-be"),
    ]:
        (tmp_path / "x").write_bytes(data)
        assert read(tmp_path / "x", encoding)[0] == "a\ufeffb".encode()


@pytest.mark.parametrize(
    ("data", "encoding", "replaced"),
    [
        (b"a\x81b", "cp1252", 1),
        ("aä".encode("utf-16")[:-1], "utf-16", 1),
        (b"\xff\xfea\0\x00\xd8b\0", "utf-16", 2),
        (b"\xb0", "euc-kr", 1),
        (b"ab", "ascii", 0),
        (b"\xe4b\xf6", "ascii", 2),
    ],
)
def test_what_cannot_be_decoded_is_counted(
    tmp_path: Path, data: bytes, encoding: str, replaced: int
) -> None:
    (tmp_path / "x").write_bytes(data)
    assert read(tmp_path / "x", encoding)[1].replaced_bytes == replaced


@given(st.binary(max_size=60))
def test_invalid_bytes_are_those_that_python_replaces(data: bytes) -> None:
    valid = data.decode("utf-8", "ignore").encode()
    assert count_invalid(data) == len(data) - len(valid)


@pytest.mark.parametrize("encoding", ALL_ENCODINGS)
def test_every_encoding_reads_or_is_refused(tmp_path: Path, encoding: str) -> None:
    data = "some plain words\n".encode("latin-1") + bytes(range(128, 256)) + b"\nmore\n"
    (tmp_path / "x").write_bytes(data)
    message = ""
    try:
        read(tmp_path / "x", encoding)
    except W2VError as error:
        message = str(error)
    unknown = f"encoding: unknown '{encoding}'; use utf-8, "
    assert not message or message.startswith(("x: ", unknown))


@pytest.mark.parametrize("encoding", ["", "klingon", "hex", "rot13", "zlib", "a\0b", "ü"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(UsageError, match="encoding: unknown "):
        check_encodings(encoding)


class Slow(io.RawIOBase):
    """Returns one byte at a time, as a pipe may."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        part, self._data = self._data[:1], self._data[1:]
        buffer[: len(part)] = part
        return len(part)


def test_standard_input_may_arrive_byte_by_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "eins zwei drei ä\n".encode() * 100

    class Standard:
        buffer = io.BufferedReader(Slow(data))

    monkeypatch.setattr("sys.stdin", Standard)
    reader = TextReader(find_sources(["-"]), piece_bytes=64)
    text = b"".join(piece.text.tobytes() for piece in reader.pieces())
    assert text == data + b"\n"
    assert not Standard.buffer.closed
    assert reader.sizes[0].bytes == len(data)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.text("a1 ä\n日。'’._\u0301\u00ad\u200d", max_size=60), min_size=1, max_size=4),
    st.sampled_from(["words", "whitespace"]),
    st.integers(8, 64),
)
def test_pieces_are_the_text_and_cut_no_word(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], tokenizer: str, size: int
) -> None:
    folder = tmp_path_factory.mktemp("texts")
    for number, text in enumerate(texts):
        (folder / str(number)).write_bytes(text.encode())
    reader = TextReader(find_sources([folder]), "utf-8", tokenizer, size)
    pieces = [bytes(piece.text.tobytes()) for piece in reader.pieces()]
    assert b"".join(pieces) == b"".join(text.encode() + b"\n" for text in texts)
    whole = reference.sentences(b"".join(pieces), tokenizer)
    cut = [
        word for piece in pieces for line in reference.sentences(piece, tokenizer) for word in line
    ]
    assert cut == [word for line in whole for word in line]
