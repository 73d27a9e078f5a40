"""w2v align: one model moved into the space of another."""

from __future__ import annotations

import click

from w2v.cli.input import open_model
from w2v.cli.options import FILE, FORMAT, TableChoice, vectors_option
from w2v.cli.output import note, printable
from w2v.messages import counted


@click.command()
@click.argument("source", type=FILE)
@click.argument("target", type=FILE)
@click.option(
    "-o",
    "--output",
    required=True,
    type=FILE,
    metavar="FILE",
    help="The rotated vectors: a model folder, or a vector file of any format.",
)
@click.option(
    "--format",
    type=FORMAT,
    metavar="NAME",
    help="The format to write, whatever the output ends in.",
)
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Find the rotation from words among the first N of both models; all unless given.",
)
@vectors_option
@click.option("--overwrite", is_flag=True, help="Replace an existing output.")
def command(
    source: str,
    target: str,
    output: str,
    format: str | None,
    restrict_vocab: int,
    vectors: TableChoice,
    overwrite: bool,
) -> None:
    """Rotate one model into the space of another.

    Two runs of training put the same words in different directions. This finds the rotation that
    brings the words of SOURCE closest to the same words of TARGET (orthogonal Procrustes) and
    writes all vectors of SOURCE rotated, so that they can be compared with those of TARGET. Within
    SOURCE nothing changes: a rotation keeps all distances.
    """
    from w2v.formats import registry
    from w2v.formats.files import check_output, write
    from w2v.vectors.alignment import align

    name = registry.for_output(output, format)
    check_output(output, name, overwrite)
    ours, theirs = open_model(source, vectors), open_model(target, vectors)
    found = align(ours, theirs, restrict_vocab=restrict_vocab)
    if ours.subwords is not None:
        note("written without its n-grams, which do not turn: unknown words have no vectors there")
    write(ours.table().map_blocks(found.rotate), output, format=name, overwrite=overwrite)
    size = f"{counted(len(ours), 'word')} by {ours.vector_size:,}"
    note(
        f"wrote {size} to {printable(output)} ({name}); "
        f"mean cosine {found.mean_cosine:.4f} over {len(found.cosines):,} shared words"
    )
