"""Records put together: pairs are compared on disk, and what belongs together gets one label."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields

from household_graph.imports.matching.scores import Score, Thresholds, same_household, same_person
from household_graph.imports.matching.traits import Traits, add_traits

KINDS = ("known", "household", "account", "record")
"""What a household is known by: the digit in front of its label."""

_LARGEST_BLOCK = 60
"""More records than that with one phone number, or one house, say nothing about two of them."""

_TRAITS = len(fields(Traits))

_TABLES = """
CREATE TABLE merges (first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT);
CREATE TABLE doubts (first TEXT, second TEXT, kind TEXT, confidence REAL, grounds TEXT);
CREATE TABLE label (record TEXT PRIMARY KEY, label TEXT) WITHOUT ROWID;
CREATE TABLE persons (person TEXT PRIMARY KEY, same_as TEXT) WITHOUT ROWID;
CREATE TABLE edge (first TEXT, second TEXT);
CREATE TABLE component (node TEXT PRIMARY KEY, least TEXT) WITHOUT ROWID;
CREATE INDEX block_value ON block (value);
CREATE INDEX traits_account ON traits (account);
CREATE INDEX traits_person ON traits (person);
"""
# What an earlier import decided stays. Otherwise the key of the household counts, then that of the
# account, then the record stands alone. The digit is the place in KINDS; the least label wins.
_LABELS = """
INSERT INTO label SELECT record, coalesce(
  '0 ' || known_household, '1 ' || household_key, '2 ' || account, '3 ' || record
) FROM traits
"""
# A person keeps whom an earlier import found it to be.
_PERSONS = """
INSERT INTO persons SELECT person, min(coalesce(known_person, person)) FROM traits
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
"""  # noqa: S608 - a number of our own
_COMPARED = """
SELECT one.*, other.*, one_label.label, other_label.label
FROM pair
  JOIN traits AS one ON one.record = pair.first
  JOIN traits AS other ON other.record = pair.second
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
# Two households that earlier imports kept apart are not joined by way of a third.
_APPLY = {
    "label": """
UPDATE label SET label = component.least FROM component
WHERE component.node = label.label AND (label.label >= '1' OR :decided)
""",
    "persons": """
UPDATE persons SET same_as = component.least FROM component WHERE component.node = persons.same_as
""",
}


def resolve(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
) -> None:
    """Find out which records belong to one household, and which are about one person.

    What is decided in a review counts more than what is alike. Households with different keys of
    their own stay apart without a review; two that earlier imports kept apart are a doubt. Somebody
    who seems to be in two households is a doubt: accepted, the two become one.

    Makes the tables `label` (record, label), `persons` (person, same_as), `merges` and `doubts`.

    Args:
        connection: to a staging file, with traits in it.
        thresholds: how sure is sure enough.
        decisions: whether two are one, by the keys of two records, the smaller one first.
    """
    add_traits(connection, ())
    connection.executescript(f"BEGIN; {_TABLES} {_LABELS}; {_PERSONS}; COMMIT;")
    connection.execute("BEGIN")
    connection.execute(_PAIRS)
    _join_decided(connection, decisions)
    _join_households(connection, thresholds, decisions)
    _join_persons(connection, thresholds, decisions)
    connection.execute("COMMIT")


def _join_decided(
    connection: sqlite3.Connection, decisions: Mapping[tuple[str, str], bool]
) -> None:
    for (first, second), is_one in decisions.items():
        one, other = _traits(connection, first), _traits(connection, second)
        if is_one and one and other:
            labels = _label(connection, one), _label(connection, other)
            connection.execute("INSERT INTO edge VALUES (?, ?)", labels)
    _spread(connection, "label", decided=True)


def _join_households(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
) -> None:
    for one, other, labels in _compared(connection, _OF_TWO_HOUSEHOLDS):
        score = same_household(one, other)
        if score is None or decisions.get((one.record, other.record)) is False:
            continue
        kept_apart = one.known_household and other.known_household
        if score.confidence >= thresholds.household and not kept_apart:
            connection.execute("INSERT INTO edge VALUES (?, ?)", labels)
            _tell(connection, "merges", (one, other), "household", score)
        elif score.confidence >= thresholds.doubt:
            _tell(connection, "doubts", (one, other), "household", score)
    _spread(connection, "label")


def _join_persons(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
) -> None:
    for one, other, labels in _compared(connection, _OF_TWO_PERSONS):
        decided = decisions.get((one.record, other.record))
        score = Score(1.0, "decided in a review") if decided else same_person(one, other)
        if decided is False or score is None:
            continue
        if labels[0] == labels[1] and score.confidence >= thresholds.merge:
            persons = _same_as(connection, one), _same_as(connection, other)
            connection.execute("INSERT INTO edge VALUES (?, ?)", persons)
            _tell(connection, "merges", (one, other), "person", score)
        elif score.confidence >= thresholds.doubt:
            _tell(connection, "doubts", (one, other), "person", score)
    _spread(connection, "persons")


def _spread(connection: sqlite3.Connection, table: str, *, decided: bool = False) -> None:
    """Give all that edges join the least of their labels."""
    connection.execute(_COMPONENTS)
    while connection.execute(_SPREAD).rowcount > 0:
        pass
    connection.execute(_APPLY[table], {"decided": decided} if table == "label" else {})
    connection.execute("DELETE FROM edge")
    connection.execute("DELETE FROM component")


def _compared(
    connection: sqlite3.Connection, which: str
) -> Iterator[tuple[Traits, Traits, tuple[str, str]]]:
    """Yield pairs that are worth comparing, with the labels of their households."""
    for row in connection.execute(_COMPARED + which):
        yield Traits(*row[:_TRAITS]), Traits(*row[_TRAITS:-2]), (row[-2], row[-1])


def _traits(connection: sqlite3.Connection, record: str) -> Traits | None:
    found = connection.execute("SELECT * FROM traits WHERE record = ?", (record,)).fetchone()
    return Traits(*found) if found else None


def _label(connection: sqlite3.Connection, one: Traits) -> str:
    query = "SELECT label FROM label WHERE record = ?"
    return str(connection.execute(query, (one.record,)).fetchone()[0])


def _same_as(connection: sqlite3.Connection, one: Traits) -> str:
    query = "SELECT same_as FROM persons WHERE person = ?"
    return str(connection.execute(query, (one.person,)).fetchone()[0])


def _tell(
    connection: sqlite3.Connection, table: str, pair: tuple[Traits, Traits], kind: str, score: Score
) -> None:
    connection.execute(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - merges or doubts
        (pair[0].record, pair[1].record, kind, score.confidence, score.grounds),
    )
