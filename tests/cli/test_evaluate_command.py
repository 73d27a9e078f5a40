"""w2v evaluate: the tables, the JSON, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asking import ROWS, Command, Said

N = len(ROWS)
QUESTIONS = """\
: royals
man king woman queen
man king woman emperor
man woman king help
: gram1-capitals
france paris italy rome
france paris italy
"""
PAIRS = "king\tqueen\t9\nman\twoman\t5\nking\tman\t7\nking\temperor\t8\nx\ty\tz\n"


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("questions.txt").write_text(QUESTIONS)
    Path("pairs.tsv").write_text(PAIRS)
    return "questions.txt"


def test_analogies_are_scored_by_section(ask: Command, questions: str) -> None:
    assert ask("evaluate", questions) == Said(
        "questions.txt   correct  covered  total  accuracy\n"
        "royals                1        2      3   50.00 %\n"
        "gram1-capitals        1        1      1  100.00 %\n"
        "semantic              1        2      3   50.00 %\n"
        "syntactic             1        1      1  100.00 %\n"
        "total                 2        3      4   66.67 %\n"
        "\n"
        "questions.txt: 1 line skipped\n"
        "  line 7: france paris italy: 3 words, not 4\n",
        "",
        0,
    )


def test_pairs_are_scored_and_the_left_out_ones_listed(ask: Command, questions: str) -> None:
    # Cosines 2/3, 0 and 1/√3 for scores 9, 5 and 7.
    said = ask("evaluate", "pairs.tsv")
    assert said == Said(
        "word pairs  covered  total  Pearson     p  Spearman  p\n"
        "pairs.tsv         3      4   0.9211  0.25    1.0000  0\n"
        "\n"
        "pairs.tsv: 1 pair skipped\n"
        f"  line 4: king emperor: not among the first {N} words: emperor\n"
        "pairs.tsv: 1 line skipped\n"
        "  line 5: x y z: not two words and a score\n",
        "",
        0,
    )


def test_all_tables_are_scored_side_by_side(ask: Command, questions: str) -> None:
    """The figures of each column are those of the table alone."""
    names = ["input", "output", "sum", "mix", "published"]
    alone = [
        ask("evaluate", questions, "pairs.tsv", "--vectors", name, "--json").json()
        for name in names
    ]
    answer = ask("evaluate", questions, "pairs.tsv", "--vectors", "all", "--json").json()
    assert answer["vectors"] == "all"
    assert answer["tables"] == {
        name: {"analogies": found["analogies"], "pairs": found["pairs"]}
        for name, found in zip(names, alone, strict=True)
    }
    said = ask("evaluate", questions, "pairs.tsv", "--vectors", "all")
    rows = [line.replace(" %", "").split() for line in said.out.splitlines()]
    assert rows[0] == ["questions.txt", "covered", "total", *names]
    totals = [found["analogies"][0]["total"] for found in alone]
    assert rows[5] == ["total", "3", "4", *(f"{100 * total['accuracy']:.2f}" for total in totals)]
    pairs = rows.index(["word", "pairs:", "Spearman", "covered", "total", *names])
    wanted = [f"{found['pairs'][0]['spearman']['coefficient']:.4f}" for found in alone]
    assert rows[pairs + 1] == ["pairs.tsv", "3", "4", *wanted]
    assert said.out.count("1 line skipped") == 2


def test_the_weight_of_the_mix_is_chosen(ask: Command, questions: str) -> None:
    """Weights 0 and 1 are the input vectors and the sum."""
    for weight, same in ("0", "input"), ("1", "sum"):
        mixed = ask("evaluate", questions, "--vectors", "mix", "--mix-weight", weight, "--json")
        other = ask("evaluate", questions, "--vectors", same, "--json")
        assert mixed.json()["analogies"] == other.json()["analogies"]
        every = ask("evaluate", questions, "--vectors", "all", "--mix-weight", weight, "--json")
        assert every.json()["tables"]["mix"]["analogies"] == other.json()["analogies"]
        mixed = ask("vector", "king", "--vectors", "mix", "--mix-weight", weight)
        assert mixed == ask("vector", "king", "--vectors", same)
    wrong = ask("vector", "king", "--mix-weight", "0.5")
    assert wrong == Said("", "w2v: --mix-weight needs --vectors mix\n", 2)


def test_a_file_of_one_table_has_nothing_to_compare(
    ask: Command, questions: str, tmp_path: Path
) -> None:
    path = tmp_path / "one.npz"
    assert ask("export", str(path)).code == 0
    said = ask("evaluate", questions, "--vectors", "all", "-m", str(path))
    message = f"{path} holds one table only; --vectors all needs a trained model folder"
    assert said == Said("", f"w2v: {message}\n", 1)


def test_a_model_that_is_not_there_is_not_said_to_hold_a_table(
    ask: Command, questions: str
) -> None:
    said = ask("evaluate", questions, "--vectors", "all", "-m", "none.w2v")
    assert (said.out, said.code) == ("", 1)
    assert said.err.startswith("w2v: none.w2v: no such model; ")


def test_all_tables_of_a_model_with_a_tree_are_those_of_words(ask: Command, questions: str) -> None:
    path = ask.model / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "output_rows": "nodes"}))
    tables = ask("evaluate", questions, "--vectors", "all", "--json").json()["tables"]
    assert list(tables) == ["input", "published"]
    said = ask("evaluate", questions, "--vectors", "output")
    assert "was trained with hierarchical softmax, which stores no output vectors" in said.err


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("king queen 1\nman woman 1\n", "all scores are equal"),
        ("king queen 1\nqueen king 2\n", "all cosines are equal"),
        ("king queen 1\nking x 2\n", "1 of its pairs could be used, and at least 2 are needed"),
    ],
)
def test_the_reason_for_no_correlation_is_reported(lines: str, reason: str, ask: Command) -> None:
    said = ask("evaluate", "-", stdin=lines)
    assert f"standard input: no correlation: {reason}\n" in said.out
    assert said.code == 0


def test_several_sets_and_standard_input(ask: Command, questions: str) -> None:
    both = ask("evaluate", "pairs.tsv", questions).out
    assert both == ask("evaluate", questions).out + ask("evaluate", "pairs.tsv").out
    piped = ask("evaluate", "-", stdin=QUESTIONS).out
    wanted = ask("evaluate", questions).out
    assert piped.splitlines()[1].split() == wanted.splitlines()[1].split()
    assert piped.startswith("standard input ")


def test_scores_as_json(ask: Command, questions: str) -> None:
    scores = ask("evaluate", questions, "pairs.tsv", "--json").json()
    assert {key: scores[key] for key in ("method", "case", "vectors", "restrict_vocab")} == {
        "method": "3cosadd",
        "case": "fold",
        "vectors": "published",
        "restrict_vocab": N,
    }
    [analogies], [pairs] = scores["analogies"], scores["pairs"]
    assert analogies["total"] == {
        "section": "total",
        "correct": 2,
        "covered": 3,
        "composed": 0,
        "total": 4,
        "accuracy": 2 / 3,
    }
    assert [s["section"] for s in analogies["sections"]] == ["royals", "gram1-capitals"]
    assert analogies["skipped"] == [
        {"line": 7, "text": "france paris italy", "reason": "3 words, not 4"}
    ]
    assert (pairs["covered"], pairs["total"]) == (3, 4)
    assert pairs["spearman"] == {"coefficient": 1.0, "p_value": 0.0}


def test_options_change_what_takes_part(ask: Command, questions: str) -> None:
    exact = ask("evaluate", questions, "--case", "exact", "--json").json()["analogies"][0]
    assert exact["total"]["covered"] == 2, "rome is Rome in the model"
    first = ask("evaluate", questions, "--restrict-vocab", "4", "--json").json()["analogies"][0]
    assert first["total"]["covered"] == 1
    assert first["sections"][1]["accuracy"] is None
    product = ask("evaluate", questions, "--method", "3cosmul", "--json").json()
    assert product["method"] == "3cosmul"
    everything = ask("evaluate", questions, "--restrict-vocab", "0", "--json").json()
    assert everything["restrict_vocab"] == N
    sums = ask("evaluate", questions, "--vectors", "output", "--json").json()
    assert sums["vectors"] == "output"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["none.txt"], 1, "none.txt: No such file or directory"),
        (
            ["words.txt"],
            1,
            "words.txt: neither an analogy set (four words per line under ': section' lines) nor a "
            "word-pair set (two words and a score per line); line 1 is 'king'",
        ),
        (
            ["strangers.txt"],
            1,
            f"no question has all its words among the first {N} words of MODEL; check the "
            "language, --case and --restrict-vocab",
        ),
        (["."], 1, ".: Is a directory"),
    ],
)
def test_what_is_refused(
    arguments: list[str], code: int, message: str, ask: Command, questions: str
) -> None:
    Path("words.txt").write_text("king\nqueen\n")
    Path("strangers.txt").write_text("a b c d\n")
    message = message.replace("MODEL", str(ask.model))
    assert ask("evaluate", *arguments) == Said("", f"w2v: {message}\n", code)


def test_questions_cannot_steer_the_terminal(ask: Command, questions: str) -> None:
    Path("odd.txt").write_text(": \x1b[31mred\nman king woman queen\nx \x1b[31m\n")
    said = ask("evaluate", "odd.txt")
    assert said.code == 0
    assert "\x1b" not in said.out
    assert r"line 3: x \x1b[31m: 2 words, not 4" in said.out


def test_standard_input_is_read_once(ask: Command) -> None:
    said = ask("evaluate", "-", "-", stdin=PAIRS)
    assert (said.code, said.out) == (1, "")
    assert said.err == "w2v: '-' is named twice, but standard input can be read only once\n"
