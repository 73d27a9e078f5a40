"""Hierarchical softmax: a Huffman tree over the words' counts.

The leaves are the words, and each inner node is an output row. A word is predicted by the turns
from the root to its leaf, each of them a decision between 0 and 1 (Morin and Bengio 2005; Mikolov
et al. 2013, "Distributed Representations of Words and Phrases", section 2.1). Frequent words have
short paths, so a prediction takes about as many rows as the words' entropy has bits.

    counts 6, 3, 1, 1 -> codes 1 / 01 / 001 / 000, at the nodes 0 / 0 1 / 0 1 2 / 0 1 2
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats
from w2v.training.kernel_arguments import Tree
from w2v.training.layout import aligned_zeros

NEARER = 0.8  # the weight of a node in `path_means`, relative to the one below it: docs/models.md


def huffman_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """The tree of counts: int64[V]; its V - 1 inner nodes are numbered from the root, by descending
    count.

    At equal counts, a word comes before an inner node, a later word before an earlier one, and an
    older node before a newer one, so the same counts give the same tree on every machine. Paths may
    be of any length.
    """
    parents, codes = _merge(counts)
    words = len(counts)
    lengths = np.zeros(words, np.int64)
    node, active = parents[:words].copy(), np.arange(words if words > 1 else 0)
    while len(active):
        lengths[active] += 1
        active = active[node[active] != 0]
        node[active] = parents[words + node[active]]
    first = np.concatenate([[0], np.cumsum(lengths)])
    turns = aligned_zeros(int(first[-1]), np.int32)  # with room behind for a whole vector
    at, place = np.arange(words if words > 1 else 0), first[1:] - 1
    active = at.copy()
    while len(active):  # from the leaves to the root, all words one step at a time
        node[active] = parents[at[active]]
        turns[place[active]] = 2 * node[active] + codes[at[active]]
        place[active] -= 1
        active = active[node[active] != 0]
        at[active] = words + node[active]
    return Tree(first, turns)


def _merge(counts: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """The inner node above each word, then above each inner node, and the code of the turn there.

    Words and inner nodes each come in ascending order of count, so the two smallest of all are at
    the heads of two queues (van Leeuwen 1976).
    """
    words = len(counts)
    rising = np.argsort(-counts, kind="stable")[::-1].tolist()
    leaf_counts = counts[rising].tolist()
    inner_counts: list[int] = []
    parents, codes = np.zeros(2 * words, np.int64), np.zeros(2 * words, np.uint8)
    leaf = inner = 0
    for made in range(words - 1):
        node, total = words - 2 - made, 0  # the root is created last, and is number 0
        for code in (0, 1):
            if leaf < words and (inner == made or leaf_counts[leaf] <= inner_counts[inner]):
                child, total = rising[leaf], total + leaf_counts[leaf]
                leaf += 1
            else:
                child, total = words + (words - 2 - inner), total + inner_counts[inner]
                inner += 1
            parents[child], codes[child] = node, code
        inner_counts.append(total)
    return parents, codes


def path_means(tree: Tree, nodes: Floats, first: int, last: int) -> Floats:
    """Output vectors of the words [first, last): float32[last - first, D].

    A word's is the weighted mean of the nodes on its path, with a minus sign where the turn's code
    is 1: the product of an input vector and this mean is high if the path's decisions agree with
    it. Nodes near the leaf, which fewer words share, have more weight. nodes: float32[V - 1, D]
    """
    ends, lengths = tree.first[first + 1 : last + 1], np.diff(tree.first[first : last + 1])
    sums = np.zeros((last - first, nodes.shape[1]), np.float32)
    weights = np.zeros((last - first, 1), np.float32)
    for above in range(lengths.max(initial=0)):
        words = np.flatnonzero(lengths > above)
        turns = tree.turns[ends[words] - 1 - above]
        weight = np.float32(NEARER**above)
        signs = (1 - 2 * (turns & 1)).astype(np.float32)
        sums[words] += (weight * signs)[:, None] * nodes[turns >> 1]
        weights[words] += weight
    sums /= np.maximum(weights, 1)
    return sums
