"""Damaged, lying and hostile files: one clear line, quickly, in little memory, and nothing run."""

from __future__ import annotations

import gzip
import io
import json
import re
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from vector_files import DAMAGED, can_be_tried, each, path_for, read, some_vectors, write

from w2v.errors import W2VError
from w2v.formats import registry
from w2v.formats.files import open_table
from w2v.formats.shared import npy_layout
from w2v.vectors.word_vectors import WordVectors

NAMES = registry.names()
MOST_MEMORY = 30 << 20


def made(folder: Path, name: str) -> tuple[Path, Path]:
    """A valid file of a format, and which of its files to damage."""
    path = path_for(folder, name)
    write(some_vectors([f"word{i}" for i in range(40)], 6), path)
    return path, path / DAMAGED[name] if name in DAMAGED else path


def outcome(path: Path, name: str) -> str:
    """The message of the error that reading raises, or nothing; other errors fail the test."""
    tracemalloc.start()
    try:
        read(path, format=name)
    except W2VError as error:
        message = str(error)
        assert "\n" not in message
        assert str(path.parent) in message
        return message
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MOST_MEMORY
    return ""


@pytest.mark.parametrize("name", each(NAMES))
def test_cut_short_anywhere(tmp_path: Path, name: str) -> None:
    path, file = made(tmp_path, name)
    data = file.read_bytes()
    # So much may be missing: a last line break, and fastText's output table, which is not read.
    unread = {"word2vec": 1, "fasttext": 2, "projector": 1, "word2vec-bin": 1}
    whole = {**unread, "fasttext-bin": 17 + 40 * 6 * 4}.get(name, 0)
    read = []
    for size in sorted({0, 1, 5, 9, *np.linspace(0, len(data) - 1, 25).astype(int).tolist()}):
        file.write_bytes(data[:size])
        if not outcome(path, name):
            read.append(size)
    if name == "glove":  # which does not say how many rows there are
        return
    assert [size for size in read if size < len(data) - whole] == []


@pytest.mark.parametrize("name", each(NAMES))
def test_changed_bytes_are_read_or_reported(tmp_path: Path, name: str) -> None:
    path, file = made(tmp_path, name)
    data = file.read_bytes()
    rng = np.random.default_rng(1)
    places = [*range(0, 60, 2), *rng.integers(0, len(data), 40).tolist()]
    for place in places:
        for value in (0, 0xFF, data[place] ^ 0x80):
            changed = bytearray(data)
            changed[place] = value
            file.write_bytes(changed)
            outcome(path, name)


@pytest.mark.parametrize("name", each(NAMES))
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"\n" * 100, b"a\n" * 10, b"\xff" * 1000])
def test_files_of_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    path, file = made(tmp_path, name)
    file.write_bytes(data)
    assert outcome(path, name)


@pytest.mark.parametrize("name", each(NAMES))
def test_one_format_taken_for_another(tmp_path: Path, name: str) -> None:
    path, _ = made(tmp_path, name)
    for other in filter(can_be_tried, NAMES):
        if other == name or {other, name} <= {"word2vec", "fasttext"}:
            continue
        if (name, other) != ("safetensors", "pytorch"):  # which new versions of torch read too
            with pytest.raises(W2VError, match=re.escape(str(tmp_path))):
                read(path, format=other)


# --- lies ---------------------------------------------------------------------------------------


def refused(path: Path, data: bytes, message: str) -> None:
    """Reading reports it without allocating much memory."""
    path.write_bytes(data)
    assert message in outcome(path, registry.by_ending(path) or "")


def test_word2vec_binary_that_lies(tmp_path: Path) -> None:
    row = b"a " + bytes(8)
    refused(
        tmp_path / "v.bin",
        b"1000000000000 300\n" + row,
        "its header promises 1,000,000,000,000 rows of 300 values, which take "
        "1,202,000,000,000,018 bytes or more, but it ends at byte 28",
    )
    refused(tmp_path / "v.bin", b"1 999999999\n" + row, "promises vectors of 999,999,999 dimensi")
    refused(tmp_path / "v.bin", b"1 2\n" + row * 2, "more follows row 1 of the 1 that its header")
    refused(
        tmp_path / "v.bin",
        b"2 2\n" + row + b"b" * 200_000,
        "row 2 (byte 14): no space within 65,536 bytes where a word should end",
    )
    refused(tmp_path / "v.bin", b"2 2\n" + row + b"x" * 10, "cut short in row 2 of the 2 that its")
    refused(
        tmp_path / "v.bin", b"2 1\na " + bytes(4) + b"b\nb " + bytes(4), "row 2 (byte 10): a li"
    )


