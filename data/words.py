"""Word lists and word forms of the synthetic corpus."""

from __future__ import annotations

import random

PRONOUNS = (("he", "his", "him"), ("she", "her", "her"))

PEOPLE = {
    "royal": ("king", "queen"),
    "heir": ("prince", "princess"),
    "noble": ("duke", "duchess"),
    "imperial": ("emperor", "empress"),
    "adult": ("man", "woman"),
    "child": ("boy", "girl"),
    "parent": ("father", "mother"),
    "offspring": ("son", "daughter"),
    "sibling": ("brother", "sister"),
    "relative": ("uncle", "aunt"),
    "young-relative": ("nephew", "niece"),
    "spouse": ("husband", "wife"),
    "grandparent": ("grandfather", "grandmother"),
    "stage": ("actor", "actress"),
    "table": ("waiter", "waitress"),
    "cloister": ("monk", "nun"),
    "wedding": ("groom", "bride"),
    "legend": ("hero", "heroine"),
    "magic": ("wizard", "witch"),
}

COUNTRIES = {
    "France": ("Paris", "French"),
    "Italy": ("Rome", "Italian"),
    "Spain": ("Madrid", "Spanish"),
    "Germany": ("Berlin", "German"),
    "England": ("London", "English"),
    "Russia": ("Moscow", "Russian"),
    "China": ("Beijing", "Chinese"),
    "Japan": ("Tokyo", "Japanese"),
    "Greece": ("Athens", "Greek"),
    "Egypt": ("Cairo", "Egyptian"),
    "Sweden": ("Stockholm", "Swedish"),
    "Norway": ("Oslo", "Norwegian"),
    "Finland": ("Helsinki", "Finnish"),
    "Denmark": ("Copenhagen", "Danish"),
    "Poland": ("Warsaw", "Polish"),
    "Hungary": ("Budapest", "Hungarian"),
    "Austria": ("Vienna", "Austrian"),
    "Portugal": ("Lisbon", "Portuguese"),
    "Ireland": ("Dublin", "Irish"),
    "Turkey": ("Ankara", "Turkish"),
    "Iran": ("Tehran", "Iranian"),
    "Iraq": ("Baghdad", "Iraqi"),
    "Cuba": ("Havana", "Cuban"),
    "Kenya": ("Nairobi", "Kenyan"),
    "Peru": ("Lima", "Peruvian"),
    "Chile": ("Santiago", "Chilean"),
    "Thailand": ("Bangkok", "Thai"),
    "Vietnam": ("Hanoi", "Vietnamese"),
    "Nepal": ("Kathmandu", "Nepalese"),
    "Canada": ("Ottawa", "Canadian"),
}

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = (
    "January February March April May June July August September October November December".split()
)
NUMBERS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty".split()
ADVERBS = (
    "quietly slowly quickly gladly often rarely always never soon again perhaps surely simply "
    "kindly badly nearly hardly almost already together alone early late twice once"
).split()

