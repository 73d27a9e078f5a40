"""WordVectors: an embedding that loads and saves files and answers questions."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

from w2v.arrays import Floats, empty_rows, numbered
from w2v.formats.files import open_table, write
from w2v.formats.table import Table, from_arrays
from w2v.vectors.argument_types import list_of_words, row_limit
from w2v.vectors.embedding import Embedding
from w2v.vectors.expression import parse_terms
from w2v.vectors.python_errors import in_python_terms

if TYPE_CHECKING:
    from w2v.vectors.analogy_objectives import Method
    from w2v.vectors.clusters import Clusters
    from w2v.vectors.questions import Answers, Term
    from w2v.vectors.texts import Method as TextMethod


class WordVectors(Embedding):
    """A table of vectors, one row per word, that answers questions."""

    _origin: Table | None = None  # what was opened: its output vectors and options are saved too

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        table: str = "published",
        limit: int | None = None,
        vector_size: int | None = None,
        encoding: str | None = None,
        unicode_errors: str | None = None,
        mix_weight: float | None = None,
    ) -> WordVectors:
        """Open vectors of any format; see w2v.load."""
        given = {
            "vector_size": vector_size,
            "encoding": encoding,
            "unicode_errors": unicode_errors,
            "mix_weight": mix_weight,
        }
        options: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
        opened = open_table(path, format, table, limit, True, **options)
        for note in opened.notes:
            warnings.warn(note, stacklevel=2)
        return cls.from_table(opened)

    @classmethod
    def from_table(cls, table: Table) -> WordVectors:
        """Vectors from a table: mapped if the file allows it, otherwise read into memory."""
        if table.matrix is not None:
            matrix = table.matrix()
        else:
            matrix = empty_rows(len(table), table.vector_size)
            for first, block in numbered(table.blocks()):
                matrix[first : first + len(block)] = block
        vectors = cls(table.words, matrix, table.counts, table.subwords)
        vectors._origin = table
        return vectors

    @in_python_terms
    def save(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        overwrite: bool = False,
        precision: int | None = None,
        padding_idx: int | None = None,
    ) -> None:
        """Write the vectors in any format, whole or not at all.

        Parameters
        ----------
        path
            The file or folder; a model folder if it ends in .w2v. An ending such as .gz after
            that of the format compresses a file.
        format
            The format's name; None chooses it by the ending of `path`.
        precision
            For text formats: significant digits. None writes as few as give the same float32 back.
        padding_idx
            For PyTorch: where to insert a row of zeros, the word <pad>.

        Raises UsageError for an option that the format lacks, and W2VError if the path exists and
        `overwrite` is False, if it cannot be written, or if the format cannot hold a word.
        """
        given = {"precision": precision, "padding_idx": padding_idx}
        options = {name: value for name, value in given.items() if value is not None}
        write(self.table(), path, format=format, overwrite=overwrite, **options)

    def in_memory(self) -> WordVectors:
        """The same vectors, independent of the files from which they may be mapped."""
        subwords = self.subwords and self.subwords.in_memory()
        vectors = WordVectors(self.words, np.array(self.matrix), self.counts, subwords)
        table = self.table()
        opened = table.outputs and WordVectors.from_table(table.outputs()).matrix
        held = from_arrays(self.words, vectors.matrix if opened is None else np.array(opened))
        outputs = None if opened is None else lambda: held
        vectors._origin = replace(held, outputs=outputs, about=table.about)
        return vectors

    def table(self) -> Table:
        """These vectors as a Table, which every format can write."""
        table = replace(from_arrays(self.words, self.matrix, self.counts), subwords=self.subwords)
        if self._origin is None:
            return table
        return replace(table, outputs=self._origin.outputs, about=self._origin.about)

    def __getstate__(self) -> dict[str, Any]:
        """What pickle stores: the vectors and what unseen words need, without open files."""
        subwords = self.subwords and self.subwords.in_memory()
        return {**self.__dict__, "_origin": None, "subwords": subwords}

    def analogy(
        self,
        *terms: str,
        top: int = 10,
        method: Method = "3cosadd",
        restrict_vocab: int | None = None,
        min_similarity: float | None = None,
    ) -> Answers:
        """Answer `analogy("king", "man", "woman")` or `analogy("king - man + woman")`.

        Both ask for the words nearest to king - man + woman: (word, score) pairs, best first. The
        options are those of w2v.vectors.questions.neighbors.
        """
        from w2v.vectors import questions

        return questions.neighbors(
            self,
            [parse_terms(list_of_words(terms))],
            top=top,
            method=method,
            restrict_vocab=restrict_vocab,
            min_similarity=min_similarity,
        )[0]

    @overload
    def neighbors(
        self,
        query: str | npt.NDArray[np.floating],
        top: int = 10,
        *,
        restrict_vocab: int | None = None,
        min_similarity: float | None = None,
    ) -> Answers: ...
    @overload
    def neighbors(
        self,
        query: list[str] | tuple[str, ...],
        top: int = 10,
        *,
        restrict_vocab: int | None = None,
        min_similarity: float | None = None,
    ) -> list[Answers]: ...
    def neighbors(
        self,
        query: str | npt.NDArray[np.floating] | list[str] | tuple[str, ...],
        top: int = 10,
        *,
        restrict_vocab: int | None = None,
        min_similarity: float | None = None,
    ) -> Answers | list[Answers]:
        """The words whose vectors are nearest by cosine: (word, cosine) pairs, nearest first.

        `query` is a word, a vector float32[vector_size], or a list of words, which gives a list
        with the answers to each. The options are those of w2v.vectors.questions.neighbors.
        """
        from w2v.vectors import questions

        if isinstance(query, np.ndarray) and query.dtype.kind in "UTO":
            query = query.tolist()  # words
        alone = isinstance(query, str | np.ndarray)
        found = questions.neighbors(
            self,
            [query] if alone else query,
            top=top,
            restrict_vocab=restrict_vocab,
            min_similarity=min_similarity,
        )
        return found[0] if alone else found

    def most_similar(
        self,
        positive: Term | Sequence[Term] = (),
        negative: Term | Sequence[Term] = (),
        topn: int = 10,
        *,
        restrict_vocab: int | None = None,
        method: Method = "3cosadd",
    ) -> Answers:
        """The words nearest to the sum of `positive` minus the sum of `negative`, as in gensim.

        `most_similar(positive=["king", "woman"], negative=["man"])` is king - man + woman. A term
        is a word or a vector, float32[vector_size].
        """
        from w2v.vectors import questions

        return questions.most_similar(
            self, positive, negative, top=topn, method=method, restrict_vocab=restrict_vocab
        )

    def similarity(self, first: str, second: str) -> float:
        """The cosine of two words' vectors."""
        from w2v.vectors import questions

        return questions.similarity(self, first, second)

    def odd_one_out(self, words: Sequence[str]) -> str:
        """The word whose vector is farthest from the mean of all."""
        from w2v.vectors import questions

        return questions.odd_one_out(self, words)

    def similarity_matrix(
        self, words: Sequence[str], others: Sequence[str] | None = None
    ) -> Floats:
        """The cosine of each word with each of `others` (default: `words`), float32[n, m]."""
        from w2v.vectors import questions

        return questions.similarity_matrix(self, words, others)

    def embed(
        self,
        texts: str | Iterable[str],
        method: TextMethod = "mean",
        *,
        component: Floats | None = None,
        tokenizer: str = "words",
        keep_case: bool = False,
        sif_weight: float = 1e-3,
        phrases: str | os.PathLike[str] | None = None,
    ) -> Floats:
        """Vectors of texts, float32[n, D]; of a single string, float32[D].

        "mean" is the mean of the words' vectors; "sif" weights rare words higher and removes what
        the texts have in common (Arora, Liang and Ma 2017). See w2v.vectors.texts.embed.
        """
        from w2v.vectors.texts import embed  # needs numba, which takes time to import

        return embed(
            self,
            texts,
            method,
            component=component,
            tokenizer=tokenizer,
            keep_case=keep_case,
            sif_weight=sif_weight,
            phrases=phrases,
        )

    def common_component(
        self,
        texts: Iterable[str],
        *,
        tokenizer: str = "words",
        keep_case: bool = False,
        sif_weight: float = 1e-3,
        phrases: str | os.PathLike[str] | None = None,
    ) -> Floats:
        """The direction, float32[D], that `embed` with "sif" removes from vectors of these texts.

        Give it to `embed` as `component` for other texts, such as queries.
        """
        from w2v.vectors.texts import common_component

        return common_component(
            self,
            texts,
            tokenizer=tokenizer,
            keep_case=keep_case,
            sif_weight=sif_weight,
            phrases=phrases,
        )

    def clusters(
        self,
        k: int,
        *,
        seed: int = 1,
        iterations: int = 100,
        restrict_vocab: int | None = None,
        progress: Callable[[int, float], None] | None = None,
    ) -> Clusters:
        """Sort the words (the first `restrict_vocab` of them, if given) into `k` classes.

        See w2v.vectors.clusters.cluster.
        """
        from w2v.vectors.clusters import cluster

        rows = self.matrix[: row_limit(restrict_vocab)]
        return cluster(rows, k, seed=seed, iterations=iterations, progress=progress)
