"""Fixtures that several files use. Failed asserts in the helpers show the values, as in tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

pytest.register_assert_rewrite("running", "asking", "raw_text", "exporting", "toy_page")

from asking import Command, write_toy  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from running import Train, in_process  # noqa: E402
from uncompiled import limit_tests  # noqa: E402

limit_tests()
# The tests are about what comes out, not about how busy the machine is.
settings.register_profile("w2v", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("w2v")

# A shell starts background jobs with Ctrl-C ignored, and their children inherit that: the tests
# that press it would wait forever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Command:
    """The w2v command in this process, on a small model whose answers are known."""
    return Command(capsys, monkeypatch, write_toy(tmp_path / "toy.w2v"))


@pytest.fixture
def train(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Train:
    """A function that runs a command line of `w2v train` in this process."""
    monkeypatch.delenv("W2V_MODEL", raising=False)
    return in_process(capsys)
