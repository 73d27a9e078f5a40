"""Threads with replicas of the tables: the same bytes, wherever a run stops, and a good model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from reference import combined_row, parted_moment, private_row
from test_trainer import CONFIG as ONE_THREAD
from test_trainer import V, copy, corpus

from w2v.config import TrainConfig
from w2v.training.combination import Exposure, compile_kernels, principal_axes
from w2v.training.frozen_rows import FrozenRows
from w2v.training.replica_trainer import ReplicaTrainer, trainer_class
from w2v.training.replicas import BLOCK_ROWS, MOMENT_PARTS, Replicas
from w2v.training.sampling import noise_distribution
from w2v.training.schedule import FIRST_PERIOD, MOST_OF_A_PERIOD, slice_tokens
from w2v.training.softmax_tree import huffman_tree
from w2v.training.state import TrainingState, initial_state
from w2v.training.trainer import Report, Trainer

CONFIG = ONE_THREAD.replace(deterministic=True)


def never() -> bool:
    return False


def run(
    threads: int = 3,
    config: TrainConfig = CONFIG,
    state: TrainingState | None = None,
    stop_after: int = 10**9,
) -> tuple[TrainingState, list[Report]]:
    """Train; `stop_after` asks to stop once so many slices are done."""
    text, counts = corpus()
    state = state or initial_state(V, config)
    reports: list[Report] = []
    trainer = trainer_class(config, threads)(text, counts, config, state, threads)
    asked = [False]

    def stop() -> bool:
        asked[0] = asked[0] or state.slices_done >= stop_after
        return asked[0]

    trainer.run(reports.append, lambda s, e: None, never, stop)
    return state, reports


def assert_equal(first: TrainingState, second: TrainingState) -> None:
    assert first.inputs.tobytes() == second.inputs.tobytes()
    assert first.outputs.tobytes() == second.outputs.tobytes()
    assert first.epoch_losses == second.epoch_losses
    assert first.words_done == second.words_done


# --- the combination of whole tables ----------------------------------------------------------


@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_tables_are_combined_as_by_the_twin(loss: str) -> None:
    """Both tables, of more rows than a block holds, each along the axes of the other one: of what
    the replicas started from, or with hierarchical softmax of what they have become."""
    compile_kernels()
    random, rows, config = np.random.default_rng(1), BLOCK_ROWS + 50, TrainConfig(loss=loss)
    config = config.replace(vector_size=16, sample=0)
    counts = np.arange(rows, 0, -1)
    noise = noise_distribution(counts, 0.75)
    exposure = Exposure(counts, config, noise, huffman_tree(counts))
    state = initial_state(rows, config)
    for table in (state.inputs, state.outputs):
        table[:] = random.normal(size=table.shape)
    before = state.inputs.astype(np.float64), state.outputs.astype(np.float64)
    private = np.array([0, 700])
    replicas, trained = Replicas(state, exposure, 0, 2, private), []
    for number in range(2):
        for table in replicas.copy(number):
            table += random.normal(size=table.shape).astype(np.float32)
        trained.append([np.array(part, np.float64) for part in replicas.tables(number)])
        replicas.saw(number, random.integers(0, rows, 3000).astype(np.int32))
    windows = replicas.windows()
    replicas.combine(rate=0.05)
    shares = exposure.output_shares, exposure.input_shares
    for k, table in enumerate((state.inputs, state.outputs)):
        met = [before[1 - k]] if loss == "ns" else [tables[1 - k] for tables in trained]
        axes = principal_axes(parted_moment(met, shares[k], MOMENT_PARTS))
        for row in (0, 1, 500, 700, BLOCK_ROWS + 7):
            if k == 0 and row in private:
                own = [trained[r][k][row] for r in range(2)]
                np.testing.assert_allclose(table[row], private_row(own), atol=1e-5)
                continue
            wanted = combined_row(
                before[k][row],
                np.array([trained[r][k][row] for r in range(2)]),
                windows[k][:, row],
                *map(np.float64, axes[:2]),
                0.05,
            )
            changes = sum(trained[r][k][row] - before[k][row] for r in range(2))
            assert np.linalg.norm(table[row] - wanted) <= 0.05 * np.linalg.norm(changes) + 1e-4


# --- runs -------------------------------------------------------------------------------------

MODELS = [
    {},
    {"architecture": "cbow"},
    {"loss": "hs"},
    {"architecture": "cbow", "loss": "hs", "cbow_update": "corrected"},
    {"directional": 5},
]


@pytest.mark.parametrize("options", MODELS, ids=str)
@pytest.mark.parametrize("threads", [2, 5])
def test_the_same_number_of_threads_gives_the_same_bytes(threads: int, options: Any) -> None:
    config = CONFIG.replace(**options)
    assert_equal(run(threads, config)[0], run(threads, config)[0])


def test_another_number_of_threads_gives_other_bytes() -> None:
    assert run(2)[0].inputs.tobytes() != run(3)[0].inputs.tobytes()


def test_one_thread_gives_the_same_bytes_as_without() -> None:
    assert_equal(run(1)[0], run(1, ONE_THREAD)[0])


@pytest.mark.parametrize("stop_after", [1, 7, 30, 50])
def test_a_run_that_stops_and_continues_ends_in_the_same_bytes(stop_after: int) -> None:
    half = run(stop_after=stop_after)[0]
    assert half.words_done < 90_000
    assert_equal(run(state=copy(half))[0], run()[0])


def test_a_checkpoint_waits_for_the_replicas_and_changes_nothing() -> None:
    text, counts = corpus()
    state, saved = initial_state(V, CONFIG), []
    trainer = trainer_class(CONFIG, 3)(text, counts, CONFIG, state, 3)
    trainer.run(lambda r: None, lambda s, e: saved.append(s.slices_done), lambda: True, never)
    assert len(saved) > CONFIG.epochs
    assert all(done % 3 == 0 or done % trainer.n_slices == 0 for done in saved)
    assert_equal(state, run()[0])


def test_a_stretch_that_is_stopped_is_forgotten() -> None:
    """The stop comes while slices are trained: the state is that of the last exchange."""
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    trainer = ReplicaTrainer(text, counts, CONFIG.replace(exchange_growth=1), state, 3)
    taken, train, before = [], trainer.train_slice, state.inputs.copy()

    def train_slice(*arguments: Any) -> Any:
        taken.append(arguments[2])
        return train(*arguments)

    trainer.train_slice = train_slice  # type: ignore[method-assign]
    assert not trainer.run(lambda r: None, lambda s, e: None, never, lambda: bool(taken))
    assert taken
    assert state.slices_done == state.words_done == state.loss_count == 0
    assert state.epoch_losses == []
    assert np.array_equal(state.inputs, before)
    trainer.train_slice = train  # type: ignore[method-assign]
    assert trainer.run(lambda r: None, lambda s, e: None, never, never)
    assert_equal(state, run(3, CONFIG.replace(exchange_growth=1))[0])


def test_each_slice_is_trained_once_by_its_thread() -> None:
    text, counts = corpus()
    trainer = ReplicaTrainer(text, counts, CONFIG, initial_state(V, CONFIG), 3)
    trained: list[tuple[int, int]] = []
    train, replicas = trainer.train_slice, trainer._replicas

    def train_slice(ids: Any, offsets: Any, number: int, memory: Any) -> Any:
        table = memory.tables.inputs.shared
        trained.extend(
            (number, r) for r in range(3) if np.shares_memory(table, replicas.tables(r)[0])
        )
        return train(ids, offsets, number, memory)

    trainer.train_slice = train_slice  # type: ignore[method-assign]
    trainer.run(lambda r: None, lambda s, e: None, never, never)
    assert trainer.n_slices % 3 == 0
    assert sorted(trained) == [(number, number % 3) for number in range(trainer.total_slices)]


def test_periods_grow_with_the_words_trained() -> None:
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    trainer = ReplicaTrainer(text, counts, CONFIG, state, 3)
    tokens = text.n_tokens / trainer.n_slices
    assert trainer._due() == 3 * int(FIRST_PERIOD / tokens)
    state.words_done = 3 * 10**6
    assert trainer._due() == 3 * int(CONFIG.exchange_growth * 10**6 / tokens)
    state.words_done = 10**12
    assert trainer._due() == 3 * int(MOST_OF_A_PERIOD / tokens)


def test_progress_is_reported_in_words_of_all_threads() -> None:
    state, reports = run(5)
    assert state.words_done == 30_000 * CONFIG.epochs
    assert reports[-1].words == reports[-1].total_words == state.words_done
    assert len(state.epoch_losses) == CONFIG.epochs


@pytest.mark.parametrize("options", MODELS, ids=str)
def test_the_loss_is_close_to_that_of_one_thread(options: Any) -> None:
    config = CONFIG.replace(**options)
    alone, together = (run(threads, config)[0].epoch_losses[-1] for threads in (1, 4))
    assert alone is not None
    assert together == pytest.approx(alone, abs=0.03)


def test_rows_that_stay_as_they_are_do_so() -> None:
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    state.outputs[:] = 0.01
    rows, before = np.arange(10, 60), state.inputs.copy()
    frozen = FrozenRows(rows, rows, state)
    trainer = trainer_class(CONFIG, 3)(text, counts, CONFIG, state, 3, frozen)
    trainer.run(lambda r: None, lambda s, e: None, never, never)
    assert np.array_equal(state.inputs[rows], before[rows])
    assert not np.array_equal(state.inputs[:10], before[:10])


def test_a_trainer_without_several_deterministic_threads_has_no_replicas() -> None:
    for config, threads in ((CONFIG, 1), (ONE_THREAD, 2)):
        assert trainer_class(config, threads) is Trainer


def test_slices_of_replicas_are_short() -> None:
    assert slice_tokens(10**9, CONFIG, short=True) == 5_000
    assert slice_tokens(10**9, CONFIG) > 5_000
    assert slice_tokens(64_000, CONFIG, short=True) == 1000
