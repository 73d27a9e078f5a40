"""Which rows of a table are written, and how: some words, unit length, words without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from w2v.arrays import Floats, Integers, unit_rows
from w2v.errors import UsageError, W2VError
from w2v.formats.shared.word_checks import WHITE_SPACE
from w2v.formats.table import Table
from w2v.words.word_list import WordList

_WHITE_SPACE = re.compile(b"[" + WHITE_SPACE + b"]+")


def select_words(table: Table, words: Iterable[str]) -> tuple[Table, list[str]]:
    """The rows of the words that the table holds, in the table's order; the words it lacks.

    Raises W2VError when it holds none of them.
    """
    wanted = list(dict.fromkeys(words))
    found = table.words.find_many(wanted)
    missing = [wanted[i] for i in np.flatnonzero(found < 0).tolist()]
    if len(missing) == len(wanted):
        raise W2VError(f"none of the {len(wanted):,} words is among the model's {len(table):,}")
    return _take(table, np.unique(found[found >= 0])), missing


def _take(table: Table, rows: Integers) -> Table:
    """The table of `rows`, which rise."""

    def blocks() -> Iterator[Floats]:
        first = 0
        for block in table.blocks():
            low, high = np.searchsorted(rows, [first, first + len(block)])
            if low < high:
                yield block[rows[low:high] - first]
            first += len(block)

    counts = None if table.counts is None else table.counts[rows]
    outputs = table.outputs
    return Table(
        table.words.select(rows),
        table.vector_size,
        blocks,
        counts,
        outputs=None if outputs is None else lambda: _take(outputs(), rows),
    )


def normalise(table: Table) -> Table:
    """The table with each row at length 1; rows of zeros stay."""
    return table.map_blocks(lambda rows: unit_rows(rows)[0])


def replace_spaces(table: Table, mark: str) -> Table:
    """The table with `mark` for each run of white space in a word.

    Raises W2VError, naming it, for a word that is changed into one that is there already.
    """
    if any(character.isspace() for character in mark):
        raise UsageError(f"--space-as must not hold white space itself, as {mark!r} does")
    old = table.words
    letters = np.frombuffer(old.blob, np.uint8)
    spaces = np.flatnonzero(np.isin(letters, np.frombuffer(WHITE_SPACE, np.uint8)))
    rows = np.unique(np.searchsorted(old.offsets, spaces, "right") - 1).tolist()
    words = WordList.from_bytes(_WHITE_SPACE.sub(lambda _: mark.encode(), old.blob))
    seen: set[str] = set()
    for row, there in zip(rows, old.find_many(words[row] for row in rows).tolist(), strict=True):
        if there >= 0 or words[row] in seen:
            raise W2VError(
                f"the word {old[row]!r} (row {row + 1:,}) would be written as {words[row]!r}, "
                "which is a word too; give --space-as something else"
            )
        seen.add(words[row])
    return replace(table, words=words)
