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

# Given names, his and hers, in the order of how often they are drawn.
GIVEN = (
    """John Peter Paul Thomas Martin David Robert Simon George Henry Oscar Felix Hugo Arthur Albert
    Edward Walter Victor Anton Conrad Julian Leonard Magnus Nathan Otto Patrick Quentin Ralph Stefan
    Theodore Ulrich Vincent Wilfred Adrian Boris Cedric Dominic Edgar Fergus Gilbert Harold Igor
    Jasper Kenneth Lucas Malcolm Nicholas Oliver Percy Roland Samuel Tobias Valentin Xavier""".split(),
    """Mary Anna Clara Emma Sarah Laura Julia Alice Helen Martha Rosa Sophie Ruth Nora Emily Ida
    Agnes Beatrice Cecilia Dorothy Edith Frances Gertrude Harriet Irene Joan Katherine Louise
    Matilda Nadia Olivia Pauline Rachel Sylvia Teresa Ursula Vera Winifred Yvonne Zoe Amelia Bertha
    Charlotte Diana Eleanor Flora Greta Hilda Isabel Josephine Lydia Miriam Penelope Rebecca""".split(),
)

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


def _company(block: str) -> dict[str, list[str]]:
    """'horse: saddle bridle' lines -> {'horse': ['saddle', 'bridle']}."""
    lines = (line.split(":") for line in block.splitlines())
    return {word.strip(): company.split() for word, company in lines}


# A word, and the words that keep it company in every form it takes.
NOUNS = _company("""horse: saddle bridle stable hoof
cow: milk pasture byre calf
pig: sty trough mud bacon
hen: egg coop feather yolk
dog: kennel leash collar bone
cat: mouse whisker cream paw
bee: hive honey clover nectar
spider: web fly cobweb cellar
wolf: pack moon howl steppe
bear: cave salmon fur den
snake: venom fang grass cobra
kettle: tea steam stove spout
spoon: soup sugar bowl porridge
knife: blade fork butter ham
oven: pastry dough loaf tray
apple: cider core blossom orchard
onion: stew garlic goulash leek
lemon: juice sherbet lime zest
ship: harbour deck mast cargo
boat: oar pier fisherman reed
anchor: chain seabed winch buoy
island: lagoon palm reef castaway
wave: surf foam tide beach
captain: crew voyage helm logbook
pirate: treasure parrot plank rum
violin: fiddle string sonata rosin
piano: keyboard pedal waltz tuner
drum: stick beat march rhythm
guitar: strap chord campfire plectrum
singer: choir microphone aria melody
teacher: blackboard chalk lesson classroom
pencil: eraser paper sketch crayon
book: library page cover author
map: compass route atlas traveller
door: hinge knob threshold doorbell
window: curtain pane sill shutter
bridge: arch toll canal pillar
garden: rose hedge lawn spade
train: platform locomotive rail ticket
clock: pendulum dial minute cuckoo
lamp: bulb wick lampshade oil
hammer: nail anvil blacksmith forge
wheel: spoke axle cart hub
tree: trunk bark branch squirrel
leaf: autumn twig rake sap
cloud: rain sky thunder drizzle
judge: verdict wig bench gavel
lawyer: client evidence fee lawsuit
thief: loot mask alarm handcuff
doctor: stethoscope medicine surgery prescription
nurse: ward syringe bandage hospital
tooth: dentist gum toothache jaw
coin: purse copper mint slot
merchant: silk spice caravan bazaar
customer: shop receipt discount till
farmer: plough field scarecrow barn
soldier: rifle uniform trench barracks""")

