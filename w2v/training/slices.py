"""The slices of the epochs of a run: runs of sentences, numbered through all epochs."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from w2v.arrays import Ids, Integers

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.corpus.epoch_rest import EpochRest


class Slices:
    """A corpus in slices of about `tokens` ids; every epoch has the same.

    Attributes
    ----------
    of_epoch : how many an epoch has
    """

    def __init__(self, corpus: Corpus, tokens: int) -> None:
        self._corpus = corpus
        self._bounds = corpus.slices(tokens).tolist()
        self.of_epoch = len(self._bounds) - 1
        self._rest: EpochRest | None = None

    def read(self, number: int) -> tuple[Ids, Integers]:
        """The ids of a slice, int32[n], and where its sentences begin and end, int64[m + 1]."""
        epoch, place = divmod(number, self.of_epoch)
        ids, offsets = self._corpus.read(self._bounds[place], self._bounds[place + 1])
        if self._rest is None or epoch != self._rest.epoch:
            return ids, offsets
        return self._rest.of(self._before(place), ids, offsets)

    def tokens_before(self, number: int) -> int:
        """The number of ids in all slices before this one."""
        epoch, place = divmod(number, self.of_epoch)
        return epoch * self._corpus.n_tokens + self._before(place)

    def leave_out(self, rest: EpochRest) -> int:
        """Leave out what others have trained of an epoch; the number of its first slice that has
        anything left, or of the next epoch's first slice.
        """
        self._rest = rest
        place = bisect.bisect_right(range(self.of_epoch + 1), rest.first, key=self._before) - 1
        return rest.epoch * self.of_epoch + place

    def _before(self, place: int) -> int:
        """The number of ids in an epoch before its slice at `place`."""
        return self._corpus.tokens_before(self._bounds[place])
