"""What the README promises of its first command: king - man + woman, and the sample's questions."""

from pathlib import Path

import pytest

import w2v
from w2v.evaluation.scores import AnalogyScore, evaluate

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("seed", "threads"), [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (1, 2), (2, 2)]
)
def test_defaults_answer_the_sample(seed: int, threads: int) -> None:
    vectors = w2v.train(DATA / "corpus.txt", seed=seed, threads=threads)
    assert vectors.analogy("king", "man", "woman")[0][0] == "queen"
    score = evaluate(vectors, DATA / "questions.txt")
    assert isinstance(score, AnalogyScore)
    assert score.total.covered == score.total.total == 960
    assert score.total.accuracy is not None
    assert score.total.accuracy >= 0.80
