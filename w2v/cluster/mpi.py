"""The group of the processes that an MPI launcher started, through mpi4py.

There are two kinds of calls. `agree` polls with pauses, so that waiting costs no processor time and
ends when another process fails. The others transfer data; all processes call them at the same time,
right after they have agreed. A process that hears nothing for too long, as when a link is cut, ends
the run: the launcher then ends the other processes.
"""

from __future__ import annotations

import itertools
import os
import platform
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v.cluster.group import Agreement, Group, SharedError
from w2v.errors import W2VError

TRANSFER_SECONDS = 300.0  # the most that one transfer may take
LATE_SECONDS = 300.0  # the most that another process may arrive after this one,
LATE_FACTOR = 10.0  # plus this many times the work of this one since they last met
SLOWEST_FILES = 5e6  # bytes a second that a process reads or writes at least
CLOSE_SECONDS = 10.0
MOST_FACTS = 5  # that `agree` exchanges
_POLLS = 20  # in a row
_EAGER_SECONDS = 0.02  # of polling without a pause
_FIRST_WAIT, _LONGEST_WAIT = 0.0001, 0.005  # seconds between two polls after that
_STEP = 1 << 24  # bytes of one message
_ALARM = 1  # the tag of messages that ask a process to come to `agree`
_FAILED, _EXIT_CODE, _STOP, _FACTS = range(4)  # what each process states


class MpiGroup(Group):
    """All processes of MPI_COMM_WORLD. Raises W2VError if there is no MPI for Python here."""

    def __init__(self) -> None:
        self._mpi = _import_mpi()
        self._all = self._mpi.COMM_WORLD.Dup()
        self._alarms = self._mpi.COMM_WORLD.Dup()
        self.rank, self.size = self._all.rank, self._all.size
        self._has_alarmed = False
        self._alarmed_by: set[int] = set()
        self._met = time.monotonic()
        self._watch = _Watch()

    def agree(
        self, stop: bool = False, facts: Sequence[float] = (), *, others_handle: int = 0
    ) -> Agreement:
        """Wait until all processes are here; see `Group.agree`."""
        return self._agree(None, stop, facts, others_handle / SLOWEST_FILES)

    def fail(self, error: W2VError) -> W2VError:
        """Tell the others of an error; see `Group.fail`."""
        self.alarm()
        try:
            self._agree(error, True, ())
        except SharedError as shared:
            return shared
        return error

    def _agree(
        self, error: W2VError | None, stop: bool, facts: Sequence[float], more_seconds: float = 0.0
    ) -> Agreement:
        """Exchange what each process states; raise what the first one that failed says."""
        mine = np.zeros(_FACTS + MOST_FACTS)
        if error is not None:
            mine[_FAILED], mine[_EXIT_CODE] = 1, error.exit_code
        mine[_STOP] = stop
        mine[_FACTS : _FACTS + len(facts)] = facts
        states = np.empty((self.size, len(mine)))
        late = LATE_SECONDS + LATE_FACTOR * (time.monotonic() - self._met) + more_seconds
        with self._watch.limit(late, "waited for the other processes"):
            _wait(self._all.Iallgather(mine, states), _LONGEST_WAIT)
        self._met = time.monotonic()
        failed = np.flatnonzero(states[:, _FAILED])
        if not len(failed):
            stated = states[:, _FACTS : _FACTS + len(facts)].tolist()
            return Agreement(bool(states[:, _STOP].any()), stated)
        messages = self.gather(b"" if error is None else str(error).encode())
        first = int(failed[0])
        if first == self.rank:
            return Agreement(True, [])
        where = f"rank {first}: " if first else ""
        raise SharedError(where + messages[first].decode(), int(states[first, _EXIT_CODE]))

    def alarm(self) -> None:
        """Ask the others to come to the next `agree`."""
        if not self._has_alarmed:
            self._has_alarmed = True
            nothing = np.zeros(0, np.uint8)
            for rank in set(range(self.size)) - {self.rank}:
                self._alarms.Isend(nothing, rank, _ALARM)

    def alarmed(self) -> bool:
        """Whether another process asked this one to come."""
        for rank in set(range(self.size)) - {self.rank} - self._alarmed_by:
            if self._alarms.Iprobe(rank, _ALARM):
                self._alarms.Recv(np.zeros(0, np.uint8), rank, _ALARM)
                self._alarmed_by.add(rank)
        return bool(self._alarmed_by)

    def share(self, data: bytes) -> bytes:
        """The first process's data."""
        size = np.array([len(data)], np.int64)
        self._finish(self._all.Ibcast(size))
        array = np.empty(size[0], np.uint8)
        if self.rank == 0:
            array[:] = np.frombuffer(data, np.uint8)
        self.overwrite(array)
        return array.tobytes()

    def gather(self, data: bytes) -> list[bytes]:
        """The data of each process."""
        sizes = np.empty(self.size, np.int64)
        self._finish(self._all.Iallgather(np.array([len(data)], np.int64), sizes))
        bounds = np.concatenate([[0], np.cumsum(sizes)]).tolist()
        whole = self.collect(np.frombuffer(data, np.uint8), bounds)
        return [whole[a:b].tobytes() for a, b in itertools.pairwise(bounds)]

    def give(self, data: bytes) -> Iterator[bytes]:
        """The other processes' data, on the first one; one process at a time."""
        mine = np.frombuffer(data, np.uint8)
        if self.rank:
            late = TRANSFER_SECONDS * self.size  # those of lower rank come first
            self._finish(self._all.Isend(np.array([len(mine)], np.int64), 0), late)
            for first in range(0, len(mine), _STEP):
                self._finish(self._all.Isend(mine[first : first + _STEP], 0), late)
            return
        for rank in range(1, self.size):
            size = np.empty(1, np.int64)
            self._finish(self._all.Irecv(size, rank))
            theirs = np.empty(size[0], np.uint8)
            for first in range(0, len(theirs), _STEP):
                self._finish(self._all.Irecv(theirs[first : first + _STEP], rank))
            yield theirs.tobytes()

    def overwrite(self, array: NDArray[Any]) -> None:
        """Replace an array's content with that of the first process's, some megabytes at a time."""
        flat = array.reshape(-1).view(np.uint8)
        for first in range(0, len(flat), _STEP):
            self._finish(self._all.Ibcast(flat[first : first + _STEP]))

    def swap(self, rows: NDArray[Any], bounds: Sequence[int]) -> NDArray[Any]:
        """Give each process its part of the rows."""
        width = rows[0].size if len(rows) else 1
        sizes = [(b - a) * width for a, b in itertools.pairwise(bounds)]
        n_own = bounds[self.rank + 1] - bounds[self.rank]
        given = np.empty((self.size, n_own, *rows.shape[1:]), rows.dtype)
        own = [sizes[self.rank]] * self.size
        self._finish(self._all.Ialltoallv([rows, sizes], [given, own]))
        return given

    def collect(self, part: NDArray[Any], bounds: Sequence[int]) -> NDArray[Any]:
        """The parts of all processes, one after the other."""
        width = int(np.prod(part.shape[1:]))
        sizes = [(b - a) * width for a, b in itertools.pairwise(bounds)]
        whole = np.empty((bounds[-1] - bounds[0], *part.shape[1:]), part.dtype)
        own = np.ascontiguousarray(part)
        self._finish(self._all.Iallgatherv(own, [whole, sizes]))
        return whole

    def _finish(self, transfer: Any, seconds: float = TRANSFER_SECONDS) -> None:
        """Wait for the end of a transfer that has begun."""
        with self._watch.limit(seconds, "an exchange with the other processes took"):
            _wait(transfer, 0)

    def close(self) -> None:
        """Leave MPI, when all processes do, and when no message is under way."""
        with self._watch.limit(CLOSE_SECONDS, None):
            sent = np.empty(self.size, bool)
            self._all.Allgather(np.array([self._has_alarmed]), sent)
            for rank in set(np.flatnonzero(sent).tolist()) - {self.rank} - self._alarmed_by:
                self._alarms.Recv(np.zeros(0, np.uint8), rank, _ALARM)
            self._mpi.Finalize()
        self._watch.end()

    def abort(self, code: int) -> None:
        """End all processes at once."""
        sys.stderr.flush()
        self._all.Abort(code)


