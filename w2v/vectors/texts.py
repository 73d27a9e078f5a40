"""Vectors of texts: the mean of the words' vectors, or SIF, a weighted mean less what all share.

    X = embed(vectors, ["the king sat", "a queen"], method="sif")       float32[2, D]

SIF ("smooth inverse frequency", Arora, Liang and Ma 2017) weights each word by a / (a + p), where p
is its share of the training text, and then removes the common component: the direction u in which
the texts' vectors v point most (the first right singular vector of all of them), v - (v . u) u.

Texts are split into words by the compiled tokenizer that training uses, so this module imports
numba; `WordVectors.embed` imports it when it is called.

Legend: n texts, D dimensions, t words in a block of texts.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, get_args

import numpy as np

from w2v.arrays import Doubles, Flags, Floats, Integers
from w2v.corpus.phrase_joining import Joiner
from w2v.corpus.phrase_list import Phrase, load_phrases, passes_of
from w2v.corpus.word_table import WordTable
from w2v.errors import UsageError, W2VError
from w2v.text.kernels.scan import END_OF_LINE
from w2v.vectors.argument_types import strings_of_texts
from w2v.vectors.embedding import Embedding
from w2v.vectors.unknown_words import compose

Method = Literal["mean", "sif"]
METHODS: tuple[Method, ...] = get_args(Method)
SIF_WEIGHT = 1e-3
"""The constant a, as in the paper."""

_BLOCK_BYTES = 1 << 17  # of text; bounds the rows gathered at once
_BLOCK_TEXTS = 4096
_IN_MEMORY = 64 << 20  # bytes of means that wait for the component; more go to a file
# A word before each text keeps texts without words apart: the tokenizer reports no empty lines.
_MARK = b"a "


class TextEmbedder:
    """Turns texts into vectors, block by block.

    Parameters
    ----------
    method
        "mean" or "sif".
    tokenizer, keep_case
        How texts are split into words: as for training.
    sif_weight
        The constant a of SIF.
    phrases
        They are joined in the texts: those of `w2v.corpus.phrase_list.load_phrases`.

    Attributes
    ----------
    n_texts, n_empty
        Texts so far, and those of them without any known word; their vectors are zeros.
    n_composed
        Unknown words so far whose vectors were composed of n-grams.
    replaced_bytes
        Bytes so far that were not valid UTF-8.
    component
        float32[D], the direction that SIF removed last; None for the mean.

    Raises UsageError for a wrong option, W2VError if the words' counts are missing for SIF.
    """

    def __init__(
        self,
        vectors: Embedding,
        method: Method = "mean",
        *,
        tokenizer: str = "words",
        keep_case: bool = False,
        sif_weight: float = SIF_WEIGHT,
        phrases: Sequence[Phrase] = (),
    ) -> None:
        if method not in METHODS:
            raise UsageError(f"method must be one of {', '.join(METHODS)}, not {method!r}")
        if not 0 < sif_weight < np.inf:
            raise UsageError(f"sif_weight must be a number above 0, not {sif_weight}")
        self.vectors, self.method = vectors, method
        self.n_texts = self.n_empty = self.n_composed = self.replaced_bytes = 0
        self.component: Floats | None = None
        self._weights = None if method == "mean" else _sif_weights(vectors, sif_weight)
        self._words = WordTable(tokenizer, keep_case)
        self._joiners = [Joiner(self._words, some) for some in passes_of(phrases)]
        self._rows = np.empty(0, np.int64)  # of each word of the table, -1 if unknown

    def embed(
        self, texts: Iterable[str | bytes], component: Floats | None = None
    ) -> Iterator[Floats]:
        """Vectors of texts in blocks, float32[n, D].

        For SIF without a `component` the blocks come after the last text: until then their means
        wait in memory or, if they are many, in a temporary file.
        """
        if self.method == "mean":
            yield from self.means(texts)
        elif component is None:
            yield from self._without_common_component(texts)
        else:
            self.component = check_component(component, self.vectors.vector_size)
            for block in self.means(texts):
                yield remove_component(block, self.component)

    def means(self, texts: Iterable[str | bytes]) -> Iterator[Floats]:
        """The means of texts in blocks, float32[n, D], without removing a component."""
        for block in _blocks(texts):
            self.n_texts += len(block)
            yield self._means(block)

    def _without_common_component(self, texts: Iterable[str | bytes]) -> Iterator[Floats]:
        """The means less the component that is found in all of them."""
        size = self.vectors.vector_size
        common = Component(size)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            for block in self.means(texts):
                common.add(block)
                spool.write(block.tobytes())
            self.component = common.direction()
            spool.seek(0)
            while rows := spool.read(4 * size * _BLOCK_TEXTS):
                block = np.frombuffer(rows, np.float32).reshape(-1, size)
                yield remove_component(block, self.component)

    def _means(self, texts: Sequence[bytes]) -> Floats:
        """The mean of each text's words, float32[n, D], weighted for SIF; zeros without words."""
        ids, text_of = self._tokens(texts)
        gathered, has_vector = self._gather(ids)
        counts = np.bincount(text_of[has_vector], minlength=len(texts))
        means = np.zeros((len(texts), self.vectors.vector_size), np.float32)
        found = counts > 0
        if found.any():
            starts = np.cumsum(counts) - counts
            sums = np.add.reduceat(gathered, starts[found], axis=0)
            means[found] = sums / counts[found, None].astype(np.float32)
        self.n_empty += int(np.count_nonzero(~found))
        return means

    def _tokens(self, texts: Sequence[bytes]) -> tuple[Integers, Integers]:
        """All words of the texts as ids of the table, and the texts they are in: int64[t] each."""
        lines = b"".join(_MARK + text + b"\n" for text in texts)
        scanned = self._words.scan(np.frombuffer(lines, np.uint8).copy(), 0)
        self.replaced_bytes += scanned.replaced_bytes
        marks = np.flatnonzero(scanned.ids == END_OF_LINE)[:-1] + 1
        ids = np.delete(scanned.ids, np.concatenate([[0], marks]))
        for joiner in self._joiners:
            ids, _ = joiner.join((ids, None))
        self._look_up_new_words()
        ends = ids == END_OF_LINE
        return ids[~ends].astype(np.int64), np.cumsum(ends)[~ends]

    def _gather(self, ids: Integers) -> tuple[Floats, Flags]:
        """The vectors of the words that have one, weighted for SIF, and which have: bool[t]."""
        rows = self._rows[ids]
        known = rows >= 0
        if self.vectors.subwords is None or known.all():
            return self._weighted(self.vectors.matrix[rows[known]], rows[known]), known
        unknown, place = np.unique(ids[~known], return_inverse=True)
        words = list(self._words.words(unknown))
        composed, problems = compose(self.vectors.subwords, words)
        vectors = np.empty((len(ids), self.vectors.vector_size), np.float32)
        vectors[known] = self._weighted(self.vectors.matrix[rows[known]], rows[known])
        vectors[~known] = composed[place]  # their share of the training text is 0, their weight 1
        has_vector = known.copy()
        has_vector[~known] = np.array([word not in problems for word in words])[place]
        self.n_composed += int(np.count_nonzero(has_vector & ~known))
        return vectors[has_vector], has_vector

    def _weighted(self, vectors: Floats, rows: Integers) -> Floats:
        """Vectors of known words, float32[t, D], times their weights for SIF; in place."""
        if self._weights is not None:
            vectors *= self._weights[rows, None]
        return vectors

    def _look_up_new_words(self) -> None:
        """Find the rows of the words that the table has met since the last time."""
        new = np.arange(len(self._rows), len(self._words))
        if len(new):
            found = self.vectors.words.find_many(self._words.words(new))
            self._rows = np.concatenate([self._rows, found])


