"""Slow twins of the training kernels, in plain NumPy and Python integers, from the papers.

Nothing here imports w2v. Every twin takes the same random stream as its kernel, so that the two
can be compared draw by draw and row by row.

Sources: Mikolov et al. 2013 (negative sampling, hierarchical softmax, subsampling), Irsoy, Benton
and Stratos 2021 (CBOW), Huffman 1952, Walker 1977 (alias method), Marsaglia 2003 (xorshift),
Artetxe et al. 2018 (whitening).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
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


def window_gradient(
    inputs: Any, outputs: Any, labels: Any, bias: float = 0.0, weights: Any = 1.0
) -> tuple[Any, Any]:
    """The gradient of the sum of pair_losses, each times its weight: by the inputs and outputs."""
    inputs, outputs = np.asarray(inputs, np.float64), np.asarray(outputs, np.float64)
    error = (sigmoid(inputs @ outputs.T + bias) - labels) * weights
    return error @ outputs, error.T @ inputs


def cbow_loss(contexts: Any, outputs: Any, labels: Any, bias: float = 0.0) -> float:
    """The loss of one CBOW window: the mean of the contexts against each output."""
    mean = np.asarray(contexts, np.float64).mean(axis=0, keepdims=True)
    return float(pair_losses(mean, outputs, labels, bias).sum())


def cbow_gradient(contexts: Any, outputs: Any, labels: Any, bias: float = 0.0) -> tuple[Any, Any]:
    """The gradient of cbow_loss: by the contexts and by the outputs."""
    contexts = np.asarray(contexts, np.float64)
    by_mean, by_out = window_gradient(
        contexts.mean(axis=0, keepdims=True), outputs, np.asarray(labels, np.float64), bias
    )
    return np.tile(by_mean / len(contexts), (len(contexts), 1)), by_out


def whitened(rows: Any, counts: Any, amount: float, sample: int) -> Any:
    """X Q diag(l)^(-amount / 2), turned back by Q^T, at X's mean squared length: float64[V, D].

    l and Q are found from the singular values of X, whose first `sample` rows weigh sqrt(count) and
    the others nothing, and not from its second moments. An l counts as a millionth of the largest
    at least.
    """
    rows, counts = np.asarray(rows, np.float64), np.asarray(counts, np.float64)
    weights = np.sqrt(counts)
    weights[sample:] = 0
    weights /= weights.sum()
    _, roots, turned = np.linalg.svd(np.linalg.qr(np.sqrt(weights)[:, None] * rows, mode="r"))
    lengths = np.zeros(rows.shape[1])
    lengths[: len(roots)] = roots**2
    if not lengths.any():
        return rows
    lengths = np.maximum(lengths, 1e-6 * lengths.max())
    found = rows @ turned.T @ np.diag(lengths ** (-amount / 2)) @ turned
    before, after = (weights @ (some**2).sum(axis=1) for some in (rows, found))
    return found * np.sqrt(before / after)


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


def alias_draw(random: Xorshift, table: Sequence[int]) -> int:
    """One draw: the upper bits pick a column, the lower ones decide between it and its alias.

    The column's upper bits hold the alias, the lower ones the threshold.
    """
    bits = random.next()
    column = ((bits >> 32) * len(table)) >> 32
    alias, threshold = divmod(int(table[column]), 2**32)
    return column if (bits & 0xFFFFFFFF) < threshold else alias


def alias_probabilities(table: Any) -> Any:
    """The exact distribution that an alias table draws from."""
    alias, threshold = np.divmod(np.asarray(table), np.uint64(2**32))
    own = threshold.astype(np.float64) / 2**32
    result = own.copy()
    np.add.at(result, alias.astype(np.int64), 1.0 - own)
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


def huffman(counts: Sequence[int]) -> list[list[tuple[int, int]]]:
    """Each word's path: pairs of an inner node and the code of the turn there, from the root.

    Nodes are numbered from the root by falling count. Of equal counts a word is taken before an
    inner node, a later word before an earlier one, and an older node before a younger one.
    """
    heap: list[tuple[int, bool, int, Any]] = [
        (count, False, -word, word) for word, count in enumerate(counts)
    ]
    heapq.heapify(heap)
    made = 0
    while len(heap) > 1:
        zero, one = heapq.heappop(heap), heapq.heappop(heap)
        node = len(counts) - 2 - made
        heapq.heappush(heap, (zero[0] + one[0], True, made, (node, zero[3], one[3])))
        made += 1
    paths: list[list[tuple[int, int]]] = [[] for _ in counts]

    def walk(tree: Any, path: list[tuple[int, int]]) -> None:
        if isinstance(tree, int):
            paths[tree] = path
        else:
            node, *children = tree
            for code, child in enumerate(children):
                walk(child, [*path, (node, code)])

    walk(heap[0][3], [])
    return paths


class NegativeSampling:
    """The outputs of each window: the centre and noise words, drawn from a pool of 256.

    Where the loss is taken, the noise is drawn anew.
    """

    def __init__(self, table: Any, negative: int, bias: float = 0.0) -> None:
        self.table, self.negative, self.bias = table, negative, bias
        self.pool: list[int] = []
        self.fresh: Iterator[int] = iter(())

    def begin(self, random: Xorshift) -> None:
        """Fill the pool."""
        self.pool = self.draw(random, 256)

    def draw(self, random: Xorshift, count: int) -> list[int]:
        """Noise words."""
        return [alias_draw(random, self.table) for _ in range(count)]

    def begin_sentence(self, random: Xorshift, windows: int) -> None:
        """Draw a word for the pool for each window."""
        self.fresh = iter(self.draw(random, windows))

    def choose(
        self, random: Xorshift, centre: int, window: int, takes_loss: bool
    ) -> tuple[list[int], Any, Any]:
        """Rows, labels and weights."""
        if takes_loss:
            draws = self.draw(random, self.negative)
        else:
            draws = draw_from_pool(random, self.pool, self.negative)
        self.pool[window % 256] = next(self.fresh)
        rows = [centre, *draws]
        return rows, np.array([1.0] + [0.0] * self.negative), np.array(weigh(rows))


class HierarchicalSoftmax:
    """The outputs of each window: the nodes on the centre's path, each with label 1 - code."""

    bias = 0.0

    def __init__(self, counts: Sequence[int]) -> None:
        self.paths = huffman(counts)

    def begin(self, random: Xorshift) -> None:
        """Nothing is drawn."""

    def begin_sentence(self, random: Xorshift, windows: int) -> None:
        """Nothing is drawn."""

    def choose(
        self, random: Xorshift, centre: int, window: int, takes_loss: bool
    ) -> tuple[list[int], Any, Any]:
        """Rows, labels and weights."""
        path = self.paths[centre]
        return (
            [node for node, _ in path],
            np.array([1.0 - code for _, code in path]),
            np.ones(len(path)),
        )


