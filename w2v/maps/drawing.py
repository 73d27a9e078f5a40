"""The drawing of a map: a dot and a label for each word, arrows between pairs.

    points = layout(vectors[["king", "queen"]], "pca")
    picture, missing = draw(["king", "queen"], points, [(0, 1)], kind="svg")

It needs Matplotlib. With the same versions of it and of NumPy, the same words and points give the
same bytes.
"""

from __future__ import annotations

import html
import io
import warnings
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from w2v.errors import W2VError
from w2v.maps.layout import Points

Kind = Literal["svg", "png", "html"]

KINDS: tuple[Kind, ...] = ("svg", "png", "html")
MOST_LETTERS = 40  # of a label

_INK, _LINE, _DOT, _LEADER = "#222222", "#c0504d", "#1f5fa8", "#999999"
# Where a label may stand from its dot, in points: the first that covers nothing is taken. From the
# farther ones a thin line leads to the dot.
_NEAR = ((6, 0), (-6, 0), (0, 8), (0, -8), (6, 8), (6, -8), (-6, 8), (-6, -8))
_FAR = tuple(
    (x * side, y * up)
    for y in (18, 30, 42)
    for x in (0, 14, 36)
    for side in (1, -1)
    for up in (1, -1)
)
_OVERLAP, _OUTSIDE, _AWAY = 20, 40, 0.5  # what a covered label, the frame and a leader cost


def draw(
    words: Sequence[str],
    points: Points,
    pairs: Sequence[tuple[int, int]] = (),
    *,
    kind: Kind = "svg",
    title: str = "",
    inches: tuple[float, float] = (8.0, 6.0),
) -> tuple[bytes, list[str]]:
    """Draw `words` at `points`, float64[n, 2], with an arrow for each of `pairs`.

    `pairs` are positions in `words`; the arrow goes from the first to the second.

    Returns
    -------
    content
        The bytes of the file.
    missing
        The words with characters that Matplotlib's font lacks. A PNG shows boxes for these; SVG
        and HTML leave the choice of a font to the viewer.

    Raises W2VError if Matplotlib is missing.
    """
    matplotlib = _matplotlib()
    settings = {"svg.hashsalt": "w2v", "svg.fonttype": "none", "text.parse_math": False}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure = _figure(words, points, pairs, title, inches)
        content = _saved(figure, "png" if kind == "png" else "svg")
        missing = _without_glyphs(words)
    return (_page(content, title) if kind == "html" else content), missing


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
) -> Any:
    """The figure; made without pyplot, which would need a display and change global state."""
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
    _label(figure, axes, [_printable(word) for word in words], points, pairs)
    return figure


def _label(
    figure: Any,
    axes: Any,
    words: Sequence[str],
    points: Points,
    pairs: Sequence[tuple[int, int]],
) -> None:
    """Write each word beside its dot, where it covers least of dots, arrows and earlier words."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    frame = axes.get_window_extent(renderer)
    obstacles = axes.transData.transform(np.concatenate((points, *_along(points, pairs))))
    taken: list[Any] = []
    for word, point in zip(words, points, strict=True):
        tried: list[tuple[float, int, Any, Any]] = []
        for place in _NEAR + _FAR:
            text = _text(axes, word, point, place)
            box = _box(text, renderer)
            cost = _covered(box, obstacles) + _OVERLAP * sum(box.overlaps(other) for other in taken)
            cost += _OUTSIDE * _outside(box, frame) + _AWAY * (place in _FAR)
            tried.append((cost, len(tried), text, box))
            if cost <= _AWAY:
                break
        best = min(tried, key=lambda attempt: attempt[:2])
        for attempt in tried:
            if attempt is not best:
                attempt[2].remove()
        taken.append(best[3])


def _text(axes: Any, word: str, point: Points, place: tuple[int, int]) -> Any:
    """A word at a distance of `place` from its dot."""
    leader = {"arrowstyle": "-", "color": _LEADER, "lw": 0.6, "shrinkA": 1, "shrinkB": 3}
    text = axes.annotate(
        word,
        point,
        xytext=place,
        textcoords="offset points",
        ha="left" if place[0] > 0 else "right" if place[0] < 0 else "center",
        va="center",
        fontsize=9,
        color=_INK,
        zorder=4,
        arrowprops=leader if place in _FAR else None,
    )
    text.set_in_layout(False)  # or the frame would move away from where labels were placed
    return text


def _box(text: Any, renderer: Any) -> Any:
    """The box around a label's letters, without its leader."""
    from matplotlib.text import Text

    text.update_positions(renderer)
    return Text.get_window_extent(text, renderer)


def _outside(box: Any, frame: Any) -> bool:
    """Whether a label crosses the frame or lies beyond it."""
    inside = (box.min >= frame.min + 2).all() and (box.max <= frame.max - 2).all()
    return not inside


def _along(points: Points, pairs: Sequence[tuple[int, int]]) -> list[Points]:
    """Points along each arrow, which labels avoid."""
    steps = np.linspace(0, 1, 30)[:, None]
    return [points[first] * (1 - steps) + points[second] * steps for first, second in pairs]


def _covered(box: Any, obstacles: Points) -> float:
    """How many obstacles a label would cover."""
    inside = (obstacles >= box.min - 2) & (obstacles <= box.max + 2)
    return float(inside.all(axis=1).sum())


def _printable(word: str) -> str:
    """A word as a label: without unprintable characters, and cut if it is very long."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in word)
    return shown if len(shown) <= MOST_LETTERS else shown[: MOST_LETTERS - 1] + "…"


def _saved(figure: Any, kind: str) -> bytes:
    """The figure's bytes, without the date, which would make every file different."""
    buffer = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
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
