"""Compare options by the accuracy of the vectors: any corpora, any sets, one row per variant.

    python benchmarks/accuracy.py --corpus wiki=wiki.txt --corpus technical=technical.txt \\
        --questions questions-words.txt --pairs wordsim353.tsv --pairs simlex999.tsv \\
        --variant "word2vec: score-bias=0 noise-exponent=0.75" --variant "default:" \\
        --tables input mix --seeds 1 2 3 --log runs.jsonl

Trains each corpus with each variant's options and each seed, the other options at their defaults,
and scores the named tables of every model on every set: per cent of the analogies (first 30,000
words), Spearman's rho x 100 of the pairs. Prints a Markdown table per corpus: means, with several
seeds also their standard deviations, and the processor time of a run (the first run after an
installation or a change includes compiling). `--log` appends a JSON line per run and skips the runs
that it already has, so that a stopped comparison continues. `benchmarks/genres.py` gathers corpora.
Outcome: docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import w2v
from w2v.config import TABLES
from w2v.evaluation.scores import AnalogyScore, evaluate

Run = dict[str, Any]


def main() -> None:
    """Run the comparison and print it."""
    given = arguments()
    variants = dict(parse_variant(text) for text in given.variant)
    log = Log(given.log)
    for corpus in given.corpus:
        name, _, path = corpus.rpartition("=")
        rows = {
            variant: [one_run(path, options, seed, given, log) for seed in given.seeds]
            for variant, options in variants.items()
        }
        print(as_markdown(name or Path(path).stem, rows), flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", action="append", required=True, metavar="NAME=PATH")
    parser.add_argument("--questions", action="append", default=[], help="an analogy set")
    parser.add_argument("--pairs", action="append", default=[], help="a word-pair set")
    parser.add_argument(
        "--variant", action="append", required=True, metavar="'NAME: OPTION=VALUE ...'"
    )
    parser.add_argument(
        "--tables", nargs="+", choices=TABLES, default=["input"], help="as w2v's --vectors"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--restrict-vocab", type=int, default=30_000)
    parser.add_argument("--log", type=Path, help="a file of JSON lines, one per run")
    return parser.parse_args()


def parse_variant(text: str) -> tuple[str, dict[str, Any]]:
    """'R1: score-bias=-2.5' -> ('R1', {'score_bias': -2.5})."""
    name, _, options = text.partition(":")
    pairs = [option.split("=", 1) for option in options.split()]
    return name.strip(), {key.replace("-", "_"): as_value(value) for key, value in pairs}


def as_value(text: str) -> Any:
    """A number if the text is one, otherwise the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


class Log:
    """The runs of earlier comparisons, and their file."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        lines = path.read_text().splitlines() if path is not None and path.exists() else []
        self.runs: list[Run] = [json.loads(line) for line in lines]

    def find(self, setting: Run) -> Run | None:
        """The run with exactly this setting, if there is one."""
        return next((run for run in self.runs if run["setting"] == setting), None)

    def add(self, run: Run) -> None:
        """Keep a run."""
        self.runs.append(run)
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps(run) + "\n")


def one_run(
    path: str, options: dict[str, Any], seed: int, given: argparse.Namespace, log: Log
) -> Run:
    """Train once and score each table, or take the result from the log.

    Returns {"setting": ..., "cpu_seconds": ..., "scores": {"mix ana questions-words": 51.2}}.
    """
    setting = {
        "corpus": path,
        "options": options,
        "seed": seed,
        "threads": given.threads,
        "tables": given.tables,
        "sets": given.questions + given.pairs,
        "restrict_vocab": given.restrict_vocab,
    }
    if (found := log.find(setting)) is not None:
        return found
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "run.w2v")
        began = time.process_time()
        w2v.train(path, model, seed=seed, threads=given.threads, checkpoint_every=0, **options)
        seconds = time.process_time() - began
        scores = {
            f"{table} {name}": value
            for table in given.tables
            for name, value in score(model, table, given).items()
        }
    run = {"setting": setting, "cpu_seconds": round(seconds, 1), "scores": scores}
    print(json.dumps(run), file=sys.stderr, flush=True)
    log.add(run)
    return run


def score(model: Path, table: str, given: argparse.Namespace) -> dict[str, float]:
    """One table's score on each set."""
    vectors = w2v.load(model, table=table)
    scores: dict[str, float] = {}
    for name in given.questions + given.pairs:
        result = evaluate(vectors, name, restrict_vocab=given.restrict_vocab)
        if isinstance(result, AnalogyScore):
            scores[f"{Path(name).stem} %"] = 100 * (result.total.accuracy or 0.0)
        else:
            scores[f"{Path(name).stem} rho"] = 100 * result.spearman[0]
    return scores


def as_markdown(corpus: str, rows: dict[str, list[Run]]) -> str:
    """A table: a row per variant, a column per table and set, and the processor time."""
    names = list(next(iter(rows.values()))[0]["scores"])
    lines = [
        f"| {corpus} | " + " | ".join([*names, "CPU s"]) + " |",
        "|---" * (len(names) + 2) + "|",
    ]
    for variant, runs in rows.items():
        cells = [mean_and_spread([run["scores"][name] for run in runs]) for name in names]
        cells.append(f"{fmean(run['cpu_seconds'] for run in runs):.0f}")
        lines.append(f"| {variant} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def mean_and_spread(values: list[float]) -> str:
    """'44.7 ± 0.4': the mean and, of several values, their standard deviation."""
    spread = f" ± {stdev(values):.1f}" if len(values) > 1 else ""
    return f"{fmean(values):.1f}{spread}"


if __name__ == "__main__":
    main()
