"""Checks of the data itself: readable, cached correctly, within the household, valid once."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from household_graph.doctor.check_context import (
    BROWSER,
    CheckContext,
    Issue,
    Severity,
    check,
    command,
)
from household_graph.engine.grants import NESTING, chain_too_long, too_deep
from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.rows import NodeRow, RelationshipRow
from household_graph.model.spans import Span, span_of
from household_graph.store.access_cache import CacheState, lay_out


@check("missing-required", Severity.ERROR)
def missing_required(context: CheckContext) -> Iterator[Issue]:
    """A label, a value or a relationship is missing or wrong without which it cannot be read."""
    yield from context.damage


_CACHE = {
    CacheState.MISSING: "`{}` has no access cache, and is answered live",
    CacheState.OUTDATED: "the access cache of `{}` is out of date, and it is answered live",
    CacheState.WRONG: "the access cache of `{}` differs from the graph",
}


@check("stale-cache", Severity.ERROR)
def stale_cache(context: CheckContext) -> Iterator[Issue]:
    """The access cache differs from the graph.

    Plain Cypher changed the household without adding to its revision, or deleted it. A warning
    where the cache is missing or out of date, since answers then come live from the graph.
    """
    if context.stored is None:
        return
    fix = command("cache", "rebuild", context.household)
    try:
        state = context.stored.state(lay_out(context.rows))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        if not context.damage:
            text = f"`{context.household}` cannot be cached: {type(error).__name__}: {error}"
            yield Issue((context.household,), text, fix)
        return
    if state is not CacheState.CURRENT:
        severity = None if state is CacheState.WRONG else Severity.WARNING
        text = _CACHE[state].format(context.household)
        yield Issue((context.household,), text, fix, severity=severity)


def orphan_cache(household: str) -> Issue:
    """Return the issue of an access cache whose household no longer exists."""
    text = f"there is an access cache of `{household}`, but no such household: nothing reads it"
    return Issue((household,), text, command("cache", "rebuild", household))


@check("relationship-across-households", Severity.ERROR)
def relationship_across_households(context: CheckContext) -> Iterator[Issue]:
    """A relationship leaves the household; decisions ignore it."""
    for link in context.strays:
        text = f"{link.type} joins `{link.start}` and `{link.end}` of different households"
        yield Issue((link.start, link.end), text, BROWSER, "delete the relationship in Cypher")


@check("nested-too-deep", Severity.ERROR)
def nested_too_deep(context: CheckContext) -> Iterator[Issue]:
    """Units or bundles nest deeper than grants reach."""
    for kind in NESTING:
        links = [link for link in context.rows.relationships if link.type == kind]
        if chain := chain_too_long((link.start, link.end) for link in links):
            yield Issue(tuple(chain), too_deep(chain, kind), hint="nest them less deep")


@check("validity-inverted", Severity.ERROR)
def validity_inverted(context: CheckContext) -> Iterator[Issue]:
    """A validity ends before it begins."""
    rows: tuple[NodeRow | RelationshipRow, ...] = context.rows.nodes
    for row in rows + context.rows.relationships:
        start, end = span_of(row.properties)
        if end < start:  # one that ends as it begins was undone before it took effect
            ids = (row.id,) if isinstance(row, NodeRow) else (row.start, row.end)
            name = "" if isinstance(row, NodeRow) else f"{row.type} from "
            name += " to ".join(f"`{one}`" for one in ids)
            hint = "set valid_from and valid_to in Cypher"
            yield Issue(ids, f"{name} ends before it begins", BROWSER, hint)


@check("overlapping-validities", Severity.WARNING)
def overlapping_validities(context: CheckContext) -> Iterator[Issue]:
    """A dated relationship or a role is recorded twice for the same time, which is not over."""
    for (name, *ends), entries in _dated(context).items():
        for (first, one), (second, other) in combinations(sorted(entries), 2):
            both = first.meet(*second)
            if both.start < both.end and context.instant < both.end:
                ids = (one, other) if one else tuple(ends)
                text = f"{name} is recorded twice for the same time: "
                text += " and ".join(f"`{each}`" for each in ids)
                yield Issue(ids, text, hint="let one end before the other begins, or remove one")


def _dated(context: CheckContext) -> dict[tuple[str, ...], list[tuple[Span, str]]]:
    """Return spans with ids of roles ("" for relationships), by type or kind and both ends."""
    found: dict[tuple[str, ...], list[tuple[Span, str]]] = defaultdict(list)
    index = context.index
    for link in context.rows.relationships:
        if link.type in DATED_RELATIONSHIPS and link in index.outgoing(link.type, link.start):
            only_for: Any = link.properties.get("only_for", ())
            key = (link.type, link.start, link.end, *only_for)
            found[key].append((Span(*span_of(link.properties)), ""))
    for role in index.labelled("PartyRole"):
        kind, player = min(role.labels - {"PartyRole"}), context.player(role).id
        entry = (Span(*span_of(role.properties)), role.id)
        found[kind, player, context.account(role) or ""].append(entry)
    for holder, played_by, kind, item, grant in context.facts.assignments:
        span = Span(*grant[-2:]).meet(*played_by[-2:])
        if span.start < span.end and grant.involvement in index.nodes:
            found[kind, holder, item].append((span, grant.involvement))
    return found
