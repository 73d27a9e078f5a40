"""CI installs all that the tests use, and w2v runs where it is not installed itself."""

import importlib.metadata
import importlib.util
import os
import re
import tomllib
from pathlib import Path

import pytest

import w2v
from w2v.run.model import versions

WANTED = re.compile(r"importorskip\(\s*\"([a-zA-Z_]+)")
TESTS = Path(__file__).parent


@pytest.mark.skipif(not os.environ.get("CI"), reason="only CI must have every package")
def test_ci_has_every_package_that_a_test_wants() -> None:
    sources = [path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py")]
    wanted = {name for source in sources for name in WANTED.findall(source)}
    assert wanted
    missing = sorted(name for name in wanted if importlib.util.find_spec(name) is None)
    assert not missing, f"tests are skipped for want of {missing}: name them in pyproject.toml"


@pytest.mark.skipif(not os.environ.get("CI"), reason="only CI must have every package")
def test_ci_has_the_test_and_peers_extras() -> None:
    project = tomllib.loads((TESTS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    for requirement in extras["test"] + extras["peers"]:
        importlib.metadata.version(re.split(r"[<>=]", requirement)[0])


def test_a_model_says_what_wrote_it_where_w2v_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "w2v":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    found = versions()
    assert found["w2v"] == w2v.__version__
    assert found["numpy"] == real("numpy")
