"""fastText's .bin: opened by fastText and gensim, theirs opened by us, and damaged files."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_vectors import COUNTS, MATRIX, VECTORS, WORDS, peak_memory, tool
from vector_files import read, write

from w2v.errors import W2VError
from w2v.formats.files import open_table, sniff
from w2v.formats.table_changes import normalise, select_words
from w2v.vectors.word_vectors import WordVectors


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Words with characters of one to four bytes, with < and > in some; one has 400 characters."""
    rng = random.Random(1)
    letters = "abcdeéß日本語ж</>𐍈"
    words = ["".join(rng.choices(letters, k=rng.randint(1, 12))) for _ in range(200)]
    words.append("".join(rng.choices(letters, k=400)))
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    lines = [" ".join(rng.choices(words, k=10)) for _ in range(1000)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def train_fasttext(corpus: Path, **options: Any) -> Any:
    fasttext = tool("fasttext")
    # Ten threads and dimensions by tens: fastText 0.9.3 sets as many whole tenths of its table
    # to random values, and leaves the rest as it is in memory, NaN perhaps.
    common = {"minCount": 1, "epoch": 1, "thread": 10, "bucket": 1000, "dim": 10, "verbose": 0}
    return fasttext.train_unsupervised(str(corpus), **{**common, **options})


@pytest.mark.parametrize(
    ("minn", "maxn", "dim"),
    [(3, 6, 10), (1, 3, 20), (0, 4, 10), (2, 2, 300), (5, 5, 20), (0, 0, 10)],
)
def test_fasttext_vectors_are_its_own_bit_for_bit(
    tmp_path: Path, corpus: Path, minn: int, maxn: int, dim: int
) -> None:
    model = train_fasttext(corpus, minn=minn, maxn=maxn, dim=dim)
    model.save_model(str(tmp_path / "m.bin"))
    assert sniff(tmp_path / "m.bin") == "fasttext-bin"
    vectors = read(tmp_path / "m.bin")
    words, counts = model.get_words(include_freq=True)
    assert list(vectors.words) == words
    assert "</s>" in words
    assert vectors.counts is not None
    assert vectors.counts.tolist() == counts.tolist()
    own = np.array([model.get_word_vector(word) for word in words])
    assert np.array_equal(vectors.matrix, own)
    assert np.array_equal(read(tmp_path / "m.bin", limit=5).matrix, own[:5])


def test_fasttext_opens_ours(tmp_path: Path) -> None:
    fasttext = tool("fasttext")
    write(VECTORS, tmp_path / "o.ftbin")
    model = fasttext.load_model(str(tmp_path / "o.ftbin"))
    words, counts = model.get_words(include_freq=True)
    assert words == WORDS
    assert counts.tolist() == COUNTS.tolist()
    for word, row in zip(WORDS, MATRIX, strict=True):
        assert np.array_equal(model.get_word_vector(word), row)
        wanted = VECTORS.neighbors(word, 3)
        found = model.get_nearest_neighbors(word, 3)
        assert [name for _, name in found] == [name for name, _ in wanted]
        assert [score for score, _ in found] == pytest.approx([score for _, score in wanted])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with input and output vectors."""
    from w2v.formats.model_folder import write_model

    path = tmp_path / "m.w2v"
    write_model(path, VECTORS.words, COUNTS, MATRIX, MATRIX[::-1].copy(), {})
    return path


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (lambda table: table, range(len(WORDS))),
        (lambda table: table.limit(4), range(4)),
        (lambda table: select_words(table, [WORDS[6], WORDS[2]])[0], [2, 6]),
        (normalise, None),
    ],
)
def test_fasttext_has_our_output_vectors(
    tmp_path: Path, folder: Path, change: Any, rows: Any
) -> None:
    fasttext = tool("fasttext")
    write(change(open_table(folder)), tmp_path / "o.ftbin")
    model = fasttext.load_model(str(tmp_path / "o.ftbin"))
    found = model.get_output_matrix()
    if rows is None:  # vectors of another length do not go with them
        assert not found.any()
        return
    assert np.array_equal(found, MATRIX[::-1][list(rows)])
    assert np.array_equal(model.get_input_matrix(), MATRIX[list(rows)])


@pytest.mark.parametrize("table", ["output", "sum", "mix"])
def test_output_vectors_go_with_all_tables_but_their_own(
    tmp_path: Path, folder: Path, table: str
) -> None:
    write(open_table(folder, table=table), tmp_path / "o.ftbin")
    outputs = np.zeros_like(MATRIX) if table == "output" else MATRIX[::-1]
    assert (tmp_path / "o.ftbin").read_bytes().endswith(outputs.tobytes())


def test_gensim_has_our_output_vectors(tmp_path: Path, folder: Path) -> None:
    tool("gensim")
    from gensim.models.fasttext import load_facebook_model

    write(open_table(folder), tmp_path / "o.ftbin")
    assert np.array_equal(load_facebook_model(str(tmp_path / "o.ftbin")).syn1neg, MATRIX[::-1])


@pytest.mark.parametrize("known", [True, False])
def test_gensim_opens_ours(tmp_path: Path, known: bool) -> None:
    tool("gensim")
    from gensim.models.fasttext import load_facebook_model, load_facebook_vectors

    write(WordVectors(WORDS, MATRIX, COUNTS if known else None), tmp_path / "o.ftbin")
    for theirs in (
        load_facebook_vectors(str(tmp_path / "o.ftbin")),
        load_facebook_model(str(tmp_path / "o.ftbin")).wv,
    ):
        assert theirs.index_to_key == WORDS
        assert np.array_equal(theirs.vectors, MATRIX)
        assert theirs.get_vecattr("the", "count") == (COUNTS[0] if known else 1)
        found = theirs.most_similar("été", topn=4)
        wanted = VECTORS.neighbors("été", 4)
        assert [name for name, _ in found] == [name for name, _ in wanted]
        assert [score for _, score in found] == pytest.approx([score for _, score in wanted])


def test_gensim_writes_and_we_read(tmp_path: Path, corpus: Path) -> None:
    tool("gensim")
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    lines = [line.split() for line in corpus.read_text(encoding="utf-8").splitlines()]
    model = FastText(lines, vector_size=9, min_count=1, epochs=1, workers=1, seed=1, bucket=500)
    save_facebook_model(model, str(tmp_path / "g.bin"))
    vectors = read(tmp_path / "g.bin")
    assert list(vectors.words) == model.wv.index_to_key
    # gensim gives </s> its n-grams; no line of this corpus makes one.
    assert np.allclose(vectors.matrix, model.wv.vectors, atol=1e-6)


def test_counts_that_are_not_known_stay_so(tmp_path: Path) -> None:
    write(WordVectors(WORDS, MATRIX), tmp_path / "o.ftbin")
    assert read(tmp_path / "o.ftbin").counts is None
    write(VECTORS, tmp_path / "c.ftbin")
    counts = read(tmp_path / "c.ftbin").counts
    assert counts is not None
    assert counts.tolist() == COUNTS.tolist()


def test_classifiers_are_refused(tmp_path: Path) -> None:
    fasttext = tool("fasttext")
    text = tmp_path / "labels.txt"
    text.write_text("__label__a red green blue\n__label__b one two three\n" * 50)
    model = fasttext.train_supervised(
        str(text), epoch=1, dim=10, thread=10, wordNgrams=2, bucket=500, verbose=0
    )
    model.save_model(str(tmp_path / "m.bin"))
    model.quantize(input=str(text), verbose=0)
    model.save_model(str(tmp_path / "m.ftz"))
    for path in (tmp_path / "m.bin", tmp_path / "m.ftz"):
        with pytest.raises(W2VError) as caught:
            read(path)
        assert str(caught.value) == (
            f"{path}: a supervised fastText model (a classifier); only word vectors can be read"
        )


def bucket_model(
    path: Path, words: list[bytes], size: int, bucket: int, minn: int = 3, maxn: int = 6
) -> Path:
    """A sparse file of zeros with as many rows as the header says."""
    header = struct.pack(
        "<14id", 793712314, 12, size, 5, 5, 1, 5, 1, 2, 2, bucket, minn, maxn, 100, 0
    )
    dictionary = struct.pack("<3i2q", len(words), len(words), 0, 9, -1)
    entries = b"".join(word + b"\0" + struct.pack("<qb", 7, 0) for word in words)
    rows = len(words) + bucket
    with open(path, "wb") as file:
        file.write(header + dictionary + entries + struct.pack("<?2q", False, rows, size))
        file.truncate(file.tell() + 4 * rows * size)
    return path


def test_subwords_take_little_memory(tmp_path: Path) -> None:
    path = bucket_model(tmp_path / "m.bin", [b"word%d" % i for i in range(3000)], 100, 2_000_000)
    assert path.stat().st_size > 800_000_000
    table = open_table(path)

    def go_through() -> None:
        assert sum(map(len, table.blocks())) == 3000

    assert peak_memory(go_through) < 100_000_000
    path.unlink()


def test_hostile_subwords_are_refused(tmp_path: Path) -> None:
    long = [b"x" * 1_000_000]
    for words, bucket, maxn, message in (
        ([b"a"], 10, 2**31 - 1, "promises n-grams of up to 2,147,483,647 letters in 10 rows"),
        ([b"a"], 0, 3, "n-grams of up to 3 letters in 0 rows, and a word of 2 bytes"),
        (long, 10, 90, "n-grams of up to 90 letters in 10 rows, and a word of 1,000,001 bytes"),
        ([b"x" * 3_000_000], 10, 3, r"damaged: a word without an end in row 1 \(byte 92\)"),
        ([b"a\nb"], 0, 0, "a word contains a line break"),
        ([b"\xff"], 0, 0, r"row 1: the word '\\xff' is not UTF-8"),
    ):
        with pytest.raises(W2VError, match=message):
            read(bucket_model(tmp_path / "m.bin", words, 2, bucket, maxn=maxn))


def test_a_false_fasttext_header(tmp_path: Path) -> None:
    path = bucket_model(tmp_path / "m.bin", [b"a", b"b"], 2, 10)
    whole = path.read_bytes()
    table = whole.index(struct.pack("<?2q", False, 12, 2))
    for place, fmt, value, message in (
        (4, "<i", 13, "version 13 of fastText's format is not known"),
        (8, "<i", 2**31 - 1, "its header promises vectors of 2,147,483,647 dimensions"),
        (8, "<i", 3, "its table is 12 x 2, but its header says 12 x 3"),
        (40, "<i", 2**31 - 1, "its table is 12 x 2, but its header says 2,147,483,649 x 2"),
        (64, "<i", 2**31 - 1, "2 words and 0 labels of 2,147,483,647 entries"),
        (64, "<2i", (2**30, 2**30), "its header promises 10,737,418,332 bytes but it ends at"),
        (84, "<q", 5, "its table is "),
        (102, "<b", 1, r"row 1 \(byte 92\) is not a word; the file is damaged"),
        (111, "<q", -1, r"row 2 \(byte 103\) is not a word; the file is damaged"),
        (table, "<?", True, "a quantized fastText model"),
        (table + 1, "<q", 10**12, "its table is 1,000,000,000,000 x 2"),
    ):
        data = bytearray(whole)
        struct.pack_into(fmt, data, place, *(value if isinstance(value, tuple) else [value]))
        path.write_bytes(data)
        with pytest.raises(W2VError, match=message):
            read(path)