class Component:
    """The common component of vectors that are added block by block."""

    def __init__(self, vector_size: int) -> None:
        self._products = np.zeros((vector_size, vector_size))
        self._n_vectors = 0

    def add(self, block: Floats) -> None:
        """Take vectors, float32[n, D], into account."""
        wide = block.astype(np.float64)
        self._products += wide.T @ wide
        self._n_vectors += int(np.count_nonzero(block.any(axis=1)))

    def direction(self) -> Floats:
        """The first right singular vector of them all, float32[D]; its largest entry is positive.

        Raises W2VError for fewer than two vectors besides zeros: removing it would leave nothing.
        """
        if self._n_vectors < 2:
            raise W2VError(
                "SIF removes what the texts have in common, which takes at least two texts with "
                "known words; give a component found on others, or use the mean"
            )
        direction: Doubles = np.linalg.eigh(self._products)[1][:, -1]
        direction = direction * np.sign(direction[np.argmax(np.abs(direction))])
        return direction.astype(np.float32)


def remove_component(block: Floats, direction: Floats) -> Floats:
    """Vectors, float32[n, D], without their part along `direction`, float32[D] of length 1."""
    return np.asarray(block - (block @ direction)[:, None] * direction)


def check_component(component: Floats, vector_size: int) -> Floats:
    """The direction as float32[D] of length 1. Raises W2VError if it is not one of that size."""
    direction = np.asarray(component, np.float64)
    if direction.shape != (vector_size,):
        raise W2VError(
            f"a component must have {vector_size} numbers, as the vectors do, not an array of "
            f"shape {direction.shape}"
        )
    length = np.linalg.norm(direction)
    if not 0 < length < np.inf:
        raise W2VError("a component must be finite and not all zeros")
    return (direction / length).astype(np.float32)


