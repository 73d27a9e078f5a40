"""A web page for exploring a model: one HTML file that needs no server.

    versions, _ = one_version("news", vectors, np.arange(10_000))
    content = explorer_page(versions)

The page holds the words, their counts, a map, groups, and the vectors as whole numbers from -127 to
127; it computes its answers itself. docs/explorer.md says how much this rounding changes them.

Legend: n words on the page, D dimensions.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v.arrays import Doubles, Floats, Integers, unit_rows
from w2v.errors import UsageError
from w2v.maps.layout import Layout, layout
from w2v.maps.neighbour_map import Progress
from w2v.maps.page_source import page
from w2v.vectors.alignment import align
from w2v.vectors.clusters import Clusters, cluster
from w2v.vectors.embedding import Embedding

Quantized = NDArray[np.int8]

GROUPS = 12  # as many as the page has colours
GROUP_WORDS = 4  # words that represent a group
NEAR = 8  # words that show where a changed word has gone


@dataclass(frozen=True)
class Version:
    """A model's view of the page's words."""

    name: str
    vocabulary: int
    """Words of the whole model."""
    words: list[str]
    """n words, the same for each version."""
    rows: Floats
    """float32[n, D], no row all zeros; a second version is rotated to fit the first."""
    counts: Integers | None
    """int64[n], how often each word occurred; None if unknown."""

    @classmethod
    def of(cls, name: str, vectors: Embedding, rows: Integers) -> Version:
        """Some rows, int64[n], of a table."""
        counts = None if vectors.counts is None else np.asarray(vectors.counts)[rows]
        words = [vectors.words[row] for row in rows.tolist()]
        return cls(name, len(vectors), words, np.asarray(vectors.matrix[rows]), counts)


class Left(NamedTuple):
    """How many of the wanted words are not on the page, and why."""

    unshared: int
    """The newer model does not have them."""
    directionless: int
    """Their vectors are all zeros or not finite."""


def one_version(name: str, vectors: Embedding, rows: Integers) -> tuple[list[Version], Left]:
    """What a page shows of some rows, int64[n], of a model."""
    kept = rows[~unit_rows(np.asarray(vectors.matrix[rows]))[1]]
    return [Version.of(name, vectors, kept)], Left(0, len(rows) - len(kept))


def two_versions(
    names: Sequence[str],
    old: Embedding,
    new: Embedding,
    rows: Integers,
    restrict_vocab: int | None = None,
) -> tuple[list[Version], Left]:
    """What a page shows of some rows, int64[n] and ascending, of an old model and of a new one.

    The new model is rotated to fit the old one, by the words among the first `restrict_vocab` rows
    of both; only these are shown. None means all. Raises what `align` raises.
    """
    alignment = align(new, old, restrict_vocab=restrict_vocab)
    directed = np.isfinite(alignment.cosines)
    order = np.argsort(alignment.target_rows)
    wanted = order[np.isin(alignment.target_rows[order], rows)]
    kept = wanted[directed[wanted]]
    before = Version.of(names[0], old, alignment.target_rows[kept])
    after = Version.of(names[1], new, alignment.source_rows[kept])
    turned = replace(after, rows=alignment.rotate(after.rows))
    return [before, turned], Left(len(rows) - len(wanted), len(wanted) - len(kept))


def explorer_page(
    versions: Sequence[Version],
    *,
    title: str | None = None,
    method: Layout = "tsne",
    seed: int = 1,
    progress: Progress | None = None,
) -> bytes:
    """The page for a model, or for an old one and a new one with the same words.

    `title` is the models' names unless given. `progress` is called with the steps of the map done
    so far and their total. Raises UsageError for fewer than 4 words.
    """
    first = versions[0]
    if len(first.words) < 4:
        raise UsageError(f"a page needs 4 words or more, not {len(first.words)}")
    units = unit_rows(first.rows)[0]
    points = layout(units, method, seed=seed, progress=progress)
    groups = cluster(units, min(GROUPS, len(units)), seed=seed)
    maps = [points, *(moved(points, units, unit_rows(one.rows)[0]) for one in versions[1:])]
    title = title or " → ".join(version.name for version in versions)
    model = {
        "title": title,
        "dimensions": first.rows.shape[1],
        "words": first.words,
        "groups": _text(groups.labels.astype(np.uint8)),
        "group_words": group_words(first.words, units, groups),
        "versions": [
            _version(version, places)
            for version, places in zip(versions, placed(maps), strict=True)
        ],
    }
    return page(title, json.dumps(model, ensure_ascii=False, separators=(",", ":")))


def _version(version: Version, places: NDArray[np.uint16]) -> dict[str, Any]:
    """A version as page/model.js reads it."""
    return {
        "name": version.name,
        "vocabulary": version.vocabulary,
        "counts": None if version.counts is None else version.counts.tolist(),
        "vectors": _text(quantized(version.rows)),
        "map": _text(places.astype("<u2")),
    }


def _text(array: NDArray[Any]) -> str:
    """An array's bytes in base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def quantized(rows: Floats) -> Quantized:
    """Rows float32[n, D] as whole numbers int8[n, D]; the largest of each row is 127 or -127.

    A row keeps its direction, up to rounding, but loses its length, which no answer of the page
    needs. The rows must not be zeros.
    """
    greatest = np.abs(rows).max(axis=1, keepdims=True).astype(np.float64)
    whole: Quantized = np.rint(rows * (127 / greatest)).astype(np.int8)
    return whole


