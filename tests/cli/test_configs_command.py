"""w2v configs: it lists the configurations that come with w2v, and prints one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from asking import Command, Said

from w2v.config_files import merge_options, named_configs
from w2v.errors import W2VError


def test_configurations_are_listed_with_their_purpose(ask: Command) -> None:
    said = ask("configs")
    assert (said.err, said.code) == ("", 0)
    lines = dict(line.split(maxsplit=1) for line in said.out.splitlines())
    assert lines.keys() == named_configs().keys()
    assert lines["small"] == "For a small corpus: up to a few million words."


def test_one_is_printed_unchanged(ask: Command, tmp_path: Path) -> None:
    said = ask("configs", "small")
    assert said == Said(named_configs()["small"].read_text(encoding="utf-8"), "", 0)
    assert tomllib.loads(said.out)["epochs"] == 20
    assert ask("configs", "smal").err == (
        "w2v: Invalid value for '[NAME]': 'smal' is not one of 'default', 'fasttext', "
        "'gensim', 'gensim-cbow', 'gensim-hs', 'large', 'paper-2013', 'small', 'word2vec-c', "
        "'word2vec-c-cbow', 'word2vec-c-hs'. See 'w2v configs --help'.\n"
    )


def test_a_configuration_is_used_by_name(
    ask: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert merge_options({}, "small").epochs == 20
    assert merge_options({"epochs": 3}, "small").epochs == 3
    (tmp_path / "small").write_text("epochs = 7\n")
    assert merge_options({}, "small").epochs == 7, "a file of that name is meant first"
    with pytest.raises(W2VError) as error:
        merge_options({}, "smaal")
    assert str(error.value) == (
        "smaal: no such file, and no such configuration: known are default, fasttext, gensim, "
        "gensim-cbow, gensim-hs, large, paper-2013, small, word2vec-c, word2vec-c-cbow, "
        "word2vec-c-hs"
    )
    with pytest.raises(W2VError, match=r"^smaal\.toml: No such file or directory$"):
        merge_options({}, "smaal.toml")
