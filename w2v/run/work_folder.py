"""The working folder of a run, `<output>.run`: its contents, and the check that they are ours.

lock                 held while a run is active (see `w2v.system.lock`)
corpus/              the ids, the vocabulary, and the seal that lets a resumed run use them;
rank-*/              the same of each process, if there are several
train.jsonl          the log, which becomes part of the model
checkpoint-*/        see `w2v.run.checkpoint`
model/               the finished model, until it is renamed to the output
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2v.errors import W2VError
from w2v.run.checkpoint import (
    LEAVING,
    PREFIX,
    UNFINISHED,
    file_digest,
    find_checkpoints,
    remove_checkpoint,
)
from w2v.system.atomic import atomic_file, real_path
from w2v.system.lock import LOCK

if TYPE_CHECKING:
    from w2v.corpus.corpus import Corpus
    from w2v.words.vocabulary import Vocabulary

CORPUS, LOG, MODEL = "corpus", "train.jsonl", "model"
RANK = "rank-"  # begins the names of the folders of several processes
VOCABULARY, PHRASES, SEAL = "vocab.txt", "phrases.tsv", "seal.json"
_OURS = {LOCK, CORPUS, LOG, MODEL, UNFINISHED, LEAVING}
_PART = ".tmp"  # ends the name of a file that a killed run was writing


class WorkFolder:
    """The working folder of the runs that write one output.

    With `cache_dir` the ids are kept there. `rank` is that of one of several processes, which has
    ids of its own; the first one owns all else. Raises W2VError for an invalid output, and for a
    `cache_dir` that is not a folder.
    """

    def __init__(self, output: Path, cache_dir: Path | None, rank: int | None = None) -> None:
        target = real_path(output)
        plain = output.name not in ("", "..") and not output.is_symlink() and output.parent.is_dir()
        beside = output if plain else target  # as the user wrote it, if possible
        self.path = beside.parent / (target.name + ".run")
        self.log = self.path / LOG
        self.model = self.path / MODEL
        self._is_first, self._is_shared = not rank, rank is not None
        self.corpus = self.path / CORPUS
        if cache_dir is not None:
            if not cache_dir.is_dir():
                raise W2VError(f"--cache-dir {cache_dir}: no such folder")
            key = hashlib.blake2b(os.fsencode(target), digest_size=6).hexdigest()
            self.corpus = cache_dir / f"{target.name}-{key}"
        if rank is not None:
            beside_others = self.path if cache_dir is None else self.corpus
            self.corpus = beside_others / f"{RANK}{rank:03d}"
        self.phrases = self.corpus / PHRASES

    def check(self) -> None:
        """Raise W2VError if it contains anything that is not part of a run."""
        try:
            entries = sorted(os.listdir(self.path))
        except FileNotFoundError:
            return
        except OSError as error:
            raise W2VError(f"cannot write {self.path}: {error.strerror}") from None
        for name in entries:
            if (
                name not in _OURS
                and not name.startswith((PREFIX, RANK))
                and not name.endswith(_PART)
            ):
                raise W2VError(
                    f"{self.path} contains '{name}', which is not part of a run; "
                    "it will not be touched: give another -o"
                )

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is a checkpoint to resume from."""
        return bool(find_checkpoints(self.path))

    @property
    def is_resumable(self) -> bool:
        """Whether what this process keeps here is of use to a resumed run."""
        return self.has_checkpoint if self._is_first else (self.corpus / SEAL).exists()

    def remove_checkpoints(self) -> None:
        """Remove the checkpoints and the log of an earlier run."""
        for old in find_checkpoints(self.path):
            remove_checkpoint(old)
        with contextlib.suppress(OSError):
            self.log.unlink(missing_ok=True)

    def remove_contents(self) -> None:
        """Remove all but the lock; checkpoints last, so that a run can resume until then.

        A process that is not the first removes its ids alone.
        """
        shutil.rmtree(self.corpus, ignore_errors=True)
        if self._is_shared:
            with contextlib.suppress(OSError):  # not while another process has ids there
                self.corpus.parent.rmdir()
        if not self._is_first:
            return
        for path in (self.model, self.path / UNFINISHED, *self.path.glob(RANK + "*")):
            shutil.rmtree(path, ignore_errors=True)
        self.remove_checkpoints()
        shutil.rmtree(self.path / LEAVING, ignore_errors=True)
        with contextlib.suppress(OSError):
            for name in os.listdir(self.path):
                if name.endswith(_PART):
                    (self.path / name).unlink(missing_ok=True)

    def seal_corpus(self, key: dict[str, Any]) -> None:
        """Record on the disk that the ids are complete, for the text that `key` describes."""
        digests = {name: file_digest(self.corpus / name, sync=True) for name in self._sealed()}
        with atomic_file(self.corpus / SEAL, overwrite=True) as file:
            file.write(json.dumps({"key": key, "digests": digests}).encode())

    def unseal_corpus(self) -> None:
        """Discard the ids of an earlier run."""
        for path in (self.corpus / SEAL, self.phrases):
            path.unlink(missing_ok=True)

    def sealed_corpus(self, key: dict[str, Any]) -> tuple[Vocabulary, Corpus] | None:
        """The vocabulary and ids of an earlier run on the same text; None if incomplete."""
        from w2v.corpus.corpus import Corpus
        from w2v.words.vocabulary import Vocabulary

        try:
            seal = json.loads((self.corpus / SEAL).read_text(encoding="utf-8"))
            if seal["key"] != key:
                return None
            for name in {*self._sealed(), *seal["digests"]}:
                if file_digest(self.corpus / name) != seal["digests"][name]:
                    return None
            return Vocabulary.load(self.corpus / VOCABULARY), Corpus.open(self.corpus)
        except (OSError, ValueError, KeyError, TypeError, W2VError):
            return None

    def _sealed(self) -> list[str]:
        """The files of the corpus that a seal vouches for."""
        from w2v.corpus.corpus import FACTS, IDS, SENTENCES

        phrases = [PHRASES] if self.phrases.exists() else []
        return [IDS, SENTENCES, FACTS, VOCABULARY, *phrases]
