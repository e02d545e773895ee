"""How grants reach a party and cover a target, and when they hold (laws 2, 3, 4 and 6).

    party -MEMBER_OF-> organization … -PLAYS-> role -PLAYS-> involvement -INVOLVED_IN-> item
    item -BUNDLES-> product … -REALIZED_BY-> service

The first half is a `MembershipChain`, the second a `Coverage`; a `Path` is one grant with both
around it. `held` says when any of them grants; paths say why.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from household_graph.engine.facts import (
    Facts,
    GrantAssignment,
    derived,
    derived_of_party,
    under_age,
)
from household_graph.model.enums import InvolvementKind
from household_graph.model.spans import ALWAYS, Span, contains, union, without

CONSUMER = InvolvementKind.CONSUMER.value
"""The label of the involvement role that use rests on."""

MOST_LEVELS = 32
"""The most relationships of one of these types in a row; nothing is granted through more of them.

A party in a unit at level 32 is reached, one level further down it is not; a product may be in
bundles of bundles, 32 of them, and the services that realize it come on top. Cypher counts alike:
`[:MEMBER_OF*0..32]`, and `[:BUNDLES|REALIZED_BY*0..33]` to a service."""

NESTING = {"MEMBER_OF": "memberships", "BUNDLES": "bundles"}
"""The relationship types that nest, and what a message calls many of them."""

_ACTIVE = ("active", "unlocked", "enable")
_ADMIN = InvolvementKind.ADMIN.value


class Inactive(NamedTuple):
    """Something that is not active, and the state it is in instead (None: none is recorded)."""

    id: str
    state: str | None


class MembershipChain(NamedTuple):
    """A holder of roles whose grants reach the party: itself, or an organization above it."""

    holder: str
    ids: tuple[str, ...]
    span: Span
    inactive: Inactive | None


class Coverage(NamedTuple):
    """An item a grant on which covers the target, and the products in between."""

    item: str
    ids: tuple[str, ...]
    span: Span
    inactive: Inactive | None

    def is_effective(self, instant: int) -> bool:
        """Return whether a grant on it counts at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


class Path(NamedTuple):
    """One grant from the party to the target: the chain to its holder, it, and what it covers.

    The span is when every link of it is valid; what is not active is the first such thing on it.
    """

    chain: MembershipChain
    assignment: GrantAssignment
    coverage: Coverage
    span: Span
    inactive: Inactive | None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all nodes on it, party first, target last."""
        middle = (self.assignment.role.id, self.assignment.grant.involvement)
        return (*self.chain.ids, *middle, *self.coverage.ids)

    def is_effective(self, instant: int) -> bool:
        """Return whether the path grants at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


def is_granted(facts: Facts, party: str, kind: str, target: str, instant: int) -> bool:
    """Return whether a party holds an involvement role for a target at an instant."""
    return contains(held(facts, party, kind, target), instant)


@derived_of_party
def held(facts: Facts, party: str, kind: str, target: str) -> tuple[Span, ...]:
    """Return when a party holds an involvement role for a target, everything being active.

    A party too young to administer the target does not hold the role for it. No path is built:
    most questions are never asked for their reasons.
    """
    sources = _sources(facts, party, kind)
    if not sources or inactive(facts, target):
        return ()
    spans = tuple(
        [
            granted.meet(*reached).meet(*cover.span)
            for cover in coverages(facts, target)
            if cover.inactive is None
            for items, reached in sources
            for granted in items.get(cover.item, ())
        ]
    )
    if spans and kind == _ADMIN and (young := under_age(facts, party, target)):
        return without(spans, young)
    return union(spans)


def holdings(facts: Facts, party: str, kind: str) -> Mapping[str, tuple[Span, ...]]:
    """Return when a party holds an involvement role, by target; never held ones are left out."""
    targets = _targets(facts)
    things = dict.fromkeys(
        thing
        for items, _reached in _sources(facts, party, kind)
        for item in items
        for thing, _span in targets.get(item, ())
    )
    found = ((thing, held(facts, party, kind, thing)) for thing in things)
    return {thing: spans for thing, spans in found if spans}


