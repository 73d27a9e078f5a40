"""What a run must share with a checkpoint to continue from it: its options and its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from w2v.errors import W2VError

START_AFRESH = "give --overwrite instead of --resume to start again"
RANKS = "ranks"  # among the options: how many processes the text was dealt to, if it was
_OF_RANKS = ("corpus", "slice_tokens")  # what depends on that


def check_identity(path: Path, saved: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise W2VError if anything differs; it says what, and what to do."""
    check_same_options(path, saved["options"], wanted["options"])
    if saved["corpus"] != wanted["corpus"]:
        raise W2VError(
            f"cannot resume from {path}: the corpus has changed since the run began; "
            f"give the same text again, or {START_AFRESH}"
        )
    if saved != wanted:
        raise W2VError(f"cannot resume from {path}: another version of w2v made it; {START_AFRESH}")


def as_of(saved: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """A saved identity as it would be with the wanted number of processes."""
    options = {name: value for name, value in saved["options"].items() if name != RANKS}
    if RANKS in wanted["options"]:
        options[RANKS] = wanted["options"][RANKS]
    return {**saved, **{name: wanted[name] for name in _OF_RANKS}, "options": options}


def check_same_options(path: Path, saved: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise W2VError if an option differs."""
    for key in sorted(saved.keys() | wanted.keys()):
        if saved.get(key) != wanted.get(key):
            raise W2VError(
                f"cannot resume from {path}: {key.replace('_', '-')} was {saved.get(key)} and is "
                f"now {wanted.get(key)}; use the value the run began with, or {START_AFRESH}"
            )
