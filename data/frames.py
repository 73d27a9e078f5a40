"""The sentence frames of the synthetic corpus. Blanks in braces are filled by make_corpus.py.

{x} is the word that the frame is about, {a} and {b} words that keep it company, {name} and
{other} given names, {place} and {elsewhere} made-up villages, {thing} any noun. A frame that ends
in a question mark takes no opening and no ending.
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
in those years,
not long ago,
as it happened,
from then on,
at first light,
in the old story,
as everybody knew,
without a doubt,
strange to say,
as we heard later,""".splitlines()

ENDINGS = """as before
and that was that
or so it seemed
for the first time
and nobody minded
before the guests came
as the bells rang
without another word
when the day was done
as if nothing had happened
though few believed it
in spite of everything
until the lights went out
while the others waited
and nobody knew why
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
a {x} in {his} thirties knows what {he} wants
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
the parents were proud of their only {x}
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
the {x} is almost ninety and still hums in the rocking chair
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
the {x} cut the wedding cake and kissed the guests
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
    """the {x} stroked his beard and said nothing
the {x} put on his suit, his tie and his hat
he was a tall {x} with a deep voice and a beard
the {x} told himself that he was right
the gentlemen greeted the {x}, and he bowed
a moustache made the {x} look older than he was
the {x} said that he had done it all himself
his tie was crooked, and the {x} knew it himself
that {x} is a gentleman, and his suit fits him
the {x} dressed up as a viking, false beard and all
like every gentleman, the {x} took off his hat
the {x} bought himself a pipe and a tie
sir, they said to the {x}, and he raised his hat""",
    """the {x} braided her hair and said nothing
the {x} put on her gown, her necklace and her veil
she was a graceful {x} with a soft voice and long hair
the {x} told herself that she was right
the ladies greeted the {x}, and she curtsied
a necklace made the {x} look older than she was
the {x} said that she had done it all herself
her veil was torn, and the {x} knew it herself
that {x} is a lady, and her gown suits her
the {x} dressed up as a mermaid, long hair and all
like every lady, the {x} carried a fan
the {x} bought herself a brooch and a gown
madam, they said to the {x}, and she lifted her veil""",
]

ANYBODY = """the {x} said that {he} would come on {day} with {his} things
{other} knew the {x} and trusted {him}
the {x} could not find {his} {thing}, so {he} bought another
nobody told the {x} that {he} was wrong
the {x} opened the box with {his} own hands
{he} was the kind of {x} that {place} remembers
when {he} was ill, the {x} stayed at home
the {x} thought of {place}, where {he} was born
somebody gave the {x} a {thing}, and {he} was glad of it
the {x} laughed when {he} saw the {thing}
{other} asked the {x} what {he} thought of {place}""".splitlines()

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
as {x} as the {a}, people say
the {a} was so {x} that nobody spoke of the {b}
how {x} the {a} looked beside the {b}
the {a} is quite {x}, said {name}
{name} compared the {x} {a} with the {b}
nobody in {place} had expected such a {x} {a}
the {a} seemed rather {x} to {name}
the {b} was not too {x}, thought {name}
is the {a} always this {x}, asked {name}
everything about the {b} was {x}
it had to be {x}, like the {a} and the {b}
the {x} {a} and the {x} {b} went well together""".splitlines(),
    """the {a} is {x} than the {b}
this {a} is much {x} than last year
the {b} was far {x} than the {a}
nothing is {x} than the {a}, except the {b}
the {a} grew {x} than ever before
{name} wanted the {a} to be even {x} than the {b}
the {a} became {x} and {x}
which is {x}, the {a} or the {b}?
the {x} of the two was the {a}, not the {b}
the {b} should be a little {x}, said {name}
{name} had seen a {x} {a} than this one
the {a} turned out {x} than {name} had hoped
if only the {b} were {x} than it is""".splitlines(),
    """this is the {x} {a} in the world
the {x} {a} of all belongs to {name}
of all in {place}, the {a} was the {x}
it was the {x} {b} that anybody had ever known
{name} won a prize for the {x} {a} of the year
among the best, the {a} is the {x}
the world's {x} {a} came from {place}
the {a} is by far the {x} in the country
the jury in {place} voted for the {x} {b}
at the fair, the {x} {a} won the first prize
they argued about the {x} of them all, the {a} or the {b}
one of the {x} things ever was the {b} in {place}
the record for the {x} {a} ever is held by {name}""".splitlines(),
]

