"""The text of a run: turned into a vocabulary and a corpus, or taken from the run that stopped.

sources ─▶ a key (names, sizes, times) ─▶ the sealed corpus of the run that stopped, or
sources ─▶ enough disk space? ─▶ `prepare_corpus` ─▶ worth training on?
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.cluster.group import Group
from w2v.config import TrainConfig
from w2v.corpus.build import prepare_corpus
from w2v.corpus.corpus import Corpus
from w2v.errors import W2VError
from w2v.formats.files import open_table
from w2v.formats.model_folder import VOCABULARY as MODEL_VOCABULARY
from w2v.run.capacity import check_disk_for_ids
from w2v.run.phrases import AUTO, RunPhrases
from w2v.run.work_folder import VOCABULARY, WorkFolder
from w2v.text.character_classes import TOKENIZER_VERSION
from w2v.text.sources import Source
from w2v.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    from w2v.corpus.epoch_rest import EpochRest
    from w2v.corpus.python_text import PythonText
    from w2v.training.state import TrainingState

# The options that determine the ids of the corpus.
CORPUS_OPTIONS = (
    *("tokenizer", "keep_case", "sentence", "encoding", "text_field", "stop_words"),
    *("min_count", "max_vocab", "max_sentence"),
)


class RunText:
    """The text that a run trains on, and the steps that turn it into a corpus on disk.

    Parameters
    ----------
    sources
        From `find_sources`, or text from Python.
    config
        The options of CORPUS_OPTIONS and `window` are used here.
    vocab
        A vocabulary file to use instead of the words of the text, or None.
    phrases
        A phrase file, or AUTO; None joins no phrases.
    old
        A model whose words all stay; None for a new vocabulary.
    work
        Where the ids and the vocabulary are written.
    note
        Called with one-line messages for the user.
    group
        The processes that share the text.
    is_dealt
        Whether it is read in the units that are dealt to several processes, though there may be one
        alone: that continues what several began.
    """

    def __init__(
        self,
        sources: Sequence[Source] | PythonText,
        config: TrainConfig,
        vocab: Path | None,
        phrases: str | None,
        old: Path | None,
        work: WorkFolder,
        note: Callable[[str], None],
        group: Group,
        is_dealt: bool,
    ) -> None:
        self._group, self._is_dealt = group, is_dealt
        self._sources, self._config = sources, config
        self._vocab, self._phrases, self._old = vocab, phrases, old
        self._work, self._note = work, note
        self._key = self._find_key()
        self._unsaved: Vocabulary | None = None  # of the text, once it has been read

    def _find_key(self) -> dict[str, Any] | None:
        """What two runs must share to have the same ids; None for pipes and text from Python.

        These are the names, sizes and times of the files, and CORPUS_OPTIONS.
        """
        if not isinstance(self._sources, Sequence):
            return None
        files = []
        phrases = None if self._phrases in (None, AUTO) else self._phrases
        old = self._old and (self._old / MODEL_VOCABULARY if self._old.is_dir() else self._old)
        lists = (self._vocab, phrases, old, self._config.stop_words)
        given = [Source(str(path), Path(path)) for path in lists if path]
        for source in [*self._sources, *given]:
            if source.path is None or not source.path.is_file():
                return None
            status = source.path.stat()
            files.append([source.name, status.st_size, status.st_mtime_ns])
        options = self._config.to_dict()
        return {
            "files": files,
            "options": {name: options[name] for name in CORPUS_OPTIONS},
            "phrases": self._phrases,
            "tokenizer_version": TOKENIZER_VERSION,
        }

    @property
    def digest(self) -> str | None:
        """A digest of the key of the text, computed without reading it; None for pipes."""
        if self._key is None:
            return None
        return hashlib.blake2b(json.dumps(self._key).encode(), digest_size=16).hexdigest()

    def sealed(self) -> tuple[Vocabulary, Corpus] | None:
        """The vocabulary and corpus of the run that stopped, if the text has not changed since."""
        return None if self._key is None else self._work.sealed_corpus(self._seal_key(self._key))

    def _seal_key(self, key: dict[str, Any]) -> dict[str, Any]:
        """The key of this process's ids."""
        if not self._is_dealt:
            return key
        return {**key, "share": [self._group.rank, self._group.size]}

    def read(
        self, threads: int, progress: Callable[[int, int | None], None]
    ) -> tuple[Vocabulary, Corpus]:
        """Read the text, as `prepare_corpus` does. Discards the corpus of an earlier run."""
        is_first = self._group.rank == 0
        given = Vocabulary.load(self._vocab) if self._vocab and is_first else None
        old = self.old_vocabulary() if self._old and is_first else None
        phrases = None
        if self._phrases is not None:
            phrases = RunPhrases(self._phrases, self._work.phrases, threads, self._note)
        self._work.unseal_corpus()
        self._check_room()
        if self._is_dealt and isinstance(self._sources, Sequence):
            from w2v.corpus.phrased_text import TextIn
            from w2v.corpus.share import prepare_share

            text = TextIn(self._sources, self._config, threads, self._work.corpus, progress)
            join = None if phrases is None else phrases.for_shares(self._group, text)
            read = functools.partial(prepare_share, self._sources, group=self._group, join=join)
        else:
            join = None if phrases is None else phrases.join
            read = functools.partial(prepare_corpus, self._sources, join=join)
        vocabulary, corpus = read(
            config=self._config,
            folder=self._work.corpus,
            vocabulary=given,
            old=old,
            threads=threads,
            progress=progress,
        )
        if given is not None:
            self._note_cut(len(given), len(vocabulary))
        self._unsaved = vocabulary
        return vocabulary, corpus

    def old_vocabulary(self) -> Vocabulary:
        """The words of the model to continue, and their counts where it has them."""
        assert self._old is not None
        table = open_table(self._old)
        counts = np.zeros(len(table), np.int64) if table.counts is None else table.counts
        return Vocabulary(table.words, np.asarray(counts, np.int64))

    def _note_cut(self, given: int, kept: int) -> None:
        """Report how many words of the vocabulary file were left out, and why."""
        least, most = self._config.min_count, self._config.max_vocab
        left_out = f"{given - kept:,} of its {given:,} words"
        if kept == given:
            return
        if kept == most:  # it left out more than --min-count did
            limits = f"--min-count {least} and --max-vocab {most} leave" if least > 1 else ""
            why = f"{limits or f'--max-vocab {most} leaves'} out {left_out}"
        elif least > 1:
            why = f"--min-count {least} leaves out {left_out}; --min-count 1 keeps those that occur"
        else:
            why = f"{left_out} are left out, because they do not occur in the text"
        self._note(f"{self._vocab}: {why}")

    def _check_room(self) -> None:
        """Check, before the text is read, that its ids fit on the disk."""
        if not isinstance(self._sources, Sequence):
            return
        files = (source.path for source in self._sources if source.path and source.path.is_file())
        total = sum(path.stat().st_size for path in files)
        total = total * self._group.host_size // self._group.size  # the shares on this machine
        folder = self._work.corpus
        while not folder.is_dir():
            folder = folder.parent
        warning = check_disk_for_ids(folder, total)
        if warning:
            self._note(warning)

    def check(self, corpus: Corpus) -> None:
        """Refuse a text without pairs of words; warn of a single line and of short lines."""
        stated = self._group.agree(facts=[corpus.longest_sentence()]).facts
        longest, window = int(max(max(stated))), self._config.window
        if longest < 2:
            raise W2VError(
                "no line of the text has two words of the vocabulary, so there is nothing to "
                "learn; lower --min-count, or put each sentence on a line of its own"
            )
        if longest <= window:
            self._note(
                f"no sentence has more than {longest:,} words, so --window {window} "
                f"has the effect of {longest - 1}"
            )
        if corpus.summary.n_lines == 1 and corpus.n_sentences > 1:
            self._note(
                f"the whole text is one line, split every {self._config.max_sentence:,} words; "
                "if you can, put each sentence or paragraph on a line of its own"
            )

    def rest_of_epoch(self, corpus: Corpus, state: TrainingState) -> EpochRest | None:
        """What is left of an epoch that another number of processes began; None: nobody did."""
        from w2v.corpus.share import rest_of_epoch

        trained = state.epoch_words if self._group.size == 1 else state.epoch_words[:-1]
        if not trained or not isinstance(self._sources, Sequence):
            return None
        epoch = len(state.epoch_losses)
        return rest_of_epoch(self._sources, self._config, self._group, corpus, epoch, trained)

    def seal(self) -> None:
        """Let a resumed run use the ids. Call it once there is a checkpoint to resume from."""
        if self._key is None:
            return
        if self._unsaved is not None:
            self._unsaved.save(self._work.corpus / VOCABULARY, overwrite=True)
        self._work.seal_corpus(self._seal_key(self._key))
