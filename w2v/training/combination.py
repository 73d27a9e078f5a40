"""How replicas that trained apart become one: by the curvature of the loss.

Replicas start from equal tables, each trains its share of the text for a period, and then their
changes are combined. The average of the changes forgets what only one replica learned; their sum
goes too far where all learned the same. Which is right depends on the row and on the direction.

Near its optimum the loss of one row is quadratic. Its curvature is n * M: n windows trained with
the row, M the mean over these windows of the sum of c * v v', v being the rows of the other table
that it meets there and c the slope of the sigmoid at their score. Training at the rate alpha
shrinks the distance to the optimum, along an eigenvector of M with the eigenvalue lambda, by
q = exp(-alpha * n * lambda). Trained one after the other, replicas would shrink it by the product
of their q; each one alone covers 1 - q of the distance. So the sum of the changes is scaled, along
each eigenvector, by

    (1 - product of q) / (sum of 1 - q)

This is 1, the sum, where q is near 1 (rare words, weak directions), and 1 / R, the average, where q
is near 0 (frequent words, strong directions).

The slope of a score is s (1 - s), s being the predicted probability that the label is 1. On average
over the windows of an output row it is somewhat less than p (1 - p), where p is the share of the
labels that are 1: the more so, the better they are predicted. So a slope is taken to be
SLOPE * p (1 - p) of its output row, which is known from the counts.

With CBOW, outputs meet the mean of a window's n words, once in a window. Its second moment is about
ALIKE times that of the words: more than the 1 / n of words that have nothing in common, less than
the 1 of equal ones. The curvature for one of the words is 1 / n^2 of that for their mean, and the
update of word2vec.c moves each of them n times as far as the gradient.

M changes during a period. With negative sampling it is taken from the tables at the start. With
hierarchical softmax that fails: every window trains the nodes near the root, so they soon move in
directions in which the input rows had hardly any length at the start, and these rows follow them.
The changes of all replicas along such directions would be added, and the nodes diverge. So there M
is taken from the tables at the end, each part of the rows from another replica.

Legend: V words, R replicas, n rows, S floats per padded row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from w2v.arrays import Doubles, Floats, Ids, Integers
from w2v.config import TrainConfig
from w2v.training.kernel_arguments import Tree
from w2v.training.sampling import keep_probabilities

ALIKE = 1 / 3  # measured after five epochs on 17 million words, with 5.8 words in a window
SLOPE = 0.8  # 0.73 to 0.97, from rare to frequent words, after five epochs on 17 million words


class Axes(NamedTuple):
    """The eigenvectors of a second moment, and the eigenvalues: the loss's curvature per window."""

    directions: Floats  # float32[S, S], one in each row
    curvature: Floats  # float32[S], falling
    transposed: Floats  # float32[S, S], the directions, one in each column


class Exposure:
    """How often each row is trained, and its weight in what the other table's rows meet.

    Slopes are counted on the side of the outputs: in `output_windows` and in `output_shares`.

    Parameters
    ----------
    counts
        int64[V], of the words.
    noise
        float64[V], the noise distribution; not used with hierarchical softmax.
    tree
        The paths of hierarchical softmax; not used with negative sampling.

    Attributes
    ----------
    input_shares, output_shares : float32[rows of the table], the weight of each row in the second
        moment of what one window trains the other table's rows against
    at_end : whether second moments are those at the end of a period, not at its start
    """

    def __init__(self, counts: Integers, config: TrainConfig, noise: Doubles, tree: Tree) -> None:
        self._keep = keep_probabilities(counts, config.sample)
        self._noise, self._negative, self._tree = noise, config.negative, tree
        self.at_end = config.loss == "hs"
        # Each side of a window has (window + 1) / 2 words on average.
        contexts = config.window + 1
        met_together: float = contexts
        self._steps: float = contexts
        if config.architecture == "cbow":
            met_together = ALIKE
            self._steps = 1 / contexts if config.cbow_update == "corrected" else 1.0
        kept = counts * self._keep
        kept /= kept.sum()
        met, ones = self._as_outputs(kept)
        share = ones / np.maximum(met, np.finfo(float).tiny)
        self._slopes = SLOPE * share * (1 - share)
        self.input_shares = (met_together * kept).astype(np.float32)
        self.output_shares = (met * self._slopes).astype(np.float32)

    def input_windows(self, seen: Integers) -> Floats:
        """How many windows trained each input row, float32[V]; with CBOW, a part of each counts.

        seen : int64[V], how often each word was read since the last exchange
        """
        windows: Floats = (seen * self._keep * self._steps).astype(np.float32)
        return windows

    def output_windows(self, seen: Integers) -> Floats:
        """How many windows trained each output row, times its slope: float32[rows]."""
        met, _ = self._as_outputs(seen * self._keep)
        windows: Floats = (met * self._slopes).astype(np.float32)
        return windows

    def _as_outputs(self, centres: Doubles) -> tuple[Doubles, Doubles]:
        """How often each row is an output, and how often its label is 1, float64[rows] each.

        centres : float64[V], how often each word is the centre
        """
        if self._negative is not None:
            return centres + self._negative * centres.sum() * self._noise, centres
        first, turns = self._tree
        paths = np.repeat(centres, np.diff(first))
        met, ones = np.zeros((2, len(centres) - 1))
        np.add.at(met, turns >> 1, paths)
        np.add.at(ones, turns >> 1, paths * (turns & 1))
        return met, ones