def embed(
    vectors: Embedding,
    texts: str | Iterable[str],
    method: Method = "mean",
    *,
    component: Floats | None = None,
    tokenizer: str = "words",
    keep_case: bool = False,
    sif_weight: float = SIF_WEIGHT,
    phrases: str | os.PathLike[str] | None = None,
) -> Floats:
    """Vectors of texts, float32[n, D]; of a single string, float32[D].

    Parameters
    ----------
    texts
        Strings; line breaks in them count as blanks.
    method
        "mean": the mean of the words' vectors. "sif": see above.
    component
        For "sif": the direction to remove, float32[D]; None finds it in these texts. Queries need
        that of the texts that they are compared with: see `common_component`.
    tokenizer, keep_case
        How texts are split into words: as for training.
    sif_weight
        For "sif": the constant a.
    phrases
        A phrase file, such as phrases.tsv in the folder of a model that was trained with phrases.

    Words that the vectors lack are composed of n-grams if the model has subwords, and otherwise
    left out; a text without any known word gets zeros.

    Raises UsageError for a wrong option, and W2VError if SIF lacks the words' counts or, without
    `component`, has fewer than two texts with known words.
    """
    embedder = TextEmbedder(
        vectors,
        method,
        tokenizer=tokenizer,
        keep_case=keep_case,
        sif_weight=sif_weight,
        phrases=_phrases(phrases),
    )
    alone = isinstance(texts, str)
    listed = [texts] if isinstance(texts, str) else strings_of_texts(texts)
    blocks = embedder.embed(listed, component)
    rows = np.concatenate([np.empty((0, vectors.vector_size), np.float32), *blocks])
    return np.asarray(rows[0]) if alone else rows


def _phrases(path: str | os.PathLike[str] | None) -> list[Phrase]:
    return [] if path is None else load_phrases(path)


def common_component(
    vectors: Embedding,
    texts: Iterable[str],
    *,
    tokenizer: str = "words",
    keep_case: bool = False,
    sif_weight: float = SIF_WEIGHT,
    phrases: str | os.PathLike[str] | None = None,
) -> Floats:
    """The direction, float32[D], that SIF removes from vectors of these texts; see `embed`."""
    found = Component(vectors.vector_size)
    embedder = TextEmbedder(
        vectors,
        "sif",
        tokenizer=tokenizer,
        keep_case=keep_case,
        sif_weight=sif_weight,
        phrases=_phrases(phrases),
    )
    for block in embedder.means(strings_of_texts(texts)):
        found.add(block)
    return found.direction()


def _sif_weights(vectors: Embedding, weight: float) -> Floats:
    """a / (a + p) for each word, float32[V], where p is its share of all counts."""
    if vectors.counts is None:
        raise W2VError(
            "SIF needs the words' counts, which this file does not hold; use the mean, or a model "
            "folder"
        )
    counts = vectors.counts.astype(np.float64)
    shares = counts / max(1.0, float(counts.sum()))
    return np.asarray(weight / (weight + shares), np.float32)


def _blocks(texts: Iterable[str | bytes]) -> Iterator[list[bytes]]:
    """Texts as UTF-8 without line breaks, in blocks of about _BLOCK_BYTES."""
    encoded = (_line(text) for text in texts)
    block: list[bytes] = []
    size = 0
    for text in encoded:
        block.append(text)
        size += len(text)
        if size >= _BLOCK_BYTES or len(block) == _BLOCK_TEXTS:
            yield block
            block, size = [], 0
    if block:
        yield block


def _line(text: str | bytes) -> bytes:
    """A text as one line of UTF-8."""
    line = text.encode("utf-8", "replace") if isinstance(text, str) else text
    return line.replace(b"\n", b" ").replace(b"\r", b" ")
