"""The four models, and directional vectors: each trains, stops and resumes, and is what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference import huffman
from running import digests, some_text

import w2v
from w2v.formats import model_folder
from w2v.formats.files import open_table

OPTIONS = ["--vector-size=20", "--min-count=1", "--sample=0.01", "--epochs=4"]
MODELS = {
    "skipgram-ns": ["--architecture=skipgram", "--loss=ns"],
    "skipgram-hs": ["--loss=hs"],
    "cbow-ns": ["--architecture=cbow"],
    "cbow-word2vec": ["--architecture=cbow", "--cbow-update=word2vec", "--score-bias=-1"],
    "cbow-hs": ["--architecture=cbow", "--loss=hs"],
    "directional": ["--directional=4"],
    "subwords": ["--subwords=true", "--buckets=500"],
    "subwords-hs": ["--subwords=true", "--loss=hs", "--min-n=2"],
    "subwords-cbow-ns": ["--subwords=true", "--architecture=cbow", "--max-n=4"],
    "subwords-cbow-hs": ["--subwords=true", "--architecture=cbow", "--loss=hs"],
    "subwords-directional": ["--subwords=true", "--directional=4"],
}
HIERARCHICAL = pytest.mark.parametrize("model", [name for name in MODELS if name.endswith("hs")])


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(6000))
    return path


class StopAt:
    """Asks a run to stop the n-th time that it is asked."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def options(model: str, **more: Any) -> dict[str, Any]:
    """A model's options as keywords."""
    pairs = (option[2:].split("=") for option in [*OPTIONS, *MODELS[model]])
    found: dict[str, Any] = {}
    for name, value in pairs:
        try:
            found[name.replace("-", "_")] = json.loads(value)
        except ValueError:
            found[name.replace("-", "_")] = value
    return {**found, **more}


@pytest.mark.parametrize("model", MODELS)
def test_a_run_that_stops_and_continues_ends_in_the_same_bytes(
    tmp_path: Path, text: Path, model: str
) -> None:
    given = options(model, threads=1, checkpoint_every=1e-9)
    w2v.train(text, tmp_path / "whole", **given)
    with pytest.raises(w2v.Stopped):
        w2v.train(text, tmp_path / "parts", stop=StopAt(20), **given)
    w2v.train(text, tmp_path / "parts", resume=True, **given)
    assert digests(tmp_path / "parts") == digests(tmp_path / "whole")


@pytest.mark.parametrize("model", MODELS)
def test_every_word_is_trained_on_several_threads(tmp_path: Path, text: Path, model: str) -> None:
    vectors = w2v.train(text, tmp_path / "m", threads=3, **options(model))
    log = [json.loads(line) for line in (tmp_path / "m" / "train.jsonl").read_text().splitlines()]
    reports = [line for line in log if line["event"] == "report"]
    assert reports[-1]["words"] == reports[-1]["total_words"] > 0
    assert np.isfinite(vectors.matrix).all()
    assert vectors.matrix.any(axis=1).all()


@pytest.mark.parametrize("model", MODELS)
def test_the_loss_falls_from_that_of_guessing(tmp_path: Path, text: Path, model: str) -> None:
    """At first every decision is even: the loss is log 2 for each noise word, or turn."""
    alpha = 0.05 if model.startswith("subwords") else 0.2  # these words share most n-grams
    given = options(model, threads=1, epochs=30, alpha=alpha)
    given.pop("score_bias", None)
    w2v.train(text, tmp_path / "m", **given)
    losses = json.loads((tmp_path / "m" / "model.json").read_text())["epoch_losses"]
    turns = np.log2(200) + 1 if model.endswith("hs") else 6
    assert 0 < losses[-1] < losses[0] < turns * np.log(2)


