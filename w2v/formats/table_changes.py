"""Changes to a table before it is written: fewer words, rows of length 1, words without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from w2v.arrays import Floats, Integers, numbered, unit_rows
from w2v.errors import UsageError, W2VError
from w2v.formats.shared.word_checks import WHITE_SPACE, is_blank
from w2v.formats.table import Table
from w2v.messages import shown
from w2v.words.word_list import WordList

_WHITE_SPACE = re.compile(f"[{WHITE_SPACE.decode()}]+")
_BLANK_LEADS = WHITE_SPACE + b"\n\x1c\x1d\x1e\x1f\xc2\xe1\xe2\xe3\xef"
"""The bytes that an empty or blank word can begin with; for an empty one, that is its newline."""


def select_words(table: Table, words: Iterable[str]) -> tuple[Table, list[str]]:
    """The rows of the given words, in the table's order, and the words that the table lacks.

    Raises W2VError when it lacks all of them.
    """
    wanted = list(dict.fromkeys(words))
    found = table.words.find_many(wanted)
    missing = [wanted[i] for i in np.flatnonzero(found < 0).tolist()]
    if len(missing) == len(wanted):
        raise W2VError(f"none of the given words is among the model's {len(table):,}")
    return _take(table, np.unique(found[found >= 0])), missing


def _take(table: Table, rows: Integers) -> Table:
    """The table of `rows`, which are in ascending order."""

    def blocks() -> Iterator[Floats]:
        for first, block in numbered(table.blocks()):
            low, high = np.searchsorted(rows, [first, first + len(block)])
            if low < high:
                yield block[rows[low:high] - first]

    counts = None if table.counts is None else table.counts[rows]
    outputs = table.outputs
    return replace(
        table,
        words=table.words.select(rows),
        blocks=blocks,
        counts=counts,
        matrix=None,
        outputs=None if outputs is None else lambda: _take(outputs(), rows),
        subwords=None if table.subwords is None else table.subwords.select(rows),
    )


def normalise(table: Table) -> Table:
    """The table with each row scaled to length 1; rows of zeros stay as they are."""
    return table.map_blocks(lambda rows: unit_rows(rows)[0])


def replace_spaces(table: Table, mark: str) -> Table:
    """The table with `mark` for each run of white space in a word, and for an empty word.

    A word that is all white space is spelled out, so that any two of them stay different: a
    no-break space becomes U+00A0. Raises W2VError, naming the word, when two would be the same.
    """
    if not mark or any(character.isspace() for character in mark):
        raise UsageError(f"--space-as must be some text without white space, not {shown(mark)}")
    old = table.words
    rows = _rows_with_spaces(old)
    changed = {row: _without_spaces(old[row], mark) for row in rows.tolist()}
    _check_changed(old, changed)
    lines = old.blob.split(b"\n")
    for row, word in changed.items():
        lines[row] = word.encode()
    words = WordList.from_bytes(b"\n".join(lines))
    return replace(table, words=words, subwords=None if changed else table.subwords)


def _rows_with_spaces(words: WordList) -> Integers:
    """The rows of words that are empty, blank or contain ASCII white space, in ascending order."""
    letters = np.frombuffer(words.blob, np.uint8)
    spaces = np.flatnonzero(np.isin(letters, np.frombuffer(WHITE_SPACE, np.uint8)))
    rows = np.searchsorted(words.offsets, spaces, "right") - 1
    firsts = letters[words.offsets[:-1]]
    candidates = np.flatnonzero(np.isin(firsts, np.frombuffer(_BLANK_LEADS, np.uint8)))
    blank = [row for row in candidates.tolist() if is_blank(words[row])]
    return np.unique(np.concatenate([rows, np.array(blank, np.int64)]))


def _without_spaces(word: str, mark: str) -> str:
    """A word as `replace_spaces` writes it."""
    if word and is_blank(word):
        return mark.join(f"U+{ord(character):04X}" for character in word)
    return _WHITE_SPACE.sub(lambda _: mark, word) or mark


def _check_changed(old: WordList, changed: dict[int, str]) -> None:
    """Raise W2VError when a changed word is the same as another word."""
    places = old.find_many(changed.values()).tolist()
    seen: dict[str, int] = {}
    for (row, word), place in zip(changed.items(), places, strict=True):
        other = seen.setdefault(word, row)
        if place >= 0 and place not in changed:
            remedy = "give --space-as something else"
        elif other != row:
            remedy = f"so would {shown(old[other])}; .npy, .npz and .safetensors hold both"
        else:
            continue
        taken = ", which is a word too" if other == row else ""
        raise W2VError(
            f"the word {shown(old[row])} (row {row + 1:,}) would be written as {shown(word)}"
            f"{taken}; {remedy}"
        )
