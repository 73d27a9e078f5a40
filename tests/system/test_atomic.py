"""Outputs appear whole or not at all."""

from __future__ import annotations

import errno
import gc
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from w2v.errors import UsageError, W2VError
from w2v.formats.model_folder import MODEL_FILES
from w2v.system import atomic
from w2v.system.atomic import atomic_file, atomic_files, atomic_folder, check_writable


def model(path: Path, text: str = "old") -> Path:
    """A folder that looks like a model."""
    path.mkdir()
    (path / "model.json").write_text(text)
    return path


def test_a_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with atomic_file(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), OSError(errno.EIO, "x")])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")
    with pytest.raises(type(error)), atomic_file(path, overwrite=True) as file:  # noqa: PT012
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_signal_just_after_a_file_was_opened_loses_no_open_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python may raise KeyboardInterrupt when any call from Python code returns."""
    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lost.append)  # for a file that nobody closed

    def interrupt(frame: object, event: str, called: object) -> None:
        if event == "c_return" and len(os.listdir(tmp_path)) == 2:
            sys.setprofile(None)
            raise KeyboardInterrupt

    paths = [tmp_path / "a", tmp_path / "b"]
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        sys.setprofile(interrupt)
        with atomic_files(paths):
            pytest.fail("never reached")
    gc.collect()
    assert lost == []
    assert os.listdir(tmp_path) == []


def interrupted_at(event: int, action: Callable[[], None]) -> bool:
    """Do something with a KeyboardInterrupt at that step inside atomic.py, if it is reached."""
    steps = itertools.count(1)

    def trace(frame: FrameType, kind: str, value: object) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != atomic.__file__:
            return None
        if next(steps) == event:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.fixture
def quick_collection() -> Iterator[None]:
    """`gc.collect()` takes moments: it passes over everything that other tests have imported."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("quick_collection")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # a file may stay open until it is collected
@pytest.mark.parametrize("output", ["probe", "file", "folder"])
def test_no_interrupt_whenever_it_comes_leaves_anything_hidden(tmp_path: Path, output: str) -> None:
    def write() -> None:
        if output == "probe":
            check_writable(tmp_path / "v")
        elif output == "file":
            with atomic_file(tmp_path / "v") as file:
                file.write(b"new")
        else:
            with atomic_folder(tmp_path / "v", MODEL_FILES) as folder:
                (folder / "model.json").write_text("new")

    step = 1
    while interrupted_at(step, write):
        gc.collect()
        atomic.remove_unfinished()  # as the end of the process does
        left = os.listdir(tmp_path)
        assert left == [] or (left == ["v"] and output != "probe"), step
        if left:
            shutil.rmtree(tmp_path / "v") if output == "folder" else (tmp_path / "v").unlink()
        step += 1
    assert step > 20


def test_a_dash_is_never_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    message = (
        r"^- stands for standard output, which cannot be used here; give the name of a file "
        r"\(\./- for one that is called -\)$"
    )
    with pytest.raises(UsageError, match=message), atomic_file("-", overwrite=True):
        pytest.fail("never reached")
    with pytest.raises(UsageError, match=message), atomic_folder(Path("-"), MODEL_FILES):
        pytest.fail("never reached")
    assert os.listdir() == []
    with atomic_file("./-") as file:
        file.write(b"1")
    assert os.listdir() == ["-"]


def test_several_files_appear_together(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    with atomic_files(paths) as (first, second):
        first.write(b"1")
        second.write(b"2")
        assert not paths[0].exists()
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]
    with pytest.raises(W2VError, match="exists"), atomic_files([tmp_path / "c", paths[1]]):
        pytest.fail("never reached")
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_a_folder_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "m.w2v"
    with atomic_folder(path, MODEL_FILES) as folder:
        (folder / "model.json").write_text("new")
        assert folder.parent == tmp_path
        assert folder.name.startswith(".m.w2v.")
        assert not path.exists()
    assert (path / "model.json").read_text() == "new"
    assert os.listdir(tmp_path) == ["m.w2v"]


def test_a_folder_is_built_under_a_given_name(tmp_path: Path) -> None:
    path, part = model(tmp_path / "m.w2v"), tmp_path / "run" / "model"
    (part / "left").mkdir(parents=True)  # by a process that was killed
    with atomic_folder(path, MODEL_FILES, overwrite=True, part=part) as folder:
        assert folder == part
        assert os.listdir(part) == []
        (folder / "model.json").write_text("new")
    assert (path / "model.json").read_text() == "new"
    assert sorted(os.listdir(tmp_path)) == ["m.w2v", "run"]
    assert os.listdir(tmp_path / "run") == []


def test_a_folder_replaces_a_model(tmp_path: Path) -> None:
    path = model(tmp_path / "m.w2v")
    (path / "context.npy").write_bytes(b"old")
    with atomic_folder(path, MODEL_FILES, overwrite=True) as folder:
        (folder / "model.json").write_text("new")
        assert (path / "model.json").read_text() == "old"
    assert (path / "model.json").read_text() == "new"
    assert os.listdir(path) == ["model.json"]
    assert os.listdir(tmp_path) == ["m.w2v"]


def test_a_folder_replaces_a_model_where_names_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    path = model(tmp_path / "m.w2v")
    with atomic_folder(path, MODEL_FILES, overwrite=True) as folder:
        (folder / "model.json").write_text("new")
    assert (path / "model.json").read_text() == "new"
    assert os.listdir(tmp_path) == ["m.w2v"]


