"""t-SNE in plain NumPy: a map that keeps each word near its nearest words.

It minimises the cost of van der Maaten and Hinton (2008), with two well-known shortcuts that hardly
change the picture. Every word is attracted by its 15 nearest with the same force, instead of by all
with forces fitted to a perplexity (Böhm, Berens and Kobak 2022). All words push each other apart
through a potential that is summed on a grid with a Fourier transform, instead of pair by pair
(Linderman, Rachh, Hoskins, Steinerberger and Kluger 2019).

Legend: n words, D dimensions, k neighbours of a word, E pairs of neighbours, G nodes on a side of
the grid. A position is (x, y).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Doubles, Floats

NEIGHBOURS = 15
EARLY, LATE = 250, 500  # steps while the map unfolds, and after
EXAGGERATION = 12.0  # how much more strongly words attract each other while the map unfolds
SPACING = 1 / 3  # of the grid; the force between two words is greatest at 0.58
FEWEST_NODES, MOST_NODES = 48, 400  # on a side; a smaller map gets a finer grid
FEW = 1000  # up to this many words, all pairs are computed
SCORES = 1 << 22  # cosines held at a time

Pairs = NDArray[np.int64]
Progress = Callable[[int, int], None]
"""Called with the number of steps done and their total."""


def neighbour_map(
    units: Floats,
    start: Doubles,
    *,
    seed: int = 1,
    progress: Progress | None = None,
) -> Doubles:
    """Positions float64[n, 2] for rows of length 1, float32[n, D]; n is 4 or more.

    `start` is float64[n, 2], the words' initial places, at any scale. The same input gives the
    same map with the same version of NumPy, on the same machine.
    """
    pairs = nearest_pairs(units, min(NEIGHBOURS, max(2, (len(units) - 1) // 3)))
    noise = np.random.default_rng(seed).normal(size=start.shape)  # separates equal vectors
    points = 1e-4 * (start / max(float(start[:, 0].std()), 1e-12) + 1e-2 * noise)
    step, gains = np.zeros_like(points), np.ones_like(points)
    rate = max(len(points) / EXAGGERATION / 4, 50.0)
    for number in range(1, EARLY + LATE + 1):
        early = number <= EARLY
        pull = attraction(points, pairs) * (EXAGGERATION if early else 1.0)
        push = pairwise_repulsion(points) if len(points) <= FEW else repulsion(points)
        slope = 4 * (pull - push)
        gains = np.where(slope * step < 0, gains + 0.2, gains * 0.8).clip(0.01)
        step = (0.5 if early else 0.8) * step - rate * gains * slope
        points = points + step
        points -= points.mean(axis=0)
        if progress is not None:
            progress(number, EARLY + LATE)
    return points


def nearest_pairs(units: Floats, k: int) -> Pairs:
    """Each word with each of its k nearest: int64[2, E], each pair once, its lower row first."""
    n = len(units)
    found: list[NDArray[np.int64]] = []
    height = max(1, SCORES // n)
    for first in range(0, n, height):
        block = units[first : first + height]
        with np.errstate(all="ignore"):  # some matrix libraries set error flags for finite numbers
            scores = block @ units.T
        rows = np.arange(len(block))
        scores[rows, first + rows] = -np.inf
        near = np.argpartition(scores, n - k, axis=1)[:, n - k :]
        here = np.repeat(first + rows, k)
        found.append(np.minimum(here, near.ravel()) * n + np.maximum(here, near.ravel()))
    codes = np.unique(np.concatenate(found))
    return np.stack(np.divmod(codes, n))


def attraction(points: Doubles, pairs: Pairs) -> Doubles:
    """The sum over a word's pairs of (y_i - y_j) / (1 + |y_i - y_j|^2) / 2E: float64[n, 2]."""
    one, other = pairs
    apart = points[one] - points[other]
    force = apart / ((1 + np.einsum("ij,ij->i", apart, apart)) * (2 * len(one)))[:, None]
    n = len(points)
    return np.stack(
        [
            np.bincount(one, force[:, axis], n) - np.bincount(other, force[:, axis], n)
            for axis in (0, 1)
        ],
        axis=1,
    )


