"""Fixtures of several files; asserts in the helpers tell what differs, as those in tests do."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

pytest.register_assert_rewrite("running", "asking")

from asking import Command, write_toy  # noqa: E402


@pytest.fixture
def ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """The w2v command in this process, on a small model whose answers are known."""
    return Command(capsys, monkeypatch, write_toy(tmp_path / "toy.w2v"))


Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """CI installs all that the tests use: a test skipped for want of it is a failure there."""
    return failed_if_lacking((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file."""
    return failed_if_lacking((yield))


def failed_if_lacking(report: Report) -> Report:
    """The report, as failed when CI is set and the reason of the skip is a package."""
    if report.skipped and os.environ.get("CI") and "could not import" in str(report.longrepr):
        report.outcome = "failed"
    return report
