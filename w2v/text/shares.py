"""The shares of several readers: together they read every word of the text once.

Files of plain UTF-8 are cut into units of about UNIT_BYTES, the others are one unit each:
compressed files, those in other encodings, and those whose records or paragraphs are read. Units
are assigned in the order of the text, each to the reader that has the fewest bytes so far. So the
shares are interleaved, and every reader can work out all of them without asking the others.

A unit begins where its first byte would be, moved back to the last line end before it, or to the
last blank where a line is longer than _WINDOW bytes.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from w2v.arrays import Bytes, Integers
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.text.encodings import check_encodings
from w2v.text.pieces import Piece, SourceSize, TextReader, last_cut
from w2v.text.sources import Source
from w2v.text.streams import NotText, is_plain_utf8

UNIT_BYTES = 1 << 17
_WINDOW = 1 << 14  # divides UNIT_BYTES: a cut is looked for in windows at multiples of it
_MOST_EXTENT = 1 << 40  # more than any compressed file holds
_MOST_GROWTH = 4  # bytes of UTF-8 that a byte of another encoding may become, and more
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Unit:
    """A part of the text that one reader reads.

    source : the number of its source
    place : increases with the place in the whole text; units leave room between them
    begin, end : the bytes of the file, before they are moved to where it may be cut
    is_cut : whether it is one of several units of a file; otherwise it is a whole one
    """

    source: int
    place: int
    begin: int
    end: int
    is_cut: bool


def assign_units(sources: Sequence[Source], config: TrainConfig, readers: int) -> list[list[Unit]]:
    """The units of each reader, in the order of the text.

    Raises W2VError for standard input and pipes, which only one process can read.
    """
    units = list(units_of(sources, config))
    shares: list[list[Unit]] = [[] for _ in range(readers)]
    for unit, owner in zip(units, owners(units, readers).tolist(), strict=True):
        shares[owner].append(unit)
    return shares


def owners(units: Sequence[Unit], readers: int) -> Integers:
    """The reader that each unit is dealt to, int64[U]."""
    loads = [(0, reader) for reader in range(readers)]
    dealt = np.empty(len(units), np.int64)
    for number, unit in enumerate(units):
        load, reader = loads[0]
        dealt[number] = reader
        heapq.heapreplace(loads, (load + unit.end - unit.begin, reader))
    return dealt


def units_of(sources: Sequence[Source], config: TrainConfig) -> Iterator[Unit]:
    """All units, in the order of the text. Raises as `assign_units` does."""
    place = 0
    for number, source in enumerate(sources):
        size = _size(source)
        is_cut = size > UNIT_BYTES and _may_be_cut(source, config)
        for begin in range(0, size, UNIT_BYTES) if is_cut else [0]:
            end = min(begin + UNIT_BYTES, size) if is_cut else size
            yield Unit(number, place + begin, begin, end, is_cut)
        place += size if is_cut else max(_MOST_EXTENT, _MOST_GROWTH * size)


def _size(source: Source) -> int:
    """The bytes of a file."""
    if source.path is None or not source.path.is_file():
        raise W2VError(
            f"{source.name}: only one process can read it; to train on several, "
            "save the text in files that all of them can read"
        )
    return source.path.stat().st_size


def _may_be_cut(source: Source, config: TrainConfig) -> bool:
    """Whether a file may be read from the middle."""
    if source.field is not None or config.sentence == "paragraph":
        return False
    try:
        return is_plain_utf8(source, check_encodings(config.encoding))
    except NotText:  # its reader will report it
        return False


class ShareReader:
    """Reads units of the text, as `w2v.text.pieces.TextReader` reads all of it.

    Attributes
    ----------
    sizes : how much of each source this reader has read so far
    n_pieces : into how many pieces it has cut each of the units that it has read
    places : where each of these begins in the whole text
    tokenizer, keep_case : for the scanner of the pieces
    """

    def __init__(
        self, sources: Sequence[Source], config: TrainConfig, units: Sequence[Unit]
    ) -> None:
        self.sizes = [SourceSize(source.name) for source in sources]
        self.n_pieces: list[int] = []
        self.places: list[int] = []
        self.tokenizer, self.keep_case = config.tokenizer, config.keep_case
        self._sources, self._config, self._units = sources, config, units

    @property
    def bytes_done(self) -> int:
        """Bytes read so far, as stored on disk."""
        return sum(size.bytes for size in self.sizes)

    def bytes_total(self) -> int:
        """Bytes on disk of all its units."""
        return sum(unit.end - unit.begin for unit in self._units)

    def pieces(self) -> Iterator[Piece]:
        """The text of the units; each of them ends with a line. Raises as TextReader.pieces."""
        for unit in self._units:
            self.n_pieces.append(0)
            self.places.append(unit.place)
            for piece in [self._read_cut(unit)] if unit.is_cut else self._read_whole(unit):
                if not self.n_pieces[-1]:
                    self.places[-1] = piece.place
                self.n_pieces[-1] += 1
                yield piece

    def _read_whole(self, unit: Unit) -> Iterator[Piece]:
        """The pieces of a whole file."""
        reader = TextReader.from_config([self._sources[unit.source]], self._config)
        for piece in reader.pieces():
            (self.sizes[unit.source],) = reader.sizes
            sources = range(unit.source, unit.source + 1)
            yield Piece(piece.text, unit.place + piece.place, sources, [0])

    def _read_cut(self, unit: Unit) -> Piece:
        """A unit of a file that was cut."""
        source, size = self._sources[unit.source], self.sizes[unit.source]
        assert source.path is not None
        try:
            text, begin, n_bytes = _between_cuts(source.path, unit, self.tokenizer)
        except OSError as error:
            raise W2VError(f"{source.name}: {error.strerror}") from None
        size.bytes += unit.end - unit.begin
        size.text_bytes += n_bytes
        size.encoding = "utf-8"
        sources = range(unit.source, unit.source + 1)
        return Piece(text, unit.place + begin - unit.begin, sources, [0])


def _between_cuts(path: Path, unit: Unit, tokenizer: str) -> tuple[Bytes, int, int]:
    """The unit's text, ended as a line; the byte of the file that it begins with; its own bytes."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        begin = _cut_before(file, unit.begin, tokenizer)
        end = unit.end if unit.end == size else _cut_before(file, unit.end, tokenizer)
        file.seek(begin)
        data = file.read(end - begin)
    if begin == 0:
        data = data.removeprefix(_BOM)
    n_bytes = len(data)
    text = bytearray(data)
    if n_bytes and not data.endswith(b"\n"):
        text += b"\n"
    return np.frombuffer(text, np.uint8), begin, n_bytes


def _cut_before(file: BinaryIO, at: int, tokenizer: str) -> int:
    """The last position up to `at`, a multiple of the window, where the text may be cut."""
    while at > 0:
        file.seek(at - _WINDOW)
        window = file.read(_WINDOW)
        whole = window.lstrip(bytes(range(0x80, 0xC0)))  # the rest of a character before it
        cut = last_cut(np.frombuffer(whole, np.uint8), tokenizer)
        if cut:
            return at - len(whole) + cut
        at -= _WINDOW
    return 0
