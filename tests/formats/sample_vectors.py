"""Vectors whose words are hard to store, and the programs that open what we write."""

from __future__ import annotations

import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest

from w2v.vectors.word_vectors import WordVectors

WORDS = ["the", "été", "日本", "a'b", "x y", "q" * 500, "3 4", "</s>", "\N{ZERO WIDTH SPACE}", "<"]
COUNTS = np.arange(len(WORDS), 0, -1)
MATRIX = np.random.default_rng(1).normal(size=(len(WORDS), 7)).astype(np.float32)
VECTORS = WordVectors(WORDS, MATRIX, COUNTS)


def tool(name: str) -> Any:
    """A tool's package; the test is skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"the package {name} is not installed")


def peak_memory(function: Any) -> int:
    """The peak of allocated memory, in bytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
