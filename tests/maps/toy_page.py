"""The words and vectors of the explorer's page that the tests open."""

from __future__ import annotations

import numpy as np
import pytest

from w2v.arrays import Floats
from w2v.maps.explorer import quantized
from w2v.vectors.embedding import Embedding

NASTY = [
    "</script><img/src=x/onerror=alert(1)>",
    "<img src=x onerror=alert(2)>",
    "javascript:alert(3)",
    '"onmouseover="alert(4)',
    "&lt;b&gt;",
    "@SCRIPT@",
    "__proto__",
    "constructor",
    "${alert(5)}",
    "<!--",
    "]]>",
    "=1+1",
]
SCRIPTS = ["שלום", "مرحبا", "王", "東京", "naïve", "кошка", "नमस्ते", "new york", "well-known"]
STEERING = {"esc\x1b[31m": "esc\\u001b[31m", "a\u202eb": "a\\u202eb", "nul\x00": "nul\\u0000"}
ROYAL = ["man", "woman", "king", "queen", "poor", "rich"]
FILL = [f"word{i}" for i in range(300)]
WORDS = [*ROYAL, *NASTY, *SCRIPTS, *STEERING, *FILL]


def toy_rows() -> Floats:
    """A row for each of WORDS: bundles, and a king that is to a man what a queen is to a woman."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(12, 24))
    rows = centres[np.arange(len(WORDS)) % 12] + 0.7 * random.normal(size=(len(WORDS), 24))
    man, royalty, sex = random.normal(size=(3, 24)) * 2
    rows[:4] = [man, man + sex, man + royalty, man + sex + royalty + 0.1]
    rows *= random.uniform(0.1, 10, size=(len(WORDS), 1))
    return rows.astype(np.float32)


ROWS = toy_rows()
OWN = Embedding(WORDS, quantized(ROWS).astype(np.float32))
"""What the page computes with: the vectors as whole numbers."""
NEWER = ROWS.copy()
NEWER[len(WORDS) - 5] = ROWS[3]  # word295 has become a kind of queen


def assert_answers(shown: list[tuple[str, float]], own: list[tuple[str, float]]) -> None:
    """The same words in the same order, words of nearly equal scores aside; the same scores."""
    assert [score for _, score in shown] == pytest.approx([score for _, score in own], abs=0.0051)
    for (word, _), (wanted, score) in zip(shown, own, strict=True):
        if word != STEERING.get(wanted, wanted):
            near = [STEERING.get(one, one) for one, its in own if abs(its - score) < 1e-6]
            assert word in near or score == own[-1][1]
