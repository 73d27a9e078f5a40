"""A slice of text, trained by the kernel of each model and by its slow twin."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from kernel_data import noise_of, random_rows
from reference import ComposedWords, HierarchicalSoftmax, NegativeSampling, train

from w2v.training import kernel_arguments
from w2v.training.context import place_weights
from w2v.training.frozen_rows import FrozenRows
from w2v.training.kernel_arguments import LOSS_COUNT, LOSS_SUM, WordRows
from w2v.training.kernels import training_loop
from w2v.training.sampling import keep_thresholds
from w2v.training.softmax_tree import huffman_tree
from w2v.training.state import TrainingState
from w2v.training.word_rows import composed_of

SIZES = pytest.mark.parametrize(
    ("window", "negative", "width", "bias"),
    [(1, 1, 16, 0.0), (5, 5, 32, -2.5), (3, 8, 16, 0.0), (9, 17, 48, 1.0)],
)


@pytest.mark.parametrize("own", [0, 7])
@SIZES
def test_a_slice_of_skip_gram_trains_as_the_twin_does(
    window: int, negative: int, width: int, bias: float, own: int
) -> None:
    check_slice("skipgram", "ns", window, negative, width, bias, own)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("own", [0, 7])
@pytest.mark.parametrize(("window", "width"), [(1, 16), (6, 48)])
def test_a_slice_of_hierarchical_softmax_trains_as_the_twin_does(
    architecture: str, window: int, width: int, own: int
) -> None:
    check_slice(architecture, "hs", window, 0, width, 0.0, own)


@pytest.mark.parametrize("update", ["corrected", "word2vec"])
@pytest.mark.parametrize("own", [0, 7])
@SIZES
def test_a_slice_of_cbow_trains_as_the_twin_does(
    window: int, negative: int, width: int, bias: float, own: int, update: str
) -> None:
    check_slice("cbow", "ns", window, negative, width, bias, own, update=update)


@pytest.mark.parametrize(("loss", "width"), [("ns", 32), ("ns", 112), ("hs", 32)])
@pytest.mark.parametrize(("window", "exponent"), [(1, 0.5), (2, 3.0), (5, 0.5), (15, 1.0)])
def test_context_words_count_by_their_distance(
    loss: str, width: int, window: int, exponent: float
) -> None:
    negative = 5 if loss == "ns" else 0
    check_slice("skipgram", loss, window, negative, width, 0.0, 7, exponent=exponent)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("directional", [1, 8, 32])
def test_directional_dimensions_are_the_twins(architecture: str, directional: int) -> None:
    check_slice(architecture, "ns", 5, 5, 32, -1.0, 0, directional=directional)


N_NGRAMS, N_HOT, ROOM = 40, 9, 320
"""Of the test with subwords; the longest sentence is 300 words."""


def rows_of_words(words: int) -> WordRows:
    """Each word's own row and those of up to 12 n-grams, some of them twice."""
    random, parts, hot = np.random.default_rng(3), [], []
    for word in range(words):
        ngrams = np.minimum(random.geometric(0.08, random.integers(0, 12)) - 1, N_NGRAMS - 1)
        rare = [word, *(words + ngrams[ngrams >= N_HOT])]
        parts.append([*rare, *ngrams[ngrams < N_HOT]])
        hot.append(len(rare))
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    rows = np.concatenate(parts).astype(np.int32)
    return WordRows(rows, starts, starts[:-1] + hot, np.arange(N_NGRAMS))


def twin_of(rows: WordRows) -> ComposedWords:
    """The twin's words of the same rows."""
    n_words = len(rows.hot)
    rare = [rows.ids[a:b].tolist() for a, b in zip(rows.starts[:-1], rows.hot, strict=True)]
    hot = [
        (rows.ids[a:b] + n_words).tolist() for a, b in zip(rows.hot, rows.starts[1:], strict=True)
    ]
    return ComposedWords(rare, hot, ROOM)


