"""Whitening: as its slow twin does it, whatever the blocks, the threads of BLAS or the rank."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from reference import whitened as twin
from uncompiled import environment

from w2v.arrays import Floats, Integers
from w2v.formats.table import Table, from_arrays
from w2v.formats.whitening import ROWS, SAMPLE, whitened, whitening
from w2v.words.word_list import WordList

AMOUNTS = pytest.mark.parametrize("amount", [0.25, 0.6, 1.0])


def some_rows(words: int, size: int) -> tuple[Floats, Integers]:
    """Rows that are longer in some directions, one of them zero, and their words' counts."""
    rng = np.random.default_rng(words + size)
    rows = (
        rng.normal(size=(words, size)) * np.geomspace(1, 20, size) @ rng.normal(size=(size, size))
    )
    rows[words // 2] = 0
    return rows.astype(np.float32), np.sort(rng.integers(1, 1000, words))[::-1].copy()


def table_of(rows: Floats, counts: Integers | None = None) -> Table:
    return from_arrays(WordList.from_strings([f"w{n}" for n in range(len(rows))]), rows, counts)


def in_one(table: Table) -> Floats:
    return np.concatenate(list(table.blocks()))


@AMOUNTS
@pytest.mark.parametrize("shape", [(200, 12), (SAMPLE + ROWS + 5, 7), (5, 9), (2, 1)])
def test_it_does_what_the_slow_twin_does(shape: tuple[int, int], amount: float) -> None:
    rows, counts = some_rows(*shape)
    found = in_one(whitened(table_of(rows, counts), amount))
    wanted = twin(rows, counts, amount, SAMPLE)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, atol=1e-4 * np.abs(wanted).max())
    without_counts = in_one(whitened(table_of(rows), amount))
    wanted = twin(rows, np.ones(len(rows)), amount, SAMPLE)
    np.testing.assert_allclose(without_counts, wanted, atol=1e-4 * np.abs(wanted).max())


def test_with_an_amount_of_1_all_directions_count_alike_and_lengths_stay() -> None:
    rows, counts = some_rows(500, 8)
    found = in_one(whitened(table_of(rows, counts), 1.0)).astype(np.float64)
    shares = np.sqrt(counts) / np.sqrt(counts).sum()
    moments = (found * shares[:, None]).T @ found
    mean = shares @ (rows.astype(np.float64) ** 2).sum(axis=1)
    np.testing.assert_allclose(moments, mean / 8 * np.eye(8), atol=1e-5 * mean)


def test_an_amount_of_0_changes_and_reads_nothing() -> None:
    rows, counts = some_rows(10, 3)
    table = table_of(rows, counts)
    assert whitened(table, 0.0) is table


@AMOUNTS
@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((6, 4)),
        np.zeros((1, 1)),
        np.ones((1, 5)),
        np.ones((4, 5)),
        np.eye(3, 100),
        np.full((3, 1), -2.0),
        np.eye(2, 3) * 1e-30,
        np.eye(2, 3) * 1e30,
    ],
)
def test_rows_that_span_few_directions_stay_finite(rows: Floats, amount: float) -> None:
    rows = rows.astype(np.float32)
    counts = np.arange(len(rows), 0, -1)
    found = in_one(whitened(table_of(rows, counts), amount))
    assert found.shape == rows.shape
    np.testing.assert_allclose(
        found, twin(rows, counts, amount, SAMPLE), rtol=1e-3, atol=1e-3 * rows.max()
    )
    assert (found.any(axis=1) == rows.any(axis=1)).all()


def test_one_dimension_and_no_words_are_left_as_they_are() -> None:
    rows = np.array([[1.5], [0.1], [-3.7]], np.float32)
    assert np.array_equal(in_one(whitened(table_of(rows), 1.0)), rows)
    assert not list(whitened(table_of(np.zeros((0, 4), np.float32)), 1.0).blocks())


def test_values_that_are_not_finite_leave_nothing_to_measure() -> None:
    assert np.array_equal(whitening(np.array([[np.inf, 1], [1, 1]]), 0.5), np.eye(2))
    assert np.array_equal(whitening(np.array([[np.nan, 1], [1, 1]]), 0.5), np.eye(2))


def test_the_bytes_do_not_depend_on_the_blocks_that_a_table_is_read_in() -> None:
    rows, counts = some_rows(3 * ROWS - 1, 5)
    wanted = in_one(whitened(table_of(rows, counts), 0.25))
    for step in (1000, ROWS, ROWS + 1, len(rows)):

        def blocks(step: int = step) -> Iterator[Floats]:
            return (rows[first : first + step] for first in range(0, len(rows), step))

        table = Table(table_of(rows).words, 5, blocks, counts)
        assert in_one(whitened(table, 0.25)).tobytes() == wanted.tobytes()


PROGRAM = """
import hashlib
from test_whitening import in_one, some_rows, table_of, whitened
for size in (20, 100, 150):
    rows = in_one(whitened(table_of(*some_rows(9000, size)), 0.25))
    print(hashlib.sha256(rows.tobytes()).hexdigest())
"""


def test_the_bytes_do_not_depend_on_the_threads_of_blas() -> None:
    def printed(threads: str) -> str:
        given = {**environment(), "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": ":".join(sys.path)}
        program = [sys.executable, "-c", PROGRAM]
        return subprocess.run(program, env=given, check=True, capture_output=True, text=True).stdout

    assert printed("1") == printed("2") != ""


def test_memory_holds_a_few_blocks_and_not_the_table() -> None:
    size, words = 100, 40 * ROWS

    def blocks() -> Iterator[Floats]:
        rng = np.random.default_rng(1)
        return (rng.random((1000, size), np.float32) for _ in range(words // 1000))

    def peak(step: Callable[[], object]) -> int:
        tracemalloc.start()
        step()
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    names = WordList.from_strings([f"w{n}" for n in range(words // 1000 * 1000)])
    table = Table(names, size, blocks)
    most = 10 * ROWS * size * 4
    assert peak(lambda: sum(len(block) for block in whitened(table, 0.25).blocks())) < most
    assert 4 * words * size > 3 * most
