"""Model folders with subwords: a round trip, damage, and the same model in fastText's format."""

from __future__ import annotations

import json
import mmap
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference_subwords import bucket_of, ngrams
from subword_folders import (
    ABOUT,
    BUCKETS,
    COMPOSED,
    COUNTS,
    OUTPUTS,
    OWN,
    SHARED,
    TABLES,
    UNSEEN,
    USED,
    WORDS,
    as_dense,
    near,
    write_model,
)
from test_fasttext_subwords import NASTY, OPTIONS, prune, tool, train

from w2v.cli.main import run
from w2v.errors import W2VError
from w2v.formats import files, model_folder
from w2v.formats.files import open_table
from w2v.vectors.embedding import UnknownWordError
from w2v.vectors.word_vectors import WordVectors
from w2v.words.word_list import WordList

pytestmark = pytest.mark.usefixtures("small_blocks")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_model(tmp_path / "m.w2v", mix_weight=0.25)


@pytest.mark.parametrize("mix_weight", [None, 0.25])
def test_a_round_trip(tmp_path: Path, mix_weight: float | None) -> None:
    path = write_model(tmp_path / "m.w2v", mix_weight=mix_weight)
    about = json.loads((path / "model.json").read_text())
    assert about["format_version"] == 3
    assert about["subwords"] == {"min_n": 2, "max_n": 4, "buckets": BUCKETS}
    assert np.array_equal(np.load(path / "words.npy"), OWN)
    numbers = np.load(path / "bucket_numbers.npy")
    assert numbers.dtype == np.int32
    assert numbers.tolist() == sorted(USED.tolist())
    assert np.array_equal(np.load(path / "buckets.npy"), SHARED[numbers])
    assert np.array_equal(np.load(path / "context.npy"), OUTPUTS)
    published = "input" if mix_weight is None else "mix"
    near(np.load(path / "vectors.npy"), TABLES[published])
    for table, wanted in {**TABLES, "published": TABLES[published]}.items():
        vectors = WordVectors.load(path, table=table)
        assert vectors.words == WORDS
        near(vectors.matrix, wanted)
        near(vectors[UNSEEN], COMPOSED)
    outputs = WordVectors.load(path, table="output")
    assert np.array_equal(outputs.matrix, OUTPUTS)
    with pytest.raises(UnknownWordError):
        outputs["kings"]


def test_a_model_without_subwords_keeps_its_format_version(tmp_path: Path) -> None:
    words = WordList.from_strings(WORDS)
    model_folder.write_model(tmp_path / "m.w2v", words, COUNTS, OUTPUTS, OUTPUTS, ABOUT)
    about = json.loads((tmp_path / "m.w2v" / "model.json").read_text())
    assert about["format_version"] == 2
    assert "subwords" not in about
    assert WordVectors.load(tmp_path / "m.w2v").subwords is None


def test_a_tree_has_nodes_and_its_words_have_subwords(tmp_path: Path) -> None:
    path = write_model(tmp_path / "m.w2v", outputs=None, nodes=OUTPUTS[1:])
    assert np.array_equal(model_folder.read_nodes(path), OUTPUTS[1:])
    near(WordVectors.load(path)[UNSEEN], COMPOSED)
    with pytest.raises(W2VError, match="hierarchical softmax"):
        WordVectors.load(path, table="mix")


def test_ngrams_are_mapped_and_not_read(path: Path) -> None:
    rows = open_table(path).subwords
    assert rows is not None
    for array in (rows.own(), rows.ngrams()):
        base: Any = array
        while isinstance(base, np.ndarray):
            base = base.base
        assert isinstance(base.obj if isinstance(base, memoryview) else base, mmap.mmap)


@pytest.mark.parametrize("name", ["buckets.npy", "words.npy"])
def test_rows_that_are_missing_or_damaged_are_named(path: Path, name: str) -> None:
    data = (path / name).read_bytes()
    (path / name).write_bytes(data[:-1])
    with pytest.raises(W2VError, match=rf"{name}: cut short"):
        open_table(path)
    np.save(path / name, OUTPUTS[:3])
    with pytest.raises(W2VError, match=rf"{name}: damaged: it is float32\[3, 6\], not float32"):
        open_table(path)
    (path / name).unlink()
    with pytest.raises(W2VError, match=rf"{name}: No such file or directory$"):
        open_table(path)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (None, "'min_n' of 'subwords' must be a whole number up to 100"),
        ({"min_n": 2, "max_n": 101, "buckets": BUCKETS}, "'max_n' of 'subwords' must be a whole"),
        ({"min_n": 2, "max_n": 4, "buckets": "5"}, "'buckets' of 'subwords' must be a whole"),
        ({"min_n": 2, "max_n": 4, "buckets": 0}, "damaged: n-grams of up to 4 letters in 0 rows"),
        ({"min_n": 2, "max_n": 4, "buckets": 10}, "numbers.npy: damaged: .* rise from 0 to 9$"),
    ],
)
def test_a_false_model_json(path: Path, said: Any, message: str) -> None:
    about = json.loads((path / "model.json").read_text())
    (path / "model.json").write_text(json.dumps({**about, "subwords": said}))
    with pytest.raises(W2VError, match=message):
        open_table(path)


