"""The doctor's rounds: household after household out of the graph, and what is wrong with it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from household_graph.doctor.checks import examine
from household_graph.doctor.damage import orphan_cache
from household_graph.doctor.finding import Finding, Symptom
from household_graph.doctor.kinds import Kind, Severity
from household_graph.doctor.mending import BROWSER
from household_graph.engine.question import Moment
from household_graph.model.instants import from_datetime
from household_graph.model.rows import RelationshipRow
from household_graph.store.cache_rebuild import fetch_rows_and_caches, orphan_caches
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import read, unknown_household
from household_graph.store.row_reader import fetch_now

_AT_A_TIME = 64  # households in memory, however many there are


def examine_one(
    connection: Connection, household: str, *, at: Moment = None, only: Collection[Kind] = ()
) -> list[Finding]:
    """Return what is wrong with one household; see `examine`.

    Raises:
        UnknownIdError: if there is no such household.
        InvalidTimeError: if `at` cannot be read.
        DatabaseUnavailableError: if the server does not answer.
    """
    found = dict(_examined(connection, [household], at, only))
    if household in found:
        return found[household]
    for orphan in _orphans(connection, only):
        if orphan.household == household:
            return [orphan]
    raise unknown_household(connection, household, household)


def examine_all(
    connection: Connection, *, at: Moment = None, only: Collection[Kind] = ()
) -> Iterator[list[Finding]]:
    """Yield what is wrong with each household, in the order of ids; see `examine_one`.

    Last comes what is cached of households that are not there.
    """
    last = ""
    while page := read(connection, "reads/household-ids", after=last, limit=_AT_A_TIME):
        households = [record["household"] for record in page]
        for _household, findings in _examined(connection, households, at, only):
            yield findings
        last = households[-1]
    if orphans := _orphans(connection, only):
        yield orphans


def _orphans(connection: Connection, only: Collection[Kind]) -> list[Finding]:
    if only and Kind.STALE_CACHE not in only:
        return []
    return [
        Finding(household, Kind.STALE_CACHE, Severity.ERROR, orphan_cache(household))
        for household in orphan_caches(connection)
    ]


def _examined(
    connection: Connection, households: Sequence[str], at: Moment, only: Collection[Kind]
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each household that is there, with what is wrong with it.

    Its rows and what is cached of it are of one moment, or a change would seem to be damage.
    """
    records = read(connection, "reads/strays", households=households)
    strays = {record["household"]: record for record in records}
    unreadable = {one: record["unreadable"] for one, record in strays.items()}
    readable = [household for household in households if not unreadable.get(household)]
    found = fetch_rows_and_caches(connection, readable)
    instant = from_datetime(fetch_now(connection))
    for household in households:
        if unreadable.get(household):
            wanted = not only or Kind.MISSING_REQUIRED in only
            yield household, _unreadable(household, unreadable[household]) if wanted else []
        elif household in found:
            rows, stored = found[household]
            across = _across(strays[household]["across"]) if household in strays else []
            yield (
                household,
                examine(
                    rows,
                    at,
                    now=instant,
                    strays=across,
                    stored=stored,
                    only=only,
                ),
            )


def _across(found: Iterable[Sequence[Any]]) -> list[RelationshipRow]:
    return [
        RelationshipRow(kind, start or "without id", end or "without id")
        for kind, start, end in sorted(found, key=str)
    ]


def _unreadable(household: str, found: Iterable[Sequence[str]]) -> list[Finding]:
    """Return findings for a household that nothing can read, because of its validities."""
    findings = []
    for ids in sorted(map(tuple, found)):
        names = " and ".join(f"`{one}`" for one in ids)
        text = f"the validity of {names} is no time with a zone, and nothing can read `{household}`"
        symptom = Symptom(ids, text, BROWSER, "set valid_from and valid_to in Cypher")
        findings.append(Finding(household, Kind.MISSING_REQUIRED, Severity.ERROR, symptom))
    return findings
