"""w2v compare: the words that moved most between two models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from w2v.cli.input import open_model
from w2v.cli.options import FILE, TableChoice, json_option, vectors_option
from w2v.cli.output import note, print_json, print_table

if TYPE_CHECKING:
    from w2v.vectors.alignment import Alignment, Move


@click.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.argument("words", nargs=-1)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many words to list.",
)
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    metavar="N",
    help="Compare words among the first (most frequent) N of both models, because rare words "
    "always move; 0 for all.",
)
@vectors_option
@json_option
def command(
    old: str,
    new: str,
    words: tuple[str, ...],
    top: int,
    restrict_vocab: int,
    vectors: TableChoice,
    as_json: bool,
) -> None:
    """List the words that moved most between two models.

    For example, OLD and NEW are models of older and newer texts. OLD is rotated into the space of
    NEW (see 'w2v align'), and then each word's two vectors are compared: a low cosine means that
    the word is used differently. With WORDS, only those are listed.
    """
    from w2v.vectors.alignment import align, moves

    before, after = open_model(old, vectors), open_model(new, vectors)
    found = align(before, after, restrict_vocab=restrict_vocab)
    listed = moves(before, after, found, words, top=top)
    if as_json:
        figures = {"old": old, "new": new, "shared_words": len(found.cosines)}
        answers = [move._asdict() for move in listed]
        print_json({**figures, "mean_cosine": found.mean_cosine, "words": answers})
        return
    _print(listed)
    note(_summary(found))


def _print(moves: list[Move]) -> None:
    """The words with their cosines, and with their counts if both models know them."""
    counted = all(None not in (move.old_count, move.new_count) for move in moves)
    header = ["word", "cosine", *(["old count", "new count"] if counted else [])]
    rows = [
        [
            move.word,
            f"{move.cosine:z.4f}",
            *([f"{move.old_count:,}", f"{move.new_count:,}"] if counted else []),
        ]
        for move in moves
    ]
    print_table(header, rows)


def _summary(found: Alignment) -> str:
    """How alike the models are as a whole."""
    return f"{len(found.cosines):,} shared words, mean cosine {found.mean_cosine:.4f}"
