"""A training run from text to model folder: the main path, read from `run` downwards.

    sources -> Corpus and Vocabulary -> TrainingState -> Trainer -> model folder

Everything on the way lies in the working folder `<output>.run`: the ids, the log, the
checkpoints and the lock. It is removed when the model is written, and when nothing in it is worth
resuming.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from w2v.config import TrainConfig
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.checkpoint import CheckpointWriter
    from w2v.corpus import Corpus
    from w2v.trainer import Report, Trainer, TrainingState
    from w2v.vocabulary import Vocabulary

PathLike = str | os.PathLike[str]

# Options that may change between a run and its continuation: they do not shape the result.
FREE_OPTIONS = ("threads",)
# Options that decide what the corpus's ids are.
CORPUS_OPTIONS = ("tokenizer", "encoding", "min_count", "max_vocab", "max_sentence")


class Stopped(W2VError):
    """The run was asked to stop, and did; the message says how to go on."""

    exit_code = 130


class Watcher:
    """What a run tells while it goes. This one is silent; a caller overrides what it shows."""

    def note(self, message: str) -> None:
        """One line that a user should see."""

    def read(self, done: int, total: int | None) -> None:
        """Bytes of text read so far, and in all where that is known."""

    def counted(self, vocabulary: Vocabulary, corpus: Corpus) -> None:
        """The text is counted and encoded."""

    def trained(self, report: Report) -> None:
        """Training goes on."""


@dataclass(frozen=True)
class RunOptions:
    """What a run does beside the options that shape the vectors."""

    output: Path
    vocab: Path | None = None  # a vocabulary file to use instead of the corpus's own
    init: Path | None = None  # vectors to start from
    overwrite: bool = False
    resume: bool = False
    checkpoint_every: float = 10.0  # minutes; 0 writes none
    cache_dir: Path | None = None  # where the ids lie while training; None: the working folder

    @property
    def folder(self) -> Path:
        """The working folder."""
        return self.output.with_name(self.output.name + ".run")


def run(
    corpus: Sequence[PathLike],
    config: TrainConfig,
    options: RunOptions,
    watcher: Watcher,
    stop: Callable[[], bool],
) -> None:
    """Train on the corpus and write the model folder.

    Raises Stopped when `stop` ended it, W2VError for all else that the user can mend.
    """
    from w2v.atomic import check_writable
    from w2v.lock import exclusive_lock
    from w2v.sources import find_sources

    check_writable(options.output, options.overwrite or options.resume)
    sources = find_sources(corpus, exclude=[options.output, options.folder])
    options.folder.mkdir(exist_ok=True)
    with exclusive_lock(options.folder / "lock", str(options.output)):
        this = _Run(sources, config, options, watcher, stop)
        try:
            this.go()
        except BaseException:
            if not any(options.folder.glob("checkpoint-*")):
                this.clean()
            raise
        this.clean()
    if os.name == "nt" and not any(options.folder.glob("checkpoint-*")):
        shutil.rmtree(options.folder, ignore_errors=True)  # an open lock file stays on Windows


class _Run:
    """The steps of one run, in order."""

    def __init__(
        self,
        sources: list[Any],
        config: TrainConfig,
        options: RunOptions,
        watcher: Watcher,
        stop: Callable[[], bool],
    ) -> None:
        self.sources, self.config, self.options = sources, config, options
        self.watcher, self.stop = watcher, stop
        self.threads = config.threads or os.cpu_count() or 1
        self.log = options.folder / "train.jsonl"

    def go(self) -> None:
        """All steps."""
        from w2v.checkpoint import CheckpointWriter
        from w2v.trainer import Trainer

        start = time.perf_counter()
        vocabulary, corpus = self._prepare_corpus()
        counted = time.perf_counter()
        self._check_room(vocabulary)
        identity = self._identity(corpus)
        state = self._state(vocabulary, identity)
        trainer = Trainer(corpus, vocabulary.counts, self.config, state, self.threads)
        trainer.compile()
        compiled = time.perf_counter()
        checkpoints = CheckpointWriter(self.options.folder, identity)
        with open(self.log, "a", encoding="utf-8") as log:
            self._train(trainer, checkpoints, log)
            seconds = {
                "vocabulary_seconds": counted - start,
                "compile_seconds": compiled - counted,
                "training_seconds": time.perf_counter() - compiled,
            }
            _write_line(log, {"event": "finished", **seconds})
        checkpoints.wait()
        self._write_model(vocabulary, corpus, state)

    def _prepare_corpus(self) -> tuple[Vocabulary, Corpus]:
        """The ids of the run that stopped, if its sources have not been touched since, or new."""
        from w2v.corpus import Corpus, prepare_corpus
        from w2v.vocabulary import Vocabulary

        folder = self._corpus_folder()
        key, vocab = folder / "sources.json", folder / "vocab.txt"
        sources = self._source_key()
        if self.options.resume and _read_json(key) == sources:
            vocabulary, corpus = Vocabulary.load(vocab), Corpus.open(folder)
        else:
            key.unlink(missing_ok=True)
            given = Vocabulary.load(self.options.vocab) if self.options.vocab else None
            vocabulary, corpus = prepare_corpus(
                self.sources,
                self.config,
                folder,
                vocabulary=given,
                threads=self.threads,
                progress=self.watcher.read,
            )
            vocabulary.save(vocab)
            key.write_text(json.dumps(sources), encoding="utf-8")
        self.watcher.counted(vocabulary, corpus)
        return vocabulary, corpus

    def _corpus_folder(self) -> Path:
        """Where the ids lie: in the working folder, or in one of its own under --cache-dir."""
        if self.options.cache_dir is None:
            return self.options.folder / "corpus"
        output = str(self.options.output.absolute()).encode(errors="surrogateescape")
        name = f"{self.options.output.name}-{hashlib.blake2b(output, digest_size=6).hexdigest()}"
        return self.options.cache_dir / name

    def _source_key(self) -> dict[str, Any]:
        """What must be the same for the ids of an earlier run to be those of this one."""
        files = []
        for source in self.sources:
            stat = source.path.stat() if source.path else None
            files.append([source.name, stat and [stat.st_size, stat.st_mtime_ns]])
        options = {name: getattr(self.config, name) for name in CORPUS_OPTIONS}
        vocab = str(self.options.vocab) if self.options.vocab else None
        return {"files": files, "options": options, "vocab": vocab}

    def clean(self) -> None:
        """Remove all that lies outside the finished model."""
        shutil.rmtree(self._corpus_folder(), ignore_errors=True)
        shutil.rmtree(self.options.folder, ignore_errors=True)

    def _check_room(self, vocabulary: Vocabulary) -> None:
        """Refuse before training what would not fit in memory or on the disk."""
        from w2v.room import check_disk, check_memory

        check_memory(len(vocabulary), self.config, self.threads)
        check_disk(
            self.options.folder,
            len(vocabulary),
            self.config.vector_size,
            checkpoints=self.options.checkpoint_every > 0,
        )

    def _identity(self, corpus: Corpus) -> dict[str, Any]:
        """What a checkpoint must share with this run to be gone on from."""
        shaping = {k: v for k, v in self.config.to_dict().items() if k not in FREE_OPTIONS}
        init = str(self.options.init) if self.options.init else None
        return {**shaping, "init": init, "corpus": corpus.fingerprint}

    def _state(self, vocabulary: Vocabulary, identity: dict[str, Any]) -> TrainingState:
        """The state to train from: a checkpoint's when resuming, else a fresh one."""
        from w2v.checkpoint import find_checkpoints, load_checkpoint
        from w2v.initial import start_from
        from w2v.trainer import initial_state

        folder = self.options.folder
        if self.options.resume:
            state, notes = load_checkpoint(folder, identity)
            for note in notes:
                self.watcher.note(note)
            if state is not None:
                self.watcher.note(f"resuming after {state.words_done:,} words")
                return state
            self.watcher.note(f"{folder} has no checkpoint to resume from; starting afresh")
        for old in find_checkpoints(folder):
            shutil.rmtree(old, ignore_errors=True)
        self.log.unlink(missing_ok=True)
        state = initial_state(len(vocabulary), self.config)
        if self.options.init is not None:
            found = start_from(self.options.init, vocabulary.words, state, self.config.vector_size)
            self.watcher.note(
                f"{found:,} of {len(vocabulary):,} words start from {self.options.init}"
            )
        return state

    def _train(self, trainer: Trainer, checkpoints: CheckpointWriter, log: TextIO) -> None:
        """Train to the end, with checkpoints; raise Stopped when asked to stop before."""
        interval = self.options.checkpoint_every * 60
        saved = time.monotonic()

        def report(now: Report) -> None:
            _write_line(log, {"event": "report", "time": time.time(), **asdict(now)})
            self.watcher.trained(now)

        def save(state: TrainingState, epoch_ended: bool) -> None:
            nonlocal saved
            if interval:
                checkpoints.save(state)
                saved = time.monotonic()

        def due() -> bool:
            return interval > 0 and time.monotonic() - saved > interval

        if not trainer.run(report, save, due, self.stop):
            checkpoints.wait()
            raise Stopped(
                f"stopped after {trainer.state.words_done:,} words; "
                "the same command with --resume goes on from here"
                if interval
                else "stopped; nothing is kept, because --checkpoint-every is 0"
            )

    def _write_model(self, vocabulary: Vocabulary, corpus: Corpus, state: TrainingState) -> None:
        """Write the finished model over the output, at once."""
        from w2v.formats.folder import write_model

        size = self.config.vector_size
        write_model(
            self.options.output,
            vocabulary.words,
            vocabulary.counts,
            state.inputs[:, :size],
            state.outputs[:, :size],
            {
                "config": self.config.to_dict(),
                "versions": versions(),
                "corpus": {"fingerprint": corpus.fingerprint, **asdict(corpus.summary)},
                "epoch_losses": state.epoch_losses,
                "final_loss": state.epoch_losses[-1],
            },
            self.log,
            overwrite=True,
        )


def versions() -> dict[str, str]:
    """The versions of w2v and of what its numbers depend on."""
    import platform
    from importlib.metadata import version

    packages = {name: version(name) for name in ("w2v", "numpy", "numba")}
    return {**packages, "python": platform.python_version()}


def _write_line(log: TextIO, record: dict[str, Any]) -> None:
    """Add a line of JSON to the log, visible to a reader at once."""
    log.write(json.dumps(record) + "\n")
    log.flush()


def _read_json(path: Path) -> Any:
    """What a file of ours holds, or None when it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
