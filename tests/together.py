"""A group of threads of this process, to test what groups do without MPI."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from w2v.cluster.group import Agreement, Group, SharedError
from w2v.errors import W2VError

Made = TypeVar("Made")


class _Table:
    """What the threads lay down for each other."""

    def __init__(self, size: int) -> None:
        self.barrier = threading.Barrier(size, timeout=60)
        self.given: list[Any] = [None] * size


class ThreadGroup(Group):
    """One of several threads."""

    def __init__(self, rank: int, size: int, table: _Table) -> None:
        self.rank, self.size, self._table = rank, size, table

    def _all(self, mine: Any) -> list[Any]:
        self._table.given[self.rank] = mine
        self._table.barrier.wait()
        found = list(self._table.given)
        self._table.barrier.wait()
        return found

    def agree(
        self, stop: bool = False, facts: Sequence[float] = (), *, others_handle: int = 0
    ) -> Agreement:
        states = self._all((None, stop, list(facts)))
        for error, _, _ in states:
            if error is not None:
                raise SharedError(str(error), error.exit_code)
        return Agreement(any(state[1] for state in states), [state[2] for state in states])

    def fail(self, error: W2VError) -> W2VError:
        errors = [state[0] for state in self._all((error, True, []))]
        return next(each for each in errors if each is not None)

    def share(self, data: bytes) -> bytes:
        return bytes(self._all(data)[0])

    def gather(self, data: bytes) -> list[bytes]:
        return self._all(data)

    def give(self, data: bytes) -> Iterator[bytes]:
        given = self._all(data)
        yield from given[1:] if self.rank == 0 else []

    def overwrite(self, array: Any) -> None:
        array[...] = self._all(array.copy())[0]

    def swap(self, rows: Any, bounds: Sequence[int]) -> Any:
        mine = slice(bounds[self.rank], bounds[self.rank + 1])
        return np.stack([theirs[mine] for theirs in self._all(rows.copy())])

    def collect(self, part: Any, bounds: Sequence[int]) -> Any:
        return np.concatenate(self._all(part.copy()))


def together(size: int, work: Callable[[Group], Made]) -> list[Made]:
    """What `work` returns in each of some threads that form a group, or the error of the first."""
    table = _Table(size)
    results: list[Any] = [None] * size
    errors: list[BaseException] = []

    def run(rank: int) -> None:
        group = ThreadGroup(rank, size, table)
        try:
            results[rank] = work(group)
        except SharedError as error:
            errors.append(error)
        except W2VError as error:
            errors.append(group.fail(error))
        except BaseException as error:
            errors.append(error)
            table.barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
