"""w2v clusters: lines, JSON, files, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from asking import ROWS, Command, Said

N = len(ROWS)


def test_a_word_and_its_class_a_line(ask: Command) -> None:
    said = ask("clusters", "-k", "3")
    assert said.code == 0
    rows = [line.rsplit("\t", 1) for line in said.out.splitlines()]
    assert [word for word, _ in rows] == list(ROWS)
    assert rows[0][1] == "0", "class 0 holds the first word"
    labels = dict(rows)
    assert labels["king"] == labels["王"]
    assert labels["paris"] == labels["new york"] != labels["king"]
    assert re.fullmatch(
        r"3 classes of \d+ to \d+ words, mean cosine to the centre 0\.\d{4}, \d+ iterations "
        r"\(no word moved any more\); "
        r"1 in class 0 without a direction \(zeros or not finite\)\n",
        said.err,
    )
    assert ask("clusters", "-k", "3") == said
    assert ask("clusters", "-k", "3", "-o", "-") == said


def test_words_by_class(ask: Command) -> None:
    plain = ask("clusters", "-k", "4").out.splitlines()
    by_class = ask("clusters", "-k", "4", "--by-class").out.splitlines()
    assert sorted(by_class) == sorted(plain)
    labels = [int(line.rsplit("\t", 1)[1]) for line in by_class]
    assert labels == sorted(labels)


def test_classes_as_json(ask: Command) -> None:
    said = ask("clusters", "-k", "3", "--restrict-vocab", "6", "--json", "--seed", "2")
    answer = json.loads(said.out)
    assert [part["class"] for part in answer["classes"]] == [0, 1, 2]
    assert [part["size"] for part in answer["classes"]] == [
        len(part["words"]) for part in answer["classes"]
    ]
    assert sorted(w for part in answer["classes"] for w in part["words"]) == sorted(list(ROWS)[:6])
    assert (answer["seed"], answer["converged"]) == (2, True)
    assert answer["directionless"] == 0
    assert "direction" not in said.err


def test_classes_are_written_to_a_file(ask: Command, tmp_path: Path) -> None:
    path = tmp_path / "classes.tsv"
    assert ask("clusters", "-k", "2", "-o", str(path)).out == ""
    assert path.read_text(encoding="utf-8") == ask("clusters", "-k", "2").out
    again = ask("clusters", "-k", "2", "-o", str(path))
    assert (again.out, again.code) == ("", 1)
    assert again.err.startswith(f"w2v: {path} exists")
    assert ask("clusters", "-k", "3", "-o", str(path), "--overwrite").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-k", "0"], f"k must be from 1 to the number of words, {N}, not 0"),
        (["-k", "17"], f"k must be from 1 to the number of words, {N}, not 17"),
        (["-k", "2", "--seed", "-1"], "seed must be at least 0, not -1"),
        ([], "Missing option '-k' / '--classes'. See 'w2v clusters --help'."),
    ],
)
def test_a_wrong_command_line_is_a_line_and_exit_2(
    arguments: list[str], message: str, ask: Command
) -> None:
    assert ask("clusters", *arguments) == Said("", f"w2v: {message}\n", 2)


@pytest.mark.parametrize(
    ("restrict", "classes", "start"),
    [("3", "1", "1 class of 3 words, mean"), ("2", "2", "2 classes of 1 word, mean")],
)
def test_one_is_not_counted_as_many(ask: Command, restrict: str, classes: str, start: str) -> None:
    said = ask("clusters", "-k", classes, "--restrict-vocab", restrict)
    assert said.err.startswith(start)
