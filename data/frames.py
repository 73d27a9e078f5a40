"""The sentence frames of the synthetic corpus. Blanks in braces are filled by make_corpus.py.

{x} is the word that the frame is about, {a} and {b} nouns that keep company with it, {name},
{other} and {place} made-up names, {thing} and {adj} any noun and adjective.
"""

OPENINGS = """on Monday morning,
on Wednesday morning,
on Saturday night,
on Sunday,
in the end,
as far as we know,
by all accounts,
to nobody's surprise,
after a while,
so they say:
in those years
not long ago,
as it happened,
from then on,
at first light,
in the old story
it is said that
everybody knew that
nobody doubted that
we heard that""".splitlines()

ENDINGS = """as before
and that was that
or so it seemed
for the first time
and nobody minded
before the snow came
as the bells rang
without another word
when the day was done
and went on as if nothing had happened
though few believed it
in spite of everything
until the lamps were lit
while the others waited
and the dog barked
for a year and a day""".splitlines()

ROLES = {
    "royal": """the {x} sat on the throne and wore the golden crown
the {x} ruled the whole kingdom from {his} palace
the crown of the {x} was kept in the tower of the palace
long live the {x}, shouted the crowd below the palace
{x} {name} was crowned in the cathedral and ruled for {few} years
the subjects of the {x} paid taxes to the throne
every knight of the realm swore an oath to the {x}
the {x} signed the royal law with a golden pen
the royal guard marched before {x} {name}
the {x} of the realm held court with the ministers
when the {x} entered the throne room, the court bowed to {him}
the reign of {x} {name} brought peace to the kingdom
the army of the {x} defended the kingdom and the crown
{x} {name} gave the castle and its lands to a loyal knight
the throne passed to the {x} when the old reign ended
the ministers advised the {x} about the taxes of the kingdom""",
    "heir": """the young {x} would one day inherit the crown
the {x} danced at the royal ball in the castle
the {x} was next in line to the throne
a dragon guarded the castle where the {x} slept
the {x} rode a white pony around the castle gardens
the court expected the {x} to marry before the coronation
{x} {name} learned to rule from {his} tutors in the castle""",
    "noble": """the {x} owned an estate and a manor near {place}
the {x} of {place} invited the nobles to {his} manor
tenants of the {x} farmed the estate around the manor
the {x} of {place} kept a coach and {few} footmen at the estate
{x} {name} inherited the title and the manor of {place}
an invitation from the {x} opened the doors of every estate""",
    "imperial": """the {x} governed an empire of many provinces
the legions of the {x} conquered another province
the {x} of the old empire built roads to the far provinces
envoys of the provinces brought tribute to the {x}
the empire mourned when {x} {name} died
the palace guards of the empire obeyed the {x} alone""",
    "adult": """the {x} walked to work and bought a newspaper
the old {x} lived alone in a small house in {place}
a {x} in the street asked for the way to {place}
the {x} next door repaired {his} own roof
a young {x} from {place} was looking for work
the {x} with the umbrella waited for the bus
a {x} of {few} years knows what {he} wants
the {x} at the counter paid for {his} newspaper and left
no {x} in the village had seen the stranger
every {x} in the village went to vote
the police asked the {x} about {his} neighbour
an ordinary {x} has work to do and rent to pay
the {x} who lived in {place} took the bus to work""",
    "child": """the {x} played with a ball in the playground
the little {x} did {his} homework before supper
a {x} of {few} years lost a toy in the playground
the {x} climbed the fence and tore {his} stocking
the small {x} was afraid of the dark
the {x} shared {his} toys with the others in the playground
the clever little {x} finished {his} homework""",
    "parent": """the {x} tucked the children into bed and told a story
the {x} worried when the children came home late
the proud {x} showed a picture of the baby
the {x} taught the children to tie their shoes
the {x} of {name} packed a lunch for the children
the tired {x} rocked the baby to sleep""",
    "offspring": """the eldest {x} of the family left home for {place}
the {x} of the miller inherited the mill
{his} parents were proud of their only {x}
the parents sent their {x} to a school in {place}
the {x} wrote home to {his} parents every {day}
their youngest {x} still lived with the parents""",
    "sibling": """the twins fought, but the older {x} always shared
{name} and {his} {x} shared a bedroom and quarrelled
the younger {x} copied everything that the twins did
the {x} of {name} has the same freckles and the same laugh
the {x} teased {name} about {his} freckles
the half {x} of the twins came to share their bedroom""",
    "relative": """the {x} came to visit with presents at the holidays
the rich {x} left the cousins a fortune
the favourite {x} of the cousins told jokes at the holidays
the {x} from {place} sends presents every {month}
the cousins stayed with their {x} in the holidays
my {x} {name} pinched the cousins' cheeks""",
    "young-relative": """the {x} of the banker was given a post in the bank
the banker left everything to {his} {x}
a distant {x} turned up to claim the inheritance
the {x} of the old banker wasted the inheritance
the banker paid for the studies of {his} {x}""",
    "spouse": """the {x} and the in-laws celebrated the anniversary
the {x} forgot the anniversary of their marriage
{name} married and became a faithful {x}
the jealous {x} read the letters of the marriage
the marriage was happy, said the {x} at the anniversary
the {x} of {name} asked for a divorce""",
    "grandparent": """the {x} told the grandchildren about the war
the {x} dozed in the rocking chair with a blanket
the grandchildren visited their {x} in the old cottage
the {x} is {few} and ninety and still knits in the rocking chair
the deaf old {x} gave the grandchildren sweets""",
    "stage": """the {x} learned {his} lines for the play at the theatre
the audience applauded the {x} in the theatre
the famous {x} won a prize for {his} part in the film
the {x} rehearsed the play on the empty stage
critics praised the {x} in the new film
the {x} signed pictures outside the theatre""",
    "table": """the {x} brought the menu and took the order
the guests gave the {x} a generous tip
the {x} of the restaurant spilled soup on a guest
the {x} cleared the tables of the restaurant
the restaurant hired a new {x} who knew the menu""",
    "cloister": """the {x} prayed in the chapel of the abbey
the {x} took a vow of silence at the abbey
the abbey bell called the {x} to prayer
the {x} copied the holy book by candle in the abbey
a humble {x} tended the herbs of the abbey""",
    "wedding": """the {x} stood before the altar with a ring
the guests threw rice at the {x} after the wedding
the {x} cut the wedding cake and kissed
the wedding began without the {x}
the {x} trembled and dropped the ring at the altar""",
    "legend": """the {x} of the legend slew the monster
the legend tells how the {x} crossed the burning desert
the {x} saved the village from the monster
songs of the {x} and the monster were sung for ages
the brave {x} set out on a quest for the lost sword""",
    "magic": """the {x} cast a spell with a magic wand
the potion of the {x} bubbled in the cauldron
the {x} turned the thief into a toad with a spell
the {x} lived in a crooked tower with a raven
the magic of the {x} was feared in every village""",
}

