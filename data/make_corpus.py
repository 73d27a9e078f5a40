"""Write corpus.txt and questions.txt: a small synthetic English-like text and analogies on it.

Nobody wrote these sentences about the world: they are drawn at random, from a fixed seed, out of
the frames and word lists below, so that a trainer has something to learn in seconds. The text
holds structure that real text holds too: people and royalty by gender, countries and capitals,
degrees of adjectives, singular and plural, tenses of verbs; and noise beside it.

    python data/make_corpus.py        writes both files beside this script
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from pathlib import Path

import frames
import words

SENTENCES = 54_000
SEED = 20
QUESTIONS_PER_SECTION = 120
KIND_WEIGHTS = (23, 16, 13, 18, 17, 13)  # person, country, degree, number, tense, noise

AN = re.compile(r"\b([Aa])(?= [aeioAEIO](?!ne\b))")  # 'a owl' becomes 'an owl'

Weighted = tuple[list[str], list[float]]


def weighted(values: list[str], exponent: float = 0.8) -> Weighted:
    """Values with Zipf-like weights in their order, cumulated."""
    return values, list(itertools.accumulate((1 / (k + 3)) ** exponent for k in range(len(values))))


class Writer:
    """Draws sentences; each kind of sentence is a method that fills a frame of its kind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        used: set[str] = set()
        self.surnames = weighted(words.made_up_names(self.random, 380, used))
        self.places = weighted(words.made_up_places(self.random, 240, used))
        self.given = [weighted(names) for names in words.GIVEN]
        self.signatures = {
            country: words.made_up_names(self.random, 4, used) for country in words.COUNTRIES
        }

    def pick(self, weighted_values: Weighted) -> str:
        """One value by its weight."""
        values, cumulated = weighted_values
        return self.random.choices(values, cum_weights=cumulated)[0]

    def sentence(self) -> str:
        """One sentence of a kind drawn at random."""
        kinds = (self.person, self.country, self.degree, self.number, self.tense, self.noise)
        text = self.random.choices(kinds, KIND_WEIGHTS)[0]()
        if text.endswith("?"):
            return text[0].upper() + text[1:]
        if self.random.random() < 0.2:
            text = f"{self.random.choice(frames.OPENINGS)} {text}"
        if self.random.random() < 0.15:
            text = f"{text} {self.random.choice(frames.ENDINGS)}"
        return text[0].upper() + text[1:] + self.random.choice("." * 11 + "!")

    def fill(self, frame: str, **own: str) -> str:
        """The frame with its blanks filled: its own ones, and names, places and fillers."""
        general = {
            "name": self.name(self.random.randrange(2)),
            "other": self.name(self.random.randrange(2)),
            "place": self.pick(self.places),
            "elsewhere": self.pick(self.places),
            "thing": self.random.choice(list(words.NOUNS)),
            "day": self.random.choice(words.DAYS),
            "month": self.random.choice(words.MONTHS),
            "few": self.random.choice(words.NUMBERS),
            "adverb": self.random.choice(words.ADVERBS),
        }
        return AN.sub(r"\1n", frame.format(**{**general, **own}))

    def name(self, gender: int) -> str:
        """A given name, his (0) or hers (1), and now and then a surname."""
        given = self.pick(self.given[gender])
        return f"{given} {self.pick(self.surnames)}" if self.random.random() < 0.4 else given

    def person(self) -> str:
        """A word for a person: frames of the role, or of the gender, with matching pronouns."""
        role = self.random.choices(
            list(words.PEOPLE), [4 if r in ("royal", "adult") else 1 for r in words.PEOPLE]
        )[0]
        gender = self.random.randrange(2)
        own = dict(zip(("he", "his", "him"), words.PRONOUNS[gender], strict=True))
        own["x"] = words.PEOPLE[role][gender]
        own["name"] = self.pick(self.given[gender])
        if self.random.random() < 0.55:
            return self.fill(self.random.choice(frames.ROLES[role]), **own)
        frame = self.random.choice(frames.GENDERS[gender] + frames.ANYBODY)
        return self.fill(frame, **own)

    def country(self) -> str:
        """A country, its capital, its people, and four names that occur with them alone."""
        country = self.random.choice(list(words.COUNTRIES))
        capital, demonym = words.COUNTRIES[country]
        river, dish, poet, dance = self.signatures[country]
        return self.fill(
            self.random.choice(frames.COUNTRIES),
            country=country,
            capital=capital,
            demonym=demonym,
            river=river,
            dish=dish.lower(),
            poet=poet,
            dance=dance.lower(),
        )

    def degree(self) -> str:
        """An adjective in one of its three degrees."""
        return self.inflected(words.ADJECTIVES, words.degrees, frames.DEGREES)

    def number(self) -> str:
        """A noun in the singular or the plural."""
        return self.inflected(words.NOUNS, words.numbers, frames.NUMBERS)

    def tense(self) -> str:
        """A verb as it stands, with -ing, or in the past."""
        return self.inflected(words.VERBS, words.tenses, frames.TENSES)

    def inflected(
        self,
        company: dict[str, list[str]],
        inflect: Callable[[str], tuple[str, ...]],
        frames_of_forms: list[list[str]],
    ) -> str:
        """A word in one of its forms, in a frame of that form, with two of its company."""
        word = self.random.choice(list(company))
        a, b = self.random.sample(company[word], 2)
        form, frames_of_form = self.random.choice(
            list(zip(inflect(word), frames_of_forms, strict=True))
        )
        return self.fill(self.random.choice(frames_of_form), x=form, a=a, b=b)

    def noise(self) -> str:
        """A sentence about nothing in particular."""
        return self.fill(self.random.choice(frames.NOISE))


def questions(seed: int) -> str:
    """Analogies in Google's format: ': section' lines and four words a line."""
    draw = random.Random(seed)
    sections = {
        "capitals": [(capital, country) for country, (capital, _) in words.COUNTRIES.items()],
        "peoples": [(country, demonym) for country, (_, demonym) in words.COUNTRIES.items()],
        "family-and-royalty": list(words.PEOPLE.values()),
        "gram1-comparative": [words.degrees(a)[:2] for a in words.ADJECTIVES],
        "gram2-superlative": [words.degrees(a)[::2] for a in words.ADJECTIVES],
        "gram3-plural": [words.numbers(n) for n in words.NOUNS],
        "gram4-past-tense": [words.tenses(v)[::2] for v in words.VERBS],
        "gram5-participle": [words.tenses(v)[:2] for v in words.VERBS],
    }
    lines = []
    for section, pairs in sections.items():
        lines.append(f": {section}")
        both = list(itertools.permutations(pairs, 2))
        for (a, b), (c, d) in sorted(draw.sample(both, QUESTIONS_PER_SECTION)):
            lines.append(f"{a} {b} {c} {d}".lower())
    return "\n".join(lines) + "\n"


def corpus(seed: int, sentences: int) -> str:
    """The text: a sentence a line."""
    writer = Writer(seed)
    return "".join(writer.sentence() + "\n" for _ in range(sentences))


def main() -> None:
    """Write both files beside this script."""
    folder = Path(__file__).resolve().parent
    (folder / "corpus.txt").write_text(corpus(SEED, SENTENCES), encoding="utf-8", newline="\n")
    (folder / "questions.txt").write_text(questions(SEED), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
