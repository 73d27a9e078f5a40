"""Files that gensim's save() wrote: recognised, and converted as the advice says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from asking import Command

import w2v

SENTENCES = [["one", "two", "three"] * 5] * 20


@pytest.mark.parametrize(
    ("kind", "name", "vectors"),
    [("Word2Vec", "x.model", ".wv"), ("FastText", "x.model", ".wv"), ("KeyedVectors", "x.kv", "")],
)
def test_a_gensim_file_gets_a_line_that_converts_it(
    kind: str,
    name: str,
    vectors: str,
    ask: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models: Any = pytest.importorskip("gensim.models")
    monkeypatch.chdir(tmp_path)
    if kind == "KeyedVectors":
        models.Word2Vec(SENTENCES, vector_size=5).wv.save(name)
    else:
        more = {"bucket": 100} if kind == "FastText" else {}
        getattr(models, kind)(SENTENCES, vector_size=5, **more).save(name)
    said = ask("neighbors", "one", "-m", name)
    code = (
        f'from gensim.models import {kind}; {kind}.load("{name}"){vectors}'
        '.save_word2vec_format("x.bin", binary=True)'
    )
    assert (said.out, said.code) == ("", 1)
    assert said.err == (
        f"w2v: {name}: a file of gensim's own, which only gensim can open\n"
        f"w2v: convert it once, in Python: {code}\n"
    )
    exec(compile(code, name, "exec"), {})
    assert sorted(w2v.load("x.bin").words) == ["one", "three", "two"]


def test_another_pickle_is_of_no_known_format(ask: Command, tmp_path: Path) -> None:
    import pickle

    (tmp_path / "x.pkl").write_bytes(pickle.dumps({"a": sys.version}))
    said = ask("neighbors", "one", "-m", str(tmp_path / "x.pkl"))
    assert said.err.startswith(f"w2v: {tmp_path / 'x.pkl'}: not a known format; known are ")
    assert said.err.count("\n") == 1