@pytest.mark.parametrize("table", ["published", "input", "sum"])
@pytest.mark.filterwarnings("ignore")
def test_fasttext_and_gensim_give_the_same_vectors(path: Path, table: str) -> None:
    opened = open_table(path, table=table).limit(7)  # fastText cannot store an empty word
    target = path.parent / "m.ftbin"
    files.write(opened, target)
    wanted = TABLES["mix" if table == "published" else table][:7]
    model = tool("fasttext").load_model(str(target))
    assert model.get_words() == WORDS[:7]
    assert model.get_words(include_freq=True)[1].tolist() == COUNTS[:7].tolist()
    near([model.get_word_vector(word) for word in WORDS[:7]], wanted)
    near([model.get_word_vector(word) for word in UNSEEN], COMPOSED)
    assert np.array_equal(model.get_output_matrix(), OUTPUTS[:7])
    gensim = tool("gensim.models.fasttext")
    vectors = gensim.load_facebook_vectors(str(target))
    seen = [word for word in WORDS[:7] if word != "</s>"]  # to which gensim gives n-grams
    near([vectors[word] for word in seen], [wanted[WORDS.index(word)] for word in seen])
    near([vectors[word] for word in UNSEEN], COMPOSED)
    whole = gensim.load_facebook_model(str(target))
    assert (whole.window, whole.epochs, whole.min_count, whole.negative) == (7, 3, 2, 9)
    assert (whole.sg, whole.hs, whole.sample, whole.corpus_total_words) == (0, 0, 0.01, 5000)
    assert np.array_equal(whole.syn1neg, OUTPUTS[:7])


def test_fasttext_has_the_same_nearest_neighbours(path: Path) -> None:
    WordVectors.load(path, limit=6).save(path.parent / "m.ftbin")
    model, ours = tool("fasttext").load_model(str(path.parent / "m.ftbin")), WordVectors.load(path)
    for word in ("kings", "queen"):
        theirs = model.get_nearest_neighbors(word, k=3)
        found = ours.neighbors(word, top=3, restrict_vocab=6)
        assert [name for _, name in theirs] == [name for name, _ in found]
        near([score for score, _ in theirs], [score for _, score in found])


@pytest.mark.parametrize("options", OPTIONS)
def test_a_fasttext_model_becomes_a_folder_and_comes_back(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    model, path = train(tmp_path, **options)
    files.write(open_table(path), tmp_path / "m.w2v")
    vectors = WordVectors.load(tmp_path / "m.w2v")
    near(vectors[NASTY], [model.get_word_vector(word) for word in NASTY])
    near(vectors.matrix, [model.get_word_vector(word) for word in model.get_words()])
    assert np.array_equal(np.load(tmp_path / "m.w2v" / "context.npy"), model.get_output_matrix())
    files.write(open_table(tmp_path / "m.w2v"), tmp_path / "again.ftbin")
    assert (tmp_path / "again.ftbin").read_bytes() == path.read_bytes()


def test_a_pruned_model_becomes_a_folder_without_ngrams(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, path = train(tmp_path)
    prune(path, [1, 2, 3])
    assert run(["export", "-m", str(path), str(tmp_path / "m.w2v")]) == 0
    assert "they are pruned, and only .ftbin keeps such\n" in capsys.readouterr().err
    assert WordVectors.load(tmp_path / "m.w2v").subwords is None


def test_a_mix_is_written_as_a_folder_with_all_its_rows(path: Path) -> None:
    WordVectors.load(path).save(path.parent / "n.w2v")
    for table in (*TABLES, "published"):
        one, other = (WordVectors.load(p, table=table) for p in (path, path.parent / "n.w2v"))
        assert np.array_equal(one.matrix, other.matrix)
        assert np.array_equal(one[UNSEEN], other[UNSEEN])


def test_vectors_save_the_output_rows_of_their_model(path: Path) -> None:
    held = WordVectors.load(path, table="input").in_memory()
    shutil.move(path, path.parent / "elsewhere")
    for vectors in (held, pickle.loads(pickle.dumps(held))):
        near(vectors[UNSEEN], COMPOSED)
        vectors.save(path.parent / "m.npz", overwrite=True)
    outputs = open_table(write_ftbin(held, path.parent / "m.ftbin")).outputs
    assert outputs is not None
    assert np.array_equal(WordVectors.from_table(outputs()).matrix, OUTPUTS[:6])


def write_ftbin(vectors: WordVectors, path: Path) -> Path:
    """The first six words as a fastText model."""
    files.write(vectors.table().limit(6), path)
    return path


def test_a_word_whose_ngrams_are_all_unknown_is_refused(path: Path) -> None:
    vectors = WordVectors.load(path)
    word = next(
        f"{letter}j"
        for letter in "bcdfghlmnpqrstvwxyz"
        if not {bucket_of(ngram, BUCKETS) for ngram in ngrams(f"{letter}j", 2, 4)} & {*USED}
    )
    with pytest.raises(UnknownWordError, match=r"is not .* and none of its n-grams is known"):
        vectors[word]
    assert vectors.get(word) is None


def test_the_commands(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["neighbors", "kings", "-m", str(path), "--top", "1", "--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out)[0]["composed"] == ["kings"]
    assert run(["neighbors", "kings", "-m", str(path), "--no-subwords"]) == 1
    assert "'kings' is not among the 8 words" in capsys.readouterr().err
    assert run(["info", "-m", str(path)]) == 0
    out = capsys.readouterr().out
    told = f"n-grams of 2 to 4 characters in 500 buckets, {len(USED)} of them in use\n"
    assert f"subwords     {told}" in out
    assert run(["info", "-m", str(path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    runs = {"min_n": 2, "max_n": 4, "buckets": 500}
    assert facts["subwords"] == {**runs, "stored_buckets": len(USED)}
    assert run(["info", "-m", str(as_dense(path))]) == 0
    assert "in 500 buckets\n" in capsys.readouterr().out
