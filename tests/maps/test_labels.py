"""Labels on maps: near their own dots, apart from each other, inside the frame."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from w2v.maps import drawing
from w2v.maps.drawing import draw
from w2v.maps.labels import Label, distances, place_labels
from w2v.maps.layout import layout

Points = NDArray[np.float64]
FRAME = np.array([0.0, 0.0, 560.0, 420.0])
NO_ARROWS = np.empty((0, 2))


def label_sizes(lengths: list[int]) -> Points:
    """Labels of so many letters in three font sizes, float64[3, n, 2]."""
    fonts = np.array([9.0, 7.5, 6.0])
    widths = fonts[:, None] * 0.6 * np.array(lengths)
    return np.stack([widths, np.broadcast_to(1.2 * fonts[:, None], widths.shape)], axis=2)


def slow_distance(box: Points, dot: Points) -> float:
    """From a box to a dot, one coordinate at a time."""
    x0, y0, x1, y1 = box
    x = x0 - dot[0] if dot[0] < x0 else dot[0] - x1 if dot[0] > x1 else 0.0
    y = y0 - dot[1] if dot[1] < y0 else dot[1] - y1 if dot[1] > y1 else 0.0
    return math.sqrt(x * x + y * y)


def check(placed: list[Label | None], dots: Points, frame: Points) -> None:
    """Assert the rules, one label at a time."""
    boxes = [(i, label.box) for i, label in enumerate(placed) if label is not None]
    for i, box in boxes:
        own = slow_distance(box, dots[i])
        assert all(own <= slow_distance(box, dot) + 1e-9 for dot in dots), i
        assert (box[:2] >= frame[:2]).all()
        assert (box[2:] <= frame[2:]).all()
        for j, other in boxes:
            label = placed[i]
            if label is not None and label.has_leader and i != j:
                end = np.clip(dots[i], box[:2], box[2:])
                for step in np.linspace(0, 1, 101):
                    assert slow_distance(other, dots[i] + step * (end - dots[i])) > 0, (i, j)
            apart = (box[:2] >= other[2:]) | (other[:2] >= box[2:])
            assert i == j or apart.any(), (i, j)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.floats(20, 540), st.floats(20, 400), st.integers(1, 20)),
        min_size=1,
        max_size=30,
    )
)
def test_every_label_keeps_the_rules(words: list[tuple[float, float, int]]) -> None:
    dots = np.array([word[:2] for word in words])
    sizes = label_sizes([word[2] for word in words])
    placed = place_labels(dots, sizes, FRAME, NO_ARROWS)
    check(placed, dots, FRAME)
    for i, label in enumerate(placed):
        if label is not None:
            width, height = label.box[2:] - label.box[:2]
            assert (width, height) == pytest.approx(tuple(sizes[label.size, i]))


@pytest.mark.parametrize("seed", range(5))
def test_sixty_scattered_words_all_have_a_label(seed: int) -> None:
    random = np.random.default_rng(seed)
    dots = random.uniform([60, 40], [500, 380], (60, 2))
    placed = place_labels(dots, label_sizes(random.integers(3, 11, 60).tolist()), FRAME, NO_ARROWS)
    check(placed, dots, FRAME)
    assert sum(label is None for label in placed) <= 1


def test_a_word_alone_is_written_large_and_near_its_dot() -> None:
    dots = np.array([[100.0, 100.0]])
    [label] = place_labels(dots, label_sizes([5]), FRAME, NO_ARROWS)
    assert label is not None
    assert label.size == 0
    assert slow_distance(label.box, dots[0]) == pytest.approx(5)


def test_labels_avoid_arrows() -> None:
    dots = np.array([[100.0, 100.0], [200.0, 100.0]])
    arrow = np.linspace(dots[0], dots[1], 30)
    for label in place_labels(dots, label_sizes([5, 5]), FRAME, arrow):
        assert label is not None
        assert distances(label.box[None], arrow).min() > 1


def test_words_on_one_spot_share_its_surroundings() -> None:
    dots = np.full((4, 2), 100.0)
    placed = place_labels(dots, label_sizes([5] * 4), FRAME, NO_ARROWS)
    check(placed, dots, FRAME)
    assert None not in placed


def test_a_word_without_room_has_no_label() -> None:
    tiny = np.array([0.0, 0.0, 20.0, 20.0])
    assert place_labels(np.array([[10.0, 10.0]]), label_sizes([30]), tiny, NO_ARROWS) == [None]
    assert place_labels(np.empty((0, 2)), label_sizes([]), FRAME, NO_ARROWS) == []


# --- drawn --------------------------------------------------------------------------------------


def drawn_labels(words: list[str], points: Points, pairs: Any = ()) -> tuple[Points, Points]:
    """Each word's box as Matplotlib has it (NaN without one), and the dots, in pixels."""
    backend = pytest.importorskip(
        "matplotlib.backends.backend_agg", reason="drawing needs Matplotlib"
    )
    from matplotlib.text import Text

    figure, labelled = drawing._figure(words, points, pairs, "", (8.0, 6.0))
    figure.draw_without_rendering()
    renderer = backend.FigureCanvasAgg(figure).get_renderer()
    [axes] = figure.axes
    boxes = np.full((len(words), 4), np.nan)
    for text in axes.texts:
        if text.get_text():  # arrows are annotations without a text
            text.update_positions(renderer)
            place = words.index(text.get_text())
            boxes[place] = Text.get_window_extent(text, renderer).extents
    assert (~np.isnan(boxes[:, 0])).tolist() == labelled
    return boxes, axes.transData.transform(points)


@pytest.mark.parametrize("words", [4, 20, 60])
@pytest.mark.parametrize("with_pairs", [False, True])
def test_no_drawn_label_is_nearer_to_another_dot(words: int, with_pairs: bool) -> None:
    random = np.random.default_rng(words)
    centres = random.normal(size=(5, 20)) * 2
    rows = centres[random.integers(0, 5, words)] + random.normal(size=(words, 20))
    points = layout(rows.astype(np.float32))
    names = [f"word{i}" + "x" * int(random.integers(0, 8)) for i in range(words)]
    pairs = [(i, i + 1) for i in range(0, words - 1, 2)] if with_pairs else []
    boxes, dots = drawn_labels(names, points, pairs)
    # Matplotlib moves boxes by less than half a pixel, to whole ones.
    inner = [(i, box + np.array([0.5, 0.5, -0.5, -0.5])) for i, box in enumerate(boxes)]
    inner = [(i, box) for i, box in inner if not np.isnan(box).any()]
    for i, box in inner:
        away = distances(box[None], dots)[0]
        assert away[i] <= away.min() + 0.5
        for j, other in inner:
            assert i == j or ((box[:2] >= other[2:]) | (other[:2] >= box[2:])).any()
    assert len(inner) >= words - words // 10


def test_words_without_room_are_named() -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    random = np.random.default_rng(0)
    words = [f"{i}" + "x" * 30 for i in range(40)]
    picture = draw(words, random.normal(size=(40, 2)), inches=(2.0, 2.0))
    assert picture.unlabelled
    drawn = picture.content.decode()
    found = [word for word in words if f">{word}<" not in drawn]
    assert found == picture.unlabelled


def test_a_pdf_holds_its_words() -> None:
    pytest.importorskip("matplotlib", reason="drawing needs Matplotlib")
    points = np.array([[0, 0], [1, 1], [0.3, 0.9]], float)
    content = draw(["king", "queen", "<b>"], points, [(0, 1)], kind="pdf").content
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert content == draw(["king", "queen", "<b>"], points, [(0, 1)], kind="pdf").content
    assert b"CreationDate" not in content
