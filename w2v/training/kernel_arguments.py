"""The arguments of the training kernels, in groups.

Legend: V words, S floats per padded row, R ring slots (a power of two), H rows of which each thread
has its own copies. All arrays are C-contiguous, except that the rows of a shared table may lie
apart; the floats of each row lie together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2v.arrays import Doubles, Floats, Ids, Integers, Words32, Words64
from w2v.training.layout import COLUMNS, GROUP, aligned_zeros, ring_slots

POOL = 256  # noise words kept ready; a power of two, so that 8 random bits pick one

# Fields of the totals that a slice adds to.
WORDS, WINDOWS, PAIRS = range(3)
LOSS_SUM, LOSS_COUNT = range(2)


class Slice(NamedTuple):
    """Sentences to train on: ids[offsets[k]:offsets[k + 1]], in order."""

    ids: Ids  # int32[n], each in [0, V)
    offsets: Integers  # int64[sentences + 1], ascending
    keep: Words32  # uint32[V]: the probability that subsampling keeps a word, times 2**32 - 1


class Table(NamedTuple):
    """The rows of a table as one thread sees them."""

    shared: Floats  # float32[rows, S], updated in place
    own: Floats  # float32[H, S]: this thread's copies of the first H rows
    taken: Floats  # float32[H, S]: their values when they were copied


class Tables(NamedTuple):
    """The two tables; they may differ in number of rows."""

    inputs: Table
    outputs: Table


class WordRows(NamedTuple):
    """The rows that each word is composed of; see `w2v.training.word_rows`.

    Word w has its own row and those of its rarer n-grams, ids[starts[w] : hot[w]], rows of the
    whole table; and those of its most used n-grams, ids[hot[w] : starts[w + 1]], rows of the table
    of n-grams, the whole one from row V on.
    """

    ids: Ids  # int32[n]
    starts: Integers  # int64[V + 1]
    hot: Integers  # int64[V]
    buckets: Integers  # int64[U]: the bucket of each n-gram that has a row


class Noise(NamedTuple):
    """The noise distribution as an alias table, and how it is used."""

    table: Words64  # uint64[V]: see `w2v.training.sampling.alias_table`
    negative: int  # noise words drawn per window
    score_bias: float  # added to every score


class Tree(NamedTuple):
    """The paths of hierarchical softmax, from the root down: see `w2v.training.softmax_tree`."""

    first: Integers  # int64[V + 1]: where each word's path begins, and where the last one ends
    turns: Ids  # int32[all paths]: twice the inner node's number, plus the code of the turn there

    @property
    def longest(self) -> int:
        """The turns of the longest path."""
        return int(np.diff(self.first).max(initial=0))


class Schedule(NamedTuple):
    """The learning rate falls linearly with the tokens trained."""

    alpha: float
    min_alpha: float
    before: float  # tokens before this slice
    total: float  # tokens of the whole run


class Context(NamedTuple):
    """What a centre word's context is, and how it is trained."""

    window: int  # most context words on each side
    directional: int  # dimensions whose sign differs between words on the left and on the right
    divides: bool  # CBOW: whether each word moves by its share of the mean's gain, or by all of it
    weights: Floats  # float32[2 window]: how much each place of skip-gram's window counts


class Ring(NamedTuple):
    """The input rows of the words within reach; the word at position k is in slot k mod R."""

    local: Floats  # float32[R, S], trained in place
    entered: Floats  # float32[R, S]: the value of each on entry


class Composed(NamedTuple):
    """What a thread composes words of, and has composed: see `w2v.training.kernels.composing`."""

    table: Table  # the rows of words and n-grams
    hot: Table  # the same from the first n-gram's on
    rows: WordRows
    kept: Ring  # of C slots: the share of a word's mean that its rows have which are not hot
    words: Ids  # int32[C]: the word of each slot
    place_of: Ids  # int32[V]: the slot of each word; -1: it has none
    places: Ids  # int32[longest sentence]: the slots of a sentence's words


class Frozen(NamedTuple):
    """Rows that stay as they are: see `w2v.training.kernels.frozen`."""

    words: Ids  # int32[V]: the place in `outputs` of each word that stays; -1: it is trained
    outputs: Floats  # float32[n, S]: the output rows of these words
    parts: Ids  # int32[rows of the inputs]: the place in `inputs` of each row that stays; or -1
    inputs: Floats  # float32[m, S]