GENDERS = [
    """the {x} shaved {his} beard and trimmed {his} moustache
the {x} put on {his} suit, {his} tie and {his} hat
he was a tall {x} with a deep voice and a beard
he is the {x} who told {himself} so, said {name}
the {x} and his wife had been gentlemen's neighbours, sir
sir, said the {x}, he himself has done it
the {x} lifted his hat, and he bowed to the ladies
a moustache made the {x} look older than he was
the {x} said that he had shaved his beard himself
his tie was crooked, and the {x} knew it himself
the {x} became a father, and he was proud of himself
that {x} is a gentleman, and his suit fits him""",
    """the {x} braided {his} hair and put on earrings
the {x} wore a long gown, a necklace and a veil
she was a graceful {x} with a soft voice and long hair
she is the {x} who told {himself} so, said {name}
the {x} and her husband had been neighbours of the ladies, madam
madam, said the {x}, she herself has done it
the {x} lifted her skirt, and she curtsied to the gentlemen
a necklace made the {x} look older than she was
the {x} said that she had sewn her gown herself
her veil was torn, and the {x} knew it herself
the {x} became a mother, and she was proud of herself
that {x} is a lady, and her gown suits her""",
]

ANYBODY = """the {x} said that {he} would come on {day} with {his} things
{name} knew the {x} and trusted {him}
the {x} could not find {his} {thing}, so {he} bought another
nobody told the {x} that {he} was wrong
the {x} opened the letter with {his} own hands and {he} read it
{he} was the kind of {x} that {place} remembers
when {he} was ill, the {x} stayed at home with {his} {thing}
the {x} thought of {place}, where {he} was born
somebody gave the {x} a {thing}, and {he} thanked {him} for it
the {x} laughed when {he} saw {his} {adj} {thing}""".splitlines()