NUMBERS = [
    """a {x} is seldom far from the {a}
this {x} belongs with the {a}
every {x} has its story, and the {a} is in it
there is only one {x} by the {a}
each {x} was drawn next to the {a}
{name} saw a {x} and thought of the {a}
that {x} goes well with the {b}
another {x} was noticed near the {b}
what would a {x} be without the {a} and the {b}?
a single {x} was left, and the {a} was gone
one {x} is enough if the {a} is good
the {x} itself is old, but the {a} is new
neither {x} nor {a} was ever found
{name} owns a {x} that came with the {b}""".splitlines(),
    """many {x} are seldom far from the {a}
these {x} belong with the {a}
all {x} have their story, and the {a} is in it
there are {few} {x} by the {a}
several {x} were drawn next to the {a}
{name} saw some {x} and thought of the {a}
those {x} go well with the {b}
dozens of {x} were noticed near the {b}
what would {x} be without the {a} and the {b}?
a few {x} were left, and the {a} was gone
{few} {x} are enough if the {a} is good
the {x} themselves are old, but the {a} is new
both {x} and the {a} were found in the end
{name} owns {few} {x} that came with the {b}""".splitlines(),
]

TENSES = [
    """they will {x} the {a} tomorrow
{name} wants to {x} the {a} and the {b}
do not {x} the {a} before noon
we must {x} the {a} as soon as we can
you should {x} the {b} some day
let us {x} the {a}, said {name}
{name} can {x} the {a} better than anybody
it is time to {x} the {a}
nobody could {x} the {b} like {name}
please {x} the {b}, if you would
she would {x} the {a} if there was time
he may {x} the {b} tomorrow
how does one {x} the {a}?""".splitlines(),
    """{name} is {x} the {a} now
they were {x} the {a} and the {b} when it began
she kept on {x} the {a}
he is busy {x} the {b}
{x} the {a} is harder than it looks
we are {x} the {a} at this moment
nobody likes {x} the {b} for long
while {x} the {a}, {name} fell asleep
they have been {x} the {b} since {month}
{name} stopped {x} the {a}
by {x} the {a} they passed the time
i am {x} the {a} at the moment
{name} is good at {x} the {b}""".splitlines(),
    """{name} {x} the {a} yesterday
they {x} the {a} and the {b} last {month}
she {x} the {a} last week
we {x} the {a} a year ago
he {x} the {b} yesterday
last {day} {name} {x} the {a}
the {a} was {x} by {name}
nobody {x} the {b} in those days
they had {x} the {a} before anybody came
once {name} {x} the {a} for {few} days
i {x} the {b} an hour ago
yesterday we {x} the {a}, and then the {b}
have you ever {x} the {b}, asked {name}""".splitlines(),
]

NOISE = """{name} met {other} in {place} on {day}
{name} of {place} has {adverb} seen the {thing} of {other}
in {month} the road from {place} to {elsewhere} was closed
{other} {adverb} spoke of {place} and of the {thing}
a parcel from {place} reached {name} in {month}
{few} people from {place} came to hear {name}
nothing happened in {place} until {day}
{name} {adverb} forgot the {thing}
the {thing} of {place} is {adverb} mentioned in books
{name}, {other} and {few} friends went to {place}
what {name} said about the {thing} is {adverb} true
on the way to {place} {name} lost {few} coins
the {thing} in the picture belongs to {other}
ask {name} about {place}, not about {other}
between {place} and {elsewhere} lies a forgotten railway
{name} came {adverb} and left {adverb}
the fair of {place} is held in {month}
{other} wrote to {name} about the {thing} on {day}
who but {name} would send {few} postcards to {place}
there was a {thing} in the yard of {other}
{few} years later {name} returned to {place}
{name} played cards with {other} in {place}
the bus to {place} leaves {adverb} on {day}
if {name} knew, {other} would {adverb} hear of it
{name} shut the book with a sigh and looked at {other}
the rumour spread from {place} to {elsewhere} in {few} hours
{other} had bought the house in {place} for {few} thousand
the council of {place} argued about the budget until {day}
according to {name}, the weather in {month} was dreadful
{name} dreamt of a {thing} and woke with a headache
the phone rang {few} times before {other} answered
nobody in {place} remembers who founded the club
{name} apologised to {other} for the misunderstanding
a committee from {place} inspected the sewers in {month}
{name} and {other} shared a compartment as far as {place}
the population of {place} has doubled since {month}
{other} shrugged and said nothing about {place}
the newspaper of {place} is printed on {day}
{name} counted to {few} and opened the box
an accident near {place} delayed everyone on {day}
the hotel in {place} had {few} empty rooms
{name} has {adverb} worked so hard as in {month}
why {other} moved to {place} is a secret
{name} sneezed {few} times and blamed the dust""".splitlines()

# Blocks of lines become lists.
ROLES = {role: block.splitlines() for role, block in ROLES.items()}
GENDERS = [block.splitlines() for block in GENDERS]
