"""What a model publishes: its input vectors, or their mix with the output vectors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
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
    vectors = w2v.train(text, mix, publish="mix", mix_weight=0.5, **OPTIONS)
    inputs, outputs = np.load(plain / "vectors.npy"), np.load(plain / "context.npy")
    assert np.abs(outputs).max() > 0
    assert np.array_equal(vectors.matrix, inputs + np.float32(0.5) * outputs)
    assert np.array_equal(np.load(mix / "words.npy"), inputs)
    assert np.array_equal(np.load(mix / "context.npy"), outputs)
    assert not (plain / "words.npy").exists()
    about = json.loads((mix / "model.json").read_text())
    assert (about["published"], about["config"]["mix_weight"]) == ("mix", 0.5)


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
