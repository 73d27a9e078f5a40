"""A stopped run continues where it was, and no command line discards one unasked."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from running import Train, call, digests, last_line, one_line, some_text
from stopping import EACH_SLICE, LINE, OPTIONS, StopAt, go

import w2v
from w2v.errors import Stopped
from w2v.run.checkpoint import find_checkpoints
from w2v.run.train_log import Laps
from w2v.run.work_folder import WorkFolder


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(6000))
    return path


@pytest.mark.parametrize("stop_after", [3, 10, 26, 50])
def test_a_resumed_run_ends_in_the_same_bytes(tmp_path: Path, text: Path, stop_after: int) -> None:
    go(text, tmp_path / "whole")
    half = tmp_path / "half"
    with pytest.raises(Stopped) as caught:
        go(text, half, stop_after)
    words = str(caught.value).split()[2]
    assert str(caught.value) == (
        f"stopped after {words} words; the same command with --resume continues from here"
    )
    assert not half.exists()
    assert go(text, half, resume=True) == [f"resuming after {words} words"]
    assert digests(half) == digests(tmp_path / "whole")
    assert sorted(os.listdir(tmp_path)) == ["half", "text", "whole"]
    models = [
        json.loads((tmp_path / name / "model.json").read_text()) for name in ("half", "whole")
    ]
    assert models[0] == models[1]


def test_many_stops_end_in_the_same_bytes(tmp_path: Path, text: Path) -> None:
    go(text, tmp_path / "whole")
    stops = 0
    while not (tmp_path / "half").exists():
        try:
            go(text, tmp_path / "half", 6, resume=True)
        except Stopped:
            stops += 1
    assert stops > 10
    assert digests(tmp_path / "half") == digests(tmp_path / "whole")


def test_several_threads_train_all_words_at_the_same_rates(tmp_path: Path, text: Path) -> None:
    output = tmp_path / "m"
    with pytest.raises(Stopped):
        go(text, output, 10, threads=3)
    go(text, output, resume=True, threads=2)
    reports = [json.loads(line) for line in (output / "train.jsonl").read_text().splitlines()]
    last = [line for line in reports if line["event"] == "report"][-1]
    assert last["words"] == last["total_words"] == 6000 * 6
    assert last["alpha"] == pytest.approx(0.0001)
    for line in reports:
        if line["event"] == "report":
            left = 1 - line["words"] / line["total_words"]
            assert line["alpha"] == pytest.approx(0.0001 + left * (0.0375 - 0.0001))


def test_the_log_goes_back_to_the_checkpoint(tmp_path: Path, text: Path) -> None:
    output = tmp_path / "m"
    with pytest.raises(Stopped) as caught:
        go(text, output, 30)
    words = int(str(caught.value).split()[2].replace(",", ""))
    log = tmp_path / "m.run" / "train.jsonl"
    with log.open("a") as file:  # as a killed process leaves it
        file.write(json.dumps({"event": "report", "words": words + 1}) + "\n")
        file.write('{"event": "report", "wor')
    go(text, output, resume=True)
    lines = [json.loads(line) for line in (output / "train.jsonl").read_text().splitlines()]
    trained = [line["words"] for line in lines if line["event"] == "report"]
    assert trained == sorted(trained)
    assert trained[-1] == 36_000
    assert [line["event"] for line in lines].count("finished") == 1
    steps = ("import", "compile", "vocabulary", "training")
    assert all(lines[-1][f"{step}_seconds"] > 0 for step in steps)


def test_seconds_of_steps_of_one_name_add_up() -> None:
    laps = Laps()
    for step in ("compile", "read", "compile"):
        time.sleep(0.002)
        laps.end(step)
    assert list(laps.seconds) == ["compile", "read"]
    assert laps.seconds["compile"] >= 0.004
    assert sum(laps.seconds.values()) <= laps.total


def test_one_command_line_again_and_again(tmp_path: Path, text: Path, train: Train) -> None:
    output = tmp_path / "m"
    command = ["train", text, "-o", output, *LINE, "--resume"]
    code, err = train(*command)
    assert code == 0
    assert f"{output}.run has no checkpoint yet; starting from the beginning\n" in err
    assert last_line(err).startswith(f"wrote {output}: 200 words, loss ")
    first = digests(output)
    for more in ([], ["--overwrite"]):
        code, err = train(*command, *more)
        assert (code, err) == (
            0,
            f"{output} is finished: there is nothing left to do "
            "(--overwrite without --resume trains it again)\n",
        )
    os.utime(text, ns=(0, 0))  # as when the file was copied: the same words at another time
    code, err = train(*command)
    assert code == 0
    assert last_line(err).startswith(f"{output} is finished: there is nothing left to do")
    assert digests(output) == first
    assert sorted(os.listdir(tmp_path)) == ["m", "text"]


def test_resume_replaces_no_other_model(tmp_path: Path, text: Path, train: Train) -> None:
    output = tmp_path / "m"
    command = ["train", text, "-o", output, *LINE]
    assert train(*command)[0] == 0
    before = digests(output)
    code, err = train(*command, "--resume", "--epochs", "7", "--seed", "9")
    one_line(
        code,
        err,
        1,
        f"{output} exists, trained with epochs 6 (now 7), with seed 1 (now 9); "
        "give --overwrite to replace it, or another -o",
    )
    text.write_text(some_text(6001))
    code, err = train(*command, "--resume")
    assert (code, last_line(err)) == (
        1,
        f"w2v: {output} exists, trained on another text; "
        "give --overwrite to replace it, or another -o",
    )
    assert digests(output) == before
    assert sorted(os.listdir(tmp_path)) == ["m", "text"]
    assert train(*command, "--resume", "--overwrite")[0] == 0
    assert digests(output) != before


def test_a_stopped_run_is_not_discarded_unasked(tmp_path: Path, text: Path, train: Train) -> None:
    output = tmp_path / "m"
    with pytest.raises(Stopped):
        go(text, output, 20)
    kept = sorted(os.listdir(tmp_path / "m.run"))
    code, err = train("train", text, "-o", output, *LINE)
    words = int(err.split(" trained ")[1].split()[0].replace(",", ""))
    assert 0 < words < 36_000
    one_line(
        code,
        err,
        1,
        f"{output}.run holds a stopped run that trained {words:,} words; "
        "give --resume to continue it, or --overwrite to start again",
    )
    assert sorted(os.listdir(tmp_path / "m.run")) == kept
    assert train("train", text, "-o", output, *LINE, "--overwrite")[0] == 0
    assert sorted(os.listdir(tmp_path)) == ["m", "text"]


def test_changed_options_are_reported_before_the_text_is_read(tmp_path: Path, train: Train) -> None:
    text, output = tmp_path / "text", tmp_path / "m"
    text.write_text(some_text(6000))
    with pytest.raises(Stopped):
        go(text, output, 20)
    newest = find_checkpoints(tmp_path / "m.run")[0]
    text.write_bytes(b"\0" * 1000)  # reading it would be an error of its own
    code, err = train("train", text, "-o", output, *LINE, "--resume", "--window", "3")
    one_line(
        code,
        err,
        1,
        f"cannot resume from {newest}: window was 5 and is now 3; use the value the run began "
        "with, or give --overwrite instead of --resume to start again",
    )
    assert find_checkpoints(tmp_path / "m.run")[0] == newest


def test_a_changed_corpus_is_reported_and_can_be_put_back(
    tmp_path: Path, text: Path, train: Train
) -> None:
    output, before = tmp_path / "m", text.read_bytes()
    go(text, tmp_path / "whole")
    with pytest.raises(Stopped):
        go(text, output, 20)
    newest = find_checkpoints(tmp_path / "m.run")[0]
    text.write_bytes(before.replace(b"word1 ", b"word2 ", 1))
    code, err = train("train", text, "-o", output, *LINE, "--resume")
    assert code == 1
    assert last_line(err) == (
        f"w2v: cannot resume from {newest}: the corpus has changed since the run began; "
        "give the same text again, or give --overwrite instead of --resume to start again"
    )
    text.write_bytes(before)  # at another time: the text is read again and found to be the same
    assert train("train", text, "-o", output, *LINE, "--resume")[0] == 0
    assert digests(output) == digests(tmp_path / "whole")


@pytest.mark.parametrize("damage", ["ids.i32", "sentences.i64", "vocab.txt", "seal.json"])
def test_damaged_ids_are_built_again(tmp_path: Path, text: Path, damage: str) -> None:
    """Zeros, as after a loss of power, are no ids to train on."""
    go(text, tmp_path / "whole")
    with pytest.raises(Stopped):
        go(text, tmp_path / "m", 20)
    path = tmp_path / "m.run" / "corpus" / damage
    path.write_bytes(bytes(path.stat().st_size))
    go(text, tmp_path / "m", resume=True)
    assert digests(tmp_path / "m") == digests(tmp_path / "whole")


def test_intact_ids_are_not_built_again(tmp_path: Path, text: Path) -> None:
    with pytest.raises(Stopped):
        go(text, tmp_path / "m", 20)
    ids = tmp_path / "m.run" / "corpus" / "ids.i32"
    before = ids.stat().st_ino, ids.stat().st_mtime_ns
    with pytest.raises(Stopped):
        go(text, tmp_path / "m", 20, resume=True)
    assert (ids.stat().st_ino, ids.stat().st_mtime_ns) == before


def test_a_run_that_ends_keeps_no_ids(
    tmp_path: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its only checkpoint is that of the end."""
    keys: list[Any] = []
    monkeypatch.setattr(WorkFolder, "seal_corpus", lambda work, key: keys.append(key))
    go(text, tmp_path / "m", every=10, epochs=1)
    assert keys == []


