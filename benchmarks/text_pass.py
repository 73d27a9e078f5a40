"""Time w2v's text pass (count, choose the vocabulary, encode) against gensim's build_vocab.

    python benchmarks/text_pass.py corpus.txt

The two take turns, so that what else the machine does falls on both alike; medians of wall time
are compared. w2v's pass also writes the encoded corpus to disk, which gensim's does not. CPU time
stands beside: on a busy machine it is the steadier figure. Both split at white space, so that the
vocabularies must be equal, word by word and count by count; w2v's default tokenizer is timed too.
Prints a Markdown table, or JSON with --json.

Outcome on wiki-a (105 MB, 17.8 M words, 2 threads): see the README.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numba
import numpy as np

from w2v.config import TrainConfig
from w2v.corpus import prepare_corpus
from w2v.tokenizer import find_sources
from w2v.vocabulary import Vocabulary


@dataclass
class Pass:
    """One way to go over the text, and what its repeats took."""

    name: str
    run: Callable[[], Any]
    read: Callable[[Any], dict[str, int]]  # from what `run` returns: word -> count
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def clock(self) -> None:
        """Run once and note what it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        made = self.run()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)
        self.counts = self.read(made)


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        import gensim
    except ImportError:
        sys.exit("gensim is not installed: pip install gensim")
    passes = [
        Pass("w2v, whitespace", lambda: ours(given, "whitespace"), our_counts),
        Pass("w2v, words", lambda: ours(given, "words"), our_counts),
        Pass("gensim build_vocab(corpus_file)", lambda: theirs(given, gensim), their_counts),
    ]
    for one in passes[:2]:
        one.run()  # compiles, or loads what is compiled
    for _ in range(given.repeats):
        for one in passes:
            one.clock()
    peer = statistics.median(passes[-1].wall)
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "numba": numba.__version__,
            "gensim": gensim.__version__,
        },
        "corpus_bytes": given.corpus.stat().st_size,
        "threads": given.threads,
        "min_count": given.min_count,
        "equal_vocabularies": passes[0].counts == passes[-1].counts,
        "passes": [
            {
                "name": one.name,
                "seconds": one.wall,
                "cpu_seconds": one.cpu,
                "words": len(one.counts),
                "retained": sum(one.counts.values()),
                "ratio": peer / statistics.median(one.wall),
            }
            for one in passes
        ],
    }
    print(json.dumps(result, indent=2) if given.json else as_markdown(result))


def ours(given: argparse.Namespace, tokenizer: str) -> Vocabulary:
    """One text pass of w2v; the encoded corpus goes to a temporary folder."""
    config = TrainConfig(tokenizer=tokenizer, min_count=given.min_count)
    with tempfile.TemporaryDirectory() as folder:
        vocabulary, _ = prepare_corpus(
            find_sources([given.corpus]), config, Path(folder), threads=given.threads
        )
    return vocabulary


def our_counts(vocabulary: Vocabulary) -> dict[str, int]:
    """Word -> count."""
    return dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True))


def theirs(given: argparse.Namespace, gensim: Any) -> Any:
    """One vocabulary pass of gensim; its vectors are made by that too, so they are few."""
    model = gensim.models.Word2Vec(vector_size=1, min_count=given.min_count, workers=given.threads)
    model.build_vocab(corpus_file=str(given.corpus))
    return model.wv


def their_counts(keyed: Any) -> dict[str, int]:
    """Word -> count."""
    return {word: keyed.get_vecattr(word, "count") for word in keyed.index_to_key}


def as_markdown(result: dict[str, Any]) -> str:
    """The figures as a table."""
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    rows = [
        f"| {one['name']} | {statistics.median(one['seconds']):.3f} | "
        f"{statistics.median(one['cpu_seconds']):.3f} | {one['words']:,} | "
        f"{one['retained']:,} | {one['ratio']:.1f}x |\n"
        for one in result["passes"]
    ]
    equal = "equal" if result["equal_vocabularies"] else "DIFFERENT"
    return (
        f"{result['corpus_bytes'] / 1e6:.0f} MB, {result['threads']} threads, min count "
        f"{result['min_count']}; {result['machine']}; {versions}\n\n"
        "| text pass | median seconds | CPU seconds | words | retained | ratio |\n"
        f"|---|---|---|---|---|---|\n{''.join(rows)}\n"
        f"The vocabularies by white space are {equal}."
    )


if __name__ == "__main__":
    main()
