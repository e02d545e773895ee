"""Records of people of whom it is known who is who: made up, with the errors that people make.

The same records come for the same seed. Each carries the person and the household it is really
about, and what makes it hard to find that out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from household_graph.imports.records import NormalizedRecord, PersonFields, PlaceFields

__all__ = ["DIFFICULTIES", "Labelled", "labelled_records"]

_GIVEN = (
    *(
        "Ada",
        "Adam",
        "Agnes",
        "Alan",
        "Alice",
        "Amir",
        "Andrew",
        "Anna",
        "Arthur",
        "Beata",
        "Carol",
    ),
    *("Chloe", "Clara", "Daniel", "David", "Deepa", "Diana", "Edward", "Ella", "Eva", "Fiona"),
    *(
        "Frank",
        "George",
        "Grace",
        "Hannah",
        "Harold",
        "Helen",
        "Ibrahim",
        "Irene",
        "Jacob",
        "James",
    ),
    *(
        "Jane",
        "Joan",
        "Karen",
        "Kevin",
        "Laura",
        "Leon",
        "Lucy",
        "Maria",
        "Mark",
        "Martin",
        "Megan",
    ),
    *("Nadia", "Nina", "Oliver", "Oscar", "Paula", "Peter", "Priya", "Ralph", "Ruth", "Simon"),
    *("Sofia", "Stella", "Thomas", "Ursula", "Victor", "Walter", "Yusuf", "Zoe"),
)
_FAMILY = (
    *("Adams", "Ahmed", "Andersson", "Archer", "Bailey", "Barnes", "Bennett", "Brennan", "Brooks"),
    *("Carter", "Chapman", "Clarke", "Cooper", "Davies", "Dixon", "Edwards", "Ellis", "Evans"),
    *("Fisher", "Fletcher", "Foster", "García", "Gibson", "Graham", "Griffin", "Hall", "Harris"),
    *("Hughes", "Hussain", "Jackson", "Jensen", "Johnson", "Kelly", "Khan", "Kowalski", "Lewis"),
    *("Marshall", "Mason", "Miller", "Mitchell", "Morgan", "Müller", "Murphy", "Nowak", "Olsen"),
    *("Owen", "Palmer", "Patel", "Pearson", "Porter", "Roberts", "Robertson", "Russell", "Sharma"),
    *("Simpson", "Singh", "Smith", "Stevens", "Taylor", "Turner", "Walker", "Webb", "Wright"),
)
_SHORT = {
    "Andrew": "Andy", "Daniel": "Dan", "David": "Dave", "Edward": "Ted", "James": "Jim",
    "Peter": "Pete", "Thomas": "Tom", "Victor": "Vic", "Walter": "Wally", "Martin": "Marty",
}  # fmt: skip
_TWINS = (
    ("Anna", "Hanna"),
    ("Jane", "Jana"),
    ("Mark", "Mara"),
    ("Ella", "Stella"),
    ("Leon", "Leo"),
    *(("Daniel", "Daniela"), ("Christian", "Christina"), ("Martin", "Martina")),
    *(("Marie", "Maria"), ("Patrick", "Patricia"), ("Alexander", "Alexandra")),
    *(("Gabriel", "Gabriela"), ("Josephine", "Joseph"), ("Max", "Mia"), ("Tim", "Tom")),
    *(("Paul", "Paula"), ("Louis", "Louise"), ("Oliver", "Grace"), ("Wilhelmina", "Benjamin")),
)
_STREETS = ("High", "Church", "Mill", "Station", "Park", "Victoria", "Green", "Manor", "Kings")
_WAYS = (("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Lane", "Ln"), ("Close", "Cl"))
_TOWNS = (("Leeds", "LS"), ("York", "YO"), ("Derby", "DE"), ("Oxford", "OX"), ("Bath", "BA"))
_LETTERS = "abcdefghijklmnoprstuvwy"


@dataclass(frozen=True)
class Labelled:
    """A record with the truth about it.

    Attributes:
        said: what the record says.
        person: whom it is really about.
        household: to which household it really belongs.
        difficulty: what makes it hard.
    """

    said: NormalizedRecord
    person: str
    household: str
    difficulty: str


@dataclass(frozen=True)
class _Home:
    number: int
    street: str
    way: tuple[str, str]
    postal_code: str
    city: str
    flat: int | None = None


@dataclass(frozen=True)
class _Person:
    id: str
    given: str
    family: str
    born: date
    phone: str | None = None


class _Town:
    """Makes households, and records of them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - reproducible, not secret
        self.people = self.records = self.homes = self.households = 0

    def chance(self, likely: float) -> bool:
        return self.random.random() < likely

    def household(self) -> str:
        self.households += 1
        return f"h{self.households}"

    def home(self) -> _Home:
        self.homes += 1
        city, area = self.random.choice(_TOWNS)
        code = f"{area}{self.homes % 90 + 1} {self.homes // 90 % 10}" + "".join(
            self.random.choices("ABDEFGHJLNPQRSTUWXYZ", k=2)
        )
        street, way = self.random.choice(_STREETS), self.random.choice(_WAYS)
        return _Home(self.random.randint(1, 180), street, way, code, city)

    def person(self, family: str, ages: tuple[int, int], given: str | None = None) -> _Person:
        self.people += 1
        born = date(2026, 1, 1) - timedelta(days=self.random.randint(ages[0] * 365, ages[1] * 365))
        return _Person(f"p{self.people}", given or self.random.choice(_GIVEN), family, born)

    def said(
        self, person: _Person, home: _Home, account: str | None, *, born: bool | None = None
    ) -> NormalizedRecord:
        """Return a record as somebody typed it."""
        self.records += 1
        known = not self.chance(0.25) if born is None else born
        key = f"contacts/{self.records}"
        given, family = self.name(person)
        return NormalizedRecord(
            key=key,
            account=account,
            person=PersonFields(
                key=key,
                given_name=given,
                family_name=family,
                birth_date=self.birth_date(person.born) if known else None,
                email=self.email(person) if self.chance(0.5) else None,
                phone=person.phone if self.chance(0.6) else None,
            ),
            place=self.place(home),
        )

    def name(self, person: _Person) -> tuple[str, str]:
        given, family = person.given, person.family
        if self.chance(0.05):
            given = _SHORT.get(given, given)
        if self.chance(0.02):
            given = given[0]
        if self.chance(0.1):
            given = self.misspelt(given)
        if self.chance(0.1):
            family = self.misspelt(family)
        if self.chance(0.01):
            given, family = family, given
        return given, family.upper() if self.chance(0.1) else family

    def misspelt(self, word: str) -> str:
        if len(word) < 3:  # noqa: PLR2004 - nothing is left of it
            return word
        at = self.random.randrange(1, len(word) - 1)
        letter = self.random.choice(_LETTERS)
        return self.random.choice(
            (
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + letter + word[at + 1 :],
            )
        )

    def birth_date(self, born: date) -> date:
        if not self.chance(0.03):
            return born
        if born.day <= 12 and self.chance(0.5):  # noqa: PLR2004 - it can be taken for a month
            return date(born.year, born.day, born.month)
        return born + timedelta(days=self.random.choice((-10, -1, 1, 10)))

    def email(self, person: _Person) -> str:
        return f"{person.given}.{person.id}@example.org".lower()

    def place(self, home: _Home) -> PlaceFields:
        way = self.random.choice(home.way)
        street = f"{home.number} {home.street} {way}"
        if home.flat and not self.chance(0.08):
            street = self.random.choice(
                (
                    f"Flat {home.flat}, {street}",
                    f"{street}, Flat {home.flat}",
                    f"Apt {home.flat} {street}",
                )
            )
        code = home.postal_code if not self.chance(0.3) else home.postal_code.replace(" ", "")
        return PlaceFields(
            street=street.upper() if self.chance(0.1) else street,
            postal_code=code,
            city=home.city,
            country="GB",
        )


