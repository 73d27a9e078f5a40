"""The library: its public names, `w2v.train` and `w2v.load`, on the engine of the command line."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import some_text

import w2v
from w2v import Observer, Report, RunResult, Stopped
from w2v.config import TrainOptions
from w2v.vectors.python_errors import for_python

OPTIONS: dict[str, Any] = {"vector_size": 16, "min_count": 1, "threads": 1}


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A text file; temporary files go to a folder beside it."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    path = tmp_path / "text"
    path.write_text(some_text(3000))
    return path


def test_vectors_in_memory_leave_nothing_on_disk(tmp_path: Path, text: Path) -> None:
    vectors = w2v.train(text, **OPTIONS)
    assert vectors.matrix.shape == (200, 16)
    assert not isinstance(vectors.matrix, np.memmap)
    assert os.listdir(tmp_path / "tmp") == []
    kept = w2v.train(str(text), tmp_path / "m.w2v", **OPTIONS)
    assert kept.matrix.tobytes() == vectors.matrix.tobytes()
    assert list(kept.words) == list(vectors.words)
    assert w2v.load(tmp_path / "m.w2v").matrix.tobytes() == vectors.matrix.tobytes()


def test_several_texts_and_folders(tmp_path: Path, text: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a").write_text("a text more\n")
    vectors = w2v.train([text, str(tmp_path / "more")], **OPTIONS)
    assert len(vectors.words) == 203
    with pytest.raises(w2v.W2VError, match="there are no words in the lists of words"):
        w2v.train([], **OPTIONS)


def test_options_override_the_config(tmp_path: Path, text: Path) -> None:
    (tmp_path / "c.toml").write_text("vector-size = 7\nmin-count = 1\nepochs = 1\n")
    assert w2v.train(text, config=tmp_path / "c.toml").vector_size == 7
    assert w2v.train(text, config=tmp_path / "c.toml", vector_size=8).vector_size == 8
    config = w2v.TrainConfig(vector_size=9, min_count=1, epochs=1)
    assert w2v.train(text, config=config).vector_size == 9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 5}, "unknown option 'size'; known are architecture, loss, "),
        ({"vectr_size": 5}, "unknown option 'vectr_size'; did you mean 'vector_size'?"),
        ({"vector_size": np.int64(0)}, "vector_size must be from 1 to 65536, not 0"),
        ({"vector_size": np.float32(8)}, "vector_size must be a whole number, not 8.0"),
        ({"vector_size": True}, "vector_size must be a whole number, not True"),
        ({"vector_size": 0}, "vector_size must be from 1 to 65536, not 0"),
        ({"checkpoint_every": -1}, "checkpoint_every must be 0 or more minutes, not -1"),
    ],
)
def test_a_wrong_option_is_named(
    tmp_path: Path, text: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(w2v.UsageError) as caught:
        w2v.train(text, tmp_path / "m", **options)
    assert str(caught.value).startswith(message)
    assert sorted(os.listdir(tmp_path)) == ["text", "tmp"]


def test_errors_name_options_as_python_does(tmp_path: Path, text: Path) -> None:
    vectors = w2v.train(text, tmp_path / "m.w2v", **OPTIONS)
    one = tmp_path / "one.npy"
    vectors.save(one)
    calls: list[tuple[Any, str]] = [
        (
            lambda: w2v.train(text, tmp_path / "m.w2v", **OPTIONS),
            f"{tmp_path / 'm.w2v'} exists; give overwrite=True to replace it, or another output",
        ),
        (
            lambda: vectors.save(tmp_path / "m.w2v"),
            f"{tmp_path / 'm.w2v'} exists; give overwrite=True to replace it, or another output",
        ),
        (lambda: w2v.train(text, vector_size=0), "vector_size must be from 1 to 65536, not 0"),
        (lambda: w2v.train(text, min_count=10**6), "no word reaches min_count 1000000; the most "),
        (lambda: w2v.load(one, table="sum"), f"{one} holds a single table; leave out table sum"),
        (lambda: vectors.save("x.npy", precision=3), "the format npy takes no precision"),
        (lambda: w2v.load("none.w2v"), "none.w2v: no such model; train one with 'w2v train "),
    ]
    for call, message in calls:
        with pytest.raises(w2v.W2VError) as caught:
            call()
        assert str(caught.value).startswith(message)
        assert "--" not in str(caught.value)
        assert "-m" not in str(caught.value).split()


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("give --resume to continue it", "give resume=True to continue it"),
        ("lower --min-count, or raise --max-vocab", "lower min_count, or raise max_vocab"),
        ("the text is UTF-16; give --encoding utf-16", "the text is UTF-16; give encoding utf-16"),
        ("'w2v export --from glove' reads it", "'w2v export --from glove' reads it"),
        ("'--overwrite' is not among the words", "'--overwrite' is not among the words"),
        ("a--b and well-known stay", "a--b and well-known stay"),
        ("checkpoint-every must be 0 or more", "checkpoint_every must be 0 or more"),
        ("the same command with --resume", "the same call with resume=True"),
    ],
)
def test_messages_name_options_as_python_does(message: str, wanted: str) -> None:
    assert for_python(message) == wanted


def test_numpys_numbers_are_accepted_as_options(tmp_path: Path, text: Path) -> None:
    numbers: dict[str, Any] = {
        "vector_size": np.int64(16),
        "min_count": np.uint8(1),
        "threads": np.int32(1),
        "seed": np.uint64(1),
        "alpha": np.float64(0.0375),
        "sample": np.int16(0),
    }
    vectors = w2v.train(text, tmp_path / "m", checkpoint_every=np.float32(5), **numbers)
    plain = w2v.train(text, sample=0, **OPTIONS)
    assert vectors.matrix.tobytes() == plain.matrix.tobytes()
    assert json.loads((tmp_path / "m" / "model.json").read_text())["config"]["seed"] == 1


def test_the_typed_keywords_are_the_options() -> None:
    fields = {field.name: str(field.type) for field in dataclasses.fields(w2v.TrainConfig)}
    accepted = {"int": "SupportsIndex", "float": "SupportsFloat"}
    wanted = {
        name: re.sub("int|float", lambda kind: accepted[kind[0]], text)
        for name, text in fields.items()
    }
    wanted["score_bias"] = "SupportsFloat | Literal['auto'] | None"
    wanted["whiten"] = "SupportsFloat | Literal['auto'] | None"
    wanted["directional"] = "SupportsIndex | Literal['auto']"
    typed = {name: hint.__forward_arg__ for name, hint in TrainOptions.__annotations__.items()}
    assert typed == wanted


def test_public_names_are_there_and_say_what_they_are() -> None:
    for name in w2v.__all__:
        assert getattr(w2v, name).__doc__, name
    assert dir(w2v) == w2v.__all__
    with pytest.raises(AttributeError, match="module 'w2v' has no attribute 'trian'"):
        w2v.trian("a.txt")  # type: ignore[attr-defined]


def test_a_type_checker_finds_typing_errors(tmp_path: Path) -> None:
    """A misspelt name or option, a wrong type, and no mistake in correct code."""
    api = pytest.importorskip("mypy.api", reason="needs mypy")
    lines = [
        "import w2v",
        "vectors = w2v.train('a.txt', vector_size=100, alpha=0.05)",
        "w2v.train('a.txt', vectr_size=100)",
        "w2v.train('a.txt', vector_size='100')",
        "w2v.trian('a.txt')",
        "w2v.TrainConfig().replace(vectr_size=100)",
        "score = w2v.evaluate(vectors, 'questions.txt')",
        "vectors.save('a.txt', presicion=5)",
        "answers: list[tuple[str, float]] = vectors.neighbors('king')",
        "many: list[list[tuple[str, float]]] = vectors.neighbors(['king', 'queen'])",
        "class Quiet(w2v.Observer): ...",
    ]
    script = tmp_path / "script.py"
    script.write_text("\n".join(lines) + "\n")
    options = ["--strict", "--cache-dir", str(tmp_path), "--follow-imports", "silent"]
    out, err, _ = api.run([*options, "--no-error-summary", "--hide-error-context", str(script)])
    found = re.findall(r"script\.py:(\d+): error", out)
    assert (err, found) == ("", ["3", "4", "5", "6", "8"]), out


def test_a_run_in_memory_has_nothing_to_resume(text: Path) -> None:
    with pytest.raises(w2v.UsageError, match=r"^resume needs an output, the model folder of the"):
        w2v.train(text, resume=True, **OPTIONS)


class Listener(Observer):
    """Records everything it receives."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.reports: list[Report] = []
        self.results: list[RunResult] = []
        self.words = 0

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def counted(self, vocabulary: Any, corpus: Any) -> None:
        self.words = corpus.n_tokens

    def trained(self, report: Report) -> None:
        self.reports.append(report)

    def finished(self, result: RunResult) -> None:
        self.results.append(result)


