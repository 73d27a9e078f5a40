"""The model of a run: written with a record of the run, and recognised by that record."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from w2v import __version__
from w2v.arrays import Floats
from w2v.config import TrainConfig
from w2v.corpus.corpus import Corpus
from w2v.errors import W2VError
from w2v.formats import model_folder
from w2v.formats.model_folder import SomeRows
from w2v.formats.signatures import is_model_folder
from w2v.run.work_folder import WorkFolder
from w2v.training.kernel_arguments import WordRows
from w2v.training.softmax_tree import huffman_tree, path_means
from w2v.training.state import TrainingState
from w2v.training.word_rows import subwords_of
from w2v.words.vocabulary import Vocabulary

# What shapes the vectors besides the options of TrainConfig.
BESIDE_CONFIG = ("init", "phrases", "continue_from", "freeze_old")


class RunModel:
    """The model that a run writes to `output`.

    Parameters
    ----------
    output
        The model folder.
    config
        The run's options.
    shaping
        Those of them that shape the vectors, and those of BESIDE_CONFIG.
    text_digest
        `RunText.digest`.
    """

    def __init__(
        self,
        output: Path,
        config: TrainConfig,
        shaping: dict[str, Any],
        text_digest: str | None,
    ) -> None:
        self._output, self._config = output, config
        self._shaping, self._text_digest = shaping, text_digest

    def is_there(self, corpus: Corpus | None, *, may_replace: bool) -> bool:
        """Whether the output is already the finished model of this run.

        Unchanged files are recognised without reading them (`corpus` None); pipes and changed
        files by their words. Raises W2VError if the output is another model, unless that may be
        replaced.
        """
        if not is_model_folder(self._output):
            return False
        about = model_folder.read_metadata(self._output)
        text, differs = about.get("corpus") or {}, self._difference(about)
        if corpus is None:
            digest = self._text_digest
            same_text = digest is not None and text.get("text_key") == digest
        else:
            same_text = text.get("fingerprint") == corpus.fingerprint
            if not same_text:
                differs = differs or "on another text"
        if differs and not may_replace:
            raise W2VError(
                f"{self._output} exists, trained {differs}; give --overwrite to replace it, or "
                "another -o"
            )
        return same_text and not differs

    def _difference(self, about: dict[str, Any]) -> str:
        """The options whose values differ from those of the model; empty if none do."""
        options = model_folder.read_options(self._output)
        saved = {**options, **{name: about.get(name) for name in BESIDE_CONFIG}}
        return ", ".join(
            f"with {name.replace('_', '-')} {saved.get(name)} (now {value})"
            for name, value in self._shaping.items()
            if saved.get(name) != value
        )

    def write_or_keep(
        self,
        vocabulary: Vocabulary,
        corpus: Corpus,
        state: TrainingState,
        rows: WordRows | None,
        work: WorkFolder,
    ) -> None:
        """Write the finished model; if that fails, the error says what is kept."""
        try:
            self.write(vocabulary, corpus, state, rows, work)
        except W2VError as error:
            if not work.has_checkpoint:
                raise
            raise W2VError(
                f"{error}; {work.path} keeps the trained state: once the problem is fixed, "
                "the same command with --resume writes the model"
            ) from None

    def write(
        self,
        vocabulary: Vocabulary,
        corpus: Corpus,
        state: TrainingState,
        rows: WordRows | None,
        work: WorkFolder,
    ) -> None:
        """Replace the output with the finished model, in one step. Raises W2VError.

        rows: with subwords, those that each word is composed of
        """
        size, config = self._config.vector_size, self._config
        outputs, has_nodes = state.outputs[:, :size], config.loss == "hs"
        text = {"fingerprint": corpus.fingerprint, "text_key": self._text_digest}
        model_folder.write_model(
            self._output,
            vocabulary.words,
            vocabulary.counts,
            state.inputs[:, :size],
            _path_rows(vocabulary, outputs) if has_nodes else outputs,
            {
                "config": config.to_dict(),
                **{name: self._shaping[name] for name in BESIDE_CONFIG},
                "versions": versions(),
                "corpus": {**text, **asdict(corpus.summary)},
                "epoch_losses": state.epoch_losses,
                "final_loss": state.epoch_losses[-1],
            },
            {
                model_folder.LOG: work.log,
                **({model_folder.PHRASES: work.phrases} if self._shaping["phrases"] else {}),
            },
            mix_weight=config.mix_weight if config.publish == "mix" else None,
            whiten=config.whiten or 0.0,
            nodes=outputs if has_nodes else None,
            subwords=subwords_of(config),
            buckets=rows.buckets if rows else None,
            overwrite=True,
            part=work.model,
        )


def _path_rows(vocabulary: Vocabulary, nodes: Floats) -> SomeRows:
    """What the nodes on words' paths say of them, in place of output vectors."""
    tree = huffman_tree(vocabulary.counts)
    return lambda first, last: path_means(tree, nodes, first, last)


def versions() -> dict[str, str]:
    """The versions of w2v and of the packages that its numbers depend on."""
    packages = {name: version(name) for name in ("numpy", "numba")}
    return {"w2v": __version__, **packages, "python": platform.python_version()}
