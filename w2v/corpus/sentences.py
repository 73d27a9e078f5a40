"""SentenceCutter: turns lines of text, given as lengths, into sentences of limited length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class SentenceCutter:
    """Cuts lines after every `limit` words; a line may span any number of pieces of text.

    limit=3: lines of 2, 0 and 7 words -> sentences of 2, 3, 3 and 1 words

    Attributes
    ----------
    n_sentences, n_tokens : sentences completed so far, and the words in them
    n_cut : lines that became several sentences
    """

    def __init__(self, limit: int) -> None:
        self.n_sentences = 0
        self.n_tokens = 0
        self.n_cut = 0
        self._limit = limit
        self._open = 0  # words of the line that has not ended yet; at most the limit
        self._open_is_cut = False

    def add(self, lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ends of the sentences that are now complete, in words since the first piece.

        `lengths` (int64[n], n >= 1) continues the open line; its own last line stays open.
        """
        lengths = lengths.copy()
        lengths[0] += self._open
        ended, self._open = lengths[:-1], int(lengths[-1])
        pieces = -(-ended // self._limit)
        self.n_cut += int(np.count_nonzero(pieces > 1))
        if len(ended):
            self.n_cut += int(self._open_is_cut and pieces[0] == 1)
            self._open_is_cut = False
        before = max(0, (self._open - 1) // self._limit)  # sentences of the open line
        self._open -= before * self._limit
        self._open_is_cut |= before > 0
        sizes = np.full(int(pieces.sum()) + before, self._limit, np.int64)
        some = pieces > 0
        sizes[np.cumsum(pieces)[some] - 1] = (ended - (pieces - 1) * self._limit)[some]
        ends: NDArray[np.int64] = self.n_tokens + np.cumsum(sizes)
        self.n_sentences += len(ends)
        self.n_tokens += int(sizes.sum())
        return ends
