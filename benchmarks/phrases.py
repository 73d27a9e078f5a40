"""Time phrases against gensim's Phrases and word2phrase: finding them, and writing the text.

    python benchmarks/phrases.py corpus.txt --word2phrase path/to/word2phrase

Every side runs in a process of its own, start and imports included, and the sides take turns;
medians are compared. CPU time is shown too: on a busy machine it is steadier. All split at white
space and use gensim's defaults (word2phrase: the same threshold in its own scale). The phrases and
scores must equal gensim's, and the text must equal gensim's too, and word2phrase's when w2v is
given its settings. Prints a Markdown table, or JSON with --json.

Outcome on wiki-a (105 MB, 17.8 M words, 2 threads): docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measuring import import_gensim, machine, versions

from w2v.system.resources import available_threads

MIN_COUNT, THRESHOLD = 5, 10.0
WORD2PHRASE_THRESHOLD = 100.0
CUT = 59  # word2phrase cuts longer words


@dataclass
class Timed:
    """A command, and what its runs took."""

    name: str
    command: list[str]
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: int = 0  # bytes at most

    def run(self) -> None:
        """Run it once."""
        start = time.perf_counter()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert process.stderr is not None
        problem = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{self.name} failed: {problem}")
        self.wall.append(time.perf_counter() - start)
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.memory = max(self.memory, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--word2phrase", type=Path, help="the program, compiled")
    parser.add_argument("--threads", type=int, default=available_threads())
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        gensim_child(given.corpus, *given.child)
        return
    import_gensim()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sides = commands(given, folder)
        for side in sides:
            if side.name.startswith("w2v"):
                side.run()  # compiles, or loads the compiled code
                side.wall, side.cpu = [], []
        for _ in range(given.repeats):
            for side in sides:
                side.run()
        result = {
            "machine": machine(),
            "versions": versions("numpy", "numba", "gensim"),
            "corpus_bytes": given.corpus.stat().st_size,
            "threads": given.threads,
            "equal_phrases": phrases_of(folder / "ours.tsv") == phrases_of(folder / "theirs.tsv"),
            "equal_text": same(folder / "ours.txt", folder / "theirs.txt"),
            "equal_word2phrase": same(folder / "ours-c.txt", folder / "c.txt", CUT),
            "sides": [
                {
                    "name": side.name,
                    "seconds": side.wall,
                    "cpu_seconds": side.cpu,
                    "memory": side.memory,
                }
                for side in sides
            ],
        }
    print(json.dumps(result, indent=2) if given.json else as_markdown(result))


def commands(given: argparse.Namespace, folder: Path) -> list[Timed]:
    """What is run, in this order."""
    corpus, threads = str(given.corpus), ["--threads", str(given.threads)]
    split = ["--tokenizer", "whitespace", "--overwrite", *threads]
    w2v = [sys.executable, "-m", "w2v", "phrases", corpus, *split]

    def apply(listed: str, text: str) -> list[str]:
        return [*w2v, "--apply", str(folder / listed), "-o", str(folder / text)]

    child = [sys.executable, __file__, corpus, "--child"]
    sides = [
        Timed("w2v: find", [*w2v, "-o", str(folder / "ours.tsv")]),
        Timed("gensim: find", [*child, "find", str(folder)]),
        Timed("w2v: write the text", apply("ours.tsv", "ours.txt")),
        Timed("gensim: write the text", [*child, "write", str(folder)]),
    ]
    if given.word2phrase:
        scale = ["--scoring", "word2phrase", "--threshold", str(WORD2PHRASE_THRESHOLD)]
        program = [str(given.word2phrase), "-train", corpus, "-output", str(folder / "c.txt")]
        settings = ["-threshold", str(WORD2PHRASE_THRESHOLD), "-min-count", str(MIN_COUNT)]
        sides += [
            Timed("w2v: find, as word2phrase", [*w2v, *scale, "-o", str(folder / "ours-c.tsv")]),
            Timed("w2v: write, as word2phrase", apply("ours-c.tsv", "ours-c.txt")),
            Timed("word2phrase: find and write", [*program, *settings, "-debug", "0"]),
        ]
    return sides


def gensim_child(corpus: Path, step: str, folder: str) -> None:
    """gensim's side, in a process of its own; its phrases are kept for the second step."""
    from gensim.models.phrases import FrozenPhrases, Phrases
    from gensim.models.word2vec import LineSentence

    model = Path(folder, "gensim.model")
    if step == "find":
        phrases = Phrases(LineSentence(corpus), min_count=MIN_COUNT, threshold=THRESHOLD)
        frozen = phrases.freeze()
        frozen.save(str(model))
        lines = [f"{word}\t{score!r}\n" for word, score in frozen.phrasegrams.items()]
        Path(folder, "theirs.tsv").write_text("".join(lines), encoding="utf-8")
        return
    frozen = FrozenPhrases.load(str(model))
    with open(Path(folder, "theirs.txt"), "w", encoding="utf-8") as file:
        for sentence in LineSentence(corpus):
            file.write(" ".join(frozen[sentence]) + "\n")


def phrases_of(path: Path) -> dict[str, float]:
    """Phrase -> score."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        row[-2] if len(row) > 2 else row[0]: float(row[3 if len(row) > 2 else 1]) for row in rows
    }


def same(first: Path, second: Path, cut: int = 1 << 30) -> bool | None:
    """Whether two texts have the same words in the same lines; None when one is missing.

    Lines in which the first text has a word of more than `cut` bytes are not compared.
    """
    if not (first.exists() and second.exists()):
        return None
    with open(first, "rb") as one, open(second, "rb") as two:
        lines = [filter(None, map(bytes.split, file)) for file in (one, two)]
        pairs = zip(*lines, strict=True)
        return all(a == b or max(map(len, a)) > cut for a, b in pairs)


def as_markdown(result: dict[str, Any]) -> str:
    """The figures as a table."""
    rows = [
        f"| {side['name']} | {statistics.median(side['seconds']):.2f} | "
        f"{statistics.median(side['cpu_seconds']):.2f} | {side['memory'] / 1e6:,.0f} |\n"
        for side in result["sides"]
    ]
    answers = {True: "equal", False: "DIFFERENT", None: "not compared"}
    return (
        f"{result['corpus_bytes'] / 1e6:.0f} MB, {result['threads']} threads; "
        f"{result['machine']}; {result['versions']}\n\n"
        "| | median seconds | CPU seconds | MB at most |\n"
        f"|---|---|---|---|\n{''.join(rows)}\n"
        f"Phrases and scores: {answers[result['equal_phrases']]} to gensim's. Text: "
        f"{answers[result['equal_text']]} to gensim's, {answers[result['equal_word2phrase']]} to "
        "word2phrase's."
    )


if __name__ == "__main__":
    main()
