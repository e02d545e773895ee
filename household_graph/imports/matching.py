"""Matching: which records are about one person, and which belong to one household.

Households come of keys, of an address and a family name (`same_home`), and of people who are one;
people of the probabilities of Splink (`person_scores`) and the rules of `merge_rules` over them.
Another way to match fills the same tables: `add_features` takes what records are compared by into
a staging database, and `resolve` compares pairs there, and labels those that belong together.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from household_graph.imports.cleaning.addresses import AddressParts
from household_graph.imports.match_features import MatchFeatures, statements_in
from household_graph.imports.merge_rules import (
    are_two,
    grounds,
    obstacle,
    other_birth_date,
    two_names,
)
from household_graph.imports.person_scores import Weights, person_scores
from household_graph.imports.same_home import Score, same_household

LABEL_KINDS = ("known", "household", "account", "record")
"""What identifies a household: the digit in front of its label is the index in this tuple."""

Decisions = Mapping[tuple[str, str, str], bool]
"""What reviews decided: whether two are one, by the keys of two records, the smaller one first,
and what was decided about: `person`, `household`, or, of earlier versions, both (empty)."""

_STATEMENTS = statements_in(Path(__file__).with_suffix(".sql"))


def add_features(connection: sqlite3.Connection, features: Iterable[MatchFeatures]) -> None:
    """Add features to a staging database, with the blocks in which addresses are compared."""
    for table in ("make_features", "make_blocks", "make_spouses"):
        connection.execute(_STATEMENTS[table])
    for one in features:
        connection.execute(_STATEMENTS["insert_features"], one)
        if one.address:
            connection.execute(_STATEMENTS["insert_block"], (_block(one.address), one.record))


def _block(address: str) -> str:
    """Return what two addresses that are compared share: the town, and the longest number."""
    country, area, street, flat = AddressParts.of(address)
    numbers = [word for word in (*street.split(), flat) if word[:1].isdigit()]
    return f"{country} {area} {max(numbers, key=lambda n: (len(n), n), default=street[:4])}"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Which scores suffice for one person, a possible duplicate, and one household; 0 to 1."""

    merge: float = 0.9
    possible: float = 0.02
    household: float = 0.8


class _Joins:
    """People who are one, joined pair by pair, the surest first; whoever cannot be, is not.

    A group never has two records that are two people by rule, or by a decision, even where a third
    is like both of them: then that third is left for a review. Pairs that a review decided are
    joined first, whatever they say.
    """

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._parents: dict[str, str] = {}
        self._members: dict[str, list[MatchFeatures]] = {}

    def _root(self, person: str) -> str:
        while (parent := self._parents.get(person, person)) != person:
            person = parent
        return person

    def join(
        self,
        one: MatchFeatures,
        other: MatchFeatures,
        people: tuple[str, str],
        *,
        decided: bool = False,
    ) -> bool:
        """Join two people, and return whether that was possible."""
        first, second = sorted(map(self._root, people))
        for root, record in zip(map(self._root, people), (one, other), strict=True):
            members = self._members.setdefault(root, [])
            if record not in members:
                members.append(record)
        if first == second:
            return True
        if not decided and not self._may_join(self._members[first], self._members[second]):
            return False
        self._parents[second] = first
        self._members[first] += self._members.pop(second)
        return True

    def _may_join(self, members: list[MatchFeatures], others: list[MatchFeatures]) -> bool:
        """Tell whether no two are two people, but where a review has joined such as they are."""
        known = {_identity(one) for one in members} & {_identity(one) for one in others}
        return not any(
            self._are_two(one, other)
            for one in members
            for other in others
            if not known & {_identity(one), _identity(other)}
            or _decided(self._decisions, "person", one.record, other.record) is False
        )

    def _are_two(self, one: MatchFeatures, other: MatchFeatures) -> bool:
        decided = _decided(self._decisions, "person", one.record, other.record)
        if decided is not None:
            return not decided
        return bool(two_names(one, other) or other_birth_date(one, other))


def _identity(one: MatchFeatures) -> tuple[str | None, ...]:
    return one.given, one.family, one.birth_date


def resolve(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    decisions: Decisions,
    *,
    folder: Path | None = None,
    weights: Weights | None = None,
) -> Weights | None:
    """Find which records belong to one household, and which are about one person.

    Decisions of a review override scores. Households with different keys are not merged without a
    review; two that earlier imports left separate are possible duplicates, and so is a person who
    seems to be in two of these: accepted, the two households become one.

    Makes the tables `label` (record, label), `persons` (person, same_as), and `match`: the merges
    and the possible duplicates, with reasons.

    Args:
        connection: to a staging database.
        thresholds: which scores suffice.
        decisions: what reviews decided.
        folder: where DuckDB puts what does not fit into memory.
        weights: of comparisons; default: estimated, or those that are shipped.

    Returns:
        The weights that were used; None if nobody was compared.
    """
    add_features(connection, ())
    connection.create_function("street_of", 1, _street_of, deterministic=True)
    connection.executescript(f"BEGIN; {_STATEMENTS['prepare']}")
    accepted = [(first, second) for (first, second, _kind), is_one in decisions.items() if is_one]
    connection.executemany(_STATEMENTS["join_household"], accepted)
    _spread(connection, "household", decided=True)
    _resolve_households(connection, thresholds, decisions)
    used = _score_people(connection, thresholds, folder, weights)
    same = [(first, second) for first, second, kind in decisions if kind != "household"]
    connection.executemany(
        _STATEMENTS["insert_decided"], [one for one in same if _decided(decisions, "person", *one)]
    )
    _resolve_people(connection, thresholds, decisions)
    _group_possible(connection)
    connection.execute("COMMIT")
    return used


