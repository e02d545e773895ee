"""Runs the checks: on rows in memory, on one household of the graph, or on all of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

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
from household_graph.store.connection import read
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_now
from household_graph.store.row_store import RowStore

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
    store: RowStore, household: str, *, at: Moment = None, only: Collection[Check] = ()
) -> list[Finding]:
    """Return what is wrong with one household; see `examine` and `CheckContext`.

    Where it is not the graph as it stands, that is by the rows alone, and not by what is stored
    beside them.

    Raises:
        UnknownIdError: if there is no such household, or was not then.
        InvalidTimeError: if a time cannot be read.
        BadInputError: if `at` is given beside the moment that a past is as of.
        DatabaseUnavailableError: if the server does not answer.
    """
    found = dict(_examine_page(store, [household], at, only))
    if household in found:
        return found[household]
    for orphan in _orphan_caches(store, only):
        if orphan.household == household:
            return [orphan]
    raise store.unknown(household)


def examine_all(
    store: RowStore, *, at: Moment = None, only: Collection[Check] = ()
) -> Iterator[list[Finding]]:
    """Yield what is wrong with each household, in the order of ids; see `examine_one`.

    The last list, if any, has the caches of households that no longer exist.
    """
    yield from examine_some(store, store.household_ids(), at=at, only=only)
    if orphans := _orphan_caches(store, only):
        yield orphans


def examine_some(
    store: RowStore,
    households: Iterable[str],
    *,
    at: Moment = None,
    only: Collection[Check] = (),
) -> Iterator[list[Finding]]:
    """Yield what is wrong with each of some households that exist; see `examine_one`."""
    remaining = iter(households)
    while page := list(islice(remaining, _PAGE)):
        for _household, findings in _examine_page(store, page, at, only):
            yield findings


class KindOfFinding(NamedTuple):
    """How often a check has found something, and the first household in which it did."""

    check: Check
    number: int
    household: str


def by_kind(
    examined: Iterable[list[Finding]], on_examined: Callable[[int], object] = lambda _count: None
) -> list[KindOfFinding]:
    """Return the kinds of what was found in households, errors first, then the most frequent.

    `on_examined` is called with the number of households examined since.
    """
    counts, first = Counter[str](), dict[str, str]()
    for findings in examined:
        for one in findings:
            counts[one.check.id] += 1
            first.setdefault(one.check.id, one.household)
        on_examined(1)
    kinds = [KindOfFinding(CHECKS[one], count, first[one]) for one, count in counts.items()]
    return sorted(kinds, key=lambda kind: (kind.check.severity is not Severity.ERROR, -kind.number))


def _orphan_caches(store: RowStore, only: Collection[Check]) -> list[Finding]:
    if not isinstance(store, GraphRows) or (only and integrity.stale_cache not in only):
        return []
    orphans = orphan_caches(store.connection)
    return [_finding(one, integrity.stale_cache, integrity.orphan_cache(one)) for one in orphans]


def _examine_page(
    store: RowStore, households: Sequence[str], at: Moment, only: Collection[Check]
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield the id of each household that exists, or did then, and what is wrong with it.

    Rows and cache are of the same moment, or a concurrent change would look like damage.
    """
    if not isinstance(store, GraphRows):
        rows_of, moment = store.fetch(households)
        for household, rows in rows_of.items():
            if rows.nodes:
                context = CheckContext(rows, store.moment(at), now=from_datetime(moment))
                yield household, examine(context, only)
        return
    connection = store.connection
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