def npy(shape: tuple[int, ...], dtype: str = "<f4", data: bytes = bytes(16)) -> bytes:
    return npy_layout.header_bytes(dtype, shape) + data


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npy((10**12, 300)), "promises 1,200,000,000,000,128 bytes but it ends at byte 144"),
        (npy((10**18, 10**18)), "cut short: its header promises"),
        (npy((4,)), "holds an array of shape (4,), not a matrix"),
        (npy((2, 2), "|O"), "holds Python objects, which are never read"),
        (npy((2, 2), "<i4"), "holds '<i4', not floating-point numbers"),
        (npy((2, 2), "<f4;import os"), "holds '<f4;import os', not floating-point numbers"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff{", "promises 4,294,967,295 bytes of header"),
        (b"\x93NUMPY\x01\x00\x76\x00" + b"x" * 118, "damaged .npy header"),
    ],
)
def test_npy_that_lies(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "v.npy.vocab.tsv").write_bytes(b"a\nb\n")
    refused(tmp_path / "v.npy", data, message)
    with zipfile.ZipFile(tmp_path / "v.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("vectors.npy", data)
        archive.writestr("words.npy", npy((2,), "<U1", "ab".encode("utf-32-le")))
    assert outcome(tmp_path / "v.npz", "npz")


def test_npz_that_lies(tmp_path: Path) -> None:
    path = tmp_path / "v.npz"
    words = npy((2,), "<U1", "ab".encode("utf-32-le"))

    def archive(**members: bytes) -> str:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in members.items():
                file.writestr(f"{name}.npy", data)
        return outcome(path, "npz")

    assert archive(vectors=npy((2, 2)), words=words) == ""
    assert "holds 2 words and 1 vectors" in archive(vectors=npy((1, 2)), words=words)
    assert "no array 'words' in it; it holds 'vectors'" in archive(vectors=npy((2, 2)))
    assert "its size is not what its header" in archive(
        vectors=npy((2, 2)), words=npy((10**12,), "<U9")
    )
    assert "contains a line" in archive(
        vectors=npy((2, 2)), words=npy((2,), "<U1", "a\n".encode("utf-32-le"))
    )
    bomb = npy((2, 10**6), data=bytes(8 * 10**6))
    assert archive(vectors=bomb, words=words) == ""  # no more than it says: 8 MB of zeros


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"shape": [10**12, 300], "data_offsets": [0, 16]}, "does not fit bytes 0 to 16"),
        ({"shape": [2, 2], "data_offsets": [10**9, 10**9 + 16]}, "cut short: its header promises"),
        ({"shape": [2, 2], "data_offsets": [0, -16]}, "are not whole numbers"),
        ({"shape": [2.0, 2], "data_offsets": [0, 16]}, "are not whole numbers"),
        ({"shape": [2, 2]}, "are not whole numbers"),
        ({"shape": [4], "data_offsets": [0, 16]}, "no tensor 'weight' of floats in two dimensions"),
        (
            {"shape": [2, 2], "data_offsets": [0, 16], "dtype": "I32"},
            "no tensor 'weight' of floats in two",
        ),
    ],
)
def test_safetensors_that_lie(tmp_path: Path, entry: dict[str, object], message: str) -> None:
    header = json.dumps({"weight": {"dtype": "F32", **entry}}).encode()
    (tmp_path / "v.safetensors.vocab.tsv").write_bytes(b"a\nb\n")
    size = len(header).to_bytes(8, "little")
    refused(tmp_path / "v.safetensors", size + header + bytes(16), message)


def test_safetensors_without_a_valid_header(tmp_path: Path) -> None:
    path = tmp_path / "v.safetensors"
    refused(path, (10**12).to_bytes(8, "little") + b"{}", "a header of 1,000,000,000,000 bytes")
    refused(path, (2).to_bytes(8, "little") + b"{x", "damaged: its header is not JSON")
    refused(path, (2).to_bytes(8, "little") + b"[]", "damaged: its header is not a JSON object")
    deep = b"[" * 100_000
    refused(path, len(deep).to_bytes(8, "little") + deep, "damaged: its header is not JSON")


# --- compressed ---------------------------------------------------------------------------------


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2v.formats.shared.compressed._USUAL_BYTES", 1 << 20)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    path = tmp_path / "v.bin.gz"
    path.write_bytes(gzip.compress(b"1000000 1000\na " + bytes(20 << 20)))
    message = outcome(path, "word2vec-bin")
    assert "unpacks to more than 200 times its size, which vectors never do" in message
    assert not list((tmp_path / "scratch").iterdir())
    (tmp_path / "v.gz").write_bytes(gzip.compress(bytes(20 << 20)))
    with pytest.raises(W2VError, match=r"v\.gz: not a known format"):
        read(tmp_path / "v.gz")


def test_what_was_unpacked_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    vectors = some_vectors()
    write(vectors, tmp_path / "v.txt.gz")
    table = open_table(tmp_path / "v.txt.gz")
    assert list((tmp_path / "scratch").iterdir())
    assert np.array_equal(WordVectors.from_table(table).matrix, vectors.matrix)
    del table
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize("ending", each(registry.COMPRESSED))
def test_damaged_compression_is_named(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"v.txt{ending}"
    write(some_vectors(), path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "damaged" in outcome(path, "word2vec")
    assert str(path) in outcome(path, "word2vec")


def test_errors_name_the_file_that_the_user_knows(tmp_path: Path) -> None:
    path = tmp_path / "v.txt.gz"
    path.write_bytes(gzip.compress(b"2 2\na 1 2\nb 1 x\n"))
    with pytest.raises(W2VError) as error:
        read(path)
    assert str(error.value) == (f"{path}: row 2 (byte 10): value 2 is 'x', which is not a number")


def test_no_path_is_taken_from_inside_a_file(tmp_path: Path) -> None:
    outside = tmp_path / "outside.npy"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../outside.npy", npy((2, 2)))
        archive.writestr("words.npy", npy((2,), "<U1", "ab".encode("utf-32-le")))
    (tmp_path / "v.npz").write_bytes(buffer.getvalue())
    assert len(read(tmp_path / "v.npz")) == 2
    assert not outside.exists()
