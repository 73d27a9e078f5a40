"""Question sets as people publish them: Google's analogies and scored word pairs.

    read_set("questions-words.txt") -> AnalogySet(sections=[Section("family", ...), ...])
    read_set("wordsim353.tsv")      -> PairSet(pairs=[Pair(1, "love", "sex", 6.77), ...])

An analogy set has four words a line under `: section` lines. A pair set has two words and a
score a line, parted by a tab, a comma, a semicolon or spaces. The score is the first number after
the words (SimLex-999 and SimVerb-3500 have the part of speech between); further columns are passed
over. Which of them a file is shows in its content. This file knows no vectors.
"""

from __future__ import annotations

import math
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from w2v.errors import W2VError

Quad = tuple[str, str, str, str]


class Skip(NamedTuple):
    """A line of a set that takes no part, and why."""

    line: int
    text: str
    reason: str


class Pair(NamedTuple):
    """Two words and how alike people found them."""

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
        """Whether it asks for grammar: Google's set names these sections gram1, gram2, ..."""
        return self.name.startswith("gram")


@dataclass(frozen=True)
class AnalogySet:
    """An analogy set: its sections in the file's order, and the lines left out."""

    name: str
    sections: list[Section]
    skipped: list[Skip]


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
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise W2VError(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    return parse_set(content, name)


def parse_set(content: bytes, name: str) -> AnalogySet | PairSet:
    """`read_set` on bytes; `name` is what messages call them."""
    lines = _lines(content, name)
    for line in lines:
        if _is_blank(line):
            continue
        if line.startswith(":"):
            return _read_analogies(lines, name)
        if _split_pair(line) is not None:
            return _read_pairs(lines, name)
        if len(line.split()) == 4:
            return _read_analogies(lines, name)
    raise W2VError(
        f"{name}: neither an analogy set (four words a line under ': section' lines) "
        f"nor a word-pair set (two words and a score a line); {_beginning(lines)}"
    )


def _beginning(lines: list[str]) -> str:
    """What the first line of a text is that holds anything."""
    for row, line in enumerate(lines, 1):
        if not _is_blank(line):
            text = " ".join(line.split())
            return f"line {row} is {text if len(text) <= 60 else text[:59] + '…'!r}"
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


def _is_blank(line: str) -> bool:
    """Whether the line is empty or a comment; `#tag tags #dog dogs` is a question."""
    words = line.split()
    return not words or words[0] == "#" or (line.startswith("#") and len(words) != 4)


def _read_analogies(lines: list[str], name: str) -> AnalogySet:
    """Sections of four-word lines. Questions before the first section line get one of their own."""
    sections: list[Section] = []
    skipped: list[Skip] = []
    for row, line in enumerate(lines, 1):
        words = line.split()
        if line.startswith(":"):
            sections.append(Section(line.lstrip(": ").strip() or "(unnamed)"))
        elif len(words) == 4 and words[0] != "#":
            if not sections:
                sections.append(Section("(unnamed)"))
            sections[-1].questions.append((words[0], words[1], words[2], words[3]))
        elif not _is_blank(line):
            count = "1 word" if len(words) == 1 else f"{len(words)} words"
            skipped.append(Skip(row, line.strip(), f"{count}, not 4"))
    if not any(section.questions for section in sections):
        raise W2VError(f"{name}: an analogy set without a question (four words a line)")
    return AnalogySet(name, sections, skipped)


def _read_pairs(lines: list[str], name: str) -> PairSet:
    """All lines that hold two words and a finite score; the others are noted, headers too."""
    pairs: list[Pair] = []
    skipped: list[Skip] = []
    for row, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = _split_pair(line)
        if fields is None:
            reason = "not two words and a score" if pairs else "a header, not two words and a score"
            skipped.append(Skip(row, line.strip(), reason))
        elif not math.isfinite(fields[2]):
            skipped.append(Skip(row, line.strip(), "the score is not a finite number"))
        else:
            pairs.append(Pair(row, *fields))
    if not pairs:
        raise W2VError(f"{name}: a word-pair set without a score that is a finite number")
    return PairSet(name, pairs, skipped)


def _split_pair(line: str) -> tuple[str, str, float] | None:
    """(word, word, score) of a line, or None.

    "tiger, cat, 7.35, 8" -> ("tiger", "cat", 7.35)
    "old TAB new TAB A TAB 1.58 TAB 2.72" -> ("old", "new", 1.58)
    """
    separator = next((mark for mark in "\t,;" if line.count(mark) >= 2), None)
    fields = [part.strip() for part in line.split(separator)]
    if len(fields) < 3 or (separator is None and len(fields) != 3) or not all(fields[:2]):
        return None
    # Four words with tabs between are an analogy, though the last may be a number.
    for text in fields[2 : 4 if len(fields) > 4 else 3]:
        with suppress(ValueError):
            return fields[0], fields[1], float(text)
    return None
