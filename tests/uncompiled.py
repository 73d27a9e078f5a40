"""Runs of the tests with NUMBA_DISABLE_JIT=1 or NUMBA_BOUNDSCHECK=1, where the kernels are slow.

Plain Python takes a thousand times as long as compiled code, and loops that check every index ten
times as long. Small texts are enough to run every line and to check every index, so a test is
skipped as soon as it would train on, or read, more than a few seconds' worth; the reason gives the
amount. `w2v` in a process of its own runs compiled, as users run it: see `environment`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Limits:
    """The most that a test may do: multiply-adds of a training run, bytes read into one table."""

    steps: float
    text: float


MODES = {
    "NUMBA_DISABLE_JIT": Limits(steps=3e6, text=100_000),
    "NUMBA_BOUNDSCHECK": Limits(steps=1e9, text=1e8),
}


def mode() -> str | None:
    """The variable that this run of the tests was started with."""
    return next((name for name in MODES if os.environ.get(name, "0") not in ("", "0")), None)


def environment() -> dict[str, str]:
    """The environment for w2v in a process of its own: compiled, with the usual cache."""
    found = dict(os.environ)
    if mode() is not None:
        for name in (*MODES, "NUMBA_CACHE_DIR"):
            found.pop(name, None)
    return found


def limit_tests() -> None:
    """Make tests skip as soon as they would do more than the mode allows."""
    name = mode()
    if name is not None:
        _limit_training(name, MODES[name].steps)
        _limit_reading(name, MODES[name].text)


def _limit_training(name: str, most: float) -> None:
    from w2v.training.trainer import Trainer

    make = Trainer.__init__

    def limited(
        self: Any, corpus: Any, counts: Any, config: Any, *more: Any, **options: Any
    ) -> None:
        width = -(-config.vector_size // 16) * 16
        window = (1 + config.window) * (1 + (config.negative or 20)) * width
        steps = config.epochs * corpus.n_tokens * window
        if steps > most:
            pytest.skip(f"{steps:.1g} multiply-adds are for compiled code, not for {name}")
        make(self, corpus, counts, config, *more, **options)

    Trainer.__init__ = limited  # type: ignore[method-assign,assignment]


def _limit_reading(name: str, most: float) -> None:
    from w2v.corpus.word_table import WordTable

    scan = WordTable.scan

    def limited(self: Any, text: Any, place: int) -> Any:
        self.bytes_read = getattr(self, "bytes_read", 0) + len(text)
        if self.bytes_read > most:
            pytest.skip(f"so much text is for compiled code, not for {name}")
        return scan(self, text, place)

    WordTable.scan = limited  # type: ignore[method-assign]
