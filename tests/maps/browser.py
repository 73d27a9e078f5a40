"""A real Chromium for the tests of the explorer's page, and what they do with it."""

from __future__ import annotations

import importlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v.arrays import Floats
from w2v.maps.explorer import Version, explorer_page

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """The browser's path; the test is skipped where there is none."""
    pytest.importorskip("playwright", reason="drives the browser")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on the path (Debian: apt-get install chromium)")
    return found


def from_npm(package: str, file: str) -> Path:
    """A file of an npm package; the test is skipped where the package is not installed."""
    modules = Path(os.environ.get("W2V_NODE_MODULES", ROOT / "node_modules"))
    path = modules / package / file
    if not path.exists():
        pytest.skip(f"no {package} in {modules} (npm install {package}; or W2V_NODE_MODULES)")
    return path


@contextmanager
def running() -> Iterator[Any]:
    """A browser, started once for all tests of a file."""
    path = chromium()
    playwright = importlib.import_module("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in the browser, and what it did that it must not do."""

    page: Any
    path: Path
    trouble: list[str] = field(default_factory=list)

    def go(self, fragment: str = "") -> None:
        """Open the page anew with a fragment."""
        self.page.goto("about:blank")
        self.page.goto(self.path.as_uri() + ("#" + fragment if fragment else ""))
        self.page.wait_for_selector("html[data-ready]")

    def fragment_now(self) -> dict[str, str]:
        """What the address says after #."""
        return dict(self.page.evaluate("[...new URLSearchParams(location.hash.slice(1))]"))

    def fragment(self) -> dict[str, str]:
        """As `fragment_now`, once what the map is moved to has been written too."""
        self.page.wait_for_timeout(260)
        return self.fragment_now()

    def until(self, expression: str, holds: Callable[[Any], bool]) -> None:
        """Wait until something is so; the page's policy lets no text run in it for that."""
        end = time.monotonic() + 30
        while not holds(found := self.page.evaluate(expression)):
            assert time.monotonic() < end, f"{expression} stays {found}"
            self.page.wait_for_timeout(20)

    def assert_no_trouble(self) -> None:
        """It asked for nothing, opened no dialog and had nothing for the console."""
        trouble, self.trouble[:] = list(self.trouble), []
        assert trouble == []

    def set_fragment(self, fragment: str) -> None:
        """Change the address as a hand would."""
        self.page.evaluate("text => { location.hash = text; }", fragment)
        self.page.wait_for_timeout(30)

    def answers(self, place: str = "#view") -> list[tuple[str, float]]:
        """The words of a list and their scores, as shown."""
        return [
            (word, float(score.replace("−", "-")))
            for word, score in self.page.eval_on_selector_all(
                f"{place} .answer",
                "all => all.map(one => [one.querySelector('bdi').textContent, "
                "one.querySelector('.score').textContent])",
            )
        ]

    def search(self, text: str) -> None:
        """Type into the search field and press Enter."""
        field = self.page.get_by_role("combobox", name="A word, or a sum of words")
        field.fill(text)
        field.press("Enter")

    def text(self, selector: str = "#view") -> str:
        """What an element says."""
        return str(self.page.inner_text(selector))

    def place(self, word: str) -> tuple[float, float]:
        """Where a word is on the screen."""
        x, y = self.page.evaluate(
            "word => { const { atlas, model } = explorer; "
            "const box = atlas.canvas.getBoundingClientRect(); "
            "const [x, y] = atlas.at(model.rows.get(word)); return [x + box.x, y + box.y]; }",
            word,
        )
        return float(x), float(y)


def open_page(browser: Any, path: Path, **how: Any) -> Opened:
    """A page in a window of its own, at 1280 x 800 unless asked for otherwise."""
    how = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **how}
    context = browser.new_context(**how)
    page = context.new_page()
    page.set_default_timeout(20_000)
    opened = Opened(page, path)
    trouble = opened.trouble

    def requested(request: Any) -> None:
        if not request.url.startswith((path.as_uri(), "data:", "blob:", "about:")):
            trouble.append(f"asked for {request.url}")

    page.on("request", requested)
    page.on("console", lambda message: trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("dialog", lambda dialog: trouble.append(f"dialog: {dialog.message}"))
    opened.go()
    return opened


def write_page(path: Path, words: Sequence[str], *rows: Floats, name: str = "toy") -> Path:
    """A page of words and their vectors, of one model or of two."""
    counts = np.arange(len(words), 0, -1) * 3
    names = [name, "newer"]
    versions = [
        Version(names[i], 2 * len(words), list(words), matrix, counts)
        for i, matrix in enumerate(rows)
    ]
    path.write_bytes(explorer_page(versions))
    return path
