"""Phrases against their slow twin, gensim and word2phrase, for any threads and pieces."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import reference_phrases as reference

from w2v.config import TrainConfig
from w2v.corpus.first_pass import Reading, read_text
from w2v.corpus.id_stream import IdStream
from w2v.corpus.kernels import phrases as kernels
from w2v.corpus.kernels import text as text_kernels
from w2v.corpus.phrase_list import Phrase
from w2v.corpus.phrase_options import ENGLISH_CONNECTORS, PhraseOptions
from w2v.corpus.phrased_text import TextIn, write_phrased
from w2v.corpus.phrases import FoundPhrases, find_phrases, join_all
from w2v.errors import UsageError
from w2v.text.kernels import scan
from w2v.text.pieces import TextReader
from w2v.text.sources import Source

Sentences = list[list[str]]


def some_sentences(seed: int, n: int = 300, compounds: bool = False) -> Sentences:
    """Sentences in which some words like each other, with connectors and words like `a_b`."""
    rng = np.random.default_rng(seed)
    words = [f"w{i}" for i in range(40)] + list(ENGLISH_CONNECTORS)
    liked = [["new", "york"], ["bank", "of", "america"], ["new", "york", "city"], ["to", "be"]]
    if compounds:
        liked += [["new_york"], ["new", "york_city"], ["new_york", "city"], ["_", "a__b"], ["x_"]]
    sentences = []
    for _ in range(n):
        sentence: list[str] = []
        for _ in range(rng.integers(0, 9)):
            if rng.random() < 0.3:
                sentence += liked[rng.integers(len(liked))]
            else:
                sentence.append(words[rng.zipf(1.3) % len(words)])
        if sentence:
            sentences.append(sentence)
    return sentences


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[BinaryIO]:
    """A file for ids."""
    with (tmp_path / "ids").open("w+b") as file:
        yield file


def read(
    spool: BinaryIO, sentences: Sequence[Sequence[str]], threads: int, piece_bytes: int
) -> Reading:
    """The sentences read as ids."""
    path = Path(spool.name).with_name("text")
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in sentences))
    reader = TextReader([Source("text", path)], "utf-8", "whitespace", piece_bytes)
    spool.seek(0)
    spool.truncate()
    return read_text(reader, threads, spool, None)


def text_of(reading: Reading, spool: BinaryIO) -> Sentences:
    """The sentences that a reading holds."""
    stream = IdStream(spool, reading)
    words = list(stream.table.words(np.arange(len(stream.table))))
    sentences: Sentences = [[]]
    for word in np.concatenate(list(stream.blocks())).tolist():
        if word != kernels.END_OF_LINE:
            sentences[-1].append(words[word])
        elif sentences[-1]:
            sentences.append([])
    return sentences[:-1]


def find(
    spool: BinaryIO,
    sentences: Sentences,
    options: PhraseOptions,
    threads: int = 2,
    piece_bytes: int = 64,
) -> tuple[FoundPhrases, Sentences]:
    """The phrases of sentences, and these with the phrases joined."""
    reading = read(spool, sentences, threads, piece_bytes)
    found, joined = find_phrases(spool, reading, options, threads, join=True)
    return found, text_of(joined, spool)


def scored(phrases: Sequence[Phrase]) -> dict[tuple[str, ...], tuple[int, float]]:
    """The count and the score of each phrase."""
    return {phrase.words: (phrase.count, phrase.score) for phrase in phrases}


def test_line_ends_are_those_of_the_scanner() -> None:
    assert kernels.END_OF_LINE == text_kernels.END_OF_LINE == scan.END_OF_LINE


def test_words_of_any_length_are_written() -> None:
    words = [b"x" * size for size in (1, 15, 16, 17, 40)]
    blob = np.frombuffer(b"\n".join(words) + b"\n" + bytes(text_kernels.AT_ONCE), np.uint8).copy()
    offsets = np.cumsum([0, *(len(word) + 1 for word in words)])
    ids = np.array([-1, 4, 0, -1, -1, 1, 2, 3], np.int32)
    written = np.empty(text_kernels.text_size(ids, offsets), np.uint8)
    size = text_kernels.write_text(ids, blob, offsets, written)
    lines = [b" ".join([words[4], words[0]]), b" ".join(words[1:4])]
    assert written[:size].tobytes() == b"\n".join(lines) + b" "


CASES = [
    PhraseOptions(threshold=0.5, min_count=2),
    PhraseOptions(threshold=0.5, min_count=1, connectors=ENGLISH_CONNECTORS),
    PhraseOptions("npmi", threshold=-1.0, min_count=1),
    PhraseOptions("npmi", threshold=0.1, min_count=3, connectors=ENGLISH_CONNECTORS),
]


@pytest.mark.parametrize("compounds", [False, True])
@pytest.mark.parametrize("options", CASES)
@pytest.mark.parametrize(("threads", "piece_bytes"), [(1, 1 << 20), (3, 7), (2, 64)])
def test_pairs_are_scored_and_joined_as_by_the_slow_twin(
    spool: BinaryIO, options: PhraseOptions, compounds: bool, threads: int, piece_bytes: int
) -> None:
    n = 300 if piece_bytes > 7 else 80  # the most pieces for a reading
    sentences = some_sentences(threads, n, compounds)
    found, text = find(spool, sentences, options, threads, piece_bytes)
    how = (options.min_count, options.connectors)
    twin = reference.scores(sentences, options.scoring, *how)
    wanted = {words: pair for words, pair in twin.items() if pair[1] > options.least_score}
    assert scored(found.phrases) == wanted
    assert found.n_pairs == len(twin)
    order = {words: place for place, words in enumerate(twin)}
    assert [phrase.words for phrase in found.phrases] == sorted(
        wanted, key=lambda words: (-wanted[words][1], order[words])
    )
    phrases = {words: "_".join(words) for words in wanted}
    assert wanted
    assert text == [reference.join(s, phrases, options.connectors) for s in sentences]


@pytest.mark.parametrize("scoring", ["default", "npmi"])
@pytest.mark.parametrize("connectors", [(), ENGLISH_CONNECTORS])
def test_gensim_finds_and_joins_the_same_in_each_of_three_passes(
    spool: BinaryIO, scoring: str, connectors: tuple[str, ...]
) -> None:
    models = pytest.importorskip("gensim.models.phrases", reason="gensim is not installed")
    sentences = some_sentences(5, n=600, compounds=True)
    threshold = {"default": 2.0, "npmi": 0.3}[scoring]
    options = PhraseOptions(scoring, threshold, 3, passes=3, connectors=connectors)
    found, text = find(spool, sentences, options)
    for number in (1, 2, 3):
        model = models.Phrases(
            sentences, min_count=3, threshold=threshold, scoring=scoring,
            connector_words=frozenset(connectors),
        )  # fmt: skip
        ours = [phrase for phrase in found.phrases if phrase.of_pass == number]
        for phrase in ours:
            first, *between, last = phrase.words
            assert model.score_candidate(first, last, between) == (phrase.word, phrase.score)
            assert model.vocab[phrase.word] == phrase.count
        assert set(model.find_phrases(sentences)) <= {phrase.word for phrase in ours}
        assert ours or number == 3
        sentences = [model[sentence] for sentence in sentences]
    assert text == sentences


def test_the_connectors_are_gensims() -> None:
    models = pytest.importorskip("gensim.models.phrases", reason="gensim is not installed")
    assert set(ENGLISH_CONNECTORS) == models.ENGLISH_CONNECTOR_WORDS


@pytest.mark.parametrize("piece_bytes", [7, 1 << 20])
@pytest.mark.parametrize(("min_count", "threshold"), [(2, 5.0), (5, 20.0), (1, 0.0)])
def test_word2phrase_writes_the_same_text(
    spool: BinaryIO, piece_bytes: int, min_count: int, threshold: float
) -> None:
    sentences = some_sentences(3, compounds=True)
    options = PhraseOptions("word2phrase", threshold, min_count)
    _, text = find(spool, sentences, options, 2, piece_bytes)
    assert text == reference.word2phrase(sentences, min_count, threshold)
    assert text != sentences


def test_a_line_longer_than_a_piece_is_joined_as_a_whole(spool: BinaryIO) -> None:
    sentences = [list(itertools.chain(*some_sentences(1)))]
    options = PhraseOptions(threshold=1.0, min_count=2, connectors=ENGLISH_CONNECTORS)
    texts = [find(spool, sentences, options, threads, 50)[1] for threads in (1, 3)]
    twin = reference.scores(sentences, "default", 2, ENGLISH_CONNECTORS)
    phrases = {words: "_".join(words) for words, pair in twin.items() if pair[1] > 1.0}
    assert texts[0] == texts[1] == [reference.join(sentences[0], phrases, ENGLISH_CONNECTORS)]


def test_joined_words_are_counted_anew_with_their_first_places(spool: BinaryIO) -> None:
    sentences = some_sentences(9, compounds=True)
    reading = read(spool, sentences, 2, 64)
    options = PhraseOptions(threshold=1.0, min_count=2)
    _, joined = find_phrases(spool, reading, options, 2, join=True)
    text = text_of(joined, spool)
    again = read(spool, text, 1, 1 << 20)
    for least in (1, 3):
        orders = [one.words.by_falling_count(least, None) for one in (joined, again)]
        lists = [
            list(one.words.table.words(order))
            for one, order in zip((joined, again), orders, strict=True)
        ]
        assert lists[0] == lists[1]
        assert joined.words.counts[orders[0]].tolist() == again.words.counts[orders[1]].tolist()
    assert joined.words.n_distinct == again.words.n_distinct


def test_phrases_of_another_text_are_joined_pass_by_pass(spool: BinaryIO) -> None:
    phrases = [
        Phrase(("new", "york"), 9, 1.0, "new_york", 1),
        Phrase(("bank", "of", "america"), 9, 1.0, "bank_of_america", 1),
        Phrase(("new_york", "city"), 9, 1.0, "NYC", 2),
        Phrase(("a", "york"), 9, 1.0, "a_york", 2),
        Phrase(("not", "there"), 9, 1.0, "not_there", 1),
    ]
    sentences = [
        ["new", "new", "york", "city"],
        ["a", "york", "new", "york"],
        ["bank", "of", "new", "york"],
        ["the", "bank", "of", "america", "city"],
    ]
    reading = read(spool, sentences, 1, 64)
    fewer, joined = join_all(spool, reading, phrases, 2)
    assert text_of(joined, spool) == [
        ["new", "NYC"],
        ["a_york", "new_york"],
        ["bank", "of", "new_york"],
        ["the", "bank_of_america", "city"],
    ]
    assert fewer == 7
    assert joined.words.n_distinct == 9


@pytest.mark.parametrize(("threads", "piece_bytes"), [(1, 1 << 20), (1, 40), (3, 40), (3, 7)])
def test_the_text_is_written_as_the_ids_are_joined(
    spool: BinaryIO, monkeypatch: pytest.MonkeyPatch, threads: int, piece_bytes: int
) -> None:
    """Each thread numbers the words of its own pieces; phrases lie across pieces."""
    sentences = some_sentences(4, compounds=True)
    sentences.append(list(itertools.chain(*some_sentences(1))))
    options = PhraseOptions(threshold=1.0, min_count=2, passes=2, connectors=ENGLISH_CONNECTORS)
    found, joined = find(spool, sentences, options)
    path = Path(spool.name).with_name("text")
    reader = TextReader([Source("text", path)], "utf-8", "whitespace", piece_bytes)
    monkeypatch.setattr(TextReader, "from_config", lambda *_: reader)
    target = io.BytesIO()
    text = TextIn([], TrainConfig(tokenizer="whitespace"), threads)
    written = write_phrased(text, found.phrases, target)
    assert target.getvalue().decode().splitlines() == [" ".join(words) for words in joined]
    assert written.n_words == sum(map(len, sentences))
    assert written.n_joined == written.n_words - sum(map(len, joined)) > 100


def test_rare_pairs_are_dropped_when_there_are_too_many(
    spool: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("w2v.corpus.pair_counts._BATCH", 1)
    rng = np.random.default_rng(1)
    sentences = [[f"w{i}" for i in rng.integers(0, 300, 8)] + ["new", "york"] for _ in range(900)]
    options = PhraseOptions(min_count=5, threshold=1.0, max_pairs=1000)
    finds = [find(spool, sentences, options, threads, 2000)[0] for threads in (1, 3)]
    assert finds[0] == finds[1]
    found = finds[0]
    assert found.n_pairs <= 1000
    assert found.n_dropped > 1000
    assert found.dropped_count >= 1
    assert (found.phrases[0].words, found.phrases[0].count) == (("new", "york"), 900)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scoring": "pmi"}, "scoring must be one of default, npmi, word2phrase, not 'pmi'"),
        ({"threshold": -1.0}, "threshold must be 0 or more for scoring default, not -1"),
        (
            {"scoring": "npmi", "threshold": 1.5},
            "threshold must be from -1 to 1 for scoring npmi, not 1.5",
        ),
        ({"min_count": 0}, "min-count must be 1 or more, not 0"),
        ({"passes": 0}, "passes must be 1 or more, not 0"),
        ({"max_pairs": 10}, "max-pairs must be 1,000 or more, not 10"),
        ({"delimiter": ""}, "delimiter must be text without spaces, such as _"),
        ({"delimiter": "a b"}, "delimiter must be text without spaces, such as _"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as error:
        PhraseOptions(**options)  # type: ignore[arg-type]
    assert str(error.value) == message
