"""Completion in shells: files, configurations, formats and choices complete where they belong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from w2v.cli.main import COMMANDS, cli

SHELLS = ("bash", "zsh", "fish")


def completions(line: str) -> list[tuple[str, str]]:
    """The kind and the value of what completes a line; its last word may be empty."""
    *words, incomplete = line.split(" ")
    complete = ShellComplete(cli, {}, "w2v", "_W2V_COMPLETE")
    return [(item.type, item.value) for item in complete.get_completions(words[1:], incomplete)]


@pytest.mark.parametrize(
    "line",
    [
        "w2v train te",
        "w2v train text -o ",
        "w2v train text --vocab te",
        "w2v train text --init te",
        "w2v train text --cache-dir te",
        "w2v train text --config te",
        "w2v vocab te",
        "w2v vocab text --save te",
        "w2v neighbors king -m te",
        "w2v neighbors king --model te",
        "w2v similarity --pairs te",
        "w2v evaluate te",
        "w2v clusters -o te",
        "w2v plot -o te",
        "w2v export te",
        "w2v export -m te",
        "w2v export --words te",
    ],
)
def test_files_complete(line: str) -> None:
    assert completions(line) == [("file", line.split(" ")[-1])]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("w2v export --format word2vec", ["word2vec-bin", "word2vec"]),
        ("w2v export --from word2vec-", ["word2vec-bin"]),
        ("w2v train text --config pa", ["paper-2013"]),
        ("w2v configs word", ["word2vec-c", "word2vec-c-cbow", "word2vec-c-hs"]),
        ("w2v train text --tokenizer wh", ["whitespace"]),
        ("w2v neighbors king --vectors s", ["sum"]),
        ("w2v analogy --method ", ["3cosadd", "3cosmul"]),
        ("w2v plot --layout t", ["tsne"]),
        ("w2v tra", ["train"]),
    ],
)
def test_values_complete(line: str, values: list[str]) -> None:
    assert completions(line) == [("plain", value) for value in values]


def test_every_option_that_takes_a_file_completes_one() -> None:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        for param in command.params:
            if "FILE" in (param.metavar or "") or param.metavar == "PATH":
                assert isinstance(param.type, click.Path), f"{name} {param.name}"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_completes(shell: str, tmp_path: Path) -> None:
    """The script that w2v prints for a shell, sourced and asked by that shell itself."""
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    program = Path(sys.executable).with_name("w2v")
    if not program.exists():
        pytest.skip("w2v is not installed beside this Python")
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    how = {"cwd": tmp_path, "text": True, "capture_output": True, "timeout": 120}
    environment = {**os.environ, "PATH": path, "_W2V_COMPLETE": f"{shell}_source"}
    source = subprocess.run([program], env=environment, **how).stdout  # type: ignore[call-overload]
    assert "_W2V_COMPLETE" in source
    (tmp_path / "source").write_text(source)
    for words, wanted in (("train te", "file"), ("export --format word2vec-", "word2vec-bin")):
        script = {
            "bash": f"source ./source; COMP_WORDS=(w2v {words}); "
            "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _w2v_completion w2v; "
            'echo "${COMPREPLY[@]}"; compopt -o default 2>/dev/null; true',
            "zsh": "compdef() { :; }; source ./source; compadd() { print -r -- $completions }; "
            "_path_files() { print file }; "
            f"words=(w2v {words}); CURRENT=$#words; _w2v_completion",
            "fish": f"source ./source; touch text.txt; complete -C 'w2v {words}'",
        }[shell]
        done = subprocess.run(
            [shell, "-c", script],
            env={**os.environ, "PATH": path, "HOME": str(tmp_path)},
            **how,  # type: ignore[call-overload]
        )
        if wanted == "file" and shell == "fish":
            wanted = "text.txt"
        if wanted == "file" and shell == "bash":
            assert done.stdout.strip() == "", done  # click then leaves it to bash's file completion
        else:
            assert wanted in done.stdout, done
