"""Hints for options that people know from other tools: `--lr` here is `--alpha`."""

from __future__ import annotations

from collections.abc import Sequence

import click

# Names in word2vec.c (-size), fastText (-lr), gensim (workers=) and GloVe (-x-max), without dashes
# and underscores, in lower case; and what to use here.
_NAMES = {
    **dict.fromkeys(("size", "dim", "vector", "dimensions", "layer1size"), "--vector-size"),
    **dict.fromkeys(("lr", "learningrate", "startalpha", "eta"), "--alpha"),
    **dict.fromkeys(("endalpha",), "--min-alpha"),
    **dict.fromkeys(("workers", "thread", "numthreads", "njobs", "cores"), "--threads"),
    **dict.fromkeys(("iter", "iters", "epoch", "niter", "passes"), "--epochs"),
    **dict.fromkeys(("ws", "windowsize", "context"), "--window"),
    **dict.fromkeys(("neg", "negatives", "numsampled", "ns"), "--negative"),
    **dict.fromkeys(("t", "subsample", "subsampling"), "--sample"),
    **dict.fromkeys(("minc", "minfreq", "vocabmincount"), "--min-count"),
    **dict.fromkeys(("maxvocabsize", "maxfinalvocab", "vocabsize"), "--max-vocab"),
    **dict.fromkeys(("nsexponent", "power"), "--noise-exponent"),
    **dict.fromkeys(("maxsentencelength",), "--max-sentence"),
    **dict.fromkeys(("readvocab", "vocabfile"), "--vocab"),
    **dict.fromkeys(("pretrainedvectors", "pretrained", "intersect"), "--init"),
    **dict.fromkeys(("randomstate", "randomseed"), "--seed"),
    **dict.fromkeys(("out", "outfile", "savefile"), "--output"),
    **dict.fromkeys(("topn", "k", "n", "num"), "--top"),
    **dict.fromkeys(("force", "f", "y", "yes"), "--overwrite"),
    **dict.fromkeys(("continue", "checkpoint"), "--resume"),
    **dict.fromkeys(("bucket", "numbuckets"), "--buckets"),
}
_ADVICE = {
    **dict.fromkeys(
        ("train", "input", "corpusfile", "sentences", "corpus", "data", "i"),
        "give the text without an option: w2v train corpus.txt",
    ),
    "savevocab": "use w2v vocab corpus.txt --save FILE",
    "binary": "use w2v export vectors.bin after training",
    "classes": "use w2v clusters -k N after training",
    "debug": "leave it out; --quiet prints errors only",
    "verbose": "leave it out; --quiet prints errors only",
    **dict.fromkeys(("cbow", "sg"), "use --architecture cbow, or leave it out for skip-gram"),
    "cbowmean": "leave it out; --architecture cbow takes the mean of the context words",
    "hs": "use --loss hs, or leave it out for negative sampling",
    **dict.fromkeys(
        ("overflowfile", "memory", "symmetric", "xmax"),
        "leave it out; w2v counts no co-occurrences",
    ),
    "wordngrams": "use w2v phrases and --phrases to read several words as one",
}


def check_options(context: click.Context, arguments: Sequence[str]) -> None:
    """Raise NoSuchOption for options with one dash and several letters, such as `-size`.

    click would read `-output x` as `-o utput` and write there. `arguments` are those of the
    command that `context` is for.
    """
    ours = {_plain(option) for option in _options(context.command)}
    for argument in arguments:
        if argument == "--":
            return
        name = argument.partition("=")[0]
        if name[:1] != "-" or name[:2] == "--" or len(name) < 3:
            continue
        if _plain(name) in ours or _plain(name) in _NAMES or _plain(name) in _ADVICE:
            raise click.NoSuchOption(name, ctx=context)


def hint(option: str, context: click.Context) -> str | None:
    """What to use instead of an unknown option of a command, or None if nothing is known to help.

    "--lr" -> "use --alpha"
    """
    command = context.command
    ours, plain = _options(command), _plain(option)
    for name in ours:
        if _plain(name) == plain:  # -window, --vector_size, --minCount
            return f"use {name}"
    if _NAMES.get(plain) in ours:
        return f"use {_NAMES[plain]}"
    if plain in _ADVICE:
        return _ADVICE[plain]
    takes_words = any(param.name in ("words", "terms") for param in command.params)
    if takes_words and _dashes(option) == 1:
        return f"words that begin with - go after --, as in '{context.command_path} -- -1'"
    return None


def _options(command: click.Command) -> list[str]:
    """The names of a command's options, with their dashes."""
    options = (param for param in command.params if isinstance(param, click.Option))
    return [name for option in options for name in option.opts if name.startswith("--")]


def _dashes(option: str) -> int:
    return len(option) - len(option.lstrip("-"))


def _plain(option: str) -> str:
    """An option's name without dashes and underscores, in lower case."""
    return option.replace("-", "").replace("_", "").lower()
