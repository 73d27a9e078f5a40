"""Work shared among threads: results in order, errors passed on, few items taken in advance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from w2v.errors import W2VError
from w2v.system.parallel import in_order, map_ahead, worker_threads


def square(number: int) -> int:
    """The work of these tests; 70 fails."""
    if number == 70:
        raise W2VError("seventy")
    return number * number


def test_results_come_in_order_and_errors_are_raised() -> None:
    with worker_threads(3) as pool:
        assert list(in_order(pool, square, range(50))) == [i * i for i in range(50)]
        with pytest.raises(W2VError, match="seventy"):
            list(in_order(pool, square, range(100)))
    assert list(map_ahead(square, range(50))) == [i * i for i in range(50)]
    with pytest.raises(W2VError, match="seventy"):
        list(map_ahead(square, range(100)))


def test_only_a_few_items_are_taken_in_advance() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number % 60

    with worker_threads(2) as pool:
        for done, _ in enumerate(in_order(pool, square, items())):
            assert taken <= done + 2 + 2 * 2
    assert taken == 1000