def placed(maps: Sequence[Doubles]) -> list[NDArray[np.uint16]]:
    """Maps float64[n, 2] in one square of 0 to 65,535, centred in it.

    They are rotated together so that the first is widest from left to right.
    """
    _, _, turn = np.linalg.svd(maps[0] - maps[0].mean(axis=0), full_matrices=False)
    maps = [points @ turn.T for points in maps]
    every = np.concatenate(maps)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = 65_535 / max(float((high - low).max()), 1e-12)
    middle = (low + high) / 2
    return [
        np.rint(32_767.5 + (points - middle) * scale).clip(0, 65_535).astype(np.uint16)
        for points in maps
    ]


def moved(points: Doubles, before: Floats, after: Floats) -> Doubles:
    """Where words go on the map when their vectors change: float64[n, 2].

    A vector's place is the mean of the places of the old vectors nearest to it, except its own
    word's. A word moves as far as the place of its vector does: a word that did not change stays.
    """
    return points + (_places(points, before, after) - _places(points, before, before))


def _places(points: Doubles, known: Floats, units: Floats) -> Doubles:
    """The mean place of the NEAR rows of `known` that are nearest to each row of `units`."""
    n = len(units)
    k = min(NEAR, n - 1)
    places = np.empty((n, 2))
    height = max(1, (1 << 22) // n)
    for first in range(0, n, height):
        with np.errstate(all="ignore"):  # some matrix libraries set error flags for finite numbers
            scores = units[first : first + height] @ known.T
        rows = np.arange(len(scores))
        scores[rows, first + rows] = -np.inf
        near = np.argpartition(scores, n - k, axis=1)[:, n - k :]
        places[first : first + height] = np.median(points[near], axis=1)
    return places


def group_words(words: Sequence[str], units: Floats, groups: Clusters) -> list[list[str]]:
    """A few frequent words for each group, those nearest to its centre first."""
    shown: list[list[str]] = []
    for label, centre in enumerate(groups.centres):
        members = np.flatnonzero(groups.labels == label)
        frequent = members[: max(3 * GROUP_WORDS, len(members) // 5)]
        order = np.argsort(-(units[frequent] @ centre), kind="stable")[:GROUP_WORDS]
        shown.append([words[row] for row in frequent[order].tolist()])
    return shown