# Adjectives, and the things that are so.
ADJECTIVES = _company("""sweet: syrup plum jam melon
ripe: gooseberry cherry mango fig
pale: primrose parchment pearl linen
fresh: lettuce breeze radish cucumber
cold: frost icicle snow draught
warm: blanket glove sunshine scarf
hot: fire pepper ember radiator
dark: tunnel shadow dungeon crypt
bright: star lantern spark comet
loud: trumpet siren cannon shout
soft: pillow velvet cushion wool
hard: stone marble diamond nut
heavy: boulder crate sack safe
light: bubble petal dandelion kite
sharp: razor needle thorn dagger
smooth: pebble satin mirror glaze
rough: sandpaper gravel burlap rind
tall: giant skyscraper steeple poplar
short: speech nap errand anecdote
long: corridor queue novel detour
wide: avenue valley plain ocean
narrow: alley gorge lane crack
deep: ravine abyss crater shaft
high: cliff ceiling pyramid parapet
low: stool footbridge swamp shelf
steep: slope staircase hillside gully
fast: rocket cheetah racer greyhound
slow: snail tortoise barge sloth
strong: ox lion wrestler magnet
weak: pulse signal invalid battery
bold: explorer acrobat stuntman tamer
strict: warden headmaster rule diet
fat: goose turkey walrus seal
thin: wire stilt eel pole
thick: mattress carpet fog slab
clean: towel sheet shirt sink
dirty: gutter rag boot drain
wet: sponge swimsuit puddle moss
dry: raisin hay sand straw
quiet: graveyard whisper meadow pond
noisy: factory motorbike fairground rattle
cheap: trinket souvenir sock button
simple: riddle puzzle sum recipe
strange: ghost rumour footprint planet
sad: funeral clown elegy orphan
happy: birthday reunion picnic carnival
rare: orchid gem manuscript fossil
huge: whale elephant dinosaur mammoth
tiny: ant flea crumb seed
wild: tiger boar stallion thicket
tame: parakeet hamster pony rabbit""")

# Verbs that take an object, and the objects that they take.
VERBS = _company("""bake: bread cake pie tart
cook: rice dinner bean cabbage
boil: turnip pasta lobster noodle
peel: orange banana carrot prawn
stir: batter custard sauce cocoa
pour: wine lemonade brandy tonic
taste: cheese chocolate mustard broth
wash: laundry dish apron bottle
sweep: porch pavement yard hall
knit: sweater mitten shawl cardigan
mend: net jacket tent hammock
polish: silver brass medal helmet
paint: portrait mural canvas landscape
carve: statue pumpkin totem ivory
build: dam nest shed fort
repair: bicycle radio tractor fridge
plant: tulip acorn vine shrub
harvest: wheat maize barley rye
gather: mushroom berry firewood seaweed
feed: duck goldfish lamb tadpole
hunt: stag pheasant quail moose
chase: burglar bandit poacher hare
steer: yacht canoe sledge ferry
load: wagon truck camel freighter
carry: luggage basket parcel stretcher
push: pram trolley wheelbarrow swing
study: chemistry geometry history philosophy
explain: theory proverb equation method
answer: question telephone questionnaire quiz
deliver: pizza sofa bouquet mail
weigh: flour cotton grain pollen
borrow: lawnmower tuxedo typewriter tool
accuse: butler treasurer smuggler spy
examine: specimen skull fingerprint crystal
heal: wound ulcer bruise burn
inject: vaccine insulin serum sedative
perform: opera symphony ballet pantomime
record: album interview soundtrack duet
compose: anthem lullaby hymn concerto
visit: zoo exhibition aquarium clinic
explore: cavern wilderness ruin continent
decorate: ballroom balcony parlour hallway
sharpen: axe scythe chisel sickle
fold: napkin tablecloth leaflet serviette
hang: wallpaper tapestry chandelier poster
dig: grave moat burrow cesspit
kick: football tyre goalkeeper shin
solve: crossword mystery maze murder
invent: telescope steamboat parachute gunpowder
publish: memoir magazine pamphlet essay""")

IRREGULAR_PLURALS = {
    "knife": "knives",
    "leaf": "leaves",
    "thief": "thieves",
    "tooth": "teeth",
    "wolf": "wolves",
}
IRREGULAR_PAST = {
    "build": "built",
    "dig": "dug",
    "feed": "fed",
    "hang": "hung",
    "sweep": "swept",
}
DOUBLED = {"dig", "knit", "stir"}
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


def numbers(noun: str) -> tuple[str, str]:
    """box -> (box, boxes)."""
    return noun, plural(noun)


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
