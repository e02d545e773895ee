"""The rules of documents: what no single value can show."""

from collections.abc import Iterable, Iterator
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

from household_graph.changes.authorization.guarantors import judged_at
from household_graph.documents.entries import (
    full,
    local,
    models_within,
    nodes_of,
    span_of,
    start_of,
    zone_of,
)
from household_graph.documents.models import (
    DatedLink,
    IndividualEntry,
    InvolvementEntry,
    PolicyEntry,
    Timed,
    UnitEntry,
)
from household_graph.documents.problems import Loc, Problem
from household_graph.documents.reference_rules import (
    Unreadable,
    repeated_ids,
    repeated_references,
    wrong_references,
)
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.guarantors import GUARANTEED, is_minor, responsible_adults
from household_graph.engine.policies import KIND_OF_FIELD, KINDS
from household_graph.model.enums import PartyRoleKind
from household_graph.model.instants import from_local, now
from household_graph.model.nesting import chain_too_long, too_deep
from household_graph.model.rows import RowIndex, Rows

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


def problems_of(
    document: "HouseholdDocument",
    *,
    today: date | None = None,
    unreadable: Unreadable | None = None,
) -> list[Problem]:
    """Return every rule that a document breaks.

    Args:
        document: the document; its single values are right.
        today: the household's local date, as of whose beginning minors are determined; None: now.
        unreadable: what of it failed to parse.
    """
    instant = now() if today is None else from_local(today, zone_of(document))
    return list(_problems(document, instant, unreadable or Unreadable()))


def _problems(
    document: "HouseholdDocument", instant: int, unreadable: Unreadable
) -> Iterator[Problem]:
    yield from repeated_ids(document, unreadable)
    yield from wrong_references(document, unreadable)
    yield from repeated_references(document)
    yield from _wrong_validities(document)
    yield from _repeated_starts(document, unreadable)
    yield from _wrong_nesting(document)
    yield from _wrong_payers(document)
    yield from _wrong_policies(document, unreadable)
    if not unreadable.within("party_roles", "resource_roles", "products", "services", "policies"):
        yield from _wrong_setters(document)
    if not unreadable.within("party_roles", "individuals"):
        yield from _wrong_guarantors(document, instant)


