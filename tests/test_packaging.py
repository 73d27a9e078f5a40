"""CI installs all that the tests use, and w2v runs where it is not installed itself."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import w2v
from w2v.run.model import versions

WANTED = re.compile(r"(?:importorskip|tool)\(\s*\"([a-zA-Z_0-9]+)")
TESTS = Path(__file__).parent
ROOT = TESTS.parent
NOT_PACKAGES = {"readline"}
"""Modules that a test may lack and that no package index has: of Python itself, on Unix."""
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
"""Modules whose package has another name."""


def wanted_modules() -> set[str]:
    """The modules without which some test is skipped."""
    sources = [path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")]
    return {name for source in sources for name in WANTED.findall(source)} - NOT_PACKAGES


def installed_by_ci() -> set[str]:
    """The packages of the extras that .ci/run installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    requirements = [each for extra in ("test", "peers", "browser", "mpi") for each in extras[extra]]
    return {re.split(r"[<>=]", each)[0] for each in requirements}


def test_every_package_that_a_test_needs_is_in_an_extra_that_ci_installs() -> None:
    wanted = {DISTRIBUTIONS.get(name, name) for name in wanted_modules()}
    assert {"gensim", "pandas", "datasets", "playwright", "fasttext"} <= wanted
    assert wanted <= installed_by_ci(), sorted(wanted - installed_by_ci())
    assert '".[peers,browser,mpi]"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.skipif(not os.environ.get("CI"), reason="only CI must have every package")
def test_ci_has_every_package_that_a_test_needs() -> None:
    missing = sorted(name for name in wanted_modules() if importlib.util.find_spec(name) is None)
    assert not missing, f"tests are skipped for want of {missing}: name them in pyproject.toml"
    for name in installed_by_ci():
        importlib.metadata.version(name)


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


# --- the distributions --------------------------------------------------------------------------

KEPT_OUT = ("__pycache__", "build", "dist", ".git", ".venv")


def build(source: Path, kind: str, folder: Path) -> Path:
    """Build an "sdist", a "wheel" or an "editable" of a source folder, as pip would."""
    pytest.importorskip("setuptools", minversion="77", reason="setuptools builds the packages")
    code = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(folder)!r}))"
    folder.mkdir(exist_ok=True)
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in a folder called w2v, as a clone has it."""
    path = tmp_path_factory.mktemp("clones") / "w2v"
    out = shutil.ignore_patterns(*KEPT_OUT, ".*_cache", "*.egg-info", "*.nbi", "*.nbc", ".hypo*")
    shutil.copytree(ROOT, path, ignore=out)
    return path


@pytest.fixture(scope="module")
def unpacked(clone: Path) -> Path:
    """The source distribution, unpacked."""
    folder = clone.parent / "sdist"
    with tarfile.open(build(clone, "sdist", folder)) as archive:
        archive.extractall(folder, filter="data")
    (path,) = (path for path in folder.iterdir() if path.is_dir())
    return path


def python(*arguments: str, cwd: Path, path: Path | None = None, **variables: str) -> str:
    """Run Python in a folder, with `path` first on the module path; what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(path) if path else "", **variables}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(folder: Path, part: str) -> set[Path]:
    """The files of a part of a folder, by their names in the folder."""
    found = (path for path in (folder / part).rglob("*") if path.is_file())
    return {path.relative_to(folder) for path in found if "__pycache__" not in path.parts}


def test_the_wheel_is_all_that_a_user_needs(clone: Path, unpacked: Path, tmp_path: Path) -> None:
    """Built from the source distribution, installed, and used far from the sources.

    With kernels in plain Python: to compile them takes the time of a dozen tests.
    """
    with zipfile.ZipFile(build(unpacked, "wheel", tmp_path / "wheel")) as wheel:
        wheel.extractall(tmp_path / "installed")
    assert files(tmp_path / "installed", "w2v") == files(clone, "w2v")
    how: dict[str, Any] = {"cwd": tmp_path, "path": tmp_path / "installed"}
    how["NUMBA_DISABLE_JIT"] = "1"
    where = python("-c", "import w2v; print(w2v.__file__)", **how)
    assert where.strip() == str(tmp_path / "installed" / "w2v" / "__init__.py")
    assert "For a small corpus" in python("-m", "w2v", "configs", **how)
    (tmp_path / "text").write_text("the cat saw the dog and the dog saw a cat\n" * 40)
    options = ["--config", "small", "--epochs", "1", "--min-count", "1", "--vector-size", "8"]
    python("-m", "w2v", "train", "text", *options, **how)
    near = python("-m", "w2v", "neighbors", "cat", "--top", "9", **how)
    assert sorted(line.split()[0] for line in near.splitlines()[1:]) == [
        "a", "and", "dog", "saw", "the"
    ]  # fmt: skip


def test_the_source_distribution_has_what_its_tests_need(unpacked: Path, clone: Path) -> None:
    for folder in ("w2v", "tests", "data", "docs", "benchmarks"):
        missing = files(clone, folder) - files(unpacked, folder)
        assert not missing, sorted(map(str, missing))
    passed = python(
        *("-m", "pytest", "-p", "no:cacheprovider", "-x", "tests/test_configs.py"),
        *("tests/cli/test_configs_command.py", "tests/test_docs.py"),
        *("-k", "not examples and not trains"),
        cwd=unpacked,
        path=unpacked,
    )
    assert "100%" in passed


def test_w2v_is_imported_from_the_folder_above_a_clone_called_w2v(
    clone: Path, tmp_path: Path
) -> None:
    """The clone itself, without an __init__.py, is a candidate for `w2v` there."""
    with zipfile.ZipFile(build(clone, "editable", tmp_path / "editable")) as wheel:
        wheel.extractall(tmp_path / "site")
    code = (
        f"import sys, site; sys.path[:] = [p for p in sys.path if {str(ROOT)!r} != p]; "
        f"sys.meta_path[:] = [f for f in sys.meta_path if '__editable__' not in repr(f)]; "
        f"site.addsitedir({str(tmp_path / 'site')!r}); import w2v; print(w2v.__version__)"
    )
    assert python("-c", code, cwd=clone.parent).strip() == w2v.__version__
    assert not list((tmp_path / "site").glob("__editable__*finder*")), "mypy cannot follow a finder"
