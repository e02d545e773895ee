"""Entity resolution: compare pairs of records on disk, and label those that belong together."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from household_graph.imports.matching.features import MatchFeatures, add_features
from household_graph.imports.matching.scores import Score, same_household, same_person

LABEL_KINDS = ("known", "household", "account", "record")
"""What identifies a household: the digit in front of its label is the index in this tuple."""

_LARGEST_BLOCK = 60
"""A phone number or house that more records share is no evidence."""

_WIDTH = len(fields(MatchFeatures))

_TABLES = """
CREATE TABLE merges (first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT);
CREATE TABLE possible_duplicates (
  first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT
);
CREATE TABLE label (record TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
CREATE TABLE persons (person TEXT PRIMARY KEY, same_as TEXT) WITHOUT ROWID;
CREATE TABLE edge (first TEXT, second TEXT);
CREATE TABLE component (node TEXT PRIMARY KEY, least TEXT) WITHOUT ROWID;
CREATE INDEX block_value ON block (value);
CREATE INDEX features_account ON features (account);
CREATE INDEX features_person ON features (person);
"""
# An earlier import counts first, then the key of the household, then that of the account; else the
# record is a household by itself. The digit is the index in LABEL_KINDS; the least label wins.
_LABELS = """
INSERT INTO label SELECT record, coalesce(
  '0 ' || known_household, '1 ' || household_key, '2 ' || account, '3 ' || record
) FROM features
"""
# An earlier import counts first for people too.
_PERSONS = """
INSERT INTO persons SELECT person, min(coalesce(known_person, person)) FROM features
WHERE person IS NOT NULL GROUP BY person
"""
_PAIRS = f"""
CREATE TABLE pair AS
SELECT DISTINCT one.record AS first, other.record AS second
FROM block AS one JOIN block AS other ON one.value = other.value AND one.record < other.record
WHERE one.value IN (
  SELECT value FROM block GROUP BY value HAVING count(*) BETWEEN 2 AND {_LARGEST_BLOCK}
)
ORDER BY 1, 2
"""  # noqa: S608 - a constant
_CANDIDATES = """
SELECT one.*, other.*, one_label.label, other_label.label
FROM pair
  JOIN features AS one ON one.record = pair.first
  JOIN features AS other ON other.record = pair.second
  JOIN label AS one_label ON one_label.record = pair.first
  JOIN label AS other_label ON other_label.record = pair.second
"""
_OF_TWO_HOUSEHOLDS = """
WHERE one_label.label <> other_label.label AND one.address IS NOT NULL AND other.address IS NOT NULL
  AND one.household_key IS NULL AND other.household_key IS NULL
"""
_OF_TWO_PERSONS = "WHERE one.person <> other.person"
_COMPONENTS = """
INSERT INTO component SELECT first, first FROM edge UNION SELECT second, second FROM edge
"""
_SPREAD = """
UPDATE component SET least = found.least FROM (
  SELECT edges.node, min(component.least) AS least FROM (
    SELECT first AS node, second AS next FROM edge UNION SELECT second, first FROM edge
  ) AS edges JOIN component ON component.node = edges.next GROUP BY edges.node
) AS found WHERE component.node = found.node AND found.least < component.least
"""
# Two households that earlier imports left separate are not merged through a third.
_APPLY = {
    "label": """
UPDATE label SET label = component.least FROM component
WHERE component.node = label.label AND (label.label >= '1' OR :decided)
""",
    "persons": """
UPDATE persons SET same_as = component.least FROM component WHERE component.node = persons.same_as
""",
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Which scores suffice, from 0 to 1.

    Attributes:
        merge: two records are about one person.
        possible: they may be: a possible duplicate, to be reviewed.
        household: two records at one address are of one household.
    """

    merge: float = 0.82
    possible: float = 0.6
    household: float = 0.8


def resolve(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
) -> None:
    """Find which records belong to one household, and which are about one person.

    Decisions of a review override scores. Households with different keys are not merged without a
    review; two that earlier imports left separate are possible duplicates, and so is a person who
    seems to be in two households: accepted, the two households become one.

    Makes the tables `label` (record, label), `persons` (person, same_as), `merges` and
    `possible_duplicates` (both: first, second, kind, confidence, grounds).

    Args:
        connection: to a staging database with features.
        thresholds: which scores suffice.
        decisions: whether two are one, by the keys of two records, the smaller one first.
    """
    add_features(connection, ())
    connection.executescript(f"BEGIN; {_TABLES} {_LABELS}; {_PERSONS}; COMMIT;")
    connection.execute("BEGIN")
    connection.execute(_PAIRS)
    resolution = _Resolution(connection, thresholds, decisions)
    resolution.join_decided()
    resolution.join_households()
    resolution.join_persons()
    connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class _Resolution:
    """The three steps of a resolution, in this order; each changes the labels that it joins."""

    connection: sqlite3.Connection
    thresholds: Thresholds
    decisions: Mapping[tuple[str, str], bool]

    def join_decided(self) -> None:
        for pair, is_one in self.decisions.items():
            labels = [self._value("label", "record", record) for record in pair]
            if is_one and all(labels):
                self._join(labels)
        self._spread("label", decided=True)

    def join_households(self) -> None:
        for one, other, labels in self._candidates(_OF_TWO_HOUSEHOLDS):
            score = same_household(one, other)
            if score is None or self.decisions.get((one.record, other.record)) is False:
                continue
            were_separate = one.known_household and other.known_household
            if score.confidence >= self.thresholds.household and not were_separate:
                self._join(labels)
                self._add_match("merges", (one, other), "household", score)
            elif score.confidence >= self.thresholds.possible:
                self._add_match("possible_duplicates", (one, other), "household", score)
        self._spread("label")

    def join_persons(self) -> None:
        for one, other, labels in self._candidates(_OF_TWO_PERSONS):
            decided = self.decisions.get((one.record, other.record))
            score = Score(1.0, "decided in a review") if decided else same_person(one, other)
            if decided is False or score is None:
                continue
            if labels[0] == labels[1] and score.confidence >= self.thresholds.merge:
                self._join([self._value("same_as", "person", each.person) for each in (one, other)])
                self._add_match("merges", (one, other), "person", score)
            elif score.confidence >= self.thresholds.possible:
                self._add_match("possible_duplicates", (one, other), "person", score)
        self._spread("persons")

    def _candidates(
        self, condition: str
    ) -> Iterator[tuple[MatchFeatures, MatchFeatures, tuple[str, str]]]:
        """Yield candidate pairs, with the labels of their households."""
        for row in self.connection.execute(_CANDIDATES + condition):
            one, other = MatchFeatures(*row[:_WIDTH]), MatchFeatures(*row[_WIDTH:-2])
            yield one, other, (row[-2], row[-1])

    def _value(self, column: str, key: str, value: str | None) -> str | None:
        """Return the label of a record, or the person that another is the same as."""
        table = "label" if key == "record" else "persons"
        query = f"SELECT {column} FROM {table} WHERE {key} = ?"  # noqa: S608 - names of ours
        found = self.connection.execute(query, (value,)).fetchone()
        return str(found[0]) if found else None

    def _join(self, nodes: Sequence[str | None]) -> None:
        self.connection.execute("INSERT INTO edge VALUES (?, ?)", nodes)

    def _spread(self, table: str, *, decided: bool = False) -> None:
        """Give all nodes that edges connect the least of their labels."""
        self.connection.execute(_COMPONENTS)
        while self.connection.execute(_SPREAD).rowcount > 0:
            pass
        self.connection.execute(_APPLY[table], {"decided": decided} if table == "label" else {})
        self.connection.execute("DELETE FROM edge")
        self.connection.execute("DELETE FROM component")

    def _add_match(
        self, table: str, pair: tuple[MatchFeatures, MatchFeatures], kind: str, score: Score
    ) -> None:
        self.connection.execute(
            f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - one of two names
            (pair[0].record, pair[1].record, kind, score.confidence, score.grounds),
        )
