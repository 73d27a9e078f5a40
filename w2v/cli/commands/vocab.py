"""w2v vocab: count the words of a text, without training."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any

import click

from w2v.cli.options import FILE, given_options, json_option, text_options, training_option
from w2v.cli.output import note, print_json, printable
from w2v.cli.progress import Bar
from w2v.config import TrainConfig
from w2v.config_files import merge_options
from w2v.errors import UsageError

if TYPE_CHECKING:
    from w2v.corpus.counts import WordCount


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=FILE)
@click.option(
    "--top", type=click.IntRange(0), default=20, show_default=True, help="How many words to list."
)
@training_option("min_count", default=1)
@training_option("max_vocab")
@training_option("stop_words")
@text_options
@click.option(
    "--save",
    type=FILE,
    metavar="FILE",
    help="Write a vocabulary file of 'word count' lines, for --vocab; - prints it instead of the "
    "summary.",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@json_option
def command(corpus: tuple[str, ...], **given: Any) -> None:
    """Count words, and show what each --min-count keeps.

    Prints a summary and the most frequent words. CORPUS is one or more files, folders or globs, or
    - for standard input; .gz, .bz2, .xz and .zst files are decompressed.
    """
    from w2v.corpus.counts import count_words
    from w2v.system.resources import available_threads
    from w2v.text.sources import find_sources

    base = TrainConfig(min_count=1)
    config = merge_options(given_options(given), given["config"], base)
    save = given["save"]
    if save == "-" and given["as_json"]:
        raise UsageError("--save - and --json both write to standard output; give one of them")
    if save and save != "-":
        from w2v.system.atomic import check_writable

        check_writable(save, given["overwrite"])
    sources = find_sources(corpus, field=config.text_field)
    with Bar("reading", "B") as bar:
        threads = config.threads or available_threads()
        counted = count_words(sources, config, threads=threads, progress=bar.move)
    if save and save != "-":
        counted.vocabulary.save(save, counted.n_lines, given["overwrite"])
        note(f"wrote {len(counted.vocabulary):,} words to {save}")
    _warn(counted)
    if save == "-":
        sys.stdout.flush()
        counted.vocabulary.write(sys.stdout.buffer, counted.n_lines)
    elif given["as_json"]:
        print_json(_as_dict(counted, given["top"]))
    else:
        _print_tables(counted, given["top"])


def _warn(counted: WordCount) -> None:
    """Warn of what a user would want to fix."""
    from w2v.text.notes import reading_notes
    from w2v.text.spacing import ADVICE

    for line in reading_notes(counted.sources):
        note(line)
    if counted.lacks_spaces:
        note(ADVICE)
    if counted.n_lines == 1 and counted.n_words > 1000:
        note(
            "the whole text is one line, but context does not cross line ends; put each sentence "
            "on a line of its own"
        )
    if not len(counted.vocabulary):
        note(f"no word occurs {counted.min_count:,} times or more; lower --min-count")


def _as_dict(counted: WordCount, top: int) -> dict[str, Any]:
    """What --json prints."""
    vocabulary = counted.vocabulary
    listed = zip(vocabulary.words[:top], vocabulary.counts[:top].tolist(), strict=True)
    return {
        "words": counted.n_words,
        "distinct": counted.n_distinct,
        "lines": counted.n_lines,
        "stop_words": counted.n_stopped,
        "replaced_bytes": counted.n_replaced_bytes,
        "vocabulary": len(vocabulary),
        "sources": counted.sources,
        "kept": [
            {**dataclasses.asdict(kept), "share": kept.tokens / counted.n_words}
            for kept in counted.kept
        ],
        "top": [{"word": word, "count": count} for word, count in listed],
    }


def _print_tables(counted: WordCount, top: int) -> None:
    """Print the summary, what each --min-count keeps, and the most frequent words."""
    vocabulary = counted.vocabulary
    print(f"{counted.n_words:>15,} words")
    print(f"{counted.n_distinct:>15,} distinct words")
    print(f"{counted.n_lines:>15,} lines")
    if counted.n_stopped:
        print(f"{counted.n_stopped:>15,} stop words, left out below")
    if counted.n_replaced_bytes:
        print(f"{counted.n_replaced_bytes:>15,} bytes replaced")
    print(f"\n{'--min-count':>15} {'vocabulary':>15} {'text kept':>15}")
    for kept in counted.kept:
        share = f"{100 * kept.tokens / counted.n_words:.2f} %"
        print(f"{kept.min_count:>15,} {kept.words:>15,} {share:>15}")
    words = vocabulary.words[:top]
    if words:
        print()
    for word, count in zip(words, vocabulary.counts[:top].tolist(), strict=True):
        print(f"{count:>15,} {printable(word)}")
