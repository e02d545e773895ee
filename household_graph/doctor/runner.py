"""Runs the checks: on rows in memory, on one household of the graph, or on all of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from household_graph.doctor import effect, integrity, responsibility
from household_graph.doctor.check_context import (
    BROWSER,
    Check,
    CheckContext,
    Finding,
    Issue,
    Severity,
    edit_document,
)
from household_graph.engine.question import Moment
from household_graph.model.instants import from_datetime
from household_graph.model.rows import RelationshipRow
from household_graph.store.cache_rebuild import fetch_rows_and_caches, orphan_caches
from household_graph.store.connection import Connection, read
from household_graph.store.facts_loader import unknown_household
from household_graph.store.past_rows import Past, fetch_past_rows, unknown_then
from household_graph.store.row_reader import fetch_now

CHECKS = {
    check.id: check
    for module in (integrity, responsibility, effect)
    for check in vars(module).values()
    if isinstance(check, Check)
}
"""The checks by id, in the order in which findings are listed."""

_PAGE = 64  # households in memory at a time


def examine(context: CheckContext, only: Collection[Check] = ()) -> list[Finding]:
    """Return what is wrong with a household, errors first, by some checks (none: all).

    A closed household has errors only: its warnings concern nobody.
    """
    found = [
        _finding(context.household, check, issue)
        for check in CHECKS.values()
        if (not only or check in only)
        and (check.severity is Severity.ERROR or not context.is_closed)
        for issue in check.find(context)
    ]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


def _finding(household: str, check: Check, issue: Issue) -> Finding:
    fix = issue.fix or edit_document(household)
    severity = issue.severity or check.severity
    return Finding(household, check, severity, issue._replace(fix=fix))


def examine_one(
    connection: Connection,
    household: str,
    *,
    at: Moment = None,
    only: Collection[Check] = (),
    past: Past | None = None,
) -> list[Finding]:
    """Return what is wrong with one household of the graph; see `examine` and `CheckContext`.

    With a past it is what was wrong then, by the rows alone, and not by what is stored beside them.

    Raises:
        UnknownIdError: if there is no such household, or was not then.
        InvalidTimeError: if a time cannot be read.
        BadInputError: if `at` is given beside the moment that the past is as of.
        DatabaseUnavailableError: if the server does not answer.
    """
    found = dict(_examine_page(connection, [household], at, only, past))
    if household in found:
        return found[household]
    if past is not None:
        raise unknown_then(connection, household, past)
    for orphan in _orphan_caches(connection, only):
        if orphan.household == household:
            return [orphan]
    raise unknown_household(connection, household, household)


def examine_all(
    connection: Connection,
    *,
    at: Moment = None,
    only: Collection[Check] = (),
    past: Past | None = None,
) -> Iterator[list[Finding]]:
    """Yield what is wrong with each household, in the order of ids; see `examine_one`.

    The last list, if any, has the caches of households that no longer exist.
    """
    last = ""
    while page := read(connection, "reads/household-ids", after=last, limit=_PAGE):
        households = [record["household"] for record in page]
        for _household, findings in _examine_page(connection, households, at, only, past):
            yield findings
        last = households[-1]
    if past is None and (orphans := _orphan_caches(connection, only)):
        yield orphans


def _orphan_caches(connection: Connection, only: Collection[Check]) -> list[Finding]:
    if only and integrity.stale_cache not in only:
        return []
    orphans = orphan_caches(connection)
    return [_finding(one, integrity.stale_cache, integrity.orphan_cache(one)) for one in orphans]


def _examine_page(
    connection: Connection,
    households: Sequence[str],
    at: Moment,
    only: Collection[Check],
    past: Past | None,
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the id of each household that exists, or did then, and what is wrong with it.

    Rows and cache are of the same moment, or a concurrent change would look like damage.
    """
    if past is not None:
        now = from_datetime(fetch_now(connection))
        for household, then in fetch_past_rows(connection, households, past).items():
            yield household, examine(CheckContext(then, past.moment(at), now=now), only)
        return
    records = read(connection, "reads/strays", households=households)
    strays = {record["household"]: record for record in records}
    unreadable = {one: record["unreadable"] for one, record in strays.items()}
    found = fetch_rows_and_caches(
        connection, [one for one in households if not unreadable.get(one)]
    )
    now = from_datetime(fetch_now(connection))
    for household in households:
        if unreadable.get(household):
            is_wanted = not only or integrity.missing_required in only
            yield household, _unreadable(household, unreadable[household]) if is_wanted else []
        elif household in found:
            rows, stored = found[household]
            across = [
                RelationshipRow(kind, start or "without id", end or "without id")
                for kind, start, end in sorted(strays.get(household, {}).get("across", ()), key=str)
            ]
            context = CheckContext(rows, at, now=now, strays=across, stored=stored)
            yield household, examine(context, only)


def _unreadable(household: str, found: Iterable[Sequence[str]]) -> list[Finding]:
    """Return the findings of a household that cannot be read because of invalid validities."""
    findings = []
    for ids in sorted(map(tuple, found)):
        names = " and ".join(f"`{one}`" for one in ids)
        text = f"the validity of {names} is no time with a zone: `{household}` cannot be read"
        issue = Issue(ids, text, BROWSER, "set valid_from and valid_to in Cypher")
        findings.append(_finding(household, integrity.missing_required, issue))
    return findings
