"""How replicas that trained apart become one: by the curvature of the loss.

Replicas start from equal tables, each trains its share of the text for a period, and then their
changes are combined. The average of the changes forgets what only one replica learned; their sum
goes too far where all learned the same. Which is right depends on the row and on the direction.

Near its optimum the loss of one row is quadratic. Its curvature is c * n * M: n windows trained
with the row, M the second moment of the other table's rows that it is trained against, c the mean
slope of the sigmoid. Training at the rate alpha shrinks the distance to the optimum, along an
eigenvector of M with the eigenvalue lambda, by q = exp(-alpha * c * n * lambda). Replicas one after
the other would shrink it by the product of their q; each alone covers 1 - q of the distance. So the
sum of the changes is scaled, along each eigenvector, by

    (1 - product of q) / (sum of 1 - q)

This is 1, the sum, where q is near 1 (rare words, weak directions), and 1 / R, the average, where q
is near 0 (frequent words, strong directions).

Legend: V words, R replicas, n rows, S floats per padded row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2v.arrays import Doubles, Floats, Ids, Integers
from w2v.config import TrainConfig
from w2v.training.arguments import Tree
from w2v.training.sampling import keep_probabilities

SLOPE = 0.12  # c


class Axes(NamedTuple):
    """The eigenvectors of a second moment, and the loss's curvature along each, for one window."""

    directions: Floats  # float32[S, S], one in each row
    curvature: Floats  # float32[S]


class Exposure:
    """How often each row is trained, and which share it has in what the other table's rows meet.

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
    """

    def __init__(self, counts: Integers, config: TrainConfig, noise: Doubles, tree: Tree) -> None:
        self._keep = keep_probabilities(counts, config.sample)
        self._noise, self._negative, self._tree = noise, config.negative, tree
        # Each side of a window has (window + 1) / 2 words on average.
        self._contexts = config.window + 1
        kept = counts * self._keep
        kept /= kept.sum()
        self.input_shares = (self._contexts * kept).astype(np.float32)
        self.output_shares = self._as_outputs(kept).astype(np.float32)

    def input_windows(self, seen: Integers) -> Floats:
        """How many windows trained each input row, float32[V].

        seen : int64[V], how often each word was read since the last exchange
        """
        windows: Floats = (seen * self._keep * self._contexts).astype(np.float32)
        return windows

    def output_windows(self, seen: Integers) -> Floats:
        """How many windows trained each output row, float32[rows]."""
        return self._as_outputs(seen * self._keep).astype(np.float32)

    def _as_outputs(self, centres: Doubles) -> Doubles:
        """How often each row is an output, if the words are centres this often: float64[rows]."""
        if self._negative is not None:
            noise: Doubles = self._negative * centres.sum() * self._noise
            return centres + noise
        first, turns = self._tree
        windows = np.zeros(len(centres) - 1)
        np.add.at(windows, turns >> 1, np.repeat(centres, np.diff(first)))
        return windows


def second_moment(rows: Floats, shares: Floats) -> Doubles:
    """The sum of the rows' outer products with themselves, each times its share: float64[S, S].

    rows : float32[n, S], shares : float32[n]. The moment of a table is the sum of those of its
    parts. Sums of floats depend on their order: keep to one.
    """
    from w2v.training.kernels.combine import functions

    moment = np.zeros((rows.shape[1], rows.shape[1]), np.float32)
    functions().add_moment(rows, shares, moment)
    return moment.astype(np.float64)


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
    curvature = SLOPE * np.maximum(values, 0)
    return Axes(directions.astype(np.float32), curvature.astype(np.float32))


def sum_changes(replicas: Floats, base: Floats) -> Floats:
    """The sum, in order, of what replicas gained over their common base: float32[n, S].

    replicas : float32[R, n, S], base : float32[n, S]
    """
    from w2v.training.kernels.combine import functions

    changes = np.empty(base.shape, np.float32)
    functions().sum_changes(replicas, base, changes)
    return changes


def scale_changes(changes: Floats, windows: Floats, axes: Axes, rate: float) -> None:
    """Scale what replicas gained in all, so that it is what they would have gained in turn.

    Parameters
    ----------
    changes
        float32[n, S], the sum of the replicas' changes of each row; scaled in place.
    windows
        float32[R, n], how many windows of each row each replica trained.
    axes
        Those of the other table.
    rate
        The mean learning rate of the period.
    """
    from w2v.training.kernels.combine import functions

    functions().scale_changes(changes, windows, axes.directions, axes.curvature, np.float32(rate))


def count_tokens(ids: Ids, seen: Integers) -> None:
    """Add to seen, int64[V], how often each word occurs in ids, int32[n]."""
    from w2v.training.kernels.combine import functions

    functions().count_tokens(ids, seen)
