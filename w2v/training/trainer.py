"""The trainer: epochs, threads, learning rate, seeds and progress over a corpus of word ids.

It knows no text and no files. A run is a sequence of slices, each at most a fraction of a second
of work; threads take the next slice from a shared counter. A *stretch* of slices ends at the end
of an epoch, when a checkpoint is due, or when the run is asked to stop: then all threads have
finished their slice and the state (two tables and the number of slices done) is whole.

Each slice draws from a random stream seeded by (seed, slice number), so the state needs no random
states, and a run on one thread that stops and goes on ends in the same bytes. On several threads
updates interleave as they come (Hogwild, Recht et al. 2011): the same words at the same learning
rates, but not the same bytes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.training.layout import aligned_zeros
from w2v.training.sampling import alias_table, keep_thresholds, noise_distribution
from w2v.training.schedule import slice_tokens, stream_seed
from w2v.training.state import DIVERGED, Diverged, TrainingState, check_finite

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus

OWN_ROWS = 64  # of the most frequent words, of which each of several threads has own copies
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
    loss: float | None  # mean per (centre, context) pair since the report before; None: no pair
    eta_seconds: float | None


DAMAGED_IDS = (
    "the corpus's ids on disk are not what was written; is the disk sound? "
    "Run again with --overwrite instead of --resume"
)


class Trainer:
    """Trains a state on a corpus. Raises W2VError when the vectors stop being finite."""

    def __init__(
        self,
        corpus: Corpus,
        counts: npt.NDArray[np.int64],
        config: TrainConfig,
        state: TrainingState,
        threads: int,
    ) -> None:
        from w2v.training.kernels import skipgram as kernels

        self.kernels: Any = kernels
        self.corpus, self.config, self.state, self.threads = corpus, config, state, threads
        self.bounds = corpus.slices(slice_tokens(corpus.n_tokens, config)).tolist()
        self.n_slices = len(self.bounds) - 1
        self.total_slices = self.n_slices * config.epochs
        self.keep = keep_thresholds(counts, config.sample)
        self.threshold, self.alias = alias_table(noise_distribution(counts, config.noise_exponent))
        self._lock = threading.Lock()
        self._pause = threading.Event()
        self._rest: Callable[[], bool] = lambda: False
        self._stretch_end = 0
        self._error: BaseException | None = None
        self._started = time.perf_counter()
        self._words_before = state.words_done
        self._reported = (state.loss_sum, state.loss_pairs)

    def compile(self) -> None:
        """Compile the kernel, or load it from the cache, by training on nothing."""
        scratch = self._scratch()
        self._call(np.zeros(0, np.int32), np.zeros(1, np.int64), 0, scratch)

    def run(
        self,
        on_report: Callable[[Report], None],
        on_stretch: Callable[[TrainingState, bool], None],
        pause: Callable[[], bool],
        stop: Callable[[], bool],
    ) -> bool:
        """Train to the end. Returns False when `stop` ended it before.

        on_report is called about twice a second, and at each epoch's end. When `pause` or `stop`
        says so, and at each epoch's end, training rests and `on_stretch(state, epoch_ended)` is
        called with the whole state.
        """
        self._started = time.perf_counter()
        while self.state.slices_done < self.total_slices:
            before = self.state.slices_done
            # However often checkpoints are due, each stretch is one slice or more.
            self._stretch(on_report, self._rest_after(before, pause, stop))
            epoch_ended = self.state.slices_done == self._stretch_end
            if epoch_ended:
                on_report(self._report())
                self._end_epoch()
            check_finite(self.state)
            on_stretch(self.state, epoch_ended)
            if stop() and self.state.slices_done < self.total_slices:
                return False
        return True

    def _rest_after(
        self, before: int, pause: Callable[[], bool], stop: Callable[[], bool]
    ) -> Callable[[], bool]:
        """Whether to rest: when asked to stop, or to pause once a slice after `before` is taken."""
        return lambda: stop() or (self.state.slices_done > before and pause())

    def _stretch(self, on_report: Callable[[Report], None], rest: Callable[[], bool]) -> None:
        """Run the threads to the end of the epoch, or until `rest` says so."""
        self._pause.clear()
        self._rest = rest
        self._stretch_end = (self.state.slices_done // self.n_slices + 1) * self.n_slices
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.threads)]
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

    def _work(self) -> None:
        """One thread: take the next slice of the epoch and train on it, until there is none."""
        try:
            scratch = self._scratch()
            while (number := self._take()) is not None:
                place = number % self.n_slices
                ids, offsets = self.corpus.read(self.bounds[place], self.bounds[place + 1])
                if len(ids) and not 0 <= ids.min() <= ids.max() < len(self.keep):
                    raise W2VError(DAMAGED_IDS)  # the kernel would write outside of the tables
                totals, loss = self._call(ids, offsets, number, scratch)
                with self._lock:
                    self.state.words_done += int(totals[self.kernels.WORDS])
                    self.state.loss_sum += float(loss[self.kernels.LOSS_SUM])
                    self.state.loss_pairs += float(loss[self.kernels.LOSS_PAIRS])
        except BaseException as error:  # handed to the main thread, which raises it
            self._error = error
            self._pause.set()

    def _take(self) -> int | None:
        """The number of the next slice, or None at the end of the stretch."""
        with self._lock:
            number = self.state.slices_done
            if self._pause.is_set() or number >= self._stretch_end:
                return None
            if self._rest():
                self._pause.set()
                return None
            self.state.slices_done += 1
            return number

    def _call(
        self, ids: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64], number: int, scratch: Any
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Train on one slice; returns the kernel's totals and losses."""
        epoch, place = divmod(number, self.n_slices)
        before = epoch * self.corpus.n_tokens + self.corpus.tokens_before(self.bounds[place])
        config, (own, ring, work) = self.config, scratch
        schedule = np.array(
            [config.alpha, config.min_alpha, before, self.corpus.n_tokens * config.epochs]
        )
        random = aligned_zeros(1, np.uint64)
        random[0] = stream_seed(config.seed, number)
        totals, loss = aligned_zeros(3, np.int64), aligned_zeros(2, np.float64)
        with np.errstate(all="ignore"):  # matters only with the JIT off
            self.kernels.train_slice(
                ids,
                offsets,
                self.state.inputs,
                self.state.outputs,
                self.keep,
                self.threshold,
                self.alias,
                random,
                config.window,
                config.negative,
                schedule,
                own,
                EXCHANGE_WINDOWS // self.threads,
                ring,
                work,
                totals,
                loss,
            )
        return totals, loss

    def _scratch(self) -> Any:
        """A thread's own buffers, as train_slice documents them."""
        from w2v.training.layout import COLUMNS, TILE

        config, (words, width) = self.config, self.state.inputs.shape
        slots = 1 << (2 * config.window).bit_length()
        tiles = -(-(1 + config.negative) // TILE)
        own_rows = min(OWN_ROWS, words) if self.threads > 1 else 0
        own = (aligned_zeros((2, own_rows, width)), aligned_zeros((2, own_rows, width)))
        ring = aligned_zeros((2, slots, width))
        work = (
            aligned_zeros(2 + config.negative, np.int64),
            aligned_zeros((tiles, COLUMNS)),
            aligned_zeros((slots // 2, COLUMNS)),
            aligned_zeros((slots // 2, COLUMNS)),
            aligned_zeros(self.kernels.POOL, np.int32),
            aligned_zeros(config.max_sentence, np.int32),
        )
        return own, ring, work

    def _report(self) -> Report:
        """Where the run is now."""
        with self._lock:
            state = self.state
            words, epoch = state.words_done, max(0, state.slices_done - 1) // self.n_slices
            loss_sum = state.loss_sum - self._reported[0]
            pairs = state.loss_pairs - self._reported[1]
            self._reported = (state.loss_sum, state.loss_pairs)
        if not np.isfinite(loss_sum):
            raise Diverged(DIVERGED)
        check_finite(self.state, CHECKED_ROWS)
        seconds = max(time.perf_counter() - self._started, 1e-9)
        total = self.corpus.n_tokens * self.config.epochs
        speed = (words - self._words_before) / seconds
        config = self.config
        return Report(
            seconds=seconds,
            epoch=epoch + 1,
            words=words,
            total_words=total,
            words_per_second=speed,
            alpha=max(
                config.min_alpha, config.alpha - (config.alpha - config.min_alpha) * words / total
            ),
            loss=loss_sum / pairs if pairs else None,
            eta_seconds=(total - words) / speed if speed else None,
        )

    def _end_epoch(self) -> None:
        """Note the epoch's mean loss and begin the sums of the next."""
        state = self.state
        wanted = self.corpus.n_tokens * (len(state.epoch_losses) + 1)
        if state.words_done != wanted:
            raise W2VError(
                f"epoch {len(state.epoch_losses) + 1} ended after {state.words_done:,} words in "
                f"all, not {wanted:,} as the text was counted; {DAMAGED_IDS}"
            )
        state.epoch_losses.append(state.loss_sum / state.loss_pairs if state.loss_pairs else None)
        state.loss_sum = state.loss_pairs = 0.0
        self._reported = (0.0, 0.0)
