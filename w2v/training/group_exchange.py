"""The exchange among the processes of a group, each of which trains a share of the text.

At the end of a period each process owns some rows of the tables. It is given what every process
gained in them, combines that by the curvature of the loss (`w2v.training.combination`), and gives
the result to all, so that they go on from equal tables. Sums are in order of rank: with one thread
in each process a run can be repeated to the byte.

A period that is not trained to its end, because a process stops, is taken back: the tables are
again what they were after the last exchange, which is where a resumed run begins.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from w2v.arrays import Floats, Ids, Integers
from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.training.bfloat16 import narrowed, widened
from w2v.training.combination import (
    Axes,
    Exposure,
    combine_rows,
    count_tokens,
    principal_axes,
    second_moment,
)
from w2v.training.exchange import Exchange
from w2v.training.private_rows import private_rows
from w2v.training.schedule import learning_rate, period_tokens, slice_tokens
from w2v.training.state import TrainingState

BLOCK_FLOATS = 1 << 22  # of a table, exchanged at a time
_PART_ROWS = 512  # combined by a thread at a time


class Exchanged(NamedTuple):
    """An exchange that is over."""

    words: int  # trained by all processes so far
    seconds: float  # that it took, once all processes were there
    waited: float  # seconds that this process waited for the others
    bytes: int  # that this process sent and received


class GroupExchange(Exchange):
    """Exchanges among all processes of a group; each of them makes one.

    Parameters
    ----------
    group
        The processes.
    config
        The options of the run; those of the learning rate and of the exchange are used.
    state
        What the trainer trains. It has to be the same in all processes.
    all_tokens, own_tokens
        Words of an epoch in all shares, and in the share of this process.
    threads
        How many threads combine rows; the result does not depend on it.
    own
        An exchange of this process, done before each of those with the others.

    Attributes
    ----------
    report : called after each exchange
    seconds : that exchanges took so far, waiting for the others included
    """

    short_slices = whole_stretches = True

    def __init__(
        self,
        group: Group,
        config: TrainConfig,
        state: TrainingState,
        all_tokens: int,
        own_tokens: int,
        threads: int,
        own: Exchange | None = None,
    ) -> None:
        self._group, self._config, self._own = group, config, own or Exchange()
        self._all_tokens, self._own_tokens, self._threads = all_tokens, own_tokens, threads
        self.restored, self.frozen = self._own.restored, self._own.frozen
        self._base = state.inputs.copy(), state.outputs.copy()
        self._seen = np.zeros(len(state.inputs), np.int64)
        self._lock = threading.Lock()
        self._slice_tokens = slice_tokens(own_tokens, config, short=True)
        self._due = self._bytes = 0
        self.report: Callable[[Exchanged], None] = lambda done: None
        self.seconds = 0.0

    def start(
        self,
        state: TrainingState,
        exposure: Exposure,
        private: Integers,
        n_slices: int,
        begins: int = 0,
    ) -> None:
        """Plan the periods; all processes call this before they train.

        state : its `slices_done` are those of the first process, and become those of this one
        exposure : how often rows are trained
        private : int64[n], the words whose input rows each process keeps for itself
        n_slices : the slices of an epoch of this share
        begins : the number of its first slice that has anything to train
        """
        self._exposure, self._private = exposure, private
        state.private = private_rows(state, private, self._group.size)
        facts = [n_slices, self._threads, begins, self._slice_tokens]
        stated = np.array(self._group.agree(facts=facts).facts, np.int64)
        least, threads = int(stated[:, 0].min()), int(stated[:, 1].max())
        self._step_tokens = int(stated[:, 3].max())
        epochs = self._config.epochs
        first = _Steps(least, int(stated[0, 0]), threads, epochs)
        self._steps = _Steps(least, n_slices, threads, epochs)
        begin = min(begins * least // own for own, _, begins, _ in stated.tolist())
        done = max(first.of_slices(state.slices_done), begin)
        state.slices_done = self._steps.to_slices(done)
        self._state = state

    def compile(self) -> None:
        """Compile what combines rows, or load it from numba's cache."""
        some = np.zeros((_PART_ROWS, self._base[0].shape[1]), np.float32)
        moment = second_moment(some, some[:, 0].copy())
        windows = np.zeros((1, len(some)), np.float32)
        axes = principal_axes(moment, self._config.directional)
        combine_rows(some[None], some, windows, axes, 0.0, slice(0))
        count_tokens(np.zeros(0, np.int32), self._seen)
        if self._config.exchange_dtype == "bfloat16":
            narrowed(some)

    def tokens(self, own: int) -> int:
        """Words of an epoch on all machines."""
        return self._all_tokens

    def words(self, done: int) -> int:
        """Words trained on all machines, the others at the pace of this one since they met."""
        since = done - self._words
        return self._words + since * self._all_tokens // self._own_tokens

    def due(self, slices_done: int) -> int:
        """The number of this share's slices at which the period ends."""
        self._remember(self._state)
        self._state.inputs[self._private] = self._state.private[self._group.rank]
        step = self._steps.of_slices(slices_done)
        tokens = period_tokens(step * self._step_tokens, self._config.exchange_growth)
        self._due = self._steps.to_slices(self._steps.after(step, tokens // self._step_tokens))
        return self._due

    def trained(self, ids: Ids) -> None:
        """Count the words of a slice."""
        with self._lock:
            count_tokens(ids, self._seen)

    def exchange(self, state: TrainingState, stop: bool) -> bool:
        """Combine the tables, or take the period back; returns whether all processes stop."""
        began = time.perf_counter()
        stop = self._own.exchange(state, stop)
        is_whole = state.slices_done == self._due
        if stop or not is_whole:
            self._group.alarm()
        gains = state.words_done - self._words, state.loss_sum - self._losses[0]
        facts = [is_whole, *gains, state.loss_count - self._losses[1]]
        stops, every = self._group.agree(stop, facts)
        met, stated = time.perf_counter(), np.array(every)
        if stated[:, 0].all():
            self._add(state, stated[:, 1:].sum(axis=0).tolist())
            self._record(state, stated[:, 1].astype(np.int64))
            ended = time.perf_counter()
            self.seconds += ended - began
            self.report(Exchanged(state.words_done, ended - met, met - began, self._bytes))
        else:
            self._take_back(state)
        self._remember(state)
        self._seen[:] = 0
        return stops

    def _remember(self, state: TrainingState) -> None:
        """Remember what to take back to; the tables are equal to the base."""
        self._slices, self._words = state.slices_done, state.words_done
        self._losses = state.loss_sum, state.loss_count

    def _take_back(self, state: TrainingState) -> None:
        """Forget what was trained since the last exchange."""
        state.inputs[:], state.outputs[:] = self._base
        state.slices_done, state.words_done = self._slices, self._words
        state.loss_sum, state.loss_count = self._losses

    def _add(self, state: TrainingState, gains: list[float]) -> None:
        """Combine what all processes gained; gains: words, sum and count of losses."""
        self._bytes = 0
        words = self._words + int(gains[0])
        middle = (self._words + words) / 2 / (self._all_tokens * self._config.epochs)
        rate = learning_rate(self._config.alpha, self._config.min_alpha, middle)
        state.words_done = words
        state.loss_sum, state.loss_count = self._losses[0] + gains[1], self._losses[1] + gains[2]
        exposure, (inputs, outputs) = self._exposure, self._base
        for_inputs, for_outputs = self._axes(state)
        own = state.inputs[self._private]
        with ThreadPoolExecutor(self._threads) as pool:
            for table, base, axes, windows in (
                (state.inputs, inputs, for_inputs, exposure.input_windows(self._seen)),
                (state.outputs, outputs, for_outputs, exposure.output_windows(self._seen)),
            ):
                step = max(self._group.size, BLOCK_FLOATS // table.shape[1])
                for first in range(0, len(table), step):
                    rows = slice(first, first + step)
                    changes = self._combined(
                        table[rows] - base[rows], windows[rows], axes, rate, pool
                    )
                    base[rows] += changes
                    table[rows] = base[rows]
        if len(own):
            self._publish(state, own)

    def _publish(self, state: TrainingState, own: Floats) -> None:
        """Make private rows, of which these are this process's, the mean of all processes'."""
        size = self._group.size
        state.private = self._group.collect(own[None], range(size + 1))
        state.inputs[self._private] = self._base[0][self._private] = state.private.mean(axis=0)
        self._bytes += 2 * (size - 1) * own.nbytes

    def _record(self, state: TrainingState, words: Integers) -> None:
        """Note how many more words of its share each process has trained."""
        if not state.epoch_words:
            state.epoch_words.append([0] * self._group.size)
        state.epoch_words[-1] = (state.epoch_words[-1] + words).tolist()

    def _axes(self, state: TrainingState) -> list[Axes]:
        """The axes for the inputs and for the outputs: those of the second moment of the other.

        Each process adds its part of the rows.
        """
        group, exposure, parts = self._group, self._exposure, []
        inputs, outputs = (state.inputs, state.outputs) if exposure.at_end else self._base
        shares = exposure.output_shares, exposure.input_shares
        for table, weights in zip((outputs, inputs), shares, strict=True):
            bounds = _bounds(len(table), group.size)
            own = slice(bounds[group.rank], bounds[group.rank + 1])
            parts.append(second_moment(table[own], weights[own]))
        every = group.collect(np.stack(parts)[None], range(group.size + 1))
        self._bytes += 2 * (group.size - 1) * every[0].nbytes
        moments = np.zeros_like(every[0])
        for one in every:
            moments += one
        return [principal_axes(moment, self._config.directional) for moment in moments]

    def _combined(
        self, changes: Floats, windows: Floats, axes: Axes, rate: float, pool: ThreadPoolExecutor
    ) -> Floats:
        """The combined changes of some rows, from those of this process: float32[n, S].

        windows : float32[n], how many windows of each row this process trained
        """
        group, is_half = self._group, self._config.exchange_dtype == "bfloat16"
        bounds = _bounds(len(changes), group.size)
        sent = narrowed(changes) if is_half else changes
        given, counts = group.swap(sent, bounds), group.swap(windows, bounds)
        total = np.zeros(given.shape[1:], np.float32)

        def combine(rows: slice) -> None:
            if is_half:
                part, windows = widened(given[:, rows]), np.ascontiguousarray(counts[:, rows])
                combine_rows(part, total[rows], windows, axes, rate, slice(None))
            else:
                combine_rows(given, total, counts, axes, rate, rows)

        parts = [slice(at, at + _PART_ROWS) for at in range(0, len(total), _PART_ROWS)]
        list(pool.map(combine, parts))
        result = group.collect(narrowed(total) if is_half else total, bounds)
        others = (group.size - 1) / group.size
        self._bytes += int(2 * others * (2 * sent.nbytes + windows.nbytes))
        return widened(result) if is_half else result


class _Steps:
    """The places where periods may end, in a unit that all shares have in common.

    Shares differ in their number of slices. A step is a slice of the share that has the fewest; in
    another share it ends at the slice that lies as far in the epoch.
    """

    def __init__(self, least: int, own: int, threads: int, epochs: int) -> None:
        self._least, self._own, self._threads = least, own, threads
        self._last = least * epochs

    def to_slices(self, step: int) -> int:
        """The slices of this share up to a step."""
        return step * self._own // self._least

    def of_slices(self, slices: int) -> int:
        """The step that these slices of this share reach: undoes `to_slices`."""
        return -(-slices * self._least // self._own)

    def after(self, step: int, period: int) -> int:
        """The end of a period of so many steps: one or more for each thread, within the epoch."""
        epoch_end = (step // self._least + 1) * self._least
        return min(step + max(period, self._threads), epoch_end)


def _bounds(n_rows: int, size: int) -> list[int]:
    """Where the rows of each process begin, and where the last one's end."""
    return [n_rows * rank // size for rank in range(size + 1)]
