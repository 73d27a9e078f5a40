"""Pipes, devices, links, odd names, and files that change while they are read."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from raw_text import facts, posix, trains
from running import (
    PYTHON,
    SMALL,
    Train,
    call,
    one_line,
    some_text,
)

import w2v
from w2v.run.observer import Observer


@posix
def test_a_pipe_and_what_a_shell_makes_of_one(tmp_path: Path, train: Train) -> None:
    data = some_text(2000)
    plain = trains(train, data.encode(), tmp_path)["fingerprint"]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(data))
    writer.start()
    code, err = train("train", pipe, "-o", tmp_path / "p", *SMALL)
    writer.join()
    assert code == 0, err
    assert facts(tmp_path / "p")["fingerprint"] == plain
    for name in ("-", "/dev/stdin"):
        out = call("train", name, "-o", tmp_path / "p", *SMALL, "--overwrite", input=data)
        assert out.returncode == 0, out.stderr
        assert out.stdout == ""
        assert facts(tmp_path / "p")["fingerprint"] == plain


def test_standard_input_empty_closed_or_twice(tmp_path: Path, train: Train) -> None:
    out = call("train", "-", "-o", tmp_path / "m", input="")
    assert (out.returncode, out.stderr) == (1, "w2v: standard input: it is empty\n")
    code, err = train("train", "-", "-", "-o", tmp_path / "m")
    one_line(code, err, 1, "'-' is named twice, but standard input can be read only once")
    if sys.platform != "win32":
        command = [*PYTHON, "train", "-", "-o", str(tmp_path / "m")]
        closed = subprocess.run(
            ["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, text=True
        )
        assert closed.returncode == 1
        assert closed.stderr.startswith("w2v: standard input"), closed.stderr
    assert os.listdir(tmp_path) == []


@posix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/tty0"])
def test_a_device_is_refused(tmp_path: Path, train: Train, device: str) -> None:
    if not os.path.exists(device):
        device = "/dev/zero"
    code, err = train("train", device, "-o", tmp_path / "m")
    one_line(code, err, 1, f"{device}: not a file, folder or pipe")
    assert os.listdir(tmp_path) == []


@posix
def test_links_that_form_a_loop(tmp_path: Path, train: Train) -> None:
    texts = tmp_path / "texts"
    (texts / "deep").mkdir(parents=True)
    (texts / "a").write_text(some_text(500))
    (texts / "deep" / "b").write_text(some_text(500, seed=2))
    (texts / "deep" / "up").symlink_to(texts)
    (texts / "self").symlink_to(texts / "self")
    (texts / "gone").symlink_to(texts / "nowhere")
    os.mkfifo(texts / "pipe")
    code, err = train("train", texts, "-o", tmp_path / "m", *SMALL)
    assert code == 0, err
    names = [source["name"] for source in facts(tmp_path / "m")["sources"]]
    assert names == [str(texts / "a"), str(texts / "deep" / "b")]
    code, err = train("train", texts / "self", "-o", tmp_path / "x", *SMALL)
    one_line(code, err, 1, f"{texts / 'self'}: Too many levels of symbolic links")
    code, err = train("train", texts / "gone", "-o", tmp_path / "x", *SMALL)
    one_line(code, err, 1, f"{texts / 'gone'}: No such file or directory")


def test_a_folder_that_holds_the_output_itself(tmp_path: Path, train: Train) -> None:
    (tmp_path / "text").write_text(some_text(500))
    for _ in range(2):
        code, err = train("train", tmp_path, "-o", tmp_path / "vectors", *SMALL, "--overwrite")
        assert code == 0, err
        names = [source["name"] for source in facts(tmp_path / "vectors")["sources"]]
        assert names == [str(tmp_path / "text")]
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "more").write_text(some_text(500))
    how = ["--cache-dir", tmp_path / "cache", "--overwrite"]
    code, err = train("train", tmp_path, "-o", tmp_path / "vectors", *SMALL, *how)
    assert code == 0, err
    assert len(facts(tmp_path / "vectors")["sources"]) == 2
    assert os.listdir(tmp_path / "cache") == ["more"]


def test_ten_thousand_small_files(tmp_path: Path, train: Train) -> None:
    texts = tmp_path / "texts"
    for folder in range(100):
        (texts / f"{folder:02}").mkdir(parents=True)
        for file in range(100):
            (texts / f"{folder:02}" / f"{file:02}.txt").write_text(f"word{file % 50} and more")
    code, err = train("train", texts, "-o", tmp_path / "m", *SMALL, "--epochs", "1")
    assert code == 0, err
    found = facts(tmp_path / "m")
    assert (found["n_words"], found["n_lines"], len(found["sources"])) == (30_000, 10_000, 10_000)
    code, err = train("train", texts / "*" / "0?.txt", "-o", tmp_path / "g", *SMALL)
    assert code == 0, err
    assert len(facts(tmp_path / "g")["sources"]) == 1000


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not valid UTF-8")
def test_names_that_are_not_valid_utf8(tmp_path: Path, train: Train) -> None:
    name = os.fsdecode(b"w\xf6rter\n\xff.txt")
    folder = tmp_path / os.fsdecode(b"\xfe\xff")
    folder.mkdir()
    (folder / name).write_text(some_text(500))
    out = call("train", folder / name, folder, "-o", folder / name / "..", *SMALL)
    assert out.returncode == 1
    assert out.stderr.count("\n") == 1
    model = folder / os.fsdecode(b"m\xff.w2v")
    out = call("train", folder / name, folder, "-o", model, *SMALL)
    assert out.returncode == 0, out.stderr
    assert facts(model)["sources"][0]["name"].endswith("w\\xf6rter\n\\xff.txt")
    out = call("train", folder / name, "-o", model, *SMALL)
    assert out.returncode == 1
    assert out.stderr.count("\n") == 1
    assert "exists; give --overwrite" in out.stderr


class Meddler(Observer):
    """Changes a file once reading has begun."""

    def __init__(self, work: Any) -> None:
        self.work: Any = work

    def read(self, done: int, total: int | None) -> None:
        if self.work:
            self.work()
            self.work = None


@pytest.mark.parametrize("change", ["grows", "shrinks", "is replaced", "is written to"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    text = tmp_path / "text"
    data = some_text(100_000).encode() * 10  # 9 MB: several pieces
    text.write_bytes(data)
    os.utime(text, ns=(0, 0))

    def grow() -> None:
        with text.open("ab") as file:
            file.write(b"more words\n")

    def replace() -> None:
        (tmp_path / "new").write_bytes(b"other words\n")
        (tmp_path / "new").replace(text)

    def write() -> None:
        with text.open("r+b") as file:
            file.write(b"other")

    works = {
        "grows": grow,
        "shrinks": lambda: os.truncate(text, 1000),
        "is replaced": replace,
        "is written to": write,
    }
    options = {"min_count": 1, "vector_size": 4, "epochs": 1, "sample": 1e-9, "threads": 1}

    def run() -> None:
        w2v.train(text, tmp_path / "m", observer=Meddler(works[change]), **options)

    if change == "is replaced":  # the file that was opened is read to its end
        run()
        assert facts(tmp_path / "m")["n_words"] == 1_000_000
        return
    sizes = {
        "grows": f", from {len(data):,} bytes to {len(data) + 11:,}",
        "shrinks": f", from {len(data):,} bytes to 1,000",
        "is written to": "",
    }
    with pytest.raises(w2v.W2VError) as caught:
        run()
    assert str(caught.value) == (
        f"{text}: changed while it was being read{sizes[change]}; "
        "run again when no other program is writing to it"
    )
    assert os.listdir(tmp_path) == ["text"]
