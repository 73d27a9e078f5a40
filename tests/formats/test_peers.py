"""The tools themselves open our files, and we open the files that they write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from vector_files import NASTY, read, same_bits, some_vectors, write

from w2v.errors import W2VError
from w2v.formats.files import sniff
from w2v.vectors.word_vectors import WordVectors

WORDS = [word for word in NASTY if word.split() == [word]]  # gensim splits at any white space


@pytest.fixture
def vectors() -> WordVectors:
    return some_vectors(WORDS, 30)


def check(read: WordVectors, wanted: WordVectors) -> None:
    assert list(read.words) == list(wanted.words)
    assert same_bits(np.asarray(read.matrix), wanted.matrix)


# --- gensim -------------------------------------------------------------------------------------


def gensim_vectors(vectors: WordVectors) -> Any:
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    keyed = models.KeyedVectors(vectors.vector_size)
    keyed.add_vectors(list(vectors.words), vectors.matrix)
    return keyed


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_gensim_reads_word2vec(
    tmp_path: Path, vectors: WordVectors, binary: bool, ending: str
) -> None:
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    path = tmp_path / f"v.{'bin' if binary else 'txt'}{ending}"
    write(vectors, path)
    found = models.KeyedVectors.load_word2vec_format(str(path), binary=binary)
    assert found.index_to_key == list(vectors.words)
    assert same_bits(found.vectors, vectors.matrix)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_gensim_writes_word2vec(
    tmp_path: Path, vectors: WordVectors, binary: bool, ending: str
) -> None:
    path = tmp_path / f"v{ending}"
    gensim_vectors(vectors).save_word2vec_format(str(path), binary=binary)
    assert sniff(path) == ("word2vec-bin" if binary else "word2vec")
    check(read(path), vectors)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim's own
@pytest.mark.parametrize("ending", ["vec", "glove"])
def test_gensim_reads_fasttext_and_glove_text(
    tmp_path: Path, vectors: WordVectors, ending: str
) -> None:
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    path = tmp_path / f"v.{ending}"
    write(vectors, path)
    found = models.KeyedVectors.load_word2vec_format(str(path), no_header=ending == "glove")
    assert same_bits(found.vectors, vectors.matrix)


def test_gensim_gives_our_neighbours(tmp_path: Path) -> None:
    models = pytest.importorskip("gensim.models", exc_type=ImportError)
    vectors = some_vectors([f"w{i}" for i in range(300)], 20)
    write(vectors, tmp_path / "v.bin")
    found = models.KeyedVectors.load_word2vec_format(str(tmp_path / "v.bin"), binary=True)
    for word in ("w0", "w17", "w299"):
        theirs, ours = found.most_similar(word, topn=10), vectors.neighbors(word, top=10)
        assert [name for name, _ in theirs] == [name for name, _ in ours]
        np.testing.assert_allclose(
            [x for _, x in theirs], [x for _, x in ours], rtol=1e-5, atol=1e-6
        )


# --- PyTorch ------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", [None, 0, 3, 10])
def test_pytorch_embeddings_look_up_the_same_rows(tmp_path: Path, padding: int | None) -> None:
    torch = pytest.importorskip("torch")
    vectors = some_vectors(WORDS[:10], 5)
    options = {} if padding is None else {"padding_idx": padding}
    write(vectors, tmp_path / "v.pt", **options)
    state = torch.load(tmp_path / "v.pt", weights_only=True)
    n_rows = 10 if padding is None else 11
    table = torch.nn.Embedding(n_rows, 5, padding_idx=padding)
    table.load_state_dict(state)
    same = torch.nn.Embedding.from_pretrained(state["weight"], padding_idx=padding)
    words = (tmp_path / "v.pt.vocab.tsv").read_text(encoding="utf-8").splitlines()
    rows = {line.split("\t")[0]: row for row, line in enumerate(words)}
    wanted = torch.tensor([[rows[word] for word in WORDS[1:4]]])
    for embedding in (table, same):
        found = embedding(wanted).detach().numpy()
        assert found.shape == (1, 3, 5)
        assert same_bits(found[0], vectors[[1, 2, 3]])
    if padding is None:
        check(read(tmp_path / "v.pt"), vectors)
    else:
        assert rows["<pad>"] == padding
        assert not state["weight"][padding].any()
        assert read(tmp_path / "v.pt")["<pad>"].tolist() == [0] * 5


def test_a_padding_row_that_cannot_be(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with pytest.raises(W2VError, match=r"--padding-idx must be 0 to 3, not 4$"):
        write(some_vectors(["a", "b", "c"]), tmp_path / "v.pt", padding_idx=4)
    with pytest.raises(W2VError, match="<pad> is among the words already; leave out --padding-idx"):
        write(some_vectors(["a", "<pad>"]), tmp_path / "v.pt", padding_idx=0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16", "float64"])
def test_pytorch_writes_an_embedding(tmp_path: Path, dtype: str, old: bool) -> None:
    torch = pytest.importorskip("torch")
    weight = torch.randn(4, 3).to(getattr(torch, dtype))
    state = torch.nn.Embedding.from_pretrained(weight).state_dict()
    torch.save(state, tmp_path / "v.pt", _use_new_zipfile_serialization=not old)
    (tmp_path / "v.pt.vocab.tsv").write_text("a\nb\nc\nd\n")
    assert sniff(tmp_path / "v.pt") == "pytorch"
    found = read(tmp_path / "v.pt")
    assert same_bits(np.asarray(found.matrix), weight.float().numpy())


def test_a_pytorch_file_with_more_than_tensors_is_not_run(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save({"weight": Evil(tmp_path / "run")}, tmp_path / "v.pt")
    with pytest.raises(W2VError, match=r"v\.pt: torch cannot read tensors from it: Weights only"):
        read(tmp_path / "v.pt")
    assert not (tmp_path / "run").exists()


class Evil:
    """What would make a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return open, (str(self.path), "w")


