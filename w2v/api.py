"""The Python API: train and load, on the same engine as the command line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.config import TrainConfig, merge_options
from w2v.run.observer import Observer
from w2v.run.run import RunOptions, run

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors

PathLike = str | os.PathLike[str]


def train(
    corpus: PathLike | Sequence[PathLike],
    output: PathLike | None = None,
    *,
    config: TrainConfig | PathLike | None = None,
    vocab: PathLike | None = None,
    init: PathLike | None = None,
    overwrite: bool = False,
    resume: bool = False,
    checkpoint_every: float = 10.0,
    cache_dir: PathLike | None = None,
    observer: Observer | None = None,
    stop: Callable[[], bool] = lambda: False,
    **options: Any,
) -> WordVectors:
    """Train vectors on text and return them.

    Parameters
    ----------
    corpus
        A file, folder or glob, or several; "-" is standard input.
    output
        The model folder to write. None keeps the vectors in memory only.
    config
        A TrainConfig, or a TOML file of options; `options` come before it.
    vocab
        A vocabulary file ("word count" lines) to use instead of the corpus's own.
    init
        Vectors of any format to start from; matching words take their rows.
    overwrite, resume
        Replace an existing output; go on from the last checkpoint of a run to `output`.
    checkpoint_every
        Minutes between checkpoints (fractions too); 0 writes none. Without an `output`, none.
    cache_dir
        Where the corpus's ids lie while training. None: beside the output.
    observer
        Receives the progress; see w2v.run.observer.
    stop
        Called several times a second; when it returns True the run stops and raises run.Stopped.
    **options
        Any option of TrainConfig, such as vector_size=100.

    Returns
    -------
    WordVectors of the input vectors, float32[V, vector_size].

    Raises
    ------
    UsageError for an unknown option or a value out of range; W2VError for all else that the
    caller can mend.
    """
    paths = [corpus] if isinstance(corpus, str | os.PathLike) else list(corpus)
    settings = _settings(config, options)
    if output is None:
        with tempfile.TemporaryDirectory(prefix="w2v-") as folder:
            target = Path(folder, "model.w2v")
            return _in_memory(
                train(
                    paths,
                    target,
                    config=settings,
                    vocab=vocab,
                    init=init,
                    checkpoint_every=0,
                    cache_dir=cache_dir,
                    observer=observer,
                    stop=stop,
                )
            )
    how = RunOptions(
        output=Path(output),
        vocab=Path(vocab) if vocab else None,
        init=Path(init) if init else None,
        overwrite=overwrite,
        resume=resume,
        checkpoint_every=checkpoint_every,
        cache_dir=Path(cache_dir) if cache_dir else None,
    )
    run(paths, settings, how, observer or Observer(), stop)
    return load(output)


def load(path: PathLike, *, format: str | None = None, table: str = "input") -> WordVectors:
    """Open vectors of any format: a model folder, word2vec text or binary, and so on.

    `table` is "input", "output" or "sum" for a model folder; other files hold one table.
    Raises W2VError when the file is missing, damaged or of no known format.
    """
    from w2v.vectors.word_vectors import WordVectors

    return WordVectors.load(Path(path), format=format, table=table)


def _settings(config: TrainConfig | PathLike | None, options: dict[str, Any]) -> TrainConfig:
    """The options of a run: those given, then the config's, then the defaults."""
    if config is None or isinstance(config, TrainConfig):
        return merge_options(options, base=config)
    return merge_options(options, config)


def _in_memory(vectors: WordVectors) -> WordVectors:
    """The same vectors, no longer mapped from a file that is about to go."""
    import numpy as np

    from w2v.vectors.word_vectors import WordVectors

    return WordVectors(vectors.words, np.array(vectors.matrix), vectors.counts)
