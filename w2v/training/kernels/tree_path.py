"""The outputs of a window under hierarchical softmax: the inner nodes on the centre word's path."""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Ids
from w2v.training.arguments import Outputs, Table, Tree
from w2v.training.kernels.ring_simd import prefetch, prefetch_item
from w2v.training.kernels.tile import OPTIONS

NEAR_ROOT = 256  # nodes that are used so often that they need no prefetch


@njit(inline="always", **OPTIONS)  # see choose_noise
def choose_path(tree: Tree, word: int, outputs: Outputs) -> int:
    """Fill in the nodes of a word's path and their labels; returns their number.

    The label is 1 where the turn's code is 0, as in word2vec.c.
    """
    first = tree.first[word]
    n_out = tree.first[word + 1] - first
    for k in range(n_out):
        turn = np.int64(tree.turns[first + k])
        outputs.rows[k] = turn >> 1
        outputs.labels[k] = np.float32(1 - (turn & 1))
        outputs.weights[k] = np.float32(1)
    outputs.rows[n_out] = outputs.rows[n_out - 1]  # the padding of the last tile has weight 0
    outputs.weights[n_out] = np.float32(0)
    return n_out


@njit(inline="always", **OPTIONS)  # see choose_noise
def prefetch_path(table: Table, tree: Tree, word: int) -> None:
    """Prefetch the rows that choose_path will fill in, except those near the root."""
    for k in range(tree.first[word], tree.first[word + 1]):
        node = np.int64(tree.turns[k]) >> 1
        if node >= NEAR_ROOT:
            prefetch(table, node)


@njit(**OPTIONS)
def prefetch_turns(tree: Tree, words: Ids, count: int) -> None:
    """Prefetch the turns of the paths of words[:count]. Their waits for memory overlap."""
    for k in range(count):
        word = words[k]
        prefetch_item(tree.turns, tree.first[word])
        prefetch_item(tree.turns, tree.first[word + 1] - 1)  # a path may take two lines
