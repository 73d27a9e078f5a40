"""WordVectors: an embedding that loads and saves files and answers questions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from w2v.arrays import empty_rows, numbered
from w2v.formats.files import open_table, write
from w2v.formats.table import Table, from_arrays
from w2v.vectors.embedding import Embedding

if TYPE_CHECKING:
    from w2v.vectors.objectives import Method


class WordVectors(Embedding):
    """A table of vectors, one row per word, that answers questions."""

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        table: str = "input",
        limit: int | None = None,
        **options: Any,
    ) -> WordVectors:
        """Open vectors of any format; `limit` keeps only the first rows. See `open_table`."""
        return cls.from_table(open_table(path, format, table, limit, True, **options))

    @classmethod
    def from_table(cls, table: Table) -> WordVectors:
        """Vectors from a table: mapped if the file allows it, otherwise read into memory."""
        if table.matrix is not None:
            return cls(table.words, table.matrix(), table.counts)
        matrix = empty_rows(len(table), table.vector_size)
        for first, block in numbered(table.blocks()):
            matrix[first : first + len(block)] = block
        return cls(table.words, matrix, table.counts)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        overwrite: bool = False,
        **options: Any,
    ) -> None:
        """Write the vectors in any format; the ending of `path` chooses it unless `format` does.

        `options` are those of the format, such as precision. See `w2v.formats.files.write`.
        """
        write(self.table(), path, format=format, overwrite=overwrite, **options)

    def table(self) -> Table:
        """These vectors as a Table, which every format can write."""
        return from_arrays(self.words, self.matrix, self.counts)

    def analogy(
        self, *terms: str, top: int = 10, method: Method = "3cosadd"
    ) -> list[tuple[str, float]]:
        """`analogy("king", "man", "woman")` or `analogy("king - man + woman")`.

        (word, score) pairs, best first; see w2v.vectors.questions.neighbors.
        """
        from w2v.vectors import questions
        from w2v.vectors.expression import parse_terms

        return questions.neighbors(self, [parse_terms(terms)], top=top, method=method)[0]

    def neighbors(self, word: str, top: int = 10) -> list[tuple[str, float]]:
        """The words whose vectors are nearest by cosine: (word, cosine) pairs, nearest first."""
        from w2v.vectors import questions

        return questions.neighbors(self, [word], top=top)[0]

    def similarity(self, first: str, second: str) -> float:
        """The cosine of two words' vectors."""
        from w2v.vectors import questions

        return questions.similarity(self, first, second)

    def odd_one_out(self, words: Sequence[str]) -> str:
        """The word whose vector is farthest from the mean of all."""
        from w2v.vectors import questions

        return questions.odd_one_out(self, words)
