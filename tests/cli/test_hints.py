"""Options that people know from other tools: the message names what to use here."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import pytest
from asking import Command

from w2v.cli.hints import _ADVICE, _NAMES
from w2v.cli.main import COMMANDS, cli


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("train text --lr 0.1", "No such option '--lr': use --alpha."),
        ("train text --workers 4", "No such option '--workers': use --threads."),
        ("train text --iter 4", "No such option '--iter': use --epochs."),
        ("train text --size 4", "No such option '--size': use --vector-size."),
        ("train text --size=4", "No such option '--size': use --vector-size."),
        ("train text --dim 4", "No such option '--dim': use --vector-size."),
        ("train text --minCount 4", "No such option '--minCount': use --min-count."),
        ("train text --vector_size 4", "No such option '--vector_size': use --vector-size."),
        ("train text -size 4", "No such option '-size': use --vector-size."),
        (
            "train text -cbow 0",
            "No such option '-cbow': use --architecture cbow, or leave it out for skip-gram.",
        ),
        (
            "train text -hs 1",
            "No such option '-hs': use --loss hs, or leave it out for negative sampling.",
        ),
        ("info a.w2v", "Got unexpected extra argument (a.w2v); -m names the model."),
        ("export a.w2v b.txt", "Got unexpected extra argument (b.txt); -m names the model."),
        ("train text -minn 3", "No such option '-minn': use --min-n."),
        ("train text -minCount 5", "No such option '-minCount': use --min-count."),
        (
            "train text -overflow-file x",
            "No such option '-overflow-file': leave it out; w2v counts no co-occurrences.",
        ),
        ("train text -bucket 5", "No such option '-bucket': use --buckets."),
        (
            "train text -wordNgrams 2",
            "No such option '-wordNgrams': use w2v phrases and --phrases to read several words as "
            "one.",
        ),
        ("train text -window 4", "No such option '-window': use --window."),
        ("train text -t 1e-4", "No such option '-t': use --sample."),
        ("train text -output vectors", "No such option '-output': use --output."),
        ("neighbors king -model x", "No such option '-model': use --model."),
        ("neighbors king --topn 3", "No such option '--topn': use --top."),
        (
            "train -train text",
            "No such option '-train': give the text without an option: w2v train corpus.txt.",
        ),
        (
            "train text -save-vocab x",
            "No such option '-save-vocab': use w2v vocab corpus.txt --save FILE.",
        ),
        (
            "neighbors -1",
            "No such option '-1': words that begin with - go after --, as in "
            "'w2v neighbors -- -1'.",
        ),
        ("train text --vectors 4", "No such option '--vectors'."),
    ],
)
def test_what_other_tools_call_an_option_is_known(
    arguments: str, message: str, ask: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = os.listdir()
    said = ask(*arguments.split())
    command = arguments.split()[0]
    if message.endswith(": ") or "--vectors" in message:
        assert said.err.startswith(f"w2v: {message}")
    else:
        assert said.err == f"w2v: {message} See 'w2v {command} --help'.\n"
    assert (said.out, said.code) == ("", 2)
    assert os.listdir() == before


def test_words_after_two_dashes_are_no_options(ask: Command) -> None:
    said = ask("neighbors", "--", "-size")
    assert said.err.startswith("w2v: '-size' is not among the 16 words")
    assert said.code == 1


def test_short_options_and_values_are_not_taken_for_long_options(ask: Command) -> None:
    assert ask("neighbors", f"-m{ask.model}", "king", "--min-similarity", "-0.5").code == 0


def test_every_hint_names_an_option_that_exists() -> None:
    context = click.Context(cli)
    options = set()
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        options |= {text for param in command.params for text in param.opts}
    advice = {text for line in _ADVICE.values() for text in re.findall(r"--[a-z-]+", line)}
    assert advice | set(_NAMES.values()) <= options
