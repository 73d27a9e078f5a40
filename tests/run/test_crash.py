"""A run that ends for good at any step on the disk loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import some_text
from uncompiled import environment

# A run that ends for good at its n-th step on the disk, as by SIGKILL, and is then resumed. The
# steps that matter are in the output's folder and begin when training does.
CRASH = """
import os, shutil, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/run"]
import stopping as t
from running import digests
folder, (first, stride, epochs) = Path(sys.argv[2]), map(int, sys.argv[3:])
text, output, old = folder / "text", folder / "out" / "m", folder / "out" / "old.w2v"
output.parent.mkdir()
EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree")

def crash_at(step):
    left = step
    def hook(event, arguments):
        nonlocal left
        if event in EVENTS:
            if event == "open" and not str(arguments[0]).startswith(str(output.parent)):
                return
            left -= 1
            if left == 0:
                os._exit(9)
    sys.addaudithook(hook)

def child(work):
    number = os.fork()
    if not number:
        try:
            work()
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])

def train(step, **options):
    if step:
        crash_at(step)
    t.go(text, output, **options)

how = dict(epochs=epochs, every=10, overwrite=True)
train(0, **how)   # in this process, so that its children find everything loaded
whole = digests(output)
output.rename(folder / "whole")
assert child(lambda: train(0, **{**how, "seed": 2})) == 0
earlier = digests(output)   # of a model that is to be replaced
output.rename(folder / "earlier")
step, code, tries = first, 9, 0
while code == 9:
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(folder / "earlier", output)
    code = child(lambda: train(step, **how))
    assert digests(output) in (earlier, whole), step
    assert child(lambda: train(0, resume=True, **how)) == 0, step
    assert digests(output) == whole, step
    for left in output.parent.glob(".m.*.tmp"):   # of a look whether a file can be made there
        assert left.stat().st_size == 0, step
        left.unlink()
    assert os.listdir(output.parent) == ["m"], (step, os.listdir(output.parent))
    step, tries = step + stride, tries + 1
assert code == 0, code
print(tries)
"""


def crash_at_every(tmp_path: Path, first: int, stride: int, epochs: int) -> int:
    """Crash a run of so many epochs at these steps; how many there were."""
    (tmp_path / "text").write_text(some_text(2500))
    here = str(Path(__file__).parents[1])
    out = subprocess.run(
        [sys.executable, "-c", CRASH, here, str(tmp_path), *map(str, (first, stride, epochs))],
        capture_output=True,
        text=True,
        timeout=900,
        env=environment(),
    )
    assert out.stderr == ""
    return int(out.stdout)


# With one epoch, the only checkpoint is that of the end.
@pytest.mark.parametrize("epochs", [1, 2])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the crash is made in a forked child")
def test_a_crash_at_some_steps_of_a_run_loses_nothing(tmp_path: Path, epochs: int) -> None:
    assert crash_at_every(tmp_path, 5, 17, epochs) > 5


@pytest.mark.slow
@pytest.mark.parametrize("epochs", [1, 2])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the crash is made in a forked child")
def test_a_crash_at_any_step_of_a_run_loses_nothing(tmp_path: Path, epochs: int) -> None:
    assert crash_at_every(tmp_path, 1, 1, epochs) > 90
