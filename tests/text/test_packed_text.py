"""Compressed text: recognised by content, reported when damaged, unpacked in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import zlib
from pathlib import Path

import pytest
import zstandard
from raw_text import posix, trains
from running import (
    SMALL,
    Train,
    last_line,
    peak_memory,
    some_text,
)

PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("kind", PACKERS)
def test_compression_is_recognised_by_content(tmp_path: Path, train: Train, kind: str) -> None:
    data, pack = some_text(2000).encode(), PACKERS[kind]
    plain = trains(train, data, tmp_path)["fingerprint"]
    half = data.index(b"\n", 5000) + 1
    for packed in (
        pack(data),
        pack(data[:half]) + pack(data[half:]),  # one member after another
        pack(data) + bytes(512),  # padded
        pack(data[:half]) + pack(b"") + pack(data[half:]) + bytes(70_000),
    ):
        assert trains(train, packed, tmp_path)["fingerprint"] == plain


@pytest.mark.parametrize("kind", PACKERS)
def test_damaged_compressed_text_is_reported(tmp_path: Path, train: Train, kind: str) -> None:
    packed = PACKERS[kind](some_text(20_000).encode())
    for data in (
        packed[:-1],
        packed[: len(packed) // 2],
        packed + b"garbage after the end",
        packed[:-5] + bytes(byte ^ 255 for byte in packed[-5:]),
        packed[: len(packed) // 2] + b"xxxx" + packed[len(packed) // 2 + 4 :],
    ):
        (tmp_path / "text").write_bytes(data)
        code, err = train("train", tmp_path / "text", "-o", tmp_path / "m", *SMALL)
        if data is not packed and kind == "zstd" and code == 0:
            continue  # this frame carries no checksum: a changed byte is a changed text
        assert code == 1
        assert err.startswith(f"w2v: {tmp_path / 'text'}: damaged {kind} data near byte "), err
        assert err.count("\n") == 1
        assert os.listdir(tmp_path) == ["text"]


def bomb(path: Path, block: bytes, megabytes: int) -> None:
    """Write a small gzip file that holds `megabytes` of one repeated block."""
    packer = zlib.compressobj(9, wbits=31)
    block *= (1 << 20) // len(block) + 1
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(packer.compress(block))
        file.write(packer.flush())


@pytest.fixture(scope="module")
def small_peak(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The peak memory of a run on a small text, in megabytes."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "text").write_text(some_text(1000))
    return peak_memory("train", folder / "text", "-o", folder / "m", *SMALL)[2]


@posix
@pytest.mark.parametrize(
    ("block", "message"),
    [
        (b" " * 1000, "there are no words in it"),
        (b"\n" * 1000, "there are no words in it"),
        (b"\0" * 1000, "a binary file, not text"),
        (b"x" * 1000, "a word of more than 16,777,216 bytes"),
        (b"a b\n" * 1000, "wrote "),
    ],
)
def test_a_gzip_bomb_takes_no_more_memory_than_ordinary_text(
    tmp_path: Path, small_peak: float, block: bytes, message: str
) -> None:
    bomb(tmp_path / "bomb", block, 150 if message != "wrote " else 60)
    assert (tmp_path / "bomb").stat().st_size < 1_000_000
    options = [*SMALL, "--epochs", "1", "--sample", "1e-9", "--vector-size", "4"]
    code, err, peak = peak_memory("train", tmp_path / "bomb", "-o", tmp_path / "b", *options)
    assert message in last_line(err)
    assert code == (0 if message == "wrote " else 1)
    assert peak < small_peak + 100, "megabytes; the text would take more unpacked"