def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, text: Path) -> None:
    go(text, tmp_path / "whole")
    with pytest.raises(Stopped):
        go(text, tmp_path / "m", 20)
    newest, before = find_checkpoints(tmp_path / "m.run")
    (newest / "tables").write_bytes(bytes((newest / "tables").stat().st_size))
    notes = go(text, tmp_path / "m", resume=True)
    assert notes[0] == (
        f"{newest} is damaged (the digest of tables differs); went back to {before}"
    )
    assert digests(tmp_path / "m") == digests(tmp_path / "whole")


def test_without_checkpoints_nothing_is_kept(tmp_path: Path, text: Path) -> None:
    with pytest.raises(Stopped) as caught:
        go(text, tmp_path / "m", 20, every=0)
    assert str(caught.value) == "stopped after " + str(caught.value).split()[2] + (
        " words; nothing is kept because --checkpoint-every is 0"
    )
    assert os.listdir(tmp_path) == ["text"]


def test_a_stop_while_the_text_is_read_leaves_nothing(tmp_path: Path, text: Path) -> None:
    with pytest.raises(Stopped, match=r"^stopped while reading the text; nothing is kept$"):
        go(text, tmp_path / "m", 0)
    assert os.listdir(tmp_path) == ["text"]


def test_vectors_to_start_from_belong_to_the_run(tmp_path: Path, text: Path, train: Train) -> None:
    go(text, tmp_path / "old")
    with pytest.raises(Stopped):
        go(text, tmp_path / "m", 20, init=tmp_path / "old")
    code, err = train("train", text, "-o", tmp_path / "m", *LINE, "--resume")
    assert code == 1
    assert f"init was {tmp_path / 'old'} and is now None" in err
    go(text, tmp_path / "m", resume=True, init=tmp_path / "old")
    go(text, tmp_path / "whole", init=tmp_path / "old")
    assert digests(tmp_path / "m") == digests(tmp_path / "whole")


