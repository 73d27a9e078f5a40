"""The compiled text functions at the limits of blocks, chunks, tables and word lengths.

The suite also runs with NUMBA_BOUNDSCHECK=1, which reports any index outside its array, and with
NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

import numpy as np
import pytest
import reference_text as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from test_pieces import CHARACTERS, tokenize

from w2v.text.characters import LINES, classes
from w2v.text.kernels import simd as vectors
from w2v.text.kernels.split import BLOCK

# What a block may be full of: edges, line ends, joiners, wide characters, invalid bytes, one word
# longer than the block, and characters that grow when lower-cased.
FILLERS = [
    "a b",
    "a\n",
    "\n",
    "\r\n",
    " ",
    "a",
    "a'b'",
    "'",
    "a''",
    "_a",
    "é",
    "é ",
    "aé'",
    "’",
    "a’",
    "中",
    "中。",
    "İ",
    "İ ",
    "Σ",
    "ΑΣ ",
    "\ufffd",
    "𝔸 ",
    "😀",
    "\x00",
    "king's crown ",
    "1日",
    "日a日",
    "a.b:1,2;",
    "...",
    "a___",
    "א'ב\"",
    "a\u0301\u00ad",
    "\ufe0f",
    "a\u200d\u2060'",
]
INVALID = [b"\xff", b"a\xff", b"\xe2\x80", b"\xf0\x9f\x98 ", b"\xc3a"]


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
@pytest.mark.parametrize("filler", [*(text.encode() for text in FILLERS), *INVALID])
def test_a_block_full_of_anything_is_split_as_the_slow_twin_does(
    tokenizer: str, filler: bytes
) -> None:
    data = b"the " + filler * (BLOCK * 5 // 4 // len(filler)) + b" End"
    assert tokenize(data, tokenizer) == reference.sentences(data, tokenizer)


@pytest.mark.parametrize("tokenizer", ["words", "whitespace"])
@pytest.mark.parametrize("seed", [1, 2])
def test_many_blocks_are_those_of_the_slow_twin(tokenizer: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = list("etaoin shrdlu ETAOIN  \n")
    pool = [*plain * 8, *CHARACTERS] if seed == 1 else [*plain * 200, *CHARACTERS]
    data = "".join(rng.choice(pool, 4 * BLOCK)).encode()
    assert tokenize(data, tokenizer) == reference.sentences(data, tokenizer)


@pytest.mark.parametrize("before", range(60, 68))
@pytest.mark.parametrize(
    "middle",
    [
        "'",
        "’",
        "'é",
        "é'a",
        "''",
        "' ",
        "_\n",
        "__",
        ".",
        ".1",
        ":é",
        "日",
        "\u00ad",
        "Σ",
        "Σ'Σ",
        "İ",
    ],
)
def test_a_word_does_not_end_where_a_chunk_ends(before: int, middle: str) -> None:
    data = ("x" * before + middle + "y" * 70 + middle).encode()
    assert tokenize(data, "words") == reference.sentences(data, "words")


@pytest.mark.parametrize("size", [*range(1, 20), 63, 64, 65])
def test_words_that_differ_in_one_byte_are_distinct(size: int) -> None:
    words = ["a" * i + "b" + "a" * (size - 1 - i) for i in range(size)] + ["a" * size]
    assert tokenize(" ".join(words * 2).encode(), "words") == [words * 2]


texts = st.text(st.sampled_from("ab1'’_.:, \né中Σא\"\u0301\u00ad\u200d"), max_size=200)


@settings(deadline=None)
@given(texts)
def test_line_ends_and_joiners_near_wide_characters(text: str) -> None:
    data = ("x" * 50 + text).encode()
    for tokenizer in ("words", "whitespace"):
        assert tokenize(data, tokenizer) == reference.sentences(data, tokenizer)


@njit
def explicit(text, at, runs, clean, places, bits):  # type: ignore[no-untyped-def]
    """Call the intrinsics; bits[0], bits[1] and bits[3] are those of `load`, `zeros` and `ones`."""
    marks = vectors.mark(text, at, runs, clean, 3)
    bits[0] = vectors.load(text, at)
    bits[1] = vectors.zeros(bits[0])
    bits[2] = vectors.zeros(np.uint64(0))
    bits[3] = vectors.ones(bits[0])
    vectors.store(clean, 70, 0x123456789A)
    vectors.write_places(
        places, np.uint64(1), bits[0] & np.uint64(255), np.uint64(7), vectors.PLACES
    )
    return marks


@njit
def plain(text, at, runs, clean, places, bits):  # type: ignore[no-untyped-def]
    """Call the plain twins of the intrinsics."""
    marks = vectors.plain_mark(text, at, runs, clean, 3)
    bits[0] = vectors.plain_load(text, at)
    bits[1] = vectors.plain_zeros(bits[0])
    bits[2] = vectors.plain_zeros(np.uint64(0))
    bits[3] = vectors.plain_ones(bits[0])
    vectors.plain_store(clean, 70, 0x123456789A)
    vectors.plain_write_places(
        places, np.uint64(1), bits[0] & np.uint64(255), np.uint64(7), vectors.PLACES
    )
    return marks


def called(run, text, at, runs):  # type: ignore[no-untyped-def]
    """What one of the two returns and writes."""
    clean, places, bits = np.zeros(80, np.uint8), np.zeros(10, np.int32), np.zeros(4, np.uint64)
    marks = run(text, at, runs, clean, places, bits)
    return tuple(map(int, marks)), clean.tolist(), places.tolist(), bits.tolist()


@pytest.mark.parametrize("tokenizer", ["words", "whitespace", LINES])
def test_explicit_vectors_equal_their_plain_twins(tokenizer: str) -> None:
    runs = classes(tokenizer, False, True).runs
    text = np.random.default_rng(5).permutation(np.arange(512).astype(np.uint8))
    for at in (0, 1, 63, 448):
        found = called(explicit, text, at, runs)
        assert found == called(plain, text, at, runs)
        assert found[3][2] == 64
        ones = [7 + i for i in range(8) if text[at] >> i & 1]
        assert found[2][1 : 1 + len(ones)] == ones


def test_chunks_are_marked_as_the_byte_table_says() -> None:
    for first in (0, 64, 128):
        text = np.arange(first, first + 64).astype(np.uint8)
        marks, clean, _, _ = called(explicit, text, 0, classes("words", False, True).runs)
        characters = ["".join(chr(first + i) for i in range(64) if mark >> i & 1) for mark in marks]
        letters, numbers, ends, wide, *joiners = characters
        if first == 0:
            assert (letters, numbers, ends, wide) == ("", "0123456789", "\n\r", "")
            assert joiners == ["'.:", "',.;", ""]
        elif first == 64:
            assert letters.lower() == 2 * "abcdefghijklmnopqrstuvwxyz"
            assert (numbers, ends, wide, *joiners) == ("", "", "", "", "", "_")
        else:
            assert (letters, numbers, ends, len(wide), *joiners) == ("", "", "", 64, "", "", "")
        assert bytes(clean[3:67]) == bytes(text).lower()


@pytest.mark.parametrize("before", [*range(58, 66), 122, 123, 124])
@pytest.mark.parametrize(
    "joined", ["a.b:c", "1.5,2", "a_1", "a,b", "1:2", "_a_", "a__b", "a._b", "a'1", "1'a", 'a"b']
)
def test_bytes_that_join_words_do_so_at_every_place_of_a_chunk(before: int, joined: str) -> None:
    data = (("x" * 3 + " ") * before)[-before:] + joined + " " + joined + "."
    assert tokenize(data.encode(), "words") == reference.sentences(data.encode(), "words")
