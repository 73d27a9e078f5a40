"""Join the other processes of a run, and leave them: with the result, an error, or a crash."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from w2v.cluster.group import Group, SharedError
from w2v.cluster.launcher import check_not_alone, launch
from w2v.errors import W2VError


@contextmanager
def joined(wanted: bool = False) -> Iterator[Group]:
    """The group that this process belongs to: one alone, unless an MPI launcher started it.

    With `wanted` it joins MPI even if no launcher is recognised. At the end of the block all
    processes leave together. An error in one ends all of them with its exit code, and the first one
    raises it; the others end silently.
    """
    if launch() is None and not wanted:
        check_not_alone()
        yield Group()
        return
    from w2v.cluster.mpi import MpiGroup

    group = MpiGroup()
    try:
        if group.size == 1:
            check_not_alone()
        yield group if group.size > 1 else Group()
    except (W2VError, OSError, MemoryError) as error:
        shared = error if isinstance(error, SharedError) else group.fail(_for_user(error))
        group.close()
        if group.rank:
            raise SystemExit(shared.exit_code) from None
        raise shared from None
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt | SystemExit):
            traceback.print_exc()
        group.abort(130 if isinstance(error, KeyboardInterrupt) else 1)
        raise
    group.close()


def _for_user(error: Exception) -> W2VError:
    """An error as one line."""
    if isinstance(error, W2VError):
        return error
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return W2VError(f"{where}{error.strerror or error}")
    return W2VError("out of memory; a smaller --vector-size or --max-vocab needs less")
