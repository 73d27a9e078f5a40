"""vocab.tsv: `word TAB count` lines, read without a loop over the lines.

The last tab of a line parts word and count, so a word may hold tabs. The count is empty where it
is not known, for all words or for none. A file without any tab is one of words alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from w2v.embedding import WordList
from w2v.errors import W2VError
from w2v.formats.decimal_reading import PADDING, parse_digits

_TAB, _NEWLINE = 9, 10
_MAX_DIGITS = 18
_DIGITS_AT_ONCE = 16

Integers = npt.NDArray[np.int64]


def read(path: Path) -> tuple[WordList, Integers | None]:
    """Words and counts (int64[V], or None) of a file. Raises W2VError as `parse` does."""
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise W2VError(f"{path}: {error.strerror}") from None


def parse(data: bytes, name: str) -> tuple[WordList, Integers | None]:
    """Words and counts (int64[V], or None) of a file's bytes.

    Raises W2VError, naming the line, for a line without a tab and for a count that is no number.
    """
    if data and not data.endswith(b"\n"):
        raise W2VError(f"{name}: cut short: it does not end with a line break")
    if b"\t" not in data:
        return _word_list(data, None, name), None
    letters = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(letters == _NEWLINE)
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    tabs = _last_tabs(letters, starts, ends, name)
    counts = _parse_counts(letters, tabs, ends, name)
    inside = np.zeros(len(letters), np.int8)  # 1 from a line's last tab to its end
    inside[tabs] = 1
    inside[ends] = -1
    np.cumsum(inside, dtype=np.int8, out=inside)
    blob = letters[inside == 0]
    offsets = np.concatenate([[0], np.cumsum(tabs - starts + 1)]).astype(np.int64)
    return _word_list(blob.tobytes(), offsets, name), counts


def _word_list(blob: bytes, offsets: Integers | None, name: str) -> WordList:
    try:
        return WordList.from_bytes(blob, offsets)
    except W2VError as error:
        raise W2VError(f"{name}: {error}") from None


def _last_tabs(
    letters: npt.NDArray[np.uint8], starts: Integers, ends: Integers, name: str
) -> Integers:
    """Where the last tab of each line is. Raises W2VError for a line without one."""
    tabs = np.flatnonzero(letters == _TAB)
    if len(tabs) != len(ends):
        before = np.searchsorted(tabs, ends) - 1
        padded = np.concatenate([tabs, [-1]])  # before is -1 where there is no tab at all
        tabs = padded[before]
    bad = np.flatnonzero((tabs < starts) | (tabs > ends))
    if len(bad):
        raise W2VError(f"{name}, line {bad[0] + 1:,}: a word, a tab and a count were expected")
    return tabs


def _parse_counts(
    letters: npt.NDArray[np.uint8], tabs: Integers, ends: Integers, name: str
) -> Integers | None:
    """The numbers between tabs and line ends; None when all are empty."""
    widths = ends - tabs - 1
    if not widths.any():
        return None if len(widths) else np.empty(0, np.int64)
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
        text = letters[tabs[row] + 1 : ends[row]][:40].tobytes().decode("utf-8", "replace")
        raise W2VError(f"{name}, line {row + 1:,}: the count {text!r} is not a whole number")
    return counts


def lines(words: WordList, counts: Integers | None) -> Iterator[bytes]:
    """The file's bytes, in blocks."""
    for first in range(0, len(words), 65_536):
        last = min(first + 65_536, len(words))
        block = words.blob[words.offsets[first] : words.offsets[last]].split(b"\n")[:-1]
        numbers = [""] * len(block) if counts is None else counts[first:last].tolist()
        yield b"".join(
            b"%s\t%s\n" % (word, str(n).encode()) for word, n in zip(block, numbers, strict=True)
        )
