"""Phrases, which are words that are read as one, and the files that list them.

A phrase file has one phrase per line, tab-separated:

    first word, second word, count, score, the phrase as one word, pass

    new      york     3071  421.5  new_york         1
    bank of  america    52   61.2  bank_of_america  1

Connector words inside a phrase follow its first word, after a space. Phrases of pass 2 are made of
words and of phrases of pass 1, and so on. Only the first two columns are required, so that a list
can be written by hand.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from w2v.errors import W2VError
from w2v.messages import printable, shown
from w2v.system.atomic import atomic_file
from w2v.system.collector import without_collector
from w2v.text.pieces import SourceSize
from w2v.text.sources import find_sources
from w2v.text.streams import open_text

DELIMITER = "_"
_LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are read as one.

    words : the first word, connector words if there are any, and the last word
    count : how often the phrase occurs
    score : how strongly its words attract each other; see `w2v.corpus.phrases`
    word : what it becomes, such as "new_york"
    of_pass : the pass that joins it, from 1
    """

    words: tuple[str, ...]
    count: int
    score: float
    word: str
    of_pass: int


def save_phrases(
    phrases: Iterable[Phrase], path: str | os.PathLike[str], overwrite: bool = False
) -> None:
    """Write a phrase file, completely or not at all.

    Raises W2VError if the file cannot be written, or if it exists and `overwrite` is False.
    """
    with atomic_file(path, overwrite) as file:
        for phrase in phrases:
            first, second = " ".join(phrase.words[:-1]), phrase.words[-1]
            columns = [first, second, phrase.count, phrase.score, phrase.word, phrase.of_pass]
            file.write(("\t".join(map(str, columns)) + "\n").encode())


@without_collector()
def load_phrases(path: str | os.PathLike[str]) -> list[Phrase]:
    """Read a phrase file, compressed or not.

    Raises W2VError, naming the line, if a line is not a phrase, and if a word is a connector in one
    phrase and at the edge of another of the same pass.
    """
    name = printable(path)
    phrases = []
    for number, line in _lines(path):
        try:
            phrases.append(_parse(line))
        except ValueError:
            raise W2VError(
                f"{name}:{number}: expected 'first word, second word, count, score' with tabs "
                f"between them, found {shown(line.strip())}"
            ) from None
    if not phrases:
        raise W2VError(f"{name}: there are no phrases in it")
    connectors = {(phrase.of_pass, word) for phrase in phrases for word in phrase.words[1:-1]}
    for number, phrase in enumerate(phrases, 1):
        for word in (phrase.words[0], phrase.words[-1]):
            if (phrase.of_pass, word) in connectors:
                raise W2VError(
                    f"{name}:{number}: {shown(word)} begins or ends this phrase but is inside "
                    "another; a connector word can only be inside phrases"
                )
    return phrases


def passes_of(phrases: Sequence[Phrase]) -> list[list[Phrase]]:
    """The phrases of each pass, first pass first."""
    numbers = sorted({phrase.of_pass for phrase in phrases})
    return [[phrase for phrase in phrases if phrase.of_pass == number] for number in numbers]


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, bytes]]:
    """The file's lines, numbered from 1. Raises W2VError for a folder and for a very long line."""
    (source, *more) = find_sources([path])
    if more or os.path.isdir(path):
        raise W2VError(f"{printable(path)}: a folder, not a phrase file")
    with open_text(source, ("utf-8",), SourceSize(source.name)) as text:
        file, number = io.BufferedReader(text), 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise W2VError(
                    f"{source.name}:{number}: a line of more than {_LONGEST_LINE:,} bytes"
                )
            yield number, line


def _parse(line: bytes) -> Phrase:
    """The phrase of a line. Raises ValueError if it is none."""
    first, second, *more = line.decode().rstrip("\r\n").split("\t")
    words = (*first.split(" "), second)
    if len(more) < 4:
        more += ("0", "0", DELIMITER.join(words), "1")[len(more) :]
    count, score, word, of_pass = more
    if not all(words) or " " in second or len(word.split()) != 1:
        raise ValueError
    return Phrase(words, int(count), float(score), word, int(of_pass))
