"""Time w2v's search for nearest words against gensim's most_similar in a loop, and compare answers.

    python benchmarks/search.py --words 400000 --dimensions 300 --queries 1000

The table is made of random numbers, since a search does the same work for any values. Both sides
hold it in memory, with the lengths of its rows known before the clock starts. gensim answers one
query at a time, so its time per query is measured on --peer-queries of them. Runs alternate;
medians are compared. Prints a Markdown table, or JSON with --json.

Outcome (400,000 words, 300 dimensions): docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from typing import Any

import numpy as np
from measuring import import_gensim, machine, take_turns, versions

from w2v.vectors.questions import neighbors
from w2v.vectors.word_vectors import WordVectors


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=400_000)
    parser.add_argument("--dimensions", type=int, default=300)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--peer-queries", type=int, default=50)
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    gensim = import_gensim()
    vectors, queries = make_table(given.words, given.dimensions, given.queries)
    peer = gensim.models.KeyedVectors(given.dimensions)
    peer.add_vectors(list(vectors.words), vectors.matrix)
    peer.fill_norms()
    vectors.norms()
    asked = queries[: given.peer_queries]
    ours, theirs = take_turns(
        [
            lambda: neighbors(vectors, queries, top=given.top),
            lambda: [peer.most_similar(word, topn=given.top) for word in asked],
        ],
        given.repeats,
        check_equal,
    )
    seconds = [taken / len(queries) for taken in ours.wall]
    peer_seconds = [taken / len(asked) for taken in theirs.wall]
    result = {
        "machine": machine(),
        "versions": versions("numpy", "gensim"),
        "words": given.words,
        "dimensions": given.dimensions,
        "queries": len(queries),
        "top": given.top,
        "seconds_a_query": seconds,
        "gensim_seconds_a_query": peer_seconds,
        "ratio": statistics.median(peer_seconds) / statistics.median(seconds),
    }
    print(json.dumps(result, indent=2) if given.json else as_markdown(result))


def make_table(words: int, dimensions: int, queries: int) -> tuple[WordVectors, list[str]]:
    """A table of random rows, and words of it spread over all ranks."""
    random = np.random.default_rng(1)
    matrix = random.standard_normal((words, dimensions), np.float32)
    names = [f"w{i}" for i in range(words)]
    return WordVectors(names, matrix), names[:: max(1, words // queries)][:queries]


def check_equal(ours: list[Any], theirs: list[Any]) -> None:
    """Stop if the words of the answers differ, or their cosines by more than rounding."""
    for mine, peers in zip(ours, theirs, strict=False):
        same = all(abs(a[1] - b[1]) < 1e-5 for a, b in zip(mine, peers, strict=True))
        if not same or {word for word, _ in mine[:5]} != {word for word, _ in peers[:5]}:
            sys.exit(f"the answers differ: {mine} and {peers}")


def as_markdown(result: dict[str, Any]) -> str:
    """The figures as a table."""
    ours = statistics.median(result["seconds_a_query"])
    theirs = statistics.median(result["gensim_seconds_a_query"])
    return (
        f"top {result['top']} of {result['queries']:,} words among {result['words']:,} x "
        f"{result['dimensions']}; {result['machine']}; {result['versions']}\n\n"
        "| search | milliseconds per word |\n|---|---|\n"
        f"| w2v, all words at once | {1000 * ours:.2f} |\n"
        f"| gensim most_similar in a loop | {1000 * theirs:.2f} |\n"
        f"| ratio | {result['ratio']:.1f}x |"
    )


if __name__ == "__main__":
    main()
