"""CI installs all that the tests use, so that none is skipped there for want of a package."""

import importlib.metadata
import importlib.util
import os
import re
import tomllib
from pathlib import Path

import pytest

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