def _wait(request: Any, longest: float) -> None:
    """Wait until a request of MPI is complete: eagerly at first, then with ever longer pauses.

    MPI's own waiting keeps a core busy, which other processes may need. Data move while MPI is
    polled, so it is polled a few times in a row.
    """
    eager = time.monotonic() + _EAGER_SECONDS
    pause = _FIRST_WAIT
    while not any(request.Test() for _ in range(_POLLS)):
        if longest == 0 or time.monotonic() < eager:
            time.sleep(0)  # lets others have the core
        else:
            time.sleep(pause)
            pause = min(2 * pause, longest)


class _Watch:
    """Ends this process when something takes too long: MPI itself would wait for ever."""

    def __init__(self) -> None:
        self._deadline: float | None = None
        self._seconds, self._what = 0.0, ""
        self._ended = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    @contextmanager
    def limit(self, seconds: float, what: str | None) -> Iterator[None]:
        """Let what happens in the block take so many seconds at most."""
        self._seconds, self._what = seconds, what or ""
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = None

    def end(self) -> None:
        """Watch no longer."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(1.0):
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
                if self._what:
                    print(
                        f"w2v: {platform.node()}: {self._what} more than {self._seconds:.0f} "
                        "s; is a machine or a link down? The last checkpoint, if there is one, is "
                        "kept",
                        file=sys.stderr,
                        flush=True,
                    )
                os._exit(1)


def _import_mpi() -> Any:
    """mpi4py's module MPI, which joins MPI when it is imported."""
    try:
        import mpi4py

        mpi4py.rc.thread_level = "funneled"
        mpi4py.rc.finalize = False  # see `MpiGroup.close`
        from mpi4py import MPI
    except ModuleNotFoundError as error:
        raise W2VError(
            "a run under an MPI launcher, or with --mpi, needs mpi4py: install the extra w2v[mpi] "
            f"(docs/cluster.md), or start w2v without them ({error})"
        ) from None
    except (ImportError, RuntimeError) as error:
        raise W2VError(
            f"mpi4py finds no MPI to work with: {error}; `pip install mpich` installs one, and "
            "clusters have their own"
        ) from None
    return MPI