def _family(
    town: _Town, family: str | None = None, home: _Home | None = None
) -> Iterator[Labelled]:
    """One or two adults and their children, of one name, with a telephone in the hall."""
    name, at = family or town.random.choice(_FAMILY), home or town.home()
    phone = f"+4420794{town.random.randint(10000, 99999)}"
    household = town.household()
    ages = [(25, 80)] * town.random.randint(1, 2) + [(1, 20)] * town.random.choice((0, 0, 1, 2, 3))
    given = town.random.sample(_GIVEN, len(ages))  # no two children of a family have one name
    for one in map(town.person, [name] * len(ages), ages, given):
        shared = replace(one, phone=phone)
        for _record in range(town.random.choice((1, 1, 1, 2, 2, 3))):
            yield Labelled(town.said(shared, at, None), one.id, household, "spelling")


def _two_names(town: _Town) -> Iterator[Labelled]:
    """A couple of two family names on one account."""
    home, household = town.home(), town.household()
    account = f"a{household}"
    for family in town.random.sample(_FAMILY, 2):
        one = town.person(family, (25, 80))
        for _record in range(town.random.choice((1, 2))):
            yield Labelled(town.said(one, home, account), one.id, household, "two names")


def _flats(town: _Town) -> Iterator[Labelled]:
    """A house of flats; in two of them live people of one name who are not related."""
    home, shared = town.home(), town.random.choice(_FAMILY)
    for flat in range(1, town.random.randint(4, 9)):
        at = replace(home, flat=flat)
        name = shared if flat <= 2 else town.random.choice(_FAMILY)  # noqa: PLR2004 - two of them
        for one in _family(town, name, at):
            yield replace(one, difficulty="flats")


