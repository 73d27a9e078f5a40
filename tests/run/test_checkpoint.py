"""Checkpoints: what is saved comes back, and no crash and no damage loses the last whole one."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.run import checkpoint
from w2v.run.checkpoint import (
    CheckpointWriter,
    check_options,
    find_checkpoints,
    load_checkpoint,
    words_saved,
)
from w2v.run.checkpoint_resharding import _divide_again
from w2v.training.state import TrainingState, empty_state

IDENTITY = {"options": {"epochs": 5, "alpha": 0.025, "init": None}, "corpus": "f", "slices": 7}
HOW_TO_START = "give --overwrite instead of --resume to start again"


def state(slices: int = 3, outputs: int = 50) -> TrainingState:
    """A state with something of everything."""
    rng = np.random.default_rng(slices)
    made = fresh(outputs)
    for block in made.blocks:
        block[:] = rng.random(block.shape, np.float32)
    made.slices_done, made.words_done = slices, 100 * slices
    made.loss_sum, made.loss_count = 0.1 + slices, 1e9 / 3
    made.epoch_losses = [2.5, None, 0.1]
    made.private = rng.random((3, 4, 16), np.float32)
    return made


def fresh(outputs: int = 50) -> TrainingState:
    """One of the same shape with nothing in it."""
    return empty_state(50, outputs, 16)


def save(folder: Path, *states: TrainingState) -> None:
    """Write these one after another."""
    with CheckpointWriter(folder, IDENTITY) as writer:
        for each in states:
            writer.save(each)


def same(one: TrainingState | None, other: TrainingState) -> bool:
    """Whether two states are the same to the last bit."""
    assert one is not None
    blocks = [[block.tobytes() for block in (*each.blocks, each.private)] for each in (one, other)]
    return (
        one.private.shape == other.private.shape
        and blocks[0] == blocks[1]
        and (
            (one.slices_done, one.words_done, one.loss_sum, one.loss_count, one.epoch_losses)
            == (
                other.slices_done,
                other.words_done,
                other.loss_sum,
                other.loss_count,
                [2.5, None, 0.1],
            )
        )
    )


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    save(tmp_path, state(3))
    found, notes = load_checkpoint(tmp_path, IDENTITY, fresh())
    assert same(found, state(3))
    assert notes == []
    assert found is not None
    assert found.inputs.ctypes.data % 64 == 0
    assert os.listdir(tmp_path) == ["checkpoint-000000000003"]


def test_one_without_private_rows_comes_back(tmp_path: Path) -> None:
    """Also if it is of the version before, which had none."""
    alone = state(3)
    alone.private = alone.private[:0]
    save(tmp_path, alone)
    assert same(load_checkpoint(tmp_path, IDENTITY, fresh())[0], alone)
    path = tmp_path / "checkpoint-000000000003" / "state.json"
    about = json.loads(path.read_text())["state"]
    about["version"] = checkpoint.WITHOUT_PRIVATE
    del about["private"]
    path.write_text(json.dumps({"digest": checkpoint._digest_of(about), "state": about}))
    found, notes = load_checkpoint(tmp_path, IDENTITY, fresh())
    assert found is not None
    assert found.private.size == 0
    assert [block.tobytes() for block in found.blocks] == [b.tobytes() for b in alone.blocks]
    assert notes == []


def test_another_number_of_processes_has_no_private_rows() -> None:
    stopped = state(3)
    _divide_again(stopped, 10**6, 2)
    assert stopped.private.size == 0


def test_the_two_newest_are_kept(tmp_path: Path) -> None:
    save(tmp_path, *(state(n) for n in (1, 9, 10, 200)))
    assert [path.name[-3:] for path in find_checkpoints(tmp_path)] == ["200", "010"]
    assert sorted(os.listdir(tmp_path)) == ["checkpoint-000000000010", "checkpoint-000000000200"]
    assert same(load_checkpoint(tmp_path, IDENTITY, fresh())[0], state(200))
    assert words_saved(tmp_path) == 20_000


def test_there_may_be_no_checkpoint(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, IDENTITY, fresh()) == (None, [])
    assert words_saved(tmp_path) is None
    check_options(tmp_path, {})


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


DAMAGES = [cut, flip, zero, Path.unlink]
FILES = ["tables", "state.json"]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_the_one_before_a_damaged_one_is_used(tmp_path: Path, name: str, damage: Any) -> None:
    save(tmp_path, state(1), state(2))
    damage(tmp_path / "checkpoint-000000000002" / name)
    found, notes = load_checkpoint(tmp_path, IDENTITY, fresh())
    assert same(found, state(1))
    (note,) = notes
    assert note.startswith(f"{tmp_path / 'checkpoint-000000000002'} is damaged ({name}") or (
        f"the digest of {name} differs" in note
    )
    assert note.endswith(f"); went back to {tmp_path / 'checkpoint-000000000001'}")
    # The damaged one is gone: the run that gets there again must not take it for its own.
    save(tmp_path, state(2))
    assert same(load_checkpoint(tmp_path, IDENTITY, fresh())[0], state(2))


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_one_alone_is_an_error(tmp_path: Path, name: str, damage: Any) -> None:
    save(tmp_path, state(1))
    damage(tmp_path / "checkpoint-000000000001" / name)
    with pytest.raises(W2VError) as caught:
        load_checkpoint(tmp_path, IDENTITY, fresh())
    message = str(caught.value)
    assert message.startswith(
        f"cannot resume from {tmp_path / 'checkpoint-000000000001'}: it is damaged ("
    )
    assert message.endswith(f"), and no earlier one is intact; {HOW_TO_START}")
    assert find_checkpoints(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000, '{"state": 1}', "\0"])
def test_a_strange_state_is_damage(tmp_path: Path, text: str) -> None:
    save(tmp_path, state(1))
    (tmp_path / "checkpoint-000000000001" / "state.json").write_text(text)
    with pytest.raises(W2VError, match="is damaged"):
        load_checkpoint(tmp_path, IDENTITY, fresh())


def test_tables_of_another_shape_are_refused(tmp_path: Path) -> None:
    save(tmp_path, state(1))
    with pytest.raises(W2VError, match=r"its tables are \[\[50, 2, 16\]\], not \[\[50, 2, 32\]\]"):
        load_checkpoint(tmp_path, IDENTITY, empty_state(50, 50, 17))


def test_tables_that_lie_apart_come_back(tmp_path: Path) -> None:
    save(tmp_path, state(3, outputs=20))
    assert same(load_checkpoint(tmp_path, IDENTITY, fresh(20))[0], state(3, outputs=20))


def test_one_from_before_the_distance_exponent_continues_without_it(tmp_path: Path) -> None:
    options = {"architecture": "skipgram", "epochs": 5}
    with CheckpointWriter(tmp_path, {**IDENTITY, "options": options}) as writer:
        writer.save(state())
    now = {**options, "distance_exponent": 0.0}
    check_options(tmp_path, now)
    assert same(load_checkpoint(tmp_path, {**IDENTITY, "options": now}, fresh())[0], state())
    with pytest.raises(W2VError, match=r"distance-exponent was 0\.0 and is now 0\.5"):
        check_options(tmp_path, {**now, "distance_exponent": 0.5})


def test_other_options_and_another_corpus_are_named(tmp_path: Path) -> None:
    save(tmp_path, state(1))
    path = find_checkpoints(tmp_path)[0]
    options = {**IDENTITY["options"], "epochs": 6}  # type: ignore[dict-item]
    wanted = (
        f"cannot resume from {path}: epochs was 5 and is now 6; "
        f"use the value the run began with, or {HOW_TO_START}"
    )
    for check in (
        lambda: load_checkpoint(tmp_path, {**IDENTITY, "options": options}, fresh()),
        lambda: check_options(tmp_path, options),
    ):
        with pytest.raises(W2VError) as caught:
            check()
        assert str(caught.value) == wanted
    with pytest.raises(W2VError) as caught:
        load_checkpoint(tmp_path, {**IDENTITY, "corpus": "g"}, fresh())
    assert str(caught.value) == (
        f"cannot resume from {path}: the corpus has changed since the run began; "
        f"give the same text again, or {HOW_TO_START}"
    )
    with pytest.raises(W2VError, match="another version of w2v made it"):
        load_checkpoint(tmp_path, {**IDENTITY, "slices": 8}, fresh())


@pytest.mark.parametrize("where", ["_write", "sync_file", "sync_folder"])
def test_a_full_disk_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    save(tmp_path, state(1))
    monkeypatch.setattr(checkpoint, where, full)

    def save_second() -> None:
        writer = CheckpointWriter(tmp_path, IDENTITY)
        writer.save(state(2))
        writer.wait()

    with pytest.raises(W2VError) as caught:
        save_second()
    assert str(caught.value) == (
        f"{tmp_path}: the checkpoint could not be written: No space left on device; "
        "the previous one is intact: --resume continues from it"
    )
    assert os.listdir(tmp_path) == ["checkpoint-000000000001"]
    monkeypatch.undo()
    found, notes = load_checkpoint(tmp_path, IDENTITY, fresh())
    assert found is not None
    assert notes == []


def test_a_full_disk_at_the_first_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Any, data: memoryview) -> None:
        file.write(data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "_write", full)
    with pytest.raises(W2VError, match=r"could not be written: No space left on device$"):
        save(tmp_path, state(2))
    assert os.listdir(tmp_path) == []


def test_any_failure_in_the_background_is_raised(tmp_path: Path) -> None:
    def fails() -> None:
        raise RuntimeError("told")

    writer = CheckpointWriter(tmp_path, IDENTITY, fails)
    writer.save(state(1))
    with pytest.raises(RuntimeError, match="told"):
        writer.wait()


def test_it_is_called_after_the_first_alone(tmp_path: Path) -> None:
    calls: list[int] = []
    with CheckpointWriter(tmp_path, IDENTITY, lambda: calls.append(1)) as writer:
        writer.save(state(1))
        writer.save(state(2))
    assert calls == [1]


# A process that ends for good at its n-th step on the disk, as by SIGKILL, while it saves.
CRASH = """
import os, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/run"]
import test_checkpoint as t
folder, first = Path(sys.argv[2]), int(sys.argv[3])

