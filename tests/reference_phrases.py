"""Slow twins of phrases, in plain Python: counting, scores and joining. Imports nothing from w2v.

A sentence is a list of words. `counts` is a dict from spellings, of words and of pairs alike, to
how often they came: what gensim's Phrases and word2phrase keep.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

Sentence = Sequence[str]


def count(
    sentences: Sequence[Sentence], connectors: Sequence[str] = (), delimiter: str = "_"
) -> Counter[str]:
    """Count words (connectors not) and pairs of words, connectors between them included."""
    counts: Counter[str] = Counter()
    for sentence in sentences:
        pair: list[str] = []
        for word in sentence:
            if word in connectors:
                if pair:
                    pair.append(word)
                continue
            counts[word] += 1
            if pair:
                counts[delimiter.join([*pair, word])] += 1
            pair = [word]
    return counts


def pairs(
    sentences: Sequence[Sentence], connectors: Sequence[str] = ()
) -> dict[tuple[str, ...], None]:
    """The words of each pair, in the order of their first appearance."""
    found: dict[tuple[str, ...], None] = {}
    for sentence in sentences:
        pair: list[str] = []
        for word in sentence:
            if word in connectors:
                if pair:
                    pair.append(word)
                continue
            if pair:
                found.setdefault((*pair, word))
            pair = [word]
    return found


def scores(
    sentences: Sequence[Sentence],
    scoring: str,
    min_count: int,
    connectors: Sequence[str] = (),
    delimiter: str = "_",
) -> dict[tuple[str, ...], tuple[int, float]]:
    """The count and the score of each pair."""
    counts = count(sentences, connectors, delimiter)
    n_words = sum(map(len, sentences))
    found = {}
    for words in pairs(sentences, connectors):
        first, last, both = counts[words[0]], counts[words[-1]], counts[delimiter.join(words)]
        if scoring == "default":
            score = (both - min_count) / float(first * last) * len(counts)
        elif both < min_count:
            score = -math.inf
        else:
            p = both / float(n_words)
            score = math.log(p / ((first / float(n_words)) * (last / float(n_words)))) / -math.log(
                p
            )
        found[words] = (both, score)
    return found


def word2phrase(sentences: Sequence[Sentence], min_count: int, threshold: float) -> list[list[str]]:
    """What word2phrase writes: pairs are counted across lines, but not joined there."""
    text = [word for sentence in sentences for word in sentence]
    counts = Counter(text)
    counts.update(f"{first}_{last}" for first, last in pairwise(text))
    written = []
    for sentence in sentences:
        line: list[str] = []
        before, count_before = "", 0
        for word in sentence:
            pair, own = counts[f"{before}_{word}"] if before else 0, counts[word]
            score = np.float32(0)
            if pair >= min_count and count_before >= min_count and own >= min_count:
                score = np.float32(pair - min_count) / np.float32(count_before)
                score = score / np.float32(own) * np.float32(len(text))
            if score > np.float32(threshold):
                line[-1] += "_" + word
                own = 0
            else:
                line.append(word)
            before, count_before = word, own
        written.append(line)
    return written


def join(
    sentence: Sentence,
    phrases: dict[tuple[str, ...], str],
    connectors: Sequence[str] = (),
) -> list[str]:
    """The sentence with its phrases joined from left to right."""
    written: list[str] = []
    pair: list[str] = []
    for word in sentence:
        if word in connectors:
            (pair if pair else written).append(word)
        elif pair and (joined := phrases.get((*pair, word))) is not None:
            written.append(joined)
            pair = []
        else:
            written += pair
            pair = [word]
    return written + pair
