"""Time w2v's text pass (count, choose the vocabulary, encode) against gensim's build_vocab.

    python benchmarks/text_pass.py corpus.txt

The two take turns, so that other work on the machine affects both alike; medians of wall time are
compared. w2v's pass also writes the encoded corpus to disk, which gensim's does not. CPU time is
shown too: on a busy machine it is steadier. Both split at white space, so the vocabularies must be
equal, word by word and count by count; w2v's default tokenizer is timed too. Prints a Markdown
table, or JSON with --json.

docs/benchmarks.md has figures of the same pass, measured by benchmarks/compare.py.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from measuring import import_gensim, machine, take_turns, versions

from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.system.resources import available_threads
from w2v.text.sources import find_sources
from w2v.words.vocabulary import Vocabulary


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--threads", type=int, default=available_threads())
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    gensim = import_gensim()
    names = ["w2v, whitespace", "w2v, words", "gensim build_vocab(corpus_file)"]
    runs = [
        lambda: ours(given, "whitespace"),
        lambda: ours(given, "words"),
        lambda: theirs(given, gensim),
    ]
    for run in runs[:2]:
        run()  # compiles, or loads the compiled code
    passes = take_turns(runs, given.repeats)
    counts = [our_counts(passes[0].result), our_counts(passes[1].result)]
    counts.append(their_counts(passes[2].result))
    result = {
        "machine": machine(),
        "versions": versions("numpy", "numba", "gensim"),
        "corpus_bytes": given.corpus.stat().st_size,
        "threads": given.threads,
        "min_count": given.min_count,
        "equal_vocabularies": counts[0] == counts[2],
        "passes": [
            {
                "name": name,
                "seconds": one.wall,
                "cpu_seconds": one.cpu,
                "words": len(count),
                "retained": sum(count.values()),
                "ratio": passes[-1].median / one.median,
            }
            for name, one, count in zip(names, passes, counts, strict=True)
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
    """One vocabulary pass of gensim; it also allocates the vectors, so they are small."""
    model = gensim.models.Word2Vec(vector_size=1, min_count=given.min_count, workers=given.threads)
    model.build_vocab(corpus_file=str(given.corpus))
    return model.wv


def their_counts(keyed: Any) -> dict[str, int]:
    """Word -> count."""
    return {word: int(keyed.get_vecattr(word, "count")) for word in keyed.index_to_key}


def as_markdown(result: dict[str, Any]) -> str:
    """The figures as a table."""
    rows = [
        f"| {one['name']} | {statistics.median(one['seconds']):.3f} | "
        f"{statistics.median(one['cpu_seconds']):.3f} | {one['words']:,} | "
        f"{one['retained']:,} | {one['ratio']:.1f}x |\n"
        for one in result["passes"]
    ]
    equal = "equal" if result["equal_vocabularies"] else "DIFFERENT"
    return (
        f"{result['corpus_bytes'] / 1e6:.0f} MB, {result['threads']} threads, min count "
        f"{result['min_count']}; {result['machine']}; {result['versions']}\n\n"
        "| text pass | median seconds | CPU seconds | words | retained | ratio |\n"
        f"|---|---|---|---|---|---|\n{''.join(rows)}\n"
        f"The vocabularies by white space are {equal}."
    )


if __name__ == "__main__":
    main()
