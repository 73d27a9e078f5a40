"""Progress for callers from Python: a function of theirs, or a line on standard error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running import some_text

import w2v
from w2v.run.observer import RunPlan
from w2v.run.progress import Progress
from w2v.training.trainer import Report

OPTIONS = {"vector_size": 8, "min_count": 1, "threads": 1, "epochs": 2}


class Notes(w2v.Observer):
    """Keeps what a run passes on."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def phase(self, name: str) -> None:
        self.calls.append(name)

    def compiling(self) -> None:
        self.compiled = True

    def planned(self, plan: RunPlan) -> None:
        self.calls.append(f"{plan.n_words} words")

    def read(self, done: int, total: int | None) -> None:
        self.calls.append("reading")

    def trained(self, report: Report) -> None:
        self.calls.append("training")


def test_a_function_receives_the_reports_and_an_observer_everything(tmp_path: Path) -> None:
    (tmp_path / "text").write_text(some_text())
    reports: list[Report] = []
    notes = Notes()
    w2v.train(tmp_path / "text", progress=reports.append, observer=notes, **OPTIONS)
    assert [report.epoch for report in reports] == [1, 2]
    assert [report.words for report in reports] == [3000, 6000]
    assert reports[-1].total_words == 6000
    assert notes.calls == [
        "read",
        "reading",
        "prepare",
        f"{len(set(some_text().split()))} words",
        "train",
        *["training"] * 2,
        "write",
        "finish",
    ]


def test_true_shows_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text(some_text())
    w2v.train(tmp_path / "text", progress=True, **OPTIONS)
    out, err = capsys.readouterr()
    assert out == ""
    reading, training, end = err.split("\n")
    assert reading == "\rreading 100% |####################| 0.0 MB"
    assert training.startswith("\rtraining  50% |##########          | ")
    assert "\rtraining 100% |####################| " in training
    assert training.rstrip().endswith("s left")
    assert end == ""


@pytest.mark.parametrize("progress", [False, None])
def test_nothing_is_shown_unless_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], progress: bool | None
) -> None:
    (tmp_path / "text").write_text(some_text())
    w2v.train(tmp_path / "text", progress=progress, **OPTIONS)
    assert capsys.readouterr() == ("", "")


def test_notes_stand_above_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(True, w2v.Observer())
    progress.read(5_000_000, None)
    progress.note("a note")
    progress.read(6_000_000, None)
    assert capsys.readouterr().err == "\rreading 5.0 MB\na note\n\rreading 6.0 MB"


def test_what_a_run_waits_for_is_passed_on() -> None:
    notes = Notes()
    Progress(True, notes).compiling()
    assert notes.compiled


@pytest.mark.parametrize("progress", [1, "yes", []])
def test_a_progress_that_cannot_be_called_is_a_type_error(tmp_path: Path, progress: Any) -> None:
    (tmp_path / "text").write_text(some_text())
    with pytest.raises(TypeError, match=r"progress is .*; pass True to show a line, or a function"):
        w2v.train(tmp_path / "text", progress=progress, **OPTIONS)