class WholeWords:
    """Each word has one row of the table of inputs."""

    def begin(self, table: Any, sentence: Sequence[int]) -> None:
        """Nothing is composed."""

    def enter(self, table: Any, word: int) -> Any:
        """The word's vector."""
        return table[word].copy()

    def leave(self, table: Any, word: int, gain: Any) -> None:
        """The word's row takes what its vector gained."""
        table[word] += gain

    def end(self, table: Any) -> None:
        """Nothing is kept."""


class ComposedWords:
    """Each word's vector is the mean of its rows, and each of the rows takes what it gained.

    A word has `rare` rows and `hot` ones. The rare rows' share of the mean is kept from the first
    sentence with the word until the words of a sentence might be more than there is `room` for;
    only then do these rows take the gain. The hot rows are read and written each time.
    """

    def __init__(
        self, rare: Sequence[Sequence[int]], hot: Sequence[Sequence[int]], room: int
    ) -> None:
        self.rare, self.hot, self.room = rare, hot, room
        self.kept: dict[int, Any] = {}
        self.entered: dict[int, Any] = {}

    def begin(self, table: Any, sentence: Sequence[int]) -> None:
        """Make room for the words of a sentence, and compose those that are not kept."""
        if len(self.kept) + len(sentence) > self.room:
            self.end(table)
        for word in sentence:
            if word not in self.kept:
                self.kept[word] = table[self.rare[word]].sum(axis=0) / self._rows(word)
                self.entered[word] = self.kept[word].copy()

    def enter(self, table: Any, word: int) -> Any:
        """The word's vector: the mean of all its rows."""
        return self.kept[word] + table[self.hot[word]].sum(axis=0) / self._rows(word)

    def leave(self, table: Any, word: int, gain: Any) -> None:
        """Each of the word's rows gains as much as its vector."""
        np.add.at(table, self.hot[word], gain)
        self.kept[word] += gain * len(self.rare[word]) / self._rows(word)

    def end(self, table: Any) -> None:
        """The rare rows take what was kept for them."""
        for word, value in self.kept.items():
            gain = (value - self.entered[word]) * self._rows(word) / len(self.rare[word])
            np.add.at(table, self.rare[word], gain)
        self.kept, self.entered = {}, {}

    def _rows(self, word: int) -> int:
        return len(self.rare[word]) + len(self.hot[word])


