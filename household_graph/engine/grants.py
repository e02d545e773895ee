"""How grants reach a party and cover a target, and when they hold (laws 2, 3, 4 and 6).

    party -MEMBER_OF-> organization … -PLAYS-> role -PLAYS-> involvement -INVOLVED_IN-> item
    item -BUNDLES-> product … -REALIZED_BY-> service

The first half is a `MembershipChain`, the second a `Coverage`; a `Path` is one grant with both
around it. `held` says when any of them grants; paths say why.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from household_graph.engine.ages import under_age
from household_graph.engine.facts import Facts, GrantAssignment, Product
from household_graph.model.enums import InvolvementKind
from household_graph.model.nesting import MOST_LEVELS
from household_graph.model.spans import ALWAYS, Span, contains, union, without

CONSUMER = InvolvementKind.CONSUMER.value
"""The label of the involvement role that use rests on."""

_ACTIVE = {"active", "unlocked", "enable"}
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
    """One grant from the party to the target.

    Attributes:
        chain: from the party to the holder of the grant.
        assignment: the grant in the middle.
        coverage: from what the grant is on to the target.
        span: when every link of it is valid.
        inactive: the first thing on it that is not active, or None.
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
    """Return whether a party holds an involvement role for a target at an instant.

    Args:
        facts: of the household.
        party: who asks.
        kind: the label of the involvement role.
        target: what is asked for.
        instant: in milliseconds.
    """
    return contains(held(facts, party, kind, target), instant)


def held(facts: Facts, party: str, kind: str, target: str) -> tuple[Span, ...]:
    """Return when a party holds an involvement role for a target, everything being active.

    A party too young to administer the target does not hold the role for it. No path is built:
    most questions are never asked for their reasons.
    """
    key = (party, kind, target)
    found = facts.cache.held.get(key)
    if found is None:
        found = facts.cache.held[key] = _held(facts, party, kind, target)
    return found


def _held(facts: Facts, party: str, kind: str, target: str) -> tuple[Span, ...]:
    sources = _sources(facts, party, kind)
    if not sources:
        return ()
    spans = [
        span.meet(begins, ends).meet(start, end)
        for item, _ids, (start, end), stopped in coverages(facts, target)
        if stopped is None
        for granted, (begins, ends) in sources
        if item in granted
        for span in granted[item]
    ]
    if not spans or inactive(facts, target) is not None:
        return ()
    if kind == _ADMIN and (young := under_age(facts, party, target)):
        return without(tuple(spans), young)
    return union(tuple(spans))


def holdings(facts: Facts, party: str, kind: str) -> Mapping[str, tuple[Span, ...]]:
    """Return when a party holds an involvement role, by target; never held ones are left out."""
    items = dict.fromkeys(
        item for granted, _span in _sources(facts, party, kind) for item in granted
    )
    things = dict.fromkeys(thing for item in items for thing in _covered(facts).get(item, ()))
    found = ((thing, held(facts, party, kind, thing)) for thing in things)
    return {thing: spans for thing, spans in found if spans}


def _covered(facts: Facts) -> Mapping[str, Sequence[str]]:
    """Return the targets that a grant on each item covers."""
    if facts.cache.covered is None:
        found: dict[str, list[str]] = {}
        for target in (*facts.products, *facts.services, *facts.resources):
            for coverage in coverages(facts, target):
                found.setdefault(coverage.item, []).append(target)
        facts.cache.covered = found
    return facts.cache.covered


_Granted = Mapping[str, Sequence[Span]]
"""The items that grants of one kind to one holder are on, and when."""


def _sources(facts: Facts, party: str, kind: str) -> Sequence[tuple[_Granted, Span]]:
    """Return what is granted to a party and to organizations above it, and when that reaches it."""
    key = (party, kind)
    found: Sequence[tuple[_Granted, Span]] | None = facts.cache.sources.get(key)
    if found is None:
        chains = membership_chains(facts, party) if inactive(facts, party) is None else ()
        found = facts.cache.sources[key] = [
            (granted, span)
            for holder, _ids, span, stopped in chains
            if stopped is None and holder in facts.roles
            if (granted := _granted(facts, holder, kind))
        ]
    return found


def _granted(facts: Facts, holder: str, kind: str) -> _Granted:
    key = (holder, kind)
    known: _Granted | None = facts.cache.granted.get(key)
    if known is not None:
        return known
    found: dict[str, list[Span]] = {}
    for role in facts.roles[holder]:
        if kind in role.grants and _stopped(facts, role.account) is None:
            lasting = Span(role.valid_from, role.valid_to)
            for item, grants in role.grants[kind].items():
                spans = [lasting.meet(start, end) for _involvement, start, end in grants]
                found.setdefault(item, []).extend(spans)
    facts.cache.granted[key] = found
    return found


