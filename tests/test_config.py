"""TrainConfig: ranges, TOML, and the messages of its errors."""

from pathlib import Path

import pytest

from w2v.config import TrainConfig, read_toml
from w2v.errors import UsageError, W2VError


def test_defaults_are_those_of_the_field() -> None:
    config = TrainConfig()
    assert (config.vector_size, config.window, config.negative) == (100, 5, 5)
    assert (config.sample, config.min_count, config.epochs) == (1e-3, 5, 5)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("vector_size", 0, "vector-size must be from 1 to 65536, not 0"),
        ("vector_size", 2.5, "vector-size must be a whole number, not 2.5"),
        ("sample", float("nan"), "sample must be from 0 to 1, not nan"),
        ("epochs", True, "epochs must be a whole number, not True"),
        ("tokenizer", "letters", "tokenizer must be one of words, whitespace, not 'letters'"),
        ("min_alpha", 1.0, "min-alpha 1 is above alpha 0.025; lower min-alpha"),
    ],
)
def test_a_bad_value_is_named(option: str, value: object, message: str) -> None:
    with pytest.raises(UsageError) as error:
        TrainConfig().replace(**{option: value})
    assert str(error.value) == message


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(UsageError, match="unknown option 'vectorsize'"):
        TrainConfig().replace(vectorsize=5)


def test_toml_takes_dashes_and_whole_numbers_for_floats(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("vector-size = 20\nalpha = 1\n")
    config = TrainConfig().replace(**read_toml(path))
    assert (config.vector_size, config.alpha) == (20, 1.0)


@pytest.mark.parametrize("text", ["vector-size = ", "size = 3\n", "epochs = 0\n", "\xff"])
def test_bad_toml_names_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(W2VError, match=r"bad\.toml"):
        read_toml(path)
