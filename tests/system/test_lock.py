"""One run to an output at a time, and a folder that comes and goes with its lock."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from w2v.errors import W2VError
from w2v.system import lock
from w2v.system.lock import locked_folder

HOLD = """
import sys, time
from pathlib import Path
from w2v.system.lock import locked_folder
with locked_folder(Path(sys.argv[1]), "m.w2v"):
    print("held", flush=True)
    time.sleep(60)
"""
COUNT = """
import sys, time
from pathlib import Path
from w2v.errors import W2VError
from w2v.system.lock import locked_folder
folder, number, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
done = 0
while done < times:
    try:
        with locked_folder(folder, "m.w2v"):
            inside = folder / "inside"
            inside.touch(exist_ok=False)   # fails when another is inside
            number.write_text(str(int(number.read_text()) + 1))
            inside.unlink()
            done += 1
    except W2VError as error:
        assert "another run is writing it" in str(error), error
        time.sleep(0.0005)
"""


def test_a_second_run_is_refused_and_the_folder_goes_with_the_lock(tmp_path: Path) -> None:
    folder = tmp_path / "m.w2v.run"
    with locked_folder(folder, "m.w2v") as locked:
        assert locked
        with pytest.raises(W2VError) as caught, locked_folder(folder, "m.w2v"):
            pytest.fail("never reached")
        assert folder.is_dir()
    assert str(caught.value) == (
        "m.w2v: another run is writing it; wait for it to end, or give another -o"
    )
    assert os.listdir(tmp_path) == []


def test_a_folder_with_something_in_it_stays(tmp_path: Path) -> None:
    with locked_folder(tmp_path / "x", "m"):
        (tmp_path / "x" / "checkpoint-1").mkdir()
    assert sorted(os.listdir(tmp_path / "x")) == ["checkpoint-1", "lock"]
    with locked_folder(tmp_path / "x", "m"):
        (tmp_path / "x" / "checkpoint-1").rmdir()
    assert os.listdir(tmp_path) == []


def test_a_killed_run_holds_no_lock(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "x")], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(W2VError, match="another run"), locked_folder(tmp_path / "x", "m"):
            pytest.fail("never reached")
        process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        process.wait()
    assert os.listdir(tmp_path / "x") == ["lock"]
    with locked_folder(tmp_path / "x", "m"):
        pass
    assert os.listdir(tmp_path) == []


def test_runs_that_race_for_the_folder_are_never_inside_together(tmp_path: Path) -> None:
    number = tmp_path / "number"
    number.write_text("0")
    command = [sys.executable, "-c", COUNT, str(tmp_path / "x"), str(number), "100"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert ends == [("", 0)] * 4
    assert number.read_text() == "400"
    assert os.listdir(tmp_path) == ["number"]


def test_a_disk_without_locks_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(file: IO[Any]) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(lock, "_lock", no_locks)
    with locked_folder(tmp_path / "x", "m") as locked:
        assert not locked
    assert os.listdir(tmp_path) == []


def test_a_file_in_the_way_is_reported(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(W2VError, match=r"cannot write .*x: Not a directory"):
        locked_folder(tmp_path / "x", "m").__enter__()
