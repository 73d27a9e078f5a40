"""vocab.tsv: `word TAB count` lines, read without a loop over the lines.

The last tab of a line separates word and count, so a word may contain tabs. If counts are not
known, all of them are empty. A file without any tab contains only words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.arrays import Bytes, Integers
from w2v.errors import W2VError
from w2v.formats.shared.decimal_reading import PADDING, parse_digits
from w2v.formats.shared.word_reading import decode_words
from w2v.messages import shown
from w2v.words.word_list import WordList

_TAB, _NEWLINE = 9, 10
_MAX_DIGITS = 18
_DIGITS_AT_ONCE = 16
_PIECE_BYTES = 1 << 18


def read(path: Path) -> tuple[WordList, Integers | None]:
    """Words and counts (int64[V], or None) of a file. Raises W2VError as `parse` does."""
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None


def parse(data: bytes, name: str) -> tuple[WordList, Integers | None]:
    """Words and counts (int64[V], or None) of a file's bytes.

    Raises W2VError, naming the line, for a line without a tab or with a count that is not a number.
    """
    if data and not data.endswith(b"\n"):
        raise W2VError(f"{name}: cut short: it does not end with a line break")
    if b"\t" not in data:
        return decode_words(name, data)[0], None
    blobs, lengths, line = [], [np.zeros(1, np.int64)], 0
    counts: list[Integers] = []
    for letters in _pieces(data):
        tabs, ends = _find_lines(letters, name, line)
        some = _parse_counts(letters, tabs, ends, name, line)
        if line and bool(len(counts)) != (some is not None):
            raise _wrong_count(name, line if some is None else 0, b"")
        counts += [] if some is None else [some]
        blobs.append(letters[_outside(tabs, ends, len(letters))].tobytes())
        lengths.append(np.diff(ends, prepend=-1) - (ends - tabs))
        line += len(ends)
    offsets = np.concatenate(lengths)
    words, _ = decode_words(name, blobs, offsets=np.cumsum(offsets, out=offsets))
    return words, np.concatenate(counts) if counts else None


def _pieces(data: bytes) -> Iterator[Bytes]:
    """The lines, a few at a time, so that intermediate results stay in the cache."""
    letters, at = np.frombuffer(data, np.uint8), 0
    while at < len(data):
        end = data.rfind(b"\n", at, at + _PIECE_BYTES) + 1 or data.index(b"\n", at) + 1
        yield letters[at:end]
        at = end


def _find_lines(letters: Bytes, name: str, line: int) -> tuple[Integers, Integers]:
    """Where the last tab of each line is, and the line's end; `line` is the first one, from 0."""
    places = np.flatnonzero(letters - np.uint8(_TAB) < 2)  # tabs and newlines
    is_end = letters[places] == _NEWLINE
    if len(places) % 2 == 0 and is_end[1::2].all() and not is_end[::2].any():
        return places[::2], places[1::2]  # as in most files: one tab in each line
    last = np.flatnonzero(is_end)
    # The separator before a line's end is its last tab, or the end of the line before if it has
    # none; for the first line, index -1 finds the end of the last line.
    bad = np.flatnonzero(is_end[last - 1])
    if len(bad):
        row = line + int(bad[0]) + 1
        raise W2VError(f"{name}, line {row:,}: a word, a tab and a count were expected")
    return places[last - 1], places[last]


def _outside(tabs: Integers, ends: Integers, size: int) -> npt.NDArray[np.bool_]:
    """Which bytes are not part of a count: all but those from a line's last tab to its end."""
    outside = np.ones(size, bool)
    inside = tabs
    while len(inside):  # once for each digit of the longest count
        outside[inside] = False
        inside = inside + 1
        left = inside < ends
        inside, ends = inside[left], ends[left]
    return outside


def _parse_counts(
    letters: Bytes, tabs: Integers, ends: Integers, name: str, line: int
) -> Integers | None:
    """The numbers between tabs and line ends; None when all are empty."""
    widths = ends - tabs - 1
    if not widths.any():
        return None
    padded = np.concatenate([np.zeros(PADDING, np.uint8), letters])
    low, digits = parse_digits(padded, ends + PADDING, np.clip(widths, 0, _DIGITS_AT_ONCE))
    counts = low.astype(np.int64)
    wrong = (widths == 0) | (widths > _MAX_DIGITS) | ~digits
    for row in np.flatnonzero((widths > _DIGITS_AT_ONCE) & ~wrong).tolist():
        number = letters[tabs[row] + 1 : ends[row]].tobytes()
        wrong[row] = not number.isdigit()
        counts[row] = 0 if wrong[row] else int(number)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise _wrong_count(name, line + row, letters[tabs[row] + 1 : ends[row]].tobytes())
    return counts


def _wrong_count(name: str, line: int, text: bytes) -> W2VError:
    return W2VError(f"{name}, line {line + 1:,}: the count {shown(text)} is not a whole number")


def lines(words: WordList, counts: Integers | None) -> Iterator[bytes]:
    """The file's bytes, in blocks."""
    for first, block in words.blocks():
        if counts is None:
            yield b"".join(b"%b\t\n" % word for word in block)
        else:
            numbers = counts[first : first + len(block)].tolist()
            yield b"".join(b"%b\t%d\n" % pair for pair in zip(block, numbers, strict=True))
