"""Progress bars on standard error, shown only if it is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any


class Bar:
    """A bar that appears when it first moves; `unit` and `stage` say what moves and why."""

    def __init__(self, stage: str, unit: str) -> None:
        self.stage, self._unit = stage, unit
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def move(self, done: int, total: int | None, text: str | None = None) -> None:
        """Show how far the work is, and `text` beside it.

        What was done before the first call counts for no speed.
        """
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(
                total=total,
                initial=done,
                unit=self._unit,
                unit_scale=True,
                desc=self.stage,
                disable=None,
                leave=False,
            )
        if text is not None:
            self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


@contextmanager
def steps(stage: str, unit: str, total: int) -> Iterator[Callable[[int, str | None], None]]:
    """A bar for work that says how many more steps are done, and a text beside it."""
    with Bar(stage, unit) as bar:
        done = 0
        bar.move(0, total)

        def move(more: int, text: str | None = None) -> None:
            nonlocal done
            done += more
            bar.move(done, total, text)

        yield move
