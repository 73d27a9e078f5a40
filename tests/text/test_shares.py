"""Text dealt to several readers: which parts it is cut into, and who reads them."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.text import shares as shares_module
from w2v.text.pieces import TextReader
from w2v.text.shares import ShareReader, assign_units
from w2v.text.sources import find_sources

CONFIG = TrainConfig()


@pytest.fixture(autouse=True)
def _short_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares_module, "UNIT_BYTES", 64)
    monkeypatch.setattr(shares_module, "_WINDOW", 16)


def shares(paths: list[Path], readers: int, config: TrainConfig = CONFIG) -> list[list[str]]:
    """The texts of the units that each reader reads."""
    sources = find_sources(paths)
    return [
        [
            bytes(piece.text).decode()
            for piece in ShareReader(sources, config, units).pieces()
            if len(piece.text)
        ]
        for units in assign_units(sources, config, readers)
    ]


def written(path: Path, text: bytes) -> Path:
    path.write_bytes(text)
    return path


@pytest.mark.parametrize("readers", [1, 2, 3])
def test_every_line_is_read_once(tmp_path: Path, readers: int) -> None:
    lines = [f"a line {n}\n" for n in range(100)]
    text = written(tmp_path / "a.txt", "".join(lines).encode())
    dealt = shares([text], readers)
    read = [line for share in dealt for unit in share for line in unit.splitlines(keepends=True)]
    assert sorted(read) == sorted(lines)
    sizes = [sum(map(len, share)) for share in dealt]
    assert max(sizes) - min(sizes) <= 2 * 64


def test_units_are_dealt_in_turn(tmp_path: Path) -> None:
    text = written(tmp_path / "a.txt", b"".join(b"%015d\n" % n for n in range(16)))
    first, second = shares([text], 2)
    assert [unit[:15] for unit in first] == [f"{n:015}" for n in (0, 8)]
    assert [unit[:15] for unit in second] == [f"{n:015}" for n in (4, 12)]


def test_a_long_line_is_cut_at_a_blank(tmp_path: Path) -> None:
    words = [f"word{n}" for n in range(200)]
    text = written(tmp_path / "a.txt", " ".join(words).encode())
    (whole,) = shares([text], 1)
    assert len(whole) > 10
    assert "".join(whole).split() == words
    assert all(unit.endswith("\n") for unit in whole[:-1])


def test_a_word_longer_than_a_unit_is_not_cut(tmp_path: Path) -> None:
    text = written(tmp_path / "a.txt", b"a " + 300 * b"b" + b" c\n" + 10 * b"some more\n")
    dealt = shares([text], 3)
    assert sorted(" ".join(unit for share in dealt for unit in share).split()) == sorted(
        ["a", 300 * "b", "c", *10 * ["some", "more"]]
    )


@given(st.lists(st.text("aé\u4e2d\U0001f600 \n", min_size=1), min_size=20), st.integers(1, 4))
def test_no_character_is_cut(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], n: int
) -> None:
    text = "".join(parts)
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_text(text, encoding="utf-8", newline="")
    dealt = shares([path], n)  # decodes
    count = {c: sum(unit.count(c) for share in dealt for unit in share) for c in "aé\u4e2d"}
    assert count == {c: text.count(c) for c in count}


def test_the_byte_order_mark_is_not_read(tmp_path: Path) -> None:
    text = written(tmp_path / "a.txt", b"\xef\xbb\xbf" + 20 * b"some words\n")
    first, second = shares([text], 2)
    assert first[0].startswith("some")
    assert "\ufeff" not in "".join(first + second)


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (TrainConfig(encoding="utf-16"), "a.txt"),
        (TrainConfig(encoding="utf-8,latin-1"), "a.txt"),
        (TrainConfig(sentence="paragraph"), "a.txt"),
        (CONFIG, "a.txt.gz"),
    ],
    ids=["utf-16", "several encodings", "paragraphs", "compressed"],
)
def test_what_is_not_cut(tmp_path: Path, config: TrainConfig, name: str) -> None:
    text = "".join(f"line {n}\n" for n in range(100))
    data = text.encode("utf-16" if config.encoding == "utf-16" else "utf-8")
    path = written(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    units = assign_units(find_sources([path]), config, 2)
    assert [len(share) for share in units] == [1, 0]
    assert shares([path], 2, config)[0][0].split() == text.split()


def test_places_grow_with_the_text(tmp_path: Path) -> None:
    paths = [
        written(tmp_path / "a.txt", 30 * b"some words\n"),
        written(tmp_path / "b.gz", gzip.compress(30 * b"some words\n")),
        written(tmp_path / "c.txt", 30 * b"some words\n"),
    ]
    sources = find_sources(paths)
    pieces = [
        (piece.place, piece.place + len(piece.text), piece.sources[0])
        for units in assign_units(sources, CONFIG, 3)
        for piece in ShareReader(sources, CONFIG, units).pieces()
        if len(piece.text)
    ]
    pieces.sort()
    assert [source for _, _, source in pieces] == sorted(source for _, _, source in pieces)
    for (_, end, _), (begin, _, _) in itertools.pairwise(pieces):
        assert end <= begin + 1  # a line end may have been added


def test_bytes_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", 30 * b"some words\n")
    sources = find_sources([path])
    readers = [ShareReader(sources, CONFIG, units) for units in assign_units(sources, CONFIG, 2)]
    total = 0
    for reader in readers:
        for _ in reader.pieces():
            pass
        assert reader.bytes_done == reader.bytes_total()
        total += reader.sizes[0].text_bytes
    assert total == 330 == sum(reader.bytes_total() for reader in readers)


def test_invalid_bytes_do_not_move_a_cut_into_a_word(tmp_path: Path) -> None:
    data = b"".join(b"w\xff\x80rd%03d " % n for n in range(60))
    path = written(tmp_path / "a.txt", data)
    sources = find_sources([path])
    read = b"".join(
        bytes(piece.text).replace(b"\n", b"")
        for units in assign_units(sources, CONFIG, 1)
        for piece in ShareReader(sources, CONFIG, units).pieces()
    )
    assert read == data


def test_standard_input_is_refused() -> None:
    with pytest.raises(W2VError, match="standard input: only one process can read it"):
        assign_units(find_sources(["-"]), CONFIG, 2)


def test_whole_files_are_read_as_before(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", b"one\ntwo three")
    sources = find_sources([path])
    (units,) = assign_units(sources, CONFIG, 1)
    ours = [p.text for p in ShareReader(sources, CONFIG, units).pieces()]
    theirs = [p.text for p in TextReader.from_config(sources, CONFIG).pieces()]
    assert np.array_equal(np.concatenate(ours), np.concatenate(theirs))
