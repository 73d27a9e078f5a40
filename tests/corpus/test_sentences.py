"""Lines cut into sentences, wherever the pieces of text end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus.sentences import SentenceCutter

lines = st.lists(st.integers(0, 12), max_size=30)


def cut(lengths: list[int], limit: int) -> list[int]:
    """The sizes of the sentences: plain Python, line by line."""
    return [min(limit, length - begin) for length in lengths for begin in range(0, length, limit)]


@given(lines, st.integers(1, 7), st.lists(st.integers(0, 400), max_size=12))
def test_any_pieces_give_the_sentences_of_whole_lines(
    lengths: list[int], limit: int, cuts: list[int]
) -> None:
    cutter = SentenceCutter(limit)
    total = sum(lengths)
    line_ends = np.cumsum(lengths).tolist()
    bounds = [0, *sorted(min(c, total) for c in cuts), total]
    ends: list[int] = []
    done = 0  # lines ended so far
    for begin, end in pairwise(bounds):
        last = end == total
        inside = [e for e in line_ends[done:] if e < end or last]
        places = [begin, *inside, end]
        piece = np.diff(np.array(places, np.int64))
        done += len(inside)
        ends += cutter.add(piece).tolist()
    assert np.diff([0, *ends]).tolist() == cut(lengths, limit)
    assert cutter.n_sentences == len(ends)
    assert cutter.n_tokens == total
    assert cutter.n_cut == sum(length > limit for length in lengths)


def test_a_long_line_is_cut_before_its_end_is_known() -> None:
    cutter = SentenceCutter(3)
    assert cutter.add(np.array([2])).tolist() == []
    assert cutter.add(np.array([5])).tolist() == [3, 6]
    assert cutter.add(np.array([2, 0, 4, 1])).tolist() == [9, 12, 13]
    assert cutter.n_cut == 2
    assert cutter.n_tokens == 13
