"""The ways a grant reaches a party and covers a target (laws 2, 3, 4 and 6).

    party -MEMBER_OF-> organization … -PLAYS-> role -PLAYS-> involvement -INVOLVED_IN-> item
    item -BUNDLES-> product … -REALIZED_BY-> service

The first half is a `Reach`, the second a `Cover`; a `Path` is one grant with both around it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from household_graph.engine.ages import under_age
from household_graph.engine.facts import Facts, Held, Product
from household_graph.engine.intervals import ALWAYS, Span, contains, without
from household_graph.model.enums import InvolvementKind
from household_graph.model.nesting import MOST_LEVELS

_ACTIVE = {"active", "unlocked", "enable"}
_ADMIN = InvolvementKind.ADMIN.value


class Inactive(NamedTuple):
    """Something that is not active, and the state it is in instead (None: none is recorded)."""

    id: str
    state: str | None


class Reach(NamedTuple):
    """A holder of roles whose grants reach the party: itself, or an organization above it."""

    holder: str
    ids: tuple[str, ...]
    span: Span
    inactive: Inactive | None

    def live(self, instant: int) -> bool:
        """Return whether it counts at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


class Cover(NamedTuple):
    """An item a grant on which covers the target, and the products in between."""

    item: str
    ids: tuple[str, ...]
    span: Span
    inactive: Inactive | None

    def live(self, instant: int) -> bool:
        """Return whether a grant on it counts at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


class Path(NamedTuple):
    """One grant from the party to the target.

    Attributes:
        reach: from the party to the holder of the grant.
        held: the grant in the middle.
        cover: from what the grant is on to the target.
        span: when every link of it is valid.
        inactive: the first thing on it that is not active, or None.
    """

    reach: Reach
    held: Held
    cover: Cover
    span: Span
    inactive: Inactive | None

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids walked, party first, target last."""
        middle = (self.held.role.id, self.held.grant.involvement)
        return (*self.reach.ids, *middle, *self.cover.ids)

    def live(self, instant: int) -> bool:
        """Return whether the path grants at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


def is_granted(facts: Facts, party: str, kind: str, target: str, instant: int) -> bool:
    """Return whether one of the paths is live at an instant, and the party and the target active.

    Args:
        facts: of the household.
        party: who asks.
        kind: the label of the involvement role.
        target: what is asked for.
        instant: in milliseconds.
    """
    return contains(held(facts, party, kind, (target,))[target], instant)


def held(
    facts: Facts, party: str, kind: str, targets: Sequence[str]
) -> Mapping[str, Sequence[Span]]:
    """Return when a party holds an involvement role for targets, everything being active.

    Whoever is too young to administer something does not hold the role for it. There may be other
    targets in what is returned. No path is laid out for it: most questions are never asked for
    their reasons.
    """
    known = facts.memory.held.get((party, kind))
    if known is None:
        return _hold(facts, party, kind, targets)
    for target in targets:
        if target not in known:
            return _hold(facts, party, kind, targets)
    return known


def _hold(
    facts: Facts, party: str, kind: str, targets: Iterable[str]
) -> Mapping[str, Sequence[Span]]:
    found = facts.memory.held.setdefault((party, kind), {})
    sources = _sources(facts, party, kind)
    for target in targets:
        spans = [
            span.meet(begins, ends).meet(start, end)
            for item, _ids, (start, end), dead in covers(facts, target)
            if dead is None
            for granted, (begins, ends) in sources
            if item in granted
            for span in granted[item]
        ]
        if spans and inactive(facts, target) is not None:
            spans = []
        if spans and kind == _ADMIN and (young := under_age(facts, party, target)):
            spans = [*without(tuple(spans), young)]
        found[target] = tuple(spans)
    return found


_Granted = Mapping[str, Sequence[Span]]
"""The items that grants of one kind to one holder are on, and when."""


def _sources(facts: Facts, party: str, kind: str) -> list[tuple[_Granted, Span]]:
    """Return what is granted to a party and to organizations above it, and when that reaches it."""
    if inactive(facts, party) is not None:
        return []
    return [
        (_granted(facts, holder, kind), span)
        for holder, _ids, span, stopped in reaches(facts, party)
        if stopped is None and holder in facts.roles
    ]


def _granted(facts: Facts, holder: str, kind: str) -> _Granted:
    key = (holder, kind)
    known: _Granted | None = facts.memory.granted.get(key)
    if known is not None:
        return known
    found: dict[str, list[Span]] = {}
    for role in facts.roles[holder]:
        if kind in role.grants and _stopped(facts, role.account) is None:
            lasting = Span(role.valid_from, role.valid_to)
            for item, grants in role.grants[kind].items():
                spans = [lasting.meet(start, end) for _involvement, start, end in grants]
                found.setdefault(item, []).extend(spans)
    facts.memory.granted[key] = found
    return found


def live_items(facts: Facts, kind: str, instant: int) -> Mapping[str, set[str]]:
    """Return for each holder of roles the items on which it has a live grant of a kind."""
    found: dict[str, set[str]] = {}
    for holder, roles in facts.roles.items():
        for role in roles:
            if role.valid_from <= instant < role.valid_to and not _stopped(facts, role.account):
                for item, grants in role.grants.get(kind, {}).items():
                    for _involvement, start, end in grants:
                        if start <= instant < end:
                            found.setdefault(holder, set()).add(item)
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
    found: list[Path] | None = facts.memory.paths.get(key)
    if found is None:
        found = [
            _path(facts, reach, Held(reach.holder, role, kind, cover.item, grant), cover)
            for cover in covers(facts, target)
            for reach in reaches(facts, party)
            for role in facts.roles.get(reach.holder, ())
            for grant in role.grants.get(kind, {}).get(cover.item, ())
        ]
        facts.memory.paths[key] = found
    return found


def _path(facts: Facts, reach: Reach, held: Held, cover: Cover) -> Path:
    role, grant = held.role, held.grant
    span = Span(
        max(reach.span.start, role.valid_from, grant.valid_from, cover.span.start),
        min(reach.span.end, role.valid_to, grant.valid_to, cover.span.end),
    )
    stopped = reach.inactive or _stopped(facts, role.account) or cover.inactive
    return Path(reach, held, cover, span, stopped)


def reaches(facts: Facts, party: str) -> list[Reach]:
    """Return whose roles count for the party: its own, and those of its organizations.

    Units nest; what is more than `MOST_LEVELS` up does not count.
    """
    found: list[Reach] | None = facts.memory.reaches.get(party)
    if found is None:
        found = [Reach(party, (party,), ALWAYS, None)]
        for reach in found:  # grows while it is walked: units nest
            if len(reach.ids) > MOST_LEVELS:
                continue
            for above, begins, ends in facts.memberships.get(reach.holder, ()):
                if above not in reach.ids:
                    stopped = reach.inactive or _inactive(above, *facts.askers[above].states)
                    span = reach.span.meet(begins, ends)
                    found.append(Reach(above, (*reach.ids, above), span, stopped))
        facts.memory.reaches[party] = found
    return found


def covers(facts: Facts, target: str) -> list[Cover]:
    """Return the items a grant on which covers the target."""
    found: list[Cover] | None = facts.memory.covers.get(target)
    if found is None:
        if target in facts.services:
            found = _service_covers(facts, target)
        elif target in facts.products:
            found = list(_product_covers(facts, target, ()))
        else:
            found = [Cover(target, (target,), ALWAYS, None)]
        facts.memory.covers[target] = found
    return found


def _service_covers(facts: Facts, service: str) -> list[Cover]:
    """A grant on the service itself needs a product that carries it, where it has products."""
    carriers = facts.carriers.get(service)
    if not carriers:
        return [Cover(service, (service,), ALWAYS, None)]
    around = [list(_product_covers(facts, product, (service,))) for product in carriers]
    direct = [Cover(service, (service,), own.span, own.inactive) for own, *_bundles in around]
    return direct + [cover for covers in around for cover in covers]


def _product_covers(
    facts: Facts, product: str, below: tuple[str, ...], levels: int = MOST_LEVELS
) -> Iterator[Cover]:
    """Walk from a product up to the products that bundle it, no more than some levels."""
    fact = facts.products[product]
    span = Span(fact.valid_from, fact.valid_to)
    dead = _inactive_product(facts, fact)
    yield Cover(product, (product, *below), span, dead)
    for bundle in facts.carriers.get(product, ()) if levels else ():
        if bundle != product and bundle not in below:
            for cover in _product_covers(facts, bundle, (product, *below), levels - 1):
                yield cover._replace(span=cover.span.meet(*span), inactive=cover.inactive or dead)


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
    memory = facts.memory.inactive
    if thing not in memory:
        memory[thing] = _inactive_thing(facts, thing)
    found: Inactive | None = memory[thing]
    return found


def _inactive_thing(facts: Facts, thing: str) -> Inactive | None:
    if thing in facts.products:
        return _inactive_product(facts, facts.products[thing])
    if thing in facts.askers:
        return _inactive(thing, *facts.askers[thing].states)
    direct = [cover.inactive for cover in covers(facts, thing) if cover.item == thing]
    stopped = direct[0] if all(direct) else None
    return _inactive(thing, facts.services[thing].state) or stopped
