"""A training run from text to model folder: the main path. Read it from `run` downwards.

    sources -> Corpus and Vocabulary -> TrainingState -> Trainer -> model folder
               `w2v.run.text`            `w2v.run.training`         `w2v.run.model`

All intermediate files are in the working folder `<output>.run` (see `w2v.run.work_folder`). It is
removed when the model is written, and when it contains nothing worth resuming. Several processes
may share a run: see `w2v.run.team`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.errors import Stopped, W2VError
from w2v.run.observer import Observer, RunPlan, RunResult
from w2v.run.options import RunOptions, note_other_options, with_old_phrases

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.corpus.python_text import PythonText
    from w2v.run.train_log import Laps
    from w2v.run.work_folder import WorkFolder
    from w2v.text.sources import Source
    from w2v.training.kernel_arguments import WordRows
    from w2v.training.state import TrainingState
    from w2v.training.trainer import Trainer
    from w2v.words.vocabulary import Vocabulary

PathLike = str | os.PathLike[str]


def run(
    corpus: Sequence[PathLike] | PythonText,
    config: TrainConfig,
    options: RunOptions,
    observer: Observer,
    stop: Callable[[], bool],
    group: Group | None = None,
) -> None:
    """Train on the corpus and write the model folder.

    `group` holds the processes that share the run; None: this one trains alone.

    Raises Stopped when `stop` ended it, W2VError for anything else that the user can fix.
    """
    from w2v.formats.model_folder import MODEL_FILES
    from w2v.run.work_folder import WorkFolder
    from w2v.system.atomic import check_writable
    from w2v.text.sources import find_sources

    group = group or Group()
    work = WorkFolder(options.output, options.cache_dir, group.rank if group.size > 1 else None)
    if group.rank == 0:
        check_writable(options.output, options.overwrite or options.resume, folder=MODEL_FILES)
        work.check()
    options.check_with(config, group.size)
    options = with_old_phrases(options, observer)
    sources: list[Source] | PythonText
    if isinstance(corpus, Sequence):
        sources = find_sources(corpus, [options.output, work.path, work.corpus], config.text_field)
    else:
        sources = corpus
    options.check_files(config)
    note_other_options(options, config, observer)
    with _locked(work, options.output, group) as locked:
        if not locked:
            observer.note(
                f"{work.path}: this file system has no locks; do not start a second run to this "
                "output"
            )
        this = _Run(sources, config, options, work, observer, stop, group)
        try:
            this.go()
        except OSError as error:
            where = f"{work.path} or numba's cache (NUMBA_CACHE_DIR names another)"
            if error.filename:
                where = os.fspath(error.filename)
            raise W2VError(f"{where}: {error.strerror or error}") from None
        finally:
            if this.is_finished or not work.is_resumable:
                work.remove_contents()


def _locked(work: WorkFolder, output: Path, group: Group) -> AbstractContextManager[bool]:
    """The lock of a run, which the first of its processes holds."""
    from w2v.system.lock import locked_folder

    return locked_folder(work.path, str(output)) if group.rank == 0 else nullcontext(True)


class _Run:
    """The steps of one run, in order."""

    def __init__(
        self,
        sources: list[Source] | PythonText,
        config: TrainConfig,
        options: RunOptions,
        work: WorkFolder,
        observer: Observer,
        stop: Callable[[], bool],
        group: Group,
    ) -> None:
        from w2v.run.checkpoint_resharding import ranks_of
        from w2v.run.identity import RANKS
        from w2v.run.model import RunModel
        from w2v.run.team import Team
        from w2v.run.text import RunText

        self.team = Team(group)
        self.threads = self.team.threads(config.threads)
        if config.deterministic:
            config = config.replace(threads=self.threads)
        self.config, self.options, self.work = config, options, work
        self.observer, self.stop = observer, stop
        self.is_finished = False
        self.rows: WordRows | None = None  # with subwords, those that each word is composed of
        self.shaping = options.shaping(config)
        left = ranks_of(work.path) if options.resume else None
        is_dealt = not self.team.is_alone or bool(left)
        self.facts = {RANKS: group.size} if is_dealt else {}
        how = options.vocab, options.phrases, options.continue_from
        self.text = RunText(sources, config, *how, work, observer.note, group, is_dealt)
        self.model = RunModel(options.output, config, self.shaping, self.text.digest)
        self.team.check(sources, options, self.shaping)
        for note in self.team.notes(self.threads):
            observer.note(note)

    def go(self) -> None:
        """Run all steps."""
        from w2v.run.train_log import Laps, NoLog, TrainLog
        from w2v.run.training import Training

        if self._finished_before(None):
            return
        self._check_checkpoints()
        laps = Laps()
        prepared = self._prepare(laps)
        if prepared is None:
            return
        vocabulary, corpus, trainer = prepared
        state, words = trainer.state, trainer.state.words_done
        with TrainLog(self.work.log, words) if self.team.is_first else NoLog() as log:
            log.add("started", words=words, threads=self.threads, **self.facts)
            self.observer.phase("train")
            identity, minutes = self._identity(vocabulary, corpus), self.options.checkpoint_every
            training = Training(
                *(self.team, self.work, identity, minutes),
                *(self.text.seal, self.observer, self.stop),
            )
            training.run(trainer, log)
            laps.end("training")
            log.add("finished", **{f"{name}_seconds": took for name, took in laps.seconds.items()})
        self.observer.phase("write")
        if self.team.is_first:
            self.model.write_or_keep(vocabulary, corpus, state, self.rows, self.work)
        tables = sum(block.nbytes for block in state.blocks)
        self.team.group.agree(others_handle=2 * tables)  # the first one writes the model
        self.is_finished = True
        self.observer.phase("finish")
        speed = (state.words_done - words) / laps.seconds["training"] or None
        loss = state.epoch_losses[-1]
        self.observer.finished(
            RunResult(
                *(self.options.output, vocabulary, speed, laps.total, loss, self.team.group.size),
                exchanging=self.team.share_of_exchanges(laps.seconds["training"]),
            )
        )

    def _prepare(self, laps: Laps) -> tuple[Vocabulary, Corpus, Trainer] | None:
        """Read the text and compile the kernels. None if there is nothing to train."""
        from w2v.run.compiling import Kernels
        from w2v.training.word_rows import word_rows

        options, notice = self.options, self.observer.compiling
        self.observer.phase("read")
        only_reading = options.dry_run or self.team.group.host_rank > 0
        freezes, how = options.continue_from is not None, (self.config, self.threads)
        with Kernels(*how, notice, freezes=freezes, only_reading=only_reading) as kernels:
            laps.end("import")
            self.team.in_turn(kernels.for_reading)
            laps.end("compile")
            vocabulary, corpus = self._prepare_corpus()
            laps.end("vocabulary")
            self.observer.phase("prepare")
            if self._finished_before(corpus):
                return None
            self.text.check(corpus)
            self._check_memory(vocabulary)  # finding the n-grams already takes much of it
            self.rows = word_rows(vocabulary.words, vocabulary.counts, self.config)
            self._check_room(vocabulary)
            if options.dry_run:
                return None
            state = self._state(vocabulary, corpus, self._identity(vocabulary, corpus))
            self.team.spread(state)
            trainer = self._trainer(vocabulary, corpus, state)
            self.team.in_turn(lambda: kernels.for_training(trainer))
            laps.end("compile")
        return vocabulary, corpus, trainer

    def _finished_before(self, corpus: Corpus | None) -> bool:
        """Whether the output is already the model of this run, with nothing left to resume."""
        options, is_first = self.options, self.team.is_first
        replaces = options.overwrite
        if self.team.decide(
            options.resume and is_first and self.model.is_there(corpus, may_replace=replaces)
        ):
            self.observer.note(
                f"{options.output} is finished: there is nothing left to do "
                "(--overwrite without --resume trains it again)"
            )
            self.is_finished = True
        return self.is_finished

    def _check_checkpoints(self) -> None:
        """Raise W2VError if existing checkpoints would be lost, or do not fit this run."""
        from w2v.run.checkpoint import check_options, words_saved

        if not self.team.is_first:
            return
        if self.options.resume:
            check_options(self.work.path, self.shaping)
        elif self.work.has_checkpoint and not self.options.overwrite:
            words = words_saved(self.work.path)
            raise W2VError(
                f"{self.work.path} holds a stopped run"
                + (f" that trained {words:,} words" if words is not None else "")
                + "; give --resume to continue it, or --overwrite to start again"
            )

    def _prepare_corpus(self) -> tuple[Vocabulary, Corpus]:
        """The ids of the run that stopped if its text has not changed since, otherwise new ones."""
        found = self.text.sealed() if self.options.resume else None
        if not self.team.all_say(found is not None):
            found = None
        vocabulary, corpus = found or self.text.read(self.threads, self._read)
        self.observer.counted(vocabulary, corpus)
        return vocabulary, corpus

    def _read(self, done: int, total: int | None) -> None:
        """Report how much has been read, and stop when requested."""
        if self.stop():
            kept = "the checkpoint is unchanged" if self.work.has_checkpoint else "nothing is kept"
            raise Stopped(f"stopped while reading the text; {kept}")
        self.observer.read(done, total)

    def _check_room(self, vocabulary: Vocabulary) -> None:
        """Report the memory and disk space that the run needs. Raises W2VError if it lacks any."""
        from w2v.run.capacity import check_disk
        from w2v.run.checkpoint import find_checkpoints

        memory = self._check_memory(vocabulary)
        n_words, config = len(vocabulary), self.config
        n_ngrams = len(self.rows.buckets) if self.rows else 0
        if not self.team.is_first:  # it writes nothing else
            return
        kept = len(find_checkpoints(self.work.path)) if self.options.checkpoint_every else None
        disk = check_disk(self.work.path, n_words, config, kept, n_ngrams)
        self.observer.planned(RunPlan(n_words, config.vector_size, self.threads, memory, disk))

    def _check_memory(self, vocabulary: Vocabulary) -> int:
        """The bytes that the run needs, as far as its n-grams are known.

        Raises W2VError if they are not available.
        """
        from w2v.run.capacity import check_memory

        n_ngrams = len(self.rows.buckets) if self.rows else 0
        here = self.team.group.host_size if not self.team.is_alone else None
        copied = 0 if self.options.continue_from is None else 2 if self.options.freeze_old else 1
        given = (len(vocabulary), self.config, self.threads, copied, n_ngrams)
        return check_memory(*given, sharing=here)

    def _identity(self, vocabulary: Vocabulary, corpus: Corpus) -> dict[str, Any]:
        """What a checkpoint must share with this run to be resumed from."""
        from w2v.training.schedule import has_replicas, slice_tokens

        short = not self.team.is_alone or has_replicas(self.config, self.threads)
        return {
            "options": {**self.shaping, **self.facts},
            "vocabulary": vocabulary.digest,
            "corpus": corpus.fingerprint,
            "slice_tokens": slice_tokens(corpus.n_tokens, self.config, short=short),
        }

    def _state(
        self, vocabulary: Vocabulary, corpus: Corpus, identity: dict[str, Any]
    ) -> TrainingState:
        """The state to start from: a checkpoint's when resuming, otherwise a new one."""
        from w2v.run.checkpoint_resharding import load_of_any_ranks
        from w2v.run.new_state import new_state
        from w2v.training.state import zero_state

        n_words, n_ngrams = len(vocabulary), len(self.rows.buckets) if self.rows else 0
        if not self.team.is_first:  # the first one's will be copied
            return zero_state(n_words, self.config, n_ngrams)
        if self.options.resume:
            fresh = zero_state(n_words, self.config, n_ngrams)
            state, notes = load_of_any_ranks(self.work.path, identity, fresh, corpus)
            for note in notes:
                self.observer.note(note)
            if state is not None:
                self.observer.note(f"resuming after {state.words_done:,} words")
                return state
            self.observer.note(
                f"{self.work.path} has no checkpoint yet; starting from the beginning"
            )
        self.work.remove_checkpoints()
        return new_state(vocabulary, self.config, self.options, self.rows, self.observer.note)

    def _trainer(self, vocabulary: Vocabulary, corpus: Corpus, state: TrainingState) -> Trainer:
        """The trainer. Words of an old model that do not occur in the text stay as they are."""
        from w2v.training.exchange import Exchange
        from w2v.training.frozen_rows import frozen_words
        from w2v.training.replica_trainer import trainer_class
        from w2v.words.vocabulary_growth import noise_counts

        counts, noise, exchange = vocabulary.counts, None, Exchange()
        if self.options.continue_from is not None:
            old = self.text.old_vocabulary()
            in_text = counts - old.counts_of(vocabulary.words)
            noise = noise_counts(counts, in_text)
            is_old = old.words.find_many(vocabulary.words) >= 0
            which = (is_old if self.options.freeze_old else None, in_text > 0)
            exchange = frozen_words(*which, self.rows, state)
        exchange = self.team.exchange(self.config, corpus, state, self.threads, exchange)
        how = (self.config, state, self.threads, exchange, noise, self.rows)
        trainer = trainer_class(self.config, self.threads)(corpus, counts, *how)
        self.team.start(trainer, counts, self.text.rest_of_epoch(corpus, state))
        return trainer
