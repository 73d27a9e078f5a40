"""w2v plot: a labelled map of words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.input import open_model, read_words
from w2v.cli.options import FILE, TableChoice, query_model_option
from w2v.cli.output import note, note_composed, printable
from w2v.errors import UsageError
from w2v.messages import counted

if TYPE_CHECKING:
    from w2v.arrays import Floats
    from w2v.maps.drawing import Picture
    from w2v.vectors.word_vectors import WordVectors

_ENDINGS = (".svg", ".png", ".html", ".pdf")


@click.command()
@click.argument("words", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=FILE,
    required=True,
    metavar="FILE",
    help="The picture to write; its ending, .svg, .png, .html or .pdf, decides the format.",
)
@click.option(
    "--words",
    "words_file",
    type=FILE,
    metavar="FILE",
    help="Draw the words in FILE too, one per line; - is standard input.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help="Draw the N words nearest to each word too; without words, the N most frequent words.",
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
    words_file: str | None,
    top: int | None,
    pairs: tuple[tuple[str, str], ...],
    model: str,
    vectors: TableChoice,
    subwords: bool,
    layout: Any,
    title: str,
    size: tuple[float, float],
    seed: int,
    overwrite: bool,
) -> None:
    """Draw a map on which similar words are close to each other.

    Given instead of WORDS, - reads them from standard input, one per line. With --pair man woman
    --pair king queen, arrows show whether the same step leads from man to woman and from king to
    queen. No label is nearer to another word's dot than to its own; words without room for one are
    reported. Needs Matplotlib: pip install 'w2v[plot]'.
    """
    from w2v.maps.drawing import draw
    from w2v.maps.layout import layout as lay_out
    from w2v.system.atomic import atomic_file, check_writable

    kind = _kind(output)
    if any(side != side for side in size):  # click's range lets NaN through
        raise UsageError("--size takes two numbers from 1 to 100, not NaN")
    given = read_words(words, words_file)
    if not given and not pairs and top is None:
        raise UsageError("no word to draw; give words, --words FILE, --top N or --pair WORD WORD")
    check_writable(Path(output), overwrite=overwrite)
    table = open_model(model, vectors, subwords)
    shown = _shown(table, given, top, pairs)
    rows = table[shown]
    note_composed(table.composed(shown))
    place = {word: i for i, word in enumerate(shown)}
    arrows = [(place[first], place[second]) for first, second in pairs]
    picture = draw(
        shown, lay_out(rows, layout, seed=seed), arrows, kind=kind, title=title, inches=size
    )
    with atomic_file(output, overwrite=overwrite) as file:
        file.write(picture.content)
    _report(shown, rows, picture, kind)
    note(f"wrote {printable(output)}: {counted(len(shown), 'word')}")


def _kind(output: str) -> Any:
    """The kind of picture that a file's ending names. Raises UsageError if it names none."""
    if output == "-":
        raise UsageError("a picture cannot be written to standard output; give a file name")
    ending = Path(output).suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError(f"{output}: a picture's name ends in {', '.join(_ENDINGS)}")
    return ending[1:]


def _shown(
    table: WordVectors, given: list[str], top: int | None, pairs: Sequence[tuple[str, str]]
) -> list[str]:
    """The words to draw, each once: those given, those of pairs, and those that --top adds."""
    words = [*given, *(word for pair in pairs for word in pair)]
    if top is None:
        more = []
    elif not words:
        more = table.words[:top]
    else:
        found = table.neighbors(list(dict.fromkeys(words)), top)
        more = [word for answers in found for word, _ in answers]
    return list(dict.fromkeys([*words, *more]))


def _report(words: list[str], rows: Floats, picture: Picture, kind: str) -> None:
    """Report which words are not shown as they should be."""
    from w2v.arrays import unit_rows

    directionless = [word for word, row in zip(words, unit_rows(rows)[1], strict=True) if row]
    if directionless:
        note(f"without a direction (zeros or not finite), drawn as zeros: {_listed(directionless)}")
    if picture.unlabelled:
        note(
            "dots without a label, for lack of room (a larger --size has more): "
            f"{_listed(picture.unlabelled)}"
        )
    if picture.missing and kind in ("png", "pdf"):
        note(f"the font lacks letters of {_listed(picture.missing)}; an .svg or .html shows them")


def _listed(words: list[str]) -> str:
    """Words for a note."""
    return ", ".join(map(printable, words))
