"""The rest of an epoch, when others have trained the beginning of it.

Each process trains its share of the text in order, a share being some of the units that
`w2v.text.shares` cuts. So of what a number of processes has trained there is a record: how many
words of its share each of them has done. From that, and from the words in each unit, any other
number of processes finds the words that are left, and divides them again: every word is trained
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from w2v.arrays import Ids, Integers
from w2v.errors import W2VError


def done_in_units(
    n_tokens: Integers, trained: Iterable[tuple[Integers, Sequence[int]]]
) -> Integers:
    """How many words at the beginning of each unit are done: int64[U].

    Parameters
    ----------
    n_tokens
        int64[U], the words in each unit.
    trained
        For each number of processes that had the epoch one after the other: the process that each
        unit was dealt to, int64[U], and how many words each process has trained of what was left of
        its share.

    Raises W2VError if a share has fewer words.
    """
    done = np.zeros(len(n_tokens), np.int64)
    for owners, words in trained:
        for rank, n_words in enumerate(words):
            units = np.flatnonzero(owners == rank)
            left = n_tokens[units] - done[units]
            if not 0 <= n_words <= left.sum():
                raise W2VError(
                    "the text is not the one that the run began with; give the same text again, "
                    "or --overwrite instead of --resume to start again"
                )
            done[units] += np.clip(n_words - (np.cumsum(left) - left), 0, left)
    return done


class EpochRest:
    """What is left of an epoch in the ids of one process.

    Parameters
    ----------
    epoch
        Its number, from 0.
    n_tokens, done
        int64[U], the ids in each unit of its share, and how many at the beginning of each are done.
    """

    def __init__(self, epoch: int, n_tokens: Integers, done: Integers) -> None:
        self.epoch = epoch
        self._ends = np.cumsum(n_tokens)
        self._begins = self._ends - n_tokens + done  # of what is left of each unit

    @property
    def first(self) -> int:
        """The place among all ids of the first one that is left; their number if there is none."""
        left = np.flatnonzero(self._begins < self._ends)
        if len(left):
            return int(self._begins[left[0]])
        return int(self._ends[-1]) if len(self._ends) else 0

    def of(self, place: int, ids: Ids, offsets: Integers) -> tuple[Ids, Integers]:
        """What is left of some sentences, as `Corpus.read` returns them; ids[0] is at `place`."""
        places = np.arange(place, place + len(ids))
        left = places >= self._begins[np.searchsorted(self._ends, places, "right")]
        before = np.concatenate([[0], np.cumsum(left)])
        return ids[left], np.unique(before[offsets])
