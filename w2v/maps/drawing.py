"""The drawing of a map: a dot and a label for each word, arrows between pairs.

    points = layout(vectors[["king", "queen"]], "pca")
    picture = draw(["king", "queen"], points, [(0, 1)], kind="svg")

This needs Matplotlib. With the same versions of Matplotlib and NumPy, the same words and points
give the same bytes.
"""

from __future__ import annotations

import html
import io
import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from w2v.errors import W2VError
from w2v.maps.labels import Label, place_labels
from w2v.maps.layout import Points
from w2v.messages import cut

Kind = Literal["svg", "png", "html", "pdf"]

KINDS: tuple[Kind, ...] = ("svg", "png", "html", "pdf")
MOST_LETTERS = 40  # of a label

_INK, _LINE, _DOT, _LEADER = "#222222", "#c0504d", "#1f5fa8", "#999999"
_FONT_SIZES = (9.0, 7.5, 6.0)  # a smaller one is used only if a label has no room otherwise
_METADATA: dict[str, dict[str, None]] = {  # without the date, which would make all files differ
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


class Picture(NamedTuple):
    """A drawn map."""

    content: bytes
    """The bytes of the file."""
    missing: list[str]
    """The words with characters that Matplotlib's font lacks.

    PNG and PDF show boxes for these; SVG and HTML leave the choice of a font to the viewer.
    """
    unlabelled: list[str]
    """The words whose dots have no label, for lack of room."""


def draw(
    words: Sequence[str],
    points: Points,
    pairs: Sequence[tuple[int, int]] = (),
    *,
    kind: Kind = "svg",
    title: str = "",
    inches: tuple[float, float] = (8.0, 6.0),
) -> Picture:
    """Draw `words` at `points`, float64[n, 2], with an arrow for each of `pairs`.

    `pairs` are positions in `words`; the arrow goes from the first to the second. No label is
    nearer to another word's dot than to its own, and none covers another: a label without such a
    place, even in a small font, is left out.

    Raises W2VError if Matplotlib is missing.
    """
    matplotlib = _matplotlib()
    settings = {
        "svg.hashsalt": "w2v",
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        "text.parse_math": False,
    }
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure, labelled = _figure(words, points, pairs, title, inches)
        content = _saved(figure, "svg" if kind == "html" else kind)
        missing = _without_glyphs(words)
    unlabelled = [word for word, has_label in zip(words, labelled, strict=True) if not has_label]
    return Picture(_page(content, title) if kind == "html" else content, missing, unlabelled)


def _matplotlib() -> Any:
    """The module. Raises W2VError, with the command that installs it, if it is missing."""
    try:
        import matplotlib
        import matplotlib.figure
    except ImportError:
        raise W2VError("drawing needs Matplotlib: pip install 'w2v[plot]'") from None
    return matplotlib


def _figure(
    words: Sequence[str],
    points: Points,
    pairs: Sequence[tuple[int, int]],
    title: str,
    inches: tuple[float, float],
) -> tuple[Any, list[bool]]:
    """The figure, and which words have a label.

    It is made without pyplot, which would need a display and change global state.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, layout="constrained")
    axes = figure.add_subplot()
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.12)
    axes.set_xticks([])
    axes.set_yticks([])
    if title:
        axes.set_title(title, color=_INK)
    for first, second in pairs:
        style = {"arrowstyle": "-|>", "color": _LINE, "shrinkA": 5, "shrinkB": 5, "lw": 1.2}
        axes.annotate("", points[second], points[first], arrowprops=style)
    axes.scatter(points[:, 0], points[:, 1], s=18, color=_DOT, zorder=3)
    return figure, _label(figure, axes, [_printable(word) for word in words], points, pairs)


def _label(
    figure: Any,
    axes: Any,
    words: Sequence[str],
    points: Points,
    pairs: Sequence[tuple[int, int]],
) -> list[bool]:
    """Write each word at the place that `place_labels` finds. Returns which words have one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    scale = 72 / figure.dpi
    dots = axes.transData.transform(points) * scale
    arrows = np.concatenate([np.empty((0, 2)), *_along(dots, pairs)])
    frame = np.array(axes.get_window_extent(renderer).extents) * scale
    placed = place_labels(dots, _label_sizes(axes, renderer, words) * scale, frame, arrows)
    for word, point, dot, label in zip(words, points, dots, placed, strict=True):
        if label is not None:
            _write(axes, word, point, dot, label)
    return [label is not None for label in placed]


def _label_sizes(axes: Any, renderer: Any, words: Sequence[str]) -> Points:
    """Each word's width and height in each font size, in pixels: float64[s, n, 2]."""
    sizes = np.empty((len(_FONT_SIZES), len(words), 2))
    for i, size in enumerate(_FONT_SIZES):
        for j, word in enumerate(words):
            text = axes.text(0, 0, word, fontsize=size)
            sizes[i, j] = text.get_window_extent(renderer).size
            text.remove()
    return sizes


def _write(axes: Any, word: str, point: Points, dot: Points, label: Label) -> None:
    """Write a word at its place; `point` is its dot in the axes' units, `dot` in points.

    It is anchored at the side that faces the dot: a viewer's font may be wider or narrower.
    """
    x0, y0, x1, y1 = (label.box - np.tile(dot, 2)).tolist()
    x, side = (x0, "left") if x0 >= 0 else (x1, "right") if x1 <= 0 else ((x0 + x1) / 2, "center")
    leader = {"arrowstyle": "-", "color": _LEADER, "lw": 0.6, "shrinkA": 1, "shrinkB": 3}
    text = axes.annotate(
        word,
        point,
        xytext=(x, (y0 + y1) / 2),
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=_FONT_SIZES[label.size],
        color=_INK,
        zorder=4,
        arrowprops=leader if label.has_leader else None,
    )
    text.set_in_layout(False)  # otherwise the frame would move after the labels were placed


def _along(points: Points, pairs: Sequence[tuple[int, int]]) -> list[Points]:
    """Points along each arrow, which labels avoid, float64[30, 2] for each."""
    steps = np.linspace(0, 1, 30)[:, None]
    return [points[first] * (1 - steps) + points[second] * steps for first, second in pairs]


def _printable(word: str) -> str:
    """A word as a label: without unprintable characters, and cut if it is very long."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in word)
    return cut(shown, MOST_LETTERS)


def _saved(figure: Any, kind: str) -> bytes:
    """The bytes of the file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=150, metadata=_METADATA[kind])
    return buffer.getvalue()


def _without_glyphs(words: Sequence[str]) -> list[str]:
    """The words with a character that Matplotlib's font lacks."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    known = get_font(findfont(FontProperties())).get_charmap()
    return [word for word in words if any(ord(letter) not in known for letter in word)]


def _page(svg: bytes, title: str) -> bytes:
    """A self-contained HTML page with the drawing inside."""
    drawing = svg[svg.index(b"<svg") :].decode("utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title or 'words')}</title>\n"
        "<style>body { margin: 0; display: grid; place-items: center; min-height: 100vh; } "
        "svg { width: 96vw; height: 96vh; }</style>\n"
        f"</head>\n<body>\n{drawing}</body>\n</html>\n"
    ).encode()
