"""A training run from text to model folder: the main path, read from `run` downwards.

    sources -> Corpus and Vocabulary -> TrainingState -> Trainer -> model folder

Everything on the way lies in the working folder `<output>.run` (see `w2v.workfolder`). It is
removed when the model is written, and when nothing in it is worth resuming.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.config import TrainConfig
from w2v.errors import UsageError, W2VError
from w2v.watcher import Finished, Watcher

if TYPE_CHECKING:
    from w2v.checkpoint import CheckpointWriter
    from w2v.corpus import Corpus
    from w2v.sources import Source
    from w2v.trainer import Report, Trainer, TrainingState
    from w2v.trainlog import TrainLog
    from w2v.vocabulary import Vocabulary
    from w2v.workfolder import WorkFolder

PathLike = str | os.PathLike[str]

# Options that may change between a run and its continuation: they do not shape the result.
FREE_OPTIONS = ("threads",)
# Options that decide what the corpus's ids are.
CORPUS_OPTIONS = ("tokenizer", "encoding", "min_count", "max_vocab", "max_sentence")


class Stopped(W2VError):
    """The run was asked to stop, and did; the message says how to go on."""

    exit_code = 130


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

    def __post_init__(self) -> None:
        if not self.checkpoint_every >= 0:
            raise UsageError(
                f"checkpoint-every must be 0 or more minutes, not {self.checkpoint_every:g}"
            )


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
    from w2v.lock import locked_folder
    from w2v.sources import find_sources
    from w2v.workfolder import WorkFolder

    check_writable(options.output, options.overwrite or options.resume, folder=True)
    work = WorkFolder(options.output, options.cache_dir)
    work.check()
    sources = find_sources(corpus, exclude=[options.output, work.path, work.corpus])
    for path in (options.vocab, options.init):
        if path is not None and not path.exists():
            raise W2VError(f"{path}: there is no such file")
    with locked_folder(work.path, str(options.output)) as locked:
        if not locked:
            watcher.note(f"{work.path}: this disk has no locks; start no second run to this output")
        this = _Run(sources, config, options, work, watcher, stop)
        try:
            this.go()
        except OSError as error:
            where = os.fspath(error.filename) if error.filename else str(work.path)
            raise W2VError(f"{where}: {error.strerror or error}") from None
        finally:
            if this.is_finished or not work.has_checkpoint:
                work.remove_contents()


class _Run:
    """The steps of one run, in order."""

    def __init__(
        self,
        sources: list[Source],
        config: TrainConfig,
        options: RunOptions,
        work: WorkFolder,
        watcher: Watcher,
        stop: Callable[[], bool],
    ) -> None:
        from w2v.room import available_threads
        from w2v.workfolder import text_key

        self.sources, self.config, self.options, self.work = sources, config, options, work
        self.watcher, self.stop = watcher, stop
        self.threads = config.threads or available_threads()
        self.is_finished = False
        settings = config.to_dict()
        self.shaping = {name: settings[name] for name in settings if name not in FREE_OPTIONS}
        self.shaping["init"] = str(options.init) if options.init else None
        corpus_options = {name: settings[name] for name in CORPUS_OPTIONS}
        self.text_key = text_key(sources, options.vocab, corpus_options)

    def go(self) -> None:
        """All steps."""
        from w2v.trainer import Trainer
        from w2v.trainlog import TrainLog

        if self._finished_before(None):
            return
        self._check_checkpoints()
        start = time.perf_counter()
        self.watcher.phase("read")
        importlib.import_module("w2v.reading")  # numba, which takes longer than many a text
        imported = time.perf_counter()
        vocabulary, corpus = self._prepare_corpus()
        counted = time.perf_counter()
        self.watcher.phase("prepare")
        if self._finished_before(corpus):
            return
        self._check_sentences(corpus)
        self._check_room(vocabulary)
        identity = self._identity(corpus)
        state = self._state(vocabulary, identity)
        trainer = Trainer(corpus, vocabulary.counts, self.config, state, self.threads)
        trainer.compile()
        compiled, words = time.perf_counter(), state.words_done
        with TrainLog(self.work.log, words) as log:
            log.add("started", words=words, threads=self.threads)
            self.watcher.phase("train")
            self._train(trainer, identity, log)
            trained = time.perf_counter()
            log.add(
                "finished",
                import_seconds=imported - start,
                vocabulary_seconds=counted - imported,
                compile_seconds=compiled - counted,
                training_seconds=trained - compiled,
            )
        self.watcher.phase("write")
        self._write_model(vocabulary, corpus, state)
        self.watcher.phase("finish")
        speed = (state.words_done - words) / (trained - compiled) or None
        seconds = time.perf_counter() - start
        loss = state.epoch_losses[-1]
        self.watcher.finished(Finished(self.options.output, vocabulary, speed, seconds, loss))

    def _finished_before(self, corpus: Corpus | None) -> bool:
        """Whether the output is the model of this very run, as when it is resumed once too often.

        Files that are as they were need not be read for that (`corpus` None); pipes, and files
        that were touched, are told by their words. Raises W2VError when the output is another
        model and may not be replaced.
        """
        from w2v.formats import folder
        from w2v.workfolder import key_digest

        output = self.options.output
        if not (self.options.resume and folder.sniff(output)):
            return False
        about = folder.read_metadata(output)
        saved = {**(about.get("config") or {}), "init": about.get("init")}
        text, differs = about.get("corpus") or {}, None
        for name, value in self.shaping.items():
            if saved.get(name) != value:
                differs = f"with another {name.replace('_', '-')}"
        if corpus is None:
            same_text = self.text_key and text.get("text_key") == key_digest(self.text_key)
        elif not (same_text := text.get("fingerprint") == corpus.fingerprint):
            differs = differs or "on another text"
        if same_text and not differs:
            self.watcher.note(
                f"{output} is finished: nothing is left to do "
                "(--overwrite without --resume trains it again)"
            )
            self.is_finished = True
        elif differs and not self.options.overwrite:
            raise W2VError(
                f"{output} exists, trained {differs}; give --overwrite to replace it, or another -o"
            )
        return self.is_finished

    def _check_checkpoints(self) -> None:
        """Raise W2VError when those that are there would be lost, or cannot be gone on from."""
        from w2v.checkpoint import check_options, words_saved

        if self.options.resume:
            check_options(self.work.path, self.shaping)
        elif self.work.has_checkpoint and not self.options.overwrite:
            words = words_saved(self.work.path)
            raise W2VError(
                f"{self.work.path} holds a stopped run"
                + (f" that trained {words:,} words" if words is not None else "")
                + "; give --resume to go on with it, or --overwrite to start afresh"
            )

    def _prepare_corpus(self) -> tuple[Vocabulary, Corpus]:
        """The ids of the run that stopped, if its sources have not been touched since, or new."""
        from w2v.corpus import prepare_corpus
        from w2v.vocabulary import Vocabulary
        from w2v.workfolder import VOCABULARY

        work = self.work
        found = None
        if self.options.resume and self.text_key is not None:
            found = work.sealed_corpus(self.text_key)
        if found is None:
            given = Vocabulary.load(self.options.vocab) if self.options.vocab else None
            work.unseal_corpus()
            self._check_room_for_ids()
            found = prepare_corpus(
                self.sources,
                self.config,
                work.corpus,
                vocabulary=given,
                threads=self.threads,
                progress=self._read,
            )
            found[0].save(work.corpus / VOCABULARY, overwrite=True)
        self.watcher.counted(*found)
        return found

    def _read(self, done: int, total: int | None) -> None:
        """Show how far the reading is, and end it when asked to."""
        if self.stop():
            kept = "the checkpoint is as it was" if self.work.has_checkpoint else "nothing is kept"
            raise Stopped(f"stopped while the text was read; {kept}")
        self.watcher.read(done, total)

    def _check_room_for_ids(self) -> None:
        """Refuse or warn before the text is read when its ids will not fit on the disk."""
        from w2v.room import check_disk_for_ids

        total = sum(s.path.stat().st_size for s in self.sources if s.path and s.path.is_file())
        folder = self.work.corpus
        warning = check_disk_for_ids(folder if folder.is_dir() else folder.parent, total)
        if warning:
            self.watcher.note(warning)

    def _check_sentences(self, corpus: Corpus) -> None:
        """Refuse a text without a pair of words; tell one without lines, or with short ones."""
        longest, window = corpus.longest_sentence(), self.config.window
        if longest < 2:
            raise W2VError(
                "no line of the text has two words of the vocabulary, so there is nothing to "
                "learn; lower --min-count, or give text with a sentence on each line"
            )
        if longest <= window:
            self.watcher.note(
                f"no sentence has more than {longest:,} words, so that --window {window} "
                f"means {longest - 1}"
            )
        if corpus.summary.n_lines == 1 and corpus.n_sentences > 1:
            self.watcher.note(
                f"the whole text is one line, cut every {self.config.max_sentence:,} words; "
                "give it with a sentence or a paragraph on each line if you can"
            )

    def _check_room(self, vocabulary: Vocabulary) -> None:
        """Refuse before training what would not fit in memory or on the disk."""
        from w2v.checkpoint import find_checkpoints
        from w2v.room import check_disk, check_memory

        check_memory(len(vocabulary), self.config, self.threads)
        kept = len(find_checkpoints(self.work.path)) if self.options.checkpoint_every else None
        check_disk(self.work.path, len(vocabulary), self.config.vector_size, kept)

    def _identity(self, corpus: Corpus) -> dict[str, Any]:
        """What a checkpoint must share with this run to be gone on from."""
        from w2v.trainer import slice_tokens

        return {
            "options": self.shaping,
            "corpus": corpus.fingerprint,
            "slice_tokens": slice_tokens(corpus.n_tokens, self.config),
        }

    def _state(self, vocabulary: Vocabulary, identity: dict[str, Any]) -> TrainingState:
        """The state to train from: a checkpoint's when resuming, else a fresh one."""
        from w2v.checkpoint import load_checkpoint
        from w2v.initial import start_from
        from w2v.trainer import Diverged, check_finite, initial_state, padded

        if self.options.resume:
            shape = (len(vocabulary), padded(self.config.vector_size))
            state, notes = load_checkpoint(self.work.path, identity, shape)
            for note in notes:
                self.watcher.note(note)
            if state is not None:
                self.watcher.note(f"resuming after {state.words_done:,} words")
                return state
            self.watcher.note(f"{self.work.path} has no checkpoint yet; starting afresh")
        self.work.remove_checkpoints()
        state = initial_state(len(vocabulary), self.config)
        if self.options.init is not None:
            found = start_from(self.options.init, vocabulary.words, state, self.config.vector_size)
            try:
                check_finite(state)
            except Diverged:
                what = "holds numbers that are not finite; nothing can start there"
                raise W2VError(f"{self.options.init} {what}") from None
            self.watcher.note(
                f"{found:,} of {len(vocabulary):,} words start from {self.options.init}"
            )
        return state

    def _train(self, trainer: Trainer, identity: dict[str, Any], log: TrainLog) -> None:
        """Train to the end, with checkpoints; raise Stopped when asked to stop before."""
        from w2v.checkpoint import CheckpointWriter
        from w2v.trainer import Diverged

        def report(now: Report) -> None:
            log.add("report", **asdict(now))
            self.watcher.trained(now)

        interval = self.options.checkpoint_every * 60
        try:
            with CheckpointWriter(self.work.path, identity, self._seal) as checkpoints:
                saver = _Saver(checkpoints, interval, trainer.total_slices)
                ended = trainer.run(report, saver.save, saver.due, self.stop)
        except Diverged as error:
            if not self.work.has_checkpoint:
                raise
            message = f"{error}; the last good checkpoint is kept in {self.work.path}"
            raise W2VError(message) from None
        if not ended:
            raise Stopped(
                f"stopped after {trainer.state.words_done:,} words; "
                + (
                    "the same command with --resume goes on from here"
                    if self.options.checkpoint_every
                    else "nothing is kept, because --checkpoint-every is 0"
                )
            )

    def _seal(self) -> None:
        """Let a resumed run use the ids; not before there is a checkpoint to resume from."""
        if self.text_key is not None:
            self.work.seal_corpus(self.text_key)

    def _write_model(self, vocabulary: Vocabulary, corpus: Corpus, state: TrainingState) -> None:
        """Write the finished model over the output, at once."""
        from w2v.formats.folder import write_model
        from w2v.workfolder import key_digest

        size = self.config.vector_size
        facts = {"fingerprint": corpus.fingerprint, "text_key": key_digest(self.text_key)}
        try:
            write_model(
                self.options.output,
                vocabulary.words,
                vocabulary.counts,
                state.inputs[:, :size],
                state.outputs[:, :size],
                {
                    "config": self.config.to_dict(),
                    "init": self.shaping["init"],
                    "versions": versions(),
                    "corpus": {**facts, **asdict(corpus.summary)},
                    "epoch_losses": state.epoch_losses,
                    "final_loss": state.epoch_losses[-1],
                },
                self.work.log,
                overwrite=True,
                part=self.work.model,
            )
        except W2VError as error:
            if not self.work.has_checkpoint:
                raise
            raise W2VError(
                f"{error}; {self.work.path} keeps what was trained: once that is mended, the "
                "same command with --resume writes the model"
            ) from None
        self.is_finished = True


class _Saver:
    """Decides when a checkpoint is written: each `interval` seconds and at each epoch's end."""

    def __init__(self, checkpoints: CheckpointWriter, interval: float, last_slice: int) -> None:
        self._checkpoints, self._interval, self._last_slice = checkpoints, interval, last_slice
        self._saved = time.monotonic()

    def due(self) -> bool:
        """Whether training should rest for a checkpoint."""
        return self._interval > 0 and time.monotonic() - self._saved > self._interval

    def save(self, state: TrainingState, epoch_ended: bool) -> None:
        """Write one, unless an epoch ended while the one before is still on its way to the disk.

        Short epochs would wait for the disk else. The state at the very end is always written.
        """
        passed_over = epoch_ended and not self.due() and state.slices_done < self._last_slice
        if not self._interval or (passed_over and self._checkpoints.busy):
            return
        self._checkpoints.save(state)
        self._saved = time.monotonic()


def versions() -> dict[str, str]:
    """The versions of w2v and of what its numbers depend on."""
    import platform
    from importlib.metadata import version

    from w2v import __version__

    packages = {name: version(name) for name in ("numpy", "numba")}
    return {"w2v": __version__, **packages, "python": platform.python_version()}