def test_a_pytorch_file_without_a_matrix(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    torch.save({"a": torch.zeros(3), "b": 1}, tmp_path / "v.pt")
    with pytest.raises(W2VError, match="no matrix of floats called 'weight'; it holds 'a', 'b'"):
        read(tmp_path / "v.pt")


# --- safetensors --------------------------------------------------------------------------------


def test_safetensors_reads_ours(tmp_path: Path, vectors: WordVectors) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    write(vectors, tmp_path / "v.safetensors")
    found = safetensors.load_file(tmp_path / "v.safetensors")
    assert list(found) == ["weight"]
    assert same_bits(found["weight"], vectors.matrix)


@pytest.mark.parametrize("name", ["weight", "embedding.weight"])
def test_safetensors_writes(tmp_path: Path, vectors: WordVectors, name: str) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    others = {"bias": np.zeros(3, np.float32), "ids": np.zeros((2, 2), np.int64)}
    path = tmp_path / "v.safetensors"
    safetensors.save_file({name: vectors.matrix, **others}, path, {"note": "{}"})
    (tmp_path / "v.safetensors.vocab.tsv").write_bytes(vectors.words.blob)
    check(read(path), vectors)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
def test_safetensors_of_other_floats(tmp_path: Path, dtype: str) -> None:
    torch = pytest.importorskip("torch")
    safetensors = pytest.importorskip("safetensors.torch")
    weight = torch.randn(2, 3).to(getattr(torch, dtype))
    safetensors.save_file({"weight": weight}, tmp_path / "v.safetensors")
    (tmp_path / "v.safetensors.vocab.tsv").write_text("a\nb\n")
    found = read(tmp_path / "v.safetensors")
    assert same_bits(np.asarray(found.matrix), weight.float().numpy())


# --- NumPy, Arrow, spaCy ------------------------------------------------------------------------


def test_numpy_reads_ours(tmp_path: Path, vectors: WordVectors) -> None:
    for name in ("v.npy", "v.npz"):
        write(vectors, tmp_path / name)
    assert same_bits(np.load(tmp_path / "v.npy", allow_pickle=False), vectors.matrix)
    with np.load(tmp_path / "v.npz", allow_pickle=False) as arrays:
        assert arrays["words"].tolist() == list(vectors.words)
        assert same_bits(arrays["vectors"], vectors.matrix)
        assert arrays["counts"].tolist() == vectors.counts.tolist()  # type: ignore[union-attr]


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_numpy_writes_npy(tmp_path: Path, dtype: str, order: Any) -> None:
    matrix = np.asarray(some_vectors(["a", "b"], 3).matrix.astype(dtype), order=order)
    np.save(tmp_path / "v.npy", matrix)
    (tmp_path / "v.npy.vocab.tsv").write_text("a\t2\nb\t1\n")
    found = read(tmp_path / "v.npy")
    assert same_bits(np.ascontiguousarray(found.matrix), np.ascontiguousarray(matrix, np.float32))
    assert found.counts is not None
    assert found.counts.tolist() == [2, 1]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("words", [np.array(["a", "été"]), np.array([b"a", "été".encode()])])
def test_numpy_writes_npz(tmp_path: Path, save: Any, words: Any) -> None:
    matrix = some_vectors(["a", "b"], 3).matrix
    save(tmp_path / "v.npz", vocabulary=words, table=matrix)
    check(read(tmp_path / "v.npz"), WordVectors(["a", "été"], matrix))


def test_npz_of_pickles_is_not_read(tmp_path: Path) -> None:
    matrix = some_vectors(["a", "b"], 3).matrix
    words = np.array(["a", Evil(tmp_path / "run")], object)
    np.savez(tmp_path / "v.npz", words=words, vectors=matrix)
    with pytest.raises(W2VError, match=r"v\.npz \(words\.npy\): holds \|O of shape"):
        read(tmp_path / "v.npz")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_pyarrow_reads_ours(tmp_path: Path, vectors: WordVectors, name: str) -> None:
    pytest.importorskip("pyarrow")
    found = read_arrow(name, formats_path(tmp_path, vectors, name))
    assert found.column("word").to_pylist() == list(vectors.words)
    assert found.column("count").to_pylist() == vectors.counts.tolist()  # type: ignore[union-attr]
    matrix = np.array(found.column("vector").to_pylist(), np.float32)
    assert same_bits(matrix, vectors.matrix)


def formats_path(folder: Path, vectors: WordVectors, name: str) -> Path:
    write(vectors, folder / f"v.{name}")
    return folder / f"v.{name}"


def read_arrow(name: str, path: Path) -> Any:
    from pyarrow import feather, parquet

    return (parquet if name == "parquet" else feather).read_table(path)


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_pyarrow_writes_plain_lists(tmp_path: Path, vectors: WordVectors, name: str) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    table = pyarrow.table({
        "id": list(range(len(vectors))),
        "token": list(vectors.words),
        "embedding": [row.astype(np.float64).tolist() for row in vectors.matrix],
    })  # fmt: skip
    path = tmp_path / f"v.{name}"
    parquet.write_table(table, path) if name == "parquet" else feather.write_feather(table, path)
    check(read(path), vectors)
    ragged = pyarrow.table({"word": ["a", "b"], "vector": [[1.0, 2.0], [1.0]]})
    parquet.write_table(ragged, tmp_path / "ragged.parquet")
    with pytest.raises(W2VError, match=r"row 2: it holds 1 values, not 2$"):
        read(tmp_path / "ragged.parquet")


def test_without_its_package_a_format_says_what_to_install(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package, name in (("torch", "v.pt"), ("pyarrow", "v.parquet"), ("zstandard", "v.txt.zst")):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(W2VError, match=rf"need(s)? the package {package}; pip install 'w2v\["):
            write(vectors, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_spacy_makes_a_pipeline_of_ours(tmp_path: Path) -> None:
    pytest.importorskip("spacy", reason="spaCy is not installed")
    import subprocess

    vectors = some_vectors(["king", "queen", "été"], 5)
    write(vectors, tmp_path / "v.txt")
    arguments = ["init", "vectors", "en", str(tmp_path / "v.txt"), str(tmp_path / "nlp")]
    subprocess.run([sys.executable, "-m", "spacy", *arguments], check=True, capture_output=True)
    code = "import spacy, sys; print(spacy.load(sys.argv[1]).vocab['été'].vector.tolist())"
    run = [sys.executable, "-c", code, str(tmp_path / "nlp")]
    shown = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    assert np.array_equal(np.array(numbers(shown), np.float32), vectors["été"])


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.strip().strip("[]").split(",")]
