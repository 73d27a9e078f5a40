"""Time reading vectors and searching them, against gensim on the same files.

    python benchmarks/formats.py                     50,000 words by 300, about a minute
    python benchmarks/formats.py --words 400000      the size of GloVe's 6B set, ten minutes

Random normal vectors are written by gensim into a temporary folder (--folder elsewhere) as word2vec
text and binary; both sides read the same files. Then each finds the 10 nearest words of --queries
words. The order of the two sides alternates and the medians of --repeats are compared; whatever
is read must be equal to the last bit. Prints a Markdown table, or JSON with --json.

Outcome at 400,000 words on two cores: docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measuring import import_gensim, machine, take_turns, versions

import w2v
from w2v.formats import files
from w2v.vectors import questions

Timed = Callable[[], Any]


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=50_000)
    parser.add_argument("--vector-size", type=int, default=300)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", help="where the files go; a temporary folder unless given")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        results = measure(Path(folder), given)
    if given.json:
        print(json.dumps(results, indent=1))
        return
    about = f"{machine()}; {versions('numpy', 'gensim')}"
    print(f"{given.words:,} words by {given.vector_size}, median seconds; {about}\n")
    print("| | gensim | w2v | ratio |\n|---|---|---|---|")
    for name, (theirs, ours) in results.items():
        print(f"| {name} | {theirs:.2f} | {ours:.3f} | {theirs / ours:.1f} |")


def measure(folder: Path, given: argparse.Namespace) -> dict[str, tuple[float, float]]:
    """Median seconds of gensim and of w2v for each task."""
    keyed_vectors = import_gensim().models.KeyedVectors
    text, binary, model = str(folder / "v.txt"), str(folder / "v.bin"), str(folder / "v.w2v")
    keyed = random_vectors(keyed_vectors, given.words, given.vector_size)
    keyed.save_word2vec_format(binary, binary=True)
    results = {
        "write text": (
            once(lambda: keyed.save_word2vec_format(text)),
            once(lambda: files.write(files.open_table(binary), str(folder / "ours.txt"))),
        )
    }
    for name, path in (("read text", text), ("read binary", binary)):
        results[name] = race(
            lambda path=path: keyed_vectors.load_word2vec_format(path, binary=path == binary),
            lambda path=path: w2v.load(path),
            given.repeats,
            lambda one, other: check(one.index_to_key, one.vectors, other),
        )
    files.write(files.open_table(binary), model)
    saved = str(folder / "v.kv")
    keyed.save(saved)
    results["open its own file"] = race(
        lambda: keyed_vectors.load(saved, mmap="r"),
        lambda: w2v.load(model)["word7"],
        given.repeats,
    )
    results[f"top 10 of {given.queries:,} words"] = search(keyed, w2v.load(model), given)
    return results


def random_vectors(keyed_vectors: Any, n_words: int, size: int) -> Any:
    """gensim's KeyedVectors of normal values."""
    keyed = keyed_vectors(size)
    matrix = np.random.default_rng(1).normal(scale=0.3, size=(n_words, size)).astype(np.float32)
    keyed.add_vectors([f"word{i}" for i in range(n_words)], matrix)
    return keyed


def search(keyed: Any, vectors: w2v.WordVectors, given: argparse.Namespace) -> tuple[float, float]:
    """Seconds for the nearest words of many: gensim's loop, and one call of ours."""
    step = max(1, given.words // given.queries)
    words = [f"word{i}" for i in range(0, given.words, step)][: given.queries]
    keyed.fill_norms()

    def same(theirs: Any, ours: Any) -> None:
        for one, other in zip(theirs, ours, strict=True):
            np.testing.assert_allclose([x for _, x in one], [x for _, x in other], atol=1e-5)

    return race(
        lambda: [keyed.most_similar(word, topn=10) for word in words],
        lambda: questions.neighbors(vectors, words, top=10),
        given.repeats,
        same,
    )


def race(
    theirs: Timed, ours: Timed, repeats: int, check: Callable[..., None] | None = None
) -> tuple[float, float]:
    """Median seconds of both, run in turn; their results are compared."""
    one, other = take_turns([theirs, ours], repeats, check)
    return one.median, other.median


def once(function: Timed) -> float:
    """Seconds of one call."""
    (side,) = take_turns([function], 1)
    return side.median


def check(words: list[str], matrix: Any, vectors: w2v.WordVectors) -> None:
    """Raise AssertionError if the vectors read differ in a word or a bit."""
    assert list(vectors.words) == words
    assert np.array_equal(np.asarray(vectors.matrix), matrix)


if __name__ == "__main__":
    main()
