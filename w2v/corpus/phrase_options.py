"""PhraseOptions: what counts as a phrase."""

from __future__ import annotations

import math
from dataclasses import dataclass

from w2v.errors import UsageError

SCORINGS = ("default", "npmi", "word2phrase")
THRESHOLDS = {"default": 10.0, "npmi": 0.5, "word2phrase": 100.0}
# Articles, prepositions and conjunctions that gensim's users know as ENGLISH_CONNECTOR_WORDS.
ENGLISH_CONNECTORS = tuple("a an the for of with without at from to in on by and or".split())


@dataclass(frozen=True)
class PhraseOptions:
    """How phrases are found. Raises UsageError when a value is out of range.

    Attributes
    ----------
    scoring : one of SCORINGS; see `w2v.corpus.phrases`
    threshold : the score that a phrase must exceed; None: THRESHOLDS of the scoring
    min_count : pairs that occur less often are not phrases
    passes : N passes find phrases of up to 2 ** N words (and connectors)
    delimiter : goes between the words of a phrase
    connectors : words that may be inside a phrase, but not at its edge
    max_pairs : how many pairs are kept; each takes about 30 bytes
    """

    scoring: str = "default"
    threshold: float | None = None
    min_count: int = 5
    passes: int = 1
    delimiter: str = "_"
    connectors: tuple[str, ...] = ()
    max_pairs: int = 40_000_000

    def __post_init__(self) -> None:
        if self.scoring not in SCORINGS:
            raise UsageError(f"scoring must be one of {', '.join(SCORINGS)}, not '{self.scoring}'")
        least = -1.0 if self.scoring == "npmi" else 0.0
        most = 1.0 if self.scoring == "npmi" else math.inf
        if not least <= self.least_score <= most:
            above = f"from {least:g} to {most:g}" if most == 1 else f"{least:g} or more"
            raise UsageError(
                f"threshold must be {above} for scoring {self.scoring}, not {self.least_score:g}"
            )
        for name, low in (("min_count", 1), ("passes", 1), ("max_pairs", 1000)):
            value = getattr(self, name)
            if value < low:
                option = name.replace("_", "-")
                raise UsageError(f"{option} must be {low:,} or more, not {value:,}")
        if not self.delimiter or any(character.isspace() for character in self.delimiter):
            raise UsageError("delimiter must be text without spaces, such as _")

    @property
    def least_score(self) -> float:
        """The score that a phrase must exceed."""
        return THRESHOLDS[self.scoring] if self.threshold is None else float(self.threshold)

    @property
    def least_count(self) -> int:
        """The lowest count of a pair that can be a phrase."""
        return self.min_count if self.scoring == "npmi" else self.min_count + 1
