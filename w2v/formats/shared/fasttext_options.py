"""The options in the header of a fastText .bin, and what they are for a model of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from w2v.formats.table import Table
from w2v.words.subwords import Subwords

FASTTEXT = "fasttext"
"""Where `Table.about` and model.json hold the options of a fastText model, and its "tokens"."""

OPTIONS: dict[str, int | float] = {
    "dim": 0,
    "ws": 5,
    "epoch": 5,
    "minCount": 1,
    "neg": 5,
    "wordNgrams": 1,
    "loss": 2,
    "model": 2,
    "bucket": 0,
    "minn": 0,
    "maxn": 0,
    "lrUpdateRate": 100,
    "t": 1e-4,
}
"""fastText's options in the order of the file, as a model without any is written."""

_SAME = {
    "ws": "window",
    "epoch": "epochs",
    "minCount": "min_count",
    "neg": "negative",
    "t": "sample",
}
_NUMBERS = {
    "loss": ("loss", {"hs": 1, "ns": 2}),
    "model": ("architecture", {"cbow": 1, "skipgram": 2}),
}
_LARGEST = 2**31 - 1


def options_of(table: Table) -> dict[str, int | float]:
    """The options to write for a table: those of its fastText model or of its w2v model.

    What neither says is as usual. "dim", "minn", "maxn" and "bucket" are those of the rows.
    """
    own, config = table.about.get(FASTTEXT), table.about.get("config")
    given = (
        own if isinstance(own, dict) else _translated(config if isinstance(config, dict) else {})
    )
    options = dict(OPTIONS)
    for name, usual in OPTIONS.items():
        value = given.get(name)
        if isinstance(value, (int, type(usual))) and abs(value) <= _LARGEST:
            options[name] = value
    runs = Subwords(0, 0, 0) if table.subwords is None else table.subwords.subwords
    sizes = {"minn": runs.minn, "maxn": runs.maxn, "bucket": runs.bucket}
    return {**options, "dim": table.vector_size, **sizes}


def tokens_of(about: Mapping[str, Any]) -> int:
    """The number of words of the training text; 0 where it is not known."""
    for entry, name in ((FASTTEXT, "tokens"), ("corpus", "n_words")):
        facts = about.get(entry)
        if isinstance(facts, dict) and isinstance(facts.get(name), int):
            return int(facts[name])
    return 0


def _translated(config: Mapping[str, Any]) -> dict[str, Any]:
    """fastText's options from those in model.json."""
    found = {name: config.get(ours) for name, ours in _SAME.items()}
    for name, (ours, numbers) in _NUMBERS.items():
        found[name] = numbers.get(str(config.get(ours)))
    return found
