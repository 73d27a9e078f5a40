"""Whatever the command line, an answer or one clear line comes out, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from asking import write_toy
from fuzz_settings import examples
from hypothesis import given
from hypothesis import strategies as st

from w2v.cli.main import COMMANDS, cli, run

VALUES = [
    "\x00",
    *"-1 0 1 2 3 0.5 -0 1e-320 1e308 nan inf 2147483648 9223372036854775808 x - é".split(),
    "",
    "\udcff",
    "9" * 400,
    "1,2",
    "man:king",
]
WORDS = [
    "\x00",
    *"king man woman queen + - king-man Rome rome new zero 0 -1 99 -- --top".split(),
    "king - man + woman",
    "a b c d",
    "new york",
    "",
    " ",
    "\udcff",
    "x" * 2000,
]
PATHS = (
    "toy.w2v corpus.txt questions.txt pairs.txt words.txt junk empty folder config.toml "
    "toy.w2v/vectors.npy missing/out.txt new.w2v new.txt new.bin new.npy new.svg new.html "
    "new.projector new.pt new.fifu new.xyz new.txt.gz . / - new.ftbin"
).split()
CHOICES = (
    "words whitespace utf-8 utf-16 pca tsne 3cosmul 3cosadd fold exact sum output word2vec glove "
    "projector fasttext-bin"
).split()
STANDARD_INPUT = [b"", b"king\n", b"king man woman\n", b"\xff\x00\n", b"king queen 3\n: a\n", b"#"]


NUMBERS = ["-1", "0", "1", "2", "3", "7", "2147483648", "9223372036854775808"]
FRACTIONS = ["-0.5", "0", "1e-320", "1e-9", "0.01", "0.5", "1", "1e308", "inf", "-inf", "nan"]

# Valid command lines; random arguments are appended to them.
BASES = {
    "train": "train corpus.txt -o new.w2v --vector-size 4 --min-count 1 --epochs 1 --threads 1",
    "vocab": "vocab corpus.txt",
    "info": "info",
    "analogy": "analogy man woman king",
    "neighbors": "neighbors king",
    "similarity": "similarity king queen",
    "odd-one-out": "odd-one-out king queen paris",
    "vector": "vector king",
    "shell": "shell",
    "evaluate": "evaluate questions.txt pairs.txt",
    "clusters": "clusters -k 3",
    "plot": "plot king queen man woman -o new.svg",
    "export": "export new.npy",
    "phrases": "phrases corpus.txt -o new.tsv --min-count 1",
    "matrix": "matrix king queen man",
    "embed": "embed corpus.txt -o new.npy",
    "explore": "explore -o new.html",
    "compare": "compare toy.w2v toy.w2v",
    "align": "align toy.w2v toy.w2v -o new.w2v",
    "configs": "configs small",
}
strings = st.text(max_size=9)
anything = st.one_of(*map(st.sampled_from, (VALUES, PATHS, CHOICES)), strings)


def fitting(option: click.Parameter) -> st.SearchStrategy[str]:
    """Good and bad values of an option's own type in three of four cases."""
    kind = option.type
    if isinstance(kind, click.Choice):
        own = list(map(str, kind.choices))
    elif isinstance(kind, click.types.IntParamType):
        own = NUMBERS
    elif isinstance(kind, click.types.FloatParamType):
        own = FRACTIONS
    else:
        own = [*PATHS, *CHOICES]
    return st.one_of(*[st.sampled_from(own)] * 3, anything)


def command_lines(name: str) -> st.SearchStrategy[list[str]]:
    """Arguments of a command: mostly a valid line, then its own options, words and paths."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options: list[st.SearchStrategy[list[str]]] = []
    for option in command.params:
        spelled = st.sampled_from([*option.opts, *option.secondary_opts])
        if isinstance(option, click.Option) and option.is_flag:
            options.append(spelled.map(lambda flag: [flag]))
        elif isinstance(option, click.Option):
            options.append(st.tuples(spelled, fitting(option)).map(list))
    words = st.one_of(st.sampled_from(PATHS[:8]), st.sampled_from(WORDS), strings)
    base = st.sampled_from([BASES[name].split()] * 4 + [[name]])
    # Words are rare: most are unknown, and would make a valid line invalid.
    parts = st.lists(st.one_of(*options), max_size=3) if options else st.just([])
    last = st.lists(words, max_size=2) | st.just([]) | st.just([])
    return st.tuples(base, parts, last).map(
        lambda found: [*found[0], *(text for part in found[1] for text in part), *found[2]]
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of what commands can be asked about."""
    folder = tmp_path_factory.mktemp("template")
    write_toy(folder / "toy.w2v")
    (folder / "corpus.txt").write_text("the cat sat on the mat and the dog sat too\n" * 20)
    (folder / "questions.txt").write_text(": a\nman woman king queen\nfrance paris italy Rome\n")
    (folder / "pairs.txt").write_text("man\twoman\t5\nking\tqueen\t7\nparis\tRome\t3\n")
    (folder / "words.txt").write_text("the 100\ncat 20\nsat 20\n")
    (folder / "junk").write_bytes(bytes(range(256)) * 4)
    (folder / "empty").write_bytes(b"")
    (folder / "config.toml").write_text("epochs = 1\nvector-size = 4\nmin-count = 1\n")
    (folder / "folder").mkdir()
    (folder / "folder" / "text").write_text("a b a b\n")
    return folder


@contextlib.contextmanager
def inside(folder: Path, content: bytes) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Work in a folder with a model and with these bytes as standard input."""
    before = os.getcwd(), sys.stdin, os.environ.get("W2V_MODEL")
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    err.reconfigure(errors="backslashreplace")
    os.chdir(folder)
    os.environ["W2V_MODEL"] = "toy.w2v"
    sys.stdin = io.TextIOWrapper(io.BytesIO(content), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield out, err
    finally:
        os.chdir(before[0])
        sys.stdin = before[1]
        os.environ.pop("W2V_MODEL")
        if before[2] is not None:
            os.environ["W2V_MODEL"] = before[2]


def check_command(template: Path, folder: Path, arguments: list[str], content: bytes) -> None:
    """A command answers or reports in one line why not, and leaves no hidden file behind."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    with inside(folder, content) as (_, err):
        code = run(arguments)
    said = err.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert code in (0, 1, 2, 130), (arguments, code)
    assert "Traceback" not in said, said
    assert "Warning" not in said, said
    if code and arguments:
        last = said.splitlines()[-1] if said else ""
        assert last.startswith("w2v: "), (arguments, said)
        assert len(last) > len("w2v: ") + 5
    left = [name for name in os.listdir(folder) if name.startswith(".")]
    assert left == [], (arguments, left)


def fuzz_command(name: str, number: int) -> Callable[..., None]:
    """A test of one command."""

    @examples(number)
    @given(command_lines(name), st.sampled_from(STANDARD_INPUT))
    def test(template: Path, tmp_path: Path, arguments: list[str], content: bytes) -> None:
        check_command(template, tmp_path / "x", arguments, content)

    return test


globals().update({f"test_command_{name}": fuzz_command(name, 40) for name in COMMANDS})


@examples(40)
@given(st.lists(st.one_of(strings, st.sampled_from([*COMMANDS, "-h", "--version"]))))
def test_any_command_line(template: Path, tmp_path: Path, arguments: list[str]) -> None:
    check_command(template, tmp_path / "x", arguments[:1], b"")
