"""Recognises text without spaces between its words, such as Chinese, Japanese or Thai."""

from __future__ import annotations

from collections.abc import Iterable

from w2v.text.character_classes import RUN
from w2v.text.characters import class_table

ADVICE = (
    "there is text without spaces between its words: first split it up, for example with jieba "
    "(Chinese), fugashi (Japanese), PyThaiNLP (Thai) or ICU, then use --tokenizer whitespace; "
    "docs/text.md has a recipe for each"
)
_MOST_LETTERS = 6  # on average; words of such scripts have up to 5, and clauses 8 or more
_LEAST_SHARE = 0.01  # of all words


def lacks_spaces(words: Iterable[tuple[str, float]]) -> bool:
    """Whether words of scripts without spaces are too long to be words.

    `words` are words with their counts, all of them or a sample. Letters are counted without
    marks.
    """
    total = in_runs = letters = 0.0
    for word, count in words:
        total += count
        if not word.isascii() and (length := _run_letters(word)) > len(word) / 3:
            in_runs += count
            letters += count * length
    return in_runs > _LEAST_SHARE * total and letters > _MOST_LETTERS * in_runs


def _run_letters(word: str) -> int:
    """How many letters of scripts without spaces a word has."""
    table = class_table("words")
    return sum(int(table[ord(char)]) == RUN for char in word)
