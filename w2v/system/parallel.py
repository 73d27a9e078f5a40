"""Work in several threads, with results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")


Made = TypeVar("Made")


MOST_THREADS = 16  # each has a table; beyond these, one reader cannot feed them


@contextmanager
def worker_threads(threads: int) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads; on an error what waits is dropped, so that it ends at once.

    Ctrl-C does not wait for what they are at either, which may be the compiling of a first run.
    """
    pool = ThreadPoolExecutor(min(threads, MOST_THREADS), "w2v-text")
    patient = True
    try:
        yield pool
    except KeyboardInterrupt:
        patient = False
        raise
    finally:
        pool.shutdown(wait=patient, cancel_futures=True)


def in_order(
    pool: ThreadPoolExecutor, work: Callable[[Given], Made], given: Iterable[Given]
) -> Iterator[tuple[Given, Made]]:
    """Each thing given and what `work` makes of it, in order; only a few are ahead."""
    pending: deque[tuple[Given, Future[Made]]] = deque()
    ahead = 2 * min(pool._max_workers, MOST_THREADS)
    for thing in given:
        pending.append((thing, pool.submit(work, thing)))
        while pending and (len(pending) > ahead or pending[0][1].done()):
            first, future = pending.popleft()
            yield first, future.result()
    for first, future in pending:
        yield first, future.result()


T = TypeVar("T")


R = TypeVar("R")


def map_ahead(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """As `map`, in as many threads as there are cores, and no more than that many items ahead."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[Future[R]] = deque()
        for item in items:
            pending.append(pool.submit(function, item))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