def test_standard_input_is_compared_by_what_came(tmp_path: Path) -> None:
    words, output = some_text(6000), tmp_path / "m"
    command = ["train", "-", "-o", output, *LINE, "--resume"]
    out = call(*command, input=words)
    assert out.returncode == 0, out.stderr
    out = call(*command, input=words)
    assert out.returncode == 0
    assert last_line(out.stderr).startswith(f"{output} is finished: there is nothing left to do")
    out = call(*command, input=words + "one more\n")
    assert out.returncode == 1
    assert last_line(out.stderr) == (
        f"w2v: {output} exists, trained on another text; "
        "give --overwrite to replace it, or another -o"
    )
    assert os.listdir(tmp_path) == ["m"]


def test_the_library_resumes_too(tmp_path: Path, text: Path) -> None:
    whole = w2v.train(text, tmp_path / "whole", **OPTIONS)
    how: dict[str, Any] = {"checkpoint_every": EACH_SLICE, **OPTIONS}
    with pytest.raises(Stopped):
        w2v.train(text, tmp_path / "m", stop=StopAt(15), **how)
    with pytest.raises(w2v.W2VError, match="holds a stopped run"):
        w2v.train(text, tmp_path / "m", **how)
    resumed = w2v.train(text, tmp_path / "m", resume=True, **how)
    assert resumed.matrix.tobytes() == whole.matrix.tobytes()