def _flat_share(town: _Town) -> Iterator[Labelled]:
    """People of several names at one address, each with an account."""
    home = town.home()
    for family in town.random.sample(_FAMILY, 3):
        one, household = town.person(family, (18, 30)), town.household()
        for _record in range(town.random.choice((1, 1, 2))):
            said = town.said(one, home, f"a{household}")
            yield Labelled(said, one.id, household, "flat share")


def _father_and_son(town: _Town) -> Iterator[Labelled]:
    """Two of one name at one address; not every record has a birth date."""
    home, household, name = town.home(), town.household(), town.random.choice(_FAMILY)
    father = town.person(name, (45, 80))
    son = town.person(name, (18, 30), father.given)
    phone = f"+4420795{town.random.randint(10000, 99999)}"
    for one in (father, son):
        for _record in range(town.random.choice((1, 2))):
            said = town.said(replace(one, phone=phone), home, None)
            yield Labelled(said, one.id, household, "father and son")


def _twins(town: _Town) -> Iterator[Labelled]:
    """Two born on one day, with given names that are alike."""
    home, household, name = town.home(), town.household(), town.random.choice(_FAMILY)
    first, second = town.random.choice(_TWINS)
    one = town.person(name, (3, 40), first)
    other = replace(town.person(name, (3, 40), second), born=one.born)
    said = [town.said(each, home, None, born=True) for each in (one, other)]
    if _bare_name(said[0]) != _bare_name(
        said[1]
    ):  # a slip that makes the very name of the other, none could see
        for each, record in zip((one, other), said, strict=True):
            yield Labelled(record, each.id, household, "twins")


def _bare_name(record: NormalizedRecord) -> tuple[str, ...]:
    person = record.person or PersonFields(key="")
    return tuple(
        sorted(name.casefold() for name in (person.given_name, person.family_name) if name)
    )


def _changed_name(town: _Town) -> Iterator[Labelled]:
    """Somebody who has another family name since a wedding, with the rest the same."""
    home, household = town.home(), town.household()
    before, after = town.random.sample(_FAMILY, 2)
    one = town.person(before, (25, 80))
    for name in (before, after):
        said = town.said(replace(one, family=name), home, None, born=True)
        yield Labelled(said, one.id, household, "changed name")


def _neighbours(town: _Town) -> Iterator[Labelled]:
    """Two families of one name, not related, in streets that sound alike."""
    home, name = town.home(), town.random.choice(_FAMILY)
    other_way = town.random.choice([way for way in _WAYS if way != home.way])
    for at in town.random.choice(
        (
            (home, replace(home, way=other_way)),
            (home, replace(home, number=home.number + 1)),
            tuple(replace(home, street=f"{side} {home.street}") for side in ("North", "South")),
        )
    ):
        for one in _family(town, name, at):
            yield replace(one, difficulty="neighbours")


def _moved(town: _Town) -> Iterator[Labelled]:
    """Somebody who moved, and is there with both addresses."""
    one = town.person(town.random.choice(_FAMILY), (20, 80))
    mobile = replace(one, phone=f"+447700{town.random.randint(100000, 999999)}")
    for _home in range(2):
        said = town.said(mobile, town.home(), None)
        yield Labelled(said, one.id, town.household(), "moved")


def _namesakes(town: _Town) -> Iterator[Labelled]:
    """Two of one name in two places, who have nothing to do with each other."""
    name, given = town.random.choice(_FAMILY), town.random.choice(_GIVEN)
    for _home in range(2):
        one = town.person(name, (20, 80), given)
        yield Labelled(town.said(one, town.home(), None), one.id, town.household(), "namesakes")


_KINDS = (
    *((_family, 50), (_two_names, 8), (_flats, 4), (_flat_share, 6), (_father_and_son, 4)),
    *((_twins, 4), (_moved, 8), (_namesakes, 5), (_changed_name, 4), (_neighbours, 4)),
)
DIFFICULTIES = (
    *("spelling", "two names", "flats", "flat share", "father and son", "twins", "moved"),
    *("namesakes", "changed name", "neighbours"),
)


def labelled_records(seed: int, draws: int) -> list[Labelled]:
    """Return records of so many families, houses of flats, flat shares, and so on."""
    town = _Town(seed)
    kinds, weights = zip(*_KINDS, strict=True)
    chosen = town.random.choices(kinds, weights, k=draws)
    return [record for kind in chosen for record in kind(town)]
