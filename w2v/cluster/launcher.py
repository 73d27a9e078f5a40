"""What started this process, read from environment variables: MPI itself is not needed for that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from w2v.errors import W2VError

# The variables of rank and size that launchers set: Open MPI; MPICH, Intel MPI and Slurm's pmi2;
# Slurm's pmix and others, which give no size.
_VARIABLES = (
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
    ("PMIX_RANK", ""),
)
_SLURM_TASKS, _SLURM_TASK = "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"


class Launch(NamedTuple):
    """What a launcher says about this process; None where it says nothing."""

    rank: int | None
    size: int | None


def launch(environment: Mapping[str, str] = os.environ) -> Launch | None:
    """How an MPI launcher started this process; None if none did."""
    for rank, size in _VARIABLES:
        if rank in environment:
            return Launch(_number(environment.get(rank)), _number(environment.get(size)))
    return None


def n_processes(environment: Mapping[str, str] = os.environ) -> int:
    """How many processes a launcher started, as far as it says."""
    found, tasks = launch(environment), _number(environment.get(_SLURM_TASKS))
    return max(tasks or 1, (found.size if found else None) or 1)


def is_first(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process may speak for all, as far as the launcher says."""
    found = launch(environment)
    return found is None or not found.rank


def check_not_alone(environment: Mapping[str, str] = os.environ) -> None:
    """Raise W2VError if a launcher started several processes, none of which sees the others.

    For a process that MPI says is alone, or that does without MPI.
    """
    found = launch(environment)
    if found is not None and (found.size or 1) > 1:
        raise W2VError(
            f"the launcher started {found.size} processes, but MPI sees only this one: mpirun and "
            "mpi4py belong to different MPIs; use the mpirun of the MPI that mpi4py was installed "
            "for (`python -m mpi4py --mpi-lib-version` names it)"
        )
    tasks = _number(environment.get(_SLURM_TASKS))
    if (tasks or 1) > 1:
        error = W2VError(
            f"srun started {tasks} tasks, but each would train alone; give srun the --mpi that "
            "mpi4py's MPI needs (`srun --mpi=list` lists them), or start one task"
        )
        if _number(environment.get(_SLURM_TASK)):
            raise SystemExit(error.exit_code)  # the first task speaks for all
        raise error


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
