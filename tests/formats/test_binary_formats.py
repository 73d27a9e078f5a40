"""fastText .bin, finalfusion and the projector's folder: with the real tools, and damaged."""

from __future__ import annotations

import random
import struct
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vector_files import read, write

from w2v.errors import W2VError
from w2v.formats.files import open_table, sniff
from w2v.formats.selection import normalise, select_words
from w2v.formats.table import Table
from w2v.vectors.word_vectors import WordVectors
from w2v.words.word_list import WordList

WORDS = ["the", "été", "日本", "a'b", "x y", "q" * 500, "3 4", "</s>", "\N{ZERO WIDTH SPACE}", "<"]
COUNTS = np.arange(len(WORDS), 0, -1)
MATRIX = np.random.default_rng(1).normal(size=(len(WORDS), 7)).astype(np.float32)
VECTORS = WordVectors(WORDS, MATRIX, COUNTS)


def tool(name: str) -> Any:
    """A tool's package; the test is skipped where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(name, reason=f"the package {name} is not installed")


def peak_memory(function: Any) -> int:
    """The peak of allocated memory, in bytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# --- fastText .bin ----------------------------------------------------------------------------


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


def test_a_lying_fasttext_header(tmp_path: Path) -> None:
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


# --- finalfusion ------------------------------------------------------------------------------


def test_finalfusion_opens_ours(tmp_path: Path) -> None:
    theirs = tool("finalfusion")
    write(VECTORS, tmp_path / "o.fifu")
    for mapped in (False, True):
        found = theirs.load_finalfusion(str(tmp_path / "o.fifu"), mmap=mapped)
        assert found.vocab.words == WORDS
        assert np.allclose(np.linalg.norm(found.storage, axis=1), 1)
        for word, row in zip(WORDS, MATRIX, strict=True):
            unit, norm = found.embedding_with_norm(word)
            assert np.allclose(unit * norm, row, rtol=3e-7, atol=0)
        near = found.word_similarity("été", k=4)
        wanted = VECTORS.neighbors("été", 4)
        assert [result.word for result in near] == [word for word, _ in wanted]
        assert [result.similarity for result in near] == pytest.approx([x for _, x in wanted])
        del found


@pytest.mark.parametrize("norms", [True, False])
@pytest.mark.parametrize("metadata", [True, False])
def test_we_open_finalfusions(tmp_path: Path, norms: bool, metadata: bool) -> None:
    theirs = tool("finalfusion")
    lengths = np.linalg.norm(MATRIX, axis=1)
    rows = MATRIX / lengths[:, None] if norms else MATRIX
    theirs.Embeddings(
        theirs.storage.NdArray(rows),
        theirs.vocab.SimpleVocab(WORDS),
        norms=theirs.norms.Norms(lengths) if norms else None,
        metadata=theirs.metadata.Metadata({"by": "a test"}) if metadata else None,
    ).write(str(tmp_path / "t.fifu"))
    assert sniff(tmp_path / "t.fifu") == "finalfusion"
    table = open_table(tmp_path / "t.fifu")
    assert (table.matrix is None) == norms
    assert list(table.words) == WORDS
    assert np.allclose(WordVectors.from_table(table).matrix, MATRIX, rtol=3e-7, atol=0)


def test_finalfusions_subwords_are_refused(tmp_path: Path) -> None:
    theirs = tool("finalfusion")
    path = tmp_path / "t.fifu"
    indexer = theirs.subword.FinalfusionHashIndexer(4, 3, 6)
    vocabulary = theirs.vocab.FinalfusionBucketVocab(WORDS, indexer)
    rows = np.ones((len(WORDS) + indexer.upper_bound, 2), np.float32)
    theirs.Embeddings(theirs.storage.NdArray(rows), vocabulary).write(str(path))
    with pytest.raises(W2VError) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}: it holds a vocabulary with subwords, which are not read; only whole words are"
    )


def test_lengths_that_float32_cannot_hold(tmp_path: Path) -> None:
    most = np.finfo(np.float32).max
    rows = np.array(
        [[0, -0.0], [most, most], [1e-40, 0], [np.inf, 1], [np.nan, 2], [1e-20, 1e-20]], np.float32
    )
    write(WordVectors(list("abcdef"), rows), tmp_path / "o.fifu")
    found = read(tmp_path / "o.fifu").matrix
    assert np.allclose(found, rows, rtol=3e-7, atol=0, equal_nan=True)
    assert np.array_equal(np.signbit(found[:3]), np.signbit(rows[:3]))


