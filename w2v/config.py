"""TrainConfig: the default, the range and the help text of every training option, in one place."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, SupportsFloat, SupportsIndex, TypedDict, Unpack

from w2v.errors import UsageError
from w2v.option import AUTO, checked, has_meaning, option, out_of_place

TABLES = ("published", "input", "output", "sum", "mix")
"""The tables that a model folder offers; see w2v.formats.model_folder."""
MIX_WEIGHT = 0.25  # of the output vectors, where they are mixed into the input vectors


@dataclass(frozen=True)
class TrainConfig:
    """The options of a training run. Raises UsageError when a value is out of range.

    Options whose default depends on others, such as `alpha`, are filled in where they are None or
    "auto".
    """

    architecture: str = option(
        "skipgram",
        "Which way words are predicted: the centre word from each context word (skipgram), or "
        "from the mean of them all (cbow).",
        choices=("skipgram", "cbow"),
    )
    loss: str = option(
        "ns",
        "How a word is predicted: against noise words (ns, negative sampling), or along its path "
        "in a Huffman tree (hs, hierarchical softmax).",
        choices=("ns", "hs"),
    )
    vector_size: int = option(100, "Number of dimensions of a vector.", low=1, high=65_536)
    subwords: bool = option(
        False,
        "Compose each word's input vector of its own row and the rows of its n-grams, runs of its "
        "characters, as fastText does, so that words outside the vocabulary have vectors too.",
    )
    min_n: int | None = option(
        3, "The shortest n-grams, in characters.", low=1, high=100, only=("subwords", True)
    )
    max_n: int | None = option(
        6, "The longest n-grams, in characters.", low=1, high=100, only=("subwords", True)
    )
    buckets: int | None = option(
        2_000_000, "Number of rows that n-grams share.", low=1, high=2**30, only=("subwords", True)
    )
    window: int = option(
        5,
        "Maximum number of context words on each side of the centre word.",
        low=1,
        high=10_000,
    )
    negative: int | None = option(
        5, "Number of noise words drawn per window.", low=1, high=10_000, only=("loss", "ns")
    )
    sample: float = option(
        1e-3,
        "Subsampling threshold t: a word that makes up a share f > t of the text is kept with "
        "probability sqrt(t/f) + t/f; 0 keeps every word.",
        low=0.0,
        high=1.0,
    )
    min_count: int = option(5, "Drop words that occur less often.", low=1, high=2**40)
    max_vocab: int | None = option(
        None, "Keep only the N most frequent words.", low=1, high=2**31 - 2
    )
    epochs: int = option(5, "Number of passes over the text.", low=1, high=100_000)
    # Skip-gram: between the 0.025 and 0.05 of other tools, no genre lost much (docs/alpha.md).
    alpha: float = option(
        {"skipgram": 0.0375, "cbow": 0.05, "subwords": 0.025},
        "Learning rate at the start; skip-gram with subwords has its own.",
        low=1e-12,
        high=100.0,
        by="rated_as",
    )
    min_alpha: float = option(
        0.0001, "Learning rate at the end; it falls linearly from --alpha.", low=0.0, high=100.0
    )
    noise_exponent: float | None = option(
        0.75,
        "Noise words are drawn in proportion to their count raised to this power.",
        low=-10.0,
        high=10.0,
        only=("loss", "ns"),
    )
    score_bias: float | None = option(
        AUTO,
        "Constant added to each score before the sigmoid; 'auto' is -1.55 log(negative), which is "
        "-2.5 with 5 noise words; half of that for skip-gram with subwords.",
        low=-30.0,
        high=30.0,
        only=("loss", "ns"),
    )
    cbow_update: str | None = option(
        "word2vec",
        "How far CBOW moves each context word: by its share of the gradient (corrected), or by "
        "all of it (word2vec), as word2vec.c and gensim do.",
        choices=("corrected", "word2vec"),
        only=("architecture", "cbow"),
    )
    distance_exponent: float | None = option(
        {"ns": 0.5, "hs": 0.0},
        "How fast context words lose weight with distance: one that is d places from the centre "
        "word counts d to the power of minus this; with 0 all count alike.",
        low=0.0,
        high=10.0,
        only=("architecture", "skipgram"),
        by="loss",
    )
    directional: int = option(
        AUTO,
        "Number of dimensions whose sign distinguishes context words on the left from those on the "
        "right; 'auto' is 4 % of them for skip-gram with negative sampling and without subwords, "
        "otherwise 0.",
        low=0,
        high=65_536,
    )
    threads: int | None = option(None, "Number of threads (default: all cores).", low=1, high=1024)
    deterministic: bool = option(
        False,
        "Give each thread its own copy of the tables, so that the same number of threads always "
        "gives the same vectors.",
    )
    exchange_growth: float = option(
        0.02,
        "How many words --deterministic threads, or the processes of mpirun, train between two "
        "exchanges, as a share of those trained before.",
        low=1e-6,
        high=1.0,
    )
    exchange_dtype: str = option(
        "float32",
        "The type of the numbers that processes exchange; bfloat16 takes half the bytes.",
        choices=("float32", "bfloat16"),
    )
    seed: int = option(
        1,
        "Random seed; on one thread, or with --deterministic, the same seed gives the same "
        "vectors.",
        low=0,
        high=2**63 - 1,
    )
    tokenizer: str = option(
        "words",
        "How text is split into words: 'words' finds the words of Unicode's standard UAX #29 and "
        "lower-cases them; 'whitespace' splits at white space and changes nothing.",
        choices=("words", "whitespace"),
    )
    keep_case: bool = option(
        False, "Do not lower-case words; the tokenizer 'whitespace' never does."
    )
    stop_words: str | None = option(
        None, "A file of words to leave out of the text, separated by white space."
    )
    sentence: str = option(
        "line",
        "What a sentence is: a line, or a paragraph, which ends at a blank line. No context window "
        "crosses its end.",
        choices=("line", "paragraph"),
    )
    encoding: str = option(
        "utf-8",
        "The encoding of the text, or several such as 'utf-8,cp1252': each file is read in the "
        "first one in which it is valid.",
    )
    text_field: str | None = option(
        None,
        "Read only this field of JSON lines, or this column of CSV, TSV or Parquet files.",
    )
    publish: str = option(
        "mix",
        "The vectors that queries and exports use: 'input', as in word2vec.c, or 'mix', input + "
        "mix-weight x output vectors, whitened. The model folder keeps both trained tables.",
        choices=("input", "mix"),
    )
    mix_weight: float = option(
        {"ns": MIX_WEIGHT, "hs": 0.5},
        "The weight of the output vectors in the mix.",
        low=-10.0,
        high=10.0,
        by="loss",
    )
    whiten: float | None = option(
        AUTO,
        "How far the mix is whitened (not with subwords): 0 leaves it as it is, 1 makes all "
        "directions count alike; 'auto' is 0.25 for up to 100 dimensions and 25 / vector-size "
        "beyond.",
        low=0.0,
        high=1.0,
        only=("publish", "mix"),
        unless="subwords",
    )
    max_sentence: int = option(
        1000,
        "Longer sentences are split into pieces of this many words.",
        low=2,
        high=100_000,
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = checked(field, getattr(self, field.name))
            if value is not None and not has_meaning(field, self):
                raise UsageError(out_of_place(field, self))
            if value is None or value == field.metadata["default"] == AUTO:
                value = self._default(field)
            object.__setattr__(self, field.name, value)
        if self.min_alpha > self.alpha:
            raise UsageError(
                f"min-alpha {self.min_alpha:g} is above alpha {self.alpha:g}; lower min-alpha"
            )
        if self.min_n is not None and self.max_n is not None and self.min_n > self.max_n:
            raise UsageError(f"min-n {self.min_n} is above max-n {self.max_n}; lower min-n")
        if self.directional > self.vector_size:
            raise UsageError(
                f"directional {self.directional} is more than vector-size {self.vector_size}; "
                "lower directional"
            )

    @property
    def rated_as(self) -> str:
        """What the default learning rate and score bias depend on: docs/models.md, "Subwords"."""
        has_subwords = self.subwords and self.architecture == "skipgram"
        return "subwords" if has_subwords else self.architecture

    def replace(self, **changes: Unpack[TrainOptions]) -> TrainConfig:
        """A copy with `changes`. Raises UsageError for an unknown option or a bad value.

        Options at their default keep it: with another architecture, they take that one's default.
        """
        check_names(changes)
        own = {
            field.name: value
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) != self._default(field)
        }
        return TrainConfig(**{**own, **changes})

    def _default(self, field: dataclasses.Field[Any]) -> Any:
        """The field's default in this model; None where it has no meaning."""
        default, by = field.metadata["default"], field.metadata["by"]
        if not has_meaning(field, self):
            return None
        if default == AUTO:
            return self._automatic(field.name)
        return default[getattr(self, by)] if by else default

    def _automatic(self, name: str) -> float:
        """The default of an option that others decide."""
        if name == "directional":
            gains = self.rated_as == "skipgram" and self.loss == "ns"  # docs/accuracy.md
            return self.vector_size * 4 // 100 if gains else 0
        if name == "whiten":
            return min(0.25, 25 / self.vector_size)
        bias = automatic_bias(self.negative or 1)
        return bias / 2 if self.rated_as == "subwords" else bias

    def to_dict(self) -> dict[str, Any]:
        """All options by name, as types that JSON and TOML can represent."""
        return dataclasses.asdict(self)


