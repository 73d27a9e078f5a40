"""neighbors, analogy, similarity, odd-one-out and vector: what they print."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from asking import ROWS, Command, Said, vector_lines
from running import call

from w2v.cli.questions.searches import parse_numbers

N = len(ROWS)


def test_neighbors_are_listed_nearest_first(ask: Command) -> None:
    assert ask("neighbors", "king", "--top", "3") == Said(
        "king   cosine\n王     0.9992\nqueen  0.6667\nman    0.5774\n", "", 0
    )


def test_each_word_has_a_table_of_its_own(ask: Command) -> None:
    assert ask("neighbors", "man", "paris", "--top", "1").out == (
        "man   cosine\nhelp  0.7071\n\nparis     cosine\nnew york  0.9366\n"
    )


def test_a_sum_of_words_has_neighbors(ask: Command) -> None:
    said = ask("neighbors", "--vector", "paris - france + italy", "--top", "1")
    assert said == Said("paris - france + italy  cosine\nRome                    0.9158\n", "", 0)
    assert ask("neighbors", "paris - france + italy", "--top", "1") == said


def test_numbers_have_neighbors(ask: Command) -> None:
    for numbers in "0 0 0 0 2", "[0, 0, 0, 0, 2]", "0,0,0,0,2":
        [answer] = ask("neighbors", "--vector", numbers, "--top", "1", "--json").json()
        assert answer == {"query": numbers, "answers": [{"word": "help", "score": 1.0}]}


def test_a_word_that_looks_like_a_number_or_a_sum_is_a_word(ask: Command) -> None:
    assert ask("neighbors", "1984", "--top", "1").out.startswith("1984  ")
    assert ask("neighbors", "new york", "--top", "1").out == "new york  cosine\nparis     0.9366\n"
    assert ask("neighbors", stdin="-\n").out.startswith("-  ")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.5, -1 2e-3", [0.5, -1.0, 0.002]),
        ("[3]", [3.0]),
        ("3", None),
        ("[]", None),
        ("", None),
        ("1 x", None),
        ("1 - 2", None),
        ("[1,2", None),
    ],
)
def test_what_is_a_vector_in_numbers(text: str, numbers: list[float] | None) -> None:
    assert parse_numbers(text) == numbers


def test_the_search_can_be_narrowed(ask: Command) -> None:
    words = [a["word"] for a in ask("neighbors", "king", "--json").json()[0]["answers"]]
    assert len(words) == 10
    [narrow] = ask("neighbors", "king", "--restrict-vocab", "4", "--json").json()
    assert [answer["word"] for answer in narrow["answers"]] == ["queen", "man", "woman"]
    [near] = ask("neighbors", "king", "--min-similarity", "0.6", "--json").json()
    assert [answer["word"] for answer in near["answers"]] == ["王", "queen"]
    assert ask("neighbors", "king", "--min-similarity", "1.5") == Said(
        "king  cosine\n", "king: no word reaches --min-similarity 1.5\n", 0
    )
    first = next(iter(ROWS))
    assert ask("neighbors", first, "--restrict-vocab", "1") == Said(
        f"{first}  cosine\n", f"{first}: no other word to list\n", 0
    )


@pytest.mark.parametrize(
    "terms",
    [["king", "man", "woman"], ["king - man + woman"], ["king", "-", "man", "+", "woman"]],
)
def test_an_analogy_is_answered(terms: list[str], ask: Command) -> None:
    # In gender, rank and the rest: (1, 2, 1) / √6 - (1, 0, 1) / √2 + (-1, 0, 1) / √2.
    wanted = "king - man + woman  cosine\nqueen               0.9158\n"
    assert ask("analogy", *terms, "--top", "1") == Said(wanted, "", 0)


def test_an_analogy_by_products(ask: Command) -> None:
    said = ask("analogy", "king", "man", "woman", "--method", "3cosmul", "--top", "1", "--json")
    # (1 + cos) / 2 of queen with king, woman and man, worked by hand.
    king, woman, man = 1 / 1.5, 2 / math.sqrt(12), 0.0
    score = (1 + king) * (1 + woman) / 4 / ((1 + man) / 2 + 1e-6)
    [answer] = said.json()
    assert answer["query"] == "king - man + woman"
    assert [a["word"] for a in answer["answers"]] == ["queen"]
    assert answer["answers"][0]["score"] == pytest.approx(score, rel=1e-6)


def test_similarity_is_a_figure(ask: Command) -> None:
    assert ask("similarity", "king", "queen") == Said("0.6667\n", "", 0)
    assert ask("similarity", "king", "queen", "--json").json() == [
        {"first": "king", "second": "queen", "similarity": pytest.approx(2 / 3, abs=1e-6)}
    ]


def test_pairs_come_from_a_file(ask: Command, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("king queen\nman, woman, 3.5\nnew york\tparis\t9\n\nking;king;10\n")
    wanted = (
        "king\tqueen\t0.6667\nman\twoman\t0.0000\nnew york\tparis\t0.9366\nking\tking\t1.0000\n"
    )
    assert ask("similarity", "--pairs", str(pairs)) == Said(wanted, "", 0)
    for arguments in ["similarity", "-"], ["similarity", "--pairs", "-"], ["similarity"]:
        assert ask(*arguments, stdin=pairs.read_bytes()) == Said(wanted, "", 0)


def test_the_odd_one_out(ask: Command) -> None:
    assert ask("odd-one-out", "king", "queen", "王", "paris") == Said("paris\n", "", 0)
    [answer] = ask("odd-one-out", "king", "queen", "paris", "--json").json()
    assert answer["odd_one_out"] == "paris"
    assert [word["word"] for word in answer["words"]] == ["king", "queen", "paris"]
    lines = "king queen paris\nking\tqueen\tnew york\n"
    assert ask("odd-one-out", "-", stdin=lines) == Said("paris\nnew york\n", "", 0)


def test_vectors_are_printed_by_word_and_by_index(ask: Command) -> None:
    said = ask("vector", "king", "王", "new york")
    assert (said.err, said.code) == ("", 0)
    assert vector_lines(said.out) == [(word, ROWS[word]) for word in ("king", "王", "new york")]
    said = ask("vector", "--index", "1", "0")
    assert (said.err, said.code) == ("", 0)
    assert vector_lines(said.out) == [(word, ROWS[word]) for word in ("woman", "man")]
    assert ask("vector", "1", "--index", "--json").json() == [
        {"index": 1, "word": "woman", "vector": [-1, 0, 0, 0, 1]}
    ]
    assert ask("vector", "--index", "-", stdin="1\n") == ask("vector", "woman")
    for table, row in ("output", [1, 0, 0, 2, 1]), ("sum", [2, 2, 0, 2, 2]):
        assert vector_lines(ask("vector", "king", "--vectors", table).out) == [("king", row)]


def test_a_vector_prints_the_digits_that_give_the_same_float32_back(ask: Command) -> None:
    matrix = np.load(ask.model / "vectors.npy")
    matrix[0] = np.array([0.1, 1 / 3, 1e-45, -3.4e38, 123456.79], np.float32)
    matrix[1, :3] = np.inf, -np.inf, np.nan
    np.save(ask.model / "vectors.npy", matrix)
    [(_, numbers)] = vector_lines(ask("vector", "man").out)
    assert np.array(numbers, np.float32).tolist() == matrix[0].tolist()
    [row] = ask("vector", "man", "--json").json()
    assert np.array(row["vector"], np.float32).tolist() == matrix[0].tolist()
    [(_, numbers)] = vector_lines(ask("vector", "woman").out)
    assert str(numbers) == "[inf, -inf, nan, 0.0, 1.0]"
    assert ask("vector", "woman", "--json").json()[0]["vector"] == [None, None, None, 0, 1]


# --- batches ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["neighbors", "analogy", "vector"])
def test_lines_of_standard_input_are_queries(command: str, ask: Command) -> None:
    lines = "king man woman\n\nparis france italy\n" if command == "analogy" else "king\n\nman\n"
    said = ask(command, "-", "--json", stdin=lines)
    answers = said.json()
    assert len(answers) == 2
    assert said.out.count("\n") == 2, "an item a line"
    assert ask(command, "--json", stdin=lines) == said, "no words: standard input, too"
    assert ask(command, "-", "--json", stdin="\ufeff" + lines.replace("\n", "\r\n")) == said


def test_a_batch_gives_what_single_words_give(
    ask: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2v.cli.questions.asking.BATCH", 3)
    words = [word for word in ROWS if word not in ("zero", "esc\x1b[31m")]
    together = ask("neighbors", "-", "--json", stdin="\n".join(words)).json()
    single = [ask("neighbors", "--json", stdin=f"{word}\n").json()[0] for word in words]
    assert [answer["query"] for answer in together] == words
    for ours, wanted in zip(together, single, strict=True):
        assert [a["word"] for a in ours["answers"]] == [a["word"] for a in wanted["answers"]]


# --- JSON ---------------------------------------------------------------------------------------

QUERIES = {
    "neighbors": (["king"], "king\nman\n"),
    "analogy": (["king", "man", "woman"], "king man woman\nparis france italy\n"),
    "similarity": (["king", "queen"], "king queen\nman woman\n"),
    "odd-one-out": (["king", "queen", "paris"], "king queen paris\nking queen man\n"),
    "vector": (["king"], "king\nman\n"),
}


@pytest.mark.parametrize("command", QUERIES)
def test_json_has_the_same_shape_for_one_query_and_for_many(command: str, ask: Command) -> None:
    words, lines = QUERIES[command]
    one, many = ask(command, *words, "--json").json(), ask(command, "--json", stdin=lines).json()
    assert len(one) == 1
    assert len(many) == 2
    assert one[0].keys() == many[0].keys() == many[1].keys()
    for arguments, wanted in (([*words], one), (["-"], many)):
        said = ask(command, *arguments, "--jsonl", stdin=lines)
        assert (said.err, said.code) == ("", 0)
        objects = [json.loads(line) for line in said.out.splitlines()]
        assert json.dumps(objects) == json.dumps(wanted)


# --- the installed command ----------------------------------------------------------------------


def test_the_real_command_answers_and_fails(ask: Command) -> None:
    done = call("analogy", "king", "man", "woman", "-m", ask.model, "--top", "1", encoding="utf-8")
    assert (done.stdout, done.stderr, done.returncode) == (
        "king - man + woman  cosine\nqueen               0.9158\n",
        "",
        0,
    )
    done = call("neighbors", "kingg", "-m", ask.model)
    assert (done.stdout, done.returncode) == ("", 1)
    assert done.stderr == (f"w2v: 'kingg' is not among the {N} words; near spellings: 'king'\n")
    done = call("neighbors", "-", "-m", ask.model, "--json", input="man\n")
    assert [answer["query"] for answer in json.loads(done.stdout)] == ["man"]
