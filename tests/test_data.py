"""data/: the sample corpus is what its script writes, and its questions are fair."""

import re
import runpy
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    """How often each word occurs in the sample corpus."""
    text = (FOLDER / "corpus.txt").read_text(encoding="utf-8")
    return Counter(re.findall(r"\w+(?:'\w+)*", text.lower()))


def questions() -> list[list[str]]:
    """The words of each question."""
    lines = (FOLDER / "questions.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if not line.startswith(":")]


def test_the_script_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("make_corpus.py", "frames.py", "words.py"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    subprocess.run([sys.executable, tmp_path / "make_corpus.py"], check=True)
    for name in ("corpus.txt", "questions.txt"):
        # Bytes rather than digests, so that a failure could be looked at; == prints no 3 MB diff.
        same = (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
        assert same, f"data/{name} is not what data/make_corpus.py writes; run it"


def test_size_and_vocabulary(counts: Counter[str]) -> None:
    assert 1_000_000 < (FOLDER / "corpus.txt").stat().st_size < 3_000_000
    assert sum(count >= 5 for count in counts.values()) >= 2_000


def test_frequencies_fall_as_zipf_has_it(counts: Counter[str]) -> None:
    by_rank = sorted(counts.values(), reverse=True)
    # Zipf: count x rank stays within an order of magnitude or so from the top to the tail.
    products = [by_rank[rank - 1] * rank for rank in (1, 3, 10, 30, 100, 300, 1000)]
    assert max(products) < 8 * min(products)
    assert by_rank[0] > 1000 * by_rank[-1]


def test_there_are_hundreds_of_frames() -> None:
    frames = runpy.run_path(str(FOLDER / "frames.py"))
    nested = [frames["ROLES"].values(), *(frames[n] for n in ("GENDERS", "DEGREES", "NUMBERS"))]
    flat = [frames[name] for name in ("ANYBODY", "COUNTRIES", "NOISE")]
    groups = [*flat, *frames["TENSES"], *(group for part in nested for group in part)]
    assert sum(len(set(group)) for group in groups) >= 300


def test_questions_are_fair(counts: Counter[str]) -> None:
    for words in questions():
        assert len(words) == len(set(words)) == 4, words
        assert all(counts[word] >= 5 for word in words), words


def test_no_question_is_asked_twice() -> None:
    asked = Counter(map(tuple, questions()))
    assert len(asked) == 960
    assert set(asked.values()) == {1}


def test_it_says_that_it_is_synthetic() -> None:
    for name in ("data/README.md", "data/make_corpus.py", "README.md"):
        text = (FOLDER.parent / name).read_text(encoding="utf-8")
        assert "synthetic" in text, name
