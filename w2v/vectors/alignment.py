"""Alignment of two models: one is rotated so that words they share point the same way in both.

    alignment = align(old, new)
    alignment.rotate(old["broadcast"])  old's vector in the space of new
    alignment.cosines                   of each shared word with itself: low for words that moved

Two runs of training put the same meanings in different directions, so their vectors cannot be
compared as they are. Distances do not change under rotations and reflections; the best of these is
the solution of the orthogonal Procrustes problem (Schönemann 1966; Hamilton, Leskovec and Jurafsky
2016 use it to find words that changed their meaning).

Legend: n shared words, D dimensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np

from w2v.arrays import Doubles, Flags, Floats, Integers, ranges, unit_rows
from w2v.errors import UsageError, W2VError
from w2v.messages import shown
from w2v.vectors.embedding import Embedding, UnknownWordError, check_vectors


@dataclass(frozen=True)
class Alignment:
    """A rotation from the space of one model, the source, into that of another, the target."""

    rotation: Doubles
    """float64[D, D], orthogonal: rows of the source times this lie in the space of the target."""
    source_rows: Integers
    """int64[n], the shared words' rows in the source, in its order."""
    target_rows: Integers
    """int64[n], the same words' rows in the target."""
    cosines: Floats
    """float32[n], the cosine between a word's rotated row and its row in the target.

    NaN if either row has no direction.
    """

    @property
    def mean_cosine(self) -> float:
        """The mean of `cosines`, NaN left out: 1 for models that differ only by a rotation."""
        return float(np.nanmean(self.cosines, dtype=np.float64))

    def rotate(self, rows: Floats) -> Floats:
        """Rows of the source, float32[..., D], in the space of the target."""
        return np.asarray(rows @ self.rotation, np.float32)


class Move(NamedTuple):
    """How far a word moved between two aligned models; counts are None if unknown."""

    word: str
    cosine: float
    old_count: int | None
    new_count: int | None


def align(source: Embedding, target: Embedding, *, restrict_vocab: int | None = None) -> Alignment:
    """Find the rotation that brings the words of `source` closest to the same words of `target`.

    It minimises the sum of squared distances between the shared words' rows, each at length 1.

    Parameters
    ----------
    restrict_vocab
        Use only words among the first (most frequent) rows of both; None or 0 means all.

    Raises
    ------
    W2VError if the models differ in dimensions, or share fewer words than they have dimensions,
    which would leave part of the rotation arbitrary.
    """
    check_vectors(source)
    check_vectors(target)
    if restrict_vocab is not None and restrict_vocab < 0:
        raise UsageError(f"restrict_vocab must be at least 0, not {restrict_vocab}")
    size = source.vector_size
    if target.vector_size != size:
        raise W2VError(
            f"vectors of {size} and {target.vector_size} dimensions cannot be aligned; "
            "train both with the same number of dimensions"
        )
    rows = _shared_rows(source, target, restrict_vocab)
    products = np.zeros((size, size))
    usable = 0
    for ours, theirs, directed in _unit_blocks(source, target, *rows):
        products += (ours.T @ theirs).astype(np.float64)
        usable += int(np.count_nonzero(directed))
    if usable < max(1, size):
        shared = "no word" if not usable else f"only {usable:,} word{'s' * (usable > 1)}"
        raise W2VError(
            f"the models share {shared}; aligning {size} dimensions takes at least {size} words"
        )
    left, _, right = np.linalg.svd(products)
    rotation: Doubles = left @ right
    return Alignment(rotation, *rows, _cosines(source, target, rows, rotation))


def moves(
    source: Embedding,
    target: Embedding,
    alignment: Alignment,
    words: Sequence[str] = (),
    *,
    top: int | None = None,
) -> list[Move]:
    """The `top` shared words of two aligned models that moved most, lowest cosine first.

    With `words`, only these, in the given order. Words without a direction are left out.
    Raises UnknownWordError for one of `words` that is not shared, W2VError for one without a
    direction.
    """
    if words:
        place = {row: i for i, row in enumerate(alignment.source_rows.tolist())}
        order = [place.get(row, -1) for row in source.indices(words).tolist()]
        for word, i in zip(words, order, strict=True):
            if i < 0:
                raise UnknownWordError(f"{shown(word)} is not among the words that are compared")
            if np.isnan(alignment.cosines[i]):
                raise W2VError(f"the vector of {shown(word)} has no direction in one of the models")
    else:
        by_cosine = np.argsort(alignment.cosines, kind="stable")  # NaN last
        order = by_cosine[: np.count_nonzero(~np.isnan(alignment.cosines))][:top].tolist()
    return [_move(source, target, alignment, i) for i in order]


def _move(source: Embedding, target: Embedding, alignment: Alignment, i: int) -> Move:
    """The i-th shared word."""
    ours, theirs = int(alignment.source_rows[i]), int(alignment.target_rows[i])
    return Move(
        source.words[ours],
        float(alignment.cosines[i]),
        None if source.counts is None else int(source.counts[ours]),
        None if target.counts is None else int(target.counts[theirs]),
    )


def _shared_rows(
    source: Embedding, target: Embedding, restrict_vocab: int | None
) -> tuple[Integers, Integers]:
    """The rows of the words that both models have, int64[n] in each, in the source's order."""
    limit = restrict_vocab or None
    found = target.words.find_many(islice(source.words, limit))
    if limit is not None:
        found[found >= limit] = -1
    # The first row of a word counts in the source too.
    firsts = np.unique(found, return_index=True)[1]
    source_rows = np.sort(firsts[found[firsts] >= 0])
    return source_rows, found[source_rows]


def _unit_blocks(
    source: Embedding, target: Embedding, source_rows: Integers, target_rows: Integers
) -> Iterator[tuple[Floats, Floats, Flags]]:
    """Shared words' rows at length 1 in blocks, float32[m, D] of each model, and a mask, bool[m].

    The mask is False where either row has no direction; both rows are zeros there.
    """
    for first, last in ranges(len(source_rows), source.vector_size):
        ours, no_direction = unit_rows(source.matrix[source_rows[first:last]])
        theirs, none_there = unit_rows(target.matrix[target_rows[first:last]])
        directed = ~(no_direction | none_there)
        ours[~directed] = 0
        theirs[~directed] = 0
        yield ours, theirs, directed


def _cosines(
    source: Embedding, target: Embedding, rows: tuple[Integers, Integers], rotation: Doubles
) -> Floats:
    """The cosine of each shared word's two rows after the rotation, float32[n]; see Alignment."""
    parts = [np.empty(0, np.float32)]
    for ours, theirs, directed in _unit_blocks(source, target, *rows):
        cosines = np.einsum("ij,ij->i", ours @ rotation.astype(np.float32), theirs)
        cosines = np.clip(cosines, -1, 1)
        cosines[~directed] = np.nan
        parts.append(cosines)
    return np.concatenate(parts)
