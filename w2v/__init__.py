"""w2v trains word vectors from text, asks them questions, and takes them anywhere.

    import w2v
    model = w2v.train("corpus.txt", vector_size=100)
    model.analogy("king", "man", "woman")
    vectors = w2v.load("model.w2v")

Names are imported when they are used, so that `import w2v` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from w2v.api import load, train
    from w2v.config import TrainConfig
    from w2v.errors import UsageError, W2VError
    from w2v.vectors.word_vectors import WordVectors
    from w2v.words.vocabulary import Vocabulary

__version__ = "0.1.0"

_HOMES = {
    "train": "w2v.api",
    "load": "w2v.api",
    "TrainConfig": "w2v.config",
    "UsageError": "w2v.errors",
    "Vocabulary": "w2v.words.vocabulary",
    "W2VError": "w2v.errors",
    "WordVectors": "w2v.vectors.word_vectors",
}

__all__ = [
    "TrainConfig",
    "UsageError",
    "Vocabulary",
    "W2VError",
    "WordVectors",
    "load",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'w2v' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
