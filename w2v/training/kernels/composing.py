"""Words composed of subwords: their vectors are composed, trained and taken apart again.

A word's vector is the mean of its rows: its own and its n-grams' (Bojanowski et al. 2017,
"Enriching Word Vectors with Subword Information", take the sum; fastText the mean). What the vector
gains in the ring is added to each of its rows, as in fastText: the mean moves as far as the vector
did.

Rows of two kinds make this fast:

- The most frequent n-grams, the *hot* ones, occur in so many words that the next word must see a
  gain at once. Their rows are few, so they stay in the core's own cache: they are added up when a
  word enters the ring, and get its gain when it leaves.
- The other rows are many and spread over memory. Their share of a word's mean is computed when a
  thread first meets the word, and is kept. Gains are added up there and passed on to the rows when
  there is no more room, and at the end of a slice.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from w2v.arrays import Ids
from w2v.training.kernel_arguments import Composed, Ring
from w2v.training.kernels.ring_simd import add_rows, add_to_rows, prefetch
from w2v.training.kernels.tile import OPTIONS


@njit(**OPTIONS)
def compose(composed: Composed, n_composed: int, kept: Ids, length: int) -> int:
    """Compose what is kept of the words kept[:length], and fill in the places of all of them.

    Returns how many words are composed then; at most len(composed.words).
    """
    last = n_composed
    for position in range(length):
        word = kept[position]
        if composed.place_of[word] < 0:
            composed.place_of[word] = last
            composed.words[last] = word
            last += 1
        composed.places[position] = composed.place_of[word]
    rows, local, entered = composed.rows, composed.kept.local, composed.kept.entered
    for place in range(n_composed, last):
        if place + 1 < last:
            prefetch_rows(composed, place + 1)
        word = composed.words[place]
        first, end = rows.starts[word], rows.hot[word]
        for d in range(local.shape[1]):
            local[place, d] = np.float32(0)
        share = np.float32(1) / np.float32(rows.starts[word + 1] - first)
        add_rows(composed.table, rows.ids, first, end, share, local, place)
        for d in range(local.shape[1]):
            entered[place, d] = local[place, d]
    return last


@njit(**OPTIONS)
def take_apart(composed: Composed, n_composed: int) -> None:
    """Add what each word gained to the rows that it is composed of, and forget the words."""
    rows, local, entered = composed.rows, composed.kept.local, composed.kept.entered
    for place in range(n_composed):
        if place + 1 < n_composed:
            prefetch_rows(composed, place + 1)
        word = composed.words[place]
        first, end = rows.starts[word], rows.hot[word]
        factor = np.float32(rows.starts[word + 1] - first) / np.float32(end - first)
        for d in range(local.shape[1]):
            entered[place, d] = (local[place, d] - entered[place, d]) * factor
        add_to_rows(composed.table, rows.ids, first, end, entered, place)
        composed.place_of[word] = -1


@njit(**OPTIONS)
def prefetch_rows(composed: Composed, place: int) -> None:
    """Prefetch the rows of the word at a place, except the hot ones."""
    word = composed.words[place]
    for k in range(composed.rows.starts[word], composed.rows.hot[word]):
        prefetch(composed.table, np.int64(composed.rows.ids[k]))


@njit(**OPTIONS)
def enter_composed(composed: Composed, word: int, place: int, ring: Ring, slot: int) -> None:
    """Load a word's vector into a slot of the ring, which remembers its value on entry."""
    rows, local, entered = composed.rows, ring.local, ring.entered
    for d in range(local.shape[1]):
        local[slot, d] = composed.kept.local[place, d]
    first, end = rows.hot[word], rows.starts[word + 1]
    share = np.float32(1) / np.float32(end - rows.starts[word])
    add_rows(composed.hot, rows.ids, first, end, share, local, slot)
    for d in range(local.shape[1]):
        entered[slot, d] = local[slot, d]


@njit(**OPTIONS)
def leave_composed(composed: Composed, word: int, place: int, ring: Ring, slot: int) -> None:
    """Add what a word gained in the ring to its hot rows, and to what is kept of the others."""
    rows, local, entered = composed.rows, ring.local, ring.entered
    start, first, end = rows.starts[word], rows.hot[word], rows.starts[word + 1]
    part = np.float32(first - start) / np.float32(end - start)
    for d in range(local.shape[1]):
        gain = local[slot, d] - entered[slot, d]
        entered[slot, d] = gain
        composed.kept.local[place, d] += part * gain
    add_to_rows(composed.hot, rows.ids, first, end, entered, slot)