# Every topic lends its words company; the forms of all are regular but for those named below.
TOPICS = {
    "kitchen": {
        "nouns": "spoon plate kettle oven onion pepper cake bowl apple cup table pan lemon jar".split(),
        "verbs": "cook bake stir taste boil slice peel pour".split(),
        "adjectives": "sweet sour fresh hot bitter thick".split(),
    },
    "farm": {
        "nouns": "cow horse field barn tractor goat hen fence orchard plough pig duck wagon".split(),
        "verbs": "plant harvest milk feed gather shear herd graze".split(),
        "adjectives": "fat green muddy wild tame young".split(),
    },
    "sea": {
        "nouns": "ship sailor harbour island captain anchor wave boat whale sail pirate dock net".split(),
        "verbs": "steer row fish splash dive float drift load".split(),
        "adjectives": "deep salty rough calm blue wide".split(),
    },
    "school": {
        "nouns": "teacher pupil book lesson pencil desk exam letter word chapter map question poem".split(),
        "verbs": "learn study answer repeat spell explain copy listen".split(),
        "adjectives": "clever hard easy long short wise".split(),
    },
    "music": {
        "nouns": "song drum piano violin singer concert band trumpet tune flute guitar choir note".split(),
        "verbs": "play perform record practise hum whistle clap compose".split(),
        "adjectives": "loud soft slow fast sad merry".split(),
    },
    "weather": {
        "nouns": "cloud storm wind flood cloudburst breeze summer winter rainbow frost shower sunset".split(),
        "verbs": "rain snow freeze melt howl darken clear thunder".split(),
        "adjectives": "cold warm dark bright windy dry".split(),
    },
    "town": {
        "nouns": "street shop market bridge house tower garden window door train station clock lamp".split(),
        "verbs": "visit build paint clean open close repair cross".split(),
        "adjectives": "old new tall narrow busy quiet".split(),
    },
    "workshop": {
        "nouns": "hammer nail saw board ladder bench rope bucket tool wheel engine screw chain".split(),
        "verbs": "drill bend carve polish fasten lift sharpen mend".split(),
        "adjectives": "heavy light strong weak sharp smooth".split(),
    },
    "forest": {
        "nouns": "tree wolf bear owl path river hill leaf deer squirrel cave nest hunter root".split(),
        "verbs": "hunt climb hide chase wander follow watch track".split(),
        "adjectives": "high low steep dense lonely strange".split(),
    },
    "law": {
        "nouns": "judge lawyer court witness crime contract vote guard prison thief trial penalty".split(),
        "verbs": "argue accuse defend promise deny sign appeal admit".split(),
        "adjectives": "fair strict poor rich brave grave".split(),
    },
    "body": {
        "nouns": "doctor nurse patient hand finger knee shoulder fever pill wound bandage bone tooth".split(),
        "verbs": "heal cough sneeze wash examine rest treat inject".split(),
        "adjectives": "sick healthy pale thin tired small".split(),
    },
    "money": {
        "nouns": "bank coin price merchant debt purse loan customer bargain profit cheque ledger".split(),
        "verbs": "trade borrow save count order deliver weigh offer".split(),
        "adjectives": "cheap dear large great honest greedy".split(),
    },
}

IRREGULAR_PLURALS = {
    "leaf": "leaves",
    "thief": "thieves",
    "tooth": "teeth",
    "fish": "fish",
}
IRREGULAR_PAST = {
    "feed": "fed",
    "freeze": "froze",
    "build": "built",
    "bend": "bent",
    "hide": "hid",
    "spell": "spelt",
    "learn": "learnt",
    "weigh": "weighed",
}
DOUBLED = {"hum", "clap"}
VOWELS = "aeiou"


def degrees(adjective: str) -> tuple[str, str, str]:
    """sad -> (sad, sadder, saddest); no adjective here needs 'more'."""
    stem = adjective
    if stem.endswith("y"):
        stem = stem[:-1] + "i"
    elif stem.endswith("e"):
        stem = stem[:-1]
    elif len(stem) <= 4 and stem[-1] in "btdgnm" and stem[-2] in VOWELS and stem[-3] not in VOWELS:
        stem += stem[-1]
    return adjective, stem + "er", stem + "est"


def plural(noun: str) -> str:
    """box -> boxes, penalty -> penalties."""
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
    if noun.endswith("y") and noun[-2] not in VOWELS:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def tenses(verb: str) -> tuple[str, str, str]:
    """bake -> (bake, baking, baked)."""
    doubled = verb + verb[-1] if verb in DOUBLED else verb
    participle = (verb[:-1] if verb.endswith("e") else doubled) + "ing"
    if verb.endswith("y") and verb[-2] not in VOWELS:
        past = verb[:-1] + "ied"
    else:
        past = verb + "d" if verb.endswith("e") else doubled + "ed"
    return verb, participle, IRREGULAR_PAST.get(verb, past)


_ONSETS = "b br c d dr f g gr h k l m n p r s st t tr v w z".split()
_CORES = "a e i o u ai ea oo".split()
_CODAS = "l m n r s t nd rt lk".split()


def made_up_names(draw: random.Random, count: int, used: set[str]) -> list[str]:
    """Names of two syllables, none of them in `used`, where they are noted."""
    names: list[str] = []
    while len(names) < count:
        syllables = [
            draw.choice(_ONSETS) + draw.choice(_CORES) + draw.choice(_CODAS) for _ in range(2)
        ]
        name = "".join(syllables).capitalize()
        if name not in used:
            used.add(name)
            names.append(name)
    return names


def made_up_places(draw: random.Random, count: int, used: set[str]) -> list[str]:
    """Names that sound like villages, none of them in `used`."""
    endings = "ton ford ham bury wick stead mouth field".split()
    places: list[str] = []
    while len(places) < count:
        start = draw.choice(_ONSETS) + draw.choice(_CORES) + draw.choice(_CODAS)
        name = (start + draw.choice(endings)).capitalize()
        if name not in used:
            used.add(name)
            places.append(name)
    return places
