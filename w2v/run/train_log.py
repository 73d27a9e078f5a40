"""train.jsonl: a line of JSON for each start, report and end of a run, in step with checkpoints.

Laps measures the seconds that the last line tells.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from w2v.errors import W2VError


class TrainLog:
    """The log of a run, open for more lines.

    `words` is what the run has trained when it begins or goes on: reports of more, which a killed
    process left behind, are taken out, and so is a line that it did not end.
    """

    def __init__(self, path: Path, words: int) -> None:
        self.path = path
        lines = _lines_up_to(path, words) if words else []
        beside = path.with_name(path.name + ".new")
        try:
            beside.write_text("".join(lines), encoding="utf-8")
            os.replace(beside, path)
            self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115 - closed in __exit__
        except OSError as error:
            raise self._unwritable(error) from None

    def __enter__(self) -> TrainLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
        except OSError as at_close:
            if kind is None:
                raise self._unwritable(at_close) from None

    def add(self, event: str, **facts: Any) -> None:
        """Add a line, visible to a reader at once. Raises W2VError when the disk is full."""
        line = json.dumps({"event": event, "time": time.time(), **facts})
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> W2VError:
        return W2VError(f"cannot write {self.path}: {error.strerror or error}")


class Laps:
    """Seconds of a run's steps, one after another.

    Attributes
    ----------
    seconds : what each step took, by the name that it was ended with; steps of one name add up
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = self._last = time.perf_counter()

    def end(self, step: str) -> None:
        """The step ends here, and the next begins."""
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now

    @property
    def total(self) -> float:
        """Seconds since the first step began."""
        return time.perf_counter() - self._start


def _lines_up_to(path: Path, words: int) -> list[str]:
    """The whole lines of a log, with reports of more than `words` words and an end left out."""
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
