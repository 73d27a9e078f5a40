"""Question sets as people publish them: analogies and scored word pairs.

    read_set("questions-words.txt") -> AnalogySet(sections=[Section("family", ...), ...])
    read_set("wordsim353.tsv")      -> PairSet(pairs=[Pair(1, "love", "sex", 6.77), ...])

An analogy set has four words per line, in sections that begin with `: name` (Google's), or a word
and its counterparts per line, `cat TAB cats/kitties` (BATS). A pair set has two words and a score
per line, perhaps among other columns; see pair_columns. The content of a file decides which it is.
This module knows nothing of vectors.

A line that is `#`, or begins with `# `, is a comment, as is a line at the top that begins with `#`
and is not a question. So `#love` can be a word. Every other line that takes no part is noted.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from w2v.errors import W2VError
from w2v.evaluation.pair_columns import Columns, find_columns, number
from w2v.messages import counted, shown

Quad = tuple[str, str, str, str]

MOST_BATS_LINES = 1000
"""Lines of a BATS file, each of which makes a question with every other one."""

_SYNTACTIC = re.compile(r"gram|[ID][0-9]{2}\b")
_SECTION = re.compile(r":(?=\s|$)")


class Skip(NamedTuple):
    """A line of a set that takes no part, and why."""

    line: int
    text: str
    reason: str


class Pair(NamedTuple):
    """Two words and how similar people found them."""

    line: int
    first: str
    second: str
    score: float


@dataclass(frozen=True)
class Section:
    """A named run of questions `a b c d`: a is to b as c is to d."""

    name: str
    questions: list[Quad] = field(default_factory=list)

    @property
    def is_syntactic(self) -> bool:
        """Whether it asks for grammar: Google's sections gram1, gram2, ..., BATS's I01 and D01."""
        return bool(_SYNTACTIC.match(self.name))


@dataclass(frozen=True)
class AnalogySet:
    """An analogy set: its sections in the file's order, and the lines left out.

    `also` holds further right answers, by the last two words of a question.
    """

    name: str
    sections: list[Section]
    skipped: list[Skip]
    also: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class PairSet:
    """A word-pair set: its pairs in the file's order, and the lines left out."""

    name: str
    pairs: list[Pair]
    skipped: list[Skip]


def read_set(path: str | os.PathLike[str]) -> AnalogySet | PairSet:
    """Read an analogy or word-pair set; `-` is standard input.

    Raises W2VError for a file that is neither, that is not UTF-8, or that cannot be read.
    """
    name = os.fsdecode(path)
    if name == "-":
        return parse_set(sys.stdin.buffer.read(), "standard input")
    try:
        with open(path, "rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:  # ValueError: an invalid file name
        raise W2VError(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    return parse_set(content, name)


def parse_set(content: bytes, name: str) -> AnalogySet | PairSet:
    """`read_set` on bytes; messages call them `name`."""
    lines = list(_numbered(_lines(content, name)))
    body = _below_comments([text for _, text in lines])
    if any(map(_SECTION.match, body)):
        return _read_analogies(lines, name)
    columns = find_columns(body, name)
    if columns is not None:
        return _read_pairs(lines, columns, name)
    if body and all(line.count("\t") == 1 for line in body):
        return _read_bats(lines, name)
    if any(len(line.split()) == 4 for line in body):
        return _read_analogies(lines, name)
    raise W2VError(
        f"{name}: neither an analogy set (four words per line under ': section' lines) "
        f"nor a word-pair set (two words and a score per line); {_beginning(lines)}"
    )


def _beginning(lines: Sequence[tuple[int, str]]) -> str:
    """What the first line of a set says."""
    for row, line in lines:
        if not line.startswith("#"):
            return f"line {row} is {shown(' '.join(line.split()))}"
    return "it is empty"


def _lines(content: bytes, name: str) -> list[str]:
    """The lines of a text with any of the three line ends, without a byte order mark."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise W2VError(
            f"{name}:{row}: byte {error.start} is not UTF-8; convert the file to UTF-8"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _numbered(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines with content, with their numbers from 1."""
    for row, line in enumerate(lines, 1):
        if line.strip() and line.split()[0] != "#":
            yield row, line


def _below_comments(lines: list[str]) -> list[str]:
    """The lines without those at the top that begin with #; all of them if there are no others."""
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), 0)
    return lines[first:]


