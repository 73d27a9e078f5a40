"""Exchanges among processes, here threads: every word is trained, and tables stay equal."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import combined_row, parted_moment
from test_trainer import ArrayCorpus, corpus
from together import together

from w2v.arrays import Integers
from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.training.bfloat16 import narrowed, widened
from w2v.training.combination import Exposure, principal_axes
from w2v.training.frozen_rows import FrozenRows
from w2v.training.group_exchange import Exchanged, GroupExchange, _Steps
from w2v.training.private_rows import private_words
from w2v.training.schedule import FIRST_PERIOD, slice_tokens
from w2v.training.state import TrainingState, initial_state
from w2v.training.trainer import Report, Trainer

V = 300
CONFIG = TrainConfig(vector_size=20, epochs=3, alpha=0.05, threads=1, sample=1e-2)


def share(text: Any, rank: int, size: int) -> ArrayCorpus:
    """Every size-th sentence."""
    sentences = [text.ids[a:b] for a, b in itertools.pairwise(text.offsets)]
    mine = sentences[rank::size]
    return ArrayCorpus(np.concatenate(mine), np.cumsum([0, *map(len, mine)]))


def train(
    group: Group,
    config: TrainConfig = CONFIG,
    state: TrainingState | None = None,
    stop: Callable[[Trainer], bool] = lambda trainer: False,
    frozen: Integers | None = None,
    shares: list[ArrayCorpus] | None = None,
    on_report: Callable[[Report], None] = lambda report: None,
) -> tuple[TrainingState, list[Exchanged]]:
    """One process's part of a run, from the first one's `state`."""
    text, counts = corpus()
    own: Any = shares[group.rank] if shares else share(text, group.rank, group.size)
    state = state or initial_state(V, config)
    stays = None if frozen is None else FrozenRows(frozen, frozen, state)
    exchange = GroupExchange(group, config, state, text.n_tokens, own.n_tokens, 1, stays)
    trainer = Trainer(own, counts, config, state, 1, exchange)
    exposure = Exposure(counts, config, trainer.noise_probabilities, trainer.tree)
    private = private_words(config, counts, group.size, exchange.restored)
    exchange.start(state, exposure, private, trainer.n_slices)
    exchange.compile()
    done: list[Exchanged] = []
    exchange.report = done.append
    trainer.run(on_report, lambda s, e: None, lambda: False, lambda: stop(trainer))
    return state, done


def tables_of(state: TrainingState) -> list[Any]:
    return [state.inputs, state.outputs]


def equal(one: TrainingState, other: TrainingState) -> bool:
    return np.array_equal(one.inputs, other.inputs) and np.array_equal(one.outputs, other.outputs)


@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_tables_are_combined_as_by_the_twin(loss: str) -> None:
    """Each process gives its part of the rows to the second moments: what they started from, or
    with hierarchical softmax what it has trained."""
    size, random = 3, np.random.default_rng(1)
    (text, counts), config = corpus(), CONFIG.replace(loss=loss, sample=0)
    start = initial_state(V, config)
    start.inputs[:], start.outputs[:] = (random.normal(size=t.shape) for t in tables_of(start))
    gains = [[random.normal(size=t.shape) for t in tables_of(start)] for _ in range(size)]
    ids = random.integers(0, V, (size, 3000)).astype(np.int32)
    trainer = Trainer(text, counts, config, start, 1)
    exposure = Exposure(counts, config, trainer.noise_probabilities, trainer.tree)

    def exchanged(group: Group) -> tuple[list[Any], list[Any]]:
        state = initial_state(V, config)
        state.inputs[:], state.outputs[:] = tables_of(start)
        exchange = GroupExchange(group, config, state, text.n_tokens, text.n_tokens, 2)
        exchange.start(state, exposure, np.zeros(0, np.int64), 10)
        state.slices_done = exchange.due(0)
        for table, gain in zip(tables_of(state), gains[group.rank], strict=True):
            table += gain.astype(np.float32)
        trained = [table.copy() for table in tables_of(state)]
        exchange.trained(ids[group.rank])
        exchange.exchange(state, False)
        return trained, tables_of(state)

    done = together(size, exchanged)
    trained = [each for each, _ in done]
    seen = [np.bincount(each, minlength=V) for each in ids]
    windows = [
        np.array([count(each) for each in seen])
        for count in (exposure.input_windows, exposure.output_windows)
    ]
    shares = exposure.output_shares, exposure.input_shares
    for k, base in enumerate(tables_of(start)):
        met = tables_of(start)[1 - k].copy()
        if loss == "hs":
            bounds = [len(met) * rank // size for rank in range(size + 1)]
            for rank, rows in enumerate(itertools.starmap(slice, itertools.pairwise(bounds))):
                met[rows] = trained[rank][1 - k][rows]
        axes = principal_axes(parted_moment([met], shares[k], 1))
        for row in (0, 1, 150, len(base) - 1):
            rows, axis = np.array([each[k][row] for each in trained]), map(np.float64, axes[:2])
            wanted = combined_row(base[row], rows, windows[k][:, row], *axis, config.alpha)
            changes = np.linalg.norm((rows - base[row]).sum(axis=0))
            for _, tables in done:
                assert np.linalg.norm(tables[k][row] - wanted) <= 0.05 * changes + 1e-4


@pytest.mark.parametrize("loss", ["ns", "hs"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_all_train_all_words_and_end_equal(size: int, loss: str) -> None:
    config = TrainConfig(vector_size=20, epochs=3, threads=1, loss=loss)
    states = [state for state, _ in together(size, lambda group: train(group, config))]
    assert all(equal(state, states[0]) for state in states)
    text, _ = corpus()
    assert [state.words_done for state in states] == [3 * text.n_tokens] * size
    assert all(state.epoch_losses == states[0].epoch_losses for state in states)
    losses = states[0].epoch_losses
    assert len(losses) == 3
    assert losses[0] > losses[2]  # type: ignore[operator]


def test_shares_of_different_sizes_are_trained_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first process has half of the text; a period is one of its slices, or two of others'."""
    monkeypatch.setattr("w2v.training.schedule.SLICES_PER_EPOCH", 4)
    text, _ = corpus()
    shares = [share(text, 0, 2), share(text, 1, 4), share(text, 3, 4)]
    slices = [slice_tokens(each.n_tokens, CONFIG, short=True) for each in shares]
    assert [FIRST_PERIOD // tokens for tokens in slices] == [1, 2, 2]
    states = [state for state, _ in together(3, lambda group: train(group, shares=shares))]
    assert [state.words_done for state in states] == [3 * text.n_tokens] * 3
    assert all(equal(state, states[0]) for state in states)


def test_each_epoch_ends_with_a_report_of_all_its_words() -> None:
    reports: list[list[Report]] = [[], []]
    together(2, lambda group: train(group, on_report=reports[group.rank].append))
    text, _ = corpus()
    for of_process in reports:
        ends = {report.epoch: report.words for report in of_process}
        assert ends == {epoch: epoch * text.n_tokens for epoch in (1, 2, 3)}
        assert all(report.total_words == 3 * text.n_tokens for report in of_process)


def test_runs_are_repeated_to_the_byte() -> None:
    one, other = (together(3, train)[0][0] for _ in range(2))
    assert equal(one, other)


def test_the_loss_is_close_to_that_of_one_process() -> None:
    alone, three = (together(size, train)[0][0].epoch_losses[-1] for size in (1, 3))
    assert alone is not None
    assert three == pytest.approx(alone, abs=0.05)


def test_frozen_rows_stay() -> None:
    frozen, start = np.arange(0, V, 3), initial_state(V, CONFIG)
    states = [state for state, _ in together(2, lambda group: train(group, frozen=frozen))]
    assert equal(*states)
    rest = np.setdiff1d(np.arange(V), frozen)
    for table, before in ((states[0].inputs, start.inputs), (states[0].outputs, start.outputs)):
        assert np.array_equal(table[frozen], before[frozen])
        assert (table[rest] != before[rest]).any(axis=1).all()


def test_half_the_bytes_end_close_by() -> None:
    half = CONFIG.replace(exchange_dtype="bfloat16")
    (whole, exact), (state, rounded) = (
        together(2, lambda group, config=config: train(group, config))[0]  # type: ignore[misc]
        for config in (CONFIG, half)
    )
    assert 0.4 < rounded[0].bytes / exact[0].bytes < 0.8
    assert state.epoch_losses[-1] == pytest.approx(whole.epoch_losses[-1], abs=0.02)
    assert not equal(state, whole)


def test_large_tables_are_exchanged_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = together(2, train)[0][0]
    monkeypatch.setattr("w2v.training.group_exchange.BLOCK_FLOATS", 2000)
    monkeypatch.setattr("w2v.training.group_exchange._PART_ROWS", 7)
    assert equal(together(2, train)[0][0], whole)


@pytest.mark.parametrize("words", [1, 20_000, 45_000, 70_000])
def test_a_run_that_one_process_stops_continues_to_the_same_bytes(words: int) -> None:
    whole = together(3, train)[0][0]

    def some(group: Group) -> TrainingState:
        def stop(trainer: Trainer) -> bool:
            return group.rank == 1 and trainer.state.words_done >= words

        return train(group, stop=stop)[0]

    halves = together(3, some)
    first = halves[0]
    assert all(equal(state, first) and state.words_done == first.words_done for state in halves)
    assert first.words_done < 90_000
    of_epoch = first.words_done % 30_000
    assert sum(map(sum, first.epoch_words)) == of_epoch
    assert [len(each) for each in first.epoch_words] == [3] * (of_epoch > 0)

    def rest(group: Group) -> TrainingState:
        state = initial_state(V, CONFIG)
        state.inputs[:], state.outputs[:] = first.inputs, first.outputs
        state.private = first.private
        names = ("slices_done", "words_done", "loss_sum", "loss_count")
        for name in names:
            setattr(state, name, getattr(first, name))
        state.epoch_losses = list(first.epoch_losses)
        return train(group, state=state)[0]

    resumed = together(3, rest)[0]
    assert equal(resumed, whole)
    assert resumed.epoch_losses == pytest.approx(whole.epoch_losses)


def test_periods_grow() -> None:
    config = CONFIG.replace(exchange_growth=0.5)
    words = [0, *(done.words for done in together(2, lambda group: train(group, config))[0][1])]
    periods = np.diff(words)
    assert periods[0] < 2 * 5500
    assert periods.max() > 1.5 * periods[0]


@given(st.integers(1, 50), st.integers(0, 60), st.integers(1, 9))
def test_steps_and_slices(least: int, more: int, epochs: int) -> None:
    own = least + more
    steps = _Steps(least, own, 1, epochs)
    slices = [steps.to_slices(step) for step in range(least * epochs + 1)]
    assert slices[-1] == own * epochs
    assert all(before < after for before, after in itertools.pairwise(slices))
    assert [steps.of_slices(each) for each in slices] == list(range(least * epochs + 1))


def test_bfloat16_rounds_to_the_nearest() -> None:
    numbers = np.array([1, 1 + 2**-8, 1 + 3 * 2**-8, -1.5, 0, 3e38, 1e-30, np.inf], np.float32)
    back = widened(narrowed(numbers))
    wanted = np.array([1, 1, 1 + 2**-6, -1.5, 0, 3e38, 1e-30, np.inf], np.float32)
    np.testing.assert_allclose(back, wanted, rtol=2**-8)
    assert back[:5].tolist() == wanted[:5].tolist()
    assert np.isnan(widened(narrowed(np.array([np.nan], np.float32)))[0])
