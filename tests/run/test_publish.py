"""What a model publishes: its input vectors, or their whitened mix with the output vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference import whitened
from running import some_text

import w2v

OPTIONS = {"vector_size": 12, "min_count": 1, "epochs": 2, "threads": 1, "checkpoint_every": 0}


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(3000))
    return path


def test_the_mix_is_published_and_both_trained_tables_stay(text: Path, tmp_path: Path) -> None:
    plain, mix = tmp_path / "plain.w2v", tmp_path / "mix.w2v"
    w2v.train(text, plain, publish="input", **OPTIONS)
    vectors = w2v.train(text, mix, mix_weight=0.5, whiten=0, **OPTIONS)
    inputs, outputs = np.load(plain / "vectors.npy"), np.load(plain / "context.npy")
    assert np.abs(outputs).max() > 0
    assert np.array_equal(vectors.matrix, inputs + np.float32(0.5) * outputs)
    assert np.array_equal(np.load(mix / "words.npy"), inputs)
    assert np.array_equal(np.load(mix / "context.npy"), outputs)
    assert not (plain / "words.npy").exists()
    about = json.loads((mix / "model.json").read_text())
    assert (about["published"], about["config"]["mix_weight"]) == ("mix", 0.5)
    assert about["config"]["whiten"] == 0


@pytest.mark.parametrize("amount", [None, 1.0])
@pytest.mark.parametrize("model", [{}, {"architecture": "cbow"}, {"loss": "hs"}])
def test_the_mix_is_whitened_and_what_was_trained_is_not(
    text: Path, tmp_path: Path, model: dict[str, str], amount: float | None
) -> None:
    plain, white = tmp_path / "plain.w2v", tmp_path / "white.w2v"
    mix = w2v.train(text, plain, whiten=0, **model, **OPTIONS)
    published = w2v.train(text, white, whiten=amount, **model, **OPTIONS)
    wanted = whitened(mix.matrix, mix.counts, 0.25 if amount is None else amount, len(mix.words))
    np.testing.assert_allclose(published.matrix, wanted, atol=2e-5 * np.abs(wanted).max())
    assert np.abs(published.matrix - mix.matrix).max() > 1e-3 * np.abs(wanted).max()
    for name in ("words.npy", "context.npy", "vocab.tsv"):
        assert (white / name).read_bytes() == (plain / name).read_bytes()
    if model.get("loss") != "hs":
        assert np.array_equal(w2v.load(white, table="mix").matrix, mix.matrix)
    about = json.loads((white / "model.json").read_text())
    assert (about["published"], about["config"]["whiten"]) == ("mix", amount or 0.25)


def test_the_same_seed_publishes_the_same_bytes(text: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        w2v.train(text, tmp_path / name, **OPTIONS)
    first, second = ((tmp_path / name / "vectors.npy").read_bytes() for name in ("first", "second"))
    assert first == second


def test_with_subwords_nothing_is_whitened(text: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"subwords": True, "buckets": 100, **OPTIONS}
    vectors = w2v.train(text, tmp_path / "m", **options)
    assert np.array_equal(vectors.matrix, w2v.load(tmp_path / "m", table="mix").matrix)
    assert json.loads((tmp_path / "m" / "model.json").read_text())["config"]["whiten"] is None


def test_training_starts_from_the_trained_table_not_from_the_mix(
    text: Path, tmp_path: Path
) -> None:
    for name in ("input", "mix"):
        w2v.train(text, tmp_path / name, publish=name, **OPTIONS)
    ends = [
        w2v.train(text, init=tmp_path / name, publish="input", **OPTIONS).matrix
        for name in ("input", "mix")
    ]
    assert np.array_equal(*ends)


def test_a_resumed_run_publishes_the_mix_too(text: Path, tmp_path: Path) -> None:
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > 4

    options = {**OPTIONS, "checkpoint_every": 10, "publish": "mix"}
    whole = w2v.train(text, tmp_path / "whole", **options).matrix
    with pytest.raises(w2v.W2VError, match="resume=True continues"):
        w2v.train(text, tmp_path / "m", stop=stop, **options)
    assert np.array_equal(w2v.train(text, tmp_path / "m", resume=True, **options).matrix, whole)


@pytest.mark.parametrize("format", ["vec", "npy", "ftbin"])
def test_an_export_holds_what_is_published(text: Path, tmp_path: Path, format: str) -> None:
    mix = w2v.train(text, tmp_path / "m", publish="mix", **OPTIONS)
    mix.save(tmp_path / f"v.{format}")
    assert np.array_equal(w2v.load(tmp_path / f"v.{format}").matrix, mix.matrix)
