"""Train w2v and the installed peers side by side on any corpus; compare speed and accuracy.

    pip install gensim fasttext
    python benchmarks/compare.py corpus.txt --questions questions-words.txt --pairs wordsim353.tsv

Every trainer runs in a process of its own, with the same options and number of threads; the
trainers take turns, `--runs` times, each time with another seed. Times are medians, accuracies are
means over the runs, and a ratio is the peer's median time over w2v's. The text must be tokenized
already (words between blanks), so that all trainers see the same words. --architecture and --loss
choose the model for all of them. Prints Markdown; --json FILE also writes all figures. A peer that
is not installed is left out, with a note.

With --subwords, the peers are fastText and gensim's FastText with n-grams of 3 to 6 characters in
2,000,000 buckets, and w2v also trains without. Unless --alpha is given, w2v then has its own
default rates and the peers 0.05. Scores are of words in the vocabulary.

    vocabulary   counting the words; w2v has the ids on disk by then too
    training     all epochs, without the vocabulary, the first values of tables, and compiling
    process      from the start of the process to its end: text file in, vectors on disk
    CPU          the process's seconds on all cores, which other work on the machine affects less
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from measuring import machine, versions

PEERS = ("gensim", "fasttext")
PHASES = ("vocabulary", "training", "process")
OPTIONS = {
    "vector_size": 100,
    "window": 5,
    "negative": 5,
    "sample": 1e-3,
    "min_count": 5,
    "epochs": 5,
    "alpha": 0.025,
}
SUBWORDS = {"min_n": 3, "max_n": 6, "bucket": 2_000_000}  # as gensim calls them
SUBWORD_ALPHA = 0.05  # fastText's
MODELS = {  # what each model is called by gensim and by fastText
    ("skipgram", "ns"): ({"sg": 1, "hs": 0}, {"model": "skipgram", "loss": "ns"}),
    ("skipgram", "hs"): ({"sg": 1, "hs": 1}, {"model": "skipgram", "loss": "hs"}),
    ("cbow", "ns"): ({"sg": 0, "hs": 0}, {"model": "cbow", "loss": "ns"}),
    ("cbow", "hs"): ({"sg": 0, "hs": 1}, {"model": "cbow", "loss": "hs"}),
}


@dataclass
class Run:
    """One training: seconds of each phase, peak memory in MB, and scores in percent."""

    trainer: str
    seed: int
    vocabulary: float
    training: float
    process: float
    cpu: float
    memory: float
    scores: dict[str, float]
    covered: dict[str, str]  # questions or pairs whose words the vocabulary holds


def main() -> None:
    """Run the comparison and print it."""
    given = parse()
    if given.child:
        CHILDREN[given.child](given)
        return
    trainers = ["w2v", *(peer for peer in given.peers if installed(peer))]
    if given.subwords:
        trainers.append("w2v, without subwords")
    if given.one_thread:
        trainers.append("w2v, one thread")
    with tempfile.TemporaryDirectory() as folder:
        warm_up(given, Path(folder))
        runs: list[Run] = []
        try:
            for seed in range(1, given.runs + 1):
                runs += [train(trainer, seed, given, Path(folder)) for trainer in trainers]
        except KeyboardInterrupt:
            print("interrupted: whole turns only", file=sys.stderr)
    given.runs = len(runs) // len(trainers)
    if not runs:
        sys.exit("no turn of all trainers was finished")
    print(markdown(runs, given))
    if given.json:
        everything = {"about": about(given), "runs": [asdict(run) for run in runs]}
        Path(given.json).write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")


def parse() -> Any:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus")
    parser.add_argument("--questions", help="an analogy set in Google's format")
    parser.add_argument("--pairs", nargs="*", default=[], help="word-pair sets")
    parser.add_argument("--restrict-vocab", type=int, default=30_000, help="for the analogies")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--one-thread", action="store_true", help="w2v on one thread besides")
    parser.add_argument("--config", help="of w2v: gensim, gensim-cbow or gensim-hs")
    parser.add_argument("--json", help="a file to write all figures to")
    parser.add_argument("--architecture", default="skipgram", choices=("skipgram", "cbow"))
    parser.add_argument("--loss", default="ns", choices=("ns", "hs"))
    parser.add_argument("--subwords", action="store_true", help="compose words of their n-grams")
    parser.add_argument("--cbow-update", choices=("corrected", "word2vec"), help="of w2v's CBOW")
    for name, default in OPTIONS.items():
        flag = "--" + name.replace("_", "-")
        parser.add_argument(flag, type=type(default), default=None if name == "alpha" else default)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--output", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alpha is None and not given.subwords:
        given.alpha = OPTIONS["alpha"]
    return given


def installed(peer: str) -> bool:
    """Whether a peer can be imported; says so when it cannot."""
    if importlib.util.find_spec(peer) is None:
        print(f"{peer} is not installed and left out: pip install {peer}", file=sys.stderr)
        return False
    return True


def train(trainer: str, seed: int, given: Any, folder: Path) -> Run:
    """Run one trainer in a process of its own, and score its vectors."""
    name = trainer.split(",")[0]
    output = folder / name
    threads = 1 if trainer.endswith("one thread") else given.threads
    command = {"w2v": w2v_command}.get(name, peer_command)(trainer, seed, threads, output, given)
    os.sync()  # or this trainer would wait for the last one's files
    start = time.perf_counter()
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    first, said = watch(child)
    out = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    process = time.perf_counter() - start
    if status:
        sys.exit(f"{trainer} failed: {said}")
    phases = w2v_phases(output) if name == "w2v" else json.loads(out)
    if name == "fasttext":
        phases["vocabulary"] = first["Number of words"] - phases["began"]
        phases["training"] = phases["ended"] - first["Progress"]
    with ProcessPoolExecutor(1, get_context("spawn")) as scorer:  # a child's peak includes ours
        scored = scorer.submit(score, output, given).result()
    run = Run(
        trainer,
        seed,
        phases["vocabulary"],
        phases["training"],
        process,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6,
        *scored,
    )
    print(f"{trainer}, seed {seed}: {asdict(run)}", file=sys.stderr)
    return run


def watch(child: subprocess.Popen[str]) -> tuple[dict[str, float], str]:
    """Read a child's stderr to its end: the times of fastText's steps, and the last line.

    Only its stderr shows when fastText has counted and when, 0.1 s late, it has begun to train.
    """
    first: dict[str, float] = {}
    said = ""
    assert child.stderr is not None
    for line in child.stderr:
        for step in ("Number of words", "Progress"):
            if step in line:
                first.setdefault(step, time.time())
        said = line.strip() or said
    return first, said


def options(given: Any) -> dict[str, Any]:
    """The options that all trainers share; negative sampling alone has noise words."""
    unused = {"negative"} if given.loss == "hs" else set()
    if given.alpha is None:
        unused.add("alpha")
    return {name: getattr(given, name) for name in OPTIONS if name not in unused}


def model_options(given: Any) -> list[str]:
    """The model on a command line."""
    line = ["--architecture", given.architecture, "--loss", given.loss]
    return [*line, "--subwords"] if given.subwords else line


def w2v_command(trainer: str, seed: int, threads: int, output: Path, given: Any) -> list[str]:
    """The command as a user gives it."""
    line = [sys.executable, "-m", "w2v", "train", given.corpus, "-o", str(output), "--overwrite"]
    if given.config:
        line += ["--config", given.config]
    line += ["--tokenizer", "whitespace", "--threads", str(threads), "--seed", str(seed)]
    line += model_options(given)
    if trainer.endswith("without subwords"):
        line.remove("--subwords")
    if given.cbow_update:
        line += ["--cbow-update", given.cbow_update]
    for option, value in options(given).items():
        line += ["--" + option.replace("_", "-"), str(value)]
    return line


def peer_command(name: str, seed: int, threads: int, output: Path, given: Any) -> list[str]:
    """This script again, as a process that trains with one peer alone."""
    line = [sys.executable, __file__, given.corpus, "--child", name, "--seed", str(seed)]
    line += ["--threads", str(threads), "--output", str(output), *model_options(given)]
    for option, value in options(given).items():
        line += ["--" + option.replace("_", "-"), str(value)]
    return line


def warm_up(given: Any, folder: Path) -> None:
    """Have w2v compile its code once, so that no run counts it."""
    text = folder / "warm-up.txt"
    text.write_text("a b c d e f g h\n" * 1000)
    line = [sys.executable, "-m", "w2v", "train", str(text), "-o", str(folder / "warm"), "-q"]
    line += ["--overwrite", "--tokenizer", "whitespace", *model_options(given)]
    subprocess.run(line, check=True)
    if given.subwords:
        line.remove("--subwords")
        subprocess.run(line, check=True)


def w2v_phases(output: Path) -> dict[str, float]:
    """Seconds of each phase, from the log that w2v writes beside the vectors."""
    last = json.loads((output / "train.jsonl").read_text().splitlines()[-1])
    return {"vocabulary": last["vocabulary_seconds"], "training": last["training_seconds"]}


def train_gensim(given: Any) -> None:
    """gensim on its fast path, corpus_file."""
    from gensim.models import FastText, Word2Vec

    own = {"negative": 0, **options(given), **MODELS[given.architecture, given.loss][0]}
    if given.subwords:
        own = {"alpha": SUBWORD_ALPHA, **SUBWORDS, **own}
    start = time.perf_counter()
    model_class = FastText if given.subwords else Word2Vec
    model = model_class(workers=given.threads, seed=given.seed, **own)
    model.build_vocab(corpus_file=given.corpus)
    counted = time.perf_counter()
    model.train(
        corpus_file=given.corpus,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=given.epochs,
    )
    trained = time.perf_counter()
    model.wv.save_word2vec_format(given.output, binary=True)
    print(json.dumps({"vocabulary": counted - start, "training": trained - counted}))


def train_fasttext(given: Any) -> None:
    """fastText; it takes no seed."""
    import fasttext

    began = time.time()
    n_grams = SUBWORDS if given.subwords else {"min_n": 0, "max_n": 0, "bucket": 0}
    model = fasttext.train_unsupervised(
        given.corpus,
        **MODELS[given.architecture, given.loss][1],
        dim=given.vector_size,
        ws=given.window,
        neg=given.negative,
        t=given.sample,
        minCount=given.min_count,
        epoch=given.epochs,
        lr=given.alpha or SUBWORD_ALPHA,
        minn=n_grams["min_n"],
        maxn=n_grams["max_n"],
        bucket=n_grams["bucket"],
        thread=given.threads,
        verbose=2,
    )
    ended = time.time()
    model.save_model(given.output)
    print(json.dumps({"began": began, "ended": ended}))


CHILDREN: dict[str, Callable[[Any], None]] = {"gensim": train_gensim, "fasttext": train_fasttext}


def score(output: Path, given: Any) -> tuple[dict[str, float], dict[str, str]]:
    """Accuracy and Spearman correlations in percent, and how much of each set is covered.

    By w2v's evaluate, whose figures on the same vectors are gensim's.
    """
    import w2v
    from w2v.evaluation.scores import AnalogyScore, evaluate

    vectors = w2v.load(output)
    scores, covered = {}, {}
    for path in filter(None, [given.questions, *given.pairs]):
        name = Path(path).stem
        result = evaluate(vectors, path, restrict_vocab=given.restrict_vocab)
        if isinstance(result, AnalogyScore):
            total = result.total
            scores[name] = 100 * (total.accuracy or 0.0)
            covered[name] = f"{total.covered:,} of {total.total:,}"
        else:
            result = evaluate(vectors, path)
            assert not isinstance(result, AnalogyScore)
            scores[name] = 100 * result.spearman.coefficient
            covered[name] = f"{result.covered:,} of {result.total:,}"
    return scores, covered


def markdown(runs: list[Run], given: Any) -> str:
    """The tables."""
    lines = [f"- {key}: {value}" for key, value in about(given).items()]
    names = list(dict.fromkeys(run.trainer for run in runs))
    scored = list(runs[0].scores)
    head = ["trainer", "vocabulary", "training", "process", "CPU", "peak memory", *scored]
    lines += ["", row(head), row(["---"] * len(head))]
    for name in names:
        own = [run for run in runs if run.trainer == name]
        times = [f"{median(own, phase):.2f} s" for phase in PHASES]
        means = [
            f"{statistics.mean(run.scores[key] for run in own):.2f} ({own[0].covered[key]})"
            for key in scored
        ]
        memory = f"{median(own, 'memory'):.0f} MB"
        lines.append(row([name, *times, f"{median(own, 'cpu'):.1f} s", memory, *means]))
    lines += ["", row(["w2v is faster by", *PHASES, "CPU"]), row(["---"] * 5)]
    ours = [run for run in runs if run.trainer == "w2v"]
    for name in names[1:]:
        own = [run for run in runs if run.trainer == name]
        ratios = [f"{median(own, phase) / median(ours, phase):.2f}x" for phase in (*PHASES, "cpu")]
        lines.append(row([f"than {name}", *ratios]))
    return "\n".join(lines)


def row(cells: list[str]) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cells) + " |"


def median(runs: list[Run], phase: str) -> float:
    """The median of a figure over runs."""
    return statistics.median(getattr(run, phase) for run in runs)


def about(given: Any) -> dict[str, Any]:
    """Machine, versions and settings."""
    own_alpha = {"alpha": f"w2v's own, of the peers {SUBWORD_ALPHA}"}
    settings = options(given) if given.alpha is not None else {**options(given), **own_alpha}
    return {
        "machine": machine(),
        "versions": versions("w2v", "numpy", "numba", *PEERS),
        "corpus": f"{Path(given.corpus).name}, {os.path.getsize(given.corpus):,} bytes",
        "model": f"{given.architecture}, {given.loss}" + ", subwords" * given.subwords,
        "settings": ", ".join(f"{name} {value}" for name, value in settings.items()),
        "threads": given.threads,
        "runs": f"{given.runs}, seeds 1 to {given.runs}",
    }


if __name__ == "__main__":
    main()
