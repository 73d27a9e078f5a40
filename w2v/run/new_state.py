"""The state of a run that resumes none: at random, with the rows of the vectors it starts from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from w2v.errors import W2VError
from w2v.messages import counted
from w2v.training.state import initial_state
from w2v.training.warm_start import start_from
from w2v.training.word_rows import subwords_of

if TYPE_CHECKING:
    from w2v.config import TrainConfig
    from w2v.run.options import RunOptions
    from w2v.training.kernel_arguments import WordRows
    from w2v.training.state import TrainingState
    from w2v.words.vocabulary import Vocabulary


def new_state(
    vocabulary: Vocabulary,
    config: TrainConfig,
    options: RunOptions,
    rows: WordRows | None,
    note: Callable[[str], None],
) -> TrainingState:
    """The state to train from the beginning; `note` is told what it takes from other vectors.

    rows: with subwords, those that each word is composed of

    Raises W2VError if the vectors cannot be used, or if no row of the state would be trained.
    """
    n_words, buckets = len(vocabulary), rows.buckets if rows else None
    state = initial_state(n_words, config, 0 if buckets is None else len(buckets))
    given = (vocabulary, state, config, subwords_of(config), buckets)
    if options.continue_from is not None:
        old = start_from(options.continue_from, *given)
        if options.freeze_old and old == n_words:
            raise W2VError(
                f"the text adds no words to those of {options.continue_from}, and --freeze-old "
                "trains only new ones; lower --min-count, or leave --freeze-old out"
            )
        kept = counted(old, "word stays", "words stay")
        added = counted(n_words - old, "word was", "words were")
        note(f"{options.continue_from}: its {kept}, {added} added")
    if options.init is not None:
        found = start_from(options.init, *given)
        note(f"{found:,} of {n_words:,} words start from {options.init}")
    return state
