"""A plain model of what a later export ends, moves and begins, and a customer file that changes.

The model knows keys, people and dates, and nothing of rows, matching or merges.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from tests.property.simulated_source import Row, Tables, Use

_Days = tuple[str, date, date]
"""A line, from a day on, and until before a day."""

HOMES = tuple(f"H{number}" for number in range(1, 5))
_GIVEN = ("Ada", "Ben", "Cleo", "Dov", "Eve", "Finn", "Gita", "Hal", "Ines", "Jon", "Kaya", "Lou")
_FAMILY = ("Abbott", "Brandt", "Costa", "Dvorak", "Ekberg", "Fontaine", "Grech", "Hofer")


@dataclass(frozen=True)
class Human:
    """Somebody, known by the birth date, which nobody shares and nothing changes."""

    born: date
    given: str
    family: str


@dataclass(frozen=True)
class Customer:
    """Who has a key of a person, and where they live."""

    human: Human
    home: str
    is_main: bool


@dataclass(frozen=True)
class Line:
    """A line of a household; `until` is the first day on which it is none."""

    home: str
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether it is one on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass
class CustomerFile:
    """What the source knows, and the exports that it writes."""

    random: Random
    people: dict[str, Customer] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    away: dict[str, Customer] = field(default_factory=dict)
    idle: dict[str, Line] = field(default_factory=dict)
    former: dict[str, list[Human]] = field(default_factory=dict)
    humans: int = 0
    keys: int = 0

    def begin(self) -> None:
        """Let there be some people and lines in each household."""
        for home in HOMES:
            for _number in range(3):
                self._arrive(home)
            for _number in range(2):
                self._connect(home, date(2025, 1, 6))

    def change(self, today: date) -> None:
        """Change something, as life does, before the export of a day."""
        edits = (
            *(self._someone_arrives, self._someone_leaves, self._someone_returns),
            *(self._someone_moves, self._someone_marries, self._a_key_is_given_on),
        )
        of_lines = (self._a_line_begins, self._a_line_stops, self._a_line_is_closed)
        self.random.choice(edits)()
        self.random.choice((*of_lines, self._a_line_is_opened_again))(today)

    def human(self) -> Human:
        """Return somebody new, whose names are like those of nobody with the same key before."""
        self.humans += 1
        number = self.humans
        born = date(1950, 1, 1) + timedelta(days=401 * number % 18_000)
        return Human(born, _GIVEN[number % 12], _FAMILY[(number + number // 12) % 8])

    def tables(self) -> dict[str, list[Row]]:
        """Return a full export."""
        return {
            "people": [_person_row(key, one) for key, one in sorted(self.people.items())],
            "lines": [_line_row(key, one) for key, one in sorted(self.lines.items())],
        }

    def _key(self, kind: str) -> str:
        self.keys += 1
        return f"{kind}{self.keys}"

    def _arrive(self, home: str) -> None:
        is_main = not any(one.home == home for one in self.people.values())
        self.people[self._key("P")] = Customer(self.human(), home, is_main)

    def _connect(self, home: str, since: date) -> None:
        self.lines[self._key("L")] = Line(home, since)

    def _someone_arrives(self) -> None:
        self._arrive(self.random.choice(HOMES))

    def _someone_leaves(self) -> None:
        if key := self._any(self.people):
            self.away[key] = self.people.pop(key)

    def _someone_returns(self) -> None:
        if key := self._any(self.away):
            self.people[key] = replace(self.away.pop(key), home=self.random.choice(HOMES))

    def _someone_moves(self) -> None:
        if key := self._any(self.people):
            self.people[key] = replace(self.people[key], home=self.random.choice(HOMES))

    def _someone_marries(self) -> None:
        if key := self._any(self.people):
            human = replace(self.people[key].human, family=self.random.choice(_FAMILY))
            self.people[key] = replace(self.people[key], human=human)

    def _a_key_is_given_on(self) -> None:
        if key := self._any(self.people):
            before = self.people[key].human
            earlier = self.former.setdefault(key, [])
            human = self.random.choice([*earlier, self.human()])  # it may return to somebody
            earlier.append(before)
            while before.given == human.given or before.family == human.family:
                human = self.human()
            home = self.random.choice(HOMES)
            self.people[key] = replace(self.people[key], human=human, home=home)

    def _a_line_begins(self, today: date) -> None:
        self._connect(self.random.choice(HOMES), today - timedelta(days=self.random.randrange(9)))

    def _a_line_stops(self, _today: date) -> None:
        if key := self._any(self.lines):
            self.idle[key] = self.lines.pop(key)

    def _a_line_is_closed(self, today: date) -> None:
        if (key := self._any(self.lines)) and self.lines[key].until is None:
            until = today - timedelta(days=self.random.randrange(4))
            first = self.lines[key].since + timedelta(days=1)
            self.lines[key] = replace(self.lines[key], until=max(until, first))

    def _a_line_is_opened_again(self, today: date) -> None:
        closed = {
            key: one for key, one in self.lines.items() if one.until and one.until <= today
        } | self.idle
        if key := self._any(closed):
            self.idle.pop(key, None)
            self.lines[key] = Line(closed[key].home, today)

    def _any(self, found: Iterable[str]) -> str | None:
        keys = sorted(found)
        return self.random.choice(keys) if keys else None


def _person_row(key: str, one: Customer) -> Row:
    human, main = one.human, "yes" if one.is_main else "no"
    return {
        "key": key,
        "home": one.home,
        "given": human.given,
        "family": human.family,
        "born": human.born.isoformat(),
        "main": main,
    }


def _line_row(key: str, one: Line) -> Row:
    until = one.until.isoformat() if one.until else ""
    return {
        "key": key,
        "home": one.home,
        "plan": "Mobile",
        "since": one.since.isoformat(),
        "until": until,
    }


@dataclass
class PlainModel:
    """Who is where and which lines there are, after exports whose rows are all as they should be.

    A row says where its key is. Who had the key before ends; what a full export leaves out ends.
    A line that had not ended, and now begins later or ended before, did not hold meanwhile: that is
    `corrected`, from the one day to the other; one that begins before it is told of is `backdated`.
    """

    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    corrected: list[_Days] = field(default_factory=list)
    backdated: list[_Days] = field(default_factory=list)

    def take(self, tables: Tables, today: date, *, is_full: bool) -> None:
        """Take what an export of a day says; a row that is flagged as deleted ends its key.

        A row whose birth date is no date is rejected: what is known of its key stays.
        """
        if is_full:
            said = {row["key"] for rows in tables.values() for row in rows}
            self.people = {key: one for key, one in self.people.items() if key in said}
            self.lines = {key: one for key, one in self.lines.items() if key in said}
        for row in tables["people"]:
            if row.get("gone") == "yes":
                self.people.pop(row["key"], None)
            elif row["born"] != DIRT:
                born = row["born"] or self.people[row["key"]][1]
                self.people[row["key"]] = (row["home"], born)
        for row in tables["lines"]:
            until = date.fromisoformat(row["until"]) if row["until"] else None
            line = Line(row["home"], date.fromisoformat(row["since"]), until)
            known = self.lines.get(row["key"])
            if known and known.home == line.home and known.holds(line.since):
                self.corrected.append((row["key"], known.since, line.since))
            else:
                self.backdated.append((row["key"], line.since, today))
            if known and until and known.holds(until):
                self.corrected.append((row["key"], until, today))
            self.lines[row["key"]] = line

    def is_told_later(self, line: str, day: date) -> bool:
        """Return whether only a later export says what there was of a line on a day."""
        spans = (*self.corrected, *self.backdated)
        return any(key == line and since <= day < until for key, since, until in spans)

    def uses(self, day: date) -> Iterator[Use]:
        """Yield who may use what on a day: the people of a household its lines."""
        for home, born in self.people.values():
            for key, line in self.lines.items():
                if line.home == home and line.holds(day):
                    yield Use(home, born, key)


DIRT = "1980-02-31"
"""A birth date that is none."""