def crash_at(step, states):
    left = step
    def hook(event, arguments):
        nonlocal left
        if event in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"):
            left -= 1
            if left == 0:
                os._exit(9)
    sys.addaudithook(hook)
    t.save(folder, *states)
    os._exit(0)

step, code, failures = first, 9, []
while code == 9:
    for path in folder.iterdir():
        t.checkpoint.shutil.rmtree(path)
    t.save(folder, t.state(1))
    child = os.fork()
    if not child:
        crash_at(step, [t.state(2), t.state(3), t.state(3)])
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    found, notes = t.load_checkpoint(folder, t.IDENTITY, t.fresh())
    assert notes == [], (step, notes)
    assert any(t.same(found, t.state(n)) for n in (1, 2, 3)), step
    t.save(folder, t.state(4))
    assert t.same(t.load_checkpoint(folder, t.IDENTITY, t.fresh())[0], t.state(4))
    assert all(p.name.startswith("checkpoint-") for p in t.find_checkpoints(folder))
    step += 1
assert code == 0, code
print(step - first)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the crash is made in a forked child")
def test_a_crash_at_any_step_leaves_a_whole_one(tmp_path: Path) -> None:
    here = str(Path(__file__).parents[1])
    out = subprocess.run(
        [sys.executable, "-c", CRASH, here, str(tmp_path), "1"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert out.stderr == ""
    assert int(out.stdout) > 20, "so many steps were tried"
