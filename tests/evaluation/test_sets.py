"""Analogy and word-pair sets: their lines, and what published ones look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.evaluation.scores import evaluate_analogies
from w2v.evaluation.sets import MOST_BATS_LINES, AnalogySet, PairSet, parse_set, read_set
from w2v.vectors.word_vectors import WordVectors


def pairs_of(text: str) -> list[tuple[str, str, float]]:
    """The pairs of a set."""
    found = parse_set(text.encode(), "p.txt")
    assert isinstance(found, PairSet)
    return [(pair.first, pair.second, pair.score) for pair in found.pairs]


WANTED = [("bad", "awful", 6.17), ("tiger", "cat", 8.5), ("king", "cabbage", 0.83)]

# --- what a line may be ---------------------------------------------------------------------------


def test_an_analogy_set_is_read_by_section() -> None:
    text = b": family\nboy girl he she\n# a comment\n\nboy girl\n: gram1-x\r\na b c d\r\n"
    questions = parse_set(text, "q.txt")
    assert isinstance(questions, AnalogySet)
    assert [section.name for section in questions.sections] == ["family", "gram1-x"]
    assert [section.is_syntactic for section in questions.sections] == [False, True]
    assert questions.sections[0].questions == [("boy", "girl", "he", "she")]
    assert questions.sections[1].questions == [("a", "b", "c", "d")]
    assert questions.skipped == [(5, "boy girl", "2 words, not 4")]


def test_questions_need_no_section_line_and_may_hold_hash_tags() -> None:
    questions = parse_set(b"#cat #cats #dog #dogs\n# a b c\n", "q.txt")
    assert isinstance(questions, AnalogySet)
    assert [section.name for section in questions.sections] == ["(unnamed)"]
    assert questions.sections[0].questions == [("#cat", "#cats", "#dog", "#dogs")]
    assert questions.skipped == []


@pytest.mark.parametrize(
    "text",
    [
        "tiger\tcat\t7.35\n",
        "tiger,cat,7.35\n",
        "tiger, cat, 7.35, 8\n",
        "tiger;cat;7.35",
        "tiger cat 7.35\r",
        "tiger\tcat\tN\t7.35\t4.9\tnan\n",
    ],
)
def test_pairs_are_separated_by_a_tab_comma_semicolon_or_space(text: str) -> None:
    pairs = parse_set(text.encode(), "p.tsv")
    assert isinstance(pairs, PairSet)
    assert pairs.pairs == [(1, "tiger", "cat", 7.35)]


def test_an_analogy_of_numbers_with_tabs_between_is_no_pair() -> None:
    questions = parse_set(b"one\t1\ttwo\t2\n", "q.txt")
    assert isinstance(questions, AnalogySet)
    assert questions.sections[0].questions == [("one", "1", "two", "2")]


def test_headers_comments_and_bad_lines_of_a_pair_set_are_no_pairs() -> None:
    text = "\ufeffWord 1\tWord 2\tMean\n# comment\na\tb\t1\n\nc\td\tx\ne\tf\tnan\n"
    pairs = parse_set(text.encode(), "p.tsv")
    assert isinstance(pairs, PairSet)
    assert pairs.pairs == [(3, "a", "b", 1.0)]
    assert pairs.skipped == [
        (1, "Word 1\tWord 2\tMean", "a header, not two words and a score"),
        (5, "c\td\tx", "not two words and a score"),
        (6, "e\tf\tnan", "the score is not a finite number"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            "q.txt: neither an analogy set (four words per line under ': section' lines) "
            "nor a word-pair set (two words and a score per line); it is empty",
        ),
        (
            b"# words\r\n\r\nking  queen man\r\n",
            "q.txt: neither an analogy set (four words per line under ': section' lines) "
            "nor a word-pair set (two words and a score per line); line 3 is 'king queen man'",
        ),
        (
            b"a\tb\tinf\nc\td\tnan\n",
            "q.txt: a word-pair set without a score that is a finite number",
        ),
        (b": a\n: b\n", "q.txt: an analogy set without a question (four words per line)"),
        (b": a\na b c \xff\n", "q.txt:2: byte 10 is not UTF-8; convert the file to UTF-8"),
    ],
)
def test_a_file_that_is_no_set_is_reported(content: bytes, message: str) -> None:
    with pytest.raises(W2VError) as error:
        parse_set(content, "q.txt")
    assert str(error.value) == message


def test_a_missing_set_is_reported(tmp_path: Path) -> None:
    with pytest.raises(W2VError) as error:
        read_set(tmp_path / "none.txt")
    assert str(error.value) == f"{tmp_path / 'none.txt'}: No such file or directory"


# --- pairs among other columns ------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ["Word1,Word2,1,2,3,Average", "bad,awful,10,0,9,6.17", "tiger,cat,9,8,8,8.5"],
        ["word 1,word 2,Human (mean),1,2", "bad,awful,6.17,10,0", "tiger,cat,8.5,9,8"],
        ["Mean,Stdev,Term1,Term2,CUI1", "6.17,12,bad,awful,C1", "8.5,3,tiger,cat,C2"],
        ["6.17\t1.5\tbad\tawful\tC1\tC2", "8.5\t0.1\ttiger\tcat\tC3\tC4"],
        ["a\tbad\tawful\t6.17", "S\ttiger\tcat\t8.5"],
        ["a bad awful 6.17", "S tiger cat 8.5"],
        ["bad\tawful\tA\t6.17\t2.72", "tiger\tcat\tN\t8.5\t0.1"],
        ["bad awful A 6.17", "tiger cat N 8.5"],
        ["bad;awful;6,17", "tiger;cat;8,5"],
        ["bad\tawful\t6.17\tSYNONYMS", "tiger\tcat\t8.5\tNONE"],
        ["17,bad,awful,6.17", "18,tiger,cat,8.5"],
        ["# code, words, score", "#", "a\tbad\tawful\t6.17", "M\ttiger\tcat\t8.5"],
        ["#Word1\tWord2\tMean", "bad\tawful\t6.17", "# done", "tiger\tcat\t8.5"],
        [
            "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconcQ\tSD(SimLex)",
            "bad\tawful\tA\t6.17\t2.72\t2\t0.41",
            "tiger\tcat\tN\t8.5\t2.66\t1\t0.67",
        ],
    ],
)
def test_words_and_score_among_other_columns(lines: list[str]) -> None:
    assert pairs_of("\n".join(lines) + "\n") == WANTED[:2]


@pytest.mark.parametrize("first", [True, False])
def test_the_mean_of_the_others_is_the_score(first: bool) -> None:
    answers = [[5, 8, 6], [9, 10, 7], [1, 0, 1]]
    lines = []
    for (one, other, _), row in zip(WANTED, answers, strict=True):
        mean = f"{sum(row) / 3:.2f}"
        lines.append(
            f"{one}\t{other}\t" + "\t".join(map(str, [mean, *row] if first else [*row, mean]))
        )
    assert [score for _, _, score in pairs_of("\n".join(lines))] == [6.33, 8.67, 0.67]


def test_the_answers_of_people_alone_are_refused() -> None:
    for header, seen in (("", "'10', '1', '9'"), ("w1,w2,ann,bob,eve\n", "'ann', 'bob', 'eve'")):
        with pytest.raises(W2VError) as caught:
            parse_set(f"{header}bad,awful,10,1,9\ntiger,cat,9,8,8\n".encode(), "p.csv")
        assert str(caught.value) == (
            f"p.csv: it is unclear which of its columns of numbers, {seen}, is the score; "
            "name it 'mean' in a header, or remove the others"
        )


def test_three_words_and_a_number_are_refused() -> None:
    with pytest.raises(W2VError) as caught:
        parse_set(b"paris france capital 6.5\nrome italy city 7\n", "p.txt")
    assert str(caught.value) == (
        "p.txt: it is unclear which columns are the two words: line 'paris france capital 6.5' has "
        "3 before its number; keep two"
    )


# --- hashtags and colons ------------------------------------------------------------------------


def test_hashtags_are_words() -> None:
    text = "#love\t#happy\t8\n#sad\t#angry\t5\nlove\thate\t2\n#dog\t#cat\t7\n#dog\t#cat\n# a note\n"
    found = parse_set(text.encode(), "p.tsv")
    assert isinstance(found, PairSet)
    assert [pair.first for pair in found.pairs] == ["#love", "#sad", "love", "#dog"]
    assert found.skipped == [(5, "#dog\t#cat", "not two words and a score")]
    only = parse_set(b"#love\t#happy\t8\n", "p.tsv")
    assert isinstance(only, PairSet)
    assert len(only.pairs) == 1


def test_a_colon_opens_a_section_only_before_a_space() -> None:
    text = ":) :( happy sad\n: faces\n:) :( :D D:\n:more\n#dog #dogs #cat #cats\n#dog #dogs\n"
    found = parse_set(text.encode(), "q.txt")
    assert isinstance(found, AnalogySet)
    assert [section.name for section in found.sections] == ["(unnamed)", "faces"]
    assert found.sections[0].questions == [(":)", ":(", "happy", "sad")]
    assert found.sections[1].questions == [
        (":)", ":(", ":D", "D:"),
        ("#dog", "#dogs", "#cat", "#cats"),
    ]
    assert found.skipped == [(4, ":more", "1 word, not 4"), (6, "#dog #dogs", "2 words, not 4")]


# --- BATS ---------------------------------------------------------------------------------------


def test_a_bats_file() -> None:
    found = parse_set(
        b"cat\tcats/kitties\ndog\tdogs\n\nox\toxen/oxes\nbad\t\n", "b/I01 [plural].txt"
    )
    assert isinstance(found, AnalogySet)
    (section,) = found.sections
    assert section.name == "I01 [plural]"
    assert section.is_syntactic
    assert len(section.questions) == 6
    assert section.questions[:2] == [("cat", "cats", "dog", "dogs"), ("cat", "cats", "ox", "oxen")]
    assert found.also == {("cat", "cats"): ("kitties",), ("ox", "oxen"): ("oxes",)}
    assert found.skipped == [(5, "bad", "not a word, a tab and its counterparts")]


def test_any_counterpart_is_right() -> None:
    words = ["cat", "kitties", "dog", "dogs", "cow"]
    matrix = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1], [-1, -1, 0]], np.float32)
    found = parse_set(b"cat\tcats/kitties\ndog\tdogs/doggies\n", "x.txt")
    assert isinstance(found, AnalogySet)
    score = evaluate_analogies(WordVectors(words, matrix), found)
    # cats is unknown, so that only dog : dogs :: cat : ? can be asked; kitties answers it.
    assert (score.total.total, score.total.covered, score.total.correct) == (2, 1, 1)
    assert score.total.answers[0].answer == "kitties"


def test_bats_files_that_cannot_be() -> None:
    long = "\n".join(f"w{i}\tv{i}" for i in range(MOST_BATS_LINES + 1))
    for text, message in (
        ("a\tb\n", "x.txt: only one word and its counterparts; a question needs two"),
        (
            long,
            "x.txt: 1,001 lines of a word and its counterparts make too many questions, one per ",
        ),
    ):
        with pytest.raises(W2VError) as caught:
            parse_set(text.encode(), "x.txt")
        assert str(caught.value).startswith(message)
