"""The docs say what the program does: commands, options, formats, links, and examples that run."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
from pathlib import Path

import click
import pytest
from doc_blocks import BLOCK, run, same_shape, steps

from w2v.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = {path.stem: path for path in [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]}


def page(name: str) -> str:
    """A page's text."""
    return PAGES[name].read_text(encoding="utf-8")


# --- what is listed -----------------------------------------------------------------------------


def test_the_page_of_commands_is_up_to_date() -> None:
    made = runpy.run_path(str(DOCS / "make_commands.py"))["commands_page"]()
    missing = sorted(set(made.splitlines()) - set(page("commands").splitlines()))
    assert made == page("commands"), f"run 'python docs/make_commands.py'; new lines: {missing}"


def test_the_docs_have_every_format() -> None:
    from w2v.formats.registry import FORMATS

    missing = sorted(name for name in FORMATS if f"`{name}`" not in page("formats"))
    assert not missing, f"docs/formats.md lacks {missing}"


def test_the_docs_have_every_training_option() -> None:
    from w2v.config import TrainConfig

    for name, value in TrainConfig().to_dict().items():
        row = re.search(rf"^\| `--.*{name.replace('_', '-')}`.*$", page("training"), re.MULTILINE)
        assert row, f"docs/training.md lacks {name}"
        if isinstance(value, bool):
            assert ("on" if value else "off") in row[0], f"docs/training.md: {name} is {value}"
        elif isinstance(value, float):
            shown = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-\d+)?", row[0])]
            assert value in shown, f"docs/training.md: the default of {name} is {value}"
        elif value is not None:
            assert str(value) in row[0], f"docs/training.md: the default of {name} is {value}"


def test_the_readme_leads_to_every_page() -> None:
    missing = sorted(name for name in PAGES if f"docs/{name}.md" not in page("README"))
    assert missing == ["README"]


def test_the_readme_is_short() -> None:
    assert len(page("README").splitlines()) <= 150


def test_links_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)[)#]", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_files_that_are_named_exist() -> None:
    """Those between backquotes, in text and in commands."""
    named = set()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("tests/*/*.md")]:
        for quoted in re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8")):
            for name in re.findall(r"(?<![\w/.])(?:w2v|tests|docs|benchmarks)/[\w./-]*\w", quoted):
                assert (ROOT / name).exists(), f"{path.name}: {name}"
                named.add(name)
    assert {"w2v/config.py", "tests/reference.py"} <= named


@pytest.mark.parametrize("name", ["quickstart", "tests"])
def test_ci_runs_the_readmes_commands(name: str) -> None:
    lines = re.findall(rf"<!-- {name} -->\n```sh\n(.*)\n```", page("README"))
    assert len(lines) == 1
    assert f"run {name}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


# --- what is run --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the pages take it for granted: data/, a small text, and a trained model."""
    import w2v

    folder = tmp_path_factory.mktemp("workshop")
    shutil.copytree(ROOT / "data", folder / "data")
    text = (folder / "data" / "corpus.txt").read_text(encoding="utf-8")
    (folder / "corpus.txt").write_text(text[:100_000], encoding="utf-8")
    w2v.train(folder / "data" / "corpus.txt", folder / "model.w2v")
    return folder


@pytest.mark.parametrize("name", [name for name in PAGES if name != "commands"])
def test_the_examples_run_and_print_what_the_page_shows(
    name: str, workshop: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    shutil.copytree(workshop, folder)
    for step in steps(page(name)):
        printed = run(step, folder)
        if step.shown is not None:
            assert same_shape(step.shown, printed), (
                f"{PAGES[name].name}:{step.line}: $ {step.text}\nprints now:\n" + "\n".join(printed)
            )


@pytest.mark.parametrize("name", [name for name in PAGES if name != "commands"])
def test_every_command_and_option_named_is_one_that_there_is(name: str) -> None:
    """Commands between backquotes and in blocks that are not run; `w2v` alone is the program."""
    for command in re.findall(r"`w2v ([a-z][^`]*)`", page(name)):
        check_command(command)
    for block in BLOCK.finditer(page(name)):
        for command in re.findall(r"^(?:\$ )?w2v ([a-z].*)$", block["text"] or "", re.MULTILINE):
            check_command(command.rstrip("\\"))


def check_command(line: str) -> None:
    """Assert that `w2v LINE` names a command, and only options that it has."""
    name, *arguments = shlex.split(line.replace("…", ""), comments=True) or [""]
    assert name in COMMANDS, f"there is no 'w2v {name}'"
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    for argument in arguments:
        if argument in ("|", ">", "<", "&&", ";"):
            return
        option = argument.split("=")[0]
        if re.fullmatch(r"--[a-z][a-z-]*|-[a-zA-Z]", option):
            assert option in known | {"--help", "-h"}, f"w2v {name} has no {option}"
