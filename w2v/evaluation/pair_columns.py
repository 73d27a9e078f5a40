"""Which columns of a file are a pair of words and their score.

    ["tiger TAB cat TAB 7.35"]          -> Columns("\t", 0, 1, 2)
    ["S TAB tiger TAB cat TAB 7.35"]    -> Columns("\t", 1, 2, 3)
    ["one 1 two 2"]                     -> None

A header that names the words or the score is followed. Without one, the words are the first two
columns of text other than labels (parts of speech, codes), and the score is the only column of
numbers, or the one that is the mean of the others, or the first. If that could be the answers of a
single person, the file is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from statistics import fmean
from typing import NamedTuple

from w2v.errors import W2VError
from w2v.messages import shown

_SCORE_NAMES = ("mean", "average", "avg", "score", "rating", "sim", "relatedness", "gold", "human")
_WORD_NAME = re.compile(r"(word|term|concept|item|w)[ _-]?\(?[12ab]\)?", re.IGNORECASE)
_ROUNDING = 0.06  # between a printed mean and the mean of the printed answers
_SHORT = 2  # letters of a code or a part of speech

Cells = Sequence[Sequence[str]]


class Columns(NamedTuple):
    """How a line is split, and the numbers of its columns from 0."""

    separator: str | None  # None: any white space
    first: int
    second: int
    score: int

    def split(self, line: str) -> list[str]:
        """The fields of a line."""
        return [field.strip() for field in line.split(self.separator)]


def find_columns(lines: Sequence[str], name: str) -> Columns | None:
    """The columns of a word-pair set; None for lines that are not one.

    Raises W2VError, naming the file `name` and its columns, when it is unclear which they are.
    """
    separator, rows = _split(lines)
    if not rows:
        return None
    width = len(rows[0])
    numeric = [column for column in range(width) if _is_numeric(rows, column)]
    has_header = any(number(rows[0][column]) is None for column in numeric)
    header = list(rows[0]) if has_header else []
    body = rows[1:] if has_header else rows
    words = _word_columns(body, header, numeric, name)
    if words is None or not numeric:
        return None
    scores = [column for column in numeric if column > words[1]] or numeric
    return Columns(separator, *words, _score_column(body, header, scores, name))


def number(text: str) -> float | None:
    """A number with a decimal point or comma; None for anything else."""
    with suppress(ValueError):
        return float(text.replace(",", "."))
    return None


def _split(lines: Sequence[str]) -> tuple[str | None, Cells]:
    """The separator, and the rows of the usual width; no rows if there is no usual width."""
    for separator in ("\t", ",", ";", None):
        split = [[field.strip() for field in line.split(separator)] for line in lines]
        width, count = Counter(map(len, split)).most_common(1)[0] if split else (0, 0)
        if width >= 3 and 2 * count > len(lines):
            return separator, [row for row in split if len(row) == width]
    return None, []


def _is_numeric(rows: Cells, column: int) -> bool:
    """Whether most of a column, except its first row, are numbers."""
    body = rows[1:] or rows
    return 2 * sum(number(row[column]) is not None for row in body) > len(body)


def _word_columns(
    rows: Cells, header: list[str], numeric: list[int], name: str
) -> tuple[int, int] | None:
    """The columns of the words: those that the header names, otherwise the first of text."""
    named = [i for i, cell in enumerate(header) if _WORD_NAME.fullmatch(cell)]
    if len(named) == 2:
        return named[0], named[1]
    texts = [column for column in range(len(rows[0])) if column not in numeric] if rows else []
    if not texts:
        return None
    run = list(takewhile(texts.__contains__, range(texts[0], len(rows[0]))))
    if len(run) < 2 or not numeric:
        return None
    if len(run) > 2 and numeric[0] > run[-1]:
        labels = [column for column in run if _is_label(rows, column)]
        if not labels:
            raise W2VError(
                f"{name}: it is unclear which columns are the two words: line "
                f"{' '.join(rows[0])!r} has {len(run)} before its number; keep two"
            )
        if len(labels) == 1:
            run.remove(labels[0])
    return run[0], run[1]


def _is_label(rows: Cells, column: int) -> bool:
    """Whether a column holds labels: all of them short, or each of them often."""
    values = [row[column] for row in rows]
    return max(map(len, values)) <= _SHORT or 4 * len(set(values)) <= len(values)


def _score_column(rows: Cells, header: list[str], columns: list[int], name: str) -> int:
    """The column of the score among those of numbers."""
    names = {column: header[column].casefold() for column in columns if header}
    for wanted in _SCORE_NAMES:
        named = [column for column, cell in names.items() if wanted in cell]
        if named:
            return named[0]
    if len(columns) == 1:
        return columns[0]
    for column in columns:
        if _is_mean(rows, column, [other for other in columns if other != column]):
            return column
    if all((value := number(row[columns[0]])) is None or value.is_integer() for row in rows):
        seen = ", ".join(shown(header[i] if header else rows[0][i]) for i in columns)
        raise W2VError(
            f"{name}: it is unclear which of its columns of numbers, {seen}, is the score; "
            "name it 'mean' in a header, or remove the others"
        )
    return columns[0]


def _is_mean(rows: Cells, column: int, others: list[int]) -> bool:
    """Whether a column is the mean of two or more others in nearly every row."""
    if len(others) < 2:
        return False
    close = 0
    for row in rows:
        value = number(row[column])
        answers = [answer for i in others if (answer := number(row[i])) is not None]
        close += value is not None and bool(answers) and abs(fmean(answers) - value) < _ROUNDING
    return 10 * close >= 9 * len(rows)
