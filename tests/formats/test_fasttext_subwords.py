"""fastText models with subwords: those of the real tool, read and written back as they were."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_vectors import tool

from w2v.errors import W2VError
from w2v.formats import files
from w2v.formats.files import open_table
from w2v.formats.table_changes import normalise, replace_spaces, select_words
from w2v.words.subwords import find_buckets
from w2v.words.word_list import WordList

NASTY = [
    *["dogs", "undogly", "a", "é", "½", "日本語", "👩‍👩‍👧‍👧", "🏳️‍🌈", "e\u0301tude", "مَرْحَبًا"],
    *["ß" * 40, "x" * 1000, "日" * 1000, "<", ">", "<>", "</s", "\N{ZERO WIDTH JOINER}", "\u0301"],
]
"""Words that no model here has seen."""


def train(folder: Path, **options: Any) -> tuple[Any, Path]:
    """A model of the real tool and its file."""
    fasttext = tool("fasttext")
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdeéß日本語ж𐍈", k=rng.randint(2, 12))) for _ in range(200)]
    text = "\n".join(" ".join(rng.choices(words, k=10)) for _ in range(500))
    (folder / "corpus.txt").write_text(text + "\n", encoding="utf-8")
    # Ten threads and dimensions by tens: fastText 0.9.3 initializes only whole tenths of a table.
    usual = {"minCount": 2, "epoch": 1, "thread": 10, "bucket": 1000, "dim": 10, "verbose": 0}
    model = fasttext.train_unsupervised(str(folder / "corpus.txt"), **{**usual, **options})
    path = folder / "m.bin"
    model.save_model(str(path))
    return model, path


OPTIONS = [
    {"model": "skipgram", "minn": 3, "maxn": 6},
    {"model": "cbow", "minn": 1, "maxn": 3, "loss": "hs", "dim": 20, "ws": 7},
    {"model": "skipgram", "minn": 0, "maxn": 4, "neg": 9, "t": 1e-3},
]


@pytest.mark.parametrize(("minn", "maxn"), [(3, 6), (1, 2), (5, 5)])
def test_the_buckets_of_nasty_words_are_fasttexts(tmp_path: Path, minn: int, maxn: int) -> None:
    model, _ = train(tmp_path, minn=minn, maxn=maxn)
    n_words = len(model.get_words())
    table = open_table(tmp_path / "m.bin")
    assert table.subwords is not None
    for word in NASTY:
        _, ids = model.get_subwords(word)
        listed = WordList.from_strings([word])
        buckets, _ = find_buckets(listed, 0, 1, table.subwords.subwords)
        assert (buckets + n_words).tolist() == ids.tolist(), word


@pytest.mark.parametrize("options", OPTIONS)
def test_unseen_words_have_fasttexts_vectors(tmp_path: Path, options: dict[str, Any]) -> None:
    model, path = train(tmp_path, **options)
    subwords = open_table(path).subwords
    assert subwords is not None
    vectors, _ = subwords.compose(NASTY)
    wanted = np.array([model.get_word_vector(word) for word in NASTY])
    np.testing.assert_allclose(vectors, wanted, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("options", OPTIONS)
def test_what_is_written_is_what_was_read(tmp_path: Path, options: dict[str, Any]) -> None:
    _, path = train(tmp_path, **options)
    files.write(open_table(path), tmp_path / "o.ftbin")
    assert (tmp_path / "o.ftbin").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("options", OPTIONS)
def test_fasttext_opens_what_is_written(tmp_path: Path, options: dict[str, Any]) -> None:
    model, path = train(tmp_path, **options)
    table = open_table(path)
    some = list(table.words)[3:40:2]
    files.write(select_words(table, some)[0], tmp_path / "o.ftbin")
    ours = tool("fasttext").load_model(str(tmp_path / "o.ftbin"))
    assert ours.get_words() == some
    for word in [*some, *NASTY]:
        np.testing.assert_allclose(
            ours.get_word_vector(word), model.get_word_vector(word), rtol=1e-6, atol=1e-7
        )
    rows = [model.get_words().index(word) for word in some]
    assert np.array_equal(ours.get_output_matrix(), model.get_output_matrix()[rows])


@pytest.mark.parametrize("options", OPTIONS[:2])
@pytest.mark.filterwarnings("ignore")
def test_gensim_opens_what_is_written(tmp_path: Path, options: dict[str, Any]) -> None:
    model, path = train(tmp_path, **options)
    gensim = tool("gensim.models.fasttext")
    files.write(open_table(path).limit(50), tmp_path / "o.ftbin")
    vectors = gensim.load_facebook_vectors(str(tmp_path / "o.ftbin"))
    words = model.get_words()[:50]
    assert vectors.index_to_key == words
    for word in [*words, *NASTY]:
        if word != "</s>":  # which gensim gives n-grams
            np.testing.assert_allclose(
                vectors[word], model.get_word_vector(word), rtol=1e-6, atol=1e-6
            )
    whole = gensim.load_facebook_model(str(tmp_path / "o.ftbin"))
    assert whole.wv.vectors.shape == (50, model.get_dimension())
    assert whole.window == options.get("ws", 5)


def test_options_and_output_rows_are_kept(tmp_path: Path) -> None:
    model, path = train(tmp_path, **OPTIONS[1])
    table = open_table(path)
    about = table.about["fasttext"]
    assert (about["loss"], about["model"]) == (1, 1)
    assert (about["ws"], about["minn"], about["maxn"]) == (7, 1, 3)
    assert about["tokens"] == 5500  # a word and a line end count alike
    assert table.outputs is not None
    outputs = table.outputs().matrix
    assert outputs is not None
    assert np.array_equal(outputs(), model.get_output_matrix())


def test_changes_that_ngrams_cannot_follow_leave_them_out(tmp_path: Path) -> None:
    _, path = train(tmp_path)
    table = open_table(path)
    assert table.limit(5).subwords is not None
    assert replace_spaces(table, "_").subwords is not None  # no word was changed
    assert normalise(table).subwords is None


def prune(path: Path, keep: list[int], listed: list[int] | None = None) -> None:
    """Keep only the n-grams of some buckets, as fastText's pruning does; `listed` is a lie."""
    data = path.read_bytes()
    size, bucket = (struct.unpack_from("<i", data, place)[0] for place in (8, 40))
    n_words = struct.unpack_from("<i", data, 68)[0]
    start = data.index(struct.pack("<?2q", False, n_words + bucket, size))
    rows = np.frombuffer(data, "<f4", (n_words + bucket) * size, start + 17).reshape(-1, size)
    left = np.concatenate([rows[:n_words], rows[n_words:][keep]])
    pairs = np.array([(bucket, row) for row, bucket in enumerate(listed or keep)], "<i4")
    head = bytearray(data[:start])
    struct.pack_into("<q", head, 84, len(keep))
    shape = struct.pack("<?2q", False, len(left), size)
    rest = data[start + 17 + rows.nbytes :]
    path.write_bytes(bytes(head) + pairs.tobytes() + shape + left.tobytes() + rest)


