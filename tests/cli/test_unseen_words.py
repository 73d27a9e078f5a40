"""Commands on a model with subwords: unseen words are answered, reported, or refused."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v.cli.main import run
from w2v.formats import files
from w2v.formats.table import Table
from w2v.vectors.word_vectors import WordVectors
from w2v.words.subwords import SubwordRows, Subwords
from w2v.words.word_list import WordList

WORDS = ["king", "queen", "kings", "man", "woman"]
OWN = np.random.default_rng(1).normal(size=(len(WORDS), 8)).astype(np.float32)
SHARED = np.random.default_rng(2).normal(size=(40, 8)).astype(np.float32)
COMPOSED = "{}: not in the vocabulary; its vector is composed of n-grams\n"


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command on the model m.ftbin in the current folder: exit code, output, notes."""
    monkeypatch.chdir(tmp_path)
    rows = SubwordRows(
        Subwords(3, 4, 40), lambda: OWN.view(np.uint8), lambda: SHARED.view(np.uint8)
    )
    words = WordList.from_strings(WORDS)
    files.write(Table(words, 8, lambda: rows.blocks(words), subwords=rows), "m.ftbin")
    monkeypatch.setenv("W2V_MODEL", "m.ftbin")

    def asked(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        code = run(list(arguments))
        return code, *capsys.readouterr()

    return asked


def test_neighbors_and_analogy(ask: Any) -> None:
    vectors = WordVectors.load("m.ftbin")
    code, out, err = ask("neighbors", "kingly", "king", "--top", "2", "--json")
    assert (code, err) == (0, COMPOSED.format("kingly"))
    first, second = json.loads(out)
    assert first["query"] == "kingly"
    assert first["composed"] == ["kingly"]
    wanted = vectors.neighbors("kingly", top=2)
    assert [(a["word"], a["score"]) for a in first["answers"]] == wanted
    assert "composed" not in second
    code, out, err = ask("analogy", "kingly", "manly", "woman", "--jsonl")
    assert err == COMPOSED.format("kingly") + COMPOSED.format("manly")
    assert json.loads(out)["composed"] == ["kingly", "manly"]


def test_similarity_and_odd_one_out(ask: Any) -> None:
    vectors = WordVectors.load("m.ftbin")
    code, out, err = ask("similarity", "kingly", "man")
    assert (code, err) == (0, COMPOSED.format("kingly"))
    assert out == f"{vectors.similarity('kingly', 'man'):.4f}\n"
    code, out, err = ask("odd-one-out", "king", "kingly", "man", "--json")
    assert (code, err) == (0, COMPOSED.format("kingly"))
    (answer,) = json.loads(out)
    assert answer["odd_one_out"] == vectors.odd_one_out(["king", "kingly", "man"])
    assert answer["composed"] == ["kingly"]


def test_vectors(ask: Any) -> None:
    code, out, err = ask("vector", "king", "kingly", "--jsonl")
    assert (code, err) == (0, COMPOSED.format("kingly"))
    known, composed = (json.loads(line) for line in out.splitlines())
    assert (known["index"], composed["index"]) == (0, None)
    assert composed["composed"] == ["kingly"]
    wanted = WordVectors.load("m.ftbin")["kingly"]
    assert np.array_equal(np.array(composed["vector"], np.float32), wanted)


def test_the_prompt_and_lines_of_input(ask: Any) -> None:
    for command in (["shell"], ["neighbors", "-"]):
        code, out, err = ask(*command, "--top", "1", given="kingly\nking\n")
        assert (code, err) == (0, COMPOSED.format("kingly"))
        assert out.startswith("kingly ")


def test_no_subwords(ask: Any) -> None:
    for command in (
        ["neighbors", "kingly"],
        ["analogy", "kingly", "man", "king"],
        ["similarity", "kingly", "man"],
        ["odd-one-out", "kingly", "man", "king"],
        ["vector", "kingly"],
    ):
        code, out, err = ask(*command, "--no-subwords")
        assert (code, out) == (1, "")
        assert err.startswith("w2v: 'kingly' is not among the 5 words; near spellings: ")


def test_a_word_without_ngrams(ask: Any) -> None:
    code, out, err = ask("neighbors", "</s>")
    assert (code, out) == (1, "")
    assert err == (
        "w2v: '</s>' is not among the 5 words, and it has no n-grams of 3 to 4 characters to "
        "compose a vector from\n"
    )


def test_an_export_reports_the_loss_of_subwords(ask: Any) -> None:
    lost = "written without its n-grams: unknown words have no vectors there; {}\n"
    for why, arguments in (
        (".w2v and .ftbin keep them", ["v.txt"]),
        ("n-grams cannot follow --normalize and --space-as", ["n.ftbin", "--normalize"]),
    ):
        code, _, err = ask("export", *arguments)
        assert (code, err.startswith(lost.format(why))) == (0, True)
    code, _, err = ask("export", "o.ftbin", "--limit", "3")
    assert err == "wrote 3 words by 8 to o.ftbin (fasttext-bin)\n"
    wanted = WordVectors.load("m.ftbin")["kingly"]
    assert np.array_equal(WordVectors.load("o.ftbin")["kingly"], wanted)


def test_a_map_of_unseen_words(ask: Any) -> None:
    pytest.importorskip("matplotlib", reason="the package matplotlib is not installed")
    code, _, err = ask("plot", "king", "kingly", "man", "-o", "map.svg")
    assert code == 0
    assert err.startswith(COMPOSED.format("kingly"))


def test_evaluate_composes_unseen_words_and_counts_them(ask: Any) -> None:
    Path("q.txt").write_text(
        ": family\nking queen kingly woman\nking queen man woman\nman a b kingly\n"
    )
    Path("p.txt").write_text("king\tkingly\t5\nking\tqueen\t3\nman\twoman\t2\nx\tking\t1\n")
    code, out, err = ask("evaluate", "q.txt", "p.txt", "--json")
    plain = json.loads(out)
    assert (plain["analogies"][0]["total"]["covered"], plain["pairs"][0]["covered"]) == (1, 2)
    assert plain["pairs"][0]["composed"] == 0
    code, out, err = ask("evaluate", "q.txt", "p.txt", "--json", "--subwords")
    assert (code, err) == (0, "")
    figures = json.loads(out)
    total, pairs = figures["analogies"][0]["total"], figures["pairs"][0]
    assert (total["covered"], total["composed"], total["total"]) == (2, 1, 3)
    assert (pairs["covered"], pairs["composed"], pairs["total"]) == (4, 2, 4)
    code, out, err = ask("evaluate", "p.txt", "--subwords")
    assert "p.txt: 2 pairs have a word whose vector is composed of n-grams\n" in out
    ask("export", "plain.txt")
    code, out, err = ask("evaluate", "p.txt", "--subwords", "-m", "plain.txt")
    assert (code, err) == (1, "w2v: plain.txt has no subwords; leave out --subwords\n")


def test_vectors_that_cannot_be_composed_say_why(ask: Any, tmp_path: Path) -> None:
    """The output vectors of a model with subwords are whole; a model without has none at all."""
    Path("text.txt").write_text("king queen man woman\n" * 30)
    small = ["--vector-size", "4", "--epochs", "1", "--threads", "1", "-q"]
    train = ["train", "text.txt", "-o", "m.w2v", *small, "--subwords", "--buckets", "50"]
    assert run(train) == 0
    Path("questions.txt").write_text("man woman king queen\n")
    line = ["evaluate", "questions.txt", "--subwords", "-m", "m.w2v", "--vectors"]
    for table in ("output", "all"):
        assert ask(*line, table) == (
            1,
            "",
            "w2v: n-grams make input vectors only: leave out --subwords, or take other --vectors\n",
        )
    assert ask(*line, "sum")[0] == 0
    files.write(files.open_table("m.w2v"), "whole.txt")
    code, _, said = ask("evaluate", "questions.txt", "--subwords", "-m", "whole.txt")
    assert (code, said) == (1, "w2v: whole.txt has no subwords; leave out --subwords\n")


def test_rotated_vectors_lose_their_ngrams_and_say_so(ask: Any) -> None:
    numbered = WordVectors([f"word{i}" for i in range(8)], np.eye(8, dtype=np.float32))
    numbered.save("other.txt")
    table = WordVectors(numbered.words, OWN[[0, 1, 2, 3, 4, 0, 1, 2]] + numbered.matrix)
    table.subwords = WordVectors.load("m.ftbin").subwords
    assert table.subwords is not None
    rows = SubwordRows(
        Subwords(3, 4, 40),
        lambda: table.matrix.view(np.uint8),
        lambda: SHARED.view(np.uint8),
    )
    files.write(
        Table(table.words, 8, lambda: rows.blocks(table.words), subwords=rows), "eight.ftbin"
    )
    code, out, said = ask("align", "eight.ftbin", "other.txt", "-o", "turned.ftbin")
    assert (code, out) == (0, "")
    assert said.startswith("written without its n-grams, which do not turn: ")
