"""Blocks of rows and their numbers."""

from __future__ import annotations

import numpy as np

from w2v.arrays import numbered


def test_blocks_are_numbered_by_their_first_row() -> None:
    blocks = [np.zeros((rows, 4), np.float32) for rows in (3, 0, 2, 4)]
    found = list(numbered(blocks))
    assert [first for first, _ in found] == [0, 3, 3, 5]
    assert all(found[i][1] is blocks[i] for i in range(4))
    assert list(numbered([])) == []
