"""Where the labels of a map go: next to their dots, and never nearer to another word's dot.

All coordinates are in points, 1/72 inch, x to the right and y upwards. A box is its lower left
corner and its upper right one: x0, y0, x1, y1.

Legend: n words, c candidate boxes for a word, s font sizes, m points along the arrows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Boxes = NDArray[np.float64]

_GAPS = (5.0, 7.0, 10.0, 14.0, 20.0, 28.0, 40.0, 56.0, 80.0)  # between a dot and its label
_DIRECTIONS = 16
_ON_ARROW, _FAR, _SMALL = 3.0, 0.5, 8.0  # costs: per point of an arrow, per point, per font size
_LEADER_FROM = 11.0  # gap from which on a line joins a label and its dot
_MARGIN = 1.0  # between labels, and between a label and the frame


class Label(NamedTuple):
    """A label's place: its box, the index of its font size, and its leader if it needs one."""

    box: Boxes
    size: int
    has_leader: bool


def place_labels(dots: Points, sizes: Points, frame: Boxes, arrows: Points) -> list[Label | None]:
    """A box for each word's label; None for a word without room for one.

    Every box lies inside the frame, overlaps no other, and is at least as near to its own dot as
    to any other. A leader, a line from a dot to a label that is not next to it, crosses no label.
    The words with the fewest choices come first. Each takes the cheapest box that is left: one near
    its dot, in a large font, off the arrows.

    Parameters
    ----------
    dots
        float64[n, 2], the words' places.
    sizes
        float64[s, n, 2], width and height of each label in each font size, the largest first.
    frame
        float64[4], the box that no label leaves.
    arrows
        float64[m, 2], points along the arrows.
    """
    choices = [_choices(i, dots, sizes, frame, arrows) for i in range(len(dots))]
    placed: list[Label | None] = [None] * len(dots)
    taken, leaders = np.empty((0, 4)), np.empty((0, 2))
    for i in sorted(range(len(dots)), key=lambda i: len(choices[i][0])):
        boxes, fonts = choices[i]
        free = np.flatnonzero(~_overlap(boxes, taken).any(axis=1) & ~_touch(boxes, leaders))
        for j in free.tolist():  # in order of cost
            leader = _leader(dots[i], boxes[j])
            if not _touch(taken, leader).any():
                placed[i] = Label(boxes[j], int(fonts[j]), len(leader) > 0)
                taken, leaders = np.vstack([taken, boxes[j]]), np.vstack([leaders, leader])
                break
    return placed


def distances(boxes: Boxes, dots: Points) -> NDArray[np.float64]:
    """The distance from each box to each dot, float64[c, n]; 0 for a dot inside."""
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    outside = np.maximum(np.maximum(low - dots, dots - high), 0)
    return np.asarray(np.hypot(outside[..., 0], outside[..., 1]))


def _choices(
    word: int, dots: Points, sizes: Points, frame: Boxes, arrows: Points
) -> tuple[Boxes, NDArray[np.int64]]:
    """The boxes that are allowed for a word, float64[c, 4], cheapest first, and their fonts."""
    boxes = np.vstack([_around(dots[word], size) for size in sizes[:, word]])
    fonts = np.repeat(np.arange(len(sizes)), len(boxes) // len(sizes))
    away = distances(boxes, dots)
    own = away[:, word]
    inside = (boxes[:, :2] >= frame[:2] + _MARGIN).all(axis=1)
    inside &= (boxes[:, 2:] <= frame[2:] - _MARGIN).all(axis=1)
    allowed = np.flatnonzero(inside & (own <= away.min(axis=1)))
    cost = _FAR * own + _SMALL * fonts
    if len(arrows):
        cost = cost + _ON_ARROW * (distances(boxes, arrows) < _MARGIN).sum(axis=1)
    order = allowed[np.argsort(cost[allowed], kind="stable")]
    return boxes[order], fonts[order]


def _around(dot: Points, size: Points) -> Boxes:
    """Boxes of one size around a dot, float64[c, 4], at all gaps and in all directions."""
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    towards = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    # The side or corner of the box that faces the dot: -1, 0 or 1 half sizes from its centre.
    side = np.where(np.abs(towards) > 0.35, np.sign(towards), 0)
    centres = np.vstack([dot + gap * towards + side * size / 2 for gap in _GAPS])
    return np.hstack([centres - size / 2, centres + size / 2])


def _leader(dot: Points, box: Boxes) -> Points:
    """Points on the way from a dot to its label, float64[k, 2]; none if the label is next to it."""
    nearest = np.clip(dot, box[:2], box[2:])
    gap = float(np.hypot(*(nearest - dot)))
    if gap < _LEADER_FROM:
        return np.empty((0, 2))
    steps = np.linspace(0, 1, 2 + int(gap / 2))[:-1, None]  # every 2 points
    return np.asarray(dot + steps * (nearest - dot))


def _touch(boxes: Boxes, points: Points) -> NDArray[np.bool_]:
    """Whether any of the points lies in a box or at its edge, bool[c]."""
    return np.asarray((distances(boxes, points) < _MARGIN).any(axis=1))


def _overlap(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Whether each box overlaps each of the others, or nearly does: bool[c, n]."""
    first, second = boxes[:, None], others[None]
    apart = (first[..., :2] >= second[..., 2:] + _MARGIN) | (
        second[..., :2] >= first[..., 2:] + _MARGIN
    )
    return np.asarray(~apart.any(axis=2))
