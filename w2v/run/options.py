"""RunOptions: what a run does besides the options that shape the vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from w2v.config import TrainConfig
from w2v.errors import UsageError, W2VError
from w2v.run.observer import Observer
from w2v.run.phrases import AUTO

# Options that hardly anyone changes on purpose when a model is continued.
_KEPT_BY_MOST = ("architecture", "directional", "tokenizer", "keep_case", "publish")


@dataclass(frozen=True)
class RunOptions:
    """The options of a run that do not shape the vectors, except `vocab` and `init`."""

    output: Path
    vocab: Path | None = None  # a vocabulary file to use instead of the corpus's own
    init: Path | None = None  # vectors to start from
    phrases: str | None = None  # a phrase file, or AUTO
    continue_from: Path | None = None  # a model to train further, whose words all stay
    freeze_old: bool = False  # train only the words that are new to that model
    overwrite: bool = False
    resume: bool = False
    checkpoint_every: float = 10.0  # minutes; 0 writes none
    cache_dir: Path | None = None  # where the ids are kept while training; None: the working folder
    dry_run: bool = False  # stop before training

    def __post_init__(self) -> None:
        if self.continue_from is None and self.freeze_old:
            raise UsageError("--freeze-old needs --continue, the model whose words stay")
        if self.continue_from is not None and (self.vocab or self.init):
            other = "--vocab" if self.vocab else "--init"
            raise UsageError(f"--continue takes the model's words and vectors; leave {other} out")
        if not self.checkpoint_every >= 0:
            raise UsageError(
                f"checkpoint-every must be 0 or more minutes, not {self.checkpoint_every:g}"
            )

    def shaping(self, config: TrainConfig) -> dict[str, Any]:
        """The options that shape the vectors: those that a run must share with its checkpoints."""
        settings = config.to_dict()
        if not config.deterministic:
            del settings["threads"]
        return {
            **settings,
            "init": str(self.init) if self.init else None,
            "phrases": self.phrases,
            "continue_from": str(self.continue_from) if self.continue_from else None,
            "freeze_old": self.freeze_old or None,
        }

    def check_with(self, config: TrainConfig, processes: int) -> None:
        """Raise UsageError if a model of these options cannot be trained in this way."""
        if self.continue_from is not None and config.loss != "ns":
            raise UsageError("--continue needs --loss ns: a tree over other counts has other nodes")
        if config.subwords and processes > 1:
            raise UsageError("--subwords trains in one process; start w2v without mpirun")
        if config.subwords and config.deterministic and config.threads != 1:
            raise UsageError("--subwords and --deterministic together need --threads 1")

    def check_files(self, config: TrainConfig) -> None:
        """Raise W2VError if a file is missing or does not fit a model of `config`."""
        from w2v.training.warm_start import check_model, check_subwords
        from w2v.training.word_rows import subwords_of

        phrases = Path(self.phrases) if self.phrases not in (None, AUTO) else None
        for path in (self.vocab, self.init, self.continue_from, phrases):
            if path is not None and not path.exists():
                raise W2VError(f"{path}: no such file")
        if self.init is not None:
            check_model(self.init, config.vector_size)
            check_subwords(self.init, subwords_of(config))
        if self.continue_from is not None:
            check_model(self.continue_from, config.vector_size, continues=True)
            check_subwords(self.continue_from, subwords_of(config), continues=True)


def with_old_phrases(options: RunOptions, observer: Observer) -> RunOptions:
    """Join the phrases that the model to continue was trained with, unless others are given."""
    from w2v.formats.model_folder import PHRASES

    old = options.continue_from
    if old is None or options.phrases is not None or not (old / PHRASES).is_file():
        return options
    observer.note(f"joining the phrases of {old / PHRASES}, as {old} did")
    return replace(options, phrases=str(old / PHRASES))


def note_other_options(options: RunOptions, config: TrainConfig, observer: Observer) -> None:
    """Report where the model to continue was trained otherwise than this run will train it."""
    from w2v.formats import files, model_folder

    old = options.continue_from
    if old is None or files.sniff(old) != "w2v":
        return
    trained, now = model_folder.read_options(old), config.to_dict()
    differs = [
        f"{name.replace('_', '-')} {trained[name]} (now {now[name]})"
        for name in _KEPT_BY_MOST
        if trained.get(name, now[name]) != now[name]
    ]
    if differs:
        observer.note(f"{old} was trained with {', '.join(differs)}")
