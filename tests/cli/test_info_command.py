"""w2v info: what a model contains, how it was made, and models that say less about themselves."""

from __future__ import annotations

import datetime
import json
import shlex

import numpy as np
import pytest
from asking import ABOUT, ROWS, Command
from vector_files import write

from w2v.config import TrainConfig
from w2v.vectors.word_vectors import WordVectors

N = len(ROWS)


def test_info_shows_what_a_model_holds_and_how_it_was_made(
    ask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ask.model / "train.jsonl").write_text(
        '{"event": "report", "loss": 2.25}\n'
        '{"event": "finished", "time": 1700000000.5, "training_seconds": 12.5}\n'
    )
    when = datetime.datetime.fromtimestamp(1_700_000_000).astimezone().isoformat(" ")
    size = sum(file.stat().st_size for file in ask.model.iterdir())
    monkeypatch.chdir(ask.model.parent)
    said = ask("info", "-m", "toy.w2v")
    assert (said.err, said.code) == ("", 0)
    assert said.out.splitlines() == [
        "model             toy.w2v",
        "format            w2v: Our model folder",
        f"size              {size:,} bytes",
        "words             16",
        "dimensions        5",
        "tables            input and output",
        "first words       man woman king queen france paris italy Rome new york naïve",
        "occurrences       10 to 160 per word, 1,360 in total",
        "options           --vector-size 5 --window 5 --alpha 0.025",
        "corpus            corpus.txt",
        "                  words 1,234",
        "epoch losses      2.5, 2.25",
        "final loss        2.25",
        f"time              {when}",
        "training seconds  12.5",
    ]


def test_the_options_of_a_model_can_be_given_again(ask: Command) -> None:
    about = json.loads((ask.model / "model.json").read_text())
    config = TrainConfig(vector_size=8, subwords=True, buckets=100, text_field="a text", epochs=1)
    about["config"] = config.to_dict()
    (ask.model / "model.json").write_text(json.dumps(about))
    lines = ask("info").out.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("options"))
    last = next(k for k, line in enumerate(lines) if line.startswith("corpus"))
    options = shlex.split(" ".join(line.removeprefix("options") for line in lines[first:last]))
    assert ("--subwords" in options, "--keep-case" in options) == (True, False)
    assert "a text" in options
    text = ask.model.parent / "text.jsonl"
    text.write_text('{"a text": "one two three one two three"}\n' * 5)
    output = ask.model.parent / "again.w2v"
    said = ask("train", str(text), "-o", str(output), "--dry-run", *options)
    assert said.code == 0, said.err


def test_a_model_as_json(ask: Command) -> None:
    facts = ask("info", "--json").json()
    assert facts["training"] == ABOUT
    assert (facts["path"], facts["format"]) == (str(ask.model), "w2v")
    assert (facts["words"], facts["vector_size"]) == (N, 5)
    assert facts["tables"] == ["input", "output"]
    assert facts["first_words"] == list(ROWS)[:10]
    assert (facts["lowest_count"], facts["highest_count"]) == (10, 10 * N)
    assert facts["occurrences"] == 10 * N * (N + 1) // 2


def test_info_shows_what_an_import_holds(ask: Command) -> None:
    path = ask.model.parent / "import.w2v"
    write(WordVectors(["a", "b"], np.eye(2, 3, dtype=np.float32)), path)
    facts = ask("info", "-m", str(path), "--json").json()
    assert (facts["words"], facts["vector_size"], facts["tables"]) == (2, 3, ["input"])
    assert (facts["occurrences"], facts["training"]) == (None, None)
    assert "occurrences" not in ask("info", "-m", str(path)).out


def test_odd_entries_of_a_model_are_shown_and_stop_nothing(ask: Command) -> None:
    about = json.loads((ask.model / "model.json").read_text())
    about |= {
        "config": [1, None, {"a": True}],
        "corpus": {"sources": "x\x1b[31m"},
        "final_loss": float("nan"),
        "later": {"n_things": [{"x": 1e30}]},
        "word\x1b": "y",
    }
    (ask.model / "model.json").write_text(json.dumps(about))
    (ask.model / "train.jsonl").write_bytes(b"[1]\n\xff\n")
    said = ask("info")
    assert (said.err, said.code) == ("", 0)
    assert "\x1b" not in said.out
    assert "later" in said.out
    assert "things (x 1e+30)" in said.out
    assert ask("info", "--json").json()["training"]["final_loss"] is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "{",
            "damaged: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("[]", "not a w2v model"),
        (
            '{"format": "w2v", "format_version": 9}',
            "format version 9 is not 1, 2 or 3; use the w2v",
        ),
    ],
)
def test_a_damaged_model_is_reported(content: str, message: str, ask: Command) -> None:
    (ask.model / "model.json").write_text(content)
    said = ask("info")
    assert (said.out, said.code) == ("", 1)
    assert said.err.startswith(f"w2v: {ask.model / 'model.json'}: {message}")