def _wrong_validities(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield validities that end before, or when, they start."""
    for loc, timed in models_within(document):
        if not isinstance(timed, Timed):
            continue
        start, end = span_of(document, timed)
        if start >= end:
            inherited = "valid_from" not in timed.model_fields_set
            yield Problem(
                (*loc, "valid_to"),
                f"`{timed.valid_to}` is not after `{start_of(document, timed)}`, when it starts",
                "it starts with the document: state its own `valid_from`" if inherited else None,
            )


def _repeated_starts(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield dated links that begin twice at the same time, where all could be read."""
    household = document.organization.id
    first: dict[tuple[Loc, str, int], Loc] = {}
    for loc, link in models_within(document):
        if isinstance(link, DatedLink) and not unreadable.at(loc):
            start, _end = span_of(document, link)
            other = first.setdefault((loc[:-1], local(household, link.to), start), loc)
            if other != loc:
                message = f"the link to `{link.to}` begins twice at the same time, first"
                yield Problem(loc, message, "give it another `valid_from`, or leave it out", other)


_Edges = dict[tuple[str, str], Loc]


def _wrong_nesting(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield cycles of memberships, and of bundles, and chains deeper than questions look."""
    household = document.organization.id
    memberships = _memberships(household, "units", document.units)
    memberships |= _memberships(household, "individuals", document.individuals)
    bundles: _Edges = {
        (product.id, local(household, part)): ("products", index, "bundles", place)
        for index, product in enumerate(document.products)
        for place, part in enumerate(product.bundles)
    }
    yield from _cycles(memberships, "membership")
    yield from _cycles(bundles, "bundling")
    for kind, edges in (("MEMBER_OF", memberships), ("BUNDLES", bundles)):
        if chain := chain_too_long(edges):
            yield Problem(edges[chain[0], chain[1]], too_deep(chain, kind), "nest them less deep")


def _memberships(
    household: str, section: str, parties: Iterable[UnitEntry | IndividualEntry]
) -> _Edges:
    return {
        (party.id, local(household, link.to)): (section, index, "member_of", place)
        for index, party in enumerate(parties)
        for place, link in enumerate(party.member_of)
    }


def _cycles(edges: _Edges, what: str) -> Iterator[Problem]:
    """Yield one problem for each cycle, removing an edge of it to find the next."""
    left = dict(edges)
    while cycle := _cycle(left):
        loc, start = min((left[edge], edge[0]) for edge in pairwise(cycle))
        turn = cycle.index(start)
        ids = [*cycle[turn:-1], *cycle[: turn + 1]] if turn else cycle
        yield Problem(loc, f"{what} goes in a circle: {' -> '.join(f'`{one}`' for one in ids)}")
        del left[start, ids[1]]


def _cycle(edges: _Edges) -> list[str]:
    """Return a cycle, its first id again at its end; empty if there is none."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in edges:
        sorter.add(end, start)  # cycles are then found in the direction of the edges
    try:
        sorter.prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def _wrong_payers(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield roles that pay without being a BillPayer."""
    for index, role in enumerate(document.party_roles):
        if role.pays and role.role is not PartyRoleKind.BILL_PAYER:
            message = f"only a BillPayer has `pays`, not a {role.role.value}"
            yield Problem(("party_roles", index, "pays"), message)


def _wrong_policies(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield policies that lack a field, or have one of another kind of policy."""
    for index, policy in enumerate(document.policies):
        if not unreadable.at(("policies", index)):
            yield from _wrong_policy(policy, ("policies", index))


def _wrong_policy(policy: PolicyEntry, loc: Loc) -> Iterator[Problem]:
    kind = KINDS[policy.kind.value]
    stated = [field for field in KIND_OF_FIELD if getattr(policy, field)]
    for field in stated:
        if field not in kind.options:
            message = f"`{field}` is of {KIND_OF_FIELD[field].called}, not of {kind.called}"
            yield Problem((*loc, field), message, "leave it out")
    for fields in kind.missing(stated):
        names = " or ".join(f"`{field}`" for field in fields)
        yield Problem(loc, f"{kind.called} needs {names}")
    if not policy.governs and not policy.categories:
        hint = "name the household itself in `governs` to mean everything"
        yield Problem(loc, "the policy governs nothing", hint)


def _wrong_setters(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield policies set by an Admin role, but of none of the services that enforce them."""
    household = document.organization.id
    administered = {
        node.id: local(household, node.entry.to)
        for node in nodes_of(document)
        if isinstance(node.entry, InvolvementEntry) and "Admin" in node.labels
    }
    for index, policy in enumerate(document.policies):
        setter = local(household, policy.set_by)
        enforcing = {local(household, service) for service in policy.enforced_by}
        if setter in administered and administered[setter] not in _above(document, enforcing):
            yield Problem(
                ("policies", index, "set_by"),
                f"`{setter}` does not administer a service that enforces the policy",
                f"name an Admin role of {' or '.join(f'`{one}`' for one in sorted(enforcing))}"
                if enforcing
                else "name the enforcing service in `enforced_by`",
            )


def _above(document: "HouseholdDocument", services: set[str]) -> set[str]:
    """Return the services, the products they realize, and the products that bundle those."""
    household, reached = document.organization.id, set(services)
    grown = True
    while grown:
        more = {
            product.id
            for product in document.products
            for part in (*product.services, *product.bundles)
            if local(household, part) in reached
        }
        grown = not more <= reached
        reached |= more
    return reached


def _wrong_guarantors(document: "HouseholdDocument", instant: int) -> Iterator[Problem]:
    """Yield roles of minors that need a guarantor and have none, or one who cannot be it.

    A role that begins later is judged by how it begins; one that has ended does not count.
    """
    people = _people(document)
    index, facts = RowIndex(people), facts_from_rows(people)
    for at, role in enumerate(document.party_roles):
        moment = judged_at(span_of(document, role), instant)
        party = full(people.household, role.party)
        if role.role not in GUARANTEED or moment is None or not is_minor(facts, party, moment):
            continue
        minor, adults = (
            local(people.household, party),
            responsible_adults(index, facts, party, moment),
        )
        names = " or ".join(f"`{local(people.household, one)}`" for one in sorted(adults))
        hint = f"name {names}" if names else f"make an adult `responsible_for` `{minor}` first"
        if role.guarantor is None:
            message = f"`{minor}` is a minor, and {role.role.value} only with a `guarantor`"
            yield Problem(("party_roles", at, "party"), message, hint)
            continue
        guarantor = full(people.household, role.guarantor)
        if guarantor in index.nodes and guarantor not in adults:  # others are wrong references
            wrong = (
                "a minor too"
                if is_minor(facts, guarantor, moment)
                else f"not responsible for `{minor}`"
            )
            message = f"the guarantor `{local(people.household, guarantor)}` is {wrong}"
            yield Problem(("party_roles", at, "guarantor"), message, hint)


def _people(document: "HouseholdDocument") -> Rows:
    """Return the rows of the people alone, which can be read whatever else is wrong."""
    rows = to_rows(document)
    people = {row.id: row for row in rows.nodes if "Individual" in row.labels}
    people |= {row.id: row for row in rows.nodes if "time_zone" in row.properties}
    links = (row for row in rows.relationships if row.type == "RESPONSIBLE_FOR")
    known = tuple(row for row in links if {row.start, row.end} <= people.keys())
    return Rows(rows.household, tuple(people.values()), known)