def second_moment(rows: Floats, shares: Floats) -> Doubles:
    """The sum of the rows' outer products with themselves, each times its share: float64[S, S].

    rows : float32[n, S], shares : float32[n]. The moment of a table is the sum of those of its
    parts. Sums of floats depend on their order: keep to one.
    """
    from w2v.training.kernels.combine import functions

    moment = np.zeros((rows.shape[1], rows.shape[1]), np.float32)
    functions().add_moment(rows, shares, moment)
    upper = np.triu(moment).astype(np.float64)
    return upper + np.triu(upper, 1).T


def principal_axes(moment: Doubles, directional: int = 0) -> Axes:
    """The axes of a whole table's second moment, float64[S, S].

    directional : dimensions whose sign differs between the two sides of a window. On average their
        products with the other dimensions are zero.
    """
    from w2v.training.kernels.eigenvectors import eigenvectors

    moment = moment.copy()
    moment[:directional, directional:] = moment[directional:, :directional] = 0
    values, directions = np.empty(len(moment)), np.empty_like(moment)
    eigenvectors(moment, values, directions)
    order = np.argsort(-values, kind="stable")
    curvature = np.maximum(values[order], 0).astype(np.float32)
    return axes_along(directions[order].astype(np.float32), curvature)


def axes_along(directions: Floats, curvature: Floats) -> Axes:
    """The axes of these directions, one in each row, and of this curvature."""
    return Axes(directions, curvature, np.ascontiguousarray(directions.T))


def combine_rows(
    replicas: Floats, table: Floats, windows: Floats, axes: Axes, rate: float, rows: slice
) -> None:
    """Add to rows of a table what its replicas gained, as if they had trained one after the other.

    Axes along which that differs by less than 5 % from the sum of the changes keep the sum.

    Parameters
    ----------
    replicas
        float32[R, V, S], in order; each was equal to the table.
    table
        float32[V, S].
    windows
        float32[R, V], how many windows of each row each replica trained (see Exposure).
    axes
        Those of the other table.
    rate
        The mean learning rate of the period.
    rows
        Which rows.
    """
    from w2v.training.kernels.combine import functions

    first, last, _ = rows.indices(len(table))
    directions, curvature, transposed = axes
    how = transposed, directions, curvature, np.float32(rate)
    functions().combine(replicas, table, windows, *how, first, last)


def count_tokens(ids: Ids, seen: Integers) -> None:
    """Add to seen, int64[V], how often each word occurs in ids, int32[n]."""
    from w2v.training.kernels.combine import functions

    functions().count_tokens(ids, seen)


def kernels() -> dict[Any, str]:
    """The functions for compiling that this module calls, and the types of their arguments."""
    from w2v.training.kernels import combine, eigenvectors

    types = dict(zip(combine.functions(), combine.TYPES, strict=True))
    return {**types, eigenvectors.eigenvectors: eigenvectors.TYPES}


def compile_kernels() -> None:
    """Compile them, or load them from numba's cache, so that no call has to."""
    for function, types in kernels().items():
        if not getattr(function, "signatures", True):  # numba's JIT may be off
            function.compile(types)
            function.disable_compile()  # arrays that are C-contiguous by chance are no new types