@pytest.mark.parametrize("own", [0, 7])
@pytest.mark.parametrize("loss", ["ns", "hs"])
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(("window", "width", "directional"), [(5, 32, 0), (2, 112, 10)])
def test_a_slice_with_subwords_trains_as_the_twin_does(
    architecture: str, loss: str, window: int, width: int, directional: int, own: int
) -> None:
    negative, bias = (5, -1.0) if loss == "ns" else (0, 0.0)
    given = (window, negative, width, bias, own)
    check_slice(architecture, loss, *given, directional=directional, rows=rows_of_words(60))


@pytest.mark.parametrize("own", [0, 20])
@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(("negative", "directional"), [(5, 0), (11, 10)])
@pytest.mark.parametrize("subwords", [False, True])
def test_frozen_rows_stay_and_the_others_train_against_them(
    architecture: str, negative: int, directional: int, own: int, subwords: bool
) -> None:
    rows = rows_of_words(60) if subwords else None
    given = (5, negative, 112, -1.0, own)
    check_slice(architecture, "ns", *given, directional=directional, rows=rows, freezes=True)


def check_slice(
    architecture: str,
    loss: str,
    window: int,
    negative: int,
    width: int,
    bias: float,
    own: int,
    update: str = "corrected",
    directional: int = 0,
    exponent: float = 0.0,
    rows: WordRows | None = None,
    freezes: bool = False,
) -> None:
    """Train a slice with the kernel and with the twin, and compare all that they leave."""
    random = np.random.default_rng(11)
    ids = np.minimum(random.geometric(0.04, 600) - 1, 59).astype(np.int32)
    offsets = np.array([0, 1, 3, 40, 40, 300, 600], np.int64)
    counts = np.bincount(ids, minlength=60) + 1
    hierarchical = loss == "hs"
    inputs = random_rows(60 if rows is None else 60 + N_NGRAMS, width, 12, 0.3)
    outputs = random_rows(59 if hierarchical else 60, width, 13, 0.3)
    before = inputs.copy(), outputs.copy()
    keep, noise = keep_thresholds(counts, 1e-2), noise_of(counts, negative, bias)
    tree = huffman_tree(counts)
    schedule = (0.05, 0.001, 1000.0, 4000.0)
    words = np.array([0, 2, 3, 7, 11, 30, 58]) if freezes else np.zeros(0, np.int64)
    parts = words if rows is None else composed_of(rows, words)
    stays = FrozenRows(parts, words, TrainingState(inputs, outputs, blocks=()))
    want = train(
        [ids[a:b].tolist() for a, b in pairwise(offsets)],
        inputs,
        outputs,
        keep,
        HierarchicalSoftmax(counts.tolist()) if hierarchical else NegativeSampling(*noise),
        42,
        window,
        schedule,
        update if architecture == "cbow" else None,
        directional,
        exponent,
        words=None if rows is None else twin_of(rows),
        stays=(words.tolist(), parts.tolist()),
    )
    if rows is None:
        composed = None
        table = kernel_arguments.table(inputs, own)
    else:
        composed = kernel_arguments.composed(inputs, rows, own, ROOM, 300)
        table = kernel_arguments.table(composed.kept.local, 0)
    totals = kernel_arguments.totals()
    with np.errstate(over="ignore"):
        training_loop.training_kernel(architecture, loss, rows is not None, freezes)(
            kernel_arguments.Slice(ids, offsets, keep),
            kernel_arguments.Tables(table, kernel_arguments.table(outputs, own)),
            noise,
            tree,
            kernel_arguments.Schedule(*schedule),
            kernel_arguments.Context(
                window, directional, update == "corrected", place_weights(window, exponent)
            ),
            50,
            np.array([42], np.uint64),
            kernel_arguments.scratch(window, max(1 + negative, tree.longest), width, 600),
            composed,
            stays.frozen if freezes else None,
            totals,
        )
    for table, which, old in ((inputs, parts, before[0]), (outputs, words, before[1])):
        assert np.array_equal(table[which], old[which])
    assert totals.counts.tolist() == [600, want[2], want[3]]
    np.testing.assert_allclose(inputs, want[0], atol=2e-4)
    np.testing.assert_allclose(outputs, want[1], atol=2e-4)
    assert totals.loss[LOSS_SUM] == pytest.approx(want[4], rel=1e-4)
    assert totals.loss[LOSS_COUNT] == pytest.approx(want[5], rel=1e-6)
