"""Vector files that users have: odd separators, headers, words, encodings, and Spark's tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from vector_files import some_vectors, write

from w2v.errors import UsageError, W2VError
from w2v.formats import registry
from w2v.formats.files import open_table, sniff
from w2v.formats.table_changes import replace_spaces
from w2v.vectors.word_vectors import WordVectors

# --- separators and numbers ---------------------------------------------------------------------


@pytest.mark.parametrize("header", ["", "3 2\n", "3\t2\n"])
@pytest.mark.parametrize("format", [None, "word2vec", "fasttext", "glove"])
def test_a_tab_after_the_word_and_spaces_between_the_values(
    tmp_path: Path, header: str, format: str | None
) -> None:
    if format is not None and bool(header) == (format == "glove"):
        return  # GloVe text has no header, the others need one
    path = tmp_path / "v"
    path.write_text(header + "king\t1.25 1.5\nnew york\t0.5 2 \na\tb\t3 4\n")
    vectors = WordVectors.load(path, format=format)
    assert list(vectors.words) == ["king", "new york", "a\tb"]
    assert vectors.matrix.tolist() == [[1.25, 1.5], [0.5, 2], [3, 4]]


def test_a_tab_within_a_word_is_kept_where_spaces_separate(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("a\tb 1 2\nc 3 4\n")
    vectors = WordVectors.load(tmp_path / "v", format="glove")
    assert list(vectors.words) == ["a\tb", "c"]


COMMAS = "king 0,5 1,25\nqueen 0,1 0,2\n"
WRONG = "value 1 is '0,5', which is not a number; decimals need a point"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(("header", "byte"), [("", 0), ("2 2\n", 4)], ids=["no header", "a header"])
def test_decimal_commas(tmp_path: Path, header: str, byte: int, encoding: str) -> None:
    path = tmp_path / "v"
    path.write_text(header + COMMAS + "café 0,5 0,5\n" * (not header), encoding=encoding)
    assert sniff(path) == ("word2vec" if header else "glove")
    with pytest.raises(W2VError) as caught:
        WordVectors.load(path, encoding=encoding)
    assert str(caught.value) == f"{path}: row 1 (byte {byte}): {WRONG}"


@pytest.mark.parametrize(
    "text",
    [
        "2 3\nking one two three\nqueen four five six\n",
        "2 20\n" + "król 0,5 0,5 0,5 0,5\n" * 9,
        "3 1\na b\nc d\ne f\n",
    ],
)
def test_text_is_never_taken_for_a_binary(tmp_path: Path, text: str) -> None:
    for name in ("v.bin", "v.txt"):
        for encoding in ("utf-8", "iso-8859-2"):
            (tmp_path / name).write_text(text, encoding=encoding)
            assert sniff(tmp_path / name) == "word2vec"


@pytest.mark.parametrize("size", [1, 2, 20])
def test_a_binary_is_still_taken_for_one(tmp_path: Path, size: int) -> None:
    vectors = some_vectors([f"w{i}" for i in range(20)], size)
    write(vectors, tmp_path / "v.data", format="word2vec-bin")
    assert sniff(tmp_path / "v.data") == "word2vec-bin"


# --- headers that are wrong ---------------------------------------------------------------------


def off_by(path: Path, name: str, more: int) -> Path:
    """A file of 50 rows whose header promises `more` of them."""
    write(some_vectors([f"w{i}" for i in range(50)], 3, counts=False), path, format=name)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"50 ", b"%d " % (50 + more), 1))
    return path


@pytest.mark.parametrize("name", ["word2vec", "fasttext", "word2vec-bin"])
@pytest.mark.parametrize("more", [-1, 1])
def test_a_header_that_is_off_by_one(tmp_path: Path, name: str, more: int) -> None:
    path = off_by(tmp_path / "v", name, more)
    with pytest.raises(W2VError) as caught:
        open_table(path, name)
    assert "correct its first line, or take the first rows with 'w2v export --limit" in str(
        caught.value
    )
    for limit in (1, 48, 49, 50):
        for in_memory in (False, True):
            table = open_table(path, name, limit=limit, in_memory=in_memory)
            assert len(table) == sum(map(len, table.blocks())) == limit
    with pytest.raises(W2VError, match="correct its first line"):
        open_table(path, name, limit=52)


def test_what_the_remedy_says_works(tmp_path: Path) -> None:
    for name, more, message in (
        ("word2vec", 1, "its header promises 51 rows but it holds 50; "),
        ("word2vec", -1, "its header promises 49 rows but it holds 50; "),
        ("word2vec-bin", 1, "cut short in row 51 of the 51 that its header promises (byte "),
        ("word2vec-bin", -1, "more follows row 49 of the 49 that its header promises (byte "),
    ):
        path = off_by(tmp_path / f"{name}{more}", name, more)
        with pytest.raises(W2VError) as caught:
            open_table(path)
        assert str(caught.value).startswith(f"{path}: {message}")
        remedy = str(caught.value).rpartition("--limit ")[2].rstrip("'")
        assert len(open_table(path, limit=int(remedy))) == int(remedy)


# --- words --------------------------------------------------------------------------------------

BLANK = ["\u00a0", "\u2028", "\u0085", "\u3000", "\ufeff", " ", "", "\u00a0\u00a0"]
SHOWN = ["U+00A0", "U+2028", "U+0085", "U+3000", "U+FEFF", "U+0020", "_", "U+00A0_U+00A0"]


@pytest.mark.parametrize("name", [n for n, f in registry.FORMATS.items() if f.is_text])
def test_blank_words_with_the_advice_of_the_refusal(tmp_path: Path, name: str) -> None:
    check_advice(tmp_path, name)


def test_blank_words_for_the_projector_and_a_binary(tmp_path: Path) -> None:
    check_advice(tmp_path, "projector")
    check_advice(tmp_path, "word2vec-bin")


def check_advice(folder: Path, name: str) -> None:
    """What the refusal of blank words advises leads to a file with all of them."""
    words = [*BLANK, "new york", "normal", "года\u00a0—"]
    table = some_vectors(words, 3, counts=False).table()
    with pytest.raises(W2VError, match="--space-as _ writes white space and empty words as _"):
        write(table, folder / name, format=name)
    write(replace_spaces(table, "_"), folder / name, format=name)
    found = WordVectors.load(folder / name, format=name)
    assert list(found.words) == [*SHOWN, "new_york", "normal", "года\u00a0—"]
    np.testing.assert_array_equal(found.matrix, table.matrix())  # type: ignore[misc]


def test_words_that_would_become_one(tmp_path: Path) -> None:
    table = some_vectors(["a b", "a\tb", "c"], 2).table()
    with pytest.raises(W2VError) as caught:
        replace_spaces(table, "_")
    assert str(caught.value) == (
        r"the word 'a\tb' (row 2) would be written as 'a_b'; so would 'a b'; .npy, .npz and "
        ".safetensors hold both"
    )


NOT_UTF_8 = b"the 0.1 0.2\n\xd0\xb3\xd0 0.3 0.1\ncaf\xe9 0.5 0.1\n\xc3\xa9 1 2\n"


def lay_words(folder: Path, name: str) -> Path:
    """Four words, two of which are not UTF-8, in a format."""
    path = folder / "v"
    rows = NOT_UTF_8
    if name == "word2vec-bin":
        values = np.zeros(2, "<f4").tobytes()
        rows = b"".join(line.split(b" ")[0] + b" " + values for line in rows.splitlines())
    path.write_bytes((b"" if name == "glove" else b"4 2\n") + rows)
    return path


@pytest.mark.parametrize("in_memory", [False, True])
@pytest.mark.parametrize("name", ["word2vec", "fasttext", "glove", "word2vec-bin"])
def test_words_that_are_not_utf_8(tmp_path: Path, name: str, in_memory: bool) -> None:
    path = lay_words(tmp_path, name)
    with pytest.raises(W2VError) as caught:
        open_table(path, name, in_memory=in_memory)
    assert str(caught.value) == (
        rf"{path}: row 2: the word 'г\xd0' is not UTF-8; 'w2v export --encoding NAME' reads other "
        "encodings"
    )
    table = open_table(path, name, in_memory=in_memory, encoding="latin-1")
    assert list(table.words) == ["the", "Ð³Ð", "café", "Ã©"]
    assert table.notes == ()
    table = open_table(path, name, in_memory=in_memory, unicode_errors="replace")
    assert list(table.words) == ["the", "г\ufffd", "caf\ufffd", "é"]
    assert table.notes == (f"{path}: 2 words have bytes that are not utf-8; each became U+FFFD",)
    with pytest.raises(W2VError, match=r"row 3: the word 'caf\\xe9' is not cp932$"):
        open_table(path, name, in_memory=in_memory, encoding="cp932")
    with pytest.warns(UserWarning, match="2 words have bytes that are not utf-8"):
        WordVectors.load(path, format=name, unicode_errors="replace")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "klingon", "cp037", "rot13", ""])
def test_encodings_that_rows_cannot_have(tmp_path: Path, encoding: str) -> None:
    path = lay_words(tmp_path, "glove")
    with pytest.raises(UsageError, match="is unknown or does not include ASCII"):
        open_table(path, encoding=encoding)


# --- Spark --------------------------------------------------------------------------------------


def lay_spark(path: Path, kinds: list[int]) -> None:
    """The records that Spark's getVectors writes; kind 1 is dense, 0 sparse."""
    pyarrow = pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")
    from pyarrow import parquet

    record = pyarrow.struct([
        ("type", pyarrow.int8()),
        ("size", pyarrow.int32()),
        ("indices", pyarrow.list_(pyarrow.int32())),
        ("values", pyarrow.list_(pyarrow.float64())),
    ])  # fmt: skip
    rows = [
        {"type": kind, "size": None, "indices": None, "values": [i + 0.5, -1.0]}
        for i, kind in enumerate(kinds)
    ]
    words = [f"{path.stem}{i}" for i in range(len(kinds))]
    table = pyarrow.table({"word": words, "vector": pyarrow.array(rows, record)})
    parquet.write_table(table, path, row_group_size=2)


