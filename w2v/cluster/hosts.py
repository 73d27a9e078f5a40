"""The machines that a group runs on: who shares one, and how many threads each process may use."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import dataclass

from w2v import __version__
from w2v.cluster.group import Group
from w2v.errors import W2VError


@dataclass(frozen=True)
class Place:
    """Where a process runs, and the cores that it may use.

    machine_cores : those of the machine, or of this job's share of it
    """

    host: str
    version: str
    cores: frozenset[int]
    machine_cores: int

    @classmethod
    def here(cls) -> Place:
        """The place of this process."""
        if hasattr(os, "sched_getaffinity"):
            cores = os.sched_getaffinity(0)
        else:
            cores = set(range(os.cpu_count() or 1))
        of_job = os.environ.get("SLURM_CPUS_ON_NODE", "")
        of_machine = int(of_job) if of_job.isdigit() else os.cpu_count() or 1
        return cls(platform.node(), __version__, frozenset(cores), of_machine)

    def to_json(self) -> bytes:
        """The place as JSON."""
        facts = [self.host, self.version, sorted(self.cores), self.machine_cores]
        return json.dumps(facts).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Place:
        """The place that `to_json` wrote."""
        host, version, cores, machine_cores = json.loads(data)
        return cls(host, version, frozenset(cores), machine_cores)


@dataclass(frozen=True)
class Places:
    """Where all processes of a group run, by rank."""

    places: list[Place]
    rank: int

    @classmethod
    def of(cls, group: Group) -> Places:
        """Ask all processes; also tells the group which of them share this machine.

        Raises W2VError if they run different versions of w2v.
        """
        group.agree()
        found = [Place.from_json(each) for each in group.gather(Place.here().to_json())]
        places = cls(found, group.rank)
        here = places.on_this_machine
        group.host_rank, group.host_size = here.index(group.rank), len(here)
        mine = found[group.rank].version
        if mine != found[0].version:
            raise W2VError(
                f"{places.name()} has w2v {mine}, and rank 0 has {found[0].version}; install the "
                "same version on all machines"
            )
        return places

    @property
    def on_this_machine(self) -> list[int]:
        """The ranks of the processes on this machine."""
        host = self.places[self.rank].host
        return [rank for rank, place in enumerate(self.places) if place.host == host]

    @property
    def n_hosts(self) -> int:
        """How many machines there are."""
        return len({place.host for place in self.places})

    def name(self) -> str:
        """This process, for messages."""
        return f"rank {self.rank} ({self.places[self.rank].host})"

    def threads(self) -> int:
        """How many threads this process may use: its share of the cores that its machine offers."""
        here = [self.places[rank].cores for rank in self.on_this_machine]
        shared = len(frozenset[int]().union(*here)) // len(here)
        return max(1, min(len(self.places[self.rank].cores), shared))

    def pinned(self) -> str | None:
        """A message if the launcher bound this process to fewer cores than it could use."""
        here, ranks = self.places[self.rank], len(self.on_this_machine)
        could = here.machine_cores // ranks
        if len(here.cores) >= could:
            return None
        cores = "1 core" if len(here.cores) == 1 else f"{len(here.cores)} cores"
        return (
            f"the launcher bound each process to {cores}; --bind-to none (srun: --cpu-bind=none or "
            f"--cpus-per-task) gives it {could}"
        )
