"""Vectors that stop being finite are reported, and extreme options train or are refused."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import Train, call, last_line, some_text

import w2v
from w2v.run import new_state
from w2v.run.checkpoint import find_checkpoints, load_checkpoint
from w2v.run.observer import Observer
from w2v.training import trainer
from w2v.training.state import empty_state
from w2v.training.trainer import Report

FINITE = (
    "training diverged: the vectors are no longer finite numbers; "
    "lower --alpha (0.025 is usual), and check whether the corpus repeats a few words endlessly"
)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(3000))
    return path


@pytest.mark.parametrize(
    "options",
    [
        "--alpha 10 --epochs 3",
        "--alpha 100 --min-alpha 100 --epochs 5",
        "--alpha 1e-12 --min-alpha 0",
        "--window 1000",
        "--window 10000 --vector-size 4",
        "--negative 1000 --vector-size 4 --epochs 1",
        "--negative 10000 --vector-size 1 --epochs 1",
        "--vector-size 1",
        "--vector-size 4096 --epochs 1 --whiten 0",
        "--threads 64",
        "--threads 1024 --vector-size 1 --epochs 2",
        "--sample 1e-300",
        "--sample 0",
        "--sample 1",
        "--max-vocab 2",
        "--max-sentence 2",
        "--noise-exponent 10",
        "--noise-exponent -10",
        "--noise-exponent 0",
        f"--seed {2**63 - 1}",
        "--epochs 200",
        "--window 1000 --negative 1000 --vector-size 64 --epochs 1 --max-sentence 100000",
    ],
)
def test_extreme_options_train_or_are_refused(
    tmp_path: Path, text: Path, train: Train, options: str
) -> None:
    arguments = ["--min-count", "1", "--vector-size", "16", *options.split()]
    if "--negative 10000" in options:
        text.write_text(some_text(150))
    words = set(text.read_text().split())
    code, err = train("train", text, "-o", tmp_path / "m", *arguments)
    if code:
        assert last_line(err) == f"w2v: {FINITE}"
        assert "--alpha" in options or "--negative 10000" in options
        assert sorted(os.listdir(tmp_path)) in (["text"], ["m.run", "text"])
        return
    vectors = w2v.load(tmp_path / "m").matrix
    assert np.isfinite(vectors).all()
    assert len(vectors) == (2 if "max-vocab" in options else len(words))
    assert sorted(os.listdir(tmp_path)) == ["m", "text"]


def test_the_largest_options_are_refused_for_want_of_memory(text: Path, train: Train) -> None:
    arguments = "--window 10000 --negative 10000 --vector-size 65536 --threads 1024 --min-count 1"
    code, err = train("train", text, "-o", text.with_name("m"), *arguments.split())
    assert code == 1
    assert "fewer --threads, a smaller --window or fewer --negative need less" in last_line(err)


def test_words_that_all_differ(tmp_path: Path, train: Train) -> None:
    text = tmp_path / "text"
    text.write_text("\n".join(f"a{n} b{n} c{n}" for n in range(20_000)))
    code, err = train("train", text, "-o", tmp_path / "m", "--min-count", "1", "--epochs", "2")
    assert code == 0, err
    vectors = w2v.load(tmp_path / "m")
    assert len(vectors.words) == 60_000
    assert np.isfinite(vectors.matrix).all()


def test_two_words(tmp_path: Path, train: Train) -> None:
    text = tmp_path / "text"
    text.write_text("yes no yes yes no no\n" * 2000)
    code, err = train("train", text, "-o", tmp_path / "m", "--threads", "2")
    assert code == 0, err
    assert np.isfinite(w2v.load(tmp_path / "m").matrix).all()


class Poison(Observer):
    """Spoils a table after some training."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int, row: int) -> None:
        self.left, self.row = after, row
        self.state: Any = None
        make = new_state.initial_state

        def keep(*arguments: Any) -> Any:
            self.state = make(*arguments)
            return self.state

        monkeypatch.setattr(new_state, "initial_state", keep)

    def trained(self, report: Report) -> None:
        self.left -= 1
        if self.left == 0:
            self.state.outputs[self.row] = np.nan


