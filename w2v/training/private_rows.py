"""The input rows of the most frequent words: each replica keeps its own.

Replicas that train apart go on from equal tables after each exchange (see
`w2v.training.combination`). The input rows of the most frequent words are trained so often that
they follow the output rows of their replica within a fraction of a period. An exchange changes the
output rows by what all replicas have learned; if it made these input rows equal too, they would fit
no replica's, and until they did, all other rows would be trained against rows that do not fit.
Vectors that mix both tables would lose accuracy. So these rows are private: a replica never loses
its own, and what is published, and evaluated, is their mean.
"""

from __future__ import annotations

import numpy as np

from w2v.arrays import Floats, Integers
from w2v.config import TrainConfig
from w2v.training.state import TrainingState

# On 17 million words with 8 replicas, the mix scores 49.0 without private rows, 50.6 with 300, and
# 49.7 in one process. With 2000 the input vectors lose 4 points: rarer words need all replicas.
PRIVATE_WORDS = 300
LEAST_COUNT = 500  # occurrences of such a word for each replica, which alone trains its row


def private_words(
    config: TrainConfig, counts: Integers, replicas: int, restored: Integers
) -> Integers:
    """The words whose input rows are private, int64[n], ascending.

    There are none with CBOW and with hierarchical softmax: with 8 replicas and such rows, these
    lost 0.8 points (17 million words, one seed) and 1.0 (4 million words, two seeds).

    counts : int64[V], of the whole text
    restored : rows that stay as they are, and so need not be private
    """
    if config.architecture != "skipgram" or config.loss != "ns":
        return np.zeros(0, np.int64)
    most = np.argsort(-counts, kind="stable")[:PRIVATE_WORDS]
    return np.setdiff1d(most[counts[most] >= LEAST_COUNT * replicas], restored)


def private_rows(state: TrainingState, words: Integers, replicas: int) -> Floats:
    """The private rows to start from, float32[replicas, n, S].

    They are those that the state holds, if it is of as many replicas, or else the tables' rows.
    """
    rows = state.inputs[words]
    shape = replicas, *rows.shape
    return state.private if state.private.shape == shape else np.tile(rows, (replicas, 1, 1))
