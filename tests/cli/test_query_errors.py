"""What the query commands refuse, and how they show what is not plain text."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from asking import ROWS, Command, Said

N = len(ROWS)


def test_a_line_that_cannot_be_answered_stops_no_others(ask: Command) -> None:
    said = ask("neighbors", "-", "--top", "1", stdin="king\nkingg\nzero\na -\nman\n")
    assert said.out == "king  cosine\n王    0.9992\n\nman   cosine\nhelp  0.7071\n"
    assert said.err == (
        f"w2v: standard input:2: 'kingg' is not among the {N} words; near spellings: 'king'\n"
        "w2v: standard input:3: the vector of 'zero' has no direction: "
        "it is all zeros or not finite\n"
        "w2v: standard input:4: 'a -': a word is missing at the end\n"
    )
    assert said.code == 1
    answers = json.loads(ask("neighbors", "-", "--json", stdin="kingg\nking\n").out)
    assert answers[0] == {
        "query": "kingg",
        "error": f"'kingg' is not among the {N} words; near spellings: 'king'",
    }
    assert answers[1]["query"] == "king"


def test_pairs_that_cannot_be_answered_stop_no_others(ask: Command, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("king queen\nking zero\nking\nking quen\nman woman\n")
    said = ask("similarity", "--pairs", str(pairs))
    assert said.out == "king\tqueen\t0.6667\nman\twoman\t0.0000\n"
    assert said.err == (
        f"w2v: {pairs}:2: the vector of 'zero' has no direction: it is all zeros or not finite\n"
        f"w2v: {pairs}:3: 'king': expected two words, separated by a tab or a space\n"
        f"w2v: {pairs}:4: 'quen' is not among the {N} words; near spellings: 'queen'\n"
    )
    assert said.code == 1


def test_a_line_that_cannot_be_answered_is_a_json_line_too(ask: Command) -> None:
    said = ask("neighbors", "-", "--jsonl", stdin="kingg\nking\n")
    assert said.code == 1
    first, second = map(json.loads, said.out.splitlines())
    assert first == {
        "query": "kingg",
        "error": f"'kingg' is not among the {N} words; near spellings: 'king'",
    }
    assert second["query"] == "king"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["neighbors", "kingg"], f"'kingg' is not among the {N} words; near spellings: 'king'"),
        (
            ["neighbors", "king", "ROME"],
            f"'ROME' is not among the {N} words; other case: 'Rome'",
        ),
        (["neighbors", "esc\x1b[32m"], None),
        (
            ["neighbors", "zero"],
            "the vector of 'zero' has no direction: it is all zeros or not finite",
        ),
        (["neighbors", "1 2"], "the vector of a query must have 5 numbers, not 2"),
        (
            ["analogy", "king-man + woman"],
            f"'king-man' is not among the {N} words; "
            "put spaces around + and -, as in 'king - man + woman'",
        ),
        (
            ["similarity", "king", "Queen"],
            f"'Queen' is not among the {N} words; other case: 'queen'",
        ),
        (["vector", "xyz"], f"'xyz' is not among the {N} words"),
        (["vector", "--index", "16"], "index 16 is out of range: the table has rows 0 to 15"),
        (
            ["vector", "--index", "123456789012345678901"],
            "index 123456789012345678901 is out of range: the table has rows 0 to 15",
        ),
        (["neighbors", "-"], "standard input: empty; it must contain one query per line"),
        (["analogy"], "standard input: empty; it must contain one query per line"),
        (["similarity", "--pairs", "none.txt"], "none.txt: No such file or directory"),
        (
            ["neighbors", "king", "-m", "none.w2v"],
            "none.w2v: no such model; train one with 'w2v train corpus.txt', or name one with -m",
        ),
    ],
)
def test_what_the_user_can_fix_is_a_line_and_exit_1(
    arguments: list[str], message: str | None, ask: Command
) -> None:
    said = ask(*arguments)
    assert (said.out, said.code) == ("", 1)
    assert said.err.count("\n") == 1
    assert "\x1b" not in said.err
    if message is not None:
        assert said.err == f"w2v: {message}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["analogy", "king", "man"],
            "'king man': an analogy takes three words, as in 'king man woman', or a sum with "
            "spaces in it, as in 'king - man + woman'",
        ),
        (["analogy", "king -"], "'king -': a word is missing at the end"),
        (["neighbors", ""], "no words given"),
        (["similarity", "a"], "similarity takes two words, not 1; --pairs FILE reads many pairs"),
        (["similarity", "a", "b", "--pairs", "x"], "give two words or --pairs FILE, not both"),
        (["odd-one-out", "a", "b"], "the odd one out needs at least three words, not 2"),
        (["vector", "--index", "king"], "'king' is not a row number; --index takes whole numbers"),
        (
            ["neighbors", "king", "--top", "0"],
            "Invalid value for '--top': 0 is not in the range x>=1. See 'w2v neighbors --help'.",
        ),
        (
            ["neighbors", "king", "--min-similarity", "nan"],
            "min_similarity must be a number, not NaN",
        ),
        (
            ["analogy", "king", "--method", "cos"],
            "Invalid value for '--method': 'cos' is not one of '3cosadd', '3cosmul'. "
            "See 'w2v analogy --help'.",
        ),
        (["vector", "king", "--bogus"], "No such option '--bogus'. See 'w2v vector --help'."),
    ],
)
def test_a_wrong_command_line_is_a_line_and_exit_2(
    arguments: list[str], message: str, ask: Command
) -> None:
    said = ask(*arguments)
    assert (said.out, said.err.replace("option: ", "option ")) == ("", f"w2v: {message}\n")
    assert said.code == 2


def test_standard_input_that_is_not_text_is_reported(ask: Command) -> None:
    said = ask("neighbors", "-", "--top", "1", stdin=b"king\n\xff\xfe\n")
    assert said.err == "w2v: standard input:2: not valid UTF-8\n"
    assert said.code == 1
    assert said.out.startswith("king "), "what came before is answered"


@pytest.mark.parametrize("lines", [1, 1500])
def test_json_is_whole_where_a_line_is_no_text(lines: int, ask: Command) -> None:
    stdin = b"king\n" * lines + b"\xff\xfe\n" + b"queen\n"
    said = ask("neighbors", "--top", "1", "--json", stdin=stdin)
    assert said.err == f"w2v: standard input:{lines + 1}: not valid UTF-8\n"
    assert said.code == 1
    answers = json.loads(said.out)
    assert [answer["query"] for answer in answers] == ["king"] * lines


def test_words_cannot_steer_the_terminal(ask: Command) -> None:
    said = ask("neighbors", "woman", "--top", str(N))
    assert "\x1b" not in said.out
    assert r"esc\x1b[31m" in said.out
    [answer] = ask("neighbors", "woman", "--top", str(N), "--json").json()
    assert "esc\x1b[31m" in [a["word"] for a in answer["answers"]]


def test_a_terminal_that_lacks_letters_shows_escapes(
    ask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", screen)
    assert ask("neighbors", "king", "--top", "1").code == 0
    screen.flush()
    assert screen.buffer.getvalue() == b"king  cosine\n\\u738b    0.9992\n"  # type: ignore[attr-defined]


@pytest.mark.parametrize("weight", ["nan", "inf", "11"])
def test_a_mix_weight_is_a_number_as_in_training(ask: Command, weight: str) -> None:
    said = ask("neighbors", "king", "--vectors", "mix", "--mix-weight", weight)
    assert said == Said("", f"w2v: mix-weight must be from -10 to 10, not {weight}\n", 2)


@pytest.mark.parametrize("line", [["info", "-m", ""], ["train", ""], ["train", "x", "-o", ""]])
def test_an_empty_name_is_refused(ask: Command, line: list[str]) -> None:
    said = ask(*line)
    assert (said.out, said.code, said.err.count("\n")) == ("", 2, 1)
    assert ": the name is empty. See 'w2v " in said.err
