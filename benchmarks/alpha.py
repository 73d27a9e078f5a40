"""Compare starting learning rates on several genres: the measurement behind the default alpha.

    python benchmarks/alpha.py --corpus wiki=wiki.txt --corpus novels=novels.txt \\
        --questions questions-words.txt --pairs wordsim353.tsv

Trains each corpus with each alpha and each seed, the other options at their defaults (or as --set
NAME=VALUE says), and scores every run on every set. Prints a Markdown table of means, one block per
corpus, and each alpha's rank in it. Only temporary files are written.

Outcome: docs/alpha.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Any

import w2v
from w2v.evaluation.scores import AnalogyScore, evaluate

Scores = dict[str, float]


def main() -> None:
    """Run the comparison and print it."""
    given = arguments()
    options = dict(pair.split("=", 1) for pair in given.set)
    typed = {name.replace("-", "_"): json.loads(value) for name, value in options.items()}
    for corpus in given.corpus:
        name, _, path = corpus.rpartition("=")
        means = {
            alpha: mean([score(path, given, alpha, seed, typed) for seed in given.seeds])
            for alpha in given.alphas
        }
        print(as_markdown(name or Path(path).stem, means), flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", action="append", required=True, metavar="NAME=PATH")
    parser.add_argument("--questions", action="append", default=[], help="an analogy set")
    parser.add_argument("--pairs", action="append", default=[], help="a word-pair set")
    parser.add_argument(
        "--alphas", nargs="+", type=float, default=[0.0125, 0.025, 0.05, 0.075, 0.1]
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--restrict-vocab", type=int, default=30_000)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


def score(
    path: str, given: argparse.Namespace, alpha: float, seed: int, options: dict[str, Any]
) -> Scores:
    """Train once; accuracy (%) on each question set, Spearman x 100 on each set of pairs."""
    with tempfile.TemporaryDirectory() as folder:
        vectors = w2v.train(
            path, Path(folder, "run.w2v"), alpha=alpha, seed=seed, checkpoint_every=0, **options
        )
        scores: Scores = {}
        for name in given.questions + given.pairs:
            result = evaluate(vectors, name, restrict_vocab=given.restrict_vocab)
            if isinstance(result, AnalogyScore):
                scores[f"{Path(name).stem} %"] = 100 * (result.total.accuracy or 0.0)
            else:
                scores[f"{Path(name).stem} rho"] = 100 * result.spearman[0]
        del vectors  # its table is mapped from the folder that is removed now
    print(f"{path} alpha {alpha:g} seed {seed}: {scores}", file=sys.stderr, flush=True)
    return scores


def mean(runs: list[Scores]) -> Scores:
    """The mean of each score over the seeds."""
    return {name: fmean(run[name] for run in runs) for name in runs[0]}


def as_markdown(corpus: str, means: dict[float, Scores]) -> str:
    """A block of the table: the scores of each alpha, the best of a column in bold."""
    names = list(next(iter(means.values())))
    best = {name: max(scores[name] for scores in means.values()) for name in names}
    lines = [f"| {corpus} | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for alpha, scores in means.items():
        cells = [
            f"**{scores[name]:.1f}**" if scores[name] == best[name] else f"{scores[name]:.1f}"
            for name in names
        ]
        lines.append(f"| {alpha:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
