"""w2v embed: vectors of texts."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.input import open_model
from w2v.cli.options import (
    FILE,
    TRAINING_OPTIONS,
    TableChoice,
    query_model_option,
    training_option,
)
from w2v.cli.output import note, printable
from w2v.cli.progress import Bar
from w2v.errors import UsageError, W2VError
from w2v.option import checked

if TYPE_CHECKING:
    from w2v.arrays import Floats
    from w2v.corpus.phrase_list import Phrase
    from w2v.text.pieces import SourceSize
    from w2v.text.sources import Source
    from w2v.vectors.texts import TextEmbedder


@click.command()
@click.argument("texts", nargs=-1, required=True, type=FILE)
@click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    type=FILE,
    help="The file to write, ending in .npy, .txt, .parquet or .jsonl; JSON lines on standard "
    "output unless given.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["npy", "text", "parquet", "jsonl"]),
    help="The format to write, whatever the name ends in.",
)
@click.option(
    "--method",
    type=click.Choice(["mean", "sif"]),
    default="mean",
    show_default=True,
    help="The mean of the words' vectors; or SIF, which gives rare words more weight and removes "
    "what all lines have in common (Arora, Liang and Ma 2017).",
)
@click.option(
    "--sif-weight",
    type=float,
    default=1e-3,
    show_default=True,
    metavar="A",
    help="A word that makes up a share p of the training text has the weight A / (A + p).",
)
@click.option(
    "--component",
    metavar="FILE",
    type=FILE,
    help="SIF removes the direction in this .npy file instead of one found in the lines. For "
    "queries, give the direction of the texts they are compared with.",
)
@click.option(
    "--save-component",
    metavar="FILE",
    type=FILE,
    help="Write the direction that SIF removed to this .npy file.",
)
@query_model_option
@training_option("tokenizer", default="that of the model")
@training_option("keep_case")
@training_option("encoding")
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
def command(
    texts: tuple[str, ...], model: str, vectors: TableChoice, subwords: bool, **given: Any
) -> None:
    """Turn each line of a text into a vector.

    TEXTS are files, folders or globs, or - for standard input, as for training. Phrases that the
    model was trained with (`w2v train --phrases`) are joined first. Words that the
    model lacks are composed from n-grams if it has subwords, and otherwise left out. A line without
    any known word becomes zeros. Mean vectors are written while the text is read. SIF without
    --component needs a second pass, so the vectors are kept in a temporary file until then.
    """
    from w2v.formats.bare_rows import read_direction, write_direction
    from w2v.text.encodings import check_encodings
    from w2v.text.sources import find_sources
    from w2v.vectors.texts import TextEmbedder

    output, saved, overwrite = given["output"], given["save_component"], given["overwrite"]
    kind = _checked_kind(output, given["kind"])
    if given["method"] != "sif":
        for name in ("component", "save_component"):
            if given[name] is not None:
                raise UsageError(f"--{name.replace('_', '-')} needs --method sif")
    _check_outputs([path for path in (output, saved) if path not in (None, "-")], overwrite)
    encodings = check_encodings(given["encoding"] or "utf-8")
    sources = find_sources(texts)
    component = None if given["component"] is None else read_direction(given["component"])
    table = open_model(model, vectors, subwords)
    trained = _options_of(model)
    embedder = TextEmbedder(
        table,
        given["method"],
        tokenizer=given["tokenizer"] or trained.get("tokenizer", "words"),
        keep_case=given["keep_case"] or trained.get("keep_case", False),
        sif_weight=given["sif_weight"],
        phrases=_phrases_of(model),
    )
    sizes: list[SourceSize] = []
    with Bar("embedding", "lines") as bar:
        blocks = embedder.embed(_watched(_lines(sources, encodings, sizes), bar), component)
        _write(blocks, table.vector_size, output, kind, overwrite)
    if saved is not None and embedder.component is not None:
        write_direction(embedder.component, saved, overwrite=overwrite)
    _report(embedder, output, sizes)


def _checked_kind(output: str, kind: Any) -> Any:
    """What to write. Raises UsageError if that is unclear or cannot be written to a pipe."""
    from w2v.formats.bare_rows import STREAMED, kind_of

    if output != "-":
        return kind or kind_of(output)
    if kind not in (None, *STREAMED):
        raise UsageError(f"{kind} cannot be written to standard output; give -o FILE")
    return kind or "jsonl"


def _check_outputs(paths: list[str], overwrite: bool) -> None:
    """Raise W2VError if a file cannot be written, before anything is read."""
    from w2v.system.atomic import check_writable

    for path in paths:
        check_writable(Path(path), overwrite=overwrite)


def _options_of(model: str) -> dict[str, Any]:
    """The options that a model was trained with; none if they are not known."""
    from w2v.formats import model_folder

    path = Path(model)
    if not (path / "model.json").is_file():
        return {}
    options = model_folder.read_options(path)
    for name in options.keys() & {"tokenizer", "keep_case"}:
        try:
            checked(TRAINING_OPTIONS[name], options[name])
        except UsageError as error:
            raise W2VError(f"{path / 'model.json'}: {error}") from None
    return options


def _phrases_of(model: str) -> list[Phrase]:
    """The phrases that were joined in the text that a model was trained on."""
    from w2v.corpus.phrase_list import load_phrases
    from w2v.formats.model_folder import PHRASES

    path = Path(model) / PHRASES
    return load_phrases(path) if path.is_file() else []


def _lines(
    sources: list[Source], encodings: tuple[str, ...], sizes: list[SourceSize]
) -> Iterator[bytes]:
    """The lines of the texts in UTF-8; a lone carriage return ends a line too.

    What was read of each source is added to `sizes`.
    """
    import io

    from w2v.text.pieces import SourceSize, unless_binary
    from w2v.text.streams import open_text

    for source in sources:
        sizes.append(SourceSize(source.name))
        with contextlib.ExitStack() as stack:
            opened = open_text(source, encodings, sizes[-1])
            text = unless_binary(opened, source, sizes[-1], stack, len(sources))
            for line in io.BufferedReader(text, 1 << 16) if text is not None else ():
                yield from line.rstrip(b"\r\n").split(b"\r")


def _watched(lines: Iterable[bytes], bar: Bar) -> Iterator[bytes]:
    """The lines, counted on a bar."""
    for number, line in enumerate(lines, 1):
        if number % 1000 == 0:
            bar.move(number, None)
        yield line


def _write(
    blocks: Iterator[Floats], vector_size: int, output: str, kind: Any, overwrite: bool
) -> None:
    """Write the vectors to a file or to standard output."""
    from w2v.formats.bare_rows import to_lines, write_rows

    if output != "-":
        write_rows(blocks, vector_size, output, kind, overwrite=overwrite)
        return
    for lines in to_lines(blocks, kind):
        sys.stdout.write(lines.decode("ascii"))
        sys.stdout.flush()


def _report(embedder: TextEmbedder, output: str, sizes: list[SourceSize]) -> None:
    """Report what was written, and what was left out or replaced."""
    from w2v.text.notes import reading_notes

    for line in reading_notes([asdict(size) for size in sizes]):
        note(line)
    if output != "-":
        shape = f"{embedder.n_texts:,} by {embedder.vectors.vector_size:,} numbers"
        note(f"wrote {shape} to {printable(output)}")
    if embedder.n_empty:
        note(f"lines without a known word, whose vectors are zeros: {embedder.n_empty:,}")
    if embedder.n_composed:
        note(f"unknown words whose vectors were composed of n-grams: {embedder.n_composed:,}")
    if embedder.replaced_bytes:
        note(
            f"{embedder.replaced_bytes:,} bytes were not valid text and were replaced; "
            "--encoding names another encoding"
        )