def pairwise_repulsion(points: Doubles) -> Doubles:
    """The sum over all other words of (y_i - y_j) / (1 + |y_i - y_j|^2)^2 / Z: float64[n, 2].

    Z is the sum of 1 / (1 + |y_i - y_j|^2) over all ordered pairs.
    """
    apart = points[:, None] - points[None]
    near = 1 / (1 + np.einsum("ijk,ijk->ij", apart, apart))
    np.fill_diagonal(near, 0)
    push: Doubles = np.einsum("ijk,ij->ik", apart, near**2) / max(float(near.sum()), 1e-12)
    return push


def repulsion(points: Doubles) -> Doubles:
    """Approximates `pairwise_repulsion` in time that grows with n instead of its square.

    With the potential
    p(y) = sum_j 1 / (1 + |y - y_j|^2) the force is half of its downhill slope, and Z the sum of
    all p(y_i) less what each word adds to its own, 1.
    """
    low = points.min(axis=0)
    span = float((points - low).max())
    spacing = _spacing(span)
    side = _round_size(int(span / spacing) + 4)
    places = (points - low) / spacing + 1  # in nodes; a word's four nodes begin one before it
    corner = places.astype(np.int64)
    weights, slopes = _cubic(places - corner)
    columns, rows = np.moveaxis(corner[:, :, None] + np.arange(-1, 3), 1, 0)  # [n, 4] each
    nodes = columns[:, :, None] * side + rows[:, None, :]  # [n, 4, 4]
    shares = weights[:, 0, :, None] * weights[:, 1, None, :]
    charges = np.bincount(nodes.ravel(), shares.ravel(), side * side).astype(np.float64)
    field = _potential(charges.reshape(side, side), spacing).ravel()[nodes]  # [n, 4, 4]
    total = float((field * shares).sum()) - len(points)
    uphill = [
        np.einsum("nij,ni,nj->n", field, slopes[:, 0], weights[:, 1]),
        np.einsum("nij,ni,nj->n", field, weights[:, 0], slopes[:, 1]),
    ]
    return -np.stack(uphill, axis=1) / (2 * spacing * max(total, 1e-12))


def _spacing(span: float) -> float:
    """The distance between the grid's nodes: SPACING, unless that needs too few or too many nodes.

    It changes in steps, so that the potential of one word is not recomputed each time.
    """
    nodes = max(span, 1e-9) / SPACING
    steps = np.floor(4 * np.log2(min(1.0, nodes / FEWEST_NODES)))
    steps += np.ceil(4 * np.log2(max(1.0, nodes / MOST_NODES)))
    return SPACING * float(2 ** (steps / 4))


def _round_size(nodes: int) -> int:
    """The next size for which a Fourier transform is fast: 32 times 1, 2, 3, ..."""
    return -(-nodes // 32) * 32


def _cubic(inside: Doubles) -> tuple[Doubles, Doubles]:
    """Lagrange's cubic through the nodes -1, 0, 1 and 2 at `inside`, float64[n, 2] in [0, 1).

    Returns
    -------
    the four nodes' weights, float64[n, 2, 4], and the weights' slopes.
    """
    t = inside
    weights = [
        -t * (t - 1) * (t - 2) / 6,
        (t + 1) * (t - 1) * (t - 2) / 2,
        -(t + 1) * t * (t - 2) / 2,
        (t + 1) * t * (t - 1) / 6,
    ]
    slopes = [
        -(3 * t * t - 6 * t + 2) / 6,
        (3 * t * t - 4 * t - 1) / 2,
        -(3 * t * t - 2 * t - 2) / 2,
        (3 * t * t - 1) / 6,
    ]
    return np.stack(weights, axis=-1), np.stack(slopes, axis=-1)


def _potential(charges: Doubles, spacing: float) -> Doubles:
    """The sum of 1 / (1 + d^2) over all charges, at every node: float64[G, G]."""
    side = len(charges)
    product = np.fft.rfft2(charges, (2 * side, 2 * side)) * _one_charge(side, spacing)
    return np.fft.irfft2(product, (2 * side, 2 * side))[:side, :side]


@lru_cache(maxsize=2)
def _one_charge(side: int, spacing: float) -> NDArray[np.complex128]:
    """The transform of one charge's potential on a grid of twice the size, which wraps around."""
    steps = np.minimum(np.arange(2 * side), 2 * side - np.arange(2 * side)) * spacing
    squares = steps**2
    return np.fft.rfft2(1 / (1 + squares[:, None] + squares))
