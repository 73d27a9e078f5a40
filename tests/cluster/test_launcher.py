"""What started a process, and the machines that a group runs on."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from running import in_process
from together import together

import w2v
from w2v.cluster.group import Group
from w2v.cluster.hosts import Place, Places
from w2v.cluster.launcher import Launch, check_not_alone, is_first, launch
from w2v.cluster.membership import joined
from w2v.errors import W2VError


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"SLURM_NTASKS": "4", "SLURM_PROCID": "0"}, None),
        ({"OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4"}, Launch(3, 4)),
        ({"PMI_RANK": "0", "PMI_SIZE": "2"}, Launch(0, 2)),
        ({"PMIX_RANK": "1"}, Launch(1, None)),
    ],
)
def test_launchers_are_recognised(environment: dict[str, str], found: Launch | None) -> None:
    assert launch(environment) == found
    assert is_first(environment) == (found is None or found.rank == 0)


def test_a_launcher_whose_processes_do_not_see_each_other_is_refused() -> None:
    with pytest.raises(W2VError, match="the launcher started 2 processes, but MPI sees only"):
        check_not_alone({"PMI_RANK": "0", "PMI_SIZE": "2"})
    with pytest.raises(W2VError, match="srun started 4 tasks, but each would train alone"):
        check_not_alone({"SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "0"})
    with pytest.raises(SystemExit) as silent:
        check_not_alone({"SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "2"})
    assert silent.value.code == 1
    check_not_alone({"SLURM_STEP_NUM_TASKS": "1", "SLURM_NTASKS": "4"})
    check_not_alone({"PMI_RANK": "0", "PMI_SIZE": "1"})


@pytest.mark.parametrize(
    "variables", [{"PMI_RANK": "1", "PMI_SIZE": "2"}, {"SLURM_STEP_NUM_TASKS": "2"}]
)
def test_python_does_not_train_several_models_into_one_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(W2VError, match="started 2 processes, and each would train a model of its"):
        w2v.train([["a", "b"]], tmp_path / "m.w2v", min_count=1)
    assert not list(tmp_path.iterdir())
    assert "a" in w2v.train([["a", "b"]], min_count=1, vector_size=4, epochs=1)


def test_a_process_that_nothing_launched_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    without_mpi4py(monkeypatch)
    with joined() as group:
        assert type(group) is Group


@pytest.mark.parametrize(("rank", "said"), [("0", True), ("1", False)])
def test_without_mpi4py_one_process_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rank: str, said: bool
) -> None:
    without_mpi4py(monkeypatch)
    monkeypatch.setenv("PMI_RANK", rank)
    monkeypatch.setenv("PMI_SIZE", "2")
    code, err = in_process(capsys)("train", "text.txt")
    assert code == 1
    assert err.startswith("w2v: a run under an MPI launcher, or with --mpi, needs mpi4py: ") == said
    assert bool(err) == said


def without_mpi4py(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let mpi4py be missing."""
    real = builtins.__import__

    def imported(name: str, *more: Any) -> Any:
        if name == "mpi4py":
            raise ModuleNotFoundError("No module named 'mpi4py'", name="mpi4py")
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", imported)


def place(host: str, cores: set[int], of_machine: int = 8) -> Place:
    return Place(host, "1", frozenset(cores), of_machine)


@pytest.mark.parametrize(
    ("places", "threads", "pinned"),
    [
        ([place("a", set(range(8)))], [8], False),
        ([place("a", set(range(8)))] * 2, [4, 4], False),
        ([place("a", {0}), place("a", {1})], [1, 1], True),
        ([place("a", set(range(8))), place("b", {0, 1})], [8, 2], True),
        ([place("a", {0, 1}, 2)] * 4, [1] * 4, False),
    ],
    ids=["one", "two share", "bound to a core", "two machines", "more processes than cores"],
)
def test_threads_of_a_process(places: list[Place], threads: list[int], pinned: bool) -> None:
    found = [Places(places, rank) for rank in range(len(places))]
    assert [each.threads() for each in found] == threads
    assert (found[-1].pinned() is not None) == pinned


def test_a_place_travels_as_bytes() -> None:
    here = Place.here()
    assert Place.from_json(here.to_json()) == here


def test_processes_of_one_machine_know_each_other() -> None:
    def ask(group: Group) -> tuple[int, int, int]:
        places = Places.of(group)
        return group.host_rank, group.host_size, places.n_hosts

    assert together(3, ask) == [(0, 3, 1), (1, 3, 1), (2, 3, 1)]
