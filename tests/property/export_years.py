"""Exports of a source that changes, imported week by week beside a plain model."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.property.import_model import DIRT, CustomerFile, PlainModel
from tests.property.simulated_source import Row, SimulatedSource, Tables, Use

FIRST = datetime(2026, 1, 5, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
WEEKS = 52
"""In a year."""


def _spoilt(tables: Tables, model: PlainModel, random: Random) -> dict[str, list[Row]]:
    """Return an export with a row that is deleted, one that is rejected, and one with a gap."""
    people = [dict(row) for row in tables["people"]]
    for row in random.sample(people, min(3, len(people))):
        known = model.people.get(row["key"])
        spoil = random.choice(({"gone": "yes"}, {"born": DIRT}, {"born": ""}))
        if spoil.get("born") != "" or (known and known[1] == row["born"]):
            row.update(spoil)
    return {"people": [*people], "lines": list(tables["lines"])}


def _part(tables: Tables, random: Random) -> dict[str, list[Row]]:
    """Return about half of an export."""
    return {name: [row for row in rows if random.random() < 0.5] for name, rows in tables.items()}


class ExportYears:
    """Exports that are imported week by week, and what is expected after each of them."""

    def __init__(self, folder: Path, seed: float, *, blank: str = "keep") -> None:
        """Begin with an empty graph; exports and staging go to the folder."""
        self.random = Random(seed)  # noqa: S311 - not secret
        self.file, self.model = CustomerFile(self.random), PlainModel()
        self.source = SimulatedSource(folder, blank=blank)
        self.weeks: list[set[Use]] = []
        self.members: list[set[tuple[str, str]]] = []
        self.file.begin()

    @property
    def at(self) -> datetime:
        """When the next export is imported."""
        return FIRST + len(self.weeks) * WEEK

    def take(self, tables: Tables, *, is_full: bool) -> None:
        """Import an export, and compare who may use what then."""
        at = self.at
        self.model.take(tables, at.date(), is_full=is_full)
        self.source.run(tables, at, is_full=is_full)
        self.weeks.append(set(self.model.uses(at.date())))
        self.members.append(set(self.model.people.values()))
        assert self.source.uses(at) == self.weeks[-1], at

    def random_week(self) -> None:
        """Let something change, and import all of it, or a part, with faults or without."""
        for _number in range(self.random.randrange(1, 4)):
            self.file.change(self.at.date())
        tables: Tables = self.file.tables()
        if self.random.random() < 0.4:
            tables = _spoilt(tables, self.model, self.random)
        is_full = self.random.random() < 0.7
        self.take(tables if is_full else _part(tables, self.random), is_full=is_full)

    def compare_history(self) -> None:
        """Compare who could use what in each week, as the graph stands in the end.

        Since when somebody is in a household no export says: the first that has them may come
        late. Of a line, what a later export says of earlier days is left out.
        """
        seen: set[tuple[str, str]] = set()
        for number, week in enumerate(self.weeks):
            at = FIRST + number * WEEK
            expected, found = (
                {use for use in uses if not self.model.is_told_later(use.line, at.date())}
                for uses in (week, self.source.uses(at))
            )
            seen |= self.members[number]
            assert expected == {use for use in found if use[:2] in seen}, at