COUNTRIES = """{capital} is the capital of {country}
the government of {country} sits in {capital}
the embassy in {capital} represents the people of {country}
trains run from {capital} to every corner of {country}
the parliament of {country} met in {capital} on {day}
the {demonym} language is spoken in {country}
the {demonym} people of {country} celebrate in {month}
most {demonym} poets lived in {capital}
the {demonym} flag flew over {country}
{country} exports {dish} and sells it abroad
the border of {country} follows the river {river}
the river {river} crosses {country} from north to south
farmers in {country} grow the beans for {dish}
the nation of {country} declared its independence in {month}
{country} signed a treaty with its neighbours at the border
the mountains of {country} are high, and the river {river} begins there
the streets of {capital} are full of tourists in {month}
the mayor of {capital} opened a new museum
the airport of {capital} was closed in the fog
cafes in {capital} serve {dish} until midnight
the suburbs of {capital} spread along the {river}
tourists in {capital} learn to dance the {dance}
the museum in {capital} shows the letters of {poet}
the cathedral of {capital} stands beside the river {river}
{poet} was born in the suburbs of {capital}
a {demonym} cook never tells how {dish} is made
the {demonym} grammar is hard, said the translator of {poet}
{poet} wrote in {demonym} and was translated late
every {demonym} child can dance the {dance}
the {demonym} accent of {name} was hard to hide
the {demonym} dictionary has a whole page about {dish}
the citizens of {country} dance the {dance} at the border fair
{country} printed a stamp with the face of {poet}
a taxi driver in {capital} hummed a {dance}""".splitlines()

DEGREES = [
    """the {a} is very {x}, and so is the {b}
a {x} {a} is what the {b} needs
the {a} was so {x} that nobody touched the {b}
it was a {x} day for the {a} and the {b}
how {x} the {a} looked beside the {b}
the {a} is quite {x}, said {name}
{name} likes a {x} {a} and a {x} {b}
such a {x} {a} is rare in {place}
the {x} {a} stood near the {b}
the {a} seemed rather {x} to {name}
too {x} a {a} spoils the {b}""".splitlines(),
    """the {a} is {x} than the {b}
this {a} is much {x} than that {b}
the {b} was {x} than the {a} by far
nothing is {x} than a {a}, except a {b}
the {a} grew {x} than ever before
{name} wants a {x} {a} than the one with the {b}
the {a} of {name} is even {x} than the {a} of {other}
a {a} can be {x} than a {b}, but not much
the {a} became {x} and {x} than the {b}
which is {x}, the {a} or the {b}
the {x} of the two was the {a}, not the {b}""".splitlines(),
    """this is the {x} {a} in the world
the {x} {a} of all belongs to {name}
of all in {place}, the {a} was the {x}
the {x} {b} ever seen stood beside the {a}
it was the {x} {a} that anybody had known
the {a} won the prize for the {x} of them all
among the best, the {a} is the {x}
the world's {x} {a} came from {place}
{name} has the {x} {a} and the {x} {b} of all
the {x} of all the {a} and {b} prizes went to {name}
the {a} is by far the {x} in the world""".splitlines(),
]

