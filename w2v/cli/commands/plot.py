"""w2v plot: a labelled map of words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import FILE, query_model_option
from w2v.cli.output import note, note_composed, printable
from w2v.errors import UsageError

KINDS = ("svg", "png", "html")


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=FILE,
    required=True,
    metavar="FILE",
    help="The picture to write; its ending, .svg, .png or .html, decides the format.",
)
@click.option(
    "--pair",
    "pairs",
    nargs=2,
    multiple=True,
    metavar="WORD WORD",
    help="Draw an arrow from one word to another; can be repeated.",
)
@query_model_option
@click.option(
    "--layout",
    type=click.Choice(["pca", "tsne"]),
    default="pca",
    show_default=True,
    help="Principal components keep parallel lines parallel; t-SNE keeps neighbours together.",
)
@click.option("--title", default="", help="A title above the map.")
@click.option(
    "--size",
    type=click.FloatRange(1, 100),
    nargs=2,
    default=(8.0, 6.0),
    show_default=True,
    metavar="WIDTH HEIGHT",
    help="In inches.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Random seed of t-SNE.")
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
def command(
    words: tuple[str, ...],
    output: str,
    pairs: tuple[tuple[str, str], ...],
    model: str,
    vectors: str,
    subwords: bool,
    layout: Any,
    title: str,
    size: tuple[float, float],
    seed: int,
    overwrite: bool,
) -> None:
    """Draw a map on which similar words are close to each other.

    With --pair man woman --pair king queen, arrows show whether the same step leads from man to
    woman and from king to queen. Needs Matplotlib: pip install 'w2v[plot]'.
    """
    from w2v.arrays import unit_rows
    from w2v.maps.drawing import draw
    from w2v.maps.layout import layout as lay_out
    from w2v.system.atomic import atomic_file, check_writable

    if output == "-":
        raise UsageError("a picture cannot be written to standard output; give a file name")
    path = Path(output)
    kind: Any = path.suffix[1:].lower()
    if kind not in KINDS:
        raise UsageError(f"{output}: a picture's name ends in .svg, .png or .html")
    if any(side != side for side in size):  # click's range lets NaN through
        raise UsageError("--size takes two numbers from 1 to 100, not NaN")
    # Each word once, in the given order, including the words of pairs.
    shown = list(dict.fromkeys([*words, *(word for pair in pairs for word in pair)]))
    if not shown:
        raise UsageError("no word to draw; give words, or --pair WORD WORD")
    check_writable(path, overwrite=overwrite)
    table = open_model(model, vectors, subwords)
    rows = table[shown]
    note_composed(table.composed(shown))
    points = lay_out(rows, layout, seed=seed)
    place = {word: i for i, word in enumerate(shown)}
    arrows = [(place[first], place[second]) for first, second in pairs]
    content, missing = draw(shown, points, arrows, kind=kind, title=title, inches=size)
    with atomic_file(path, overwrite=overwrite) as file:
        file.write(content)
    directionless = [word for word, row in zip(shown, unit_rows(rows)[1], strict=True) if row]
    if directionless:
        note(
            "without a direction (zeros or not finite), drawn as zeros: "
            f"{', '.join(map(printable, directionless))}"
        )
    if missing and kind == "png":
        note(
            f"the font lacks letters of {', '.join(map(printable, missing))}; "
            "an .svg or .html shows them"
        )
