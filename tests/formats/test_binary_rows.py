"""Rows of a word, a mark and some bytes: the same as a loop finds, whatever the bytes are."""

from __future__ import annotations

import time

from hypothesis import example, given
from hypothesis import strategies as st

from w2v.formats.shared.binary_rows import MarkedRows


def find_slowly(data: bytes, mark: bytes, behind: int) -> tuple[list[bytes], list[int]]:
    """One row after another."""
    words: list[bytes] = []
    ends: list[int] = []
    at = 0
    while (end := data.find(mark, at)) >= 0 and end + 1 + behind <= len(data):
        words.append(data[at:end])
        ends.append(end)
        at = end + 1 + behind
    return words, ends


@given(st.lists(st.sampled_from([b"a", b" ", b"\n", b"\0", b"]", b"\xff"]), max_size=40))
@example([b"a", b"a", b"a", b"a"])
@example([b" ", b"a", b"a", b"a", b" ", b"a", b"a"])
@example([b" ", b"a", b"a", b"a", b" ", b"a", b"a", b"a"])
def test_the_rows_are_those_that_a_loop_finds(letters: list[bytes]) -> None:
    data = b"".join(letters)
    for mark in (b" ", b"\0", b"]"):
        for behind in (0, 1, 3):
            rows = MarkedRows(mark, behind)
            words, ends = rows.find(data)
            wanted, places = find_slowly(data, mark, behind)
            assert (words, ends.tolist()) == (wanted, places)
            assert rows.size(ends) == (places[-1] + 1 + behind if places else 0)


def test_data_without_a_mark_takes_no_longer() -> None:
    start = time.process_time()
    assert MarkedRows(b" ", 1200).find(b"x" * (1 << 18))[0] == []
    assert MarkedRows(b" ", 4).find(b"x" * (1 << 18) + b" 12")[0] == []
    assert time.process_time() - start < 1
