"""The explorer's page as it is made: the numbers in it, and how it is put together."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asking import model_in
from browser import from_npm, write_page

from w2v.arrays import Floats, unit_rows
from w2v.errors import UsageError, W2VError
from w2v.maps import page_source
from w2v.maps.explorer import (
    Version,
    explorer_page,
    group_words,
    moved,
    one_version,
    placed,
    quantized,
    two_versions,
)
from w2v.vectors.alignment import align, moves
from w2v.vectors.clusters import cluster
from w2v.vectors.embedding import Embedding

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "w2v" / "maps" / "page"


def vectors(count: int, dimensions: int = 12, seed: int = 0) -> Floats:
    """float32[count, dimensions] of normal numbers."""
    return np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)


def array_in(text: str, kind: str, columns: int) -> np.ndarray[Any, Any]:
    """An array that a page holds in base64."""
    return np.frombuffer(base64.b64decode(text), kind).reshape(-1, columns)


# --- the numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_rows_become_whole_numbers_of_the_same_direction(scale: float) -> None:
    rows = vectors(200, 100) * np.float32(scale)
    whole = quantized(rows)
    assert whole.dtype == np.int8
    assert (np.abs(whole.astype(int)).max(axis=1) == 127).all()
    shares = rows.astype(np.float64) / np.abs(rows.astype(np.float64)).max(axis=1, keepdims=True)
    assert np.abs(whole - 127 * shares).max() <= 0.5 + 1e-4
    cosines = (unit_rows(whole.astype(np.float32))[0] * unit_rows(rows)[0]).sum(axis=1)
    assert cosines.min() > 0.9998


def test_a_map_fills_a_square_with_its_longer_side_across() -> None:
    points = np.random.default_rng(0).normal(size=(50, 2)) * (1, 6)
    (places,) = placed([points])
    x, y = places.astype(int).T
    assert (x.min(), x.max()) == (0, 65_535)
    assert 0 < y.min() <= y.max() < 65_535
    assert abs(y.min() + y.max() - 65_535) <= 1, "in the middle"
    distances = [
        np.linalg.norm(p[:, None] - p[None], axis=2) for p in (points, places.astype(float))
    ]
    factor = distances[1].max() / distances[0].max()
    assert distances[1] == pytest.approx(distances[0] * factor, abs=2)


def test_a_word_moves_to_its_new_neighbours_and_others_stay() -> None:
    bundles = np.repeat(vectors(2), 12, axis=0) + 0.1 * vectors(24, seed=1)
    before = unit_rows(bundles)[0]
    after = before.copy()
    after[0] = before[12:].mean(axis=0)
    points = np.concatenate([np.zeros((12, 2)), np.full((12, 2), 100.0)])
    points += np.random.default_rng(2).normal(size=(24, 2))
    places = moved(points, before, unit_rows(after)[0])
    assert (places[1:] == points[1:]).all()
    assert np.abs(places[0] - points[0] - 100).max() < 5


def test_groups_are_named_by_frequent_words_near_their_centres() -> None:
    rows = np.repeat(vectors(3), 20, axis=0) + 0.1 * vectors(60, seed=1)
    order = np.random.default_rng(0).permutation(60)
    units = unit_rows(rows[order])[0]
    groups = cluster(units, 3)
    words = [f"w{i}" for i in range(60)]
    for label, named in enumerate(group_words(words, units, groups)):
        members = np.flatnonzero(groups.labels == label)[:12].tolist()
        by_cosine = sorted(members, key=lambda row: -float(units[row] @ groups.centres[label]))
        assert named == [words[row] for row in by_cosine[:4]]


def test_words_without_a_direction_are_left_out_and_counted() -> None:
    rows = vectors(8)
    rows[2], rows[5, 0] = 0, np.nan
    table = Embedding([f"w{i}" for i in range(8)], rows, np.arange(8, 0, -1))
    (version,), left = one_version("toy", table, np.arange(7))
    assert version.words == ["w0", "w1", "w3", "w4", "w6"]
    assert version.counts is not None
    assert version.counts.tolist() == [8, 7, 5, 4, 2]
    assert version.vocabulary == 8
    assert left == (0, 2)


def test_a_second_model_is_turned_to_fit_the_first() -> None:
    rows = vectors(40)
    turn = np.linalg.qr(vectors(12, seed=5))[0].astype(np.float32)
    old = Embedding([f"w{i}" for i in range(40)], rows)
    names = [f"w{i}" for i in reversed(range(40)) if i != 3]
    new = Embedding(names, np.stack([rows[int(name[1:])] @ turn for name in names]))
    (before, after), left = two_versions(["a", "b"], old, new, np.arange(20))
    assert before.words == after.words == [f"w{i}" for i in range(20) if i != 3]
    assert left == (1, 0)
    assert after.rows == pytest.approx(before.rows, abs=1e-4)


def test_words_change_as_the_command_that_compares_says() -> None:
    words = [f"w{i}" for i in range(60)]
    old = Embedding(words, vectors(60))
    new = Embedding(words[::-1], vectors(60)[::-1] + 0.4 * vectors(60, seed=7))
    for limit in None, 50:
        (before, after), _ = two_versions(["a", "b"], old, new, np.arange(60), limit)
        found = align(old, new, restrict_vocab=limit)
        assert len(before.words) == len(found.cosines)
        cosines = (unit_rows(before.rows)[0] * unit_rows(after.rows)[0]).sum(axis=1)
        shown = dict(zip(before.words, cosines.tolist(), strict=True))
        for move in moves(old, new, found, top=60):
            assert shown[move.word] == pytest.approx(move.cosine, abs=1e-5)


def test_models_of_other_dimensions_are_refused() -> None:
    narrow = Embedding([f"w{i}" for i in range(9)], vectors(9, 3))
    with pytest.raises(W2VError, match="dimensions cannot be aligned"):
        two_versions(["a", "b"], Embedding(list("abcde"), vectors(5)), narrow, np.arange(5))


def test_a_page_of_fewer_than_four_words_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        explorer_page([Version("toy", 3, ["a", "b", "c"], vectors(3), None)])
    assert str(error.value) == "a page needs 4 words or more, not 3"


def test_the_page_holds_the_model(tmp_path: Path) -> None:
    words = ["the", "naïve", "王", "</script><!--", 'a"b\\', "a&b", "new york"]
    rows = vectors(7)
    page = write_page(tmp_path / "page.html", words, rows).read_bytes()
    model = model_in(page)
    assert (model["title"], model["words"], model["dimensions"]) == ("toy", words, 12)
    (version,) = model["versions"]
    assert (version["name"], version["vocabulary"]) == ("toy", 14)
    assert version["counts"] == [21, 18, 15, 12, 9, 6, 3]
    assert (array_in(version["vectors"], "i1", 12) == quantized(rows)).all()
    assert array_in(version["map"], "<u2", 2).shape == (7, 2)
    assert page == write_page(tmp_path / "again.html", words, rows).read_bytes()


def test_twenty_thousand_words_fit_five_megabytes() -> None:
    words = [f"word{i:06}" for i in range(20_000)]
    counts = np.arange(20_000, 0, -1) * 1000
    version = Version("toy", 20_000, words, vectors(20_000, 100), counts)
    assert len(explorer_page([version], method="pca")) < 5_000_000


# --- how the page is put together ---------------------------------------------------------------


def test_only_the_script_and_style_of_the_page_itself_are_allowed(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.html", list("abcde"), vectors(5)).read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    for tag, name in ("style>", "style-src"), ('script type="module">', "script-src"):
        content = re.search(f"<{tag}(.*?)</{tag.split()[0].strip('>')}>", page, re.DOTALL)
        assert content
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none';")
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!data:)", page)
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_every_module_is_in_the_page_after_what_it_imports() -> None:
    joined = page_source.joined_modules()
    names = sorted(path.name for path in PAGE.glob("*.js"))
    assert sorted(re.findall(r'^modules\["([\w.]+)"\] = ', joined, re.MULTILINE)) == names
    for name in names:
        start = joined.index(f'modules["{name}"] = ')
        end = joined.find("\nmodules[", start)
        for used in re.findall(r'= modules\["([\w.]+)"\];', joined[start:end]):
            assert joined.index(f'modules["{used}"] = ') < start
    assert not re.search(r"^(?:import|export)\b", joined, re.MULTILINE)
    assert "</script" not in joined


def test_no_module_reads_html_or_runs_text() -> None:
    for path in PAGE.glob("*.js"):
        source = path.read_text("utf-8")
        for call in "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(":
            assert call not in source, path.name
        assert source.startswith("/** "), f"{path.name} says what it is"
        assert max(map(len, source.splitlines())) <= 120, path.name
        assert len(source.splitlines()) <= 350, path.name


def test_the_types_of_the_modules_hold(tmp_path: Path) -> None:
    compiler = from_npm("typescript", "bin/tsc")
    options = {
        "allowJs": True, "checkJs": True, "noEmit": True, "strict": True, "target": "es2022",
        "module": "es2022", "lib": ["es2023", "dom", "dom.iterable"], "types": [],
    }  # fmt: skip
    settings = tmp_path / "tsconfig.json"
    settings.write_text(json.dumps({"compilerOptions": options, "include": [f"{PAGE}/*.js"]}))
    done = subprocess.run(
        ["node", str(compiler), "-p", str(settings)], capture_output=True, text=True, timeout=300
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_wheel_has_the_pages_files(tmp_path: Path) -> None:
    build = pytest.importorskip("setuptools.build_meta", reason="builds the wheel")
    source = tmp_path / "source"
    shutil.copytree(ROOT / "w2v", source / "w2v", ignore=shutil.ignore_patterns("__pycache__"))
    for name in "pyproject.toml", "README.md", "LICENSE":
        shutil.copy(ROOT / name, source)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(source)
        name = build.build_wheel(str(tmp_path))
    inside = zipfile.ZipFile(tmp_path / name).namelist()
    for path in PAGE.iterdir():
        assert f"w2v/maps/page/{path.name}" in inside
