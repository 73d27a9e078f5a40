"""All tasks, by the names of their commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from w2v.cli.questions.task import Options, Task

if TYPE_CHECKING:
    from w2v.vectors.word_vectors import WordVectors


def make_tasks(table: WordVectors, options: Options) -> dict[str, Task]:
    """All tasks on a table."""
    from w2v.cli.questions.comparisons import OddOneOut, Similarity
    from w2v.cli.questions.searches import Analogy, Neighbors
    from w2v.cli.questions.table_rows import Vector

    return {
        "analogy": Analogy(table, options),
        "neighbors": Neighbors(table, options),
        "similarity": Similarity(table),
        "odd-one-out": OddOneOut(table),
        "vector": Vector(table, options.by_index),
    }
