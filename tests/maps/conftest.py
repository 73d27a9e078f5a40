"""Fixtures of the tests that open the explorer's page in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Opened, open_page, running, write_page
from toy_page import NEWER, ROWS, WORDS


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of one model, and that of two."""
    folder = tmp_path_factory.mktemp("pages")
    return {
        "one": write_page(folder / "one.html", WORDS, ROWS, name="<b>toy</b>"),
        "two": write_page(folder / "two.html", WORDS, ROWS, NEWER),
    }


@pytest.fixture(scope="module")
def window_of_one(browser: Any, files: dict[str, Path]) -> Opened:
    return open_page(browser, files["one"])


@pytest.fixture(scope="module")
def window_of_two(browser: Any, files: dict[str, Path]) -> Opened:
    return open_page(browser, files["two"])


@pytest.fixture
def opened(window_of_one: Opened) -> Iterator[Opened]:
    """The page of one model; no test may make it ask for anything or complain."""
    window_of_one.go()
    yield window_of_one
    window_of_one.assert_no_trouble()


@pytest.fixture
def two(window_of_two: Opened) -> Iterator[Opened]:
    """The page of two models."""
    window_of_two.go()
    yield window_of_two
    window_of_two.assert_no_trouble()
