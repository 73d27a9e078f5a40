"""Time w2v's analogy evaluation against gensim's on the same vectors, and compare the scores.

    python benchmarks/evaluation.py model.w2v questions-words.txt

MODEL is any file or folder that w2v reads. Both sides hold the vectors in memory before the
clock starts; the time covers reading the questions, looking up their words and answering them.
Runs alternate; medians are compared. Prints a Markdown table, or JSON with --json.

Outcome on wiki-a (70,083 words, 100 dimensions, first 30,000 words): docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

import numpy as np
from measuring import import_gensim, machine, take_turns, versions

import w2v
from w2v.evaluation.scores import AnalogyScore, evaluate


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="model.w2v")
    parser.add_argument("questions", nargs="?", default="data/questions.txt")
    parser.add_argument("--restrict-vocab", type=int, default=30_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    gensim = import_gensim()
    vectors = w2v.load(given.model)
    peer = gensim.models.KeyedVectors(vectors.vector_size)
    peer.add_vectors(list(vectors.words), np.array(vectors.matrix))
    peer.fill_norms()
    limit = given.restrict_vocab

    def run() -> Any:
        return evaluate(vectors, given.questions, restrict_vocab=limit)

    def run_peer() -> Any:
        return peer.evaluate_word_analogies(given.questions, restrict_vocab=limit)

    run()  # work done once, at the first call, is not compared
    ours, theirs = take_turns([run, run_peer], given.repeats)
    score: AnalogyScore = ours.result
    assert isinstance(score, AnalogyScore), "the questions are not an analogy set"
    result = {
        "machine": machine(),
        "versions": versions("numpy", "gensim"),
        "words": len(vectors),
        "dimensions": vectors.vector_size,
        "restrict_vocab": limit,
        "covered": score.total.covered,
        "accuracy": score.total.accuracy,
        "gensim_accuracy": theirs.result[0],
        "seconds": ours.wall,
        "gensim_seconds": theirs.wall,
        "ratio": theirs.median / ours.median,
    }
    print(json.dumps(result, indent=2) if given.json else as_markdown(result))


def as_markdown(result: dict[str, Any]) -> str:
    """The figures as a table."""
    ours, theirs = (statistics.median(result[key]) for key in ("seconds", "gensim_seconds"))
    return (
        f"{result['words']:,} words x {result['dimensions']}, the first "
        f"{result['restrict_vocab']:,} of them, {result['covered']:,} questions covered; "
        f"{result['machine']}; {result['versions']}\n\n"
        "| evaluator | median seconds | accuracy |\n|---|---|---|\n"
        f"| w2v | {ours:.3f} | {100 * result['accuracy']:.2f} % |\n"
        f"| gensim evaluate_word_analogies | {theirs:.3f} | "
        f"{100 * result['gensim_accuracy']:.2f} % |\n"
        f"| ratio | {result['ratio']:.1f}x | |"
    )


if __name__ == "__main__":
    main()