def test_a_pruned_model(tmp_path: Path) -> None:
    from reference_subwords import bucket_of, compose, ngrams

    model, path = train(tmp_path)
    keep = [900, 3, *range(100, 400), 7]
    rows = model.get_input_matrix()
    prune(path, keep)
    table = open_table(path)
    assert table.subwords is not None
    words = list(table.words)
    found = np.concatenate(list(table.blocks()))
    composed, counts = table.subwords.compose(NASTY)
    for i, word in enumerate([*words, *NASTY]):
        buckets = [bucket_of(ngram, 1000) for ngram in ngrams(word, 3, 6)]
        parts = [rows[len(words) + bucket] for bucket in buckets if bucket in keep]
        if i < len(words):
            np.testing.assert_allclose(found[i], compose([rows[i], *parts], 10), atol=1e-5)
        else:
            np.testing.assert_allclose(composed[i - len(words)], compose(parts, 10), atol=1e-5)
            assert counts[i - len(words)] == len(parts)
    files.write(table, tmp_path / "o.ftbin")
    again = open_table(tmp_path / "o.ftbin")
    assert again.subwords is not None
    assert np.array_equal(again.subwords.compose(NASTY)[0], composed)


@pytest.mark.parametrize("listed", [[5, 5], [1000, 1], [-1, 1]])
def test_a_pruned_model_that_lies(tmp_path: Path, listed: list[int]) -> None:
    _, path = train(tmp_path)
    prune(path, [1, 2], listed)
    with pytest.raises(W2VError, match="damaged: its pruned n-grams are out of range"):
        open_table(path)
