"""One option of a configuration: its default, help text and range, and the check of a value."""

from __future__ import annotations

import dataclasses
import math
import numbers
from typing import Any

from w2v.errors import UsageError

AUTO = "auto"
"""A default that other options decide; as a value, it asks for that default."""


def option(
    default: Any,
    help: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    choices: tuple[str, ...] = (),
    only: tuple[str, str | bool] | None = None,
    unless: str | None = None,
    by: str | None = None,
) -> Any:
    """A dataclass field with its help text and its allowed range or choices.

    only: another option and the value that it must have; otherwise this one has no meaning: None
    unless: a flag with which this option has no meaning either
    by: the attribute that the default depends on; `default` is then a dictionary by its values
    """
    metadata = {"help": help, "low": low, "high": high, "choices": choices}
    metadata.update(default=default, only=only, unless=unless, by=by)
    first = None if only or unless or by else default
    return dataclasses.field(default=first, metadata=metadata)


_KINDS: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}
_LARGE = 10**300  # integers are clipped to this before they become floats


def checked(field: dataclasses.Field[Any], value: Any) -> Any:
    """`value` converted to the field's type. Raises UsageError if its type or range is wrong."""
    name = field.name.replace("_", "-")
    if value is None and field.default is None:
        return None
    if value == field.metadata["default"] == AUTO:
        return AUTO
    kind = _KINDS[str(field.type).removesuffix(" | None")]
    if kind is bool and not isinstance(value, bool):
        raise UsageError(f"{name} must be true or false, not {_shown(value)}")
    if kind is bool:
        return value
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):  # NumPy's too
        value = int(value)
        if kind is float:  # Python's integers exceed its floats
            value = float(min(max(value, -_LARGE), _LARGE))
    elif isinstance(value, numbers.Real) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or isinstance(value, bool):
        wanted = {int: "a whole number", float: "a number", str: "text"}[kind]
        wanted += f" or '{AUTO}'" if field.metadata["default"] == AUTO else ""
        raise UsageError(f"{name} must be {wanted}, not {_shown(value)}")
    choices = field.metadata["choices"]
    if choices and value not in choices:
        raise UsageError(f"{name} must be one of {', '.join(choices)}, not {_shown(value)}")
    low, high = field.metadata["low"], field.metadata["high"]
    if kind is not str and not low <= value <= high:
        shown = _shown(value) if kind is int else f"{value:.15g}"
        raise UsageError(f"{name} must be from {low:.15g} to {high:.15g}, not {shown}")
    return value


def has_meaning(field: dataclasses.Field[Any], config: Any) -> bool:
    """Whether the option has a meaning beside the others of `config`: see `option`."""
    only, unless = field.metadata["only"], field.metadata["unless"]
    if unless and getattr(config, unless):
        return False
    return only is None or getattr(config, only[0]) == only[1]


def out_of_place(field: dataclasses.Field[Any], config: Any) -> str:
    """What a user reads who gave an option that has no meaning beside the others of `config`."""
    name, unless = field.name.replace("_", "-"), field.metadata["unless"]
    if unless and getattr(config, unless):
        return f"{name} has no meaning with {unless}; leave one of them out"
    decides, value = field.metadata["only"]
    other = getattr(config, decides)
    if value is True:
        return f"{name} has a meaning only with {decides}; give {decides} too, or leave {name} out"
    return f"{name} has a meaning only with {decides} {value}; leave it out with {decides} {other}"


def _shown(value: Any) -> str:
    """A value for a message; Python refuses to print integers of thousands of digits."""
    try:
        return repr(value)
    except ValueError:
        return "a number of thousands of digits"