def test_an_observer_sees_every_step(tmp_path: Path, text: Path) -> None:
    listener = Listener()
    w2v.train(text, tmp_path / "m", observer=listener, **OPTIONS)
    assert listener.phases == ["read", "prepare", "train", "write", "finish"]
    assert listener.words == 3000
    assert listener.reports[-1].words == listener.reports[-1].total_words == 15_000
    (result,) = listener.results
    assert result.output == tmp_path / "m"
    assert result.loss == pytest.approx(listener.reports[-1].loss)


@pytest.mark.parametrize("phase", ["read", "prepare", "train", "write"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, MemoryError])
def test_an_ended_run_leaves_nothing_or_something_to_resume(
    tmp_path: Path, text: Path, phase: str, error: type[BaseException]
) -> None:
    class Failing(Listener):
        def phase(self, name: str) -> None:
            if name == phase:
                raise error

    whole = w2v.train(text, **OPTIONS)
    with pytest.raises(error):
        w2v.train(text, tmp_path / "m", observer=Failing(), **OPTIONS)
    left = ["m.run"] if phase == "write" else []
    assert sorted(os.listdir(tmp_path)) == [*left, "text", "tmp"]
    resumed = w2v.train(text, tmp_path / "m", resume=True, **OPTIONS)
    assert resumed.matrix.tobytes() == whole.matrix.tobytes()
    assert sorted(os.listdir(tmp_path)) == ["m", "text", "tmp"]


def test_a_run_in_memory_can_be_stopped(tmp_path: Path, text: Path) -> None:
    with pytest.raises(Stopped, match="nothing is kept"):
        w2v.train(text, stop=lambda: True, **OPTIONS)
    assert os.listdir(tmp_path / "tmp") == []


def test_training_can_start_from_vectors(tmp_path: Path, text: Path) -> None:
    first = w2v.train(text, tmp_path / "a", **OPTIONS)
    more = w2v.train(text, init=tmp_path / "a", alpha=1e-9, min_alpha=0.0, epochs=1, **OPTIONS)
    assert np.allclose(first.matrix, more.matrix, atol=1e-4)
    (tmp_path / "other").write_text("quite other text\n" * 3)
    with pytest.raises(w2v.W2VError, match="shares no word with the corpus's vocabulary"):
        w2v.train(tmp_path / "other", init=tmp_path / "a", **OPTIONS)
