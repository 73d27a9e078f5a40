"""w2v evaluate: how well vectors answer analogies and agree with people on similarity."""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from w2v.cli.input import open_model
from w2v.cli.options import FILE, TableChoice, json_option, path_option, vectors_option
from w2v.cli.output import echo, print_json, print_table, printable
from w2v.errors import W2VError
from w2v.messages import counted, cut

if TYPE_CHECKING:
    from w2v.evaluation.correlation import Correlation
    from w2v.evaluation.scores import AnalogyScore, PairScore, SectionScore
    from w2v.evaluation.sets import AnalogySet, PairSet, Skip
    from w2v.vectors.analogy_objectives import Method
    from w2v.vectors.word_vectors import WordVectors


LISTED = 20  # skipped lines shown per set; --json has all


class Scores(NamedTuple):
    """The scores of the analogy sets and of the word-pair sets, with one table."""

    analogies: list[AnalogyScore]
    pairs: list[PairScore]


@click.command()
@click.argument("questions", nargs=-1, required=True, type=FILE)
@path_option
@functools.partial(vectors_option, every=True)
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul"]),
    default="3cosadd",
    show_default=True,
    help="How analogies are scored: by a sum of cosines or by a product.",
)
@click.option(
    "--restrict-vocab",
    type=click.IntRange(min=0),
    default=300_000,
    show_default=True,
    metavar="N",
    help="Use only the first N words, in questions and as answers; 0 uses all.",
)
@click.option(
    "--case",
    type=click.Choice(["fold", "exact"]),
    default="fold",
    show_default=True,
    help="'fold' treats 'Paris' and 'paris' as one word, the more frequent one; 'exact' does not.",
)
@click.option(
    "--subwords",
    is_flag=True,
    help="Compose vectors of words that are not in the vocabulary; needs a model with subwords.",
)
@json_option
def command(
    questions: tuple[str, ...],
    model: str,
    vectors: TableChoice,
    method: Any,
    restrict_vocab: int,
    case: Any,
    subwords: bool,
    as_json: bool,
) -> None:
    """Score vectors on analogy and word-pair sets.

    QUESTIONS are files (- for standard input), recognised by their content: analogies in Google's
    format (four words per line under ': section' lines) or in BATS's (a word, a tab and its
    counterparts), or word pairs (two words and a score per line, perhaps among other columns).
    Sections whose names start with 'gram', and BATS's I and D files, count as syntactic.

    A question or pair with a word that is not used is skipped and counted as not covered. With
    the same vectors and options the figures are those of gensim's evaluate_word_analogies and
    evaluate_word_pairs.
    """
    from w2v.evaluation.sets import read_set

    if questions.count("-") > 1:
        raise W2VError("'-' is named twice, but standard input can be read only once")
    sets = [read_set(path) for path in questions]
    scores: dict[str, Scores] = {}
    for choice in _choices(model, vectors):
        table = open_model(model, choice)
        if subwords and table.subwords is None:
            raise W2VError(_lacks_subwords(model, choice))
        limit = min(restrict_vocab or len(table), len(table))
        how = {"restrict_vocab": limit, "case": case, "subwords": subwords}
        scores[choice.table] = _scores(table, sets, method, how)
    first = next(iter(scores.values()))
    if not any(score.total.covered for score in first.analogies) | any(
        score.covered for score in first.pairs
    ):
        raise W2VError(
            f"no question has all its words among the first {counted(limit, 'word')} of {model}; "
            "check the language, --case and --restrict-vocab"
        )
    if as_json:
        options = {"model": model, "vectors": vectors.table, "method": method, "case": case}
        tables = {name: _as_json(found) for name, found in scores.items()}
        figures = {"tables": tables} if vectors.table == "all" else _as_json(first)
        print_json({**options, "restrict_vocab": limit, "subwords": subwords, **figures})
    elif vectors.table == "all":
        _print_side_by_side(scores)
    else:
        for score in first.analogies:
            _print_analogies(score)
        if first.pairs:
            _print_pairs(first.pairs)


