"""Starting from existing vectors with subwords: what each row of the new state is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from w2v.config import TrainConfig
from w2v.errors import W2VError
from w2v.formats import model_folder
from w2v.training.state import TrainingState, empty_state
from w2v.training.warm_start import check_subwords, start_from
from w2v.vectors.word_vectors import WordVectors
from w2v.words.subwords import Subwords, find_buckets, trained_rows
from w2v.words.vocabulary import Vocabulary
from w2v.words.word_list import WordList

OLD = ["king", "queen", "kingdom", "a"]
NEW = ["kings", "queen", "zzz", "a", "king", "q"]  # of the new run; kingdom is missing
RUNS = Subwords(3, 4, 300)
D = 20
CONFIG = TrainConfig(vector_size=D)


def used(words: list[str]) -> np.ndarray:
    """The buckets of words, in no order."""
    listed = WordList.from_strings(words)
    found = np.unique(find_buckets(listed, 0, len(words), RUNS)[0])
    return np.random.default_rng(5).permutation(found)


def random_rows(n_rows: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n_rows, D)).astype(np.float32)


def old_model(path: Path) -> Path:
    """A model with subwords whose published vectors are a mix."""
    buckets = used(OLD)
    inputs, outputs = random_rows(len(OLD) + len(buckets), 1), random_rows(len(OLD), 2)
    words, counts = WordList.from_strings(OLD), np.arange(4, 0, -1)
    model_folder.write_model(
        path, words, counts, inputs, outputs, {}, mix_weight=0.25, subwords=RUNS, buckets=buckets
    )
    return path


def start(path: Path) -> tuple[TrainingState, np.ndarray, int]:
    """The state of a run on NEW, its vectors, and how many words were found."""
    buckets = used(NEW)
    state = empty_state(len(NEW) + len(buckets), len(NEW), D)
    state.inputs[:, :D] = random_rows(len(state.inputs), 3)
    words = WordList.from_strings(NEW)
    vocabulary = Vocabulary(words, np.arange(len(NEW), 0, -1))
    found = start_from(path, vocabulary, state, CONFIG, RUNS, buckets)
    rows = trained_rows(state.inputs[:, :D], len(NEW), RUNS, buckets)
    return state, np.concatenate(list(rows.blocks(words))), found


@pytest.mark.parametrize("ending", [".w2v", ".ftbin"])
def test_own_rows_and_ngrams_go_on(tmp_path: Path, ending: str) -> None:
    old_model(tmp_path / "old.w2v")
    old = WordVectors.load(tmp_path / "old.w2v", table="input")
    if ending != ".w2v":
        old.save(tmp_path / "old.ftbin")
    state, vectors, found = start(tmp_path / f"old{ending}")
    assert found == 3
    for word in ("king", "queen", "a"):  # with n-grams, and without any
        np.testing.assert_allclose(vectors[NEW.index(word)], old[word], atol=1e-6)
    assert np.array_equal(
        state.inputs[NEW.index("king"), :D], np.load(tmp_path / "old.w2v" / "words.npy")[0]
    )
    buckets = np.zeros((RUNS.bucket, D), np.float32)
    numbers = np.load(tmp_path / "old.w2v" / "bucket_numbers.npy")
    buckets[numbers] = np.load(tmp_path / "old.w2v" / "buckets.npy")
    assert np.array_equal(state.inputs[len(NEW) :, :D], buckets[used(NEW)])
    outputs = WordVectors.load(tmp_path / "old.w2v", table="output")
    assert np.array_equal(state.outputs[NEW.index("king"), :D], outputs["king"])
    assert not state.outputs[NEW.index("kings")].any()


def test_a_new_word_starts_from_the_vector_that_the_old_model_composes(tmp_path: Path) -> None:
    path = old_model(tmp_path / "old.w2v")
    _, vectors, _ = start(path)
    np.testing.assert_allclose(vectors[0], WordVectors.load(path)["kings"], atol=1e-6)
    fresh = random_rows(len(NEW), 3)[NEW.index("q")]
    assert np.array_equal(vectors[NEW.index("q")], fresh / 2)  # the model has not seen <q>


def test_plain_vectors_are_where_words_start(tmp_path: Path) -> None:
    vectors = WordVectors(OLD, random_rows(len(OLD), 4))
    vectors.save(tmp_path / "old.txt")
    state, started, found = start(tmp_path / "old.txt")
    assert found == 3
    for word in ("king", "queen", "a"):
        np.testing.assert_allclose(started[NEW.index(word)], vectors[word], atol=1e-6)
    untouched = random_rows(len(state.inputs), 3)
    for row in (NEW.index("zzz"), NEW.index("kings"), slice(len(NEW), None)):
        assert np.array_equal(state.inputs[row, :D], untouched[row])


def test_a_run_without_subwords_starts_from_the_finished_vectors(tmp_path: Path) -> None:
    path = old_model(tmp_path / "old.w2v")
    words = WordList.from_strings(NEW)
    state = empty_state(len(NEW), len(NEW), D)
    check_subwords(path, None)
    start_from(path, Vocabulary(words, np.ones(len(NEW), np.int64)), state, CONFIG)
    wanted = WordVectors.load(path, table="input")[["queen", "a", "king"]]
    np.testing.assert_allclose(state.inputs[[1, 3, 4], :D], wanted, atol=1e-6)


def test_ngrams_that_differ_are_refused(tmp_path: Path) -> None:
    path = old_model(tmp_path / "old.w2v")
    check_subwords(path, RUNS)
    check_subwords(path, RUNS, continues=True)
    advice = (
        r"old\.w2v has n-grams of 3 to 4 characters in 300 buckets; "
        r"give --subwords --min-n 3 --max-n 4 --buckets 300"
    )
    for other in (Subwords(2, 4, 300), Subwords(3, 5, 300), Subwords(3, 4, 301)):
        with pytest.raises(W2VError, match=f"{advice}$"):
            check_subwords(path, other)
    with pytest.raises(W2VError, match=f"{advice}, or --init instead of --continue$"):
        check_subwords(path, None, continues=True)


def test_vectors_without_ngrams_are_never_refused_for_them(tmp_path: Path) -> None:
    for name in ("v.txt", "v.w2v", "v.ftbin"):
        WordVectors(OLD, random_rows(len(OLD), 4)).save(tmp_path / name)
        check_subwords(tmp_path / name, RUNS, continues=True)
