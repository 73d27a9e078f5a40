"""train.jsonl: one line of JSON per start, report and end of a run, in step with checkpoints.

Laps measures the seconds in its last line.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from w2v.errors import W2VError
from w2v.system.atomic import atomic_file


class TrainLog:
    """The log of a run, open for more lines.

    `words` is the number of words trained when the run starts or resumes. Reports of more words,
    left behind by a killed process, are removed, and so is an unfinished last line.
    """

    def __init__(self, path: Path, words: int) -> None:
        self.path = path
        lines = _lines_up_to(path, words) if words else []
        try:
            with atomic_file(path, overwrite=True) as file:
                file.write("".join(lines).encode())
            self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115 - closed in __exit__
        except OSError as error:
            raise self._unwritable(error) from None

    def __enter__(self) -> TrainLog:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        try:
            self._file.close()
        except OSError as at_close:
            if kind is None:
                raise self._unwritable(at_close) from None

    def add(self, event: str, **facts: Any) -> None:
        """Add a line that readers see at once. Raises W2VError when the disk is full."""
        line = json.dumps({"event": event, "time": time.time(), **facts})
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> W2VError:
        return W2VError(f"cannot write {self.path}: {error.strerror or error}")


class NoLog:
    """The log of a process that keeps none."""

    def __enter__(self) -> NoLog:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def add(self, event: str, **facts: Any) -> None:
        """Keep nothing."""


class Laps:
    """The seconds that consecutive steps of a run take.

    Attributes
    ----------
    seconds : by the name given to `end`; steps with the same name add up
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def end(self, step: str) -> None:
        """End the current step and begin the next."""
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        """Seconds since the first step began."""
        return time.perf_counter() - self._start


def _lines_up_to(path: Path, words: int) -> list[str]:
    """The whole lines of a log, except `finished` events and reports beyond `words` words."""
    kept = []
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    for line in text.splitlines(keepends=True):
        try:
            record = json.loads(line)
            if record["event"] != "finished" and record["words"] <= words and line[-1] == "\n":
                kept.append(line)
        except (ValueError, KeyError, TypeError):
            continue
    return kept
