"""w2v matrix: a table of similarities."""

from __future__ import annotations

import click

from w2v.cli.input import open_model, read_words
from w2v.cli.options import TableChoice, json_option, query_model_option
from w2v.cli.output import echo, note_composed, print_json, printable


@click.command()
@click.argument("words", nargs=-1, required=True)
@query_model_option
@json_option
def command(
    words: tuple[str, ...], model: str, vectors: TableChoice, subwords: bool, as_json: bool
) -> None:
    """Print a table of similarities.

    The table has the cosine of each word with every other, in columns separated by tabs. A lone -
    reads the words from standard input, one per line.
    """
    wanted = read_words(words)
    table = open_model(model, vectors, subwords)
    cosines = table.similarity_matrix(wanted).tolist()
    note_composed(table.composed(wanted))
    if as_json:
        print_json({"words": wanted, "similarities": cosines})
        return
    echo("\t".join(["", *map(printable, wanted)]))
    for word, row in zip(wanted, cosines, strict=True):
        echo("\t".join([printable(word), *(f"{cosine:z.4f}" for cosine in row)]))
