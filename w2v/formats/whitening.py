"""Partial whitening: a linear map after which no few directions decide every cosine.

The words' vectors M have second moments C = sum of p_w m_w m_w^T, with p_w in proportion to the
square root of a word's count, over the first words, which are the most frequent ones. With
C = Q diag(l) Q^T, the whitened vectors are

    M T,    T = s Q diag(l^(-amount / 2)) Q^T

So a direction in which the vectors are long, which many words share, counts for less than before.
With an amount of 1 all directions count alike; with 0 nothing changes. s is such that the vectors
keep their mean squared length, trace(T C T) = trace(C), for readers that use lengths. Q^T turns the
vectors back: it changes no cosine, and keeps them near M.

Sources: Mu and Viswanath 2018, "All-but-the-top", who remove the longest directions; Artetxe et al.
2018, "Uncovering divergent linguistic information in word embeddings", X -> X Q diag(l)^a.

Legend: V words, D dimensions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from w2v.arrays import Doubles, numbered, regrouped
from w2v.formats.table import Table

ROWS = 4096
"""Rows are handled in blocks of this many, whatever the table's own: sums depend on it."""
SAMPLE = 32_768
"""C is the sum over at most this many words: more took time and changed no score."""
LEAST_SHARE = 1e-6
"""A direction's l counts as at least this share of the largest; rounding makes up smaller ones."""


def whitened(table: Table, amount: float) -> Table:
    """The table with each row whitened by `amount`, from 0 to 1.

    Reads the first rows once; those of the table that is returned are computed when they are read.
    Words without counts weigh the same.
    """
    if amount == 0:
        return table
    grouped = replace(table, blocks=lambda: regrouped(table.blocks(), ROWS))
    transform = whitening(_second_moments(grouped), amount)
    return grouped.map_blocks(lambda rows: np.asarray(rows @ transform, np.float32))


def whitening(moments: Doubles, amount: float) -> Doubles:
    """T, float64[D, D], of vectors with these second moments, float64[D, D].

    The scale of the moments has no influence. The identity if no vector has a direction.
    """
    if not (np.isfinite(moments).all() and moments.any()):
        return np.eye(len(moments))
    values, directions = np.linalg.eigh(moments)
    shares = np.maximum(values / values[-1], 0)
    gains = np.maximum(shares, LEAST_SHARE) ** (-amount / 2)
    gains *= np.sqrt(shares.sum() / (shares * gains**2).sum())
    transform: Doubles = (directions * gains) @ directions.T
    # eigh's last digits depend on how many threads BLAS has; those of float32 hardly ever do.
    return transform.astype(np.float32).astype(np.float64)


def _second_moments(table: Table) -> Doubles:
    """C of a table's first words, float64[D, D], times a constant."""
    counts = np.ones(len(table)) if table.counts is None else table.counts
    factors = counts**0.25  # of both rows of a product, which so has the weight count^0.5
    moments = np.zeros((table.vector_size, table.vector_size))
    for first, rows in numbered(table.blocks()):
        if first >= SAMPLE:
            break
        weighted = rows * factors[first : first + len(rows), None]
        moments += weighted.T @ weighted
    return moments


def whitening_memory(vector_size: int) -> int:
    """Bytes of memory that `whitened` takes: six matrices float64[D, D], most of them in eigh."""
    return 6 * 8 * vector_size**2
