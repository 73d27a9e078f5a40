"""A disk that fills: one line, nothing half-written, and what was whole stays so."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from running import call, copied, digests, last_line, some_text

import w2v
from w2v.corpus import word_table
from w2v.errors import W2VError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and mounts are POSIX")

WORDS = 40_000
# 3,000 words by 100: a table takes 1.3 MB in a checkpoint, 1.2 MB in the model.
OPTIONS = ["--min-count", "1", "--threads", "1", "--epochs", "1", "--vector-size", "100"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_text(some_text(WORDS, distinct=3000))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The digests of a run that has all the room it needs."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "text").write_text(some_text(WORDS, distinct=3000))
    w2v.train(
        folder / "text", folder / "m", min_count=1, threads=1, epochs=1, vector_size=100
    )  # here, so that its copies have the kernels
    return digests(folder / "m")


def limit(size: int) -> None:
    """Make this process fail to write more than `size` bytes to any file."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def fill_once_opened(name: str) -> None:
    """Make every write of this process fail from the moment on when a file of this name is opened.

    It lasts as long as the process: for copies of this one alone.
    """

    def watch(event: str, arguments: Any) -> None:
        if event == "open" and name in str(arguments[0]):
            limit(0)

    sys.addaudithook(watch)


def finished(*arguments: str | Path) -> list[str]:
    """Train to the end in a copy of this process; the digests of the model, which follows -o."""
    out = copied(lambda: None, "train", *arguments)
    assert out.returncode == 0, out.stderr
    return digests(Path(arguments[arguments.index("-o") + 1]))


def failed(prepare: Callable[[], object], *arguments: str | Path) -> str:
    """Train in a copy of this process that `prepare` limits; what was said last."""
    out = copied(prepare, "train", *arguments)
    assert out.returncode == 1, out.stderr
    assert last_line(out.stderr).startswith("w2v: ")
    assert "Traceback" not in out.stderr
    return last_line(out.stderr)


@pytest.mark.parametrize(
    ("size", "more", "message"),
    [
        (100_000, [], "m.run/corpus: File too large (--cache-dir puts it elsewhere)"),
        (400_000, [], "m.run: the checkpoint could not be written: File too large"),
        (400_000, ["--checkpoint-every", "0"], "no space left on the disk of "),
    ],
)
def test_a_file_that_cannot_grow(
    tmp_path: Path, text: Path, whole: list[str], size: int, more: list[str], message: str
) -> None:
    assert message in failed(lambda: limit(size), text, "-o", tmp_path / "m", *OPTIONS, *more)
    assert os.listdir(tmp_path) == ["text"]


def test_a_file_that_cannot_grow_in_a_process_of_its_own(tmp_path: Path, text: Path) -> None:
    out = call("train", text, "-o", tmp_path / "m", *OPTIONS, preexec_fn=lambda: limit(400_000))
    assert out.returncode == 1
    assert "m.run: the checkpoint could not be written: File too large" in last_line(out.stderr)
    assert os.listdir(tmp_path) == ["text"]


MODEL = "vocab.tsv vectors.npy context.npy model.json".split()
EARLIER = "ids.i32 sentences.i64 train.jsonl state.json".split()


@pytest.mark.parametrize("name", [*EARLIER, *(f"m.run/model/{name}" for name in MODEL)])
def test_a_disk_that_fills_at_any_step(
    tmp_path: Path, text: Path, whole: list[str], name: str
) -> None:
    output = tmp_path / "m"
    failed(lambda: fill_once_opened(name), text, "-o", output, *OPTIONS)
    kept = {"m.run"} if "model" in name else set()  # the checkpoint of the only epoch
    assert set(os.listdir(tmp_path)) == {"text"} | kept
    assert finished(text, "-o", output, *OPTIONS, "--resume") == whole
    assert sorted(os.listdir(tmp_path)) == ["m", "text"]


def test_a_full_disk_keeps_the_old_model_and_the_checkpoint(
    tmp_path: Path, text: Path, whole: list[str]
) -> None:
    output = tmp_path / "m"
    old = finished(text, "-o", output, *OPTIONS, "--seed", "2")
    assert old != whole
    again = [text, "-o", output, *OPTIONS, "--overwrite"]
    assert failed(lambda: fill_once_opened("m.run/model/vectors.npy"), *again) == (
        f"w2v: no space left on the disk of {output}; nothing was written, and "
        f"nothing was changed; {output}.run keeps the trained state: once the problem is fixed, "
        "the same command with --resume writes the model"
    )
    assert digests(output) == old
    assert sorted(os.listdir(tmp_path)) == ["m", "m.run", "text"]
    assert not (tmp_path / "m.run" / "model").exists()
    assert finished(*again, "--resume") == whole
    assert sorted(os.listdir(tmp_path)) == ["m", "text"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "w2v-test", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a disk can be mounted by root alone")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_small_disk_is_refused_before_training(
    small_disk: Path, text: Path, whole: list[str]
) -> None:
    arguments = [text, "-o", small_disk / "m", *OPTIONS]
    said = failed(lambda: None, *arguments)
    assert "the model and its checkpoints need about" in said
    assert "--checkpoint-every 0" in said
    assert os.listdir(small_disk) == []
    assert finished(*arguments, "--checkpoint-every", "0") == whole
    assert os.listdir(small_disk) == ["m"]


Usage = namedtuple("Usage", "free")
FREE = [0, 1_600_000, 4_000_000]  # bytes: the ids, the first checkpoint, the model meet the end
MORE = [step for step in range(0, 5_600_000, 400_000) if step not in FREE]


@pytest.mark.parametrize("free", [*FREE, *(pytest.param(n, marks=pytest.mark.slow) for n in MORE)])
def test_a_disk_that_fills_meanwhile(
    small_disk: Path,
    text: Path,
    whole: list[str],
    free: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Something else takes the room while the run goes: whatever step meets the full disk."""
    output, log = small_disk / "m", small_disk / "m.run" / "train.jsonl"
    # The disk lies about what is free, as one does that somebody else fills.
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12))
    (small_disk / "other").write_bytes(bytes(max(0, 8 * 2**20 - free - 65536)))
    arguments = [text, "-o", output, *OPTIONS]
    failed(lambda: None, *arguments)
    assert not output.exists()
    if (small_disk / "m.run").exists():  # then there is something to resume
        assert log.exists()
        assert sorted(os.listdir(small_disk)) == ["m.run", "other"]
    else:
        assert os.listdir(small_disk) == ["other"]
    (small_disk / "other").unlink()
    assert finished(*arguments, "--resume") == whole
    assert os.listdir(small_disk) == ["m"]


def test_compiled_code_that_cannot_be_kept_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")  # numba names no file

    monkeypatch.setattr(word_table, "compile_scan", full)
    (tmp_path / "text").write_text(some_text(500))
    with pytest.raises(W2VError) as caught:
        w2v.train(tmp_path / "text", tmp_path / "m")
    assert str(caught.value) == (
        f"{tmp_path / 'm.run'} or numba's cache (NUMBA_CACHE_DIR names another): "
        "No space left on device"
    )
    assert os.listdir(tmp_path) == ["text"]
