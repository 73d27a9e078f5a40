"""Errors in the terms of the Python API: overwrite=True instead of --overwrite.

Messages are written for the command line. Functions of the Python API translate them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from w2v.errors import W2VError

P = ParamSpec("P")
R = TypeVar("R")

_FLAGS = ("overwrite", "resume", "freeze-old")
_OTHER_NAMES = {"vectors": "table", "continue": "continue_from"}
_SPELLINGS = re.compile(
    r"'[^']*'"  # words, and commands such as 'w2v export', stay as they are
    r"|(?<![\w-])--(?P<option>[a-z]+(?:-[a-z]+)*)"
    r"|^(?P<name>[a-z]+(?:-[a-z]+)+)(?= (?:must|is) )"  # vector-size must be ...
    r"|(?P<call>the same command)(?= with)"
    r"|(?P<model>, or name one with -m)"
)


def in_python_terms(function: Callable[P, R]) -> Callable[P, R]:
    """A function of the Python API whose errors name options as it does."""

    @functools.wraps(function)
    def translated(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return function(*arguments, **options)
        except W2VError as error:
            error.args = (for_python(str(error)), *error.args[1:])
            raise

    return translated


def for_python(message: str) -> str:
    """A message with options as Python's keywords.

    "give --overwrite, or --cache-dir DIR" -> "give overwrite=True, or cache_dir DIR"
    """

    def spelling(found: re.Match[str]) -> str:
        option = found["option"] or found["name"]
        if option in _FLAGS:
            return option.replace("-", "_") + "=True"
        if option:
            return _OTHER_NAMES.get(option, option.replace("-", "_"))
        return "the same call" if found["call"] else "" if found["model"] else found[0]

    return _SPELLINGS.sub(spelling, message)