class Outputs(NamedTuple):
    """The outputs of a window: their rows and their targets.

    COLUMNS entries are to spare, so that whole vectors can be loaded. The spare outputs fill up the
    last tile: they are row 0, with weight 0.
    """

    rows: Integers  # int64[outputs + COLUMNS]
    labels: (
        Floats  # float32[outputs + COLUMNS]: 1 where the score should rise, 0 where it should fall
    )
    weights: Floats  # float32[outputs + COLUMNS]: how many times each counts
    places: Integers  # int64[outputs + COLUMNS]: the addresses of the rows; see `find_outputs`


class Work(NamedTuple):
    """What is worked out of a window.

    Scores and steps are those of a tile, two inputs per row, or of CBOW's mean, GROUP outputs per
    row.
    """

    inputs: Integers  # int64[R]: where the local row of each input begins, counted in floats
    weights: Floats  # float32[R + 1]: how much each input counts; one to spare
    scores: Floats  # float32[rows, COLUMNS]
    steps: Floats  # float32[rows, COLUMNS]


class Scratch(NamedTuple):
    """A thread's buffers; their content between two slices is meaningless."""

    ring: Ring
    mean: Floats  # float32[S]: CBOW's input
    outputs: Outputs
    work: Work
    pool: Ids  # int32[POOL]
    kept: Ids  # int32[longest sentence]: the words that subsampling kept of a sentence
    fresh: Ids  # int32[longest sentence]: for each of them, a noise word that the pool takes in


class Soon(NamedTuple):
    """Rows that later windows need; they are fetched during an update."""

    inputs: Table
    outputs: Table
    word: int | np.int64  # a row of the inputs
    centre: int | np.int64  # and two of the outputs
    noise: int | np.int64


class Totals(NamedTuple):
    """What a slice adds to."""

    counts: Integers  # int64[3]: see WORDS, WINDOWS, PAIRS
    loss: Doubles  # float64[2]: see LOSS_SUM, LOSS_COUNT


def table(shared: Floats, own_rows: int) -> Table:
    """A table for one thread, with room for copies of its first rows."""
    shape = (min(own_rows, len(shared)), shared.shape[1])
    return Table(shared, aligned_zeros(shape), aligned_zeros(shape))


def scratch(window: int, n_outputs: int, width: int, longest_sentence: int) -> Scratch:
    """Buffers for windows of at most `n_outputs` outputs and rows of `width` floats."""
    slots = ring_slots(window)
    scored = max(slots // 2, -(-n_outputs // GROUP)), COLUMNS
    return Scratch(
        _ring(slots, width),
        aligned_zeros(width),
        Outputs(
            aligned_zeros(n_outputs + COLUMNS, np.int64),
            aligned_zeros(n_outputs + COLUMNS),
            aligned_zeros(n_outputs + COLUMNS),
            aligned_zeros(n_outputs + COLUMNS, np.int64),
        ),
        Work(
            aligned_zeros(slots, np.int64),
            np.ones(slots + 1, np.float32),
            aligned_zeros(scored),
            aligned_zeros(scored),
        ),
        aligned_zeros(POOL, np.int32),
        aligned_zeros(longest_sentence, np.int32),
        aligned_zeros(longest_sentence, np.int32),
    )


def composed(
    inputs: Floats, rows: WordRows, own_rows: int, slots: int, longest_sentence: int
) -> Composed:
    """Room for composed words, at least for a sentence's, and for copies of hot rows."""
    slots, width, n_words = max(slots, longest_sentence), inputs.shape[1], len(rows.hot)
    place_of = aligned_zeros(n_words, np.int32)
    place_of[:] = -1
    return Composed(
        table(inputs, 0),
        table(inputs[n_words:], own_rows),
        rows,
        _ring(slots, width),
        aligned_zeros(slots, np.int32),
        place_of,
        aligned_zeros(longest_sentence, np.int32),
    )


def _ring(slots: int, width: int) -> Ring:
    return Ring(aligned_zeros((slots, width)), aligned_zeros((slots, width)))


def totals() -> Totals:
    """Totals, all zero."""
    return Totals(aligned_zeros(3, np.int64), aligned_zeros(2, np.float64))
