"""The named configurations: each trains and gives its reasons; `default` is the default."""

from pathlib import Path

import pytest

import w2v
from w2v.config import TrainConfig
from w2v.config_files import named_configs, read_toml

NAMED = named_configs()
FILES = list(NAMED.values())


def test_the_promised_files_are_there() -> None:
    assert NAMED.keys() == {
        "default", "small", "large", "word2vec-c", "word2vec-c-cbow", "word2vec-c-hs", "gensim",
        "gensim-cbow", "gensim-hs", "fasttext", "paper-2013"
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_trains(path: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the cat saw the dog and the dog saw a cat\n" * 40)
    vectors = w2v.train(
        text, config=path, vector_size=8, epochs=1, min_count=1, sample=0.0, threads=1
    )
    assert sorted(vectors.words) == ["a", "and", "cat", "dog", "saw", "the"]
    assert vectors.matrix.shape == (6, 8)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_key_is_known_and_has_a_reason(path: Path) -> None:
    options = read_toml(path)  # raises for an unknown key or a value out of range
    TrainConfig().replace(**options)
    lines = path.read_text(encoding="utf-8").splitlines()
    values = [line for line in lines if line and not line.startswith("#")]
    assert len(values) == len(options)
    for line in values:
        assert "#" in line, f"{path.name}: no reason beside {line!r}"


def test_default_toml_is_the_default() -> None:
    options = read_toml("default")
    assert TrainConfig().replace(**options) == TrainConfig()
    unsaid = {name for name, value in TrainConfig().to_dict().items() if value is None}
    assert set(options) == set(TrainConfig().to_dict()) - unsaid
