"""Ctrl-C and SIGTERM while a run works: the first is a request, the second stops at once.

Of several processes that share a run, none may stop on its own: there the first signal is always a
request, and SIGUSR1 is one too, which every launcher passes on.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any


class Signals:
    """Catches SIGINT and SIGTERM in a `with` block.

    While `polled` is True, the run calls `asked` several times a second, and the first signal is
    only recorded. Otherwise a signal raises KeyboardInterrupt in the main thread. A signal that
    is ignored when the command starts, as under nohup, stays ignored.

    shared : whether other processes share the run
    """

    def __init__(self, *, shared: bool = False) -> None:
        self._shared = shared
        self.number: int | None = None  # of the last signal caught
        self.polled = False
        self.raised = False  # whether a signal has raised KeyboardInterrupt
        self.lost = False  # whether Python could not propagate it
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook

    def asked(self) -> bool:
        """Whether there has been a signal."""
        return self.number is not None

    @property
    def exit_code(self) -> int:
        """As shells report it: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + (self.number or signal.SIGINT)

    def check(self) -> None:
        """Raise the KeyboardInterrupt that Python could not propagate when it occurred."""
        if self.lost and not (self.polled or self._shared):
            raise KeyboardInterrupt

    def __enter__(self) -> Signals:
        numbers = [signal.SIGINT, signal.SIGTERM]
        if self._shared and hasattr(signal, "SIGUSR1"):
            numbers.append(signal.SIGUSR1)
        for number in numbers:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        sys.unraisablehook = self._unraisable
        return self

    def __exit__(self, *error: object) -> None:
        sys.unraisablehook = self._hook
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        first, self.number = self.number is None, number
        if not (first and (self.polled or self._shared)):
            self.raised = True
            raise KeyboardInterrupt

    def _unraisable(self, unraisable: Any) -> None:
        """Python drops exceptions in finalizers and C callbacks; record Ctrl-C for `check`."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            self.lost = True
        else:
            self._hook(unraisable)