def test_a_lying_finalfusion_header(tmp_path: Path) -> None:
    path = tmp_path / "o.fifu"
    write(WordVectors(["a", "b"], np.ones((2, 3), np.float32)), path)
    whole = path.read_bytes()
    words = 24
    array = whole.index(struct.pack("<I", 2), words + 12 + 8 + 10)
    for place, fmt, value, message in (
        (4, "<I", 1, "version 1 of finalfusion's format is not known"),
        (8, "<I", 2**32 - 1, "its header promises 4,294,967,295 chunks"),
        (8, "<I", 0, "it has no words"),
        (words, "<I", 2, "numbers of type 353; only float32 is read"),
        (words + 4, "<Q", 2**60, r"chunk 1 \(byte 24\) promises 1,152,921,504,606,846,976 bytes"),
        (words + 12, "<Q", 10**12, "1,000,000,000,000 words in a chunk of 18 bytes"),
        (words + 20, "<I", 2**32 - 1, r"row 1 \(byte 48\): the word does not end within its"),
        (words + 24, "<c", b"\n", "a word contains a line break"),
        (words + 24, "<c", b"\xff", r"row 1: the word '\\xff' is not UTF-8"),
        (array, "<I", 9, "it has no vectors"),
        (array, "<I", 4, "it holds quantised vectors, which are not read"),
        (array, "<I", 1, "two chunks of kind 1"),
        (array + 12, "<Q", 10**12, "3,000,000,000,000 values do not fit into a chunk"),
        (array + 20, "<I", 1, "damaged|do not fit|2 words"),
        (array + 24, "<I", 11, "numbers of type 11; only float32 is read"),
    ):
        data = bytearray(whole)
        struct.pack_into(fmt, data, place, value)
        path.write_bytes(data)
        if place == array + 20:
            assert read(path).matrix.shape == (2, 1)  # a chunk may be larger than its values
            continue
        with pytest.raises(W2VError, match=message):
            read(path)


# --- the projector ----------------------------------------------------------------------------


