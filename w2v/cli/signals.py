"""Ctrl-C and SIGTERM while a command works: asked politely first, at once the second time."""

from __future__ import annotations

import signal
import sys
from types import FrameType, TracebackType
from typing import Any


class Signals:
    """Catches SIGINT and SIGTERM from `with` to its end.

    While `polled` is set, somebody asks `asked` several times a second, and the first signal is
    only noted. In all other cases it raises KeyboardInterrupt where the main thread is. A signal
    that is ignored when the command starts, as under nohup, stays ignored.
    """

    def __init__(self) -> None:
        self.number: int | None = None  # of the last one caught
        self.polled = False
        self._lost = False
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook

    def asked(self) -> bool:
        """Whether there was a signal."""
        return self.number is not None

    @property
    def exit_code(self) -> int:
        """As a shell tells it: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + (self.number or signal.SIGINT)

    def check(self) -> None:
        """Raise the KeyboardInterrupt that was raised where Python could not pass it on."""
        if self._lost and not self.polled:
            raise KeyboardInterrupt

    def __enter__(self) -> Signals:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._handle)
        sys.unraisablehook = self._unraisable
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.unraisablehook = self._hook
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        first, self.number = self.number is None, number
        if not (first and self.polled):
            raise KeyboardInterrupt

    def _unraisable(self, unraisable: Any) -> None:
        """In a finalizer or a callback from C an exception ends; keep it for `check`."""
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            self._lost = True
        else:
            self._hook(unraisable)