def consumed_at(facts: Facts, party: str, instant: int) -> set[str]:
    """Return what a party is Consumer of at an instant, found without `held` for each thing."""
    targets = _targets(facts)
    return {
        thing
        for items, (begins, ends) in _sources(facts, party, CONSUMER)
        if begins <= instant < ends
        for item, granted in items.items()
        if contains(granted, instant)
        for thing, (start, end) in targets.get(item, ())
        if start <= instant < end
    }


_Items = Mapping[str, Sequence[Span]]
"""The items that grants of one kind to one holder are on, and when."""


@derived_of_party
def _sources(facts: Facts, party: str, kind: str) -> Sequence[tuple[_Items, Span]]:
    """Return what is granted to a party and to organizations above it, and when that reaches it."""
    chains = membership_chains(facts, party) if inactive(facts, party) is None else ()
    return [
        (items, span)
        for holder, _ids, span, stopped in chains
        if stopped is None and (items := _granted(facts, holder, kind))
    ]


@derived
def _granted(facts: Facts, holder: str, kind: str) -> _Items:
    found: dict[str, list[Span]] = {}
    for role in facts.roles.get(holder, ()):
        if kind in role.grants and _stopped(facts, role.account) is None:
            lasting = Span(role.valid_from, role.valid_to)
            for item, grants in role.grants[kind].items():
                spans = found.setdefault(item, [])
                spans += [lasting.meet(begins, ends) for _involvement, begins, ends in grants]
    return found


@derived
def _targets(facts: Facts) -> Mapping[str, Sequence[tuple[str, Span]]]:
    """Return the active targets that a grant on each active item covers, and when."""
    found: dict[str, list[tuple[str, Span]]] = {}
    for target in (*facts.products, *facts.services, *facts.resources):
        if inactive(facts, target) is None:
            for item, _ids, span, stopped in coverages(facts, target):
                if stopped is None:
                    found.setdefault(item, []).append((target, span))
    return found


@derived_of_party
def paths(facts: Facts, party: str, kind: str, target: str) -> list[Path]:
    """Return every path by which the party holds an involvement role for the target."""
    return [
        _path(facts, chain, GrantAssignment(chain.holder, role, kind, cover.item, grant), cover)
        for cover in coverages(facts, target)
        for chain in membership_chains(facts, party)
        for role in facts.roles.get(chain.holder, ())
        for grant in role.grants.get(kind, {}).get(cover.item, ())
    ]


def _path(
    facts: Facts, chain: MembershipChain, assignment: GrantAssignment, coverage: Coverage
) -> Path:
    role, grant = assignment.role, assignment.grant
    span = chain.span.meet(role.valid_from, role.valid_to).meet(grant.valid_from, grant.valid_to)
    stopped = chain.inactive or _stopped(facts, role.account) or coverage.inactive
    return Path(chain, assignment, coverage, span.meet(*coverage.span), stopped)


@derived_of_party
def membership_chains(facts: Facts, party: str) -> list[MembershipChain]:
    """Return whose roles count for the party: its own, and those of its organizations.

    Units nest; what is more than `MOST_LEVELS` up does not count.
    """
    found = [MembershipChain(party, (party,), ALWAYS, None)]
    for chain in found:  # it grows while it is read: units nest
        if len(chain.ids) > MOST_LEVELS:
            continue
        for above, begins, ends in facts.memberships.get(chain.holder, ()):
            if above not in chain.ids:
                stopped = chain.inactive or _inactive(above, *facts.principals[above].states)
                span = chain.span.meet(begins, ends)
                found.append(MembershipChain(above, (*chain.ids, above), span, stopped))
    return found


@derived
def coverages(facts: Facts, target: str) -> list[Coverage]:
    """Return the items a grant on which covers the target."""
    if target in facts.services:
        return _service_coverages(facts, target)
    if target in facts.products:
        return _product_coverages(facts, target, ())
    return [Coverage(target, (target,), ALWAYS, None)]