@pytest.mark.parametrize("counts", [COUNTS, None])
def test_tensorboard_opens_ours(tmp_path: Path, counts: Any) -> None:
    tool("tensorboard")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.plugins.base_plugin import TBContext
        from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
        from werkzeug.test import Client

    write(WordVectors(WORDS, MATRIX, counts), tmp_path / "o.projector")
    pages = ProjectorPlugin(TBContext(logdir=str(tmp_path / "o.projector"))).get_plugin_apps()

    def get(page: str) -> Any:
        question = {"run": ".", "name": "word vectors"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Client(pages[page]).get(page, query_string=question)

    assert get("/info").get_json()["embeddings"][0]["tensorShape"] == list(MATRIX.shape)
    assert np.array_equal(np.frombuffer(get("/tensor").data, "<f4"), MATRIX.ravel())
    lines = get("/metadata").data.decode().splitlines()
    assert lines == (
        WORDS
        if counts is None
        else ["word\tcount", *(f"{w}\t{n}" for w, n in zip(WORDS, counts, strict=True))]
    )


@pytest.mark.parametrize("counts", [COUNTS, None])
def test_a_projector_folder_comes_back(tmp_path: Path, counts: Any) -> None:
    path = tmp_path / "o.projector"
    write(WordVectors(WORDS, MATRIX, counts), path)
    assert sorted(file.name for file in path.iterdir()) == [
        "metadata.tsv",
        "projector_config.pbtxt",
        "vectors.tsv",
    ]
    assert sniff(path) == sniff(path / "vectors.tsv") == "projector"
    for name in (path, path / "vectors.tsv"):
        vectors = read(name)
        assert list(vectors.words) == WORDS
        assert np.array_equal(vectors.matrix, MATRIX)
        assert (vectors.counts is None) == (counts is None)
        assert counts is None or vectors.counts.tolist() == counts.tolist()


def test_a_projector_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "logs"
    write(VECTORS, path, format="projector")
    (path / "notes.txt").write_text("mine")
    with pytest.raises(W2VError, match="exists; give --overwrite"):
        write(VECTORS, path, format="projector")
    smaller = WordVectors(["a"], MATRIX[:1])
    write(smaller, path, format="projector", overwrite=True, precision=3)
    assert (path / "notes.txt").read_text() == "mine"
    assert (path / "vectors.tsv").read_text().count(".") == 7
    assert np.allclose(read(path).matrix, MATRIX[:1], rtol=1e-2)


def test_a_refused_projector_folder_leaves_nothing(tmp_path: Path) -> None:
    for word in ("a\tb", "a\rb", "", " \u3000", "\ufeff"):
        with pytest.raises(W2VError):
            write(WordVectors(["ok", word], MATRIX[:2]), tmp_path / "o.projector")
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(W2VError, match="stop"):
        write(VECTORS.table().map_blocks(stop), tmp_path / "o.projector")
    assert list(tmp_path.iterdir()) == []


def stop(block: Any) -> Any:
    raise W2VError("stop")


@pytest.mark.parametrize(
    ("vectors", "metadata", "message"),
    [
        ("1\t2\n3\t4\n", "a\nb\nc\n", "vectors.tsv: too short for the 3 words of metadata.tsv"),
        ("1\t2\n3\t4\n5\t6\n", "a\nb\n", "vectors.tsv: more rows for the 2 words of metadata.tsv"),
        ("1\t2\n3\t4\n", "a\nb\nc", "vectors.tsv: too short for the 3 words"),
        ("1.00000\t2\n3\t4\n", "a\nb\nc", "vectors.tsv: 2 rows for the 3 words of metadata.tsv"),
        ("1\t2.0\n3\n", "a\nb\n", "vectors.tsv: row 2 has 1 values, but the first has 2"),
        ("1\t2\n3\tx\n", "a\nb\n", "vectors.tsv: row 2: value 2 is 'x', which is not a number"),
        ("1\t2\n3\t\n", "a\nb\n", "vectors.tsv: row 2: value 2 is '', which is not a number"),
        ("1\t2\n3\t4\n", "w\tcount\na\t1\nb\n", "metadata.tsv, line 3: 1 fields, but the header"),
        ("1\t2\n", "\udcff\n", r"metadata.tsv: row 1: the word '\\xff' is not UTF-8"),
    ],
)
def test_a_damaged_projector_folder(
    tmp_path: Path, vectors: str, metadata: str, message: str
) -> None:
    (tmp_path / "vectors.tsv").write_bytes(vectors.encode())
    (tmp_path / "metadata.tsv").write_bytes(metadata.encode("utf-8", "surrogateescape"))
    with pytest.raises(W2VError, match=message):
        read(tmp_path)


def test_a_projector_folder_of_another_program(tmp_path: Path) -> None:
    (tmp_path / "vectors.tsv").write_bytes(b"1\t2\r\n3\t-4e-3")
    (tmp_path / "metadata.tsv").write_bytes(b"Id\tWord\tCount\r\n1\tcaf\xc3\xa9\t5\r\n2\tb\t4\r\n")
    vectors = read(tmp_path)
    assert list(vectors.words) == ["café", "b"]
    assert vectors.counts is not None
    assert vectors.counts.tolist() == [5, 4]
    assert np.array_equal(vectors.matrix, np.array([[1, 2], [3, -0.004]], np.float32))


# --- all three --------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["ftbin", "fifu"])
def test_a_file_cut_anywhere_is_reported_in_one_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"o.{ending}"
    write(WordVectors(["a", "été", "c"], MATRIX[:3, :2], COUNTS[:3]), path)
    whole = path.read_bytes()
    read_whole = {"ftbin": len(whole) - 17 - 24, "fifu": len(whole)}[ending]  # not the outputs
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        if size >= read_whole:
            assert len(read(path)) == 3
            continue
        with pytest.raises(W2VError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ["ftbin", "fifu"])
def test_a_word_that_occurs_twice_is_named(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"o.{ending}"
    with pytest.raises(W2VError) as caught:
        write(WordVectors(["a", "b", "c", "b"], MATRIX[:4]), path)
    assert str(caught.value) == (
        f"{path}: the word 'b' is in rows 2 and 4, and this format holds a word once; "
        ".npy and .npz hold any words"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_nul_is_refused_where_it_ends_a_word(tmp_path: Path) -> None:
    vectors = WordVectors(["a", "b\0c"], MATRIX[:2])
    with pytest.raises(W2VError, match=r"the word 'b\\x00c' \(row 2\) contains a NUL"):
        write(vectors, tmp_path / "o.ftbin")
    write(vectors, tmp_path / "o.fifu")
    assert list(read(tmp_path / "o.fifu").words) == ["a", "b\0c"]


@pytest.mark.parametrize("name", ["fasttext-bin", "finalfusion", "projector"])
def test_no_words_at_all(tmp_path: Path, name: str) -> None:
    path = tmp_path / "o"
    write(WordVectors([], np.empty((0, 4), np.float32)), path, format=name)
    if name == "projector":  # whose files then say nothing of the dimensions
        assert len(read(path)) == 0
    else:
        assert read(path).matrix.shape == (0, 4)


@pytest.mark.parametrize(
    ("ending", "rows", "size", "most"),
    [("ftbin", 50_000, 300, 24), ("fifu", 50_000, 300, 40), ("projector", 20_000, 40, 16)],
)
def test_a_block_at_a_time(tmp_path: Path, ending: str, rows: int, size: int, most: int) -> None:
    """In `most` MB: binaries of 60 MB, and text whose parts take 40 MB once it is split."""
    block = np.random.default_rng(1).normal(size=(1000, size)).astype(np.float32)
    words = WordList.from_strings(str(i) for i in range(rows))
    table = Table(words, size, lambda: (block for _ in range(0, rows, 1000)))
    path = tmp_path / f"o.{ending}"
    assert peak_memory(lambda: write(table, path)) < most << 20

    def go_through() -> None:
        assert sum(map(len, open_table(path).blocks())) == rows

    assert peak_memory(go_through) < most << 20
