"""What a user should know about the files that were read: skipped, in another encoding, damaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from w2v.messages import counted

_FEW = 5  # files listed by name
_USUAL = ("", "utf-8", "utf-8-sig")  # "" is text from Python
PATTERN = "a pattern such as 'folder/**/*.txt' selects files"


def reading_notes(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line for each thing to report about `sources`, the fields of `SourceSize`."""
    return [*_skipped(sources), *_encodings(sources), *_replaced(sources)]


def _skipped(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files that are not text."""
    names = [source["name"] for source in sources if source["skipped"]]
    if not names:
        return []
    what = counted(len(names), "file that is", "files that are")
    return [f"skipped {what} not text: {_listed(names)}; {PATTERN}"]


def _encodings(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files that are not in UTF-8, for each encoding."""
    names: dict[str, list[str]] = {}
    for source in sources:
        if not source["skipped"] and source["encoding"] not in _USUAL:
            names.setdefault(source["encoding"], []).append(source["name"])
    return [f"read as {encoding}: {_listed(names[encoding])}" for encoding in sorted(names)]


def _replaced(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files with invalid bytes: the worst of them, and the number of others."""
    damaged = [source for source in sources if source["replaced_bytes"]]
    damaged.sort(key=lambda source: -source["replaced_bytes"])
    notes = [
        f"{source['name']}: {_replaced_bytes(source['replaced_bytes'], source['encoding'])}"
        for source in damaged[:_FEW]
    ]
    if others := damaged[_FEW:]:
        n_bytes = sum(source["replaced_bytes"] for source in others)
        more = counted(len(others), "more file")
        notes.append(f"{more}: {n_bytes:,} bytes replaced")
    if notes:
        notes[-1] += "; --encoding names another encoding, or several such as utf-8,cp1252"
    return notes


def _replaced_bytes(number: int, encoding: str) -> str:
    if number == 1:
        return f"1 byte was not valid {encoding} and was replaced"
    return f"{number:,} bytes were not valid {encoding} and were replaced"


def _listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more:,} more" if more > 0 else "")
