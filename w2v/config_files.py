"""Files of options: TOML, the configurations that come with w2v, and what takes precedence."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from w2v.config import TrainConfig, check_names
from w2v.errors import UsageError, W2VError
from w2v.option import checked

_CONFIGS = Path(__file__).parent / "configs"


def merge_options(
    given: Mapping[str, Any],
    toml: str | os.PathLike[str] | None = None,
    base: TrainConfig | None = None,
) -> TrainConfig:
    """The options of a run: those `given`, then those of a TOML file, then those of `base`.

    `toml` is a path or one of `named_configs`; `base` is TrainConfig() unless given. Raises
    UsageError for an unknown option or a bad value, W2VError for a file that cannot be read.
    """
    start = base or TrainConfig()
    if toml is None:
        return start.replace(**given)
    from_file = read_toml(toml)
    try:
        return start.replace(**{**from_file, **given})
    except UsageError as error:
        if str(error) == _fault(start, given):
            raise
        raise UsageError(f"{error} (configuration: {os.fsdecode(toml)})") from None


def _fault(start: TrainConfig, given: Mapping[str, Any]) -> str:
    """What is wrong with the options given, without those of a file; empty if nothing is."""
    try:
        start.replace(**given)
    except UsageError as error:
        return str(error)
    return ""


def named_configs() -> dict[str, Path]:
    """The TOML files that come with w2v, by name: "small" is configs/small.toml."""
    paths = _CONFIGS.glob("*.toml")
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The options in a TOML file, checked; both `vector-size` and `vector_size` are accepted.

    `path` may also be one of `named_configs`, unless there is a file called just that. Raises
    UsageError for an unknown option or a bad value, W2VError for a file that is not TOML.
    """
    name = os.fsdecode(path)
    ours = named_configs()
    if name in ours and not os.path.lexists(path):
        path = ours[name]
    elif os.sep not in name and "." not in name and not os.path.lexists(path):
        raise W2VError(
            f"{name}: no such file, and no such configuration: known are {', '.join(ours)}"
        )
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise W2VError(f"{name}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise W2VError(f"{name}: not valid TOML: {error}") from None
    options = {key.replace("-", "_"): value for key, value in table.items()}
    for key in table:
        if "_" in key and key.replace("_", "-") in table:
            raise UsageError(
                f"{name}: {key.replace('_', '-')} is set twice, once with - and once with _"
            )
    check_names(options, name)
    for field in dataclasses.fields(TrainConfig):
        if field.name in options:
            try:
                checked(field, options[field.name])
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from None
    return options
