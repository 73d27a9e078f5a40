"""A vocabulary that grows: the words of a finished model stay, and a text adds new ones."""

from __future__ import annotations

import numpy as np

from w2v.arrays import Integers
from w2v.errors import W2VError
from w2v.messages import shown
from w2v.words.vocabulary import Vocabulary


def grow(
    old_ids: Integers,
    old: Vocabulary,
    counts: Integers,
    first: Integers,
    min_count: int,
    max_vocab: int | None,
) -> tuple[Integers, Integers]:
    """The words of an old vocabulary and those that a text adds to it, by descending count.

    Parameters
    ----------
    old_ids
        int64[V], the id of each old word among the words of the text.
    counts, first
        int64[W], how often each word occurs in the text, and its first place; 0 for old words
        that do not occur.
    min_count
        New words must occur at least this often; old ones always stay.
    max_vocab
        The rarest new words are left out if there would be more words than this.

    Returns
    -------
    The ids of the words and their counts in the old and the new text together, int64[n] each; at
    equal counts, old words come first.

    Raises W2VError when the old vocabulary contains a word twice.
    """
    if len(np.unique(old_ids)) < len(old_ids):
        order = np.argsort(old_ids, kind="stable")
        again = order[1:][np.diff(old_ids[order]) == 0]
        raise W2VError(f"the old model holds the word {shown(old.words[int(again.min())])} twice")
    is_new = counts >= min_count
    is_new[old_ids] = False
    new_ids = np.flatnonzero(is_new)
    new_ids = new_ids[np.lexsort((first[new_ids], -counts[new_ids]))]
    if max_vocab is not None:
        new_ids = new_ids[: max(0, max_vocab - len(old_ids))]
    ids = np.concatenate([old_ids, new_ids])
    totals = counts[ids]
    totals[: len(old_ids)] += old.counts
    order = np.argsort(-totals, kind="stable")
    return ids[order], totals[order]


def noise_counts(totals: Integers, in_text: Integers) -> Integers:
    """The counts that noise is drawn by while a grown vocabulary is trained on the new text.

    By its total, a word that is frequent only in the new text would be drawn too rarely for the
    times that it occurs there, and its output vector would be wrong. Such words count as if the old
    text held as many of them. Words that the new text lacks are drawn too: without them, new words
    would be told apart only from the words around them.

    Parameters
    ----------
    totals, in_text
        int64[V], how often each word occurs in both texts, and in the new one.
    """
    as_in_text: Integers = (in_text * (totals.sum() / in_text.sum())).astype(np.int64)
    return np.where(as_in_text > totals, as_in_text, totals)
