"""The corpus: one reading equals the slow twin, whatever the threads and the pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import reference_text as reference

from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.corpus.corpus import Corpus
from w2v.corpus.counts import count_words
from w2v.errors import W2VError
from w2v.text.sources import find_sources
from w2v.words.vocabulary import Vocabulary

PIECES = [7, 64, 1 << 20]


def some_text(seed: int, lines: int = 200) -> bytes:
    """Lines of words, some long, some empty, with all three kinds of line ends."""
    rng = np.random.default_rng(seed)
    ends = ["\n", "\r\n", "\r", "\n\n"]
    text = ""
    for _ in range(lines):
        numbers = rng.zipf(1.3, size=rng.integers(0, 25)) % 500
        text += " ".join(f"wörd{n}" * (1 + n % 3) for n in numbers) + str(rng.choice(ends))
    return text.encode()


def prepare(
    tmp_path: Path, data: bytes, threads: int = 1, piece_bytes: int = 64, **options: object
) -> tuple[Vocabulary, Corpus]:
    """The corpus of one file."""
    (tmp_path / "text").write_bytes(data)
    sources = find_sources([tmp_path / "text"])
    config = TrainConfig().replace(**options)
    folder = tmp_path / "corpus"
    return prepare_corpus(sources, config, folder, threads=threads, piece_bytes=piece_bytes)


def sentences(corpus: Corpus) -> list[list[int]]:
    """All sentences of a corpus."""
    ids, offsets = corpus.read(0, corpus.n_sentences)
    return [chunk.tolist() for chunk in np.split(ids, offsets[1:-1])]


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("piece_bytes", PIECES)
def test_a_corpus_equals_its_slow_twin(tmp_path: Path, threads: int, piece_bytes: int) -> None:
    data = some_text(threads)
    vocabulary, corpus = prepare(
        tmp_path, data, threads, piece_bytes, min_count=3, max_vocab=100, max_sentence=7
    )
    text = reference.sentences(data, "words")
    kept = reference.vocabulary(text, 3)[:100]
    wanted = reference.encoded(text, kept, 7)
    assert list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == kept
    assert sentences(corpus) == wanted
    summary = corpus.summary
    assert summary.n_words == sum(map(len, text))
    assert summary.n_retained == corpus.n_tokens == sum(map(len, wanted))
    assert summary.n_distinct == len(reference.vocabulary(text))
    assert summary.n_vocabulary == len(kept)
    assert summary.n_lines == len(text)
    assert summary.n_sentences == corpus.n_sentences == len(wanted)
    known = {word for word, _ in kept}
    lengths = [sum(word in known for word in sentence) for sentence in text]
    assert summary.n_cut_sentences == sum(length > 7 for length in lengths)


def test_neither_threads_nor_pieces_change_the_fingerprint(tmp_path: Path) -> None:
    data = some_text(3, lines=60)
    prints = {
        prepare(tmp_path, data, threads, piece_bytes, min_count=1)[1].fingerprint
        for threads, piece_bytes in [(1, 64), (2, 64), (4, 64), (1, 7), (1, 1 << 20)]
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("old", "new", "options"),
    [
        (b"the cat", b"cat the", {}),  # the same counts in another order
        (b"ran\ncat", b"ran cat", {}),  # the same words in other sentences
        (b"the cat", b"the cow", {}),
        (b"", b"", {"max_sentence": 2}),
        (b"", b"", {"min_count": 3}),
    ],
)
def test_another_corpus_has_another_fingerprint(
    tmp_path: Path, old: bytes, new: bytes, options: dict[str, object]
) -> None:
    data = b"cat the ran\ncat the cat the ran\n"
    before = prepare(tmp_path, data, min_count=1)[1].fingerprint
    options = {"min_count": 1, **options}
    after = prepare(tmp_path, data.replace(old, new, 1), **options)[1].fingerprint
    assert before != after


@pytest.mark.parametrize("threads", [1, 3])
def test_ties_go_to_the_word_that_came_first(tmp_path: Path, threads: int) -> None:
    words = [f"w{i}" for i in np.random.default_rng(7).permutation(200)]
    data = (" ".join(words) + "\n" + " ".join(sorted(words))).encode()
    vocabulary, _ = prepare(tmp_path, data, threads, 64, min_count=2)
    assert list(vocabulary.words) == words


def test_counting_reports_what_each_min_count_keeps(tmp_path: Path) -> None:
    data = some_text(6, lines=60)
    (tmp_path / "text").write_bytes(data)
    counted = count_words(
        find_sources([tmp_path / "text"]), TrainConfig(min_count=4, max_vocab=30), threads=2
    )
    text = reference.sentences(data, "words")
    wanted = reference.vocabulary(text, 4)[:30]
    assert list(zip(counted.vocabulary.words, counted.vocabulary.counts, strict=True)) == wanted
    assert [kept.min_count for kept in counted.kept] == [1, 2, 4, 5, 10, 20, 50, 100]
    for kept in counted.kept:
        known = reference.vocabulary(text, kept.min_count)
        assert (kept.words, kept.tokens) == (len(known), sum(count for _, count in known))
    assert counted.n_words == sum(map(len, text))
    assert counted.n_lines == len(text)


def test_a_corpus_is_found_again(tmp_path: Path) -> None:
    _, corpus = prepare(tmp_path, some_text(4))
    assert Corpus.open(corpus.folder) == corpus


def test_a_shortened_file_is_reported(tmp_path: Path) -> None:
    _, corpus = prepare(tmp_path, some_text(4))
    ids = corpus.folder / "ids.i32"
    ids.write_bytes(ids.read_bytes()[:-4])
    with pytest.raises(W2VError, match=r"ids\.i32: shorter than when it was written"):
        corpus.read(0, corpus.n_sentences)
    with pytest.raises(W2VError, match=r"ids\.i32: has [\d,]+ bytes, expected [\d,]+; remove"):
        Corpus.open(corpus.folder)


@pytest.mark.parametrize("tokens", [1, 10, 1000, 10**9])
def test_slices_cover_all_sentences_once(tmp_path: Path, tokens: int) -> None:
    _, corpus = prepare(tmp_path, some_text(5), max_sentence=10)
    bounds = corpus.slices(tokens)
    assert bounds[0] == 0
    assert bounds[-1] == corpus.n_sentences
    assert (np.diff(bounds) > 0).all()
    for first, last in zip(bounds[:-2].tolist(), bounds[1:-1].tolist(), strict=True):
        assert tokens <= len(corpus.read(first, last)[0]) < tokens + 10


def test_a_given_vocabulary_keeps_its_words_and_counts(tmp_path: Path) -> None:
    (tmp_path / "vocab").write_text("</s> 3\ncat 4\nthe 9\nrare 1\nunseen 7\n")
    given = Vocabulary.load(tmp_path / "vocab")
    (tmp_path / "text").write_text("the dog the cat\nrare\ncat dog the\n")
    config = TrainConfig(min_count=2)
    vocabulary, corpus = prepare_corpus(
        find_sources([tmp_path / "text"]), config, tmp_path / "c", vocabulary=given, threads=2
    )
    assert list(vocabulary.words) == ["the", "unseen", "cat"]
    assert vocabulary.counts.tolist() == [9, 7, 4]
    assert sentences(corpus) == [[0, 0, 2], [2, 0]]
