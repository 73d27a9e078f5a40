"""w2v trains word vectors from text, answers questions about them, and exports them.

    import w2v
    vectors = w2v.train("corpus.txt", vector_size=100)
    vectors.analogy("king", "man", "woman")
    vectors = w2v.load("model.w2v")

A public name is imported when it is first used, so `import w2v` takes no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from w2v.api import load, train
    from w2v.config import TrainConfig
    from w2v.errors import Stopped, UsageError, W2VError
    from w2v.evaluation.scores import AnalogyScore, PairScore, evaluate
    from w2v.run.observer import Observer, RunPlan, RunResult
    from w2v.training.trainer import Report
    from w2v.vectors.alignment import Alignment, align
    from w2v.vectors.clusters import Clusters
    from w2v.vectors.embedding import UnknownWordError
    from w2v.vectors.word_vectors import WordVectors
    from w2v.words.vocabulary import Vocabulary

__version__ = "0.1.0"

__all__ = [
    "Alignment",
    "AnalogyScore",
    "Clusters",
    "Observer",
    "PairScore",
    "Report",
    "RunPlan",
    "RunResult",
    "Stopped",
    "TrainConfig",
    "UnknownWordError",
    "UsageError",
    "Vocabulary",
    "W2VError",
    "WordVectors",
    "align",
    "evaluate",
    "load",
    "train",
]

_HOMES = {
    "w2v.api": ("load", "train"),
    "w2v.config": ("TrainConfig",),
    "w2v.errors": ("Stopped", "UsageError", "W2VError"),
    "w2v.evaluation.scores": ("AnalogyScore", "PairScore", "evaluate"),
    "w2v.run.observer": ("Observer", "RunPlan", "RunResult"),
    "w2v.training.trainer": ("Report",),
    "w2v.vectors.alignment": ("Alignment", "align"),
    "w2v.vectors.clusters": ("Clusters",),
    "w2v.vectors.embedding": ("UnknownWordError",),
    "w2v.vectors.word_vectors": ("WordVectors",),
    "w2v.words.vocabulary": ("Vocabulary",),
}

if not TYPE_CHECKING:  # a type checker that saw this would accept any name

    def __getattr__(name):
        """Import a public name from the module that defines it."""
        import importlib

        for module, names in _HOMES.items():
            if name in names:
                return getattr(importlib.import_module(module), name)
        raise AttributeError(f"module 'w2v' has no attribute '{name}'")


def __dir__() -> list[str]:
    """The public names."""
    return __all__
