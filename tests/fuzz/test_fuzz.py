"""Whatever comes in, an answer or one clear line comes out: texts and files."""

from __future__ import annotations

import shutil
from pathlib import Path

import mutants
import numpy as np
import pytest
import reference_text as reference
from fuzz_settings import examples
from hypothesis import example, given
from hypothesis import strategies as st
from mutants import Sample

from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.text.sources import find_sources
from w2v.words.vocabulary import Vocabulary

# --- texts ------------------------------------------------------------------------------------

CHARACTERS = "aZé中Σσς09'’_-. \t\n\r\u0301\u0130\u212a\u023a\u00a0\u2028\u3000\ufeff\x85𝔸😀"
PARTS = [b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98", b"\xff", b"\xed\xa0\x80", b"\x80", b"\r\n"]
texts = st.lists(
    st.one_of(
        st.sampled_from([*PARTS, *(c.encode() for c in CHARACTERS)]),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=4).map(
            str.encode
        ),
    ),
    max_size=80,
).map(b"".join)


@examples(150)
@given(
    text=texts,
    tokenizer=st.sampled_from(["words", "whitespace"]),
    threads=st.sampled_from([1, 3]),
    piece_bytes=st.sampled_from([5, 16, 61, 4096]),
    max_sentence=st.sampled_from([2, 5, 1000]),
)
@example(b"\xed\xa0\x80", "whitespace", 1, 4096, 1000)  # invalid bytes in a row
def test_a_text_becomes_what_its_slow_twin_makes_of_it(
    tmp_path: Path, text: bytes, tokenizer: str, threads: int, piece_bytes: int, max_sentence: int
) -> None:
    data = b"one two one two\n" + text
    (tmp_path / "text").write_bytes(data)
    config = TrainConfig(min_count=1, tokenizer=tokenizer, max_sentence=max_sentence)
    shutil.rmtree(tmp_path / "corpus", ignore_errors=True)
    vocabulary, corpus = prepare_corpus(
        find_sources([tmp_path / "text"]),
        config,
        tmp_path / "corpus",
        threads=threads,
        piece_bytes=piece_bytes,
    )
    sentences = reference.sentences(data, tokenizer)
    kept = reference.vocabulary(sentences)
    assert list(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == kept
    ids, offsets = corpus.read(0, corpus.n_sentences)
    found = [part.tolist() for part in np.split(ids, offsets[1:-1])]
    assert found == reference.encoded(sentences, kept, max_sentence)
    invalid = len(data) - len(data.decode("utf-8", "ignore").encode())
    assert corpus.summary.n_replaced_bytes == invalid


# --- vocabulary files -------------------------------------------------------------------------

numbers = st.sampled_from([*mutants.interesting_numbers()])
small_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1
)
line_parts = st.one_of(
    numbers,
    st.binary(max_size=5),
    small_words.map(str.encode),
    st.sampled_from([b" ", b"\n", b"\t", b"a 1\n", b"</s> 3\n", b"\xef\xbb\xbf", b"\r\n"]),
)


@examples(150)
@given(st.lists(line_parts, max_size=20).map(b"".join))
def test_a_vocabulary_file_of_anything(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "words.txt").write_bytes(data)
    mutants.check_vocabulary(tmp_path / "words.txt")


@examples(50)
@given(st.dictionaries(small_words, st.integers(1, 2**62), min_size=1, max_size=20))
def test_a_vocabulary_file_comes_back(tmp_path: Path, counts: dict[str, int]) -> None:
    lines = [f"{word} {count}\n" for word, count in counts.items()]
    (tmp_path / "words.txt").write_bytes(b"</s> 7\n" + "".join(lines).encode())
    first = Vocabulary.load(tmp_path / "words.txt")
    assert dict(zip(first.words, first.counts.tolist(), strict=True)) == counts
    first.save(tmp_path / "again.txt", overwrite=True)
    again = Vocabulary.load(tmp_path / "again.txt")
    assert again.words == first.words
    assert again.counts.tolist() == first.counts.tolist()


# --- readers ----------------------------------------------------------------------------------

Change = tuple[str, float, float, bytes]
changes = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "repeat", "cut", "flip"]),
        st.floats(0, 1),
        st.floats(0, 1),
        st.one_of(numbers, st.binary(min_size=1, max_size=9)),
    ),
    min_size=1,
    max_size=4,
)


def mutate(data: bytes, some: list[Change]) -> bytes:
    """Apply changes one after another; places and sizes are shares of the whole."""
    for kind, place, share, value in some:
        at = int(place * len(data))
        end = at + int(share**3 * (len(data) - at))
        if kind == "replace":
            data = data[:at] + value + data[at + len(value) :]
        elif kind == "insert":
            data = data[:at] + value + data[at:]
        elif kind == "delete":
            data = data[:at] + data[end:]
        elif kind == "repeat":
            data = data[:end] + data[at:end] + data[end:]
        elif kind == "cut":
            data = data[:at]
        elif data:
            bit = bytes([data[min(at, len(data) - 1)] ^ (1 << value[0] % 8)])
            data = data[:at] + bit + data[at + 1 :]
    return data


class Samples:
    """Samples that a failed test does not print."""

    def __init__(self, samples: list[Sample]) -> None:
        self.all = samples

    def __repr__(self) -> str:
        return f"<{len(self.all)} samples>"

    def __getitem__(self, number: int) -> Sample:
        """One of them; any number will do."""
        return self.all[number % len(self.all)]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return Samples(mutants.make_samples(tmp_path_factory.mktemp("samples")))


def test_the_samples_can_be_read(tmp_path: Path, samples: Samples) -> None:
    assert len(samples.all) > 20
    for sample in samples.all:
        path = sample.lay(tmp_path / "x", sample.data())
        mutants.go_through(path, sample.format)
        mutants.check_readers(path, sample.format)


@examples(600)
@given(st.integers(0, 99), changes)
def test_a_damaged_file(tmp_path: Path, samples: Samples, number: int, some: list[Change]) -> None:
    sample = samples[number]
    path = sample.lay(tmp_path / "x", mutate(sample.data(), some))
    mutants.check_readers(path, sample.format)


@examples(200)
@given(st.integers(0, 99), st.lists(line_parts, max_size=20).map(b"".join))
def test_a_file_of_anything(tmp_path: Path, samples: Samples, number: int, data: bytes) -> None:
    sample = samples[number]
    keep = len(sample.data()) % 5 * 4  # of some formats the first bytes, so that it goes further
    path = sample.lay(tmp_path / "x", sample.data()[:keep] + data)
    mutants.check_readers(path, sample.format)
