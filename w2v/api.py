"""The Python API: train and load, on the same engine as the command line."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from w2v.cluster.launcher import n_processes
from w2v.config import TrainConfig, TrainOptions
from w2v.config_files import merge_options
from w2v.errors import UsageError, W2VError
from w2v.run.observer import Observer
from w2v.run.options import RunOptions
from w2v.run.progress import Progress
from w2v.run.run import run
from w2v.vectors.python_errors import in_python_terms

if TYPE_CHECKING:
    from w2v.training.trainer import Report
    from w2v.vectors.word_vectors import WordVectors

PathLike = str | os.PathLike[str]


@in_python_terms
def train(
    corpus: PathLike | Iterable[Any],
    output: PathLike | None = None,
    *,
    config: TrainConfig | PathLike | None = None,
    vocab: PathLike | None = None,
    init: PathLike | None = None,
    phrases: PathLike | None = None,
    continue_from: PathLike | None = None,
    freeze_old: bool = False,
    overwrite: bool = False,
    resume: bool = False,
    checkpoint_every: float = 10.0,
    cache_dir: PathLike | None = None,
    observer: Observer | None = None,
    progress: Callable[[Report], object] | bool | None = None,
    stop: Callable[[], bool] = lambda: False,
    **options: Unpack[TrainOptions],
) -> WordVectors:
    """Train vectors on text and return them, float32[V, vector_size].

    Parameters
    ----------
    corpus
        A file, folder or glob, or a list of them; "-" is standard input. Or text in memory: any
        iterable of lists of words, which are taken as they are, or of strings, which are split
        into words as the tokenizer says; each list and each line of a string is a sentence. A
        list of strings is text if one of them is plainly no file's name.
    output
        The model folder to write. None keeps the vectors in memory only.
    config
        A TrainConfig, a TOML file of options, or the name of a configuration that comes with w2v.
    vocab
        A vocabulary file ("word count" lines) to use instead of the vocabulary of the corpus.
    init
        Vectors of any format to start from; they are matched by word.
    phrases
        A phrase file, whose phrases are read as one word; "auto" finds them in the text.
    continue_from
        A model to train further: all its words stay, words that are new and reach min_count are
        added, and counts are summed. Words that do not occur in the corpus keep their vectors.
    freeze_old
        Train only the new words.
    overwrite, resume
        Replace an existing output; continue a run to `output` from its last checkpoint.
    checkpoint_every
        Minutes between checkpoints, which need an output; 0 writes none.
    cache_dir
        Where the encoded corpus is stored during training. None: beside the output.
    observer
        Receives the progress; see Observer.
    progress
        Called about twice a second with a Report: words done and in all, words per second,
        learning rate, mean loss, time left. True shows these as a line on standard error, in a
        notebook too.
    stop
        Called several times a second; when it returns True the run stops and raises Stopped.
    **options
        Any option of TrainConfig, such as vector_size=100; these override `config`.

    Returns the vectors that the model publishes: see the option `publish`.

    Raises UsageError for an unknown option or a value out of range, W2VError for anything else
    that the caller can fix, TypeError for a corpus that is neither files nor text.
    """
    from w2v.corpus.python_text import find_text

    started = n_processes()
    if output is not None and started > 1:
        raise W2VError(
            f"a launcher started {started} processes, and each would train a model of its own into "
            f"{os.fspath(output)}; the command 'mpirun w2v train' trains one model in all of them "
            "(docs/cluster.md); or leave output out, and save each model under its own name"
        )
    if output is None and resume:
        raise UsageError("resume needs an output, the model folder of the run to continue")
    settings = _settings(config, options)
    with _folder(output) as folder:
        how = RunOptions(
            output=folder,
            vocab=Path(vocab) if vocab else None,
            init=Path(init) if init else None,
            phrases=os.fspath(phrases) if phrases else None,
            continue_from=Path(continue_from) if continue_from else None,
            freeze_old=freeze_old,
            overwrite=overwrite,
            resume=resume,
            checkpoint_every=checkpoint_every if output is not None else 0,
            cache_dir=Path(cache_dir) if cache_dir else None,
        )
        observer = observer or Observer()
        if progress is not None and progress is not False:
            observer = Progress(progress, observer)
        run(find_text(corpus), settings, how, observer, stop)
        vectors = load(folder)
        return vectors if output is not None else vectors.in_memory()


@in_python_terms
def load(
    path: PathLike,
    *,
    format: str | None = None,
    table: str = "published",
    limit: int | None = None,
    vector_size: int | None = None,
    encoding: str | None = None,
    unicode_errors: str | None = None,
    mix_weight: float | None = None,
) -> WordVectors:
    """Open vectors of any format: a model folder, word2vec text or binary, and so on.

    Parameters
    ----------
    path
        A file or folder.
    format
        The format's name. None recognises it by its content, otherwise by its ending.
    table
        For a model folder: "published", which other tools get too; the trained "input" or "output"
        vectors; their "sum"; or their "mix", input + mix_weight x output. Other files hold one
        table.
    limit
        Only the first (most frequent) rows.
    vector_size
        For word2vec binary files without a header: the number of dimensions.
    encoding
        For text and word2vec binary files: how the words are encoded; UTF-8 unless given.
    unicode_errors
        For the same files: "strict" refuses words that are not in that encoding; "replace" reads
        U+FFFD for each wrong byte and warns with the number of words that have any.
    mix_weight
        For the table "mix": the weight of the output vectors. None: 0.25.

    Raises W2VError if the file is missing, damaged or of an unknown format.
    """
    from w2v.vectors.word_vectors import WordVectors

    return WordVectors.load(
        path,
        format=format,
        table=table,
        limit=limit,
        vector_size=vector_size,
        encoding=encoding,
        unicode_errors=unicode_errors,
        mix_weight=mix_weight,
    )


def _settings(config: TrainConfig | PathLike | None, options: TrainOptions) -> TrainConfig:
    """The options of a run: those given, then those of `config`, then the defaults."""
    if config is None or isinstance(config, TrainConfig):
        return merge_options(options, base=config)
    return merge_options(options, config)


@contextlib.contextmanager
def _folder(output: PathLike | None) -> Iterator[Path]:
    """The model folder to write: `output`, or a temporary one if that is None."""
    if output is not None:
        yield Path(output)
        return
    with tempfile.TemporaryDirectory(prefix="w2v-") as folder:
        yield Path(folder, "model.w2v")
