"""Work shared among threads, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from w2v.system.resources import available_threads

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Given = TypeVar("Given")
Made = TypeVar("Made")

MOST_THREADS = 16  # one reader cannot keep more than these busy


@contextmanager
def worker_threads(threads: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """A pool of threads, as many as there are processor cores unless `threads` says otherwise.

    After an error, work that has not begun is dropped. After Ctrl-C, work that has begun is not
    waited for either: it may be the compilation of a first run.
    """
    from concurrent.futures import ThreadPoolExecutor  # most questions need no threads

    pool = ThreadPoolExecutor(min(threads or available_threads(), MOST_THREADS), "w2v-worker")
    wait = True
    try:
        yield pool
    except KeyboardInterrupt:
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)


def in_order(
    pool: ThreadPoolExecutor, work: Callable[[Given], Made], items: Iterable[Given]
) -> Iterator[Made]:
    """Like `map(work, items)`, but in the pool's threads; few items are taken in advance."""
    pending: deque[Future[Made]] = deque()
    ahead = 2 * pool._max_workers
    for item in items:
        pending.append(pool.submit(work, item))
        while pending and (len(pending) > ahead or pending[0].done()):
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def map_ahead(work: Callable[[Given], Made], items: Iterable[Given]) -> Iterator[Made]:
    """`in_order` with a pool of its own, on all processor cores."""
    with worker_threads() as pool:
        yield from in_order(pool, work, items)