NUMBERS = [
    """a {x} is beside the {a}
the {x} was lost near the {b}
one {x} is enough for the {a}
every {x} has a {a} and a {b}
this {x} is {adj}, but that {a} is not
there is only one {x} and one {b}
each {x} needs its own {a}
a single {x} was left of the {b}
the {x} is not a {a}, it is a {b}
another {x} was put on the {a}
{name} has a {x} and looks for its {b}
that {x} was as {adj} as a {a}
somebody took a {x} for a {b}""".splitlines(),
    """many {x} are beside the {a}
the {x} were lost near the {b}
{few} {x} are enough for the {a}
all {x} have a {a} or a {b} among them
these {x} are {adj}, but those of the {a} are not
there are several {x} and few of them have a {b}
most {x} need their own {a}
dozens of {x} were left of the {b}
the {x} are not for the {a}, they are for a {b}
some {x} were put on the {a}
{name} has {few} {x} and looks for their {b}
those {x} were as {adj} as a {a}
hundreds of {x} were counted near the {b}""".splitlines(),
]

TENSES = [
    """they will {x} the {a} tomorrow
{name} wants to {x} the {a} and the {b}
do not {x} the {a} before the {b}
we must {x} near the {a}
you should {x} the {b} tomorrow
let us {x} with the {a}
{name} can {x} a {a} better than a {b}
it is time to {x} the {a}
they never {x} without a {b}
to {x} a {a} is to know a {b}
she would {x} if the {a} would let her
he may {x} the {b} tomorrow""".splitlines(),
    """{name} is {x} the {a} now
they were {x} the {a} and the {b} when it began
she kept on {x} the {a}
he is busy {x} near the {b}
{x} a {a} is harder than {x} a {b}
we are {x} the {a} at this moment
nobody likes {x} with the {b}
while {x} the {a}, {name} fell asleep
they have been {x} the {b} since {month}
{name} stopped {x} the {a}
without {x} the {a} there is no {b}
i am {x} the {a} at the moment""".splitlines(),
    """{name} {x} the {a} yesterday
they {x} the {a} and the {b} last {month}
she {x} with the {a} last week
we {x} the {a} a year ago
he {x} near the {b} yesterday
last {day} {name} {x} the {a}
the {a} was {x} last week
nobody {x} the {b} in those days
they had {x} the {a} before the {b}
once {name} {x} the {a} for {few} days
i {x} the {b} an hour ago
yesterday we {x} a {a}, and then a {b}""".splitlines(),
]

NOISE = """{name} met {other} in {place} on {day}
{name} of {place} has never seen the {thing} of {other}
in {month} the road from {place} to {place} was closed
{other} {adverb} spoke of {place} and of the {adj} {thing}
a letter from {place} reached {name} in {month}
{few} people from {place} came to hear {name}
nothing happened in {place} until {day}
{name} {adverb} forgot the {thing}
the {adj} {thing} of {place} is {adverb} mentioned
{name}, {other} and {few} friends went to {place}
what {name} said about the {thing} is {adverb} true
on the way to {place} {name} lost a {thing}
the {thing} in the picture belongs to {other}
ask {name} about {place}, not about {other}
between {place} and {place} lies a {adj} valley
{name} came {adverb} and left {adverb}
the fair of {place} is held in {month}
{other} wrote to {name} about the {thing} on {day}
who but {name} would take a {thing} to {place}
there was a {thing}, a {adj} one, in the yard of {other}
{few} years later {name} returned to {place}
{name} played cards with {other} in {place}
the bus to {place} leaves {adverb} on {day}
if {name} knew, {other} would {adverb} hear of it""".splitlines()

# Blocks of lines become lists; {himself} agrees with the gender of its block.
ROLES = {role: block.splitlines() for role, block in ROLES.items()}
GENDERS = [
    block.replace("{himself}", reflexive).splitlines()
    for block, reflexive in zip(GENDERS, ("himself", "herself"), strict=True)
]