def _top(lines: Sequence[tuple[int, str]]) -> int:
    """The number of the last line at the top, where each line begins with #; 0 for none."""
    return max((row for row, _ in takewhile(lambda one: one[1].startswith("#"), lines)), default=0)


def _read_analogies(lines: list[tuple[int, str]], name: str) -> AnalogySet:
    """Sections of four-word lines. Questions before the first section line get one of their own."""
    sections: list[Section] = []
    skipped: list[Skip] = []
    top = _top(lines)
    for row, line in lines:
        words = line.split()
        if _SECTION.match(line):
            sections.append(Section(line.lstrip(": ").strip() or "(unnamed)"))
        elif len(words) == 4:
            if not sections:
                sections.append(Section("(unnamed)"))
            sections[-1].questions.append((words[0], words[1], words[2], words[3]))
        elif row > top:
            count = counted(len(words), "word")
            skipped.append(Skip(row, line.strip(), f"{count}, not 4"))
    if not any(section.questions for section in sections):
        raise W2VError(f"{name}: an analogy set without a question (four words per line)")
    return AnalogySet(name, sections, skipped)


def _read_bats(lines: list[tuple[int, str]], name: str) -> AnalogySet:
    """A question per pair of lines: a is to its first counterpart as c is to any of its own."""
    pairs: list[tuple[str, list[str]]] = []
    skipped: list[Skip] = []
    top = _top(lines)
    for row, line in lines:
        word, _, rest = line.partition("\t")
        answers = [answer.strip() for answer in rest.split("/") if answer.strip()]
        if word.strip() and answers:
            pairs.append((word.strip(), answers))
        elif row > top:
            skipped.append(Skip(row, line.strip(), "not a word, a tab and its counterparts"))
    if len(pairs) > MOST_BATS_LINES:
        raise W2VError(
            f"{name}: {len(pairs):,} lines of a word and its counterparts make too many questions, "
            f"one per pair of lines; keep {MOST_BATS_LINES:,} at most"
        )
    section = Section(os.path.splitext(os.path.basename(name))[0])
    for a, first in pairs:
        section.questions.extend((a, first[0], c, second[0]) for c, second in pairs if c != a)
    if not section.questions:
        raise W2VError(f"{name}: only one word and its counterparts; a question needs two")
    also = {(c, answers[0]): tuple(answers[1:]) for c, answers in pairs if answers[1:]}
    return AnalogySet(name, [section], skipped, also)


def _read_pairs(lines: list[tuple[int, str]], columns: Columns, name: str) -> PairSet:
    """All lines that hold two words and a finite score; the others are noted, headers too."""
    pairs: list[Pair] = []
    skipped: list[Skip] = []
    top = _top(lines)
    for row, line in lines:
        fields = columns.split(line)
        is_whole = len(fields) > max(columns[1:])
        first, second = (fields[columns.first], fields[columns.second]) if is_whole else ("", "")
        score = number(fields[columns.score]) if is_whole else None
        if score is None or not (first and second):
            if row > top:
                header = "" if pairs else "a header, "
                skipped.append(Skip(row, line.strip(), f"{header}not two words and a score"))
        elif not math.isfinite(score):
            skipped.append(Skip(row, line.strip(), "the score is not a finite number"))
        else:
            pairs.append(Pair(row, first, second, score))
    if not pairs:
        raise W2VError(f"{name}: a word-pair set without a score that is a finite number")
    return PairSet(name, pairs, skipped)
