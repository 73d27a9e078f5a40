"""The Huffman tree of hierarchical softmax against its slow twin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import huffman

from w2v.training.softmax_tree import huffman_tree


def paths(counts: list[int]) -> list[list[tuple[int, int]]]:
    """Each word's nodes and codes."""
    tree = huffman_tree(np.array(counts, np.int64))
    turns = [(int(turn) >> 1, int(turn) & 1) for turn in tree.turns]
    return [turns[a:b] for a, b in zip(tree.first, tree.first[1:], strict=False)]


def test_a_small_tree_by_hand() -> None:
    assert paths([6, 3, 1, 1]) == [
        [(0, 1)],
        [(0, 0), (1, 1)],
        [(0, 0), (1, 0), (2, 1)],
        [(0, 0), (1, 0), (2, 0)],
    ]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_it_is_the_twins(counts: list[int]) -> None:
    assert paths(counts) == huffman(counts)


@pytest.mark.parametrize("counts", [[7], [3, 3], [0, 0, 0]])
def test_few_words_have_few_turns(counts: list[int]) -> None:
    assert paths(counts) == huffman(counts)


def test_codes_may_be_of_any_length() -> None:
    """Fibonacci's numbers make the deepest tree; word2vec.c cuts codes at 40."""
    counts = [1, 1]
    while len(counts) < 80:
        counts.append(counts[-1] + counts[-2])
    found = paths(counts[::-1])
    assert [len(path) for path in found] == [*range(1, 80), 79]
    assert huffman_tree(np.array(counts[::-1], np.int64)).longest == 79


def test_no_code_is_shorter_for_a_rarer_word() -> None:
    random = np.random.default_rng(1)
    counts = random.integers(1, 10**6, 3000)
    lengths = np.array([len(path) for path in paths(counts.tolist())])
    order = np.argsort(-counts, kind="stable")
    assert (np.diff(lengths[order]) >= 0).all()
    assert (0.5**lengths).sum() == 1.0  # the code is complete
    share = counts / counts.sum()
    entropy = -(share * np.log2(share)).sum()
    assert entropy <= (share * lengths).sum() < entropy + 1


def test_nodes_are_numbered_from_the_root() -> None:
    found: Any = paths(np.random.default_rng(2).integers(1, 1000, 500).tolist())
    for path in found:
        nodes = [node for node, _ in path]
        assert nodes[0] == 0
        assert nodes == sorted(set(nodes))
    assert {node for path in found for node, _ in path} == set(range(499))