def tiles(count: int) -> list[slice]:
    """A skip-gram window's outputs in tiles of six, five or four: the first that leaves such tiles.

    Only 1 to 3 outputs and the last 3 of 7 are a smaller tile.
    """
    some, first = [], 0
    while (left := count - first) > 0:
        size = next((size for size in (6, 5, 4) if left - size not in (-2, -1, 1, 2, 3, 7)), 4)
        some.append(slice(first, min(first + size, count)))
        first += size
    return some


def train(
    sentences: Sequence[Sequence[int]],
    inputs: Any,
    outputs: Any,
    keep: Any,
    loss_kind: NegativeSampling | HierarchicalSoftmax,
    seed: int,
    window: int,
    schedule: tuple[float, float, float, float],
    cbow_update: str | None = None,
    directional: int = 0,
    distance_exponent: float = 0.0,
    loss_every: int = 64,
    words: WholeWords | ComposedWords | None = None,
    stays: tuple[Sequence[int], Sequence[int]] = ((), ()),
) -> tuple[Any, Any, int, int, float, float]:
    """A model trained on sentences of word ids: skip-gram, or CBOW with the update named.

    Returns the two tables, how many windows were trained, how many (centre, context) pairs, the sum
    of the losses taken, and of how many predictions: pairs by their weight, or CBOW's windows. A
    context word's row is read once when it comes within reach of the window and its change is added
    back when it leaves; once its position has been the centre, the sign of its first `directional`
    dimensions is turned until then. Skip-gram trains a window's outputs tile by tile, each from the
    values that the one before left; the loss is taken of each tile just before it is trained. A
    context word d places away counts d ** -distance_exponent, divided by what a pair counts on
    average if each reach up to 5 is drawn once. CBOW trains all outputs at once, and all context
    words count alike. `stays` are the words whose output rows and vectors are as before after each
    window, and the rows of the inputs that are.
    """
    x_table, o_table = np.array(inputs, np.float64), np.array(outputs, np.float64)
    words, (stay, parts) = words or WholeWords(), map(list, stays)
    alpha, min_alpha, before, total = schedule
    random = Xorshift(seed)
    loss_kind.begin(random)
    windows = pairs = 0
    loss = predictions = 0.0
    turned = np.ones(x_table.shape[1])
    turned[:directional] = -1.0
    nearness = {d: d**-distance_exponent for d in range(1, window + 1)}
    drawn = [d for reach in range(1, min(window, 5) + 1) for d in range(1, reach + 1)]
    mean_nearness = sum(nearness[d] for d in drawn) / len(drawn)
    for sentence in sentences:
        rate = max(min_alpha, alpha - (alpha - min_alpha) * before / total)
        before += len(sentence)
        kept = [w for w in sentence if (random.next() >> 32) <= int(keep[w])]
        if len(kept) < 2:
            continue
        loss_kind.begin_sentence(random, len(kept))
        words.begin(x_table, kept)
        x_table[parts] = inputs[parts]
        local: dict[int, Any] = {}
        entered: dict[int, Any] = {}
        for at in range(len(kept)):
            for near in range(at, min(at + window + 1, len(kept))):
                if near not in local:
                    local[near] = words.enter(x_table, kept[near])
                    entered[near] = local[near].copy()
            reach = 1 + (((random.next() >> 32) * window) >> 32)
            context = [
                k for k in range(max(0, at - reach), min(len(kept), at + reach + 1)) if k != at
            ]
            takes_loss = windows % loss_every == 0
            rows, labels, weights = loss_kind.choose(random, kept[at], windows, takes_loss)
            x = np.array([local[k] for k in context])
            hidden = x.mean(axis=0, keepdims=True) if cbow_update else x.copy()
            start = hidden.copy()
            counts: Any = 1.0
            if not cbow_update:
                counts = np.array([[nearness[abs(k - at)] / mean_nearness] for k in context])
            for some in [slice(None)] if cbow_update else tiles(len(rows)):
                o, wanted = o_table[rows[some]], np.tile(labels[some], (len(hidden), 1))
                if takes_loss:
                    losses = pair_losses(hidden, o, wanted == 1, loss_kind.bias)
                    loss += float((losses * weights[some] * counts).sum())
                error = wanted - sigmoid(hidden @ o.T + loss_kind.bias)
                step = rate * error * weights[some] * counts
                np.add.at(o_table, rows[some], step.T @ hidden)
                hidden += step @ o
            if takes_loss:
                predictions += float(np.sum(counts))
            share = len(context) if cbow_update == "corrected" else 1
            changes = np.broadcast_to((hidden - start) / share, x.shape)
            for k, change in zip(context, changes, strict=True):
                local[k] += change
            o_table[stay] = outputs[stay]
            local.update({k: entered[k].copy() for k in local if kept[k] in stay})
            windows += 1
            pairs += len(context)
            local[at] = local[at] * turned
            entered[at] = entered[at] * turned
            if at - window in local:
                gain = turned * (local[at - window] - entered[at - window])
                words.leave(x_table, kept[at - window], gain)
                del local[at - window]
                x_table[parts] = inputs[parts]
        for k in sorted(local):
            words.leave(x_table, kept[k], turned * (local[k] - entered[k]))
            x_table[parts] = inputs[parts]
    words.end(x_table)
    x_table[parts] = inputs[parts]
    return x_table, o_table, windows, pairs, loss, predictions


