"""Words from the bytes of a file: decoded, checked, and reported by row when they are damaged."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable
from dataclasses import dataclass

from w2v.arrays import Integers
from w2v.errors import UsageError, W2VError
from w2v.messages import counted, shown
from w2v.words.word_list import WordList

_ERRORS = ("strict", "replace")
_ASCII = bytes(range(128))


@dataclass(frozen=True)
class Encoding:
    """How the words of a file are encoded.

    Parameters
    ----------
    name
        An encoding that Python knows and that includes ASCII, such as utf-8 or cp1252.
    errors
        "strict": an invalid word is an error. "replace": each invalid byte becomes U+FFFD.

    Raises UsageError for any other value.
    """

    name: str = "utf-8"
    errors: str = "strict"

    def __post_init__(self) -> None:
        try:
            is_superset = codecs.decode(_ASCII, self.name) == _ASCII.decode()
        except (LookupError, ValueError, TypeError):
            is_superset = False
        if not is_superset:
            raise UsageError(
                f"encoding {shown(self.name)} is unknown or does not include ASCII; "
                "give one such as utf-8, latin-1, cp1252 or gb18030"
            )
        if self.errors not in _ERRORS:
            raise UsageError(f"unicode-errors must be strict or replace, not {shown(self.errors)}")


UTF_8 = Encoding()


def decode_words(
    name: str | os.PathLike[str],
    blob: bytes | Iterable[bytes],
    n_words: int | None = None,
    *,
    offsets: Integers | None = None,
    encoding: Encoding = UTF_8,
    hint: str = "",
) -> tuple[WordList, list[str]]:
    """The words of a file, and notes on what was replaced in them.

    Parameters
    ----------
    name
        The file, for messages.
    blob
        The words with a newline after each, as one block or several.
    n_words
        How many there must be; None: any number.
    offsets
        int64[V + 1], where the words begin, and the end; None: the newlines show it.
    hint
        The end of the message about a word that is not valid.

    Raises W2VError for a word that contains a line break or is not valid in the encoding.
    """
    data = blob if isinstance(blob, bytes) else b"".join(blob)
    notes: list[str] = []
    if not data.isascii() and encoding != UTF_8:
        data, notes = _recode(name, data, encoding)
        offsets = None
    try:
        words = WordList.from_bytes(data, offsets)
    except W2VError:
        raise _invalid(name, data, "utf-8", hint) from None
    if n_words is not None and len(words) != n_words:
        raise W2VError(f"{name}: damaged: a word contains a line break")
    return words, notes


def _recode(
    name: str | os.PathLike[str], data: bytes, encoding: Encoding
) -> tuple[bytes, list[str]]:
    """The words in UTF-8, and a note on how many of them have a replaced byte."""
    try:
        text = data.decode(encoding.name)
        notes = []
    except UnicodeDecodeError:
        if encoding.errors == "strict":
            raise _invalid(name, data, encoding.name) from None
        text = data.decode(encoding.name, "replace")
        number = sum(not _is_valid(word, encoding.name) for word in data.split(b"\n"))
        these = counted(number, "word has bytes", "words have bytes")
        notes = [f"{name}: {these} that are not {encoding.name}; each became U+FFFD"]
    if text.count("\n") != data.count(b"\n"):
        raise W2VError(f"{name}: its words are not {encoding.name}")
    return text.encode("utf-8", "replace"), notes


def _is_valid(word: bytes, encoding: str) -> bool:
    try:
        word.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _invalid(name: str | os.PathLike[str], data: bytes, encoding: str, hint: str = "") -> W2VError:
    """The error about the first word that is not valid."""
    words = data.split(b"\n")
    row = next(row for row, word in enumerate(words) if not _is_valid(word, encoding))
    called = "UTF-8" if encoding == "utf-8" else encoding
    return W2VError(f"{name}: row {row + 1:,}: the word {shown(words[row])} is not {called}{hint}")
