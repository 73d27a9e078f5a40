"""w2v info: what a model contains and how it was made."""

from __future__ import annotations

import datetime
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.options import json_option, path_option
from w2v.cli.output import print_json, print_table

if TYPE_CHECKING:
    from w2v.formats.table import Table
    from w2v.words.subwords import SubwordRows

_LISTED = 10  # of the most frequent words
_WIDTH = 78


@click.command()
@path_option
@json_option
def command(model: str, as_json: bool) -> None:
    """Show what a model contains and how it was made.

    For a model folder: the words, the options and the corpus it was trained with, and the
    training's speed and loss. For a vector file of another format: its content.
    """
    from w2v.formats import registry
    from w2v.formats.files import open_table, sniff

    table = open_table(model)
    name = sniff(model) or registry.by_ending(model) or ""
    path = Path(model)
    about = _metadata(path) if name == "w2v" else {}
    facts = _facts(path, name, registry.FORMATS[name].description, table, about)
    if as_json:
        print_json(_finite({**facts, "training": about or None}))
    else:
        print_table([], _rows(facts, about))


def _metadata(path: Path) -> dict[str, Any]:
    """How a model folder was made: model.json and the end of its log; empty for an import."""
    from w2v.formats import model_folder

    about = model_folder.read_metadata(path)
    for key in ("format", "format_version", "words", "vector_size", "subwords"):
        about.pop(key, None)
    return {**about, **_last_record(path / model_folder.LOG)} if about else {}


def _last_record(log: Path) -> dict[str, Any]:
    """The last event of a training log; empty if it cannot be read."""
    import json

    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.path.getsize(log) - 4096))
            record = json.loads(file.read().splitlines()[-1])
        if record.pop("event") != "finished":
            return {}
        if "time" in record:
            when = datetime.datetime.fromtimestamp(record["time"]).astimezone()
            record["time"] = when.isoformat(" ", "seconds")
        return dict(record)
    except (OSError, ValueError, IndexError, AttributeError, KeyError, TypeError, OverflowError):
        return {}  # the log only has the times; a model without it is complete


def _facts(
    path: Path, name: str, description: str, table: Table, about: dict[str, Any]
) -> dict[str, Any]:
    """What is known about any vector file."""
    counts = table.counts
    known = counts is not None and len(counts) > 0
    return {
        "path": os.fspath(path),
        "format": name,
        "description": description,
        "bytes": _size(path),
        "words": len(table),
        "vector_size": table.vector_size,
        "tables": _tables(path, about) if name == "w2v" else ["input"],
        "subwords": None if table.subwords is None else _subwords(table.subwords),
        "first_words": table.words[:_LISTED],
        "occurrences": int(counts.sum()) if known and counts is not None else None,
        "highest_count": int(counts.max()) if known and counts is not None else None,
        "lowest_count": int(counts.min()) if known and counts is not None else None,
    }


def _tables(path: Path, about: dict[str, Any]) -> list[str]:
    """The tables in a model folder."""
    from w2v.formats import model_folder

    if not (path / model_folder.OUTPUTS).is_file():
        return ["input"]
    return ["input", "nodes" if model_folder.holds_nodes(about) else "output"]


def _subwords(rows: SubwordRows) -> dict[str, int]:
    """The n-grams of a model, by the names of the options of training, and how many have rows."""
    runs, stored = rows.subwords, rows.stored
    n_rows = runs.bucket if stored is None else len(stored.buckets)
    names = ("min_n", "max_n", "buckets", "stored_buckets")
    return dict(zip(names, (max(runs.minn, 1), runs.maxn, runs.bucket, n_rows), strict=True))


def _size(path: Path) -> int:
    """The size in bytes of a file, or of the files in a folder."""
    if path.is_dir():
        return sum(file.stat().st_size for file in path.iterdir() if file.is_file())
    return path.stat().st_size


def _rows(facts: dict[str, Any], about: dict[str, Any]) -> list[list[str]]:
    """Names and values, one per line; long values continue below."""
    rows = [
        ["model", facts["path"]],
        ["format", f"{facts['format']}: {facts['description'].rstrip('.')}"],
        ["size", f"{facts['bytes']:,} bytes"],
        ["words", f"{facts['words']:,}"],
        ["dimensions", f"{facts['vector_size']:,}"],
        ["tables", " and ".join(facts["tables"])],
        ["first words", " ".join(facts["first_words"])],
    ]
    if (runs := facts["subwords"]) is not None:
        text = f"n-grams of {runs['min_n']} to {runs['max_n']} characters"
        buckets, stored = runs["buckets"], runs["stored_buckets"]
        in_use = f", {stored:,} of them in use" if stored < buckets else ""
        rows.append(["subwords", f"{text} in {buckets:,} buckets{in_use}"])
    if facts["occurrences"] is not None:
        text = f"{facts['lowest_count']:,} to {facts['highest_count']:,} per word, "
        rows.append(["occurrences", text + f"{facts['occurrences']:,} in total"])
    for key, value in about.items():
        rows += _made(key, value)
    return [line for name, value in rows for line in _wrapped(name, value)]


def _made(key: str, value: Any) -> list[list[str]]:
    """The rows of an entry of model.json; unknown entries are shown too."""
    if key == "config" and isinstance(value, dict):
        options = (_option(name, part) for name, part in value.items())
        return [["options", " ".join(filter(None, options))]]
    if key == "corpus" and isinstance(value, dict):
        figures = {name: part for name, part in value.items() if isinstance(part, int)}
        return [["corpus", _sources(value.get("sources"))], ["", _text(figures)]]
    return [[key.replace("_", " "), _text(value)]]


def _option(name: str, value: Any) -> str:
    """An option as a command line gives it; empty if it would not."""
    option = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return ""
    return option if value is True else f"{option} {shlex.quote(str(value))}"


def _sources(sources: Any) -> str:
    """The names of the files of the corpus, at most _LISTED of them."""
    if not isinstance(sources, list):
        return ""
    names = [str(part.get("name")) for part in sources if isinstance(part, dict)]
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more:,} more files" if more > 0 else "")


def _text(value: Any) -> str:
    """A value of model.json on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{_name(key)} {_text(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(f"({_text(v)})" if isinstance(v, dict) else _text(v) for v in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "none" if value is None else str(value)


def _name(key: str) -> str:
    """n_words -> words."""
    return key.removeprefix("n_").replace("_", " ")


def _wrapped(name: str, value: str) -> list[list[str]]:
    """A row, and further rows without a name for the rest of a long value."""
    import textwrap

    lines = textwrap.wrap(value, _WIDTH - 14, break_on_hyphens=False, break_long_words=False) or [
        ""
    ]
    return [[name, lines[0]], *(["", line] for line in lines[1:])]


def _finite(value: Any) -> Any:
    """`value` with null for numbers that JSON lacks."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value