def paths(facts: Facts, party: str, kind: str, target: str) -> list[Path]:
    """Return every path by which the party holds an involvement role for the target.

    Args:
        facts: of the household.
        party: who asks.
        kind: the label of the involvement role.
        target: what is asked for.
    """
    key = (party, kind, target)
    found: list[Path] | None = facts.cache.paths.get(key)
    if found is None:
        found = [
            _path(facts, chain, GrantAssignment(chain.holder, role, kind, cover.item, grant), cover)
            for cover in coverages(facts, target)
            for chain in membership_chains(facts, party)
            for role in facts.roles.get(chain.holder, ())
            for grant in role.grants.get(kind, {}).get(cover.item, ())
        ]
        facts.cache.paths[key] = found
    return found


def _path(
    facts: Facts, chain: MembershipChain, assignment: GrantAssignment, coverage: Coverage
) -> Path:
    role, grant = assignment.role, assignment.grant
    span = Span(
        max(chain.span.start, role.valid_from, grant.valid_from, coverage.span.start),
        min(chain.span.end, role.valid_to, grant.valid_to, coverage.span.end),
    )
    stopped = chain.inactive or _stopped(facts, role.account) or coverage.inactive
    return Path(chain, assignment, coverage, span, stopped)


def membership_chains(facts: Facts, party: str) -> list[MembershipChain]:
    """Return whose roles count for the party: its own, and those of its organizations.

    Units nest; what is more than `MOST_LEVELS` up does not count.
    """
    found: list[MembershipChain] | None = facts.cache.membership_chains.get(party)
    if found is None:
        found = [MembershipChain(party, (party,), ALWAYS, None)]
        for chain in found:  # it grows while it is read: units nest
            if len(chain.ids) > MOST_LEVELS:
                continue
            for above, begins, ends in facts.memberships.get(chain.holder, ()):
                if above not in chain.ids:
                    stopped = chain.inactive or _inactive(above, *facts.principals[above].states)
                    span = chain.span.meet(begins, ends)
                    found.append(MembershipChain(above, (*chain.ids, above), span, stopped))
        facts.cache.membership_chains[party] = found
    return found


def coverages(facts: Facts, target: str) -> list[Coverage]:
    """Return the items a grant on which covers the target."""
    found: list[Coverage] | None = facts.cache.coverages.get(target)
    if found is None:
        if target in facts.services:
            found = _service_coverages(facts, target)
        elif target in facts.products:
            found = list(_product_coverages(facts, target, ()))
        else:
            found = [Coverage(target, (target,), ALWAYS, None)]
        facts.cache.coverages[target] = found
    return found


def _service_coverages(facts: Facts, service: str) -> list[Coverage]:
    """A grant on the service itself needs a product that carries it, where it has products."""
    carriers = facts.carriers.get(service)
    if not carriers:
        return [Coverage(service, (service,), ALWAYS, None)]
    around = [list(_product_coverages(facts, product, (service,))) for product in carriers]
    direct = [Coverage(service, (service,), own.span, own.inactive) for own, *_bundles in around]
    return direct + [coverage for found in around for coverage in found]


def _product_coverages(
    facts: Facts, product: str, below: tuple[str, ...], levels: int = MOST_LEVELS
) -> Iterator[Coverage]:
    """Climb from a product to the products that bundle it, no more than some levels."""
    fact = facts.products[product]
    span = Span(fact.valid_from, fact.valid_to)
    stopped = _inactive_product(facts, fact)
    yield Coverage(product, (product, *below), span, stopped)
    for bundle in facts.carriers.get(product, ()) if levels else ():
        if bundle != product and bundle not in below:
            for found in _product_coverages(facts, bundle, (product, *below), levels - 1):
                yield found._replace(
                    span=found.span.meet(*span), inactive=found.inactive or stopped
                )


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
    """Return the first state that is not an active one; None if all are."""
    for state in states:
        if state not in _ACTIVE:
            return Inactive(thing, state)
    return None


def _stopped(facts: Facts, account: str | None) -> Inactive | None:
    """Return the account that a role or a product is on, if there is one and it is not active."""
    return _inactive(account, facts.accounts[account]) if account else None


def _inactive_product(facts: Facts, product: Product) -> Inactive | None:
    """Return what is not active about a product: itself, or the account that holds it."""
    return _inactive(product.id, product.status) or _stopped(facts, product.account)


def inactive(facts: Facts, thing: str) -> Inactive | None:
    """Return what about a party, a device or a target is not active, whoever asks for it.

    A service is not active either when no product that carries it is.
    """
    known = facts.cache.inactive
    if thing not in known:
        known[thing] = _inactive_thing(facts, thing)
    found: Inactive | None = known[thing]
    return found


def _inactive_thing(facts: Facts, thing: str) -> Inactive | None:
    if thing in facts.products:
        return _inactive_product(facts, facts.products[thing])
    if thing in facts.principals:
        return _inactive(thing, *facts.principals[thing].states)
    direct = [found.inactive for found in coverages(facts, thing) if found.item == thing]
    stopped = direct[0] if all(direct) else None
    return _inactive(thing, facts.services[thing].state) or stopped
