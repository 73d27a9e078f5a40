"""The trainer on ids in memory: reproducible, resumable, honest about its progress."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from w2v.arrays import Ids
from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.training.exchange import Exchange
from w2v.training.layout import padded
from w2v.training.schedule import slice_tokens, stream_seed
from w2v.training.state import TrainingState, empty_state, initial_state
from w2v.training.trainer import Report, Trainer

V = 300
CONFIG = TrainConfig(vector_size=20, epochs=3, alpha=0.05, threads=1, sample=1e-2)


class ArrayCorpus:
    """Sentences in memory with the corpus's interface."""

    def __init__(self, ids: Any, offsets: Any) -> None:
        self.ids, self.offsets, self.n_tokens = ids, offsets, len(ids)

    def slices(self, tokens: int) -> Any:
        step = max(1, tokens * (len(self.offsets) - 1) // self.n_tokens)
        last = len(self.offsets) - 1
        return np.array([*range(0, last, step), last])

    def tokens_before(self, sentence: int) -> int:
        return int(self.offsets[sentence])

    def read(self, first: int, last: int) -> tuple[Any, Any]:
        start = self.offsets[first]
        ids = self.ids[start : self.offsets[last]]
        return ids, self.offsets[first : last + 1] - start


def corpus(n: int = 30_000, words: int = V) -> tuple[Any, Any]:
    """Zipf-like ids in sentences of 20, and their counts."""
    random = np.random.default_rng(1)
    ids = (words * random.random(n) ** 3).astype(np.int32)
    return ArrayCorpus(ids, np.arange(0, n + 1, 20)), np.bincount(ids, minlength=V) + 1


def run(
    config: TrainConfig = CONFIG,
    state: TrainingState | None = None,
    *,
    stop_after: int = 10**9,
    threads: int = 1,
) -> tuple[TrainingState, list[Report]]:
    """Train; `stop_after` asks to stop once so many slices are done."""
    text, counts = corpus()
    state = state or initial_state(V, config)
    reports: list[Report] = []
    trainer = Trainer(text, counts, config, state, threads)
    asked = [False]

    def stop() -> bool:
        asked[0] = asked[0] or state.slices_done >= stop_after
        return asked[0]

    trainer.run(reports.append, lambda s, e: None, lambda: False, stop)
    return state, reports


def copy(state: TrainingState) -> TrainingState:
    """A state as a checkpoint would bring it back."""
    fresh = initial_state(V, CONFIG)
    for block, saved in zip(fresh.blocks, state.blocks, strict=True):
        block[:] = saved
    fresh.slices_done, fresh.words_done = state.slices_done, state.words_done
    fresh.loss_sum, fresh.loss_count = state.loss_sum, state.loss_count
    fresh.epoch_losses = list(state.epoch_losses)
    fresh.private = state.private.copy()
    return fresh


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second, other = run()[0], run()[0], run(CONFIG.replace(seed=2))[0]
    assert first.inputs.tobytes() == second.inputs.tobytes()
    assert first.outputs.tobytes() == second.outputs.tobytes()
    assert first.epoch_losses == second.epoch_losses
    assert first.inputs.tobytes() != other.inputs.tobytes()


@pytest.mark.parametrize("stop_after", [1, 7, 30, 50])
def test_a_run_that_stops_and_continues_ends_in_the_same_bytes(stop_after: int) -> None:
    whole = run()[0]
    half = run(stop_after=stop_after)[0]
    assert 0 < half.slices_done < whole.slices_done
    resumed = run(state=copy(half))[0]
    assert resumed.inputs.tobytes() == whole.inputs.tobytes()
    assert resumed.outputs.tobytes() == whole.outputs.tobytes()
    assert resumed.epoch_losses == whole.epoch_losses
    assert resumed.words_done == whole.words_done


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_word_is_trained_in_every_epoch(threads: int) -> None:
    state, reports = run(threads=threads)
    assert state.words_done == 30_000 * CONFIG.epochs
    assert reports[-1].words == reports[-1].total_words == state.words_done
    assert reports[-1].alpha == pytest.approx(CONFIG.min_alpha)
    assert len(state.epoch_losses) == CONFIG.epochs


def test_the_loss_falls() -> None:
    losses = run(CONFIG.replace(epochs=8))[0].epoch_losses
    assert losses[0] is not None
    assert losses[-1] is not None
    assert losses[-1] < losses[0] - 0.05


def test_training_moves_exactly_the_rows_that_it_touches() -> None:
    text, counts = corpus(3000, words=50)  # ids 0 to 49 of a vocabulary of 300
    state = initial_state(V, CONFIG)
    before = state.inputs.copy()
    trainer = Trainer(text, counts, CONFIG, state, 1)
    trainer.run(lambda r: None, lambda s, e: None, lambda: False, lambda: False)
    used = np.unique(text.ids)
    moved = np.flatnonzero((state.inputs != before).any(axis=1))
    assert np.array_equal(moved, used)
    assert not state.inputs[:, CONFIG.vector_size :].any()
    assert not state.outputs[:, CONFIG.vector_size :].any()


def test_a_diverging_run_says_what_to_do() -> None:
    config = CONFIG.replace(alpha=100.0, epochs=20)
    state = initial_state(V, config)
    state.inputs[5] = np.inf
    with pytest.raises(W2VError, match="lower --alpha"):
        run(config, state)


def test_vectors_start_small_and_rows_are_padded() -> None:
    state = initial_state(V, CONFIG)
    assert state.inputs.shape == (V, 32)
    assert padded(16) == 16
    assert padded(17) == 32
    assert abs(state.inputs).max() <= 0.5 / 20
    assert abs(state.inputs[:, :20]).min(axis=1).max() > 0
    assert state.inputs.ctypes.data % 64 == 0
    assert not state.outputs.any()


def test_a_frequent_words_rows_lie_beside_a_rare_words() -> None:
    state = initial_state(V, CONFIG)
    state.outputs[V - 1] = 7
    (block,) = state.blocks
    assert (block[0, 1] == 7).all()
    assert np.array_equal(block[0, 0], state.inputs[0])


def test_tables_of_different_numbers_of_rows_lie_apart() -> None:
    state = empty_state(7, 5, 20)
    assert [block.shape for block in state.blocks] == [(7, 32), (5, 32)]
    assert state.inputs is state.blocks[0]
    assert state.outputs is state.blocks[1]


@pytest.mark.parametrize("pauses", [False, True])
@pytest.mark.parametrize("threads", [1, 3])
def test_a_stretch_ends_where_an_exchange_is_due(threads: int, pauses: bool) -> None:
    """A checkpoint follows only where one is due, or an epoch ends."""
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    seen: list[tuple[str, int]] = []

    class Often(Exchange):
        """Every 7 slices."""

        def due(self, slices_done: int) -> int:
            return slices_done + 7

        def exchange(self, state: TrainingState, stop: bool) -> bool:
            seen.append(("exchange", state.slices_done))
            return stop

    trainer = Trainer(text, counts, CONFIG, state, threads, Often())
    rested = lambda s, ended: seen.append(("end" if ended else "rest", s.slices_done))  # noqa: E731
    ends_first = lambda: pauses and bool(seen) and seen[-1] == ("exchange", 7)  # noqa: E731
    trainer.run(lambda r: None, rested, ends_first, lambda: False)
    epoch, want = trainer.n_slices, []
    for first in range(0, trainer.total_slices, epoch):
        ends = [*range(first + 7, first + epoch, 7), first + epoch]
        want += [("exchange", n) for n in ends]
        want.append(("end", first + epoch))
    if pauses:
        want.insert(1, ("rest", 7))
    assert seen == want
    assert len(state.epoch_losses) == CONFIG.epochs


def test_a_stop_at_the_end_of_an_epoch_must_be_saved() -> None:
    """The end of an epoch alone may go without a checkpoint."""
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    rested: list[tuple[int, bool]] = []
    trainer = Trainer(text, counts, CONFIG, state, 1)
    keep = lambda s, may_skip: rested.append((s.slices_done, may_skip))  # noqa: E731
    second = 2 * trainer.n_slices
    assert not trainer.run(lambda r: None, keep, lambda: False, lambda: state.slices_done == second)
    assert rested == [(trainer.n_slices, True), (second, False)]


def test_an_exchange_takes_a_stretch_back_and_stops() -> None:
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    rested: list[tuple[int, bool]] = []

    class Back(Exchange):
        """Ends the first epoch, and takes back what follows."""

        def due(self, slices_done: int) -> int:
            return slices_done + 3

        def exchange(self, state: TrainingState, stop: bool) -> bool:
            if state.slices_done > trainer.n_slices:
                state.slices_done, state.words_done = trainer.n_slices, text.n_tokens
            return state.slices_done == trainer.n_slices and len(state.epoch_losses) == 1

    trainer = Trainer(text, counts, CONFIG, state, 1, Back())
    keep = lambda s, ended: rested.append((s.slices_done, ended))  # noqa: E731
    assert not trainer.run(lambda r: None, keep, lambda: False, lambda: False)
    assert rested[-2:] == [(trainer.n_slices, True), (trainer.n_slices, False)]
    assert len(state.epoch_losses) == 1


def test_the_words_of_all_machines_are_counted() -> None:
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    reports: list[Report] = []
    trained: list[int] = []

    class Twice(Exchange):
        """Another machine trains as many words as this one."""

        short_slices = True

        def trained(self, ids: Ids) -> None:
            trained.append(len(ids))

        def exchange(self, state: TrainingState, stop: bool) -> bool:
            state.words_done = 2 * sum(trained)
            return stop

        def tokens(self, own: int) -> int:
            return 2 * own

    trainer = Trainer(text, counts, CONFIG, state, 1, Twice())
    assert trainer.run(reports.append, lambda s, e: None, lambda: False, lambda: False)
    assert reports[-1].words == reports[-1].total_words == 2 * text.n_tokens * CONFIG.epochs
    assert max(trained) < 6000


def test_stretches_that_end_more_often_change_no_byte() -> None:
    text, counts = corpus()
    state = initial_state(V, CONFIG)

    class Often(Exchange):
        """After every slice."""

        def due(self, slices_done: int) -> int:
            return slices_done + 1

    trainer = Trainer(text, counts, CONFIG, state, 1, Often())
    trainer.run(lambda r: None, lambda s, e: None, lambda: False, lambda: False)
    assert state.inputs.tobytes() == run()[0].inputs.tobytes()


def test_slices_are_short_for_all_options() -> None:
    assert slice_tokens(10**9, TrainConfig()) < 300_000
    assert slice_tokens(10**9, TrainConfig(window=1000, negative=1000, vector_size=4096)) == 1
    assert slice_tokens(100, TrainConfig()) == 1000


def test_streams_differ() -> None:
    seeds = {stream_seed(seed, number) for seed in range(20) for number in range(200)}
    assert len(seeds) == 4000
    assert 0 not in seeds
