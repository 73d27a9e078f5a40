"""What `w2v train` says: bars on a terminal alone, notes, and a last line; nothing on stdout."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from running import PYTHON, SMALL, Train, call, last_line, on_a_terminal, some_text
from uncompiled import environment

NEEDS = (
    r"training 200 words by 16 on 1 thread needs about 2\d\d MB of memory and ([\d.]+) kB of disk "
    "space"
)
TALK = ["--min-count", "1", "--threads", "1", "--vector-size", "16"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text(some_text(3000))
    return tmp_path


def test_the_last_line_sums_up_the_run(here: Path, train: Train) -> None:
    code, err = train("train", "text", *TALK)
    assert code == 0
    first, needs, *epochs, last = err.splitlines()
    assert first == "3,000 words, 200 distinct; 200 in the vocabulary, which cover 3,000 words"
    assert re.fullmatch(NEEDS, needs)
    assert len(epochs) == 5
    for number, text in enumerate(epochs, 1):
        assert re.fullmatch(
            rf"training {20 * number}%, epoch {number}/5, loss \d\.\d{{4}}, [\d,]+ words/s"
            + (r", \d:\d\d left" if number < 5 else ""),
            text,
        )
    match = re.fullmatch(
        r"wrote model\.w2v: 200 words, loss (\d\.\d{4}), [\d,]+ words/s, \d+\.\d s in all; "
        r"try: w2v neighbors word\d+",
        last.replace("info", "neighbors word0"),
    )
    assert match, last
    about = json.loads((here / "model.w2v" / "model.json").read_text())
    assert match[1] == f"{about['final_loss']:.4f}"


def test_the_score_bias_follows_the_noise_words(here: Path, train: Train) -> None:
    for bias, negative, used in (("auto", "2", -1.077), ("-1", "2", -1.0), (None, "15", -4.206)):
        options = [] if bias is None else ["--score-bias", bias]
        options += ["--negative", negative, "--epochs", "1", "--overwrite"]
        code, err = train("train", "text", *TALK, *options)
        assert code == 0, err
        about = json.loads((here / "model.w2v" / "model.json").read_text())
        assert about["config"]["score_bias"] == used


def test_what_to_try_next_works(here: Path, train: Train) -> None:
    Path("prose").write_text(("the king's horse sees the queen and her crown\n" * 30) + "a b\n")
    code, err = train("train", "prose", *TALK, "-o", "a model.w2v")
    assert code == 0
    command = last_line(err).split("try: ")[1]
    assert command.startswith("w2v neighbors ")
    assert command.endswith(" -m 'a model.w2v'")
    shown = call(*shlex.split(command)[1:])
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout


def test_quiet_says_nothing(here: Path, train: Train) -> None:
    assert train("train", "text", *TALK, "--quiet") == (0, "")
    assert train("train", "text", *TALK, "-q", "--overwrite", "--resume") == (0, "")
    code, err = train("train", "missing", *TALK, "-q", "-o", "x")
    assert (code, err) == (1, "w2v: missing: No such file or directory\n")


def test_no_bars_where_there_is_no_terminal(here: Path) -> None:
    out = call("train", "text", *TALK)
    assert out.stdout == ""
    assert "\r" not in out.stderr
    assert "\x1b" not in out.stderr
    assert len(out.stderr.splitlines()) == 8


def test_a_dry_run_reports_what_training_needs_and_writes_nothing(here: Path, train: Train) -> None:
    code, err = train("train", "text", *TALK, "--dry-run")
    assert code == 0
    first, needs = err.splitlines()
    assert first == "3,000 words, 200 distinct; 200 in the vocabulary, which cover 3,000 words"
    with_checkpoints = re.fullmatch(NEEDS, needs)
    assert os.listdir() == ["text"]
    code, err = train("train", "text", *TALK, "--dry-run", "--checkpoint-every", "0")
    model_alone = re.fullmatch(NEEDS, last_line(err))
    assert with_checkpoints
    assert model_alone
    tables = 2 * 200 * 16 * 4 / 1000  # kB
    assert tables <= float(model_alone[1]) < 2 * tables
    assert float(with_checkpoints[1]) >= float(model_alone[1]) + 2.9 * tables


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_bars_on_a_terminal_and_nothing_on_stdout(here: Path) -> None:
    (here / "text").write_text(some_text(400_000))
    text = on_a_terminal("train", "text", *TALK, "--vector-size", "100")
    assert re.search(r"\r\x1b\[Jreading \d+% \[[#.]+\]", text)
    assert re.search(
        r"\r\x1b\[Jtraining \d+% \[[#.]+\] epoch \d/5, loss \d\.\d{4}, [\d,]+ words/s, "
        r"\d:\d\d left\r",
        text,
    )
    assert text.rstrip().splitlines()[-1].startswith("\x1b[Jwrote model.w2v: 200 words, loss ")
    assert on_a_terminal("train", "text", *TALK, "--overwrite", "-q") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_text_typed_at_a_terminal(here: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PYTHON, "train", "-", *SMALL],
        stdin=theirs,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    os.close(theirs)
    os.write(ours, b"one two three\ntwo three one\n\x04")
    _, err = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, err
    assert err.startswith("reading text from the terminal; Ctrl-D ends it\n6 words, 3 distinct;")


def test_short_sentences_are_reported_and_train(here: Path, train: Train) -> None:
    Path("short").write_text("one two three\nthree two\n" * 3)
    code, err = train("train", "short", *SMALL)
    assert code == 0
    assert "no sentence has more than 3 words, so --window 5 has the effect of 2\n" in err


def test_long_sentences_are_reported(here: Path, train: Train) -> None:
    Path("long").write_text("one two three four five\nsix seven\n" * 3)
    code, err = train("train", "long", *SMALL, "--max-sentence", "4", "-o", "m")
    assert code == 0
    assert "3 sentences were longer than --max-sentence and were split\n" in err


def test_help_lists_every_option_and_its_default() -> None:
    from w2v.config import TrainConfig

    text = call("train", "--help").stdout
    defaults = {
        **TrainConfig().to_dict(),
        "score_bias": "auto",
        "directional": "auto",
        "whiten": "auto",
    }
    for name, value in defaults.items():
        assert f"--{name.replace('_', '-')}" in text
        if value is not None and value is not False and value != "":
            assert f"[default: {value}" in " ".join(text.split())
