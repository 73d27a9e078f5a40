"""The docs say what the program does: commands, options, modules, and examples that run."""

import re
import runpy
import shutil
from pathlib import Path

import pytest

from w2v.cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (DOCS / "commands.md").read_text(encoding="utf-8")


def page(name: str) -> str:
    """A page of the docs."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def test_the_page_of_commands_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))["commands_page"]()
    missing = sorted(set(page.splitlines()) - set(COMMANDS_PAGE.splitlines()))
    assert page == COMMANDS_PAGE, f"run 'python docs/make_commands.py'; new lines: {missing}"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_docs_have_every_command(name: str) -> None:
    assert f"`w2v {name}" in page("asking")


def test_the_docs_have_every_format() -> None:
    from w2v.formats.registry import FORMATS

    table = page("formats")
    missing = sorted(name for name in FORMATS if f"`{name}`" not in table)
    assert not missing, f"docs/formats.md lacks {missing}"


def test_the_docs_have_every_training_option() -> None:
    from w2v.config import TrainConfig

    for name, value in TrainConfig().to_dict().items():
        row = re.search(rf"^\| `--.*{name.replace('_', '-')}`.*$", page("training"), re.MULTILINE)
        assert row, f"docs/training.md lacks {name}"
        if isinstance(value, float):
            shown = [float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-\d+)?", row[0])]
            assert value in shown, f"docs/training.md: the default of {name} is {value}"
        elif value is not None:
            assert str(value) in row[0], f"docs/training.md: the default of {name} is {value}"


def test_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", page("python"), re.DOTALL)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    names = runpy.run_path("example.py")
    assert names["model"].analogy("king", "man", "woman")[0][0] == "queen"
    assert names["model"][[1, 2, 3]].shape == (3, 50)


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("*/*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize("name", ["quickstart", "tests"])
def test_ci_runs_the_readmes_commands(name: str) -> None:
    lines = re.findall(rf"<!-- {name} -->\n```sh\n(.*)\n```", README)
    assert len(lines) == 1
    assert f"run {name}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