class TrainOptions(TypedDict, total=False):
    """The fields of TrainConfig as keyword arguments, so that type checkers find wrong names.

    NumPy's numbers are accepted too.
    """

    architecture: str
    loss: str
    vector_size: SupportsIndex
    subwords: bool
    min_n: SupportsIndex | None
    max_n: SupportsIndex | None
    buckets: SupportsIndex | None
    window: SupportsIndex
    negative: SupportsIndex | None
    sample: SupportsFloat
    min_count: SupportsIndex
    max_vocab: SupportsIndex | None
    epochs: SupportsIndex
    alpha: SupportsFloat
    min_alpha: SupportsFloat
    noise_exponent: SupportsFloat | None
    score_bias: SupportsFloat | Literal["auto"] | None
    cbow_update: str | None
    distance_exponent: SupportsFloat | None
    directional: SupportsIndex | Literal["auto"]
    publish: str
    mix_weight: SupportsFloat
    whiten: SupportsFloat | Literal["auto"] | None
    threads: SupportsIndex | None
    deterministic: bool
    exchange_growth: SupportsFloat
    exchange_dtype: str
    seed: SupportsIndex
    tokenizer: str
    keep_case: bool
    stop_words: str | None
    sentence: str
    encoding: str
    text_field: str | None
    max_sentence: SupportsIndex


def automatic_bias(negative: int) -> float:
    """The score bias that was best, or near it, with 5, 10 and 15 noise words: docs/accuracy.md."""
    return round(-1.5533 * math.log(negative), 3) + 0.0  # never -0.0


def check_names(options: Mapping[str, Any], where: str = "") -> None:
    """Raise UsageError if `options`, found at `where`, has a name that TrainConfig lacks."""
    known = [field.name for field in dataclasses.fields(TrainConfig)]
    for name in options:
        if name not in known:
            import difflib

            place = f"{where}: " if where else ""
            near = difflib.get_close_matches(name, known, 1)
            advice = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
            raise UsageError(f"{place}unknown option '{name}'; {advice}")


def default_text(name: str) -> str:
    """An option's default for a help text; empty when there is none.

    alpha -> "0.0375; with cbow 0.05; with subwords 0.025"
    """
    (field,) = (field for field in dataclasses.fields(TrainConfig) if field.name == name)
    default = field.metadata["default"]
    if field.metadata["by"]:
        first, *others = default.items()
        return "; ".join([str(first[1]), *(f"with {kind} {value}" for kind, value in others)])
    return "" if default is None else str(default)
