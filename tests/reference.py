"""Slow twins of the training kernels, in plain NumPy and Python integers, from the papers.

Nothing here imports w2v. Every twin takes the same random stream as its kernel, so that the two
can be compared draw by draw and row by row.

Sources: Mikolov et al. 2013 (negative sampling, subsampling), Walker 1977 (alias method),
Marsaglia 2003 (xorshift).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

MASK = 2**64 - 1


def sigmoid(z: Any) -> Any:
    """1 / (1 + e^-z), exactly."""
    return 1.0 / (1.0 + np.exp(-np.asarray(z, np.float64)))


def pair_losses(inputs: Any, outputs: Any, labels: Any, bias: float = 0.0) -> Any:
    """-log s(z) for label 1 and -log s(-z) for label 0, z = x.o + bias: float64[n_in, n_out]."""
    z = np.asarray(inputs, np.float64) @ np.asarray(outputs, np.float64).T + bias
    return np.logaddexp(0.0, np.where(labels, -z, z))


def window_gradient(inputs: Any, outputs: Any, labels: Any, bias: float = 0.0) -> tuple[Any, Any]:
    """The gradient of the sum of pair_losses: by the inputs and by the outputs."""
    inputs, outputs = np.asarray(inputs, np.float64), np.asarray(outputs, np.float64)
    error = sigmoid(inputs @ outputs.T + bias) - labels
    return error @ outputs, error.T @ inputs


class Xorshift:
    """Marsaglia's 64-bit xorshift with the shifts 13, 7, 17."""

    def __init__(self, state: int) -> None:
        self.state = state

    def next(self) -> int:
        """The next 64 random bits."""
        x = self.state
        x ^= (x << 13) & MASK
        x ^= x >> 7
        x ^= (x << 17) & MASK
        self.state = x
        return x


def alias_draw(random: Xorshift, threshold: Sequence[int], alias: Sequence[int]) -> int:
    """One draw: the upper bits pick a column, the lower ones decide between it and its alias."""
    bits = random.next()
    column = ((bits >> 32) * len(alias)) >> 32
    return column if (bits & 0xFFFFFFFF) < int(threshold[column]) else int(alias[column])


def alias_probabilities(threshold: Any, alias: Any) -> Any:
    """The exact distribution that an alias table draws from."""
    own = np.asarray(threshold, np.float64) / 2**32
    result = own.copy()
    np.add.at(result, alias, 1.0 - own)
    return result / len(own)


def draw_from_pool(random: Xorshift, pool: Sequence[int], count: int) -> list[int]:
    """`count` words of the pool, each picked by the next 8 random bits, 8 picks to a number."""
    words = []
    bits = 0
    for k in range(count):
        if k % 8 == 0:
            bits = random.next()
        words.append(pool[bits & 0xFF])
        bits >>= 8
    return words


def weigh(rows: Sequence[int]) -> list[float]:
    """How often each place counts, rows[0] being the centre.

    A noise word counts as often as it was drawn at its first place and not at the others; one
    that equals the centre does not count.

    [7, 3, 5, 3, 7] -> [1, 2, 1, 0, 0]
    """
    noise = rows[1:]
    return [1.0] + [
        0.0 if word == rows[0] or word in noise[:k] else float(noise.count(word))
        for k, word in enumerate(noise)
    ]


def train(
    sentences: Sequence[Sequence[int]],
    inputs: Any,
    outputs: Any,
    keep: Any,
    threshold: Any,
    alias: Any,
    seed: int,
    window: int,
    negative: int,
    schedule: tuple[float, float, float, float],
    pool_size: int = 256,
    loss_every: int = 64,
    tile: int = 6,
    bias: float = 0.0,
) -> tuple[Any, Any, int, int, float]:
    """Skip-gram with negative sampling over sentences of word ids.

    Returns the two tables, how many windows were trained, how many (centre, context) pairs, and
    the sum of the losses taken. A context word's row is read once when it comes within reach of
    the window and its change is added back when it leaves. A window's outputs are trained `tile`
    at a time, each time from the values that the one before left. Where the loss is taken, of
    each tile just before it is trained, the noise is drawn anew.
    """
    x_table, o_table = np.array(inputs, np.float64), np.array(outputs, np.float64)
    alpha, min_alpha, before, total = schedule
    random = Xorshift(seed)
    pool = [alias_draw(random, threshold, alias) for _ in range(pool_size)]
    windows = pairs = 0
    loss = 0.0
    for sentence in sentences:
        rate = max(min_alpha, alpha - (alpha - min_alpha) * before / total)
        before += len(sentence)
        kept = [w for w in sentence if (random.next() >> 32) <= int(keep[w])]
        if len(kept) < 2:
            continue
        local: dict[int, Any] = {}
        entered: dict[int, Any] = {}
        for at in range(len(kept)):
            for near in range(at, min(at + window + 1, len(kept))):
                if near not in local:
                    local[near] = x_table[kept[near]].copy()
                    entered[near] = local[near].copy()
            reach = 1 + (((random.next() >> 32) * window) >> 32)
            context = [
                k for k in range(max(0, at - reach), min(len(kept), at + reach + 1)) if k != at
            ]
            fresh = alias_draw(random, threshold, alias)
            if windows % loss_every == 0:
                draws = [alias_draw(random, threshold, alias) for _ in range(negative)]
            else:
                draws = draw_from_pool(random, pool, negative)
            rows = [kept[at], *draws]
            weights = np.array(weigh(rows))
            labels = np.zeros((len(context), len(rows)))
            labels[:, 0] = 1.0
            pool[windows % pool_size] = fresh
            for first in range(0, len(rows), tile):
                some = slice(first, first + tile)
                x, o = np.array([local[k] for k in context]), o_table[rows[some]]
                if windows % loss_every == 0:
                    loss += float((pair_losses(x, o, labels[:, some], bias) * weights[some]).sum())
                step = rate * (labels[:, some] - sigmoid(x @ o.T + bias)) * weights[some]
                np.add.at(o_table, rows[some], step.T @ x)
                for k, change in zip(context, step @ o, strict=True):
                    local[k] += change
            windows += 1
            pairs += len(context)
            if at - window in local:
                x_table[kept[at - window]] += local[at - window] - entered[at - window]
                del local[at - window]
        for k in sorted(local):
            x_table[kept[k]] += local[k] - entered[k]
    return x_table, o_table, windows, pairs, loss
