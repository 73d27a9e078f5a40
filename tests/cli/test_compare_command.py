"""w2v compare and w2v align: two models, and what keeps them apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from asking import Command

from w2v.vectors.alignment import align, moves
from w2v.vectors.word_vectors import WordVectors

WORDS = [f"w{i}" for i in range(30)]


@pytest.fixture
def models(tmp_path: Path) -> tuple[str, str]:
    """Two models that differ by a rotation, a little noise, and two words that moved."""
    random = np.random.default_rng(0)
    old = random.normal(size=(30, 4))
    new = old @ np.linalg.qr(random.normal(size=(4, 4)))[0] + random.normal(size=(30, 4)) * 0.05
    new[[7, 9]] = -new[[7, 9]]
    counts = np.arange(1030, 1000, -1)
    paths = []
    for name, rows, number in ("old", old, counts), ("new", new, counts * 10):
        path = tmp_path / f"{name}.w2v"
        WordVectors(WORDS, rows.astype(np.float32), number).save(path)
        paths.append(str(path))
    return paths[0], paths[1]


def test_the_words_that_moved_are_listed_first(ask: Command, models: tuple[str, str]) -> None:
    said = ask("compare", *models, "--top", "2")
    old, new = map(WordVectors.load, models)
    found = align(old, new)
    first, second = moves(old, new, found, top=2)
    assert {first.word, second.word} == {"w7", "w9"}
    assert said.out == (
        "word   cosine  old count  new count\n"
        f"{first.word}    {first.cosine:.4f}      {first.old_count:,}     {first.new_count:,}\n"
        f"{second.word}    {second.cosine:.4f}      {second.old_count:,}     {second.new_count:,}\n"
    )
    assert (said.err, said.code) == (f"30 shared words, mean cosine {found.mean_cosine:.4f}\n", 0)


def test_words_and_json(ask: Command, models: tuple[str, str]) -> None:
    answer = ask("compare", *models, "w3", "w7", "--json").json()
    old, new = map(WordVectors.load, models)
    found = align(old, new)
    assert answer == {
        "old": models[0],
        "new": models[1],
        "shared_words": 30,
        "mean_cosine": found.mean_cosine,
        "words": [move._asdict() for move in moves(old, new, found, ["w3", "w7"])],
    }
    some = ask("compare", *models, "--restrict-vocab", "10", "--json").json()
    assert some["shared_words"] == 10
    assert len(some["words"]) == 10


def test_without_counts_there_are_no_such_columns(
    ask: Command, models: tuple[str, str], tmp_path: Path
) -> None:
    WordVectors.load(models[0]).save(tmp_path / "old.txt")
    said = ask("compare", str(tmp_path / "old.txt"), models[1], "w3")
    assert said.out.startswith("word  cosine\nw3    0.9")


def test_align_writes_the_first_in_the_space_of_the_second(
    ask: Command, models: tuple[str, str], tmp_path: Path
) -> None:
    old, new = map(WordVectors.load, models)
    found = align(old, new)
    for name, kind in ("out.w2v", "w2v"), ("out.bin", "word2vec-bin"):
        path = tmp_path / name
        said = ask("align", *models, "-o", str(path))
        assert said == (
            "",
            f"wrote 30 words by 4 to {path} ({kind}); mean cosine {found.mean_cosine:.4f} over "
            "30 shared words\n",
            0,
        )
        rotated = WordVectors.load(path)
        np.testing.assert_allclose(rotated.matrix, old.matrix @ found.rotation, atol=1e-6)
        assert rotated.similarity("w1", "w2") == pytest.approx(old.similarity("w1", "w2"), abs=1e-6)
    again = ask("align", *models, "-o", str(path))
    assert "out.bin exists; give --overwrite to replace it" in again.err
    assert again.code == 1
    assert ask("align", *models, "-o", str(path), "--overwrite").code == 0


@pytest.mark.parametrize("command", ["compare", "align"])
def test_models_that_cannot_be_compared_are_reported(
    ask: Command, models: tuple[str, str], tmp_path: Path, command: str
) -> None:
    output = ["-o", str(tmp_path / "out.w2v")] if command == "align" else []
    said = ask(command, models[0], str(ask.model), *output)
    assert said.out == ""
    assert said.err.startswith("w2v: vectors of 4 and 5 dimensions cannot be aligned")
    assert ask(command, models[0], "none.w2v", *output).err.startswith("w2v: none.w2v: ")
    assert not (tmp_path / "out.w2v").exists()


def test_a_word_that_is_not_shared_is_reported(ask: Command, models: tuple[str, str]) -> None:
    assert ask("compare", *models, "w99").err.startswith("w2v: 'w99' is not among the 30 words")


def test_tables_are_chosen_as_elsewhere(ask: Command, models: tuple[str, str]) -> None:
    said = ask("compare", *models, "--vectors", "output")
    assert said.code == 1
    assert "holds only input vectors" in said.err