def _service_coverages(facts: Facts, service: str) -> list[Coverage]:
    """A grant on the service itself needs a product that carries it, where it has products."""
    carriers = facts.carriers.get(service)
    if not carriers:
        return [Coverage(service, (service,), ALWAYS, None)]
    around = [_product_coverages(facts, product, (service,)) for product in carriers]
    direct = [Coverage(service, (service,), own.span, own.inactive) for own, *_bundles in around]
    return direct + [coverage for found in around for coverage in found]


def _product_coverages(
    facts: Facts, product: str, below: tuple[str, ...], levels: int = MOST_LEVELS
) -> list[Coverage]:
    """Climb from a product to the products that bundle it, no more than some levels."""
    fact = facts.products[product]
    span, stopped = Span(fact.valid_from, fact.valid_to), inactive(facts, product)
    ids = (product, *below)
    found = [Coverage(product, ids, span, stopped)]
    for bundle in facts.carriers.get(product, ()) if levels else ():
        if bundle not in ids:
            for item, path, lasting, above in _product_coverages(facts, bundle, ids, levels - 1):
                found.append(Coverage(item, path, lasting.meet(*span), above or stopped))
    return found


def availability(facts: Facts, target: str, device: str) -> tuple[Span, ...]:
    """Return when the target, or a service that realizes it, is available on the device."""
    if target not in facts.products:
        return tuple(facts.availability.get(target, _NOWHERE).get(device, ()))
    services = carried_services(facts, target)
    return tuple(span for one in services for span in availability(facts, one, device))


_NOWHERE: Mapping[str, Sequence[Span]] = {}


def carried_services(facts: Facts, product: str) -> list[str]:
    """Return the services that realize a product, or a product it bundles."""
    if product not in facts.products:
        return []
    return [
        service
        for service in facts.services
        if any(coverage.item == product for coverage in coverages(facts, service))
    ]


def _inactive(thing: str, *states: str | None) -> Inactive | None:
    """Return the first state that is not an active one; None if all are.

    What is not text, as other writers may leave it, is no active state either.
    """
    for state in states:
        if state not in _ACTIVE:
            return Inactive(thing, None if state is None else str(state))
    return None


def _stopped(facts: Facts, account: str | None) -> Inactive | None:
    """Return the account that a role or a product is on, if there is one and it is not active."""
    return _inactive(account, facts.accounts[account]) if account else None


@derived
def inactive(facts: Facts, thing: str) -> Inactive | None:
    """Return what about a party, a device or a target is not active, for any party.

    A product is not either on such an account, nor a service when no product that carries it is,
    nor what is not among the facts.
    """
    if thing in facts.products:
        product = facts.products[thing]
        return _inactive(thing, product.status) or _stopped(facts, product.account)
    if thing in facts.principals:
        return _inactive(thing, *facts.principals[thing].states)
    direct = [found.inactive for found in coverages(facts, thing) if found.item == thing]
    stopped = direct[0] if all(direct) else None
    service = facts.services.get(thing)
    return _inactive(thing, service.state if service else None) or stopped


def too_deep(chain: Sequence[str], kind: str) -> str:
    """Say what is wrong with a chain of relationships of a type."""
    return (
        f"`{chain[0]}` and `{chain[-1]}` are {len(chain) - 1} {NESTING[kind]} apart, and no more "
        f"than {MOST_LEVELS} count"
    )


def chain_too_long(edges: Iterable[tuple[str, str]]) -> list[str]:
    """Return the ids of the longest chain, from its start on, if it is too long; else nothing.

    The edges are starts and ends of relationships of one type. Circles, and what is only reached
    through one, are left out.
    """
    below: dict[str, list[str]] = {}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in edges:
        below.setdefault(end, []).append(start)
        sorter.add(end, start)
    with suppress(CycleError):
        sorter.prepare()
    levels: dict[str, int] = {}
    while ready := sorter.get_ready():
        for one in ready:
            levels[one] = max((levels[start] + 1 for start in below.get(one, ())), default=0)
        sorter.done(*ready)
    tops = [one for one, level in levels.items() if level > MOST_LEVELS]
    if not tops:
        return []
    chain = [max(tops, key=levels.__getitem__)]
    while under := below.get(chain[-1]):
        chain.append(max(under, key=levels.__getitem__))
    return chain[::-1]