def test_the_old_folder_comes_back_when_the_new_one_cannot_be_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    path = model(tmp_path / "m.w2v")
    rename, calls = os.rename, []

    def fail_second(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == 2:
            raise OSError(errno.EACCES, "denied")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail_second)
    with (
        pytest.raises(OSError, match="denied"),
        atomic_folder(path, MODEL_FILES, overwrite=True) as folder,
    ):
        (folder / "model.json").write_text("new")
    assert (path / "model.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["m.w2v"]


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is Linux's")
def test_linux_exchanges_two_folders_in_one_step(tmp_path: Path) -> None:
    one, other = model(tmp_path / "one", "1"), model(tmp_path / "other", "2")
    assert atomic._exchange(one, other)
    assert (one / "model.json").read_text() == "2"
    assert (other / "model.json").read_text() == "1"


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_folder_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = model(tmp_path / "m.w2v")
    with pytest.raises(type(error)), atomic_folder(path, MODEL_FILES, overwrite=True) as folder:  # noqa: PT012
        (folder / "model.json").write_text("half")
        raise error
    assert (path / "model.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["m.w2v"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    path = tmp_path / "out.bin"
    message = f"no space left on the disk of {path}; nothing was written"
    with pytest.raises(W2VError) as caught, atomic_file(path):
        raise OSError(number, os.strerror(number))
    assert str(caught.value).startswith(message)
    with pytest.raises(W2VError) as caught, atomic_folder(path, MODEL_FILES):
        raise OSError(number, os.strerror(number))
    assert str(caught.value).startswith(message)
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on file sizes is POSIX")
def test_a_real_limit_on_file_size(tmp_path: Path) -> None:
    script = (
        "import resource, signal, sys\n"
        "from w2v.system.atomic import atomic_file\n"
        "from w2v.errors import UsageError, W2VError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try:\n"
        "    with atomic_file(sys.argv[1]) as file:\n"
        "        file.write(bytes(10_000))\n"
        "except W2VError as error:\n"
        "    print(error)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "x")], capture_output=True, text=True
    )
    assert out.stdout.startswith("no space left on the disk of ")
    assert out.stderr == ""
    assert os.listdir(tmp_path) == []


def test_an_existing_file_needs_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")
    for output, folder in ((path, None), (model(tmp_path / "m.w2v"), MODEL_FILES)):
        with pytest.raises(W2VError) as caught:
            check_writable(output, folder=folder)
        assert str(caught.value) == (
            f"{output} exists; give --overwrite to replace it, or another output"
        )
        check_writable(output, overwrite=True, folder=folder)
    assert sorted(os.listdir(tmp_path)) == ["m.w2v", "x.txt"]


def test_a_foreign_folder_is_never_replaced(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis"
    thesis.mkdir()
    check_writable(thesis, overwrite=True, folder=MODEL_FILES)
    (thesis / "chapter1.tex").write_text("years of work")
    with pytest.raises(W2VError) as caught:
        check_writable(thesis, overwrite=True, folder=MODEL_FILES)
    assert str(caught.value) == (
        f"{thesis} is a folder that contains 'chapter1.tex', which is not part of a model; "
        "it will not be replaced: give another output"
    )
    (thesis / "chapter1.tex").rename(thesis / "vocab.tsv")
    with pytest.raises(W2VError, match="is a folder but not a model"):
        check_writable(thesis, overwrite=True, folder=MODEL_FILES)
    noted = model(tmp_path / "m.w2v")
    (noted / "notes.txt").write_text("mine")
    with (
        pytest.raises(W2VError, match=r"notes\.txt"),
        atomic_folder(noted, MODEL_FILES, overwrite=True),
    ):
        pytest.fail("never reached")
    assert (noted / "notes.txt").read_text() == "mine"


def test_a_file_and_a_folder_do_not_replace_each_other(tmp_path: Path) -> None:
    file, folder = tmp_path / "corpus.txt", model(tmp_path / "m.w2v")
    file.write_text("text")
    with pytest.raises(W2VError, match=r"corpus\.txt is not a folder"):
        check_writable(file, overwrite=True, folder=MODEL_FILES)
    with pytest.raises(W2VError, match=r"m\.w2v is a folder; give the name of a file"):
        check_writable(folder, overwrite=True)


def test_what_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path, folder = tmp_path / "x.txt", tmp_path / "m.w2v"
    with pytest.raises(W2VError, match="exists"), atomic_file(path) as file:  # noqa: PT012
        file.write(b"late")
        path.write_bytes(b"early")
    assert path.read_bytes() == b"early"
    with pytest.raises(W2VError, match="exists"), atomic_folder(folder, MODEL_FILES):
        model(folder, "early")
    assert (folder / "model.json").read_text() == "early"
    assert sorted(os.listdir(tmp_path)) == ["m.w2v", "x.txt"]


def test_a_missing_parent_and_impossible_names_are_reported(tmp_path: Path) -> None:
    with pytest.raises(W2VError) as caught:
        check_writable(tmp_path / "no" / "x")
    assert str(caught.value) == (
        f"cannot write {tmp_path / 'no' / 'x'}: there is no folder {tmp_path / 'no'}"
    )
    for name in ("a" * 300, "a\0b"):
        with pytest.raises(W2VError, match="cannot write"):
            check_writable(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX names and links")
def test_links_and_devices(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    with atomic_file(link, overwrite=True) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    with pytest.raises(W2VError, match="neither a file nor a folder"):
        check_writable("/dev/null", overwrite=True)
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(W2VError, match="cannot write"):
        check_writable(loop, overwrite=True)


def test_an_interrupted_look_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "close", interrupted)
        with pytest.raises(KeyboardInterrupt):
            check_writable(tmp_path / "x")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_files_get_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("")
    with atomic_file(tmp_path / "ours"):
        pass
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_folder_that_takes_no_files_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /proc does: it answers that the new file does not exist."""

    def refuse(*given: object) -> int:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(W2VError, match=r"^cannot write .*x: No such file or directory$"):
        check_writable(tmp_path / "x")