@pytest.mark.parametrize("row", [0, 150])
def test_a_run_that_diverges_keeps_the_last_good_checkpoint(
    tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch, row: int
) -> None:
    """Poisoned after the report of the second epoch's end: only the first's state was good."""
    options: dict[str, Any] = {"min_count": 1, "vector_size": 16, "threads": 1, "epochs": 5}
    with pytest.raises(w2v.W2VError) as caught:
        w2v.train(text, tmp_path / "m", observer=Poison(monkeypatch, 2, row), **options)
    work = tmp_path / "m.run"
    message = FINITE.replace("--alpha", "alpha")
    assert str(caught.value) == f"{message}; the last good checkpoint is kept in {work}"
    (newest,) = find_checkpoints(work)
    about = json.loads((newest / "state.json").read_text())["state"]
    assert len(about["epoch_losses"]) == 1
    ((words, _, width),) = about["shapes"]
    fresh = empty_state(words, words, width)
    state, notes = load_checkpoint(work, about["identity"], fresh)
    assert state is not None
    assert notes == []
    assert np.isfinite(state.inputs).all()
    assert np.isfinite(state.outputs).all()
    monkeypatch.undo()
    assert np.isfinite(w2v.train(text, tmp_path / "m", resume=True, **options).matrix).all()


def test_the_first_report_finds_it(
    tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of frequent words are looked at twice a second, not only at an epoch's end."""
    monkeypatch.setattr(trainer, "WAKE_SECONDS", 0.001)
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.001)
    text.write_text(some_text(200_000))
    with pytest.raises(w2v.W2VError, match="training diverged"):
        w2v.train(
            text,
            tmp_path / "m",
            observer=Poison(monkeypatch, 1, 0),
            min_count=1,
            threads=1,
            epochs=1,
            vector_size=300,
        )
    assert sorted(os.listdir(tmp_path)) == ["text"], "one epoch: it never came to its end"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda ids: ids[: len(ids) // 2], "shorter than when it was written"),
        (lambda ids: np.full_like(ids, 10**6), "not what was written; check the disk"),
        (lambda ids: np.full_like(ids, -1), "not what was written; check the disk"),
    ],
)
def test_ids_that_change_under_a_run_are_an_error(
    tmp_path: Path, text: Path, change: Any, message: str
) -> None:
    class Meddler(Observer):
        def trained(self, report: Report) -> None:
            path = tmp_path / "m.run" / "corpus" / "ids.i32"
            change(np.fromfile(path, "<i4")).tofile(path)

    with pytest.raises(w2v.W2VError, match=message):
        w2v.train(text, tmp_path / "m", observer=Meddler(), min_count=1, threads=2, epochs=5)


def test_an_epoch_of_other_words_than_were_counted_is_an_error(
    tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the cutting into slices ever to lose a sentence, it would not pass in silence."""
    from w2v.corpus.corpus import Corpus

    slices = Corpus.slices

    def lose_the_first(self: Corpus, tokens: int) -> Any:
        bounds = slices(self, tokens)
        bounds[0] += 1
        return bounds

    monkeypatch.setattr(Corpus, "slices", lose_the_first)
    with pytest.raises(w2v.W2VError) as caught:
        w2v.train(text, tmp_path / "m", min_count=1, threads=1)
    assert str(caught.value).startswith(
        "epoch 1 ended after 2,988 words in all, not 3,000 as the text was counted; "
    )
    assert os.listdir(tmp_path) == ["text"]


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on memory is POSIX")
def test_a_limit_on_memory_is_one_line(tmp_path: Path) -> None:
    """As under `ulimit -v`: what the estimate cannot know."""
    import resource

    text = tmp_path / "text"
    text.write_text("\n".join(f"a{n} b{n}" for n in range(100_000)))
    limit = 6 * 2**30
    out = call(
        "train",
        text,
        "-o",
        tmp_path / "m",
        *"--min-count 1 --vector-size 4000 --checkpoint-every 0".split(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert out.returncode == 1, out.stderr
    assert last_line(out.stderr).startswith("w2v: ")
    assert "Traceback" not in out.stderr
    assert os.listdir(tmp_path) == ["text"]
