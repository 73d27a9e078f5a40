"""Shares of a text: together they have its words, its counts and its ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from running import some_text
from together import together

from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.corpus.corpus import Corpus
from w2v.corpus.phrased_text import TextIn
from w2v.corpus.share import prepare_share
from w2v.errors import W2VError
from w2v.run.phrases import RunPhrases
from w2v.text import shares
from w2v.text.sources import find_sources
from w2v.words.vocabulary import Vocabulary
from w2v.words.word_list import WordList

CONFIG = TrainConfig(min_count=2)


@pytest.fixture(autouse=True)
def _short_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "UNIT_BYTES", 1 << 10)
    monkeypatch.setattr(shares, "_WINDOW", 1 << 8)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Files with words of equal counts, which only their places put in order."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for seed in range(3):
        (folder / f"{seed}.txt").write_text(some_text(2000, seed, 400))
    (folder / "9.txt").write_text("word399 zebra\n" * 3 + "yak yak yak\n")
    return folder


def alone(
    texts: Path, folder: Path, config: TrainConfig = CONFIG, **how: Vocabulary
) -> tuple[Vocabulary, Corpus]:
    return prepare_corpus(find_sources([texts]), config, folder, threads=1, **how)


def shared(
    texts: Path, folder: Path, size: int, config: TrainConfig = CONFIG, **how: Vocabulary
) -> list[tuple[Vocabulary, Corpus]]:
    sources = find_sources([texts])

    def read(group: Group) -> tuple[Vocabulary, Corpus]:
        own = folder / str(group.rank)
        return prepare_share(sources, config, own, group, threads=1, **how)

    return together(size, read)


def same_words(one: Vocabulary, other: Vocabulary) -> bool:
    return list(one.words) == list(other.words) and np.array_equal(one.counts, other.counts)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_vocabulary_is_that_of_one_process(texts: Path, tmp_path: Path, size: int) -> None:
    whole, corpus = alone(texts, tmp_path / "one")
    found = shared(texts, tmp_path, size)
    assert all(same_words(words, whole) for words, _ in found)
    assert sum(share.n_tokens for _, share in found) == corpus.n_tokens
    counts = sum(
        np.bincount(share.read(0, share.n_sentences)[0], minlength=len(whole)) for _, share in found
    )
    assert np.array_equal(counts, whole.counts)


def test_the_summary_is_that_of_the_whole_text(texts: Path, tmp_path: Path) -> None:
    _, corpus = alone(texts, tmp_path / "one")
    first, second = (share for _, share in shared(texts, tmp_path, 2))
    assert first.summary == second.summary == corpus.summary
    assert first.fingerprint == second.fingerprint
    assert Corpus.open(first.folder) == first


@pytest.mark.parametrize("kind", ["vocabulary", "old"])
def test_a_vocabulary_that_is_given(texts: Path, tmp_path: Path, kind: str) -> None:
    words = WordList.from_strings(["zebra", "word3", "word1", "nowhere"])
    given = {kind: Vocabulary(words, np.array([9, 7, 5, 3]))}
    whole, _ = alone(texts, tmp_path / "one", **given)
    for found, _ in shared(texts, tmp_path, 3, **given):
        assert same_words(found, whole)


@pytest.mark.parametrize("kind", ["vocabulary", "old", "none"])
def test_stop_words_are_left_out(texts: Path, tmp_path: Path, kind: str) -> None:
    stops = tmp_path / "stop.txt"
    stops.write_text("word1 zebra")
    config = CONFIG.replace(stop_words=str(stops))
    words = WordList.from_strings(["zebra", "word3", "word1", "word2"])
    given = {} if kind == "none" else {kind: Vocabulary(words, np.array([9, 7, 5, 4]))}
    whole, corpus = alone(texts, tmp_path / "one", config, **given)
    found = shared(texts, tmp_path, 3, config, **given)
    assert all(same_words(words, whole) for words, _ in found)
    assert found[0][1].summary == corpus.summary
    assert sum(share.n_tokens for _, share in found) == corpus.n_tokens


@pytest.mark.parametrize("given", ["auto", "list"])
@pytest.mark.parametrize("size", [1, 3])
def test_phrases_are_those_of_one_process(
    texts: Path, tmp_path: Path, given: str, size: int
) -> None:
    phrases = "auto"
    if given == "list":
        phrases = str(tmp_path / "list")
        Path(phrases).write_text("word1\tword2\t9\t2.5\tword1_2\t1\nword1_2\tword3\t5\t2\tx\t2\n")
    (texts / "8.txt").write_text("".join(f"yak{n % 7} blue moon b{n}\n" for n in range(30)))
    sources, kept = find_sources([texts]), tmp_path / "kept"
    notes: list[str] = []
    how = RunPhrases(phrases, kept, 1, notes.append)
    whole, corpus = prepare_corpus(sources, CONFIG, tmp_path / "one", join=how.join, threads=1)
    assert ("blue_moon" if given == "auto" else "word1_2") in whole

    def read(group: Group) -> tuple[Vocabulary, Corpus]:
        own, of_own = tmp_path / str(group.rank), notes if group.rank == 0 else []
        how = RunPhrases(phrases, own / "phrases.tsv", 1, of_own.append)
        join = how.for_shares(group, TextIn(sources, CONFIG, 1, own))
        return prepare_share(sources, CONFIG, own, group, join=join, threads=1)

    found = together(size, read)
    assert all(same_words(words, whole) for words, _ in found)
    assert [share.summary for _, share in found] == [corpus.summary] * size
    ids = np.concatenate([share.read(0, share.n_sentences)[0] for _, share in found])
    assert np.array_equal(np.bincount(ids), whole.counts)
    lists = [(tmp_path / str(rank) / "phrases.tsv").read_bytes() for rank in range(size)]
    assert lists == [kept.read_bytes()] * size
    assert len(notes) == 2
    assert notes[0] == notes[1]


def test_more_processes_than_text(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("a few words\n")
    with pytest.raises(W2VError, match="can be divided among 1 processes, not 2"):
        shared(text, tmp_path, 2)


def test_an_error_of_the_vocabulary_is_that_of_one_process(texts: Path, tmp_path: Path) -> None:
    with pytest.raises(W2VError, match="no word reaches --min-count 9999"):
        shared(texts, tmp_path, 3, CONFIG.replace(min_count=9999))
    assert not (tmp_path / "1" / "corpus.json").exists()