@HIERARCHICAL
def test_a_tree_has_nodes_and_no_output_vectors(tmp_path: Path, text: Path, model: str) -> None:
    path = tmp_path / "m"
    words = len(w2v.train(text, path, **options(model)).words)
    assert np.load(path / "context.npy").shape == (words - 1, 20)
    nodes = model_folder.read_nodes(path)
    assert nodes is not None
    assert nodes.any(axis=1).all()
    about = json.loads((path / "model.json").read_text())
    assert about["output_rows"] == "nodes"
    assert about["config"]["negative"] is None
    assert open_table(path).outputs is None
    for table in ("output", "sum"):
        with pytest.raises(w2v.W2VError) as caught:
            w2v.load(path, table=table)
        assert str(caught.value) == (
            f"{path} was trained with hierarchical softmax, which stores no output vectors of "
            f"words; leave out table {table}"
        )


@HIERARCHICAL
def test_a_tree_publishes_inputs_mixed_with_what_the_paths_say(
    tmp_path: Path, text: Path, model: str
) -> None:
    given = options(model, threads=1)
    unwhitened: dict[str, Any] = {} if model.startswith("subwords") else {"whiten": 0}
    mixed = w2v.train(text, tmp_path / "mix", mix_weight=0.75, **unwhitened, **given)
    plain = w2v.train(text, tmp_path / "plain", publish="input", **given)
    nodes = np.load(tmp_path / "mix" / "context.npy").astype(np.float64)
    assert np.array_equal(np.load(tmp_path / "plain" / "context.npy"), nodes)
    assert np.array_equal(w2v.load(tmp_path / "mix", table="input").matrix, plain.matrix)
    assert mixed.counts is not None
    for word, path in enumerate(huffman(mixed.counts.tolist())):
        shares = 0.8 ** np.arange(len(path))[::-1]
        said = sum(
            share * (1 - 2 * code) * nodes[node]
            for share, (node, code) in zip(shares / shares.sum(), path, strict=True)
        )
        assert mixed.matrix[word] == pytest.approx(plain.matrix[word] + 0.75 * said, abs=1e-6)


@HIERARCHICAL
def test_a_tree_of_the_same_words_starts_from_its_nodes(
    tmp_path: Path, text: Path, model: str
) -> None:
    """With a rate of almost nothing the new model is the old one."""
    given = options(model, threads=1)
    w2v.train(text, tmp_path / "old", **given)
    w2v.train(text, tmp_path / "new", init=tmp_path / "old", **given, alpha=1e-12, min_alpha=0)
    old, new = (model_folder.read_nodes(tmp_path / name) for name in ("old", "new"))
    assert old is not None
    assert new is not None
    np.testing.assert_allclose(new, old, atol=1e-9)


@pytest.mark.parametrize("start", ["hs", "ns"])
def test_another_tree_starts_from_the_input_vectors_alone(
    tmp_path: Path, text: Path, start: str
) -> None:
    given = options("skipgram-hs", threads=1)
    w2v.train(text, tmp_path / "old", **{**given, "loss": start})
    if start == "hs":  # as many words, with other counts
        text.write_text(text.read_text() + "word0 word1\n")
    never = {"alpha": 1e-12, "min_alpha": 0}
    w2v.train(text, tmp_path / "new", init=tmp_path / "old", **given, **never)
    old, new = (w2v.load(tmp_path / name, table="input") for name in ("old", "new"))
    np.testing.assert_allclose(new["word3"], old["word3"], atol=1e-9)
    nodes = model_folder.read_nodes(tmp_path / "new")
    assert nodes is not None
    assert np.abs(nodes).max() < 1e-6


def test_negative_sampling_starts_from_a_trees_input_vectors(tmp_path: Path, text: Path) -> None:
    given = options("skipgram-ns", threads=1)
    w2v.train(text, tmp_path / "old", **{**given, "loss": "hs"})
    never = {"alpha": 1e-12, "min_alpha": 0}
    w2v.train(text, tmp_path / "new", init=tmp_path / "old", **given, **never)
    old, new = (w2v.load(tmp_path / name, table="input") for name in ("old", "new"))
    np.testing.assert_allclose(new.matrix, old.matrix, atol=1e-9)
    assert np.abs(np.load(tmp_path / "new" / "context.npy")).max() < 1e-6
