"""Private rows: which words have them, that no replica loses its own, and what is published."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_group_exchange import train
from test_replicas import CONFIG, never, run
from test_trainer import V, corpus
from together import together

from w2v.training import private_rows as module
from w2v.training.exchange import Exchange
from w2v.training.frozen_rows import FrozenRows
from w2v.training.private_rows import LEAST_COUNT, PRIVATE_WORDS, private_rows, private_words
from w2v.training.replica_trainer import ReplicaTrainer
from w2v.training.state import TrainingState, initial_state

NONE = Exchange.restored
_, COUNTS = corpus()


@pytest.fixture(autouse=True)
def few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Private rows in the little corpus of these tests."""
    monkeypatch.setattr(module, "PRIVATE_WORDS", 20)
    monkeypatch.setattr(module, "LEAST_COUNT", 50)


def test_the_most_frequent_words_have_private_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    counts = np.arange(LEAST_COUNT + 1000, LEAST_COUNT, -1)
    assert np.array_equal(private_words(CONFIG, counts, 1, NONE), np.arange(PRIVATE_WORDS))
    assert np.array_equal(
        private_words(CONFIG, counts[::-1], 1, NONE), np.arange(1000)[-PRIVATE_WORDS:]
    )
    least = 4 * LEAST_COUNT
    assert private_words(CONFIG, np.array([least - 1, least, 3]), 4, NONE).tolist() == [1]
    assert not len(private_words(CONFIG, np.zeros(0, np.int64), 4, NONE))


def test_rows_that_stay_as_they_are_are_not_private() -> None:
    words = private_words(CONFIG, COUNTS, 3, np.array([0, 3, 250]))
    assert np.array_equal(words, np.setdiff1d(private_words(CONFIG, COUNTS, 3, NONE), [0, 3]))
    assert len(words) == 18


@pytest.mark.parametrize("options", [{"architecture": "cbow"}, {"loss": "hs"}], ids=str)
def test_only_skipgram_with_negative_sampling_has_them(options: Any) -> None:
    assert not len(private_words(CONFIG.replace(**options), COUNTS, 3, NONE))


def test_they_start_from_the_tables_or_from_what_is_saved() -> None:
    state, words = initial_state(V, CONFIG), np.array([3, 7])
    fresh = private_rows(state, words, 3)
    assert np.array_equal(fresh, np.stack([state.inputs[words]] * 3))
    state.private = fresh + 1
    assert private_rows(state, words, 3) is state.private
    assert np.array_equal(private_rows(state, words, 2), fresh[:2])


def assert_private(state: TrainingState, replicas: int, others_differ: bool = True) -> None:
    """Each replica has its own, and the tables hold their mean."""
    words = private_words(CONFIG, COUNTS, 3, NONE)
    assert state.private.flags.c_contiguous
    assert state.private.shape == (replicas, 20, state.inputs.shape[1])
    assert np.array_equal(state.inputs[words], state.private.mean(axis=0))
    apart = abs(state.private - state.private[0]).max(axis=(1, 2))
    assert (apart[1:] > 0.01).all() == others_differ


def test_replicas_keep_their_own() -> None:
    assert_private(run(3)[0], 3)


def test_a_replica_starts_from_its_own_rows() -> None:
    text, counts = corpus()
    state, kept = initial_state(V, CONFIG), []
    trainer = ReplicaTrainer(text, counts, CONFIG, state, 3)
    words, replicas = private_words(CONFIG, counts, 3, NONE), trainer._replicas
    combine = replicas.combine

    def combined(rate: float) -> None:
        trained = [replicas.tables(r)[0][words].copy() for r in range(3)]
        combine(rate)
        begun = [replicas.copy(r)[0] for r in range(3)]
        kept.extend(np.array_equal(b[words], t) for b, t in zip(begun, trained, strict=True))
        rest = np.setdiff1d(np.arange(V), words)
        kept.extend(np.array_equal(b[rest], state.inputs[rest]) for b in begun)

    replicas.combine = combined  # type: ignore[method-assign]
    trainer.run(lambda r: None, lambda s, e: None, never, never)
    assert len(kept) > 6
    assert all(kept)


def test_processes_keep_their_own() -> None:
    states = [state for state, _ in together(3, train)]
    for state in states:
        assert_private(state, 3)
        assert np.array_equal(state.private, states[0].private)


def test_frozen_rows_stay_with_replicas_that_keep_their_own() -> None:
    text, counts = corpus()
    state = initial_state(V, CONFIG)
    rows, before = np.arange(5), state.inputs.copy()
    trainer = ReplicaTrainer(text, counts, CONFIG, state, 3, FrozenRows(rows, rows, state))
    trainer.run(lambda r: None, lambda s, e: None, never, never)
    assert state.private.shape[1] == 15
    assert np.array_equal(state.inputs[rows], before[rows])
