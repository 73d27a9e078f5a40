"""Take from an analogy set the questions with rare words, and those with words never seen.

    python benchmarks/rare_words.py corpus.w2v questions-words.txt rare.txt unseen.txt
    w2v evaluate rare.txt -m corpus.w2v
    w2v evaluate unseen.txt -m corpus.w2v --subwords

Rare: all four words are in the vocabulary, and one of them occurs fewer than --below times in the
text. Unseen: the answer is in the vocabulary, and one of the other three is not. The sets depend
on the text alone; models of other trainers can be scored on them too. Case is ignored.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import w2v


def main() -> None:
    """Write the two sets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", help="whose vocabulary has the counts")
    parser.add_argument("questions", type=Path, help="an analogy set in Google's format")
    parser.add_argument("rare", type=Path)
    parser.add_argument("unseen", type=Path)
    parser.add_argument("--below", type=int, default=100, help="the count that is no longer rare")
    given = parser.parse_args()
    vectors = w2v.load(given.model)
    assert vectors.counts is not None, "a model without counts"
    count_of = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    rare: list[str] = []
    unseen: list[str] = []
    for line in given.questions.read_text("utf-8").splitlines():
        if line.startswith(":"):
            rare.append(line)
            unseen.append(line)
            continue
        counts = [count_of.get(word, 0) for word in line.lower().split()]
        if all(counts) and min(counts) < given.below:
            rare.append(line)
        elif counts[-1] and not all(counts):
            unseen.append(line)
    given.rare.write_text("\n".join(rare) + "\n", "utf-8")
    given.unseen.write_text("\n".join(unseen) + "\n", "utf-8")


if __name__ == "__main__":
    main()
