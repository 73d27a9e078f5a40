"""The words found in text equal those of str.split() and of the slow twin."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
import reference_text as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.corpus.word_table import WordTable
from w2v.text.characters import code_table
from w2v.text.kernels.scan import END_OF_LINE

# Letters of many scripts, marks, digits, joiners, separators, and letters whose UTF-8 grows or
# shrinks when they are lower-cased.
CHARACTERS = (
    "aZé中カΣσς09א'’\"_‿-.:,; ·²①\t\n\r\u0301\u0130\u212a\u023a\u00a0\u2028\u3000\ufeff"
    "\x00\x1c\x85𝔸😀\u00ad\u200b\u200c\u200d\u2060\ufe0f\u202f\U0001f3fb"
)
texts = st.text(st.one_of(st.sampled_from(CHARACTERS), st.characters(codec="utf-8")))
some_bytes = st.lists(
    st.one_of(
        st.sampled_from([b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98", b"\xff", b"\xed\xa0\x80", b"\x80"]),
        st.binary(max_size=4),
        st.sampled_from([c.encode() for c in CHARACTERS]),
    )
).map(b"".join)


def tokenize(data: bytes, tokenizer: str, keep_case: bool = False) -> list[list[str]]:
    """Sentences of words, by the compiled functions."""
    table = WordTable(tokenizer, keep_case)
    scanned = table.scan(np.frombuffer(bytearray(data), np.uint8), 0)
    words = list(table.words(np.arange(len(table))))
    sentences: list[list[str]] = [[]]
    for number in scanned.ids.tolist():
        if number == END_OF_LINE:
            sentences.append([])
        else:
            sentences[-1].append(words[number])
    return [sentence for sentence in sentences if sentence]


@settings(deadline=None)  # the first call compiles
@given(st.binary(max_size=300).map(lambda data: bytes(byte & 127 for byte in data)))
def test_whitespace_is_str_split_on_ascii(data: bytes) -> None:
    found = tokenize(data, "whitespace")
    assert [word for sentence in found for word in sentence] == data.decode().split()


@settings(deadline=None)
@given(texts)
def test_whitespace_is_str_split_on_unicode(text: str) -> None:
    found = tokenize(text.encode(), "whitespace")
    assert [word for sentence in found for word in sentence] == text.split()


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
@given(data=st.one_of(texts.map(str.encode), some_bytes))
@settings(max_examples=300, deadline=None)
def test_sentences_are_those_of_the_slow_twin(tokenizer: str, data: bytes) -> None:
    assert tokenize(data, tokenizer) == reference.sentences(data, tokenizer)


@settings(deadline=None)
@given(some_bytes)
def test_replaced_bytes_are_those_that_python_replaces(data: bytes) -> None:
    valid = len(data.decode("utf-8", "ignore").encode())
    scanned = WordTable("words").scan(np.frombuffer(bytearray(data), np.uint8), 0)
    assert scanned.replaced_bytes == len(data) - valid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The King's horse, “Zephyr”!", "the king's horse zephyr"),
        ("can't rock ’n’ roll don’t", "can't rock n roll don’t"),
        ("new_york is _here_ a__b", "new_york is here a__b"),
        ("Ça va? ΟΔΟΣ ΣΑΣ'Α Σ", "ça va οδος σασ'α σ"),
        ("1,000 km² x86-64 3.14 v2.0, नमस्ते 日本語。", "1,000 km² x86 64 3.14 v2.0 नमस्ते 日本語"),
    ],
)
def test_prose_gives_words_not_punctuation(text: str, words: str) -> None:
    assert tokenize(text.encode(), "words") == [words.split()]


def test_the_table_lower_cases_every_character_as_python_does() -> None:
    table = code_table("words")
    for point in range(128, 0x110000):
        char = chr(point)
        if char != "Σ" and unicodedata.category(char) != "Cs" and table[point]:
            assert table[point] == int.from_bytes(char.lower().encode(), "little")
