"""TrainConfig: ranges, TOML, and the messages of its errors."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.config import TrainConfig
from w2v.config_files import merge_options, read_toml
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
        ("alpha", 10**400, "alpha must be from 1e-12 to 100, not 1e+300"),
        ("alpha", "0.1", "alpha must be a number, not '0.1'"),
        ("score_bias", "aut", "score-bias must be a number or 'auto', not 'aut'"),
        ("encoding", 8, "encoding must be text, not 8"),
        ("min_alpha", 1.0, "min-alpha 1 is above alpha 0.0375; lower min-alpha"),
    ],
)
def test_a_bad_value_is_named(option: str, value: object, message: str) -> None:
    with pytest.raises(UsageError) as error:
        TrainConfig().replace(**{option: value})
    assert str(error.value) == message


@pytest.mark.parametrize(("option", "kind"), [("epochs", int), ("encoding", list), ("alpha", int)])
def test_a_number_beyond_all_bounds_is_an_error(option: str, kind: type) -> None:
    value: Any = 10**5000 if kind is int else [10**5000]
    with pytest.raises(UsageError, match=f"{option} must be "):
        TrainConfig().replace(**{option: value})


def test_the_score_bias_follows_the_noise_words() -> None:
    assert TrainConfig().score_bias == -2.5
    assert TrainConfig(negative=15).score_bias == pytest.approx(
        -2.5 * math.log(15) / math.log(5), abs=0.001
    )
    assert str(TrainConfig(negative=1).score_bias) == "0.0"
    assert TrainConfig(loss="hs").score_bias is None


def test_a_score_bias_at_its_default_stays_there() -> None:
    automatic = TrainConfig(negative=15).score_bias
    assert TrainConfig().replace(negative=15).score_bias == automatic
    assert TrainConfig().replace(negative=15, score_bias="auto").score_bias == automatic
    assert TrainConfig().replace(score_bias=-1).replace(negative=15).score_bias == -1.0
    assert TrainConfig().replace(score_bias=-1).replace(score_bias="auto").score_bias == -2.5


def test_dimensions_that_tell_left_from_right_are_a_share_of_all() -> None:
    sizes = {100: 4, 300: 12, 25: 1, 24: 0, 1: 0}
    assert {size: TrainConfig(vector_size=size).directional for size in sizes} == sizes
    assert TrainConfig().replace(vector_size=300).directional == 12
    assert TrainConfig(directional=5).replace(vector_size=300).directional == 5
    assert TrainConfig(directional=5).replace(directional="auto").directional == 4


@pytest.mark.parametrize("other", [{"architecture": "cbow"}, {"loss": "hs"}, {"subwords": True}])
def test_other_models_do_not_tell_left_from_right(other: dict[str, Any]) -> None:
    assert TrainConfig(**other).directional == 0
    assert TrainConfig().replace(**other).directional == 0
    assert TrainConfig(**other, directional=4).directional == 4


def test_only_skip_gram_weighs_context_words_by_distance() -> None:
    assert TrainConfig().distance_exponent == TrainConfig(subwords=True).distance_exponent == 0.5
    assert TrainConfig(loss="hs").distance_exponent == 0.0
    assert TrainConfig(architecture="cbow").distance_exponent is None
    with pytest.raises(UsageError, match="distance-exponent has a meaning only with architecture"):
        TrainConfig(architecture="cbow", distance_exponent=0.0)


def test_skip_gram_with_subwords_has_defaults_of_its_own() -> None:
    with_subwords = TrainConfig(subwords=True)
    assert (with_subwords.alpha, with_subwords.score_bias) == (0.025, -1.25)
    assert TrainConfig(subwords=True, alpha=0.05, score_bias=-2.5).score_bias == -2.5
    assert TrainConfig().replace(subwords=True) == with_subwords
    assert with_subwords.replace(subwords=False) == TrainConfig()
    cbow = TrainConfig(subwords=True, architecture="cbow")
    assert (cbow.alpha, cbow.score_bias) == (0.05, -2.5)
    assert TrainConfig(subwords=True, loss="hs").score_bias is None


def test_whitening_has_a_meaning_for_a_mix_without_subwords() -> None:
    assert TrainConfig().whiten == TrainConfig(loss="hs").whiten == 0.25
    assert TrainConfig(vector_size=50).whiten == 0.25
    assert TrainConfig().replace(vector_size=200).whiten == 0.125
    assert TrainConfig(publish="input").whiten is TrainConfig(subwords=True).whiten is None
    assert TrainConfig().replace(subwords=True).replace(subwords=False).whiten == 0.25
    told = "whiten has no meaning with subwords; leave one of them out"
    with pytest.raises(UsageError, match=f"^{told}$"):
        TrainConfig(subwords=True, whiten=0.25)
    told = "whiten has a meaning only with publish mix; leave it out with publish input"
    with pytest.raises(UsageError, match=f"^{told}$"):
        TrainConfig(publish="input", whiten=0)
    with pytest.raises(UsageError, match=r"^whiten must be from 0 to 1, not 1\.5$"):
        TrainConfig(whiten=1.5)


def test_auto_is_refused_where_the_option_has_no_meaning(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('loss = "hs"\nscore-bias = "auto"\n')
    with pytest.raises(UsageError, match="score-bias has a meaning only with loss ns"):
        TrainConfig().replace(**read_toml(path))


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(UsageError, match="unknown option 'vectorsize'"):
        TrainConfig().replace(vectorsize=5)


def test_toml_accepts_dashes_and_whole_numbers_for_floats(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("vector-size = 20\nalpha = 1\n")
    config = TrainConfig().replace(**read_toml(path))
    assert (config.vector_size, config.alpha) == (20, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "vector-size = ",
        "size = 3\n",
        "epochs = 0\n",
        "\xff",
        "\0",
        "epochs = " + "9" * 5000,
        "a = " + "[" * 5000,
        "epochs = 1\nepochs = 2\n",
        "vector-size = 1\nvector_size = 1\n",
        "alpha = inf\n",
        "alpha = nan\n",
        "seed = 2020-01-01\n",
        "window = []\n",
    ],
)
def test_bad_toml_names_the_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(W2VError, match=r"bad\.toml"):
        read_toml(path)


@given(
    st.dictionaries(
        st.sampled_from(sorted(TrainConfig().to_dict())),
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text("ab-1"), st.just([])
        ),
    )
)
def test_any_value_is_accepted_or_reported(options: dict[str, Any]) -> None:
    try:
        config = TrainConfig().replace(**options)
    except UsageError:
        return
    assert TrainConfig().replace(**config.to_dict()) == config


def test_a_byte_order_mark_is_no_part_of_a_toml_file(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfepochs = 3\r\n")
    assert read_toml(path) == {"epochs": 3}


def test_a_configuration_that_does_not_fit_the_options_is_named() -> None:
    given = {"loss": "hs", "min_alpha": 0.0}
    with pytest.raises(UsageError, match=r"only with loss ns.* \(configuration: word2vec-c\)$"):
        merge_options(given, "word2vec-c")
    for file in (None, "small"):
        with pytest.raises(
            UsageError, match=r"^min-alpha 0.5 is above alpha 0.1; lower min-alpha$"
        ):
            merge_options({"alpha": 0.1, "min_alpha": 0.5}, file)
