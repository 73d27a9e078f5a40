"""Question sets as they are published: columns, headers, comments, hashtags, BATS."""

from __future__ import annotations

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.evaluation.scores import evaluate_analogies
from w2v.evaluation.sets import MOST_BATS_LINES, AnalogySet, PairSet, parse_set
from w2v.vectors.word_vectors import WordVectors


def pairs_of(text: str) -> list[tuple[str, str, float]]:
    """The pairs of a set."""
    found = parse_set(text.encode(), "p.txt")
    assert isinstance(found, PairSet)
    return [(pair.first, pair.second, pair.score) for pair in found.pairs]


WANTED = [("bad", "awful", 6.17), ("tiger", "cat", 8.5), ("king", "cabbage", 0.83)]

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
