"""Replicas of the two tables, one for each thread, and their combination on all threads.

`w2v.training.combination` explains the rule by which their changes are combined.

Legend: V words, N replicas, S floats per padded row.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from w2v.arrays import Doubles, Floats, Ids, Integers
from w2v.training import combination
from w2v.training.combination import Axes, Exposure
from w2v.training.layout import aligned_zeros
from w2v.training.private_rows import private_rows
from w2v.training.state import TrainingState

MOMENT_PARTS = 32  # of a table, whose second moments are added in order
BLOCK_ROWS = 1024  # combined at a time


class Replicas:
    """N replicas of a state's tables, and what each has read since it was copied.

    Parameters
    ----------
    directional
        Dimensions whose sign differs between the two sides of a window.
    private
        int64[n], the words whose input rows each replica keeps for itself.
    """

    def __init__(
        self,
        state: TrainingState,
        exposure: Exposure,
        directional: int,
        replicas: int,
        private: Integers,
    ) -> None:
        self._state, self._exposure, self._directional = state, exposure, directional
        self._private = private
        state.private = private_rows(state, private, replicas)
        self._inputs: Floats = aligned_zeros((replicas, *state.inputs.shape))
        self._outputs: Floats = aligned_zeros((replicas, *state.outputs.shape))
        self._seen = np.zeros((replicas, len(exposure.input_shares)), np.int64)

    def __len__(self) -> int:
        return len(self._seen)

    def copy(self, number: int) -> tuple[Floats, Floats]:
        """Make a replica equal to the state's tables but for its private rows, and return it."""
        self._inputs[number], self._outputs[number] = self._state.inputs, self._state.outputs
        self._inputs[number][self._private] = self._state.private[number]
        self._seen[number] = 0
        return self.tables(number)

    def tables(self, number: int) -> tuple[Floats, Floats]:
        """A replica's inputs and outputs."""
        return self._inputs[number], self._outputs[number]

    def saw(self, number: int, ids: Ids) -> None:
        """A replica was trained on these ids, int32[n]."""
        combination.count_tokens(ids, self._seen[number])

    def windows(self) -> tuple[Floats, Floats]:
        """How many windows trained each row of each replica: float32[N, rows], by table."""
        return (
            np.array([self._exposure.input_windows(seen) for seen in self._seen]),
            np.array([self._exposure.output_windows(seen) for seen in self._seen]),
        )

    def combine(self, rate: float) -> None:
        """Add to the state's tables what the replicas gained at this mean learning rate.

        Private rows become the mean of the replicas' own.
        """
        private = np.ascontiguousarray(self._inputs[:, self._private])
        inputs, outputs = self.windows()
        with ThreadPoolExecutor(len(self)) as pool:
            of_inputs, of_outputs = self._axes(pool)
            for table, replicas, windows, axes in (
                (self._state.inputs, self._inputs, inputs, of_inputs),
                (self._state.outputs, self._outputs, outputs, of_outputs),
            ):

                def combine_block(
                    rows: slice,
                    table: Floats = table,
                    replicas: Floats = replicas,
                    windows: Floats = windows,
                    axes: Axes = axes,
                ) -> None:
                    combination.combine_rows(replicas, table, windows, axes, rate, rows)

                list(pool.map(combine_block, _blocks(len(table), BLOCK_ROWS)))
        self._state.private = private
        self._state.inputs[self._private] = private.mean(axis=0)

    def _axes(self, pool: ThreadPoolExecutor) -> list[Axes]:
        """The axes that the inputs are combined along, and those of the outputs."""
        state, exposure = self._state, self._exposure
        moments = (
            self._moment(state.outputs, self._outputs, exposure.output_shares, pool),
            self._moment(state.inputs, self._inputs, exposure.input_shares, pool),
        )
        directional = [self._directional] * len(moments)
        return list(pool.map(combination.principal_axes, moments, directional))

    def _moment(
        self, table: Floats, replicas: Floats, shares: Floats, pool: ThreadPoolExecutor
    ) -> Doubles:
        """The second moment of a table at the start of the period, or of its replicas at the end.

        Each part of the rows is taken from one replica, in turn.
        """
        blocks = _blocks(len(table), -(-len(table) // MOMENT_PARTS))
        tables = itertools.cycle(replicas if self._exposure.at_end else [table])
        parts = pool.map(
            lambda table, rows: combination.second_moment(table[rows], shares[rows]), tables, blocks
        )
        return sum(parts, np.zeros((table.shape[1],) * 2))


def _blocks(n_rows: int, size: int) -> list[slice]:
    return [slice(first, min(first + size, n_rows)) for first in range(0, n_rows, size)]