def private_row(replicas: Any) -> Any:
    """What is published of a row that each replica keeps for itself: float64[S], of [R, S]."""
    return sum(np.float64(row) / len(replicas) for row in replicas)


def parted_moment(tables: Any, shares: Any, parts: int) -> Any:
    """The second moment of rows that have shares, float64[S, S].

    The rows are cut into parts, whose rows are taken from the tables, float64[R, rows, S], in turn.
    """
    rows, size = tables[0].shape
    moment, of_part = np.zeros((size, size)), -(-rows // parts)
    for row in range(rows):
        vector = np.float64(tables[row // of_part % len(tables)][row])
        moment += np.float64(shares[row]) * np.outer(vector, vector)
    return moment


def combined_row(
    base: Any, replicas: Any, windows: Any, directions: Any, curvature: Any, rate: float
) -> Any:
    """What replicas of a row become: float64[S], from float64[S] and float64[R, S].

    Along each of the directions, rows of float64[S, S], a replica that trained so many windows,
    float64[R], shrank the distance to its optimum by q = exp(-rate * windows * curvature). One
    after the other they shrink it by the product of q, and each alone covers 1 - q of it.
    """
    changes = (np.asarray(replicas) - base) @ directions.T
    result = np.array(base, np.float64)
    for axis, strength in enumerate(curvature):
        q = np.exp(-rate * np.asarray(windows) * strength)
        covered = (1 - q).sum()
        scale = (1 - q.prod()) / covered if covered > 1e-3 else 1.0
        result += scale * changes[:, axis].sum() * directions[axis]
    return result
