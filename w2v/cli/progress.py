"""Progress on standard error: a bar on a terminal, otherwise one line per minute."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from w2v.messages import size

DRAW_SECONDS = 0.1  # between two drawings of a bar
LINE_SECONDS = 60.0  # between two lines without a terminal
_NARROWEST = 8  # columns of the graphic; a narrower one is not drawn
_WIDEST = 40


class Part(NamedTuple):
    """A part of the line that shows progress."""

    text: str
    rank: int  # the higher, the sooner it is dropped from a line that is too long


class Progress(NamedTuple):
    """How far a stage of the work is."""

    stage: str
    unit: str  # "B" for bytes, otherwise a plural such as "words"
    done: int
    total: int | None
    speed: float  # per second
    details: tuple[str, ...] = ()  # most important first

    @property
    def share(self) -> float | None:
        """The share that is done, from 0 to 1; None if the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else None

    def parts(self) -> list[Part]:
        """What the line shows, from left to right, without the graphic."""
        share = self.share
        state = amount(self.done, self.unit) if share is None else f"{share:.0%}"
        parts = [Part(f"{self.stage} {state}", 0)]
        parts += [Part(text, 2 + 2 * i) for i, text in enumerate(self.details)]
        if self.speed > 0:
            parts.append(Part(f"{amount(round(self.speed), self.unit)}/s", 3))
            if self.total and self.done < self.total:
                parts.append(Part(f"{clock((self.total - self.done) / self.speed)} left", 1))
        return parts


def line(progress: Progress, width: int, *, graphic: bool = True) -> str:
    """The progress in at most `width` columns.

    The least important is dropped first: the graphic, then the parts of the highest rank.

    "training 43% [####......] epoch 2/5, loss 2.2762, 394,293 words/s, 1:20 left"
    """
    parts = progress.parts()
    text = ", ".join(part.text for part in parts)
    room = min(_WIDEST, width - len(text) - len(" []"))
    if graphic and progress.share is not None and room >= _NARROWEST:
        filled = int(progress.share * room)
        graph = "[" + "#" * filled + "." * (room - filled) + "]"
        rest = ", ".join(part.text for part in parts[1:])
        return f"{parts[0].text} {graph} {rest}".rstrip()
    while len(text) > width and len(parts) > 1:
        parts.remove(max(parts, key=lambda part: part.rank))
        text = ", ".join(part.text for part in parts)
    return text[:width]


def amount(number: int, unit: str) -> str:
    """A number with its unit: "12.3 MB", "1,234 words"."""
    return size(number) if unit == "B" else f"{number:,} {unit}"


def clock(seconds: float) -> str:
    """A duration: 80 -> "1:20", 3700 -> "1:01:40"."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def is_terminal() -> bool:
    """Whether standard error is a terminal that a bar can be drawn on."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


class Bar:
    """The progress of one stage. It appears when it first moves and is removed at the end."""

    def __init__(self, stage: str, unit: str, *, is_hidden: bool = False) -> None:
        self.stage, self._unit, self._is_hidden = stage, unit, is_hidden
        self._is_drawn = False
        self._now: Progress | None = None  # the last one that was reported
        self._start = 0
        self._began = self._shown = time.monotonic()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def move(self, done: int, total: int | None, *details: str, speed: float | None = None) -> None:
        """Show the progress of the work, and `details` beside it, the most important first.

        `speed` is in units per second; None: the mean speed since the first call.
        """
        now, on_terminal = time.monotonic(), is_terminal()
        is_first = self._now is None
        if is_first:
            self._start, self._began, self._shown = done, now, now
        if speed is None:
            speed = (done - self._start) / max(now - self._began, 1e-9)
        self._now = Progress(self.stage, self._unit, done, total, speed, details)
        due = now - self._shown >= (DRAW_SECONDS if on_terminal else LINE_SECONDS)
        if due or (is_first and on_terminal):
            self._shown = now
            self._show(on_terminal)

    def milestone(self) -> None:
        """Without a terminal, print a line about the progress last reported."""
        if not is_terminal():
            self._shown = time.monotonic()
            self._show(False)

    def announce(self) -> None:
        """Show the name of the stage on a terminal, for work that reports no progress."""
        if is_terminal():
            self._draw(self.stage)

    def _show(self, on_terminal: bool) -> None:
        """Draw the bar, or print a line."""
        if self._now is None:
            return
        if on_terminal:
            self._draw(line(self._now, self._width()))
        else:
            self._write(line(self._now, sys.maxsize, graphic=False) + "\n")

    def _draw(self, text: str) -> None:
        """Replace what is drawn.

        The cursor waits at the beginning of the line. When the window gets narrower, terminals
        break the line in two but leave the cursor there, so that \\x1b[J, which erases all that
        follows, erases both.
        """
        self._write(f"\r\x1b[J{text[: self._width()]}\r")
        self._is_drawn = True

    def _width(self) -> int:
        """The columns of the terminal except the last one, where some terminals break the line."""
        try:
            return max(1, os.get_terminal_size(sys.stderr.fileno()).columns - 1)
        except OSError:
            return 79

    def close(self) -> None:
        """Remove the bar."""
        if self._is_drawn:
            self._write("\r\x1b[J")
            self._is_drawn = False

    def _write(self, text: str) -> None:
        """Write to standard error; the work continues if nobody reads it."""
        if self._is_hidden:
            return
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._is_hidden = True


@contextmanager
def steps(stage: str, unit: str, total: int) -> Iterator[Callable[[int, str | None], None]]:
    """A bar for work that reports how many more steps are done, and a text beside it."""
    with Bar(stage, unit) as bar:
        done = 0
        bar.move(0, total)

        def move(more: int, text: str | None = None) -> None:
            nonlocal done
            done += more
            bar.move(done, total, *([] if text is None else [text]))

        yield move
