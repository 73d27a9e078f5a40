"""Slow twins of the compiled text functions: plain Python, one rule at a time."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from itertools import count

SIGMA = "Σ"
MIDDLES = {
    "MidLetter": ":\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a",
    "MidNum": ",;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b",
    "MidNumLet": ".\u2018\u2019\u2024\ufe52\uff07\uff0e",
    "Single_Quote": "'",
    "Double_Quote": '"',
}
LETTERS = ("ALetter", "Hebrew_Letter")
WORD_CLASSES = (*LETTERS, "Numeric", "Katakana")
IGNORED = ("Extend", "Format", "ZWJ")
# Beginnings of the names of letters that are written without spaces between words.
UNSPACED = (
    *"AHOM CJK HANGZHOU HENTAIGANA HIRAGANA IDEOGRAPHIC KATAKANA KHITAN KHMER LAO MASU".split(),
    *"MYANMAR NUSHU TAI TANGUT THAI".split(),
    *("HALFWIDTH KATAKANA", "NEW TAI LUE", "OLD CHINESE"),
    *("VERTICAL IDEOGRAPHIC", "VERTICAL KANA"),
)


@cache
def word_break(char: str) -> str:
    """The character's class in UAX #29, with the deviations of the tokenizer `words`."""
    category, name = unicodedata.category(char), unicodedata.name(char, "")
    for kind, chars in MIDDLES.items():
        if char in chars:
            return kind
    if char == "\u200d":
        return "ZWJ"
    tag = 0xE0020 <= ord(char) <= 0xE007F
    if category[0] == "M" or char in "\u200c\uff9e\uff9f" or tag or "EMOJI MODIFIER" in name:
        return "Extend"
    if category == "Cf" and char != "\u200b":
        return "Format"
    if category == "Pc":
        return "ExtendNumLet"
    if (category[0] == "N" and category != "Nl") or char == "٫":
        return "Numeric"
    kana = "\u309b" <= char <= "\u30ff" or "\u32d0" <= char <= "\u32fe"
    if "\u3300" <= char <= "\u3357" or (kana and category != "Po"):
        return "Katakana"
    if category[0] == "L" or category == "Nl" or is_letter_like(char, category, name):
        if name.startswith(("HEBREW LETTER", "HEBREW LIGATURE", "HEBREW YOD")):
            return "Hebrew_Letter"
        # Deviation: the standard leaves Han, kana, Thai and their like to dictionaries.
        # Python has no names for Tangut ideographs.
        return "Katakana" if name.startswith(UNSPACED) or not name else "ALetter"
    return "Other"


def is_letter_like(char: str, category: str, name: str) -> bool:
    """Characters that are letters in UAX #29 although their category is another."""
    if category == "Sk":
        accent = "\u02d8" <= char <= "\u02dd"
        return ("\u02c2" <= char <= "\u02ff" and not accent) or "\ua708" <= char <= "\uab5b"
    if category == "So":
        return "LATIN" in name and name.startswith(
            (
                "CIRCLED LATIN",
                "SQUARED LATIN CAPITAL",
                "NEGATIVE CIRCLED LATIN",
                "NEGATIVE SQUARED LATIN",
            )
        )
    return char in "՚՛՜՞֊׳"


def segments(text: str) -> list[str]:
    """The text between the boundaries of UAX #29."""
    classes = [word_break(char) for char in text]
    starts = [i for i in range(len(text)) if i == 0 or is_boundary(classes, i)]
    return [text[a:b] for a, b in zip(starts, [*starts, len(text)][1:], strict=True)]


def is_boundary(classes: list[str], i: int) -> bool:
    """Whether there is a boundary before the i-th of these characters."""
    right = classes[i]
    if right in IGNORED:
        return False  # WB4
    before = (classes[j] for j in range(i - 1, -1, -1) if classes[j] not in IGNORED)
    left, further_left = next(before, ""), next(before, "")
    after = (classes[j] for j in range(i + 1, len(classes)) if classes[j] not in IGNORED)
    further_right = next(after, "")
    either = ("MidNumLet", "Single_Quote")
    joined = [
        left in LETTERS and right in LETTERS,  # WB5
        left in LETTERS and right in ("MidLetter", *either) and further_right in LETTERS,  # WB6
        further_left in LETTERS and left in ("MidLetter", *either) and right in LETTERS,  # WB7
        left == "Hebrew_Letter" and right == "Single_Quote",  # WB7a
        [left, right, further_right] == ["Hebrew_Letter", "Double_Quote", "Hebrew_Letter"],  # WB7b
        [further_left, left, right] == ["Hebrew_Letter", "Double_Quote", "Hebrew_Letter"],  # WB7c
        left == "Numeric" and right == "Numeric",  # WB8
        left in LETTERS and right == "Numeric",  # WB9
        left == "Numeric" and right in LETTERS,  # WB10
        further_left == right == "Numeric" and left in ("MidNum", *either),  # WB11
        left == further_right == "Numeric" and right in ("MidNum", *either),  # WB12
        left == right == "Katakana",  # WB13
        left in (*WORD_CLASSES, "ExtendNumLet") and right == "ExtendNumLet",  # WB13a
        left == "ExtendNumLet" and right in WORD_CLASSES,  # WB13b
    ]
    return not any(joined)


def word_in(segment: str) -> str:
    """What `words` keeps of a segment: "" if there is no letter or number in it."""
    places = [i for i, char in enumerate(segment) if word_break(char) in WORD_CLASSES]
    if not places:
        return ""
    word = segment[places[0] : places[-1] + 1]
    for char in segment[places[-1] + 1 :]:
        if word_break(char) not in (*IGNORED, "Single_Quote"):
            break
        word += char
    return "".join(char for char in word if word_break(char) != "Format")


def words(line: str, keep_case: bool = False) -> list[str]:
    """The tokens that the tokenizer `words` finds in one line."""
    found = [word for segment in segments(line) if (word := word_in(segment))]
    return found if keep_case else [lower(word) for word in found]


def lower(word: str) -> str:
    """Lower case character by character, but for a capital sigma at the end."""
    lowered = [char.lower() for char in word]
    last = max(i for i, char in enumerate(word) if word_break(char) not in IGNORED)
    if word[last] == SIGMA and last > 0:
        lowered[last] = "ς"
    return "".join(lowered)


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
