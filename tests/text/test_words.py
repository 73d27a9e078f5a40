"""The tokenizer `words` against Unicode's own test cases and an independent implementation."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import reference_text as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pieces import tokenize

from w2v.text import character_classes
from w2v.text.characters import class_table

UCD = Path("/usr/share/unicode")  # Debian's package unicode-data
CLASS_OF = {
    "ALetter": character_classes.LETTER,
    "Hebrew_Letter": character_classes.HEBREW,
    "Numeric": character_classes.NUMBER,
    "Katakana": character_classes.RUN,
    "Extend": character_classes.EXTEND,
    "ZWJ": character_classes.EXTEND,
    "Format": character_classes.FORMAT,
    "ExtendNumLet": character_classes.UNDERSCORE,
    "MidLetter": character_classes.MID_LETTER,
    "MidNum": character_classes.MID_NUMBER,
    "MidNumLet": character_classes.MID_EITHER,
    "Single_Quote": character_classes.QUOTE,
    "Double_Quote": character_classes.DOUBLE_QUOTE,
}
ITERATION_MARKS = {0x3005, 0x303B, 0x303C, 0x16FE0, 0x16FE1, 0x16FE3}


def found_in(text: str, *, keep_case: bool = False) -> list[str]:
    """The words of a text, whatever its lines."""
    return [word for line in tokenize(text.encode(), "words", keep_case) for word in line]


def ucd(name: str) -> Iterator[str]:
    """The lines of a file of Unicode's character database, without comments."""
    path = UCD / name
    if not path.exists():
        pytest.skip(f"needs {path}, from Debian's package unicode-data")
    for line in path.read_text("utf-8").splitlines():
        if content := line.split("#")[0].strip():
            yield content


def standard_classes() -> dict[int, str]:
    """The property Word_Break of each code point that has one."""
    found = {}
    for line in ucd("auxiliary/WordBreakProperty.txt"):
        span, kind = (part.strip() for part in line.split(";"))
        first, *last = span.split("..")
        for point in range(int(first, 16), int((last or [first])[0], 16) + 1):
            found[point] = kind
    return found


def assigned() -> list[int]:
    """The code points that are characters in this Python's version of Unicode."""
    return [
        point
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")
    ]


def test_the_words_of_unicodes_own_test_cases() -> None:
    standard, n_cases = standard_classes(), 0
    for line in ucd("auxiliary/WordBreakTest.txt"):
        segments = [
            "".join(chr(int(code, 16)) for code in part.split() if code != "×")
            for part in line.strip("÷ ").split("÷")
        ]
        letters = ("ALetter", "Hebrew_Letter", "Numeric", "Katakana")
        wanted = [
            reference.lower(reference.word_in(segment))
            for segment in segments
            if any(standard.get(ord(char)) in letters for char in segment)
        ]
        assert found_in("".join(segments)) == wanted, line
        n_cases += 1
    assert n_cases > 1500


def test_the_classes_of_characters_deviate_from_the_standard_only_where_it_is_documented() -> None:
    standard, table = standard_classes(), class_table("words")
    for point in assigned():
        kind, char = standard.get(point), chr(point)
        if CLASS_OF.get(kind or "", character_classes.SEPARATOR) == table[point]:
            continue
        category = unicodedata.category(char)
        if kind is None and category == "No":
            assert table[point] == character_classes.NUMBER, f"U+{point:04X}"
        elif char == "\u202f":
            assert table[point] == character_classes.SEPARATOR
        else:  # written without spaces between words
            assert table[point] == character_classes.RUN, f"U+{point:04X}"
            assert category in ("Lo", "Lm", "Nl"), f"U+{point:04X}"
            assert kind is None or point in ITERATION_MARKS, f"U+{point:04X}"


def test_the_classes_of_characters_are_those_of_the_slow_twin() -> None:
    table = class_table("words")
    for point in assigned():
        kind = reference.word_break(chr(point))
        assert CLASS_OF.get(kind, character_classes.SEPARATOR) == table[point], f"U+{point:04X}"


# Characters of every class of UAX #29 except those that deviate, and of no newer Unicode.
STANDARD = "aBéΩ1٣.,:;'’\"·_‿ -\n\u05d0\u05d1\u30ab\u0301\u093e\u00ad\u200b\u200c\u200d\u2060☎"


@settings(max_examples=300)
@given(st.text(st.sampled_from(STANDARD), max_size=12))
def test_boundaries_are_those_of_an_independent_implementation(text: str) -> None:
    wordbreak = pytest.importorskip("uniseg.wordbreak", reason="needs uniseg")
    words = (reference.word_in(segment) for segment in wordbreak.words(text))
    assert found_in(text, keep_case=True) == [word for word in words if word]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("کتاب‌ها را می‌خوانم", "کتاب‌ها را می‌خوانم"),  # zero-width non-joiner
        ("Donau\u00addampf\u00adschiff re\u2060servation", "donaudampfschiff reservation"),
        ("i love you ❤️ so☀️much ™️ #️⃣ \u0301 \ufe0e", "i love you so much"),
        ("1️⃣ e\u0301te\u0301", "1\ufe0f\u20e3 e\u0301te\u0301"),
        ("la col·lecció intel·ligent", "la col·lecció intel·ligent"),
        ("EU:s k\u200bl צה״ל ג׳ירפה ג'", "eu:s k l צה״ל ג׳ירפה ג'"),
        ("3.14 1,000 1.000,50 10:30 v2", "3.14 1,000 1.000,50 10 30 v2"),
        ("U.S. e.g. and/or", "u.s e.g and or"),
        ("2015年5月 Tシャツ 人々の iPhone版", "2015 年 5 月 t シャツ 人々の iphone 版"),
        ("ภาษาไทย ລາວ1", "ภาษาไทย ລາວ 1"),
        ("km² ½ 10\u202fkm 5\u202f000", "km² ½ 10 km 5 000"),
        ("ok... (well), 'tis _so_ snake_case __init__", "ok well tis so snake_case init"),
    ],
)  # fmt: skip
def test_words_as_people_write_them(text: str, words: str) -> None:
    assert found_in(text) == words.split(" ")


def test_case_can_be_kept() -> None:
    assert found_in("Die Ärzte ΟΔΟΣ İzmir", keep_case=True) == "Die Ärzte ΟΔΟΣ İzmir".split()
    assert found_in("The US lets us", keep_case=True) == "The US lets us".split()


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_kept_case_differs_in_nothing_else(text: str) -> None:
    kept = found_in(text, keep_case=True)
    assert [reference.lower(word) for word in kept] == found_in(text)


@pytest.mark.parametrize("middle", ["_", "\u0301", "\u200d", "_\u0301", ".\u0301", "'"])
@pytest.mark.parametrize("end", ["", "b", "1", " "])
def test_long_runs_take_linear_time(middle: str, end: str) -> None:
    """A million characters that each need to look ahead would take hours otherwise."""
    text = "a" + middle * 1_000_000 + end
    words = found_in(text)
    joins = (middle[0] in "_" and end.strip()) or middle[0] in "\u0301\u200d"
    assert len(words[0]) > 1_000_000 if joins else words[0] in ("a", "a" + middle[1:])
