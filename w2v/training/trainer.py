"""The trainer: epochs, threads, learning rate, seeds and progress over a corpus of word ids.

It knows nothing of text or files. A run is a sequence of slices, each at most a fraction of a
second of work; threads take the next slice from a shared counter. A *stretch* of slices ends at the
end of an epoch, when a checkpoint is due, or when the run is asked to stop: then all threads have
finished their slice and the state (two tables and the number of slices done) is complete. This is
where changes are exchanged with other machines (see `w2v.training.exchange`).

Each slice draws from a random stream seeded by (seed, slice number), so the state holds no random
numbers, and a run on one thread that is stopped and resumed produces the same bytes. On several
threads updates interleave in any order (Hogwild, Recht et al. 2011): the same words at the same
learning rates, but not the same bytes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2v.arrays import Integers
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.training import kernel_arguments
from w2v.training.context import context_of
from w2v.training.exchange import Exchange
from w2v.training.kernel_arguments import (
    LOSS_COUNT,
    LOSS_SUM,
    WORDS,
    Noise,
    Schedule,
    Slice,
    Totals,
    Tree,
    WordRows,
)
from w2v.training.layout import aligned_zeros
from w2v.training.sampling import alias_table, keep_thresholds, noise_probabilities
from w2v.training.schedule import learning_rate, slice_tokens, stream_seed
from w2v.training.slices import Slices
from w2v.training.softmax_tree import huffman_tree
from w2v.training.state import DIVERGED, Diverged, TrainingState, check_finite
from w2v.training.thread_memory import ThreadMemory, thread_memory

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus

EXCHANGE_WINDOWS = 8192  # trained by all threads together between two exchanges of own rows
REPORT_SECONDS = 0.5
WAKE_SECONDS = 0.05
CHECKED_ROWS = 4096  # of the most frequent words, looked at in each report: 1 ms
PATIENCE_SECONDS = 1.0  # that a run which ends early waits for a slice under way


@dataclass(frozen=True)
class Report:
    """Progress of a run: what a bar shows and a line of train.jsonl holds."""

    seconds: float  # since this process began to train
    epoch: int  # from 1
    words: int  # retained tokens trained, all epochs, all processes of the run
    total_words: int
    words_per_second: float  # of this process
    alpha: float
    loss: float | None  # mean per prediction since the last report; None without predictions
    eta_seconds: float | None


def _noise(probabilities: npt.NDArray[np.float64], config: TrainConfig) -> Noise:
    """The noise as the kernel draws it; empty without negative sampling."""
    if config.negative is None or config.score_bias is None:
        return Noise(np.zeros(0, np.uint64), 0, 0.0)
    return Noise(alias_table(probabilities), config.negative, config.score_bias)


def _tree(counts: npt.NDArray[np.int64], config: TrainConfig) -> Tree:
    """The tree of hierarchical softmax; empty with negative sampling."""
    if config.loss == "hs":
        return huffman_tree(counts)
    return Tree(np.zeros(1, np.int64), np.zeros(0, np.int32))


DAMAGED_IDS = (
    "the corpus's ids on disk are not what was written; check the disk, "
    "then run again with --overwrite instead of --resume"
)


class Trainer:
    """Trains a state on a corpus. Raises W2VError when a vector is no longer finite.

    Words are subsampled by `counts`, int64[V], and noise is drawn by `noise_counts`, where 0 is
    never drawn; by `counts` unless given. `rows`: with subwords, those that each word is composed
    of.
    """

    replicas = False  # whether each thread trains tables of its own

    def __init__(
        self,
        corpus: Corpus,
        counts: npt.NDArray[np.int64],
        config: TrainConfig,
        state: TrainingState,
        threads: int,
        exchange: Exchange | None = None,
        noise_counts: Integers | None = None,
        rows: WordRows | None = None,
    ) -> None:
        from w2v.training.kernels.training_loop import floats_used, training_kernel

        self._exchange = exchange or Exchange()
        self.rows, self._frozen = rows, self._exchange.frozen
        kinds = config.architecture, config.loss, rows is not None, self._frozen is not None
        self.kernel: Any = training_kernel(*kinds)
        self.width = floats_used(config.vector_size)
        self.corpus, self.config, self.state, self.threads = corpus, config, state, threads
        short = self.replicas or self._exchange.short_slices
        tokens = slice_tokens(corpus.n_tokens, config, short=short)
        self.slices = Slices(corpus, tokens)
        self.n_slices = self.slices.of_epoch
        self.total_slices = self.n_slices * config.epochs
        self.keep = keep_thresholds(counts, config.sample)
        self.noise_probabilities = noise_probabilities(counts, noise_counts, config)
        self.noise = _noise(self.noise_probabilities, config)
        self.tree = _tree(counts, config)
        self.context = context_of(config)
        self._lock = threading.Lock()
        self._pause = threading.Event()
        self._rest: Callable[[], bool] = lambda: False
        self._stretch_end = 0
        self._error: BaseException | None = None
        self._started = time.perf_counter()
        self._words_before = state.words_done
        self._reported = (state.loss_sum, state.loss_count)
        self._set_up(counts)

    def _set_up(self, counts: Integers) -> None:
        """Make what only this kind of trainer needs; `counts` as in the constructor."""

    @property
    def kernels(self) -> list[Any]:
        """The compiled functions that the run calls."""
        return [self.kernel]

    def compile(self) -> None:
        """Compile the kernel, or load it from the cache, by training on nothing."""
        self.train_slice(np.zeros(0, np.int32), np.zeros(1, np.int64), 0, self.thread_memory())

    def run(
        self,
        on_report: Callable[[Report], None],
        on_stretch: Callable[[TrainingState, bool], None],
        pause: Callable[[], bool],
        stop: Callable[[], bool],
    ) -> bool:
        """Train to the end. Returns False when `stop` ended it early.

        `on_report` is called about twice a second, and at the end of each epoch. When `pause` or
        `stop` returns True, and at the end of each epoch, training pauses and `on_stretch(state,
        may_skip)` is called with the complete state; `may_skip` if only an epoch has ended.
        """
        self._started = time.perf_counter()
        while self.state.slices_done < self.total_slices:
            before = self.state.slices_done
            # However often checkpoints are due, each stretch is one slice or more.
            self._stretch(on_report, self._rest_after(before, pause, stop))
            stops = self._exchange.exchange(self.state, stop())
            done = self.state.slices_done  # as before if the exchange took the stretch back
            epoch_ended = done > before and done % self.n_slices == 0
            if epoch_ended:
                on_report(self._report())
                self._end_epoch()
            if epoch_ended or stops or pause():
                check_finite(self.state)
                on_stretch(self.state, epoch_ended and not stops)
            if stops and done < self.total_slices:
                return False
        return True

    def _rest_after(
        self, before: int, pause: Callable[[], bool], stop: Callable[[], bool]
    ) -> Callable[[], bool]:
        """Whether to pause: if asked to stop, or to pause once a slice after `before` is taken."""
        if self._exchange.whole_stretches:
            return stop
        return lambda: stop() or (self.state.slices_done > before and pause())

    def _due(self) -> int | None:
        """The number of slices at which the stretch that begins now must end; None: any."""
        return self._exchange.due(self.state.slices_done)

    def _stretch(self, on_report: Callable[[Report], None], rest: Callable[[], bool]) -> None:
        """Run the threads until an exchange is due, the epoch ends or `rest` returns True."""
        self._pause.clear()
        self._rest = rest
        epoch_end = (self.state.slices_done // self.n_slices + 1) * self.n_slices
        due = self._due()
        self._stretch_end = epoch_end if due is None else min(due, epoch_end)
        threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(self.threads)
        ]
        for thread in threads:
            thread.start()
        try:
            last = time.perf_counter()
            for thread in threads:
                while thread.is_alive():
                    thread.join(WAKE_SECONDS)
                    if time.perf_counter() - last > REPORT_SECONDS:
                        last = time.perf_counter()
                        on_report(self._report())
        except BaseException:
            self._pause.set()
            end = time.perf_counter() + PATIENCE_SECONDS
            for thread in threads:
                thread.join(max(0.0, end - time.perf_counter()))
            raise
        if self._error is not None:
            raise self._error

    def _work(self, thread: int) -> None:
        """One thread: take the next slice of the stretch and train on it, until there is none."""
        try:
            memory = self.thread_memory(thread)
            while (number := self._take(thread)) is not None:
                ids, offsets = self.slices.read(number)
                if len(ids) and not 0 <= ids.min() <= ids.max() < len(self.keep):
                    raise W2VError(DAMAGED_IDS)  # the kernel would write outside of the tables
                totals = self.train_slice(ids, offsets, number, memory)
                self._exchange.trained(ids)
                with self._lock:
                    self._count(thread, ids, totals)
        except BaseException as error:  # handed to the main thread, which raises it
            self._error = error
            self._pause.set()

    def _count(self, thread: int, ids: npt.NDArray[np.int32], totals: Totals) -> None:
        """Count a slice that a thread has trained."""
        self.state.words_done += int(totals.counts[WORDS])
        self.state.loss_sum += float(totals.loss[LOSS_SUM])
        self.state.loss_count += float(totals.loss[LOSS_COUNT])

    def _take(self, thread: int) -> int | None:
        """The number of the thread's next slice, or None at the end of the stretch."""
        with self._lock:
            number = self.state.slices_done
            if self._pause.is_set() or number >= self._stretch_end:
                return None
            if self._rest():
                self._pause.set()
                return None
            self.state.slices_done += 1
            return number

    def train_slice(
        self,
        ids: npt.NDArray[np.int32],
        offsets: npt.NDArray[np.int64],
        number: int,
        memory: ThreadMemory,
    ) -> Totals:
        """Train on the sentences ids[offsets[k]:offsets[k + 1]] of slice `number`."""
        before, config = self.slices.tokens_before(number), self.config
        totals = kernel_arguments.totals()
        total = self.corpus.n_tokens * config.epochs
        random = aligned_zeros(1, np.uint64)
        random[0] = stream_seed(config.seed, number)
        with np.errstate(all="ignore"):  # matters only with the JIT off
            self.kernel(
                Slice(ids, offsets, self.keep),
                memory.tables,
                self.noise,
                self.tree,
                Schedule(config.alpha, config.min_alpha, float(before), float(total)),
                self.context,
                EXCHANGE_WINDOWS // self.threads,
                random,
                memory.scratch,
                memory.composed,
                self._frozen,
                totals,
            )
        return totals

    def thread_memory(self, thread: int = 0) -> ThreadMemory:
        """What a thread works with."""
        most, alone = max(1 + self.noise.negative, self.tree.longest), self.threads == 1
        alone, state = alone or self.replicas, self._state_of(thread)
        return thread_memory(state, self.config, self.rows, most, self.width, alone=alone)

    def _state_of(self, thread: int) -> TrainingState:
        """The state whose tables a thread trains."""
        return self.state

    def _report(self) -> Report:
        """How far the run is."""
        with self._lock:
            state = self.state
            words = self._exchange.words(state.words_done)
            epoch = max(0, state.slices_done - 1) // self.n_slices
            loss_sum = state.loss_sum - self._reported[0]
            loss_count = state.loss_count - self._reported[1]
            self._reported = (state.loss_sum, state.loss_count)
        if not np.isfinite(loss_sum):
            raise Diverged(DIVERGED)
        check_finite(self.state, CHECKED_ROWS)
        seconds = max(time.perf_counter() - self._started, 1e-9)
        total = self._exchange.tokens(self.corpus.n_tokens) * self.config.epochs
        speed = (words - self._words_before) / seconds
        config = self.config
        return Report(
            seconds=seconds,
            epoch=epoch + 1,
            words=words,
            total_words=total,
            words_per_second=speed,
            alpha=learning_rate(config.alpha, config.min_alpha, words / total),
            loss=loss_sum / loss_count if loss_count else None,
            eta_seconds=(total - words) / speed if speed else None,
        )

    def _end_epoch(self) -> None:
        """Record the epoch's mean loss and begin the sums of the next."""
        state = self.state
        tokens = self._exchange.tokens(self.corpus.n_tokens)
        wanted = tokens * (len(state.epoch_losses) + 1)
        if state.words_done != wanted:
            raise W2VError(
                f"epoch {len(state.epoch_losses) + 1} ended after {state.words_done:,} words in "
                f"all, not {wanted:,} as the text was counted; {DAMAGED_IDS}"
            )
        state.epoch_losses.append(state.loss_sum / state.loss_count if state.loss_count else None)
        state.loss_sum = state.loss_count = 0.0
        state.epoch_words = []
        self._reported = (0.0, 0.0)
