"""Group: how processes that train together communicate.

All of them make the same calls in the same order. An error in one must not leave the others
waiting. So before they exchange anything, they agree that none has failed (`agree`), and a process
that fails reports that in place of its next `agree` (`fail`). This module has the group of a
process that trains alone; `w2v.cluster.mpi` has the group of several processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from w2v.errors import W2VError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class SharedError(W2VError):
    """An error that all processes of the group know of."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Agreement(NamedTuple):
    """What all processes know after `agree`."""

    stop: bool  # whether any of them asks to stop
    facts: list[list[float]]  # what each of them stated


class Group:
    """A process that trains alone: it agrees with itself, and has nothing to wait for.

    Attributes
    ----------
    rank, size : which process this is, from 0, and how many there are
    host_rank, host_size : the same among the processes of this machine
    """

    rank, size = 0, 1
    host_rank, host_size = 0, 1

    def agree(
        self, stop: bool = False, facts: Sequence[float] = (), *, others_handle: int = 0
    ) -> Agreement:
        """Wait until all processes are here, and exchange a few numbers.

        `others_handle` is how many bytes of files another process may read or write before it
        comes, which takes time. A process that is much later than that is taken for lost.
        Raises SharedError in all of them if one has failed.
        """
        return Agreement(stop, [list(facts)])

    def fail(self, error: W2VError) -> W2VError:
        """Tell the others of an error, in place of the next `agree`; returns what to report.

        That is this error, or that of a process of lower rank which failed too.
        """
        return error

    def alarm(self) -> None:
        """Ask the others to come to the next `agree` as soon as they can."""

    def alarmed(self) -> bool:
        """Whether another process has asked for that. The main thread calls this regularly."""
        return False

    def share(self, data: bytes) -> bytes:
        """The first process's data."""
        return data

    def gather(self, data: bytes) -> list[bytes]:
        """The data of each process, in order of rank."""
        return [data]

    def give(self, data: bytes) -> Iterator[bytes]:
        """The data of the other processes, on the first one, in order of rank.

        The first process holds the data of only one other at a time. The others must exhaust the
        iterator too; they get nothing.
        """
        yield from ()

    def overwrite(self, array: NDArray[Any]) -> None:
        """Replace the content of a C-contiguous array with that of the first process's."""

    def swap(self, rows: NDArray[Any], bounds: Sequence[int]) -> NDArray[Any]:
        """Give each process its part of the rows: [bounds[r], bounds[r + 1]) to rank r.

        Returns what this process was given, [R, n, ...], by rank. `rows` is C-contiguous.
        """
        return rows[None]

    def collect(self, part: NDArray[Any], bounds: Sequence[int]) -> NDArray[Any]:
        """All processes' parts, one after the other; bounds as for `swap`."""
        return part
