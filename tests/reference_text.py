"""Slow twins of the compiled text functions: plain Python, one rule at a time."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import count

JOINERS = "_'’"
SIGMA = "Σ"


def is_word_character(char: str) -> bool:
    """A letter, a mark or a number."""
    return unicodedata.category(char)[0] in "LMN"


def words(line: str) -> list[str]:
    """The tokens that the tokenizer `words` finds in one line."""
    found: list[str] = []
    word = ""
    for i, char in enumerate(line):
        inner = (
            char in JOINERS and word != "" and i + 1 < len(line) and is_word_character(line[i + 1])
        )
        if is_word_character(char) or inner:
            word += char
        elif word:
            found.append(lower(word))
            word = ""
    return [*found, lower(word)] if word else found


def lower(word: str) -> str:
    """Lower case character by character, but for a capital sigma at the end."""
    text = "".join(char.lower() for char in word)
    return text[:-1] + "ς" if word[-1] == SIGMA and len(word) > 1 else text


def lines(data: bytes) -> list[str]:
    """Lines of invalid-bytes-replaced UTF-8; they end with a line feed, a return, or both."""
    text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def sentences(data: bytes, tokenizer: str) -> list[list[str]]:
    """The tokens of each line that has any."""
    split = words if tokenizer == "words" else str.split
    return [tokens for line in lines(data) if (tokens := split(line))]


def vocabulary(text: list[list[str]], min_count: int = 1) -> list[tuple[str, int]]:
    """Words and counts, by falling count and then first appearance."""
    counts = Counter(word for sentence in text for word in sentence)
    ranks = dict(zip(counts, count(), strict=False))
    kept = [(word, n) for word, n in counts.items() if n >= min_count]
    return sorted(kept, key=lambda item: (-item[1], ranks[item[0]]))


def encoded(
    text: list[list[str]], kept: list[tuple[str, int]], max_sentence: int
) -> list[list[int]]:
    """Sentences of ids of the kept words, each at most `max_sentence` long."""
    ids = {word: i for i, (word, _) in enumerate(kept)}
    result = []
    for sentence in text:
        known = [ids[word] for word in sentence if word in ids]
        result += [known[i : i + max_sentence] for i in range(0, len(known), max_sentence)]
    return result
