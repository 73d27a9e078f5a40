"""The w2v command itself: --help, exit codes, pipes, and what a start imports."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from asking import Command

from w2v.cli.main import COMMANDS, LazyGroup, cli, run


def test_every_command_is_there_and_sums_itself_up_as_in_the_list() -> None:
    group = cli
    assert isinstance(group, LazyGroup)
    context = click.Context(group)
    for name, entry in COMMANDS.items():
        command = group.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(limit=200) == entry.summary, name


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help_is_shown(name: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"] if name else ["-h"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Usage: w2v {name or '[OPTIONS] COMMAND'} ")
    assert err == ""
    if name is None:
        for command, entry in COMMANDS.items():
            assert f"  {command} " in out
            assert entry.summary in out


def test_no_command_shows_the_help_as_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: w2v [OPTIONS] COMMAND [ARGS]...\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["analgy"], "No such command 'analgy'. Did you mean 'analogy'? See 'w2v --help'."),
        (
            ["neighbours"],
            "No such command 'neighbours'. Did you mean 'neighbors'? See 'w2v --help'.",
        ),
        (["xyz"], "No such command 'xyz'. See 'w2v --help'."),
        (["--bogus"], "No such option '--bogus'. See 'w2v --help'."),
        (["evaluate"], "Missing argument 'QUESTIONS...'. See 'w2v evaluate --help'."),
    ],
)
def test_a_wrong_command_line_is_a_line_and_exit_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    # click before 8.4 writes "option: --bogus".
    assert (out, err.replace("option: --bogus", "option '--bogus'")) == ("", f"w2v: {message}\n")


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("w2v, version ")


def test_the_end_looks_for_no_garbage() -> None:
    """Which would take as long as the rest of a short command."""
    code = (
        "import atexit, gc; from w2v.cli.main import main; "
        "atexit.register(lambda: print(gc.get_freeze_count())); main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout.splitlines()[-1]) > 1000


def imported_by(*arguments: str) -> set[str]:
    """The modules that a command line imports, in a process of its own."""
    code = (
        "import sys; from w2v.cli.main import run; code = run(sys.argv[1:]); "
        "print(code, *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["analogy", "--help"], ["train", "--help"]])
def test_help_imports_neither_numpy_nor_numba(arguments: list[str]) -> None:
    assert imported_by(*arguments).isdisjoint({"numpy", "numba"})


def test_the_list_of_commands_imports_no_command() -> None:
    assert imported_by("--help").isdisjoint(entry.module for entry in COMMANDS.values())


def test_queries_import_no_numba(ask: Command, tmp_path: Path) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("man king woman queen\n")
    for arguments in (
        ["neighbors", "king"],
        ["analogy", "king", "man", "woman"],
        ["similarity", "king", "queen"],
        ["odd-one-out", "king", "queen", "paris"],
        ["vector", "king"],
        ["info"],
        ["evaluate", str(questions)],
    ):
        assert imported_by(*arguments).isdisjoint({"numba", "matplotlib", "torch"})


def test_a_question_imports_only_what_answers_it(ask: Command) -> None:
    """Every import delays the answer."""
    modules = imported_by("analogy", "king", "man", "woman")
    rooms = {name.split(".")[1] for name in modules if name.startswith("w2v.")}
    ground = {"errors", "messages", "arrays", "option", "config"}
    assert rooms == ground | {"system", "words", "formats", "vectors", "cli"}
    assert modules.isdisjoint({"concurrent.futures", "tomllib", "difflib", "csv"})


def test_a_closed_pipe_is_silent_and_exits_0(ask: Command) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # nobody listens from the start
    for arguments in (
        ["--help"],
        ["neighbors", "--help"],
        ["neighbors", "king"],
        ["vector", "king"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "w2v", *arguments],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        assert (done.stderr, done.returncode) == ("", 0), arguments
    os.close(writing)


def test_a_pipe_that_closes_half_way_is_silent(ask: Command, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("king\n" * 20_000)  # far more output than a pipe holds
    reading, writing = os.pipe()
    with open(words, "rb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "w2v", "vector", "-"],
            stdin=lines,
            stdout=writing,
            stderr=subprocess.PIPE,
        )
    os.close(writing)
    assert os.read(reading, 6) == b"king 1"
    os.close(reading)
    _, err = process.communicate(timeout=60)
    assert (err, process.returncode) == (b"", 0)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is full")
def test_a_full_disk_is_a_line(ask: Command) -> None:
    for arguments in ["--help"], ["vector", "king"]:
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "w2v", *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )
        assert (done.stderr, done.returncode) == ("w2v: No space left on device\n", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes the streams")
def test_closed_streams_are_no_traceback(ask: Command) -> None:
    command = f"{shlex.quote(sys.executable)} -m w2v"
    for line, code, message in (
        ("neighbors king >&-", 0, ""),
        ("neighbors <&-", 1, "w2v: standard input: empty; it must contain one query per line\n"),
        ("neighbors kingg 2>&-", 1, ""),
    ):
        done = subprocess.run(["sh", "-c", f"{command} {line}"], capture_output=True, text=True)
        assert (done.stderr, done.returncode) == (message, code), line


def test_the_installed_script_is_the_same_command() -> None:
    script = shutil.which("w2v", path=os.path.dirname(sys.executable))
    if script is None:
        pytest.skip("w2v is not installed beside this Python")
    for arguments in ["--help"], ["analgy"]:
        ours = subprocess.run([script, *arguments], capture_output=True, text=True)
        module = subprocess.run(
            [sys.executable, "-m", "w2v", *arguments], capture_output=True, text=True
        )
        assert ours.stdout == module.stdout
        assert (ours.stderr, ours.returncode) == (module.stderr, module.returncode)
