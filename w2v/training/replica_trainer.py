"""Threads whose result can be repeated: each trains a replica of the tables.

Threads that share their tables update them in an order that nobody can repeat. Here each of N
threads copies the tables at the start of a stretch. Of the stretch's slices, thread r trains the
slices r, r + N, r + 2 N and so on on its replica. At the end the replicas are combined, always in
the same order. So the same number of threads gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from w2v.arrays import Ids, Integers
from w2v.config import TrainConfig
from w2v.training import combination
from w2v.training.combination import Exposure
from w2v.training.kernel_arguments import LOSS_COUNT, LOSS_SUM, Totals
from w2v.training.private_rows import private_words
from w2v.training.replicas import Replicas
from w2v.training.schedule import MOST_OF_A_PERIOD, has_replicas, learning_rate, period_tokens
from w2v.training.state import TrainingState
from w2v.training.trainer import Report, Trainer


class ReplicaTrainer(Trainer):
    """A trainer whose threads have replicas of the tables; the arguments are those of `Trainer`.

    The tables change only at the end of a stretch. A run that is stopped within one forgets it, so
    that it continues as if the stretch had not begun.
    """

    replicas = True

    def _set_up(self, counts: Integers) -> None:
        exposure = Exposure(counts, self.config, self.noise_probabilities, self.tree)
        private = private_words(self.config, counts, self.threads, self._exchange.restored)
        how = exposure, self.config.directional, self.threads, private
        self._replicas = Replicas(self.state, *how)
        self._losses = np.zeros((self.threads, 2))
        self._begin = 0
        self._taken = [0] * self.threads

    @property
    def kernels(self) -> list[Any]:
        """The training kernel, and what combines replicas."""
        return [*super().kernels, *combination.kernels()]

    def compile(self) -> None:
        """Compile all that the run calls, or load it from the cache."""
        super().compile()
        combination.compile_kernels()

    def _rest_after(
        self, before: int, pause: Callable[[], bool], stop: Callable[[], bool]
    ) -> Callable[[], bool]:
        """A checkpoint waits for the end of the stretch; only a stop ends it early."""
        return stop

    def _due(self) -> int:
        """The number of slices at which the replicas are combined next."""
        state, due = self.state, super()._due()
        growth, each = self.config.exchange_growth, state.words_done // self.threads
        tokens = period_tokens(each, growth, MOST_OF_A_PERIOD)
        slices = max(1, tokens * self.n_slices // self.corpus.n_tokens)
        end = state.slices_done + self.threads * slices
        return end if due is None else min(end, due)

    def _stretch(self, on_report: Callable[[Report], None], rest: Callable[[], bool]) -> None:
        """Let the replicas train a stretch, and combine them unless they were stopped in it."""
        state = self.state
        slices, words, loss_sum, loss_count = (
            state.slices_done,
            state.words_done,
            state.loss_sum,
            state.loss_count,
        )
        self._begin, self._taken = slices, [0] * self.threads
        self._losses[:] = 0
        super()._stretch(on_report, rest)
        state.loss_sum, state.loss_count = loss_sum, loss_count
        if self._pause.is_set():
            state.slices_done, state.words_done = slices, words
            self._reported = (loss_sum, loss_count)
            return
        for thread_sum, thread_count in self._losses.tolist():  # in the order of the threads
            state.loss_sum += thread_sum
            state.loss_count += thread_count
        self._replicas.combine(self._rate((words + state.words_done) / 2))

    def _rate(self, words: float) -> float:
        """The learning rate after so many words."""
        config = self.config
        done = words / (self.corpus.n_tokens * config.epochs)
        return learning_rate(config.alpha, config.min_alpha, done)

    def _take(self, thread: int) -> int | None:
        """The thread's next slice: every N-th of the stretch."""
        with self._lock:
            number = self._begin + thread + self._taken[thread] * self.threads
            if self._pause.is_set() or number >= self._stretch_end:
                return None
            if self._rest():
                self._pause.set()
                return None
            self._taken[thread] += 1
            self.state.slices_done += 1
            return number

    def _count(self, thread: int, ids: Ids, totals: Totals) -> None:
        """Count a slice for its thread, too: sums of floats depend on their order."""
        super()._count(thread, ids, totals)
        self._losses[thread] += totals.loss[LOSS_SUM], totals.loss[LOSS_COUNT]
        self._replicas.saw(thread, ids)

    def _state_of(self, thread: int) -> TrainingState:
        """The thread's replica, equal to the tables."""
        return TrainingState(*self._replicas.copy(thread), blocks=())


def trainer_class(config: TrainConfig, threads: int) -> type[Trainer]:
    """The trainer that the options ask for: with replicas if several threads are deterministic."""
    return ReplicaTrainer if has_replicas(config, threads) else Trainer