def _choices(model: str, vectors: TableChoice) -> list[TableChoice]:
    """The tables to score; for `all`, every table that a model folder offers."""
    if vectors.table != "all":
        return [vectors]
    from w2v.formats import model_folder

    path = Path(model)
    if path.exists() and not (path / model_folder.OUTPUTS).is_file():
        raise W2VError(f"{model} holds one table only; --vectors all needs a trained model folder")
    weights = {"mix": vectors.mix_weight}
    names = ["input", "output", "sum", "mix", "published"]
    if path.exists() and model_folder.holds_nodes(model_folder.read_metadata(path)):
        names = ["input", "published"]  # there are no output vectors of words
    return [TableChoice(name, weights.get(name)) for name in names]


def _lacks_subwords(model: str, choice: TableChoice) -> str:
    """Why --subwords cannot compose vectors of a table."""
    if choice.table == "output":
        return "n-grams make input vectors only: leave out --subwords, or take other --vectors"
    return f"{model} has no subwords; leave out --subwords"


def _scores(
    table: WordVectors, sets: list[AnalogySet | PairSet], method: Method, how: dict[str, Any]
) -> Scores:
    """The scores of all sets with one table."""
    from w2v.evaluation.scores import evaluate_analogies, evaluate_pairs
    from w2v.evaluation.sets import PairSet

    analogies: list[AnalogyScore] = []
    pairs: list[PairScore] = []
    for given in sets:
        if isinstance(given, PairSet):
            pairs.append(evaluate_pairs(table, given, **how))
        else:
            analogies.append(evaluate_analogies(table, given, method=method, **how))
    return Scores(analogies, pairs)


def _print_side_by_side(scores: dict[str, Scores]) -> None:
    """Print the accuracies, and Spearman's correlations, of several tables in columns."""
    names = list(scores)
    for of_tables in zip(*(found.analogies for found in scores.values()), strict=True):
        parts = [[*score.sections, *_totals(score)] for score in of_tables]
        rows = [
            [same[0].name, f"{same[0].covered:,}", f"{same[0].total:,}", *map(_accuracy, same)]
            for same in zip(*parts, strict=True)
        ]
        print_table([of_tables[0].name, "covered", "total", *names], rows)
        echo("")
        _print_skips(of_tables[0].name, "line", of_tables[0].skipped)
    pairs = list(zip(*(found.pairs for found in scores.values()), strict=True))
    if not pairs:
        return
    rows = [
        [
            same[0].name,
            f"{same[0].covered:,}",
            f"{same[0].total:,}",
            *(_figures(score.spearman)[0] for score in same),
        ]
        for same in pairs
    ]
    print_table(["word pairs: Spearman", "covered", "total", *names], rows)
    echo("")
    for same in pairs:
        _print_skips(same[0].name, "pair", same[0].unknown)
        _print_skips(same[0].name, "line", same[0].skipped)


def _print_analogies(score: AnalogyScore) -> None:
    """Print the sections, then their totals."""
    rows = [_section_row(section) for section in score.sections]
    rows += [_section_row(section) for section in _totals(score)]
    print_table([score.name, "correct", "covered", "total", "accuracy"], rows)
    echo("")
    _print_composed(score.name, "question", score.total.composed)
    _print_skips(score.name, "line", score.skipped)


def _print_composed(name: str, kind: str, number: int) -> None:
    """Print how many questions or pairs have a word whose vector is composed of n-grams."""
    if number:
        these = counted(number, f"{kind} has", f"{kind}s have")
        echo(f"{name}: {these} a word whose vector is composed of n-grams")


def _totals(score: AnalogyScore) -> list[SectionScore]:
    """The totals of a set; those of its halves too if it has both."""
    if score.semantic.total and score.syntactic.total:
        return [score.semantic, score.syntactic, score.total]
    return [score.total]


def _accuracy(section: SectionScore) -> str:
    """The accuracy of a section in per cent; "-" if nothing is covered."""
    return "-" if section.accuracy is None else f"{100 * section.accuracy:.2f} %"