def test_the_vectors_that_spark_writes(tmp_path: Path) -> None:
    lay_spark(tmp_path / "a.parquet", [1, 1, 1])
    vectors = WordVectors.load(tmp_path / "a.parquet")
    assert list(vectors.words) == ["a0", "a1", "a2"]
    assert vectors.matrix.tolist() == [[0.5, -1], [1.5, -1], [2.5, -1]]


@pytest.mark.parametrize("inside", ["", "data"])
def test_a_folder_that_spark_writes(tmp_path: Path, inside: str) -> None:
    folder = tmp_path / "model" / inside
    folder.mkdir(parents=True)
    lay_spark(folder / "part-00001-b.snappy.parquet", [1])
    lay_spark(folder / "part-00000-a.snappy.parquet", [1, 1])
    (folder / "_SUCCESS").touch()
    if inside:
        (tmp_path / "model" / "metadata").mkdir()
    assert sniff(tmp_path / "model") == "parquet"
    vectors = WordVectors.load(tmp_path / "model")
    assert [word[-1] + word[5:10] for word in vectors.words] == ["000000", "100000", "000001"]
    assert vectors.matrix[:, 0].tolist() == [0.5, 1.5, 0.5]


def test_a_sparse_vector_is_refused(tmp_path: Path) -> None:
    lay_spark(tmp_path / "a.parquet", [1, 1, 1, 0])
    with pytest.raises(W2VError, match=r"a\.parquet: row 4: a sparse vector; only dense"):
        WordVectors.load(tmp_path / "a.parquet")


# --- compressed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n, f in registry.FORMATS.items() if f.is_text])
def test_a_limit_unpacks_only_what_it_needs(tmp_path: Path, name: str) -> None:
    wanted = some_vectors([f"w{i}" for i in range(20_000)], 20, counts=False)
    write(wanted, tmp_path / "v.gz", format=name)
    data = (tmp_path / "v.gz").read_bytes()
    (tmp_path / "v.gz").write_bytes(data[: len(data) // 2])  # damaged, but only further on
    for limit in (0, 1, 500):
        found = WordVectors.load(tmp_path / "v.gz", format=name, limit=limit)
        assert list(found.words) == list(wanted.words)[:limit]
        assert np.array_equal(found.matrix, wanted.matrix[:limit])
    with pytest.raises(W2VError, match="damaged gzip data"):
        WordVectors.load(tmp_path / "v.gz", format=name, limit=19_999)
