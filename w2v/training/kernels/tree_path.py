"""The outputs of a window under hierarchical softmax: the inner nodes on the centre word's path."""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.training.arguments import Outputs, Table, Tree
from w2v.training.kernels.ring_simd import prefetch
from w2v.training.kernels.tile import OPTIONS, tile_size
from w2v.training.layout import TILE

NEAR_ROOT = 256  # nodes that are used so often that they need no prefetch


@njit(inline="always", **OPTIONS)  # see choose_noise
def choose_path(tree: Tree, word: int, outputs: Outputs) -> int:
    """Fill in the nodes of a word's path and their labels; returns their number.

    The label is 1 where the turn's code is 0, as in word2vec.c.
    """
    first = tree.first[word]
    n_out = tree.first[word + 1] - first
    for start in range(0, n_out, TILE):
        size = tile_size(n_out, start)
        labels, weights = outputs.labels[start // TILE], outputs.weights[start // TILE]
        for o in range(size):
            k = min(start + o, n_out - 1)  # the padding of the last tile has weight 0
            turn = np.int64(tree.turns[first + k])
            outputs.rows[start + o] = turn >> 1
            labels[o] = labels[size + o] = np.float32(1 - (turn & 1))
            weights[o] = weights[size + o] = np.float32(start + o < n_out)
    return n_out


@njit(inline="always", **OPTIONS)  # see choose_noise
def prefetch_path(table: Table, tree: Tree, word: int) -> None:
    """Prefetch the rows that choose_path will fill in, except those near the root."""
    for k in range(tree.first[word], tree.first[word + 1]):
        node = np.int64(tree.turns[k]) >> 1
        if node >= NEAR_ROOT:
            prefetch(table, node)
