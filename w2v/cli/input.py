"""What commands read: models, and lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any

import click

from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.cli.options import TableChoice
    from w2v.vectors.word_vectors import WordVectors

_LONGEST_LINE = 1 << 20


def open_model(model: str, vectors: TableChoice, subwords: bool = True) -> WordVectors:
    """The vectors that -m and --vectors select. Raises W2VError if there are none.

    Without `subwords`, unknown words have no vectors.
    """
    from w2v.vectors.word_vectors import WordVectors

    table = WordVectors.load(model, table=vectors.table, mix_weight=vectors.mix_weight)
    if not subwords:
        table.subwords = None
    return table


def read_lines(path: str) -> Iterator[tuple[int, str]]:
    """The non-empty lines of a text file with their numbers from 1; `-` is standard input.

    Raises W2VError for a file that cannot be read or is not UTF-8 text.
    """
    name = "standard input" if path == "-" else path
    try:
        with click.open_file(path, "rb") as file:
            yield from _decoded(file, name)
    except (OSError, ValueError) as error:  # ValueError: an invalid file name
        raise W2VError(f"{name}: {getattr(error, 'strerror', None) or error}") from None


def read_words(words: Sequence[str], path: str | None = None) -> list[str]:
    """The words of the command line, and those in a file, one per line; each once.

    A lone `-` among `words` stands for standard input. Raises W2VError for a file without words.
    """
    given = list(words)
    files = [] if path is None else [path]
    if given == ["-"]:
        given, files = [], ["-", *files]
    for name in files:
        found = [line for _, line in read_lines(name)]
        if not found:
            raise W2VError(f"{'standard input' if name == '-' else name}: there are no words in it")
        given += found
    return list(dict.fromkeys(given))


def _decoded(file: IO[Any], name: str) -> Iterator[tuple[int, str]]:
    """The non-empty lines of an open file, decoded."""
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise W2VError(f"{name}:{number}: a line of more than {_LONGEST_LINE:,} bytes")
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise W2VError(f"{name}:{number}: not valid UTF-8") from None
        if text:
            yield number, text
