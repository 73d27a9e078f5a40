"""w2v phrases: find the phrases of a text, or write the text with its phrases joined."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from w2v.cli.options import FILE, given_options, json_option, text_options
from w2v.cli.output import note, print_json, print_table
from w2v.cli.progress import Bar
from w2v.config import TrainConfig
from w2v.config_files import merge_options
from w2v.errors import UsageError

if TYPE_CHECKING:
    from w2v.corpus.phrase_list import Phrase
    from w2v.corpus.phrase_options import PhraseOptions
    from w2v.corpus.phrased_text import TextIn
    from w2v.corpus.phrases import FoundPhrases
    from w2v.text.pieces import SourceSize

_LIST = "phrases.tsv"
_FINDING = ("scoring", "threshold", "min_count", "passes", "delimiter", "connectors", "max_pairs")
_ENDINGS = (".gz", ".bz2", ".xz", ".zst")


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=FILE)
@click.option(
    "-o",
    "--output",
    type=FILE,
    metavar="FILE",
    help=f"The list to write, or with --apply the text.  [default: {_LIST}]",
)
@click.option(
    "--scoring",
    type=click.Choice(["default", "npmi", "word2phrase"]),
    help="How pairs are scored: see docs/phrases.md.  [default: default]",
)
@click.option(
    "--threshold",
    type=float,
    metavar="X",
    help="Pairs that score more than this are phrases.  [default: 10, npmi 0.5, word2phrase 100]",
)
@click.option(
    "--min-count", type=int, metavar="N", help="Ignore pairs that occur less often.  [default: 5]"
)
@click.option(
    "--passes",
    type=int,
    metavar="N",
    help="Search N times, each time among the words and phrases of the previous pass. N passes "
    "find phrases of up to 2^N words.  [default: 1]",
)
@click.option(
    "--delimiter", metavar="TEXT", help="The text that joins the words of a phrase.  [default: _]"
)
@click.option(
    "--connectors",
    type=FILE,
    metavar="FILE|english|none",
    help="Words that may stand inside a phrase but not at its edge: a file of words, or "
    "'english' (a, of, the, and, ...).  [default: none]",
)
@click.option(
    "--max-pairs",
    type=int,
    metavar="N",
    help="Keep at most about N pairs in memory, about 30 bytes each; the rarest are dropped.  "
    "[default: 40,000,000]",
)
@click.option(
    "--top", type=click.IntRange(0), default=20, show_default=True, help="How many phrases to show."
)
@click.option(
    "--apply",
    "applied",
    type=FILE,
    metavar="FILE",
    help="Write the text, with the phrases in FILE joined.",
)
@text_options
@click.option(
    "--cache-dir",
    type=FILE,
    metavar="PATH",
    help="The folder for the text's ids while phrases are searched.  [default: the temporary "
    "folder]",
)
@click.option("--overwrite", is_flag=True, help="Replace an existing file.")
@json_option
def command(corpus: tuple[str, ...], **given: Any) -> None:
    """Find the phrases of a text: words that belong together.

    Writes them as a list for `w2v train --phrases`, and prints the best. With --apply, writes the
    text with the phrases of such a list joined (new_york); an output ending such as .gz compresses
    it. CORPUS is one or more files, folders or globs, or - for standard input.
    """
    config = merge_options({**given_options(given), "min_count": 1}, given["config"])
    if given["applied"]:
        _apply(corpus, config, given)
    else:
        _find(corpus, config, given)


def _find(corpus: tuple[str, ...], config: TrainConfig, given: dict[str, Any]) -> None:
    """Find phrases, write the list and print the best."""
    from w2v.corpus.phrase_list import save_phrases
    from w2v.system.atomic import check_writable

    options = _options(given, config)
    output = given["output"] or _LIST
    check_writable(output, given["overwrite"])
    with Bar("reading", "B") as bar:
        from w2v.corpus.phrased_text import find_in_text

        found, reading = find_in_text(_text(corpus, config, given, bar), options)
    save_phrases(found.phrases, output, given["overwrite"])
    _report_reading(reading.sources)
    _report(found, options)
    note(f"wrote {len(found.phrases):,} phrases to {output}")
    best = found.phrases[: given["top"]]
    if given["as_json"]:
        print_json(
            {
                "words": int(reading.words.counts.sum()),
                "pairs": found.n_pairs,
                "dropped_pairs": found.n_dropped,
                "phrases": len(found.phrases),
                "top": [_as_dict(phrase) for phrase in best],
            }
        )
    elif best:
        rows = [[phrase.word, f"{phrase.count:,}", f"{phrase.score:.4g}"] for phrase in best]
        print_table(["phrase", "count", "score"], rows)


def _apply(corpus: tuple[str, ...], config: TrainConfig, given: dict[str, Any]) -> None:
    """Write the text with phrases joined."""
    from w2v.corpus.phrase_list import load_phrases

    for name in _FINDING:
        if given[name] is not None:
            option = name.replace("_", "-")
            raise UsageError(f"--{option} is for finding phrases; --apply takes them from its file")
    if given["cache_dir"] is not None:
        raise UsageError("--cache-dir is for finding phrases; --apply writes while it reads")
    output = given["output"]
    if not output:
        raise UsageError("--apply needs -o, the text to write; -o - is standard output")
    phrases = load_phrases(given["applied"])
    with Bar("reading", "B") as bar, _target(output, given["overwrite"]) as target:
        from w2v.corpus.phrased_text import write_phrased

        written = write_phrased(_text(corpus, config, given, bar), phrases, target)
    _report_reading(written.sources)
    where = "standard output" if output == "-" else output
    n_left = written.n_words - written.n_joined
    note(f"wrote {n_left:,} words to {where}; without phrases there were {written.n_words:,}")


@contextlib.contextmanager
def _target(output: str, overwrite: bool) -> Iterator[IO[bytes]]:
    """Where the text goes: a file, compressed if its ending says so, or standard output."""
    from w2v.system.atomic import atomic_file
    from w2v.system.compression import compressor

    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    ending = next((ending for ending in _ENDINGS if output.lower().endswith(ending)), None)
    with atomic_file(output, overwrite) as file:
        if ending is None:
            yield file
        else:
            with compressor(ending, file, Path(output)) as packed:
                yield packed


def _text(corpus: tuple[str, ...], config: TrainConfig, given: dict[str, Any], bar: Bar) -> TextIn:
    """The text to read."""
    from w2v.corpus.phrased_text import TextIn
    from w2v.system.resources import available_threads
    from w2v.text.sources import find_sources

    folder = given["cache_dir"]
    if folder is not None and not os.path.isdir(folder):
        raise UsageError(f"--cache-dir {folder}: there is no such folder")
    threads = config.threads or available_threads()
    return TextIn(find_sources(corpus, field=config.text_field), config, threads, folder, bar.move)


def _options(given: dict[str, Any], config: TrainConfig) -> PhraseOptions:
    """How phrases are found."""
    from w2v.corpus.phrase_options import PhraseOptions

    options = {name: given[name] for name in _FINDING if given[name] is not None}
    options["connectors"] = _connectors(given["connectors"], config)
    return PhraseOptions(**options)


def _connectors(name: str | None, config: TrainConfig) -> tuple[str, ...]:
    """The connector words that --connectors names."""
    from w2v.corpus.phrase_options import ENGLISH_CONNECTORS
    from w2v.corpus.stop_words import read_words

    if name is None or name == "none":
        return ()
    if name == "english":
        return ENGLISH_CONNECTORS
    return tuple(read_words(name, config, "connectors"))


def _report_reading(sources: list[SourceSize]) -> None:
    """Report which files were skipped, read in another encoding, or damaged."""
    from w2v.text.notes import reading_notes

    for line in reading_notes([asdict(source) for source in sources]):
        note(line)


def _report(found: FoundPhrases, options: PhraseOptions) -> None:
    """Report what a user should know about the search."""
    if found.n_dropped:
        times = "once" if found.dropped_count == 1 else f"{found.dropped_count:,} times or less"
        note(
            f"{found.n_dropped:,} pairs that had occurred {times} were dropped to keep within "
            f"--max-pairs {options.max_pairs:,}; the counts of rare pairs may be too low"
        )
    if not found.phrases:
        note(
            f"no pair occurs --min-count {options.min_count:,} times and scores more than "
            f"--threshold {options.least_score:g}; lower ones find more"
        )


def _as_dict(phrase: Phrase) -> dict[str, Any]:
    """A phrase for --json."""
    return {
        "phrase": phrase.word,
        "words": list(phrase.words),
        "count": phrase.count,
        "score": phrase.score,
        "pass": phrase.of_pass,
    }
