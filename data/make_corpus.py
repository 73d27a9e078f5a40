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
from pathlib import Path

import frames
import words

SENTENCES = 46_000
SEED = 20
QUESTIONS_PER_SECTION = 120


def weighted(values: list, exponent: float = 0.8) -> tuple[list, list[float]]:
    """Values with Zipf-like weights in their order."""
    return values, list(itertools.accumulate((1 / (k + 3)) ** exponent for k in range(len(values))))


class Writer:
    """Draws sentences; each kind of sentence is a method that fills a frame of its kind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        used: set[str] = set()
        self.names = weighted(words.made_up_names(self.random, 420, used))
        self.places = weighted(words.made_up_places(self.random, 260, used))
        # Each noun, verb and adjective keeps company with a few others of its topic: that, and
        # nothing else, tells it from its neighbours.
        self.company = {
            topic: {
                word: self.random.sample([n for n in parts["nouns"] if n != word], 5)
                for word in parts["nouns"] + parts["verbs"] + parts["adjectives"]
            }
            for topic, parts in words.TOPICS.items()
        }
        self.signatures = {
            country: words.made_up_names(self.random, 4, used) for country in words.COUNTRIES
        }

    def pick(self, weighted_values: tuple[list, list[float]]) -> str:
        """One value by its weight."""
        return self.random.choices(weighted_values[0], cum_weights=weighted_values[1])[0]

    def sentence(self) -> str:
        """One sentence of a kind drawn at random."""
        kind = self.random.choices(
            [self.person, self.country, self.degree, self.number, self.tense, self.noise],
            [30, 15, 13, 14, 14, 14],
        )[0]
        text = kind()
        if self.random.random() < 0.25:
            text = f"{self.random.choice(frames.OPENINGS)} {text}"
        if self.random.random() < 0.2:
            text = f"{text} {self.random.choice(frames.ENDINGS)}"
        return text[0].upper() + text[1:] + self.random.choice("......!;")

    def fill(self, frame: str, **own: str) -> str:
        """The frame with its blanks filled: its own ones, and names, places and fillers."""
        topic = self.random.choice(list(words.TOPICS))
        parts = words.TOPICS[topic]
        general = {
            "name": self.pick(self.names),
            "other": self.pick(self.names),
            "place": self.pick(self.places),
            "thing": self.random.choice(parts["nouns"]),
            "adj": self.random.choice(parts["adjectives"]),
            "day": self.random.choice(words.DAYS),
            "month": self.random.choice(words.MONTHS),
            "few": self.random.choice(words.NUMBERS),
            "adverb": self.random.choice(words.ADVERBS),
        }
        return frame.format(**{**general, **own})

    def person(self) -> str:
        """A word for a person: frames of the role, or of the gender, with matching pronouns."""
        role = self.random.choices(
            list(words.PEOPLE), [4 if r in ("royal", "adult") else 1 for r in words.PEOPLE]
        )[0]
        gender = self.random.randrange(2)
        own = dict(zip(("he", "his", "him"), words.PRONOUNS[gender], strict=True))
        own["x"] = words.PEOPLE[role][gender]
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

    def topic(self, part: str) -> tuple[str, str, str]:
        """A word of a part of speech, and two nouns that keep company with it."""
        topic = self.random.choice(list(words.TOPICS))
        word = self.random.choice(words.TOPICS[topic][part])
        return (word, *self.random.sample(self.company[topic][word], 2))

    def degree(self) -> str:
        """An adjective in one of its three degrees."""
        adjective, a, b = self.topic("adjectives")
        degree = self.random.randrange(3)
        form = words.degrees(adjective)[degree]
        return self.fill(self.random.choice(frames.DEGREES[degree]), x=form, a=a, b=b)

    def number(self) -> str:
        """A noun in the singular or the plural."""
        noun, a, b = self.topic("nouns")
        plural = self.random.randrange(2)
        form = words.plural(noun) if plural else noun
        return self.fill(self.random.choice(frames.NUMBERS[plural]), x=form, a=a, b=b)

    def tense(self) -> str:
        """A verb as it stands, with -ing, or in the past."""
        verb, a, b = self.topic("verbs")
        tense = self.random.randrange(3)
        form = words.tenses(verb)[tense]
        return self.fill(self.random.choice(frames.TENSES[tense]), x=form, a=a, b=b)

    def noise(self) -> str:
        """A sentence about nothing in particular."""
        return self.fill(self.random.choice(frames.NOISE))


def questions(seed: int) -> str:
    """Analogies in Google's format: ': section' lines and four words a line."""
    draw = random.Random(seed)
    adjectives = [a for parts in words.TOPICS.values() for a in parts["adjectives"]]
    nouns = [n for parts in words.TOPICS.values() for n in parts["nouns"]]
    verbs = [v for parts in words.TOPICS.values() for v in parts["verbs"]]
    sections = {
        "capitals": [(capital, country) for country, (capital, _) in words.COUNTRIES.items()],
        "peoples": [(country, demonym) for country, (_, demonym) in words.COUNTRIES.items()],
        "family-and-royalty": list(words.PEOPLE.values()),
        "gram1-comparative": [words.degrees(a)[:2] for a in adjectives],
        "gram2-superlative": [words.degrees(a)[::2] for a in adjectives],
        "gram3-plural": [(n, words.plural(n)) for n in nouns],
        "gram4-past-tense": [words.tenses(v)[::2] for v in verbs],
        "gram5-participle": [words.tenses(v)[:2] for v in verbs],
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