def _street_of(address: str) -> str:
    """Return area and street of an address key, without the number."""
    country, area, street, _flat = AddressParts.of(address)
    words = (word for word in street.split() if not word[0].isdigit())
    return f"{country} {area} {' '.join(words)}"


class _Addresses:
    """What a staging database says of the places of addresses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def records_in_street(self, address: str) -> int:
        return self._number("records_of_street", _street_of(address))

    def has_flats(self, address: str) -> bool:
        return self._number("flats_of_house", AddressParts.of(address).house) > 0

    def _number(self, statement: str, value: str) -> int:
        return int(self._connection.execute(_STATEMENTS[statement], (value,)).fetchone()[0])


def _decided(decisions: Decisions, kind: str, one: str, other: str) -> bool | None:
    first, second = sorted((one, other))
    return decisions.get((first, second, kind), decisions.get((first, second, "")))


def _resolve_households(
    connection: sqlite3.Connection, thresholds: Thresholds, decisions: Decisions
) -> None:
    """Join those at one address with one family name."""
    addresses = _Addresses(connection)
    for one, other, (may_join,) in _pairs(connection, "household_pairs"):
        decided = _decided(decisions, "household", one.record, other.record)
        if decided:
            score: Score | None = Score(1.0, "decided in a review")
        else:
            score = same_household(one, other, addresses)
        if score is None or decided is False:
            continue
        if may_join and score.confidence >= thresholds.household:
            connection.execute(_STATEMENTS["join_household"], (one.record, other.record))
            _add_match(connection, "merges", (one, other), "household", score)
        elif score.confidence >= thresholds.possible:
            _add_match(connection, "possible_duplicates", (one, other), "household", score)
    _spread(connection, "household")


def _score_people(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    folder: Path | None,
    weights: Weights | None,
) -> Weights | None:
    """Fill the table `scored` with the pairs that may be one person, by Splink."""
    rows = connection.execute(_STATEMENTS["features_of_people"])
    with person_scores(map(MatchFeatures._make, rows), folder, weights) as scores:
        if scores is None:
            return None
        connection.executemany(_STATEMENTS["insert_scored"], scores.pairs(thresholds.possible))
        connection.executemany(
            "UPDATE features SET birth_date = NULL WHERE birth_date = ?",
            [(day,) for day in sorted(scores.placeholders)],
        )
        return scores.weights


def _resolve_people(
    connection: sqlite3.Connection, thresholds: Thresholds, decisions: Decisions
) -> None:
    """Merge people, the surest pairs first, and the households of theirs that have no keys."""
    joins = _Joins(decisions)
    for one, other, (probability, may_join, *people) in _pairs(connection, "scored_pairs"):
        decided = _decided(decisions, "person", one.record, other.record)
        if decided is False or (decided is None and are_two(one, other)):
            continue
        against = None if decided else _against(one, other, probability, thresholds, may_join)
        if not against and not joins.join(
            one, other, (people[0], people[1]), decided=bool(decided)
        ):
            against = "another record of theirs is about somebody else"
        because = "decided in a review" if decided else grounds(one, other)
        reason = f"{because}; {against}" if against else because
        report = "possible_duplicates" if against else "merges"
        if not against:
            connection.execute(_STATEMENTS["join_household"], (one.record, other.record))
        score = Score(1.0 if decided else probability, reason)
        _add_match(connection, report, (one, other), "person", score)
    _spread(connection, "household")
    connection.execute(_STATEMENTS["leave_apart"])
    connection.execute(_STATEMENTS["join_people"])
    _spread(connection, "person")


def _against(
    one: MatchFeatures, other: MatchFeatures, probability: float, least: Thresholds, may_join: bool
) -> str | None:
    """Return what speaks against merging two by themselves."""
    if probability < least.merge:
        return f"less likely than {least.merge:.0%}"
    return obstacle(one, other) or (None if may_join else "in two households")


def _group_possible(connection: sqlite3.Connection) -> None:
    """Number the groups of possible duplicates that belong together."""
    connection.execute(_STATEMENTS["once"])
    connection.execute(_STATEMENTS["join_possible"])
    _spread(connection, "possible")


def _add_match(
    connection: sqlite3.Connection,
    report: str,
    pair: tuple[MatchFeatures, MatchFeatures],
    kind: str,
    score: Score,
) -> None:
    row = (report, pair[0].record, pair[1].record, kind, *score)
    connection.execute(_STATEMENTS["insert_match"], row)


def _pairs(
    connection: sqlite3.Connection, statement: str
) -> Iterator[tuple[MatchFeatures, MatchFeatures, tuple[Any, ...]]]:
    """Yield pairs to compare, and what else is told of them."""
    width = len(MatchFeatures._fields)
    for row in connection.execute(_STATEMENTS[statement]):
        one, other = MatchFeatures._make(row[:width]), MatchFeatures._make(row[width : 2 * width])
        yield one, other, row[2 * width :]


def _spread(connection: sqlite3.Connection, kind: str, *, decided: bool = False) -> None:
    """Give all households, people or possible duplicates that edges connect one label."""
    connection.execute(_STATEMENTS["components"])
    while connection.execute(_STATEMENTS["spread"]).rowcount > 0:
        pass
    connection.execute(_STATEMENTS[f"apply_{kind}"], {"decided": decided})
    connection.execute("DELETE FROM edge")
    connection.execute("DELETE FROM component")