def _section_row(section: SectionScore) -> list[str]:
    """The figures of a section."""
    counts = (section.correct, section.covered, section.total)
    return [section.name, *(f"{count:,}" for count in counts), _accuracy(section)]


def _print_pairs(scores: list[PairScore]) -> None:
    """Print one row per set, then the skipped pairs."""
    rows = [
        [
            score.name,
            f"{score.covered:,}",
            f"{score.total:,}",
            *_figures(score.pearson),
            *_figures(score.spearman),
        ]
        for score in scores
    ]
    print_table(["word pairs", "covered", "total", "Pearson", "p", "Spearman", "p"], rows)
    echo("")
    for score in scores:
        if math.isnan(score.spearman.coefficient):
            echo(f"{score.name}: no correlation: {_undefined(score)}")
        _print_composed(score.name, "pair", score.composed)
        _print_skips(score.name, "pair", score.unknown)
        _print_skips(score.name, "line", score.skipped)


def _undefined(score: PairScore) -> str:
    """Why a set has no correlation."""
    if score.covered < 2:
        return f"{score.covered} of its pairs could be used, and at least 2 are needed"
    same = len({pair.score for pair in score.pairs}) == 1
    return f"all {'scores' if same else 'cosines'} are equal"


def _figures(correlation: Correlation) -> list[str]:
    """A coefficient and its p-value; - if undefined."""
    coefficient, p_value = correlation
    return [
        "-" if math.isnan(coefficient) else f"{coefficient:.4f}",
        "-" if math.isnan(p_value) else f"{p_value:.2g}",
    ]


def _print_skips(name: str, kind: str, skips: list[Skip]) -> None:
    """Print the skipped lines of a set, and why; at most LISTED of them."""
    if not skips:
        return
    echo(f"{name}: {counted(len(skips), kind)} skipped")
    for skip in skips[:LISTED]:
        echo(f"  line {skip.line}: {printable(_short(skip.text))}: {printable(skip.reason)}")
    if len(skips) > LISTED:
        echo(f"  and {len(skips) - LISTED:,} more (--json lists all)")


def _short(text: str) -> str:
    """The text of a line; a long one is cut."""
    return cut(" ".join(text.split()))


def _as_json(scores: Scores) -> dict[str, Any]:
    """All figures of one table."""
    return {
        "analogies": [_analogies_as_json(score) for score in scores.analogies],
        "pairs": [_pairs_as_json(score) for score in scores.pairs],
    }


def _analogies_as_json(score: AnalogyScore) -> dict[str, Any]:
    """All figures of an analogy set, unrounded; null if undefined."""
    return {
        "file": score.name,
        "sections": [_section_as_json(section) for section in score.sections],
        "semantic": _section_as_json(score.semantic),
        "syntactic": _section_as_json(score.syntactic),
        "total": _section_as_json(score.total),
        "skipped": [skip._asdict() for skip in score.skipped],
    }


def _pairs_as_json(score: PairScore) -> dict[str, Any]:
    """All figures of a word-pair set, unrounded; null if undefined."""
    return {
        "file": score.name,
        "covered": score.covered,
        "composed": score.composed,
        "total": score.total,
        "pearson": _correlation_as_json(score.pearson),
        "spearman": _correlation_as_json(score.spearman),
        "unknown": [skip._asdict() for skip in score.unknown],
        "skipped": [skip._asdict() for skip in score.skipped],
    }


def _section_as_json(section: SectionScore) -> dict[str, Any]:
    """The figures of a section; accuracy is from 0 to 1."""
    return {
        "section": section.name,
        "correct": section.correct,
        "covered": section.covered,
        "composed": section.composed,
        "total": section.total,
        "accuracy": section.accuracy,
    }


def _correlation_as_json(correlation: Correlation) -> dict[str, float | None]:
    """A coefficient and its p-value; JSON has no NaN."""
    return {
        key: None if math.isnan(value) else value for key, value in correlation._asdict().items()
    }
