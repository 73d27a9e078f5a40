"""Maps of words: the layout against its definition, and the files as viewers read them."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v.errors import UsageError, W2VError
from w2v.maps.drawing import Kind, draw
from w2v.maps.layout import Points, layout

SVG = "{http://www.w3.org/2000/svg}"


def vectors(rows: int, dimensions: int = 20, seed: int = 0) -> NDArray[np.float32]:
    """float32[rows, dimensions] of normal numbers."""
    return np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)


def texts(svg: bytes) -> list[str]:
    """All texts in a drawing."""
    root = ElementTree.fromstring(svg)
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


# --- layout -------------------------------------------------------------------------------------


def test_pca_shows_the_two_directions_of_greatest_spread() -> None:
    rows = vectors(30)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    points = layout(rows)
    variances = np.sort(np.linalg.eigvalsh(np.cov(units.T.astype(np.float64))))[::-1]
    assert np.cov(points.T) == pytest.approx(np.diag(variances[:2]), abs=1e-6)


def test_pca_keeps_parallel_lines_parallel() -> None:
    # Rows of equal length, so that scaling them to length 1 keeps lines parallel.
    rows = np.array([[3, 1, 1, 1], [3, -1, 1, 1], [1, 1, 3, 1], [1, -1, 3, 1]], np.float32)
    a, b, c, d = layout(rows)
    assert b - a == pytest.approx(d - c, abs=1e-7)
    assert np.linalg.norm(b - a) > 0.1


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("dimensions", [1, 2])
def test_pca_of_few_words_is_finite(rows: int, dimensions: int) -> None:
    points = layout(vectors(rows, dimensions))
    assert points.shape == (rows, 2)
    assert np.isfinite(points).all()


def test_pca_accepts_directionless_rows() -> None:
    rows = vectors(4)
    rows[1] = 0
    assert np.isfinite(layout(rows)).all()


def test_tsne_keeps_bundles_together_and_repeats() -> None:
    bundle = vectors(3) * 5
    rows = np.repeat(bundle, 8, axis=0) + vectors(24, seed=1) * 0.1
    points = layout(rows, "tsne", seed=3)
    assert (points == layout(rows, "tsne", seed=3)).all()
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (distances.argmin(axis=1) // 8 == np.arange(24) // 8).all()


def test_tsne_of_three_words_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        layout(vectors(3), "tsne")
    assert str(error.value) == "t-SNE needs at least 4 words, not 3; PCA takes any number"


def test_a_missing_library_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(W2VError) as error:
        draw(["a"], np.zeros((1, 2)))
    assert str(error.value) == "drawing needs Matplotlib: pip install 'w2v[plot]'"


# --- drawing ------------------------------------------------------------------------------------


@pytest.fixture
def points() -> Points:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    return layout(vectors(4))


def test_an_svg_holds_each_word_as_text_and_each_pair_as_an_arrow(points: Points) -> None:
    words = ["king", "queen", "<b>&$x$", "king's"]
    plain = draw(words, points).content
    assert draw(words, points).missing == []
    assert sorted(texts(plain)) == sorted(words)
    paths = [len(list(ElementTree.fromstring(plain).iter(f"{SVG}path")))]
    for pairs in [(0, 1)], [(0, 1), (2, 3)]:
        picture = draw(words, points, pairs).content
        paths.append(len(list(ElementTree.fromstring(picture).iter(f"{SVG}path"))))
    assert paths[2] - paths[1] == paths[1] - paths[0] > 0


@pytest.mark.parametrize("kind", ["svg", "png", "html", "pdf"])
def test_a_picture_repeats_byte_for_byte(kind: Kind, points: Points) -> None:
    words = ["a", "b", "c", "d"]
    assert draw(words, points, [(0, 1)], kind=kind) == draw(words, points, [(0, 1)], kind=kind)


def test_a_png_has_the_requested_size(points: Points) -> None:
    content = draw(["a", "b", "c", "d"], points, kind="png", inches=(4, 3)).content
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert np.frombuffer(content[16:24], ">u4").tolist() == [600, 450]


def test_an_html_page_holds_the_drawing_and_an_escaped_title(points: Points) -> None:
    content = draw(["a", "b", "c", "d"], points, kind="html", title="<x> & y").content
    page = content.decode()
    assert page.startswith("<!doctype html>\n")
    assert "<title>&lt;x&gt; &amp; y</title>" in page
    drawing = page[page.index("<svg") : page.index("</svg>") + 6]
    assert sorted(texts(drawing.encode())) == ["<x> & y", "a", "b", "c", "d"]


def test_words_that_would_break_a_file_are_escaped(points: Points) -> None:
    words = ["王", "line\nbreak\x01", "\ud800", "x" * 1000]
    content, missing, _ = draw(words, points)
    assert missing == ["王", "line\nbreak\x01", "\ud800"]
    shown = texts(content)
    assert sorted(shown) == sorted(["王", "line\ufffdbreak\ufffd", "\ufffd", "x" * 39 + "…"])


def test_labels_do_not_overlap() -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    close: Any = np.array([[0, 0], [0.01, 0], [1, 1], [-1, -1]], float)
    content = draw(["first", "second", "third", "fourth"], close).content
    root = ElementTree.fromstring(content)
    places = {
        "".join(element.itertext()): (element.get("x"), element.get("y"))
        for element in root.iter(f"{SVG}text")
    }
    assert len(set(places.values())) == 4
    anchors = {
        "".join(element.itertext()): "text-anchor: end" in (element.get("style") or "")
        for element in root.iter(f"{SVG}text")
    }
    assert anchors["first"] != anchors["second"]


def test_labels_stay_inside_the_frame() -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    corners: Any = np.array([[0, 0], [1, 0.3], [0, 0.6], [1, 0.9]], float)
    words = [letter * 30 for letter in "abcd"]
    content = draw(words, corners).content
    anchored_at_end = [
        "text-anchor: end" in (element.get("style") or "")
        for word in words
        for element in ElementTree.fromstring(content).iter(f"{SVG}text")
        if "".join(element.itertext()) == word
    ]
    assert anchored_at_end == [False, True, False, True]
